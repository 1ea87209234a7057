"""What each of many read and, the other way round, who read something.

On the disk that is rows of numbers: the next build asks who read the few things that differ by then, and makes nothing
of what all others read.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Set
from functools import cached_property
from itertools import chain, compress, count
from typing import Any, Generic, TypeVar, cast

from generator.reads import Reads, Subject
from generator.refs import Names, Ref

Key = TypeVar("Key")

# What is known of each record under a name of its own; other subjects are numbered one by one.
_OF_RECORDS = ("backlinks", "written", "evidence", "coverage")


class Readers(Generic[Key]):
    """What each has read, by its key. One that `lasts`, in a process that asks again and again, also keeps an index."""

    def __init__(self, lasts: bool = False) -> None:
        self._reads = dict[Key, Reads]()
        self._index: dict[Subject, set[Key]] | None = {} if lasts else None
        self._packed: Packed[Key] | None = None
        self._unpacked: Set[Key] = frozenset()  # those of the packed ones that read something else since, or are gone

    @classmethod
    def of_packed(cls, packed: "Packed[Key]") -> "Readers[Key]":
        """Readers as they were packed."""
        readers = cls()
        readers._packed = packed
        return readers

    def renewed(self, made: Mapping[Key, Reads], gone: Set[Key]) -> "Readers[Key]":
        """These readers, some of whom are gone, or have now read this. The index is one for both, and only grows."""
        readers = Readers[Key]()
        readers._reads, readers._index, readers._packed = {**self._reads, **made}, self._index, self._packed
        for key in gone - made.keys():
            readers._reads.pop(key, None)
        if self._packed:
            readers._unpacked = self._unpacked | gone | made.keys()
        if self._index is not None:
            for key, reads in made.items():
                for subject in reads:
                    self._index.setdefault(subject, set()).add(key)
        return readers

    def get(self, key: Key) -> Reads | None:
        """What somebody read."""
        if self._packed is None or key in self._unpacked:
            return self._reads.get(key)
        return self._packed.get(key)

    def items(self) -> Iterator[tuple[Key, Reads]]:
        """Everybody, and what they read."""
        return chain(self._still(self._packed.items()) if self._packed else (), self._reads.items())

    def of(self, subjects: Set[Subject]) -> dict[Key, Reads]:
        """Those who read any of these, and all that they read."""
        if self._index is None:
            found = {key: reads for key, reads in self._reads.items() if not subjects.isdisjoint(reads)}
        else:
            keys = set[Key]().union(*(self._index[subject] for subject in subjects if subject in self._index))
            found = {key: self._reads[key] for key in keys if key in self._reads}
        if self._packed:
            found |= self._still(self._packed.of(subjects))
        return found

    def have_read(self, subject: Subject) -> bool:
        """Whether somebody has read it, or once had."""
        if self._index is not None:
            return subject in self._index
        is_packed = self._packed is not None and self._packed.number(subject) is not None
        return is_packed or any(subject in reads for reads in self._reads.values())

    def _still(self, packed: Iterable[tuple[Key, Reads]]) -> Iterator[tuple[Key, Reads]]:
        return ((key, reads) for key, reads in packed if key not in self._unpacked)


class Packed(Generic[Key]):
    """A row for each reader: the numbers of what was read, and of which attributes of it."""

    def __init__(self, everybody: Iterable[tuple[Key, Reads]], names: Names) -> None:
        self._names = names
        self._read, self._of_it, self._edges = array("I"), array("I"), array("I", [0])
        keys, others, attributes = list[Key](), dict[Subject, int](), dict[frozenset[str], int]()
        for key, reads in everybody:
            keys.append(key)
            for subject, read in reads.items():
                number = self._number_of_record(subject)
                if number is None:
                    number = self._first_other + others.setdefault(subject, len(others))
                self._read.append(number)
                self._of_it.append(attributes.setdefault(read, len(attributes)))
            self._edges.append(len(self._read))
        self._others, self._attributes = list(others), list(attributes)
        numbers = [names.numbers.get(cast(Ref, key)) for key in keys]
        self._keys = keys if None in numbers else array("I", cast(list[int], numbers))

    @property
    def _first_other(self) -> int:
        return len(self._names) * (1 + len(_OF_RECORDS))

    def number(self, subject: Subject) -> int | None:
        """The number of a subject; None if nobody read it."""
        number = self._number_of_record(subject)
        return self._numbers_of_others.get(subject) if number is None else number

    def _number_of_record(self, subject: Subject) -> int | None:
        if isinstance(subject, Ref):
            return self._names.numbers.get(subject)
        what, ref = cast(tuple[str, Any], subject)
        number = self._names.numbers.get(ref) if what in _OF_RECORDS else None
        return None if number is None else number + len(self._names) * (1 + _OF_RECORDS.index(what))

    @cached_property
    def _numbers_of_others(self) -> Mapping[Subject, int]:
        return dict(zip(self._others, count(self._first_other)))

    def _subject(self, number: int) -> Subject:
        if number >= self._first_other:
            return self._others[number - self._first_other]
        kind, place = divmod(number, len(self._names))
        ref = self._names[place]
        return (_OF_RECORDS[kind - 1], ref) if kind else ref

    def _row(self, row: int) -> Reads:
        start, end = self._edges[row : row + 2]
        pairs = zip(self._read[start:end], self._of_it[start:end], strict=True)
        return {self._subject(number): self._attributes[of_it] for number, of_it in pairs}

    def _key(self, row: int) -> Key:
        key = self._keys[row]
        return cast(Key, self._names[key] if isinstance(key, int) else key)

    @cached_property
    def _rows(self) -> Mapping[Key, int]:
        return {self._key(row): row for row in range(len(self._keys))}

    def get(self, key: Key) -> Reads | None:
        row = self._rows.get(key)
        return None if row is None else self._row(row)

    def items(self) -> Iterator[tuple[Key, Reads]]:
        return ((self._key(row), self._row(row)) for row in range(len(self._keys)))

    def of(self, subjects: Iterable[Subject]) -> Iterator[tuple[Key, Reads]]:
        wanted = {number for subject in subjects if (number := self.number(subject)) is not None}
        places = compress(count(), map(wanted.__contains__, self._read)) if wanted else ()
        for row in dict.fromkeys(bisect_right(self._edges, place) - 1 for place in places):
            yield self._key(row), self._row(row)
