"""What the file system says of files that a build reads, by which it tells later whether somebody touched them.

That is inode, mode, size and both times, of which the second (ctime) changes with any change and cannot be set by
anybody. What is as young as the moment in which a build began counts as changed, since clocks tick in steps.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

# The folders of a project that a build reads.
FOLDERS = ("content", "seeds", "templates")

# A line for each file and folder, by its path.
Listing = Mapping[str, str]

# Of a file or folder: its path, the line, and when it last changed.
Entry = tuple[str, str, int]

_LIBRARIES = ("idna", "jinja2", "markdown_it", "markupsafe", "PIL", "pydantic", "pydantic_core", "tzdata", "yaml")


def listing(entries: Iterable[Entry], began: int) -> Listing | None:
    """The entries by path; None if one of them is as young as the moment in which the build began."""
    found = {}
    for path, line, changed in entries:
        if changed >= began:
            return None
        found[path] = line
    return found


def fingerprint(more: object, listed: Listing | None) -> str | None:
    """A digest of what is listed and of more; None for None."""
    if listed is None:
        return None
    lines = [repr(more), *(f"{path}\0{line}" for path, line in listed.items())]
    return hashlib.sha256("\n".join(lines).encode(errors="surrogateescape")).hexdigest()


def touched(before: Listing | None, now: Listing | None) -> list[str] | None:
    """The files and folders that somebody touched; None if there are others now, or that cannot be told."""
    if before is None or now is None or before.keys() != now.keys():
        return None
    found = [path for path, line in now.items() if line != before[path]]
    return None if any(_mode(before[path]) != _mode(now[path]) for path in found) else found


def _mode(line: str) -> str:
    return line.partition(" ")[0]


def folders(root: Path, names: Iterable[str]) -> Iterator[Entry]:
    """These folders of the root and all in them, in order."""
    for name in names:
        with suppress(OSError):
            yield _entry(name, os.lstat(root / name))
        yield from _within(os.path.join(root, ""), name)


def tool() -> Iterator[Entry]:
    """What makes a site: this package, its templates, and the libraries it uses."""
    for name in _LIBRARIES:
        spec = find_spec(name)
        if spec and spec.origin:
            yield _entry(name, os.stat(spec.origin))
    package = Path(__file__).parent
    yield from folders(package.parent, (package.name, "templates"))


def _within(root: str, folder: str) -> Iterator[Entry]:
    try:
        with os.scandir(root + folder) as scan:
            entries = sorted(scan, key=lambda entry: entry.name)
    except OSError as error:
        yield f"{folder}/", str(error.errno), 0
        return
    for entry in entries:
        if entry.name != "__pycache__":
            path = f"{folder}/{entry.name}"
            try:
                yield _entry(path, entry.stat(follow_symlinks=False))
            except OSError as error:  # withdrawn meanwhile, or its folder may not be entered
                yield path, str(error.errno), 0
            if entry.is_dir(follow_symlinks=False):
                yield from _within(root, path)


def _entry(path: str, status: os.stat_result) -> Entry:
    times = status.st_mtime_ns, status.st_ctime_ns
    return path, f"{status.st_mode} {status.st_ino} {status.st_size} {times}", max(times)
