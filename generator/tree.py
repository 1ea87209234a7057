"""A folder of files on the disk: compare it with the one that is wanted, make that one, remove one.

Everything goes through the descriptor of the folder and follows no link, so that nothing outside of it is ever touched.
"""

import errno
import json
import os
import stat
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from generator.parallel import slices
from generator.seal import FILE_MODE, FOLDER_MODE, seal, unbroken
from generator.sitefiles import SiteFiles

MANIFEST = ".explainer-manifest.json"

_MARK = b'{"generator": "explainer-generator",\n"files": '
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Wanted:
    """A tree: content by path, the hash of each, every folder (parents first), and the manifest that goes with it."""

    files: SiteFiles
    hashes: Mapping[str, str]
    folders: list[str]
    manifest: bytes

    @property
    def paths(self) -> set[str]:
        """All files and folders, the tree itself as ".", without the manifest."""
        return {".", *self.folders, *self.files}


@dataclass(frozen=True, slots=True)
class Found:
    """What an old tree has of a wanted one: the files that are equal, how many are not wanted, whether all is right.

    And what its seal stands for, if that is unbroken.
    """

    same: Collection[str] = field(default=frozenset())
    unwanted: int = 0
    is_right: bool = False
    sealed: "Sealed | None" = None


class Sealed(NamedTuple):
    """A tree that nobody touched: its manifest, and a line for each of its paths that tells if somebody does."""

    manifest: bytes
    lines: Mapping[str, bytes]


class Glance(NamedTuple):
    """What an unbroken seal stood for when somebody looked, as long as the manifest is this file."""

    manifest: tuple[int, ...]
    lines: bytes


def wanted(files: Mapping[str, bytes]) -> Wanted:
    """The tree of these files. Paths come from us, so a bad one is a ValueError."""
    files = files if isinstance(files, SiteFiles) else SiteFiles(files)
    folders = _folders(frozenset(files))
    hashes = {path: files.digest(path) for path in sorted(files)}
    manifest = _MARK + json.dumps(hashes, separators=(",\n", ": ")).encode("ascii") + b"}\n"
    return Wanted(files, hashes, folders, manifest)


@lru_cache(maxsize=2)  # the old, the spare and the new tree have mostly the same paths
def _folders(paths: frozenset[str]) -> list[str]:
    """Every folder the files need, parents first."""
    folders: set[str] = set()
    for path in paths:
        above = path
        while True:  # up to the root, or to what is known
            above, slash, name = above.rpartition("/")
            if name in ("", ".", "..") or (slash and not above) or "\0" in name:
                raise ValueError(f"not a relative path: {path!r}")
            if not above or above in folders:
                break
            folders.add(above)
    if MANIFEST in paths or (clash := sorted(folders.intersection((*paths, MANIFEST)))):
        raise ValueError(f"two things have one path: {MANIFEST if MANIFEST in paths else clash[0]!r}")
    return sorted(folders)


@contextmanager
def opened(parent: int, name: str) -> Iterator[int | None]:
    """The folder's descriptor, None if it is missing."""
    try:
        folder = os.open(name, _FOLDER, dir_fd=parent)
    except FileNotFoundError:
        yield None
        return
    try:
        yield folder
    finally:
        os.close(folder)


def opened_path(path: Path) -> AbstractContextManager[int | None]:
    """The descriptor of the folder at a path, None if it is missing."""
    return opened(-1, os.path.abspath(path))


# ---- comparing


def is_marked(root: int) -> bool:
    """Whether a manifest of ours lies in the folder."""
    try:
        manifest = os.open(MANIFEST, _READ, dir_fd=root)
    except OSError as error:
        if error.errno in {errno.ENOENT, errno.ELOOP, errno.ENXIO}:  # nothing, a link, a socket
            return False
        raise
    try:
        return stat.S_ISREG(os.fstat(manifest).st_mode) and os.read(manifest, len(_MARK)) == _MARK
    finally:
        os.close(manifest)


def compare(old: int | None, tree: Wanted, before: Glance | None = None) -> Found:
    """What the old tree has of the wanted one, by its seal if that fits, else by reading everything."""
    if old is None:
        return Found()
    return _by_seal(old, tree, before) or _by_reading(old, tree)


def _by_seal(old: int, tree: Wanted, before: Glance | None) -> Found | None:
    found = sealed(old, before)
    if found is None:
        return None
    hashes = _listed(found.manifest).hashes
    same = {path for path, hashed in tree.hashes.items() if hashes.get(path) == hashed}
    return Found(same, len(hashes.keys() - tree.files.keys()), found.manifest == tree.manifest, found)


def glance(root: int, lines: Mapping[str, bytes] | None) -> Glance | None:
    """What the unbroken seal of a tree stands for: a `sealed` soon after need not ask for every path then."""
    if lines is None:
        return None
    return Glance(_identity(os.stat(MANIFEST, dir_fd=root)), b"".join(lines[path] for path in sorted(lines)))


def sealed(root: int, before: Glance | None = None) -> Sealed | None:
    """The tree, if a seal says that nobody touched it, or said so before."""
    manifest = _opened_file(root, MANIFEST)
    if manifest is None:
        return None
    try:
        status = os.fstat(manifest)
        content = os.read(manifest, status.st_size) if status.st_mode == FILE_MODE else b""
        paths = _listed(content).paths
        if before and before.manifest == _identity(status):
            return Sealed(content, dict(zip(paths, before.lines.splitlines(keepends=True), strict=True)))
        lines = unbroken(root, manifest, content, paths)
        return Sealed(content, lines) if lines else None
    except (OSError, ValueError):
        return None
    finally:
        os.close(manifest)


def _identity(status: os.stat_result) -> tuple[int, ...]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


class _Listed(NamedTuple):
    """What a manifest lists: the hashes of files, their folders, and all paths in order, the tree itself as "."."""

    hashes: dict[str, str]
    folders: list[str]
    paths: list[str]


@lru_cache(maxsize=3)  # a build asks for the old, the spare and the new one several times
def _listed(manifest: bytes) -> _Listed:
    """ValueError if it is none."""
    hashes = json.loads(manifest)["files"] if manifest.startswith(_MARK) else None
    if not isinstance(hashes, dict):
        raise ValueError("not a manifest")
    folders = _folders(frozenset(hashes))
    return _Listed(hashes, folders, sorted([".", *folders, *hashes]))


def _by_reading(old: int, tree: Wanted) -> Found:
    folders = {"", *tree.folders}
    same: set[str] = set()
    unwanted = odd = 0
    for prefix, folder, entries, mode in _walk(old):
        odd += prefix[:-1] not in folders or mode != FOLDER_MODE
        for entry in entries:
            if not entry.is_dir(follow_symlinks=False):
                path = prefix + entry.name
                content = tree.manifest if path == MANIFEST else tree.files.get(path)
                if content is None:
                    unwanted += 1
                elif entry.is_file(follow_symlinks=False) and _is_same(folder, entry.name, content):
                    same.add(path)
    return Found(same, unwanted, not unwanted and not odd and len(same) == len(tree.files) + 1)


def _is_same(folder: int, name: str, content: bytes) -> bool:
    file = _opened_file(folder, name)
    if file is None:
        return False
    try:
        status = os.fstat(file)
        if status.st_mode != FILE_MODE or status.st_size != len(content):
            return False
        return os.read(file, len(content) + 1) == content
    except OSError:
        return False
    finally:
        os.close(file)


def _opened_file(folder: int, name: str) -> int | None:
    try:
        return os.open(name, _READ, dir_fd=folder)
    except OSError:
        return None


class Made(NamedTuple):
    """A tree that was made: what is fresh in it, what an unbroken seal says of the rest, what was touched elsewhere."""

    fresh: Collection[str]
    lines: Mapping[str, bytes]
    touched: Collection[str]
    """Files of other trees that got or lost a second name here."""


def seal_tree(
    root: int, known: int, now: int, before: Mapping[str, bytes], fresh: Collection[str] = (), made: int = 0
) -> Mapping[str, bytes] | None:
    """Seal the folder, if nobody touched it meanwhile: what is `fresh` since it was `made`, the rest since `known`.

    What a seal said `before` and is still right is taken over. What the seal stands for, by path; None without one.
    """
    manifest = _opened_file(root, MANIFEST)
    if manifest is not None:
        try:
            content = os.read(manifest, os.fstat(manifest).st_size)
            asked = {path: known for path in _listed(content).paths if path not in before}
            return seal(root, manifest, content, before, asked | dict.fromkeys(fresh, made), now)
        finally:
            os.close(manifest)
    return None


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


# ---- making and removing


def make(parent: int, name: str, tree: Wanted, old: int | None, same: Collection[str]) -> Made:
    """Make the tree as `name`, its `same` files by giving those of the `old` tree a second name.

    The manifest comes first and goes last: the folder is empty or marked as ours, whenever we are killed.
    """
    with _begun(parent, name, tree.manifest) as (new, is_plain):
        for folder in tree.folders:
            _make_folder(new, folder, is_plain)
        _make_files(new, tree, sorted(tree.files), old, same, is_plain)
    return Made(tree.paths.difference(same), {}, same)


@contextmanager
def _begun(parent: int, name: str, manifest: bytes) -> Iterator[tuple[int, bool]]:
    """A new tree with nothing but its manifest, and whether what is made in it has the mode that we ask for."""
    os.mkdir(name, 0o755, dir_fd=parent)
    with opened(parent, name) as new:
        assert new is not None
        is_plain = os.fstat(new).st_mode == FOLDER_MODE  # else a umask or the parent's rights change what we ask for
        if not is_plain:
            _set_mode(new, 0o755)
        _make_file(new, MANIFEST, manifest, is_plain)
        yield new, is_plain


def twin(root: int, found: Sealed, parent: int, name: str) -> Collection[str]:
    """Make a tree of second names for all files of this one; its folders. OSError where the disk cannot."""
    listed = _listed(found.manifest)
    with _begun(parent, name, found.manifest) as (new, is_plain):
        for path in listed.paths:  # parents first
            if path in listed.hashes:
                os.link(path, path, src_dir_fd=root, dst_dir_fd=new, follow_symlinks=False)
            elif path != ".":
                _make_folder(new, path, is_plain)
    return {".", *listed.folders}


def refit(root: int, spare: Sealed, tree: Wanted, old: int | None, same: Collection[str]) -> Made:
    """Make the spare tree the wanted one, by changing only what differs.

    No file is written to, for another tree may have it too. There is a manifest all the time, so that the folder is
    marked as ours, whenever we are killed.
    """
    hashes, folders, _ = _listed(spare.manifest)
    differing = {path for path, hashed in (hashes.items() ^ tree.hashes.items())}
    before, after = set(folders), set(tree.folders)
    is_plain = os.fstat(root).st_mode == FOLDER_MODE
    for path in sorted(differing & hashes.keys()):
        os.unlink(path, dir_fd=root)
    for folder in sorted(before - after, reverse=True):
        os.rmdir(folder, dir_fd=root)
    for folder in sorted(after - before):
        _make_folder(root, folder, is_plain)
    _make_files(root, tree, sorted(differing & tree.files.keys()), old, same, is_plain)
    _make_file(root, f"{MANIFEST}.new", tree.manifest, is_plain)
    os.rename(f"{MANIFEST}.new", MANIFEST, src_dir_fd=root, dst_dir_fd=root)
    touched = differing | (before ^ after)
    touched |= {".", *(path.rpartition("/")[0] for path in touched)}
    return Made(tree.paths & touched, without(spare.lines, touched), differing)


def without(lines: Mapping[str, bytes], paths: Collection[str]) -> Mapping[str, bytes]:
    """The lines of all other paths."""
    return {path: line for path, line in lines.items() if path not in paths}


_MANY = 1000  # files from which on threads make them: they wait for the disk, each in a folder of its own


def _make_files(
    root: int, tree: Wanted, paths: Sequence[str], old: int | None, same: Collection[str], is_plain: bool
) -> None:
    """Make these files of the tree, the `same` ones as second names of the `old` ones."""

    def make_some(some: Sequence[str]) -> None:
        for path in some:
            if path not in same or not _link(old, root, path):
                _make_file(root, path, tree.files[path], is_plain)

    if len(paths) < _MANY:
        make_some(paths)
        return
    from concurrent.futures import ThreadPoolExecutor

    threads = os.cpu_count() or 1
    with ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(make_some, slices(paths, threads, 1)):
            pass  # an error in one is raised here


def _make_folder(root: int, path: str, is_plain: bool) -> None:
    os.mkdir(path, 0o755, dir_fd=root)
    if not is_plain:
        with opened(root, path) as folder:
            assert folder is not None
            _set_mode(folder, 0o755)


def _make_file(root: int, path: str, content: bytes, is_plain: bool) -> None:
    file = os.open(path, _CREATE, 0o644, dir_fd=root)
    try:
        if not is_plain:
            _set_mode(file, 0o644)
        left = memoryview(content)
        while left:
            left = left[os.write(file, left) :]
    finally:
        os.close(file)


def _set_mode(thing: int, mode: int) -> None:
    with suppress(PermissionError):  # it is ours, so only a disk without modes (a USB stick) says no
        os.fchmod(thing, mode)


def _link(old: int | None, new: int, path: str) -> bool:
    """Whether the old file could be given a second name; not on every disk, nor for somebody else's file."""
    try:
        os.link(path, path, src_dir_fd=old, dst_dir_fd=new, follow_symlinks=False)
    except OSError:
        return False
    return True


def remove(parent: int, name: str) -> None:
    """Remove a tree of ours, if it is there."""
    with opened(parent, name) as root:
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
    os.rmdir(name, dir_fd=parent)
