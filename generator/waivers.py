"""What a project decides about the rules: how severe each is, and where one does not hold."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain

from generator.diagnostics import Diagnostic, Severity
from generator.site import Site


def judged(site: Site, found: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """The diagnostics that stand, as severe as explainer.yaml says. What no look at one record finds is added here:
    files that are copies, and waivers that were not needed.
    """
    switched = site.explainer.rules or {}
    for diagnostic in _not_waived(site, chain(found, _copied(site))):
        severity = switched.get(diagnostic.code)
        if severity is None:
            yield diagnostic
        elif severity != "off":
            yield replace(diagnostic, severity=Severity(severity))


def _copied(site: Site) -> Iterator[Diagnostic]:
    """No file of a record is a copy of another one. Drafts were only begun, and may be."""
    for ref, other in site.copies:
        if site.records[ref].status == "ready":
            said, hint = (
                f"this file is a copy of {site.written[other][0]}",
                "write what is different here, or delete it",
            )
            yield Diagnostic(site.at(ref), "record-copied", said, hint, Severity.WARNING)


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
