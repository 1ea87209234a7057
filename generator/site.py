"""The site: every record by its key, by its kind, and backwards from what it refers to."""

from collections.abc import Callable, Iterable, Iterator, Mapping
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
) -> Site:
    """The site of these records, which were read from `content`; exactly one is the explainer."""
    rank = {kind.kind: number for number, kind in enumerate(kinds)}
    entries = sorted(parsed, key=lambda p: (rank[p.record.kind], *_position(p.record), p.record.id))
    records = {entry.record.ref: entry.record for entry in entries}
    backlinks: dict[Ref, dict[Ref, None]] = {}
    for record in records.values():
        for target in _named(record):
            if target != record.ref:
                backlinks.setdefault(target, {})[record.ref] = None
    (explainer,) = (record for record in records.values() if isinstance(record, Explainer))
    written = {entry.record.ref: (entry.path, content[entry.path]) for entry in entries}
    map_data = content.get(f"content/{explainer.map.file}") if explainer.map else None
    named = {ref: tuple(found) for ref, found in backlinks.items()}
    return Site(explainer, kinds, records, written, seeds, named, map_data=map_data)


def _named(record: Record) -> Iterator[Ref]:
    yield from (target for target, _, _ in references(record))
    yield from (value.ref for _, value in values(record) if isinstance(value, Party) and value.ref)


def _position(record: Record) -> tuple[object, ...]:
    return record.position
