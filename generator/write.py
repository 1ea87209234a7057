"""Makes the output folder hold exactly the files, all at once or not at all.

The new tree grows beside the old (unchanged files hard-linked), is flushed, and the two are exchanged. What a killed
build leaves behind has fixed names, is touched only under the lock, and is cleared by the next build.
"""

import ctypes
import errno
import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

MANIFEST = ".explainer-manifest.json"
_RENAME_EXCHANGE = 2
_AT_FDCWD = -100


class OutputError(Exception):
    """Why the output could not be written; the old site is intact. `exit_code` 3: the machine, 4: the lock."""

    def __init__(self, code: str, message: str, hint: str = "", exit_code: int = 3) -> None:
        super().__init__(message)
        self.code, self.message, self.hint, self.exit_code = code, message, hint, exit_code


@dataclass(frozen=True, slots=True)
class Written:
    """How many files the output holds, how many of them are new or changed, and how many went."""

    files: int
    changed: int
    removed: int


def write(files: Mapping[str, bytes], target: Path) -> Written:
    """Raises `OutputError`; then the folder is as it was."""
    _check_paths(files)
    target = Path(os.path.abspath(target))
    following, old = (target.with_name(f".{target.name}.{end}") for end in ("next", "old"))
    _refuse_foreign(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _locked(target):
            for leftover in (following, old):
                _refuse_link(leftover)
            if not target.exists() and old.exists():
                old.rename(target)  # a build was killed between two renames
            _refuse_foreign(target)
            _remove(following)
            _remove(old)
            return _replace({**files, MANIFEST: _manifest(files)}, target, following, old)
    except OSError as error:
        raise _explained(error, target) from error


def _replace(files: Mapping[str, bytes], target: Path, following: Path, old: Path) -> Written:
    before = dict(_tree(target))
    same = {path for path, data in files.items() if path in before and _holds(target / path, before[path], data)}
    removed = len(before.keys() - files.keys())
    written = Written(len(files), len(files) - len(same), removed)
    if len(same) == len(files) and not removed and target.exists():
        return written
    try:
        _grow(files, same, target, following)
        _flush(following)
        _exchange(following, target, old)
    except BaseException:
        _remove(following)
        raise
    _remove(following)
    _remove(old)
    return written


def _check_paths(files: Mapping[str, bytes]) -> None:
    for path in files:
        if path.startswith("/") or "\0" in path or not all(part not in ("", ".", "..") for part in path.split("/")):
            raise ValueError(f"not a path for a file of the site: {path!r}")
        parent = path.rpartition("/")[0]
        while parent:
            if parent in files:
                raise ValueError(f"{parent!r} is a file and a folder")
            parent = parent.rpartition("/")[0]


def _refuse_link(path: Path) -> None:
    if path.is_symlink() or (path.exists() and not path.is_dir()):
        raise OutputError("out-not-ours", f"{path} is not a folder of this tool", "move it away")


def _refuse_foreign(target: Path) -> None:
    _refuse_link(target)
    if not target.exists():
        return
    if os.path.ismount(target):
        raise OutputError("out-not-ours", f"{target} is a mount point", "choose a folder inside it")
    if any(target.iterdir()) and not _is_ours(target):
        raise OutputError("out-not-ours", f"{target} holds files that this tool did not write", "choose an empty or new folder with --out")


def _is_ours(target: Path) -> bool:
    try:
        return isinstance(json.loads((target / MANIFEST).read_bytes())["files"], dict)
    except (OSError, ValueError, KeyError, TypeError):
        return False


@contextmanager
def _locked(target: Path) -> Iterator[None]:
    """One build at a time for this folder. The file is removed only while held, and its identity checked."""
    path = target.with_name(f".{target.name}.lock")
    while True:
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if path.exists() and os.path.samestat(os.fstat(lock), path.stat()):
                break
        except BlockingIOError:
            os.close(lock)
            raise OutputError("out-locked", f"another build is writing {target}", "wait for it to end", 4) from None
        os.close(lock)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(lock)


def _manifest(files: Mapping[str, bytes]) -> bytes:
    hashes = {path: sha256(files[path]).hexdigest() for path in sorted(files)}
    return (json.dumps({"generator": "explainer-generator", "files": hashes}, indent=0) + "\n").encode()


def _tree(root: Path, prefix: str = "") -> Iterator[tuple[str, os.stat_result]]:
    """Every file and link below the folder, with what the disk says of it."""
    if not root.exists():
        return
    for entry in os.scandir(root / prefix if prefix else root):
        path = prefix + entry.name
        if entry.is_dir(follow_symlinks=False):
            yield from _tree(root, path + "/")
        else:
            yield path, entry.stat(follow_symlinks=False)


def _holds(path: Path, found: os.stat_result, data: bytes) -> bool:
    """Bytes are compared, for neither times nor the manifest can be trusted."""
    if found.st_size != len(data) or path.is_symlink():
        return False
    with path.open("rb") as file:
        return file.read() == data


def _grow(files: Mapping[str, bytes], same: set[str], target: Path, following: Path) -> None:
    following.mkdir()
    following.chmod(0o755)
    made = {""}
    for path, data in files.items():
        _make_folders(following, path.rpartition("/")[0], made)
        goal = f"{following}/{path}"
        if path in same and _linked(f"{target}/{path}", goal):
            continue
        handle = os.open(goal, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
        with os.fdopen(handle, "wb") as file:
            os.fchmod(handle, 0o644)
            file.write(data)


def _make_folders(root: Path, folder: str, made: set[str]) -> None:
    if folder in made:
        return
    _make_folders(root, folder.rpartition("/")[0], made)
    (root / folder).mkdir()
    (root / folder).chmod(0o755)
    made.add(folder)


def _linked(source: str, goal: str) -> bool:
    try:
        os.link(source, goal, follow_symlinks=False)
    except OSError as error:
        if error.errno in (errno.EMLINK, errno.EPERM, errno.EXDEV, errno.EOPNOTSUPP):
            return False
        raise
    return True


def _flush(folder: Path) -> None:
    """One flush of the file system instead of one for each file."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        syncfs = getattr(_libc(), "syncfs", None)
        if syncfs is None:
            os.sync()
        elif syncfs(handle) != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    finally:
        os.close(handle)


def _exchange(following: Path, target: Path, old: Path) -> None:
    if not target.exists():
        following.rename(target)
    elif not _renamed_at_once(following, target):
        target.rename(old)
        following.rename(target)
    handle = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _renamed_at_once(one: Path, other: Path) -> bool:
    """renameat2(2) with RENAME_EXCHANGE; False where the system has no such call."""
    rename = getattr(_libc(), "renameat2", None)
    if rename is None:
        return False
    if rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    if (number := ctypes.get_errno()) in (errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP):
        return False
    raise OSError(number, os.strerror(number))


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def _explained(error: OSError, target: Path) -> OutputError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return OutputError("out-disk-full", f"there is no room on the disk for {target}", "the old site is untouched; free some space")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST):
        return OutputError("out-not-writable", f"{target} cannot be written: {error.strerror}", "choose another folder with --out")
    return OutputError("out-failed", f"{target} could not be written: {error.strerror}", "the old site is untouched")
