"""The site: every record by its key, by its kind, and backwards from what it refers to."""

from collections.abc import Callable, Iterable, KeysView, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, TypeVar

from generator import yamlfile
from generator.diagnostics import Location
from generator.evidence import Evidence
from generator.fields import Party
from generator.parse import Parsed
from generator.records import Explainer, Record, references, values
from generator.refs import Ref
from generator.yamlfile import Document, Path

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Share:
    """How many of the sentences that need a source have one."""

    covered: int = 0
    claims: int = 0

    def __add__(self, other: "Share") -> "Share":
        return Share(self.covered + other.covered, self.claims + other.claims)


@dataclass(frozen=True, slots=True)
class Derivation:
    """What was made of a site, and what was read for it; None if nobody noticed."""

    made: Any
    reads: Any = None


@dataclass(frozen=True)
class Site:
    """All records, linked. Orders are stated: kinds as listed, records by their position, then by id."""

    explainer: Explainer
    kinds: tuple[type[Record], ...]
    records: Mapping[Ref, Record]
    written: Mapping[Ref, tuple[str, bytes]]
    seeds: Mapping[str, bytes]
    backlinks: Mapping[Ref, tuple[Ref, ...]]
    evidence: Mapping[Ref, tuple[Evidence, ...]] = field(default_factory=dict)
    """What was found of a record’s quotations, in the order of its fields."""
    coverage: Mapping[Ref, Share] = field(default_factory=dict)
    """How many of a record’s sentences that need a source have one."""
    map_data: bytes | None = None
    """The file that the explainer names under `map`, where there is one."""
    derivations: "dict[Callable[[Site], Any], Derivation]" = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def _by_kind(self) -> Mapping[str, tuple[Record, ...]]:
        found: dict[str, list[Record]] = {}
        for record in self.records.values():
            found.setdefault(record.kind, []).append(record)
        return {kind: tuple(records) for kind, records in found.items()}

    def of_kind(self, kind: str) -> tuple[Record, ...]:
        return self._by_kind.get(kind, ())

    def referring(self, ref: Ref, kind: str) -> tuple[Record, ...]:
        """The records of one kind that name this one."""
        return tuple(self.records[origin] for origin in self.backlinks.get(ref, ()) if origin.kind == kind)

    def derived(self, make: "Callable[[Site], T]") -> T:
        """What a function makes of the whole site, made once: pages that share it do not make it each."""
        if make not in self.derivations:
            self.derivations[make] = Derivation(make(self))
        found: T = self.derivations[make].made
        return found

    def at(self, ref: Ref, path: Path = (), offset: int | None = None) -> Location:
        """Where a value of a record, or a character of it, was written."""
        return _document(*self.written[ref]).at(path, offset)


@lru_cache(maxsize=256)
def _document(path: str, content: bytes) -> Document:
    """Read again when a place is asked for, which is seldom: thousands of records need not keep theirs."""
    document, _ = yamlfile.parse(path, content)
    assert document is not None
    return document


def assemble(
    parsed: Iterable[Parsed],
    kinds: tuple[type[Record], ...],
    content: Mapping[str, bytes],
    seeds: Mapping[str, bytes],
    before: Site | None = None,
) -> Site:
    """The site of these records, which were read from `content`; exactly one is the explainer.

    A site from `before` spares the sorting and linking of what is the same in both.
    """
    paths = {entry.record.ref: entry.path for entry in parsed}
    found = {entry.record.ref: entry.record for entry in parsed}
    if before and _is_in_order(before.records, found):
        records = {ref: found[ref] for ref in before.records}
        backlinks = _links_after(before, records)
    else:
        rank = {kind.kind: number for number, kind in enumerate(kinds)}
        ordered = sorted(found.values(), key=lambda record: (rank[record.kind], *record.position, record.id))
        records = {record.ref: record for record in ordered}
        backlinks = _links(records)
    (explainer,) = (record for ref, record in records.items() if ref.kind == Explainer.kind)
    assert isinstance(explainer, Explainer)
    written = {ref: (path, content[path]) for ref, path in paths.items()}
    map_data = content.get(f"content/{explainer.map.file}") if explainer.map else None
    return Site(explainer, kinds, records, written, seeds, backlinks, map_data=map_data)


def _is_in_order(before: Mapping[Ref, Record], after: Mapping[Ref, Record]) -> bool:
    """Whether the records are the same ones, and each stands where it stood."""
    return before.keys() == after.keys() and all(
        record is before[ref] or record.position == before[ref].position for ref, record in after.items()
    )


def _links(records: Mapping[Ref, Record]) -> dict[Ref, tuple[Ref, ...]]:
    backlinks: dict[Ref, list[Ref]] = {}
    for record in records.values():
        for target in _named(record):
            backlinks.setdefault(target, []).append(record.ref)
    return {ref: tuple(origins) for ref, origins in backlinks.items()}


def _links_after(before: Site, records: Mapping[Ref, Record]) -> Mapping[Ref, tuple[Ref, ...]]:
    """The backlinks, where only some records are other ones than before."""
    changed = [(old, records[ref]) for ref, old in before.records.items() if old is not records[ref]]
    moved = {new.ref: _named(old) ^ _named(new) for old, new in changed}
    if not any(moved.values()):
        return before.backlinks
    rank = {ref: number for number, ref in enumerate(records)}
    backlinks = dict(before.backlinks)
    for origin, targets in moved.items():
        for target in targets:
            origins = {*backlinks.pop(target, ())} ^ {origin}
            if origins:
                backlinks[target] = tuple(sorted(origins, key=rank.__getitem__))
    return backlinks


def _named(record: Record) -> KeysView[Ref]:
    """The other records that this one names, in a stated order."""
    named = [target for target, _, _ in references(record)]
    named += [value.ref for _, value in values(record) if isinstance(value, Party) and value.ref]
    return dict.fromkeys(ref for ref in named if ref != record.ref).keys()
