"""The site: every record by its key, by its kind, and backwards from what it refers to."""

from collections.abc import Callable, KeysView, Mapping, Set
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar

from generator.diagnostics import Location, Path
from generator.evidence import Evidence
from generator.fields import Party
from generator.parse import Parsed
from generator.records import Event, Explainer, Place, Record
from generator.refs import Ref
from generator.same import Edited, replaced

if TYPE_CHECKING:
    from generator.yamlfile import Document

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
    order: tuple[Ref, ...]
    """All records; the same object for as long as they come in the same order."""
    records: Mapping[Ref, Record]
    by_kind: Mapping[str, tuple[Record, ...]]
    waiving: tuple[Record, ...]
    """The records with waivers."""
    renamed: tuple[Record, ...]
    """The records that had other ids before."""
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

    def keeps_its_place(self, record: Record) -> bool:
        """Whether a record that changed stands where it stood."""
        known = self.records.get(record.ref)
        return known is not None and (known is record or known.position == record.position)

    def of_kind(self, kind: str) -> tuple[Record, ...]:
        """The records of a kind in their order; none for a kind that there is not."""
        return self.by_kind.get(kind, ())

    def each(self, kind: str, *attributes: str) -> list[tuple[Any, ...]]:
        """These attributes of each record of one kind: for what is worked out of very many and does not need more."""
        return [tuple([getattr(record, name) for name in attributes]) for record in self.of_kind(kind)]

    def referring(self, ref: Ref, kind: str) -> tuple[Record, ...]:
        """The records of one kind that name this one."""
        return tuple(self.records[origin] for origin in self.backlinks.get(ref, ()) if origin.kind == kind)

    def zone_of(self, event: Event) -> str:
        """The zone of an event's clock: its own, else that of the first place it names, else the explainer's."""
        return self.zones_of(event)[0]

    def zones_of(self, event: Event) -> tuple[str, ...]:
        """The zones that an event's clock can mean: as `zone_of`, but of every place it names."""
        places = (self.records[ref] for ref in event.where)
        of_places = tuple(place.timezone for place in places if isinstance(place, Place))
        return (event.when.zone,) if event.when.zone else of_places or (self.explainer.timezone,)

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
def _document(path: str, content: bytes) -> "Document":
    """Read again when a place is asked for, which is seldom: thousands of records need not keep theirs."""
    from generator import yamlfile  # nor need the parser be loaded

    document, _ = yamlfile.parse(path, content)
    assert document is not None
    return document


@dataclass(frozen=True)
class Assembled:
    """A site, and what it was assembled of: the records by the paths of their files."""

    parsed: Mapping[str, Parsed]
    site: Site


def assemble(
    parsed: Mapping[str, Parsed],
    kinds: tuple[type[Record], ...],
    content: Mapping[str, bytes],
    seeds: Mapping[str, bytes],
    before: Assembled | None = None,
) -> Assembled:
    """The site of these records, whose files are in `content`; exactly one is the explainer.

    What is as it was `before` is not sorted and linked again.
    """
    was = before.parsed if before and before.site.kinds == kinds else {}
    old = before.site if before and was else None
    paths = list(replaced(was, parsed))  # of files that came, went or were read again
    fresh = [parsed[path] for path in paths if path in parsed]
    gone = {was[path].record.ref for path in paths if path not in parsed}
    # A file that is only typed another way is read as an equal record: the site keeps the one it has.
    read = {entry.record.ref: entry.record for entry in fresh}
    changed = {ref: record for ref, record in read.items() if not old or old.records.get(ref) != record}
    by_kind = {kind.kind: _group(kind.kind, changed, gone, old) for kind in kinds}
    written = {entry.record.ref: (entry.path, content[entry.path]) for entry in fresh}
    records: Mapping[Ref, Record]
    if old and not gone and all(map(old.keeps_its_place, changed.values())):
        order, records, written = old.order, Edited(old.records, changed), Edited(old.written, written)
    else:
        records = {record.ref: record for group in by_kind.values() for record in group}
        order = tuple(records)
        known = {**old.written, **written} if old else written
        written = {ref: known[ref] for ref in order}
    backlinks = _backlinks({*changed, *gone}, records, order, old)
    (explainer,) = by_kind[Explainer.kind]
    assert isinstance(explainer, Explainer)
    map_data = content.get(f"content/{explainer.map.file}") if explainer.map else None
    waiving, renamed = _special(changed, records, order, old)
    site = Site(
        explainer, kinds, order, records, by_kind, waiving, renamed, written, seeds, backlinks, map_data=map_data
    )
    return Assembled(parsed, site)


def _special(
    changed: Mapping[Ref, Record], records: Mapping[Ref, Record], order: tuple[Ref, ...], old: Site | None
) -> tuple[tuple[Record, ...], tuple[Record, ...]]:
    """The records with waivers and those with aliases: few, so that nobody need look for them."""
    if old and old.order is order:
        before_and_after = [*changed.values(), *(old.records[ref] for ref in changed)]
        if not any(record.waive or record.aliases for record in before_and_after):
            return old.waiving, old.renamed
    waiving = tuple(record for record in records.values() if record.waive)
    return waiving, tuple(record for record in records.values() if record.aliases)


def _group(kind: str, changed: Mapping[Ref, Record], gone: Set[Ref], old: Site | None) -> tuple[Record, ...]:
    """The records of one kind, in order."""
    group = old.of_kind(kind) if old else ()
    new = {ref: record for ref, record in changed.items() if ref.kind == kind}
    left = any(ref.kind == kind for ref in gone)
    if old and not left and all(map(old.keeps_its_place, new.values())):
        return _in_place(group, new, old)
    kept = [record for record in group if record.ref not in new and record.ref not in gone]
    return tuple(sorted([*kept, *new.values()], key=lambda record: (*record.position, record.id)))


def _in_place(group: tuple[Record, ...], new: Mapping[Ref, Record], old: Site) -> tuple[Record, ...]:
    """The records, some of them changed. Not one of the others is looked at: there may be very many."""
    if not new:
        return group
    places, records = dict(zip(map(id, group), count())), list(group)
    for ref, record in new.items():
        records[places[id(old.records[ref])]] = record
    return tuple(records)


def _backlinks(
    changed: Set[Ref], records: Mapping[Ref, Record], order: tuple[Ref, ...], old: Site | None
) -> Mapping[Ref, tuple[Ref, ...]]:
    """Who names each record. Only what changed, or came, or went, names others than it did."""
    was = {ref: _named(old.records[ref]) for ref in changed if old and ref in old.records}
    now = {ref: _named(records[ref]) for ref in (order if old is None else changed) if ref in records}
    if old and old.order is order and was == now:
        return old.backlinks
    rank = {ref: number for number, ref in enumerate(order)}
    naming: dict[Ref, list[Ref]] = {target: [] for targets in was.values() for target in targets}
    for origin, targets in now.items():
        for target in targets:
            naming.setdefault(target, []).append(origin)
    backlinks = dict(old.backlinks) if old else {}
    for target, origins in naming.items():
        kept = [origin for origin in backlinks.pop(target, ()) if origin not in changed]
        if kept or origins:
            backlinks[target] = tuple(sorted([*kept, *origins], key=rank.__getitem__))
    return backlinks


def _named(record: Record) -> KeysView[Ref]:
    """The other records that this one names, in a stated order."""
    named = [target for target, _, _ in record.references]
    named += [value.ref for _, value in record.leaves if isinstance(value, Party) and value.ref]
    return dict.fromkeys(ref for ref in named if ref != record.ref).keys()
