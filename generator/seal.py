"""Spares a build from reading an old site that nobody touched since it was last known to be right.

File times may save a read, never decide one. A seal is a digest of the manifest and of what the file system says of
every file and folder: inode, size, and both its times, of which the second (ctime) changes with any change and cannot
be set by anybody. While the seal fits, the site is what its manifest says; when it does not, or there is none, every
byte is read and compared, and what is then found right is sealed anew. A site is not sealed when anything in it may
have changed since its content was known: clocks tick in steps, so what is as young as that moment counts as changed
after it.

The seal lies in an extended attribute of the manifest, so that it is part of no site that is copied or published.
"""

import hashlib
import os
import stat
from collections.abc import Mapping, Sequence
from contextlib import suppress

FILE_MODE = stat.S_IFREG | 0o644
FOLDER_MODE = stat.S_IFDIR | 0o755

_NAME = "user.explainer.seal"


def moment(file: int) -> int:
    """Now, by the clock of the disk that the open file is on; nothing else compares with its times."""
    os.utime(file)
    return os.fstat(file).st_ctime_ns


def seal(
    root: int, manifest: int, content: bytes, lines: Mapping[str, bytes], known: Mapping[str, int], now: int
) -> Mapping[str, bytes] | None:
    """Seal the tree, unless a path was written to after the moment its content was `known`, or touched after `now`.

    What the seal stands for, by path; None if there is none.

    The other paths are taken from an unbroken seal, as `lines`: one that was touched since then breaks the new seal
    too. `manifest` is open, and holds `content`. Not sealing is no mistake: it costs the next build a read.
    """
    fresh = dict[str, bytes]()
    with suppress(OSError):
        for path, moment_known in known.items():
            status = os.stat(path, dir_fd=root, follow_symlinks=False)
            if status.st_mtime_ns >= moment_known or status.st_ctime_ns >= now:
                return None
            if status.st_mode not in (FILE_MODE, FOLDER_MODE):
                return None
            fresh[path] = _line(status)
        if hasattr(os, "setxattr"):  # Linux only
            sealed = {**lines, **fresh}
            os.setxattr(manifest, _NAME, _digest(content, sealed))
            return sealed
    return None


def unbroken(root: int, manifest: int, content: bytes, paths: Sequence[str]) -> Mapping[str, bytes] | None:
    """What the seal stands for, by path, if it says that the manifest and these paths are as they were.

    The paths are all that the tree has beside the manifest.
    """
    try:
        sealed = os.getxattr(manifest, _NAME) if hasattr(os, "getxattr") else b""
        if not sealed:
            return None
        lines = {path: _line(os.stat(path, dir_fd=root, follow_symlinks=False)) for path in paths}
    except OSError:
        return None
    return lines if _digest(content, lines) == sealed else None


def _digest(content: bytes, lines: Mapping[str, bytes]) -> bytes:
    return hashlib.sha256(b"".join([content, *(lines[path] for path in sorted(lines))])).digest()


def _line(status: os.stat_result) -> bytes:
    return b"%d %d %d %d\n" % (status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
