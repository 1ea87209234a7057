"""Makes the output folder hold exactly the given files, all at once or not at all, whatever stops the build.

A whole new tree is made beside the old one and the two are exchanged; nothing is ever written in place.
"""

import ctypes
import errno
import fcntl
import hashlib
import json
import os
import re
import stat
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from generator.diagnostics import printable

MANIFEST = ".explainer-manifest.json"

_GENERATOR = "explainer-generator"
_FILE_MODE = stat.S_IFREG | 0o644
_FOLDER_MODE = stat.S_IFDIR | 0o755
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_LOCK = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_RENAME_EXCHANGE = 2
_MOUNTS = "/proc/self/mountinfo"
_LIBC = ctypes.CDLL(None, use_errno=True)


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


@dataclass(frozen=True, slots=True)
class Written:
    """How many files the site has, how many of them are new or differ, how many others were taken away."""

    files: int
    changed: int
    removed: int


@dataclass(frozen=True, slots=True)
class _Place:
    """The folder `name` in the folder open as `parent`, and the names beside it that are touched under its lock."""

    parent: int
    name: str
    path: str
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


@dataclass(frozen=True, slots=True)
class _Found:
    """The old tree beside the wanted one: the paths that are equal, how many are not wanted, whether all is right."""

    same: Collection[str] = ()
    unwanted: int = 0
    is_right: bool = False


def write(files: Mapping[str, bytes], target: Path) -> Written:
    """Make the folder `target` hold exactly `files` (relative POSIX path to content) and a manifest of their hashes.

    Leaves everything untouched when nothing differs. Raises OutputError; ValueError for paths that are our mistake.
    """
    folders = _folders(files)
    try:
        with _place(target) as place, _locked(place):
            _refuse_strangers(place)
            _recover(place)
            return _replace(place, files, folders)
    except OSError as error:
        raise _explained(error, printable(str(target))) from error


def _folders(files: Mapping[str, bytes]) -> list[str]:
    """Every folder the files need, parents first. Paths come from us, so a bad one is a ValueError."""
    folders: set[str] = set()
    for path in files:
        if "\0" in path or not {"", ".", ".."}.isdisjoint(path.split("/")):
            raise ValueError(f"not a relative path: {path!r}")
        folder = path.rpartition("/")[0]
        while folder and folder not in folders:
            folders.add(folder)
            folder = folder.rpartition("/")[0]
    if clash := sorted(folders & {*files, MANIFEST}) or [path for path in files if path == MANIFEST]:
        raise ValueError(f"two things have one path: {clash[0]!r}")
    return sorted(folders)


def _manifest(files: Mapping[str, bytes]) -> bytes:
    hashes = {path: hashlib.sha256(files[path]).hexdigest() for path in sorted(files)}
    text = json.dumps({"generator": _GENERATOR, "files": hashes}, separators=(",\n", ": "))
    return text.encode("ascii") + b"\n"


# ---- the place and its lock


@contextmanager
def _place(target: Path) -> Iterator[_Place]:
    shown = printable(str(target))
    if target.name in {"", ".."}:
        raise _not_ours(f"{shown} does not name a folder of its own.")
    try:
        parent = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError) as error:
        parent_shown = printable(str(target.parent))
        raise _not_ours(f"{parent_shown}, where {shown} would be, is not a folder.") from error
    try:
        yield _Place(parent, target.name, f"{os.path.realpath(target.parent).rstrip('/')}/{target.name}", shown)
    finally:
        os.close(parent)


@contextmanager
def _locked(place: _Place) -> Iterator[None]:
    """Hold the lock of this place. It is the kernel's, so what a killed build leaves behind holds nobody up."""
    while (lock := _lock(place)) is None:
        pass
    try:
        yield
    finally:
        with suppress(OSError):
            os.unlink(place.lock, dir_fd=place.parent)
        os.close(lock)


def _lock(place: _Place) -> int | None:
    """The lock's descriptor, or None if the build that held it removed the file just as we got it: try again."""
    try:
        lock = os.open(place.lock, _LOCK, 0o644, dir_fd=place.parent)
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.EISDIR, errno.EMLINK, errno.ENXIO}:
            raise _not_ours(f"{place.lock}, beside {place.shown}, is not a lock of ours.") from error
        raise
    try:
        if _is_locked(place, lock):
            return lock
    except BaseException:
        os.close(lock)
        raise
    os.close(lock)
    return None


def _is_locked(place: _Place, lock: int) -> bool:
    status = os.fstat(lock)
    if not stat.S_ISREG(status.st_mode) or status.st_size:
        raise _not_ours(f"{place.lock}, beside {place.shown}, is not a lock of ours.")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        message = f"Another build is writing to {place.shown} at this moment."
        raise OutputError("out-locked", message, "Wait until it has finished, then build again.", 4) from error
    now = _status(place, place.lock)
    return now is not None and os.path.samestat(status, now)


# ---- whose it is


def _refuse_strangers(place: _Place) -> None:
    """Refuse unless the folder and what lies beside it under our names is missing, empty or marked by our manifest."""
    mounts = _mount_points()
    for name, marks in ((place.name, set()), (place.next, {MANIFEST}), (place.old, {MANIFEST})):
        status = _status(place, name)
        if status is None:
            continue
        shown = place.shown if name == place.name else f"{name}, beside {place.shown},"
        if stat.S_ISLNK(status.st_mode):
            raise _not_ours(f"{shown} is a link, not a folder.")
        if not stat.S_ISDIR(status.st_mode):
            raise _not_ours(f"{shown} is a file, not a folder.")
        path = place.path.removesuffix(place.name) + name
        if status.st_dev != os.fstat(place.parent).st_dev or any(f"{m}/".startswith(f"{path}/") for m in mounts):
            raise _not_ours(f"{shown} is or holds a disk of its own (a mount point).")
        if not _is_ours(place, name, marks):
            raise _not_ours(f"{shown} has files in it that this tool did not write.")


def _is_ours(place: _Place, name: str, marks: Collection[str]) -> bool:
    """Whether the folder is empty or has a valid manifest; a build killed early leaves nothing but `marks`."""
    folder = os.open(name, _FOLDER, dir_fd=place.parent)
    try:
        return set(os.listdir(folder)) <= set(marks) or _has_manifest(folder)
    finally:
        os.close(folder)


def _has_manifest(folder: int) -> bool:
    try:
        with open(os.open(MANIFEST, _READ, dir_fd=folder), "rb") as file:
            data = json.loads(file.read()) if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else None
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(data, dict) and data.get("generator") == _GENERATOR and isinstance(data.get("files"), dict)


def _mount_points() -> list[str]:
    """Where anything is mounted, also one folder of a disk on another, which no device number tells (Linux only)."""
    try:
        with open(_MOUNTS, encoding="utf-8", errors="surrogateescape") as file:
            points = [line.split(" ")[4] for line in file]
    except OSError:
        return []
    return [re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), point) for point in points]


def _status(place: _Place, name: str) -> os.stat_result | None:
    try:
        return os.stat(name, dir_fd=place.parent, follow_symlinks=False)
    except FileNotFoundError:
        return None


# ---- the work, under the lock


def _recover(place: _Place) -> None:
    """Undo what a build left that was killed or failed: the old site back in its place, nothing beside it."""
    if _status(place, place.old) is not None:
        if _status(place, place.name) is None:
            _rename(place, place.old, place.name)
        else:
            _remove(place, place.next)
            _rename(place, place.old, place.next)
    _remove(place, place.next)


def _replace(place: _Place, files: Mapping[str, bytes], folders: list[str]) -> Written:
    manifest = _manifest(files)
    with _opened(place, place.name) as old:
        found = _compare(old, {**files, MANIFEST: manifest}, {"", *folders})
        changed = sum(path not in found.same for path in files)
        if found.is_right:
            return Written(len(files), changed, found.unwanted)
        try:
            _make(place, files, folders, manifest, old, found.same)
            _flush(place.parent)
            _put_in_place(place, is_first=old is None or not os.listdir(old))
        except BaseException:
            with suppress(OSError):
                _recover(place)
            raise
    _tidy(place)
    return Written(len(files), changed, found.unwanted)


@contextmanager
def _opened(place: _Place, name: str) -> Iterator[int | None]:
    """The folder's descriptor, None if it is missing."""
    try:
        folder = os.open(name, _FOLDER, dir_fd=place.parent)
    except FileNotFoundError:
        yield None
        return
    try:
        yield folder
    finally:
        os.close(folder)


def _compare(old: int | None, wanted: Mapping[str, bytes], folders: Collection[str]) -> _Found:
    """What the old tree has of `wanted`, by reading it: times and the manifest's hashes are not believed."""
    if old is None:
        return _Found()
    same: set[str] = set()
    unwanted, right = 0, 0
    for prefix, folder, entries, mode in _walk(old):
        right += 1 if prefix[:-1] in folders and mode == _FOLDER_MODE else -len(folders)
        for entry in entries:
            if not entry.is_dir(follow_symlinks=False):
                content = wanted.get(path := prefix + entry.name)
                if content is None:
                    unwanted += 1
                elif entry.is_file(follow_symlinks=False) and _is_same(folder, entry.name, content):
                    same.add(path)
    is_right = right == len(folders) and not unwanted and len(same) == len(wanted)
    return _Found(same, unwanted, is_right)


def _is_same(folder: int, name: str, content: bytes) -> bool:
    try:
        file = os.open(name, _READ, dir_fd=folder)
    except OSError:
        return False
    try:
        status = os.fstat(file)
        if status.st_mode != _FILE_MODE or status.st_size != len(content):
            return False
        return os.read(file, len(content) + 1) == content
    except OSError:
        return False
    finally:
        os.close(file)


def _walk(root: int) -> Iterator[tuple[str, int, list[os.DirEntry[str]], int]]:
    """Every folder as ("a/b/", descriptor, entries, mode), parents first, following no link, on one disk."""
    disk = os.fstat(root).st_dev
    waiting = [""]
    for prefix in waiting:
        folder = os.open(prefix[:-1] or ".", _FOLDER, dir_fd=root)
        try:
            status = os.fstat(folder)
            if status.st_dev != disk:
                raise OSError(errno.EBUSY, os.strerror(errno.EBUSY), prefix)
            with os.scandir(folder) as scan:
                entries = list(scan)
            waiting += [f"{prefix}{entry.name}/" for entry in entries if entry.is_dir(follow_symlinks=False)]
            yield prefix, folder, entries, status.st_mode
        finally:
            os.close(folder)


def _make(
    place: _Place,
    files: Mapping[str, bytes],
    folders: list[str],
    manifest: bytes,
    old: int | None,
    same: Collection[str],
) -> None:
    """The new tree, as `.next`. The manifest comes first and safely: it marks the tree as ours, should we be killed."""
    _make_folder(place.parent, place.next)
    with _opened(place, place.next) as new:
        assert new is not None
        _make_file(new, MANIFEST, manifest)
        os.fsync(new)
        for folder in folders:
            _make_folder(new, folder)
        for path in sorted(files):
            if path not in same or not _link(old, new, path):
                _make_file(new, path, files[path])


def _make_folder(parent: int, path: str) -> None:
    os.mkdir(path, 0o755, dir_fd=parent)
    with suppress(PermissionError):  # it is ours, so only a disk without modes (a USB stick) says no
        os.chmod(path, 0o755, dir_fd=parent)


def _make_file(root: int, path: str, content: bytes) -> None:
    file = os.open(path, _CREATE, 0o644, dir_fd=root)
    try:
        with suppress(PermissionError):  # as above
            os.fchmod(file, 0o644)
        left = memoryview(content)
        while left:
            left = left[os.write(file, left) :]
        if path == MANIFEST:
            os.fsync(file)
    finally:
        os.close(file)


def _link(old: int | None, new: int, path: str) -> bool:
    """Whether the old file could be given a second name; not on every disk, nor for somebody else's file."""
    try:
        os.link(path, path, src_dir_fd=old, dst_dir_fd=new, follow_symlinks=False)
    except OSError:
        return False
    return True


def _flush(parent: int) -> None:
    """Everything to the disk with one call: a call for each of 15,000 files would take minutes."""
    if not _call("syncfs", parent):
        os.sync()


def _put_in_place(place: _Place, *, is_first: bool) -> None:
    if is_first:
        _rename(place, place.next, place.name)
        return
    new, name = os.fsencode(place.next), os.fsencode(place.name)
    if not _call("renameat2", place.parent, new, place.parent, name, _RENAME_EXCHANGE):
        _rename(place, place.name, place.old)
        _rename(place, place.next, place.name)
        _rename(place, place.old, place.next)


def _tidy(place: _Place) -> None:
    """Make the exchange last, and remove the old site. The new one is in its place, so errors must say so."""
    try:
        os.fsync(place.parent)
        _remove(place, place.next)
    except OSError as error:
        message = f"The new site is in {place.shown}, but the old one could not be removed: {error.strerror}."
        hint = f"Delete the folder {place.next} beside {place.shown}."
        raise OutputError("out-failed", message, hint) from error


def _remove(place: _Place, name: str) -> None:
    """Remove a tree of ours. Its manifest goes last: if we are killed, the rest must still be known as ours."""
    with _opened(place, name) as root:
        if root is None:
            return
        folders = []
        for prefix, folder, entries, _ in _walk(root):
            folders.append(prefix[:-1])
            for entry in entries:
                if not entry.is_dir(follow_symlinks=False) and prefix + entry.name != MANIFEST:
                    os.unlink(entry.name, dir_fd=folder)
        for path in reversed(folders[1:]):
            os.rmdir(path, dir_fd=root)
        with suppress(FileNotFoundError):
            os.unlink(MANIFEST, dir_fd=root)
    os.rmdir(name, dir_fd=place.parent)


def _rename(place: _Place, old: str, new: str) -> None:
    os.rename(old, new, src_dir_fd=place.parent, dst_dir_fd=place.parent)


def _call(name: str, *arguments: int | bytes) -> bool:
    """Call a C function that Python does not offer; False where the system or the disk has none."""
    function = getattr(_LIBC, name, None)
    if function is None:
        return False
    if function(*arguments) == 0:
        return True
    number = ctypes.get_errno()
    if number in {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP}:
        return False
    raise OSError(number, os.strerror(number))


# ---- in plain words


def _not_ours(message: str) -> OutputError:
    hint = "Nothing was touched. Name another folder with --out, or move this out of the way yourself."
    return OutputError("out-not-ours", message, hint)


def _explained(error: OSError, shown: str) -> OutputError:
    where = f" ({printable(str(error.filename))})" if error.filename else ""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        hint = "The old site is as it was. Make room, then build again."
        return OutputError("out-disk-full", f"The disk has no room for the new site in {shown}.", hint)
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        hint = "The old site is as it was. Ask for the right to write there, or name another folder with --out."
        return OutputError("out-not-writable", f"You may not write to {shown}: {error.strerror}{where}.", hint)
    if error.errno == errno.EBUSY:
        return _not_ours(f"{shown} is or holds a disk of its own (a mount point){where}.")
    hint = f"The old site is as it was. If building again does not help, delete {shown} and build again."
    return OutputError("out-failed", f"The site could not be written to {shown}: {error.strerror}{where}.", hint)
