"""Files of records that are copies of others: whoever copies one to begin a new record goes on to change it."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from generator.diagnostics import Diagnostic, Severity
from generator.refs import Ref
from generator.same import replaced
from generator.site import Site

_FEW = 10  # files are each looked for among the others, which takes less than to tell all apart


class Copies(NamedTuple):
    """The records whose files are copies, each with the first that has the same, and the files that they were among."""

    pairs: tuple[tuple[Ref, Ref], ...]
    written: Mapping[Ref, tuple[str, bytes]]


def find_copies(site: Site, before: Copies | None = None) -> Copies:
    """Nearly always there are none, and no more than that is made sure of."""
    written = site.written
    changed = list(replaced(before.written, written)) if before else []
    texts = [text for _, text in written.values()]
    if before and not before.pairs and len(changed) < _FEW:
        has_copies = any(texts.count(written[ref][1]) > 1 for ref in changed if ref in written)
    else:
        has_copies = len({*texts}) < len(texts)
    first: dict[bytes, Ref] = {}
    pairs = ((ref, first.setdefault(text, ref)) for ref, (_, text) in (written.items() if has_copies else ()))
    return Copies(tuple((ref, other) for ref, other in pairs if ref is not other), written)


def check_copies(site: Site, copies: Copies) -> Iterator[Diagnostic]:
    """A record that is ready says what no other says. Drafts were only begun, and may be copies."""
    for ref, other in copies.pairs:
        if site.records[ref].status == "ready":
            said = f"this file is a copy of {site.written[other][0]}"
            hint = "write what is different here, or delete it"
            yield Diagnostic(site.at(ref), "record-copied", said, hint, Severity.WARNING)
