"""What the file system says of files that a build reads, by which it tells later whether somebody touched them.

That is inode, mode, size and both times, of which the second (ctime) changes with any change and cannot be set by
anybody. What is as young as the moment in which a build began counts as changed, since clocks tick in steps.
"""

import hashlib
import os
import stat
import struct
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

# The folders of a project that a build reads.
FOLDERS = ("content", "seeds", "templates")

# A line for each file and folder, by its path: mode, inode, size, both times.
Listing = Mapping[str, bytes]

_LINE = struct.Struct("<QQqqq")
_MODE = slice(8)  # the mode's bytes of a line

_LIBRARIES = ("idna", "jinja2", "markdown_it", "markupsafe", "PIL", "pydantic", "pydantic_core", "tzdata", "yaml")


class Listed(NamedTuple):
    """What is there, and when the youngest of it last changed, in nanoseconds."""

    lines: dict[str, bytes]
    youngest: int


def listing(listed: Listed, began: int) -> Listing | None:
    """The lines; None if something is as young as the moment in which the build began."""
    return None if listed.youngest >= began else listed.lines


def fingerprint(more: object, listed: Listing | None) -> str | None:
    """A digest of what is listed and of more; None for None."""
    if listed is None:
        return None
    names = "\0".join([repr(more), *listed]).encode(errors="surrogateescape")
    return hashlib.sha256(b"\0".join([names, *listed.values()])).hexdigest()


def touched(before: Listing | None, now: Listing | None) -> list[str] | None:
    """The files and folders that somebody touched; None if there are others now, or that cannot be told."""
    if before is None or now is None or before.keys() != now.keys():
        return None
    found = [path for path, line in now.items() if line != before[path]]
    return None if any(before[path][_MODE] != now[path][_MODE] for path in found) else found


def folders(root: Path, names: Iterable[str]) -> Listed:
    """These folders of the root and all in them, in order."""
    lines, youngest = dict[str, bytes](), 0
    for name in names:
        with suppress(OSError):
            youngest = max(youngest, _add(lines, name, os.lstat(root / name)))
        youngest = max(youngest, _add_within(lines, os.path.join(root, ""), name))
    return Listed(lines, youngest)


def tool() -> Listed:
    """What makes a site: this package, its templates, and the libraries it uses."""
    package = Path(__file__).parent
    lines, youngest = folders(package.parent, (package.name, "templates"))
    for name in _LIBRARIES:
        spec = find_spec(name)
        if spec and spec.origin:
            youngest = max(youngest, _add(lines, name, os.stat(spec.origin)))
    return Listed(lines, youngest)


def _add_within(lines: dict[str, bytes], root: str, folder: str) -> int:
    """Add all that is in the folder; when the youngest of it changed. There may be very many."""
    try:
        opened = os.open(root + folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        return _add_missing(lines, f"{folder}/", error)
    youngest = 0
    try:
        for name in sorted(os.listdir(opened)):
            if name == "__pycache__":
                continue
            path = f"{folder}/{name}"
            try:
                status = os.stat(name, dir_fd=opened, follow_symlinks=False)
            except OSError as error:  # withdrawn meanwhile, or its folder may not be entered
                _add_missing(lines, path, error)
                continue
            changed = _add(lines, path, status)
            if stat.S_ISDIR(status.st_mode):
                changed = max(changed, _add_within(lines, root, path))
            if changed > youngest:
                youngest = changed
    finally:
        os.close(opened)
    return youngest


def _add(lines: dict[str, bytes], path: str, status: os.stat_result) -> int:
    written, changed = status.st_mtime_ns, status.st_ctime_ns
    try:
        lines[path] = _LINE.pack(status.st_mode, status.st_ino, status.st_size, written, changed)
    except struct.error:  # anybody can give a file a time so far away that no line holds it
        return sys.maxsize
    return written if written > changed else changed


def _add_missing(lines: dict[str, bytes], path: str, error: OSError) -> int:
    lines[path] = _LINE.pack(0, error.errno or 0, 0, 0, 0)
    return 0
