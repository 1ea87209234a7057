"""What a page looks at, noticed as it looks: it need not be made again until something of that is different.

Templates are noticed attribute by attribute (`environment` in `templating`), Python code record by record. What was
looked for and not found counts as looked at.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar, cast

from generator.diagnostics import Location, Path
from generator.records import Explainer, Record
from generator.refs import Ref
from generator.site import Derivation, Site

# What was looked at, and which attributes of it. A subject is a record's `Ref`, or a named thing of the site.
Subject = Ref | tuple[str, Any]
Reads = Mapping[Subject, frozenset[str]]

WHOLE = "*"
EXISTS = ""
_SMALL = 2

Key = TypeVar("Key")
T = TypeVar("T")


class Noticed:
    """Collects what one page after the other reads."""

    def __init__(self) -> None:
        self._reads: dict[Subject, set[str]] = {}
        self._subjects: dict[Subject, Subject] = {}
        self._sets: dict[frozenset[str], frozenset[str]] = {}
        self._small: dict[tuple[tuple[Subject, frozenset[str]], ...], Reads] = {}

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

        So are whole mappings of two subjects or fewer, which are the commonest.
        """
        reads, self._reads = self._reads, {}
        share, known = self._shared, self._subjects
        found = {known.setdefault(subject, subject): share(frozenset(names)) for subject, names in reads.items()}
        return found if len(found) > _SMALL else self._small.setdefault(tuple(found.items()), found)

    def _shared(self, attributes: frozenset[str]) -> frozenset[str]:
        return self._sets.setdefault(attributes, attributes)


class Unnoticed(Noticed):
    """For a build that nobody follows."""

    def note(self, subject: Subject, attribute: str = WHOLE) -> None:
        pass


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
