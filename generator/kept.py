"""Values kept in a file from one run of the tool to the next.

They are pickled, and a pickle can run any program when it is read. So a file is read only if it is the very one that
was kept: its stamp, which the caller has, holds its inode and the time of its last change (ctime). Nobody can set
these, and no copy, archive or clone brings them along. A checksum tells what a crash of the machine left of it.
"""

import io
import os
import pickle
import stat
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

# Of a file: device, inode, size, both times, and the checksum of its content.
Stamp = list[int]


def keep(value: object, file: Path) -> Stamp | None:
    """Put the value into the file, in place of what is there; its stamp, or None if there is no room for it."""
    making = file.with_name(file.name + ".new")
    with suppress(OSError):
        making.unlink(missing_ok=True)
        made = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with _Summed(made, "wb") as stream:
            pickle.dump(value, stream, pickle.HIGHEST_PROTOCOL)
        making.replace(file)
        return _stamp(file.lstat(), stream.checksum)
    with suppress(OSError):
        making.unlink(missing_ok=True)
    return None


def kept(file: Path, stamp: object) -> Any:
    """The value that was kept in the file under this stamp; None if it is not there any more."""
    with suppress(OSError), open(os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as stream:
        status = os.fstat(stream.fileno())
        if not stat.S_ISREG(status.st_mode) or status.st_uid != os.getuid() or status.st_mode & 0o077:
            return None
        if _stamp(status, _checksum(stream)) == stamp:
            stream.seek(0)
            return pickle.load(stream)
    return None


def _checksum(stream: BinaryIO) -> int:
    checksum = 0
    while part := stream.read(1 << 20):
        checksum = zlib.crc32(part, checksum)
    return checksum


def _stamp(status: os.stat_result, checksum: int) -> Stamp:
    times = status.st_mtime_ns, status.st_ctime_ns
    return [status.st_dev, status.st_ino, status.st_size, *times, checksum]


class _Summed(io.FileIO):
    """A file that sums up what is written to it."""

    checksum = 0

    def write(self, data: Any) -> int:
        self.checksum = zlib.crc32(data, self.checksum)
        return super().write(data)
