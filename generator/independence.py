"""How many independent sources a statement rests on: copies of one source count as one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from generator.diagnostics import Diagnostic, Path, Severity
from generator.fields import Part
from generator.prose import Citation
from generator.records import Event, Explainer, Figure, Record, Source, Value, citations
from generator.records.explainer import KeyPoint
from generator.refs import Ref
from generator.site import Site

PRIMARY = ("official", "intergovernmental", "monitor")
"""Sources that speak of their own acts, decisions and measurements: one of them is enough."""


@dataclass(frozen=True, slots=True)
class Support:
    """What rests on a source: so many statements, and so many of them on it and its copies alone."""

    statements: int = 0
    sole: int = 0


def origin(site: Site, source: Ref) -> Ref:
    """The source that this one repeats, through all copies; itself, if it repeats none. Cycles were refused before."""
    record = site.records[source]
    while isinstance(record, Source) and record.derived_from:
        record = site.records[record.derived_from]
    return record.ref


def origins(site: Site, cited: Iterable[Citation]) -> frozenset[Ref]:
    """The independent sources among these."""
    return frozenset(origin(site, citation.ref) for citation in cited)


def is_weak(site: Site, cited: Iterable[Citation]) -> bool:
    """Whether this is less than two independent sources, and no primary one."""
    found = origins(site, cited)
    return len(found) < 2 and not any(_is_primary(site.records[ref]) for ref in found)


def _is_primary(source: Record) -> bool:
    return isinstance(source, Source) and source.type in PRIMARY


# -- what must not rest on one source ------------------------------------------------------------------------------


def flag(site: Site, part: Part) -> str:
    """What the page says beside a key point, preferred value or leading event with too little under it, or nothing."""
    if not _leads(part) or not is_weak(site, citations(part)):
        return ""
    return "one source" if any(citations(part)) else "no source"


def _leads(part: Part) -> bool:
    if isinstance(part, Value):
        return part.preferred
    if isinstance(part, Event):
        return part.importance == 1
    return isinstance(part, KeyPoint)


def _leading(record: Record) -> Iterator[tuple[Path, Part, str]]:
    if isinstance(record, Explainer):
        for number, point in enumerate(record.key_points):
            yield ("key_points", number, "text"), point, "this key point"
    elif isinstance(record, Figure):
        for number, value in enumerate(record.values):
            yield ("values", number), value, "this preferred value"
    elif isinstance(record, Event):
        yield ("importance",), record, "this event of importance 1"


def single_source(site: Site, record: Record) -> Iterator[Diagnostic]:
    """What a hurried reader sees rests on two independent sources, or on a primary one."""
    for path, part, name in _leading(record):
        if said := flag(site, part):
            rests = "rests on one source" if said == "one source" else "names no source"
            hint = "cite a source that does not repeat it, or the document itself; the page says “one source”"
            yield Diagnostic(site.at(record.ref, path), "single-source", f"{name} {rests}", hint, Severity.WARNING)


# -- what a source supports ----------------------------------------------------------------------------------------


def support(site: Site, source: Source) -> Support:
    """What rests on this source, over all records that name it."""
    own, found = origin(site, source.ref), Support()
    for ref in site.backlinks.get(source.ref, ()):
        for cited in site.records[ref].statements:
            if any(citation.ref == source.ref for citation in cited):
                alone = origins(site, cited) == {own}
                found = Support(found.statements + 1, found.sole + alone)
    return found
