"""What functions find in the records of a site, taken over from an earlier site where they would find the same."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any, Generic, TypeVar

from generator.changes import Since
from generator.parallel import slices, together
from generator.readers import Readers
from generator.reads import Noticed, NoticingSite, Reads
from generator.records import Record
from generator.refs import Ref
from generator.same import Edited
from generator.site import Derivation, Site

T = TypeVar("T")

_MANY = 1000  # for fewer records another process costs more than it spares


@dataclass(frozen=True)
class Looks(Generic[T]):
    """What one function found in the records of a site, where it found anything."""

    site: Site
    found: Mapping[Ref, T]
    readers: Readers[Ref]
    """What it read for each besides the record itself, where that was anything."""
    renewed: Set[Ref]
    """The records that came, went or were looked at again since the looks `before`, where there were such."""

    def __iter__(self) -> Iterator[T]:
        return iter(self.found.values())

    def each(self, name: str, before: "Looks[T] | None") -> Mapping[Ref, Any]:
        """What was found of each record under this name, unless it is empty; a site has it under the same name."""
        fresh = [ref for ref in sorted(self.renewed) if ref in self.found] if before else self.found
        values = {ref: value for ref in fresh if (value := getattr(self.found[ref], name))}
        return Edited(getattr(before.site, name), values, self.renewed - values.keys()) if before else values


def look(
    site: Site, function: Callable[[Site, Record], T], before: "Looks[T] | None", since: "Since", nothing: T
) -> Looks[T]:
    """What the function finds in each record, taken over from `before` where it would find the same.

    Where it finds `nothing`, nothing is kept.
    """
    stale: Sequence[Ref] = site.order
    renewed: Set[Ref] = frozenset()
    found, reads, readers = dict[Ref, T](), dict[Ref, Reads](), since.readers()
    if before:
        found, readers = dict(before.found), before.readers
        changes = since(before.site)
        renewed = changes.affected(readers) | changes.records
        for ref in renewed:
            found.pop(ref, None)
        stale = sorted(ref for ref in renewed if ref in site.records)
    parts = slices([site.records[ref] for ref in stale], since.jobs, _MANY)
    tasks = [deriving(site, partial(_looked, part, site, function, since.remembers)) for part in parts]
    answers = together(tasks, since.jobs)
    for ref, read, answer in chain.from_iterable(with_derived(site, answers)):
        if answer != nothing:
            found[ref] = answer
        if read:
            reads[ref] = read
    return Looks(site, found, readers.renewed(reads, renewed), renewed)


Derived = Mapping[Callable[[Site], Any], Derivation]


def deriving(site: Site, task: Callable[[], T]) -> Callable[[], tuple[T, Derived]]:
    """The task, for another process too: with what it gives goes what was derived from the site for it."""

    def run() -> tuple[T, Derived]:
        known = set(site.derivations)
        done = task()
        return done, {make: derived for make, derived in site.derivations.items() if make not in known}

    return run


def with_derived(site: Site, answers: Iterable[tuple[T, Derived]]) -> Iterator[T]:
    """What the tasks gave; the site has then all that was derived from it."""
    for done, derived in answers:
        for make, made in derived.items():
            site.derivations.setdefault(make, made)
        yield done


def _looked(
    records: Sequence[Record], site: Site, function: Callable[[Site, Record], T], remembers: bool
) -> list[tuple[Ref, Reads, T]]:
    if not remembers:
        return [(record.ref, {}, function(site, record)) for record in records]
    noticed = Noticed()
    noticing = NoticingSite(site, noticed)
    answers = []
    for record in records:
        answer = function(noticing, record)
        noticed.forget(record.ref)
        answers.append((record.ref, noticed.taken(), answer))
    return answers
