"""Where the site goes: its folder, the names beside it that a build uses, the lock, and whether all of that is ours."""

import errno
import fcntl
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from generator.diagnostics import printable
from generator.tree import MANIFEST, is_marked, opened

_LOCK = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_MOUNTS = "/proc/self/mountinfo"


class OutputError(Exception):
    """The site could not be written. Unless `message` says otherwise, the old one is as it was.

    `exit_code` is 3 for the machine's fault or a folder that is not ours, 4 when another build holds the lock.
    """

    def __init__(self, code: str, message: str, hint: str, exit_code: int = 3) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.exit_code = exit_code


def not_ours(message: str) -> OutputError:
    hint = "Nothing was touched. Name another folder with --out, or move this out of the way yourself."
    return OutputError("out-not-ours", message, hint)


@dataclass(frozen=True, slots=True)
class Place:
    """The folder `name` in the folder open as `parent`, and the names beside it that are touched under its lock."""

    parent: int
    name: str
    folder: str
    """The real path of `parent`, as the table of mounted disks has it."""
    shown: str

    @property
    def lock(self) -> str:
        return f".{self.name}.lock"

    @property
    def next(self) -> str:
        """Never of use to a build that starts: a tree half made, or half removed."""
        return f".{self.name}.next"

    @property
    def old(self) -> str:
        """Always whole: there for an instant, where the system cannot exchange two folders."""
        return f".{self.name}.old"

    def status(self, name: str) -> os.stat_result | None:
        """What lies under that name, following no link; None if nothing."""
        try:
            return os.stat(name, dir_fd=self.parent, follow_symlinks=False)
        except FileNotFoundError:
            return None

    def rename(self, name: str, to: str) -> None:
        os.rename(name, to, src_dir_fd=self.parent, dst_dir_fd=self.parent)


@contextmanager
def placed(target: Path) -> Iterator[Place]:
    """The place of the folder `target`, which need not exist; the folder it is in must."""
    shown = printable(str(target))
    if target.name in {"", ".."}:
        raise not_ours(f"{shown} does not name a folder of its own.")
    try:
        parent = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError) as error:
        message = f"{shown} cannot be made: there is no folder {printable(str(target.parent))}."
        raise OutputError("out-no-parent", message, "Make that folder, or name another with --out.") from error
    try:
        yield Place(parent, target.name, os.path.realpath(target.parent), shown)
    finally:
        os.close(parent)


# ---- the lock


@contextmanager
def locked(place: Place) -> Iterator[int]:
    """Hold the lock of this place, a file. It is the kernel's, so what a killed build leaves behind holds nobody up."""
    while (lock := _lock(place)) is None:
        pass
    try:
        yield lock
    finally:
        with suppress(OSError):
            os.unlink(place.lock, dir_fd=place.parent)
        os.close(lock)


def _lock(place: Place) -> int | None:
    """The lock's descriptor, or None if the build that held it removed the file just as we got it: try again."""
    try:
        lock = os.open(place.lock, _LOCK, 0o644, dir_fd=place.parent)
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.EISDIR, errno.EMLINK, errno.ENXIO}:
            raise _not_a_lock(place) from error
        raise
    try:
        if _is_locked(place, lock):
            return lock
    except BaseException:
        os.close(lock)
        raise
    os.close(lock)
    return None


def _is_locked(place: Place, lock: int) -> bool:
    status = os.fstat(lock)
    if not stat.S_ISREG(status.st_mode) or status.st_size:
        raise _not_a_lock(place)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        message = f"Another build is writing to {place.shown} at this moment."
        raise OutputError("out-locked", message, "Wait until it has finished, then build again.", 4) from error
    now = place.status(place.lock)
    return now is not None and os.path.samestat(status, now)


def _not_a_lock(place: Place) -> OutputError:
    return not_ours(f"{place.lock}, beside {place.shown}, is not a lock of ours.")


# ---- whose it is


def refuse_strangers(place: Place) -> None:
    """Refuse unless the folder, and what lies beside it under our names, is missing, empty or marked by a manifest."""
    mounts = _mount_points()
    for name in (place.name, place.next, place.old):
        status = place.status(name)
        if status is None:
            continue
        shown = place.shown if name == place.name else f"{name}, beside {place.shown},"
        if stat.S_ISLNK(status.st_mode):
            raise not_ours(f"{shown} is a link, not a folder.")
        if not stat.S_ISDIR(status.st_mode):
            raise not_ours(f"{shown} is a file, not a folder.")
        path = os.path.join(place.folder, name)
        if status.st_dev != os.fstat(place.parent).st_dev or any(f"{m}/".startswith(f"{path}/") for m in mounts):
            raise not_ours(f"{shown} is or holds a disk of its own (a mount point).")
        if not _is_ours(place, name):
            raise not_ours(f"{shown} has files in it that this tool did not write.")


def _is_ours(place: Place, name: str) -> bool:
    """Whether the folder is empty or has our manifest, which in a tree half made may be half written."""
    with opened(place.parent, name) as folder:
        assert folder is not None
        names = os.listdir(folder)
        return not names or is_marked(folder) or (name == place.next and MANIFEST in names)


def _mount_points() -> list[str]:
    """Where anything is mounted, also one folder of a disk on another, which no device number tells (Linux only)."""
    try:
        with open(_MOUNTS, encoding="utf-8", errors="surrogateescape") as file:
            points = [line.split(" ")[4] for line in file]
    except OSError:
        return []
    return [re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), point) for point in points]
