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
from collections.abc import Iterable, Mapping
from contextlib import suppress

FILE_MODE = stat.S_IFREG | 0o644
FOLDER_MODE = stat.S_IFDIR | 0o755

_NAME = "user.explainer.seal"


def moment(file: int) -> int:
    """Now, by the clock of the disk that the open file is on; nothing else compares with its times."""
    os.utime(file)
    return os.fstat(file).st_ctime_ns


def seal(root: int, manifest: int, content: bytes, known: Mapping[str, int], now: int) -> None:
    """Seal the tree, unless a path of it was written to after the moment its content was known, or touched after `now`.

    `manifest` is open, and holds `content`. Not sealing is no mistake: it costs the next build a read.
    """
    digest = hashlib.sha256(content)
    with suppress(OSError):
        for path in sorted(known):
            status = os.stat(path, dir_fd=root, follow_symlinks=False)
            if status.st_mtime_ns >= known[path] or status.st_ctime_ns >= now:
                return
            if status.st_mode not in (FILE_MODE, FOLDER_MODE):
                return
            digest.update(_line(status))
        if hasattr(os, "setxattr"):  # Linux only
            os.setxattr(manifest, _NAME, digest.digest())


def is_sealed(root: int, manifest: int, content: bytes, paths: Iterable[str]) -> bool:
    """Whether a seal says that the manifest and these paths, all the tree has beside it, are as they were."""
    digest = hashlib.sha256(content)
    try:
        sealed = os.getxattr(manifest, _NAME) if hasattr(os, "getxattr") else b""
        if not sealed:
            return False
        for path in sorted(paths):
            digest.update(_line(os.stat(path, dir_fd=root, follow_symlinks=False)))
    except OSError:
        return False
    return digest.digest() == sealed


def _line(status: os.stat_result) -> bytes:
    return b"%d %d %d %d\n" % (status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
