"""Values kept in a file from one run of the tool to the next.

They are pickled, and a pickle can run any program when it is read. So a file is read only if it is the very one that
was kept: its stamp, which the caller has, holds its inode and the time of its last change (ctime). Nobody can set
these, and no copy, archive or clone brings them along. A checksum tells what a crash of the machine left of it.

Records lie apart, some dozens in each pickle of their own: of thousands, a build looks into a few. What it gets of the
others knows its name, and is unpickled by the first look into it.
"""

import hashlib
import io
import os
import pickle
import stat
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from itertools import pairwise
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from generator.records import Record
    from generator.refs import Ref

# Of a file: device, inode, size, both times, and the checksum of its content.
Stamp = list[Any]

TOGETHER = 32  # records in one pickle: they share much, and a look into one reads them all
_NUMBER = 8  # bytes of where the table lies, which are the last ones of the file


def keep(value: object, file: Path) -> Stamp | None:
    """Put the value into the file, in place of what is there; its stamp, or None if there is no room for it."""
    making = file.with_name(file.name + ".new")
    with suppress(OSError):
        making.unlink(missing_ok=True)
        made = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with _Summed(made, "wb") as stream:
            _write(value, stream)
        making.replace(file)
        return _stamp(file.lstat(), stream.sum.hexdigest())
    with suppress(OSError):
        making.unlink(missing_ok=True)
    return None


def kept(file: Path, stamp: object) -> Callable[[], Any]:
    """Begin to read the value that was kept in the file under this stamp.

    What it gives gives the value, or None if it is not there any more. Meanwhile the checksum is worked out, for which
    Python itself is not needed.
    """
    found: list[mmap] = []
    reading = threading.Thread(target=lambda: found.extend(_content(file, stamp)))
    reading.start()

    def value() -> Any:
        reading.join()
        return _value(found.pop()) if found else None

    return value


def _content(file: Path, stamp: object) -> Iterator[mmap]:
    """What is in the file, if it is the very one. It can be deleted meanwhile, but nobody ever writes into it."""
    with suppress(OSError, ValueError), open(os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as stream:
        status = os.fstat(stream.fileno())
        if stat.S_ISREG(status.st_mode) and status.st_uid == os.getuid() and not status.st_mode & 0o077:
            content = mmap(stream.fileno(), 0, access=ACCESS_READ)
            if _stamp(status, hashlib.sha256(content).hexdigest()) == stamp:
                yield content


def _stamp(status: os.stat_result, checksum: str) -> Stamp:
    times = status.st_mtime_ns, status.st_ctime_ns
    return [status.st_dev, status.st_ino, status.st_size, *times, checksum]


class _Summed(io.FileIO):
    """A file that sums up what is written to it."""

    def __init__(self, file: int, mode: str) -> None:
        super().__init__(file, mode)
        self.sum = hashlib.sha256()

    def write(self, data: Any) -> int:
        self.sum.update(data)
        return super().write(data)


# ---- records apart


def _write(value: object, stream: io.FileIO) -> None:
    """The value, then the records in it, then where they lie, then where that is said."""
    from generator.fields import written_in

    pickler = _Pickler(stream)
    pickler.dump((pickler.apart, value))
    edges = [stream.tell()]
    for start in range(0, len(pickler.records), TOGETHER):
        run = [written_in(record) for record in pickler.records[start : start + TOGETHER]]
        stream.write(pickle.dumps(run, pickle.HIGHEST_PROTOCOL))
        edges.append(stream.tell())
    stream.write(pickle.dumps(edges))
    stream.write(edges[-1].to_bytes(_NUMBER))


class _Pickler(pickle.Pickler):
    def __init__(self, stream: io.FileIO) -> None:
        from generator.records import Record

        super().__init__(stream, pickle.HIGHEST_PROTOCOL)
        self._apart = Record
        self.apart, self.records = _Apart(), list[Any]()

    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, self._apart):
            self.records.append(value)
            return _Apart.unopened, (self.apart, type(value), value.ref)
        return NotImplemented


def _value(content: mmap) -> Any:
    edges = pickle.loads(content[int.from_bytes(content[-_NUMBER:]) :])
    apart, value = pickle.loads(content)
    apart.lie_in(content, edges)
    return value


class _Apart:
    """Records that stay pickled until somebody looks into them, in runs of neighbours."""

    def __init__(self) -> None:
        self._records: list[Record] = []

    def lie_in(self, content: mmap, edges: Sequence[int]) -> None:
        self._content, self._runs = content, list(pairwise(edges))

    def unopened(self, kind: "type[Record]", ref: "Ref") -> "Record":
        """The next one, in the order in which they were written: all that is known of it is its name."""
        record = kind.__new__(kind)
        opens = partial(self._open, len(self._records) // TOGETHER)
        record.__dict__.update({"id": ref.id, "ref": ref, "unopened": opens})
        self._records.append(record)
        return record

    def _open(self, number: int) -> None:
        from generator.fields import fill

        start, end = self._runs[number]
        run = pickle.loads(self._content[start:end])
        records = self._records[number * TOGETHER : (number + 1) * TOGETHER]
        for record, written in zip(records, run, strict=True):
            record.__dict__.pop("unopened", None)
            fill(record, written)
