"""What functions find in the records of a site, taken over from an earlier site where they would find the same."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import partial
from itertools import islice
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


@dataclass(frozen=True)
class Question(Generic[T]):
    """What a function is to find in every record; where it finds `nothing`, nothing is kept."""

    function: Callable[[Site, Record], T]
    before: Looks[T] | None
    nothing: T


def look(site: Site, since: Since, question: Question[T]) -> Looks[T]:
    """What the function finds in each record, taken over from `before` where it would find the same."""
    [found] = look_together(site, since, [question])
    return found


def look_together(site: Site, since: Since, questions: Sequence[Question[Any]]) -> list[Looks[Any]]:
    """What each of several functions finds, which the same processes share."""
    lookings = [_Looking(site, since, question) for question in questions]
    tasks = [deriving(site, task) for looking in lookings for task in looking.tasks]
    answers = with_derived(site, together(tasks, since.jobs))
    return [looking.end(islice(answers, len(looking.tasks))) for looking in lookings]


class _Looking(Generic[T]):
    """A look that has begun: its tasks are known, and what needs none."""

    def __init__(self, site: Site, since: Since, question: Question[T]) -> None:
        self._site = site
        self._found, self._readers, self._renewed = dict[Ref, T](), since.readers(), set[Ref]()
        stale: Sequence[Ref] = site.order
        if before := question.before:
            self._found, self._readers = dict(before.found), before.readers
            changes = since(before.site)
            self._renewed = changes.affected(before.readers) | changes.records
            for ref in self._renewed:
                self._found.pop(ref, None)
            stale = sorted(ref for ref in self._renewed if ref in site.records)
        parts = slices([site.records[ref] for ref in stale], since.jobs, _MANY)
        self.tasks = [partial(_looked, part, site, question, since.remembers) for part in parts]

    def end(self, answers: Iterable["_Answer[T]"]) -> Looks[T]:
        """The look, now that its tasks are done."""
        reads = dict[Ref, Reads]()
        for found, read in answers:
            self._found |= found
            reads |= read
        return Looks(self._site, self._found, self._readers.renewed(reads, self._renewed), self._renewed)


# What was found in some records, and what was read for it, each where it was anything.
_Answer = tuple[Mapping[Ref, T], Mapping[Ref, Reads]]

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


def _looked(records: Sequence[Record], site: Site, question: Question[T], remembers: bool) -> _Answer[T]:
    found, reads = dict[Ref, T](), dict[Ref, Reads]()
    noticed = Noticed()
    asked = NoticingSite(site, noticed) if remembers else site
    for record in records:
        answer = question.function(asked, record)
        if answer != question.nothing:
            found[record.ref] = answer
        if remembers:
            noticed.forget(record.ref)
            if read := noticed.taken():
                reads[record.ref] = read
    return found, reads
