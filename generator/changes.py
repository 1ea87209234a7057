"""What differs between two sites, and so which looks at their records, and which pages, have to be made again."""

from collections.abc import Callable, Collection, Iterable, Set
from typing import Any, TypeVar

from generator.readers import Readers
from generator.reads import EXISTS, WHOLE, Noticed, NoticingSite, Reads, Subject
from generator.refs import Ref
from generator.same import differing
from generator.site import Site

Key = TypeVar("Key")
T = TypeVar("T")


_FEW = 100  # keys of which nothing is derived again that they did not read


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
        self, readers: Readers[Key], keys: Collection[Key] | None = None, different: Set[Subject] = frozenset()
    ) -> set[Key]:
        """Whose reads are out of date, at least among these `keys`.

        `different` is what differs and is no part of the site, such as templates.
        """
        if keys is not None and len(keys) < _FEW:
            reads = {key: read for key in keys if (read := readers.get(key))}
        else:
            self._resolve([subject for subject in self._open if readers.have_read(subject)])
            reads = readers.of(self._subjects | different)
        return {key for key, read in reads.items() if not different.isdisjoint(read) or self.affect(read)}

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

    def readers(self) -> Readers[Any]:
        """Nobody yet."""
        return Readers(self._lasts)

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
