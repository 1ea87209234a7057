"""What a project decides about the rules: how severe each is, and where one does not hold."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from generator.diagnostics import Diagnostic, Severity
from generator.site import Site


def judged(site: Site, found: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """The diagnostics that stand, as severe as explainer.yaml says; a waiver that was not needed is one more."""
    switched = site.explainer.rules or {}
    for diagnostic in _not_waived(site, found):
        severity = switched.get(diagnostic.code)
        if severity is None:
            yield diagnostic
        elif severity != "off":
            yield replace(diagnostic, severity=Severity(severity))


def _not_waived(site: Site, found: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    waived = {(site.written[record.ref][0], waiver.rule) for record in site.waiving for waiver in record.waive}
    used = set()
    for diagnostic in found:
        key = diagnostic.location.path, diagnostic.code
        if key in waived:
            used.add(key)
        else:
            yield diagnostic
    for record in site.waiving:
        for number, waiver in enumerate(record.waive):
            # Of a copy, the waiver itself makes something else.
            if (site.written[record.ref][0], waiver.rule) not in used and waiver.rule != "record-copied":
                yield Diagnostic(
                    site.at(record.ref, ("waive", number, "rule")),
                    "waiver-unused",
                    f"{waiver.rule} has nothing to say of this record",
                    "delete the waiver",
                    Severity.WARNING,
                )
