"""What a page looks at, noticed as it looks: it need not be made again until something of that is different.

Templates are noticed attribute by attribute (`environment` in `templating`), Python code record by record. What was
looked for and not found counts as looked at.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any, Generic, TypeVar, cast

from generator.diagnostics import Location
from generator.parallel import slices, together
from generator.records import Explainer, Record
from generator.refs import Ref
from generator.same import Edited, differing
from generator.site import Derivation, Site
from generator.yamlfile import Path

# What was looked at, and which attributes of it. A subject is a record's `Ref`, or a named thing of the site.
Subject = Ref | tuple[str, Any]
Reads = Mapping[Subject, frozenset[str]]

WHOLE = "*"
EXISTS = ""

Key = TypeVar("Key")
T = TypeVar("T")


class Noticed:
    """Collects what one page after the other reads."""

    def __init__(self) -> None:
        self._reads: dict[Subject, set[str]] = {}
        self._subjects: dict[Subject, Subject] = {}
        self._sets: dict[frozenset[str], frozenset[str]] = {}
        self._small: dict[tuple[Subject, frozenset[str]] | None, Reads] = {}

    def note(self, subject: Subject, attribute: str = WHOLE) -> None:
        seen = self._reads.get(subject)
        if seen is None:
            self._reads[subject] = {attribute}
        else:
            seen.add(attribute)

    def forget(self, subject: Subject) -> None:
        self._reads.pop(subject, None)

    def taken(self) -> Reads:
        """What was read since the last call. What is equal is one object: thousands of pages read much the same.

        So are whole mappings of one subject or none, which are the commonest.
        """
        reads, self._reads = self._reads, {}
        share, known = self._shared, self._subjects
        found = {known.setdefault(subject, subject): share(frozenset(names)) for subject, names in reads.items()}
        return found if len(found) > 1 else self._small.setdefault(next(iter(found.items()), None), found)

    def _shared(self, attributes: frozenset[str]) -> frozenset[str]:
        return self._sets.setdefault(attributes, attributes)


class Unnoticed(Noticed):
    """For a build that nobody follows."""

    def note(self, subject: Subject, attribute: str = WHOLE) -> None:
        pass


class Readers(Generic[Key]):
    """Who read what, for a process that asks again and again: by subject, those who may have read it."""

    def __init__(self) -> None:
        self._of: dict[Subject, set[Key]] = {}

    def add(self, key: Key, reads: Iterable[Subject]) -> None:
        for subject in reads:
            readers = self._of.get(subject)
            if readers is None:
                self._of[subject] = {key}
            else:
                readers.add(key)

    def of(self, subjects: Iterable[Subject]) -> set[Key]:
        """Never too few, but also those who read it once and do so no longer."""
        return set[Key]().union(*(self._of[subject] for subject in subjects if subject in self._of))


class NoticingSite(Site):
    """The site for Python code: whatever is looked at counts as read whole. `raw` is the site itself, for templates."""

    def __init__(self, raw: Site, noticed: Noticed) -> None:
        set_ = object.__setattr__  # a Site is frozen
        set_(self, "raw", raw)
        set_(self, "noticed", noticed)
        set_(self, "kinds", raw.kinds)
        set_(self, "order", raw.order)
        set_(self, "by_kind", raw.by_kind)
        set_(self, "renamed", raw.renamed)
        set_(self, "written", raw.written)
        set_(self, "seeds", _Named("seeds", raw.seeds, noticed))
        set_(self, "records", _Records(raw.records, noticed))
        set_(self, "backlinks", _Named("backlinks", raw.backlinks, noticed))
        set_(self, "coverage", _Named("coverage", raw.coverage, noticed))
        set_(self, "evidence", _Named("evidence", raw.evidence, noticed))

    raw: Site
    noticed: Noticed

    @property
    def explainer(self) -> Explainer:
        """Noticed attribute by attribute: everything reads a little of it."""
        return cast(Explainer, _NoticedExplainer(self.raw.explainer, self.noticed))

    @property
    def waiving(self) -> tuple[Record, ...]:
        """Only which records they are counts as read."""
        self.noticed.note(("waiving", WHOLE))
        return self.raw.waiving

    @property
    def map_data(self) -> bytes | None:
        self.noticed.note(("map_data", WHOLE))
        return self.raw.map_data

    def at(self, ref: Ref, path: Path = (), offset: int | None = None) -> Location:
        self.noticed.note(("written", ref))
        return self.raw.at(ref, path, offset)

    def of_kind(self, kind: str) -> tuple[Record, ...]:
        self.noticed.note(("all", kind))
        return self.raw.of_kind(kind)

    def each(self, kind: str, *attributes: str) -> list[tuple[Any, ...]]:
        """No more than these attributes count as read."""
        self.noticed.note(("kind", kind))
        for attribute in attributes:
            self.noticed.note(("each", kind), attribute)
        return self.raw.each(kind, *attributes)

    def referring(self, ref: Ref, kind: str) -> tuple[Record, ...]:
        found = self.listed_referring(ref, kind)
        for record in found:
            self.noticed.note(record.ref)
        return found

    def derived(self, make: Callable[[Site], T]) -> T:
        self.noticed.note(("derived", make))
        known = self.raw.derivations
        if make not in known:
            noticed = Noticed()
            made = make(NoticingSite(self.raw, noticed))
            known[make] = Derivation(made, noticed.taken())
        return self.raw.derived(make)

    def for_templates(self, attribute: str) -> Any:
        """What a template gets by that name: the records it is given are noticed attribute by attribute."""
        if attribute == "explainer":
            return self.raw.explainer
        if attribute in _UNNOTICED:
            self.noticed.note(("all", WHOLE))
        return getattr(self, {"of_kind": "listed", "referring": "listed_referring"}.get(attribute, attribute))

    def listed(self, kind: str) -> tuple[Record, ...]:
        """`of_kind` where only which records there are, and in which order, counts as read."""
        self.noticed.note(("kind", kind))
        return self.raw.of_kind(kind)

    def listed_referring(self, ref: Ref, kind: str) -> tuple[Record, ...]:
        """`referring` where only which records there are counts as read."""
        self.noticed.note(("backlinks", ref))
        return self.raw.referring(ref, kind)


# What is not noticed when Python code has it: that asks for records one by one, or runs in every build.
_UNNOTICED = frozenset({"order", "by_kind", "renamed", "written"})


class _NoticedExplainer:
    def __init__(self, explainer: Explainer, noticed: Noticed) -> None:
        self._explainer, self._noticed = explainer, noticed

    def __getattr__(self, name: str) -> Any:
        self._noticed.note(self._explainer.ref, name)
        return getattr(self._explainer, name)


class _Records(Mapping[Ref, Record]):
    def __init__(self, records: Mapping[Ref, Record], noticed: Noticed) -> None:
        self._records, self._noticed = records, noticed

    def __getitem__(self, ref: Ref) -> Record:
        self._noticed.note(ref)
        return self._records[ref]

    def __contains__(self, ref: object) -> bool:
        if isinstance(ref, Ref):
            self._noticed.note(ref, EXISTS)
        return ref in self._records

    def __iter__(self) -> Iterator[Ref]:
        self._noticed.note(("all", WHOLE))
        return iter(self._records)

    def __len__(self) -> int:
        self._noticed.note(("all", WHOLE))
        return len(self._records)


class _Named(Mapping[Key, T]):
    """What the site knows under one name, such as the backlinks of each record."""

    def __init__(self, name: str, known: Mapping[Key, T], noticed: Noticed) -> None:
        self._name, self._known, self._noticed = name, known, noticed

    def __getitem__(self, key: Key) -> T:
        self._noticed.note((self._name, key))
        return self._known[key]

    def __iter__(self) -> Iterator[Key]:
        self._noticed.note(("all", WHOLE))
        return iter(self._known)

    def __len__(self) -> int:
        self._noticed.note(("all", WHOLE))
        return len(self._known)


class Changes:
    """What differs between two sites, and so which reads are out of date."""

    def __init__(self, before: Site, after: Site) -> None:
        self._before, self._after = before, after
        self._known: dict[tuple[Ref, str], bool] = {}
        self._open: set[Subject] = {("derived", make) for make in before.derivations}
        self.records = differing(before.records, after.records)
        self._subjects: set[Subject] = {*self.records, *(("all", ref.kind) for ref in self.records)}
        for name in ("backlinks", "written", "seeds"):
            self._add(name)
        if before.waiving != after.waiving:
            self._subjects.add(("waiving", WHOLE))
        if before.map_data != after.map_data:
            self._subjects.add(("map_data", WHOLE))
        self._subjects |= {("each", ref.kind) for ref in self.records}
        for kind in after.kinds if before.order is not after.order else ():
            if _refs(before, kind.kind) != _refs(after, kind.kind):
                self._subjects |= {("kind", kind.kind), ("all", kind.kind)}
        if self._subjects:
            self._subjects.add(("all", WHOLE))

    def settle(self, after: Site) -> None:
        """Go on with the later site, whose evidence is known; what would come out alike is not derived anew."""
        self._after = after
        self._add("evidence")
        self._add("coverage")
        for make, old in self._before.derivations.items():
            if old.reads is not None and self._open.isdisjoint(old.reads) and not self.affect(old.reads):
                self._open.discard(("derived", make))
                after.derivations.setdefault(make, old)

    def _add(self, name: str) -> None:
        found = differing(getattr(self._before, name), getattr(self._after, name))
        self._subjects |= {(name, key) for key in found}

    def affected(
        self, reads: Mapping[Key, Reads], readers: "Readers[Key] | None", different: Set[Subject] = frozenset()
    ) -> set[Key]:
        """Whose reads are out of date; `different` is what differs and is no part of the site, such as templates."""
        if readers is None or len(reads) < _FEW:
            suspects = self._subjects | self._open | different
            among = [key for key, read in reads.items() if not read.keys().isdisjoint(suspects)]
        else:
            self._resolve([subject for subject in self._open if readers.of([subject])])
            among = [key for key in readers.of(self._subjects | different) if key in reads]
        return {key for key in among if not different.isdisjoint(reads[key]) or self.affect(reads[key])}

    def affect(self, reads: Reads) -> bool:
        """Whether something of what was read is different now."""
        if not self._open.isdisjoint(reads):
            self._resolve([subject for subject in reads if subject in self._open])
        if self._subjects.isdisjoint(reads):
            return False
        return any(self._differs(subject, reads[subject]) for subject in self._subjects & reads.keys())

    def _resolve(self, derived: Iterable[Subject]) -> None:
        """Find out whether what was derived from the site is different; made anew only if it may be."""
        for subject in derived:
            self._open.discard(subject)
            make: Any = subject[1]
            old = self._before.derivations[make]
            if old.reads is not None and not self.affect(old.reads):
                self._after.derivations.setdefault(make, old)
            elif self._derived(make) != old.made:
                self._subjects.add(subject)

    def _derived(self, make: Callable[[Site], Any]) -> Any:
        """What the function makes of the site now; or its exception, for whoever asked for it may not ask now."""
        try:
            return NoticingSite(self._after, Noticed()).derived(make)
        except Exception as error:
            return error

    def _differs(self, subject: Subject, attributes: Iterable[str]) -> bool:
        if isinstance(subject, Ref):
            return any(self._attribute_differs(subject, name) for name in attributes)
        what, kind = subject
        if what == "each":
            refs = [ref for ref in self.records if ref.kind == kind]
            return any(self._attribute_differs(ref, name) for ref in refs for name in attributes)
        return True

    def _attribute_differs(self, ref: Ref, name: str) -> bool:
        key = (ref, name)
        if key not in self._known:
            before, after = self._before.records.get(ref), self._after.records.get(ref)
            if before is None or after is None or name == WHOLE:
                self._known[key] = True
            else:
                self._known[key] = name != EXISTS and getattr(before, name, None) != getattr(after, name, None)
        return self._known[key]


@dataclass(frozen=True)
class Looks(Generic[T]):
    """What one function found in the records of a site, where it found anything, and what else it read for each."""

    site: Site
    found: Mapping[Ref, T]
    reads: Mapping[Ref, Reads]
    """What it read besides the record itself, where that was anything."""
    readers: Readers[Ref] | None
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
        found, reads, readers = dict(before.found), dict(before.reads), before.readers
        changes = since(before.site)
        renewed = changes.affected(before.reads, readers) | changes.records
        for ref in renewed:
            found.pop(ref, None)
            reads.pop(ref, None)
        stale = sorted(ref for ref in renewed if ref in site.records)
    parts = slices([site.records[ref] for ref in stale], since.jobs, _MANY)
    tasks = [deriving(site, partial(_looked, part, site, function, since.remembers)) for part in parts]
    answers = together(tasks, since.jobs)
    for ref, read, answer in chain.from_iterable(with_derived(site, answers)):
        if answer != nothing:
            found[ref] = answer
        if read:
            reads[ref] = read
        if readers is not None:
            readers.add(ref, read)
    return Looks(site, found, reads, readers, renewed)


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


_FEW = 100  # so many are asked each what it read, and nothing is derived again that they did not read
_MANY = 1000  # for fewer records another process costs more than it spares


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


class Since:
    """The changes to a site since any earlier one, worked out once for each.

    Looks at it are shared among `jobs` processes, and notice what they read only if somebody `remembers` it; for one
    who `lasts`, also who read what.
    """

    def __init__(self, site: Site, jobs: int = 1, remembers: bool = True, lasts: bool = False) -> None:
        self.jobs, self.remembers = jobs, remembers
        self._site, self._lasts = site, lasts
        self._known: list[tuple[Site, Changes]] = []
        self._is_settled = False

    def readers(self) -> "Readers[Any] | None":
        return Readers() if self._lasts else None

    def __call__(self, before: Site) -> Changes:
        for site, changes in self._known:
            if site is before:
                return changes
        changes = Changes(before, self._site)
        if self._is_settled:
            changes.settle(self._site)
        self._known.append((before, changes))
        return changes

    def settle(self, site: Site) -> None:
        """Go on with the later site once its evidence is known."""
        self._site, self._is_settled = site, True
        for _, changes in self._known:
            changes.settle(site)


def _refs(site: Site, kind: str) -> list[Ref]:
    return [record.ref for record in site.of_kind(kind)]
