"""What each of many read and, the other way round, who read something.

On the disk only the latter is kept, in rows of numbers: the next build asks who read the few things that differ by
then, and makes nothing of the rest.
"""

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from functools import cached_property
from itertools import accumulate, chain
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
        return self._packed.everybody.get(key)

    def items(self) -> Iterator[tuple[Key, Reads]]:
        """Everybody, and what they read."""
        return chain(self._still(self._packed.everybody) if self._packed else (), self._reads.items())

    def of(self, subjects: Set[Subject]) -> dict[Key, Reads]:
        """Those who read any of these, and what they read of these, if no more."""
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
        if self._packed and self._packed.have_read(subject):
            return True
        return any(subject in reads for reads in self._reads.values())

    def _still(self, packed: Mapping[Key, Reads]) -> Iterator[tuple[Key, Reads]]:
        return ((key, reads) for key, reads in packed.items() if key not in self._unpacked)


class Packed(Generic[Key]):
    """By the number of each subject, in order: the rows of those who read it, and which attributes of it."""

    def __init__(self, everybody: Iterable[tuple[Key, Reads]], names: Names) -> None:
        self._names = names
        keys, others, attributes = list[Key](), dict[Subject, int](), dict[frozenset[str], int]()
        readers: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        for row, (key, reads) in enumerate(everybody):
            keys.append(key)
            for subject, read in reads.items():
                number = self._number_of_record(subject)
                if number is None:
                    number = self._first_other + others.setdefault(subject, len(others))
                readers[number].append((row, attributes.setdefault(read, len(attributes))))
        self._others, self._attributes = list(others), list(attributes)
        self._numbers = array("I", sorted(readers))
        self._edges = array("I", accumulate((len(readers[number]) for number in self._numbers), initial=0))
        self._rows = array("I", [row for number in self._numbers for row, _ in readers[number]])
        self._read = array("I", [read for number in self._numbers for _, read in readers[number]])
        of_names = [names.numbers.get(cast(Ref, key)) for key in keys]
        self._keys = keys if None in of_names else array("I", cast(list[int], of_names))

    def of(self, subjects: Iterable[Subject]) -> dict[Key, Reads]:
        """Those who read any of these, and what they read of these."""
        found = defaultdict[int, dict[Subject, frozenset[str]]](dict)
        for subject in subjects:
            if (place := self._place(subject)) is not None:
                for row, read in self._read_at(place):
                    found[row][subject] = self._attributes[read]
        return {self._key(row): reads for row, reads in found.items()}

    def have_read(self, subject: Subject) -> bool:
        return self._place(subject) is not None

    @cached_property
    def everybody(self) -> Mapping[Key, Reads]:
        """What each has read: for that all are unpacked."""
        reads: dict[Key, dict[Subject, frozenset[str]]] = {self._key(row): {} for row in range(len(self._keys))}
        for place, number in enumerate(self._numbers):
            subject = self._subject(number)
            for row, read in self._read_at(place):
                reads[self._key(row)][subject] = self._attributes[read]
        return reads

    def _read_at(self, place: int) -> Iterator[tuple[int, int]]:
        start, end = self._edges[place : place + 2]
        return zip(self._rows[start:end], self._read[start:end], strict=True)

    def _key(self, row: int) -> Key:
        key = self._keys[row]
        return cast(Key, self._names[key] if isinstance(key, int) else key)

    # -- the numbers of subjects: names, names under what is known of each record, then all others

    @property
    def _first_other(self) -> int:
        return len(self._names) * (1 + len(_OF_RECORDS))

    def _place(self, subject: Subject) -> int | None:
        number = self._number_of_record(subject)
        if number is None and (number := self._numbers_of_others.get(subject)) is None:
            return None
        place = bisect_left(self._numbers, number)
        return place if place < len(self._numbers) and self._numbers[place] == number else None

    def _number_of_record(self, subject: Subject) -> int | None:
        if isinstance(subject, Ref):
            return self._names.numbers.get(subject)
        what, ref = cast(tuple[str, Any], subject)
        number = self._names.numbers.get(ref) if what in _OF_RECORDS else None
        return None if number is None else number + len(self._names) * (1 + _OF_RECORDS.index(what))

    @cached_property
    def _numbers_of_others(self) -> Mapping[Subject, int]:
        return {subject: number for number, subject in enumerate(self._others, self._first_other)}

    def _subject(self, number: int) -> Subject:
        if number >= self._first_other:
            return self._others[number - self._first_other]
        what, name = divmod(number, len(self._names))
        return (_OF_RECORDS[what - 1], self._names[name]) if what else self._names[name]
