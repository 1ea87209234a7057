"""Puts records into their canonical form, each file whole or not at all; what is not good stays as it is."""

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from generator.canonical import canonical
from generator.diagnostics import Diagnostic, Location, in_order
from generator.inputs import read
from generator.parse import record_files
from generator.place import OutputError
from generator.records import KINDS
from generator.tree import opened


@dataclass(frozen=True, slots=True)
class Formatted:
    """How many records were looked at, the paths of those that were in another form, and all that was found."""

    records: int
    changed: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]


def format_records(root: Path, only: Sequence[str] = (".",), *, writes: bool = True) -> Formatted:
    """Give the records at and below the paths `only`, from the root, their canonical form, or just say which lack it.

    Raises OutputError where a file cannot be replaced.
    """
    inputs = read(root)
    found = list(inputs.problems)
    records, changed = 0, list[str]()
    for path, content, kind in record_files(inputs.content, KINDS, found):
        if not _is_among(path, only):
            continue
        records += 1
        made, problems = canonical(path, content, kind)
        found += problems
        if made in (None, content):
            continue
        if not writes or _replace(root, path, content, made):
            changed.append(path)
        else:
            message = "this was saved by somebody else while it was formatted, and is as they left it"
            found.append(Diagnostic(Location(path), "file-changed", message, "format it again"))
    told = [d for d in found if d.location.path.startswith("content") and _is_among(d.location.path, only)]
    return Formatted(records, tuple(changed), tuple(in_order(told)))


def from_root(root: Path, path: Path) -> str:
    """The path from the project's root. ValueError if it lies elsewhere."""
    whole = Path(os.path.abspath(path))
    folder = whole if whole.is_dir() else whole.parent  # a link to a file is not followed, but told
    real = os.path.realpath(folder)
    return Path(real, "" if whole.is_dir() else whole.name).relative_to(os.path.realpath(root)).as_posix()


def _is_among(path: str, only: Sequence[str]) -> bool:
    return any(chosen == "." or path == chosen or path.startswith(f"{chosen}/") for chosen in only)


def _replace(root: Path, path: str, old: bytes, new: bytes) -> bool:
    """Whether the file still was as it was read, so that it is now the new one, with the mode of the old one."""
    try:
        with _folder(root, path) as folder:
            return _replace_in(folder, path.rpartition("/")[2], old, new)
    except OSError as error:
        message = f"{path} cannot be replaced: {error.strerror}."
        raise OutputError("file-not-writable", message, "It is as it was.") from error


def _replace_in(folder: int, name: str, old: bytes, new: bytes) -> bool:
    making = f".{name}.new"
    with suppress(FileNotFoundError):  # of a run that was killed
        os.unlink(making, dir_fd=folder)
    try:
        with open(making, "xb", opener=partial(os.open, mode=0o600, dir_fd=folder)) as file:
            file.write(new)
            file.flush()
            found, mode = _found(folder, name)
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        if found == old:
            os.rename(making, name, src_dir_fd=folder, dst_dir_fd=folder)
        return found == old
    finally:
        with suppress(FileNotFoundError):
            os.unlink(making, dir_fd=folder)


def _found(folder: int, name: str) -> tuple[bytes, int]:
    """Content and mode of the file as it is now."""
    with open(name, "rb", opener=lambda path, flags: os.open(path, flags | os.O_NOFOLLOW, dir_fd=folder)) as file:
        return file.read(), stat.S_IMODE(os.fstat(file.fileno()).st_mode)


@contextmanager
def _folder(root: Path, path: str) -> Iterator[int]:
    """The folder that this file is in, reached through no link."""
    with ExitStack() as stack:
        folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        stack.callback(os.close, folder)
        for name in path.split("/")[:-1]:
            inner = stack.enter_context(opened(folder, name))
            if inner is None:
                raise FileNotFoundError(2, os.strerror(2), name)
            folder = inner
        yield folder
