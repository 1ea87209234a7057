"""Values kept in a file from one run of the tool to the next.

They are pickled, and a pickle can run any program when it is read. So a file is read only if it is the very one that
was kept: its stamp, which the caller has, holds its inode and the time of its last change (ctime). Nobody can set
these, and no copy, archive or clone brings them along. It is flushed to the disk before it gets its name, so that a
crash of the machine leaves all of it or nothing.

Records may lie apart, a few in each pickle of their own: of thousands, a build looks into a few. Of the others
it gets stand-ins, which know their names and are unpickled by the first look into them. Files of a site always lie
apart: few are asked for.
"""

import io
import os
import pickle
import stat
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from itertools import count
from mmap import ACCESS_READ, mmap
from operator import getitem
from pathlib import Path
from typing import Any, NamedTuple

from generator.fields import fill, written_in
from generator.readers import Packed, Readers
from generator.records.base import UNOPENED, Record
from generator.refs import Names, Ref
from generator.sitefiles import SiteFiles

# Of a file: device, inode, size and both times.
Stamp = list[int]

TOGETHER = 4  # records in one pickle: they share much, but a look into one reads them all
_NUMBER = 8  # bytes of where the table lies, which are the last ones of the file


def keep(value: object, file: Path, records: Iterable[Record] = ()) -> Stamp | None:
    """Put the value into the file, in place of what is there; its stamp, or None if there is no room for it.

    The `records` in it lie apart.
    """
    making = file.with_name(file.name + ".new")
    with suppress(OSError):
        making.unlink(missing_ok=True)
        made = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with open(made, "wb") as stream:
            _write(value, _Apart(records), stream)
            stream.flush()
            os.fsync(made)
            making.replace(file)
            return _stamp(os.fstat(made))  # of what was written here, even if another build put its own there
    with suppress(OSError):
        making.unlink(missing_ok=True)
    return None


def kept(file: Path, stamp: object) -> Any:
    """The value that was kept in the file under this stamp; None if it is not there any more."""
    with suppress(OSError), open(os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as stream:
        status = os.fstat(stream.fileno())
        ours = stat.S_ISREG(status.st_mode) and status.st_uid == os.getuid() and not status.st_mode & 0o077
        if ours and _stamp(status) == stamp:
            return _value(mmap(stream.fileno(), 0, access=ACCESS_READ))  # it may be deleted, but nobody writes into it
    return None


def _stamp(status: os.stat_result) -> Stamp:
    return [status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns]


# ---- what lies apart


class _Edges(NamedTuple):
    """Where each run of records begins, and each file; the last one's end is the last edge."""

    runs: list[int]
    files: list[int]


def _write(value: object, apart: "_Apart", stream: io.BufferedWriter) -> None:
    """The value, then the records and files in it, then where they lie, then where that is said."""
    pickler = _Pickler(stream, apart)
    pickler.dump((apart, value))
    edges = _Edges([stream.tell()], [])
    for start in range(0, len(apart), TOGETHER):
        run = [written_in(record) for record in apart[start : start + TOGETHER]]
        stream.write(pickle.dumps(run, pickle.HIGHEST_PROTOCOL))
        edges.runs.append(stream.tell())
    edges.files.append(stream.tell())
    for content in pickler.files:
        stream.write(content)
        edges.files.append(stream.tell())
    stream.write(pickle.dumps(edges, pickle.HIGHEST_PROTOCOL))
    stream.write(edges.files[-1].to_bytes(_NUMBER))


def _value(content: mmap) -> Any:
    edges = pickle.loads(content[int.from_bytes(content[-_NUMBER:]) :])
    apart, value = pickle.loads(content)
    apart.lie_in(content, edges)
    return value


class _Pickler(pickle.Pickler):
    """Writes numbers in place of what lies apart, and of the names of these records, which stand in many places.

    They become again what they were without a function in Python, of which there would be thousands of calls.
    """

    def __init__(self, stream: io.BufferedWriter, apart: "_Apart") -> None:
        super().__init__(stream, pickle.HIGHEST_PROTOCOL)
        self.files = list[bytes]()
        self._apart, self._names = apart, apart.names
        self._numbers = {id(record): number for number, record in enumerate(apart)}

    def reducer_override(self, value: Any) -> Any:
        if type(value) is Ref:
            number = self._names.numbers.get(value)
            return NotImplemented if number is None else (getitem, (self._names, number))
        if isinstance(value, Record):
            number = self._numbers.get(id(value))
            return NotImplemented if number is None else (getitem, (self._apart, number))
        if isinstance(value, SiteFiles):
            numbers = dict(zip(value, count(len(self.files))))
            self.files += value.values()
            digests = {path: value.digest(path) for path in value}
            return SiteFiles.elsewhere, (numbers, digests, self._apart.file)
        if isinstance(value, Readers):
            return Readers.of_packed, (Packed(value.items(), self._names),)
        return NotImplemented


class _Apart(list[Record]):
    """Records that stay pickled until somebody looks into them, in runs of neighbours; and files."""

    def __init__(self, records: Iterable[Record] = ()) -> None:
        super().__init__(records)
        self.names = Names(record.ref for record in self)

    def __reduce__(self) -> tuple[Any, ...]:
        return _unopened, (self.names, [type(record) for record in self])

    def lie_in(self, content: mmap, edges: _Edges) -> None:
        self._content, self._edges = content, edges

    def file(self, number: int) -> memoryview:
        start, end = self._edges.files[number : number + 2]
        return memoryview(self._content)[start:end]

    def open(self, number: int) -> None:
        """Read one of the runs."""
        start, end = self._edges.runs[number : number + 2]
        run = pickle.loads(self._content[start:end])
        for record, written in zip(self[number * TOGETHER :][:TOGETHER], run, strict=True):
            record.__dict__.pop(UNOPENED, None)
            fill(record, written)


def _unopened(names: Names, kinds: list[type[Record]]) -> _Apart:
    """Stand-ins: all that is known of each is its name."""
    apart = _Apart()
    apart.names = names
    opens = [partial(apart.open, number) for number in range(len(names) // TOGETHER + 1)]
    for number, (kind, ref) in enumerate(zip(kinds, names, strict=True)):
        record = kind.__new__(kind)
        record.__dict__.update({"id": ref.id, "ref": ref, UNOPENED: opens[number // TOGETHER]})
        apart.append(record)
    return apart
