"""Makes the output folder hold exactly the given files, all at once or not at all, whatever stops the build.

A whole new tree is made beside the old one and the two are exchanged; nothing is ever written in place. The one that
was replaced can be put aside: the next build makes its tree of it, and need not name every file anew.
"""

import errno
import os
import stat
import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile

from generator.diagnostics import printable
from generator.exchange import exchange, flush
from generator.place import OutputError, Place, locked, not_ours, placed, refuse_strangers
from generator.seal import moment
from generator.tree import (
    MANIFEST,
    Found,
    Glance,
    Made,
    Sealed,
    Wanted,
    compare,
    glance,
    make,
    opened,
    opened_path,
    refit,
    remove,
    seal_tree,
    sealed,
    twin,
    wanted,
    without,
)

__all__ = ["MANIFEST", "OutputError", "Written", "write"]


@dataclass(frozen=True, slots=True)
class Written:
    """How many files the site has, how many of them are new or differ, how many others were taken away."""

    files: int
    changed: int
    removed: int
    manifest: bytes = field(default=b"", repr=False, compare=False)


_PATIENCE = 0.5  # seconds for the disk's clock to go on

# Of the site and of the spare one.
Glances = tuple[Glance | None, Glance | None]


def glances(target: Path, spare: Path, is_seen: bool = False) -> Glances:
    """What `write` can be told, to ask the disk for less; to be worked out while a site is made, not long before.

    Where no spare tree lies one is made, for which the first change after a full build would wait. If somebody looks at
    the site already, it `is_seen`: then only that may touch it.
    """
    other = _glance(spare)
    if not other:
        return _with_twin(target, spare)
    return None if is_seen else _glance(target), other


def _glance(folder: Path) -> Glance | None:
    with suppress(OSError), opened_path(folder) as root:
        found = sealed(root) if root is not None else None
        return glance(root, found.lines) if root is not None and found else None
    return None


def _with_twin(target: Path, spare: Path) -> Glances:
    """Glances at the site and at a tree with second names for all its files, which is made at `spare`.

    That needs no lock: both are sealed anew, and a seal that fits says what is there, whoever else was at work. A tree
    that lies there already stays, since another build may be about to use it: `write` removes it under the lock.
    """
    with (
        suppress(OSError),
        opened_path(target) as site,
        opened_path(spare.parent) as parent,
        TemporaryFile(dir=spare.parent) as clock,
    ):
        started = moment(clock.fileno())
        found = sealed(site) if site is not None else None
        if site is None or parent is None or found is None:
            return None, None
        folders = twin(site, found, parent, spare.name)
        ended, now = _later(clock.fileno()), _later(clock.fileno())
        lines = seal_tree(site, started, now, {path: found.lines[path] for path in folders})
        with opened(parent, spare.name) as new:
            if lines and new is not None:
                of_twin = seal_tree(new, started, now, without(lines, folders), folders, ended)
                return glance(site, lines), glance(new, of_twin)
    return None, None


def write(
    files: Mapping[str, bytes], target: Path, spare: Path | None = None, before: Glances = (None, None)
) -> Written:
    """Make the folder `target` hold exactly `files` (relative POSIX path to content) and a manifest of their hashes.

    Leaves everything untouched when nothing differs. What was replaced is put at `spare`, in place of what is there;
    for that it is on the same disk. `before` is what `glances` at the two found. Raises OutputError; ValueError for
    paths that are our mistake.
    """
    tree = wanted(files)
    try:
        with placed(target) as place, locked(place) as lock:
            refuse_strangers(place)
            _recover(place)
            found = _replace(place, tree, lock, spare, before)
    except OSError as error:
        raise _explained(error, printable(str(target))) from error
    return Written(len(files), len(files.keys() - found.same), found.unwanted, tree.manifest)


def _recover(place: Place) -> None:
    """Leave a whole site in its place and nothing beside it, wherever a build ended: killed, failed or well."""
    if place.status(place.old) is not None:
        if place.status(place.name) is None:
            place.rename(place.old, place.name)
        else:
            remove(place.parent, place.next)
            place.rename(place.old, place.next)
    remove(place.parent, place.next)


def _replace(place: Place, tree: Wanted, lock: int, spare: Path | None, before: Glances) -> Found:
    """Put the tree in the place of the old one unless that is right; what was found there."""
    started = moment(lock)
    with opened(place.parent, place.name) as old:
        found = compare(old, tree, before[0])
        if old is not None and found.is_right:
            if not found.sealed:
                seal_tree(old, started, started, {})
            return found
        try:
            fetched = _fetched(spare, place, before[1]) if spare else None
            new = _make(place, tree, old, found.same, fetched)
            flush(place.parent)
            ended = _later(lock)
            _put_in_place(place, is_first=old is None)
        except BaseException:
            with suppress(OSError):
                _recover(place)
            raise
        is_spared = found.sealed and spare is not None and _put_aside(place, spare)
        _tidy(place)
        with suppress(OSError):
            now = _later(lock)
            if is_spared and found.sealed and old is not None:
                seal_tree(old, started, now, without(found.sealed.lines, {".", *new.touched}))
            with opened(place.parent, place.name) as site:
                if site is not None:
                    seal_tree(site, started, now, new.lines, new.fresh, ended)
    return found


def _make(place: Place, tree: Wanted, old: int | None, same: Collection[str], spare: Sealed | None) -> Made:
    """Make the tree beside the old one, of the spare one that lies there if that can be trusted."""
    if spare:
        with opened(place.parent, place.next) as root:
            assert root is not None
            return refit(root, spare, tree, old, same)
    remove(place.parent, place.next)
    return make(place.parent, place.next, tree, old, same)


def _fetched(spare: Path, place: Place, before: Glance | None) -> Sealed | None:
    """Put the spare tree beside the old one, and say what it is. Removed where it is, if somebody touched it."""
    with suppress(OSError):
        if stat.S_ISDIR(spare.lstat().st_mode):
            with opened_path(spare) as root:
                found = sealed(root, before) if root is not None else None  # a seal breaks when a tree is moved
            if found:
                os.rename(spare, place.next, dst_dir_fd=place.parent)
                return found
            remove(-1, os.path.abspath(spare))
    return None


def _put_aside(place: Place, spare: Path) -> bool:
    """Whether the tree that was replaced is at `spare` now; else it is still to be removed."""
    with suppress(OSError):
        os.rename(place.next, spare, src_dir_fd=place.parent)  # onto nothing: what was there was fetched
        return True
    return False


def _later(lock: int) -> int:
    """A moment after all that was done until now, by the clock of the disk, which goes in steps of milliseconds.

    Where it stands still, or was set back, one that is not later: what was done then counts as done after it.
    """
    before, given_up = moment(lock), time.monotonic() + _PATIENCE
    while (now := moment(lock)) <= before and time.monotonic() < given_up:
        time.sleep(0.001)
    return now


def _put_in_place(place: Place, *, is_first: bool) -> None:
    if is_first:
        place.rename(place.next, place.name)
    elif not exchange(place.parent, place.next, place.name):
        place.rename(place.name, place.old)
        place.rename(place.next, place.name)


def _tidy(place: Place) -> None:
    """Make the exchange last, and remove the old site. The new one is in its place, so errors must say so."""
    try:
        os.fsync(place.parent)
        _recover(place)
    except OSError as error:
        message = f"The new site is in {place.shown}, but cleaning up after it failed: {error.strerror}."
        hint = f"Build again, or delete {place.next} (or {place.old}) beside {place.shown} yourself."
        raise OutputError("out-failed", message, hint) from error


def _explained(error: OSError, shown: str) -> OutputError:
    where = f" ({printable(str(error.filename))})" if error.filename else ""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        hint = "The old site is as it was. Make room, then build again."
        return OutputError("out-disk-full", f"The disk has no room for the new site in {shown}.", hint)
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        hint = "The old site is as it was. Ask for the right to write there, or name another folder with --out."
        return OutputError("out-not-writable", f"You may not write to {shown}: {error.strerror}{where}.", hint)
    if error.errno == errno.EBUSY:
        return not_ours(f"{shown} is or holds a disk of its own (a mount point){where}.")
    hint = f"The old site is as it was. If building again does not help, delete {shown} and build again."
    return OutputError("out-failed", f"The site could not be written to {shown}: {error.strerror}{where}.", hint)
