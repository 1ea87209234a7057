"""What the last build left for this one: all that it said, if this one would change nothing, and what it remembered.

A build is spared if the inputs and the tool are the same, and nobody touched the site since; else it is spared to read
the files again that nobody touched. File times save reads here, and decide none: of every file that a build reads, and
of the tool itself, the file system is asked for inode, size and both times, of which the second (ctime) changes with
any change and cannot be set by anybody. What is as young as the moment in which a build began counts as changed, since
clocks tick in steps. Of the site, its seal is asked.

What a build leaves lies in `.cache/`, which is safe to delete. If it is not ours alone it is not believed. A memo is
believed whatever the inputs are, since it holds what it was made of, but only by the same tool.
"""

import hashlib
import json
import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.diagnostics import Diagnostic, Location, Severity
from generator.seal import moment
from generator.tree import opened, sealed

if TYPE_CHECKING:
    from generator.build import Memo
    from generator.inputs import Inputs
    from generator.kept import Stamp

FOLDERS = ("content", "seeds", "templates")
LIBRARIES = ("idna", "jinja2", "markdown_it", "markupsafe", "PIL", "pydantic", "pydantic_core", "tzdata", "yaml")


# What the file system says of each file and folder, by its path.
Listing = Mapping[str, str]


@dataclass(frozen=True)
class Remembered:
    """What a build leaves for the next ones: the files it read, as they were listed before, and all it made of them."""

    memo: "Memo"
    inputs: "Inputs"
    listing: Listing


@dataclass(frozen=True)
class Past:
    """What the last build said at its end."""

    pages: int
    records: int
    files: int
    diagnostics: tuple[Diagnostic, ...]


class LastBuild:
    """What is known of the last build of this site with these options, found out before the next one reads anything."""

    def __init__(self, root: Path, target: Path, options: object) -> None:
        self._root, self._target = root, target
        self._folder = root / ".cache"
        name = hashlib.sha256(os.fsencode(os.path.abspath(target))).hexdigest()[:16]
        self._file = self._folder / f"{name}.json"
        self._pickle = self._folder / f"{name}.pickle"
        self._began = self._moment()
        self._tool = _fingerprint((options, sys.version), self._settled(_tool()))
        self._listing = self._settled(_listings(root, FOLDERS))
        self._inputs = _fingerprint((), self._listing)
        self._known = self._note() if self._tool else {}

    def past(self) -> Past | None:
        """What the last build said, if this one would change nothing."""
        with suppress(ValueError, KeyError, TypeError):
            if self._inputs and self._known.get("inputs") == self._inputs and self._known["site"] == self._site():
                return Past(**{**self._known["past"], "diagnostics": _diagnostics(self._known["past"])})
        return None

    def memo(self) -> "Callable[[], Remembered | None]":
        """Begin to read what a build before this one left; gives what gives that, if it can be believed."""
        from generator.kept import kept

        return kept(self._pickle, self.stamp)

    def inputs(self, remembered: Remembered | None) -> "Inputs":
        """The files of the project, read again if somebody touched them."""
        from generator.inputs import read, read_again

        if not remembered or not self._listing or self._listing.keys() != remembered.listing.keys():
            return read(self._root)
        known, before = remembered.inputs, remembered.listing
        touched = [path for path, line in self._listing.items() if line != before[path]]
        if any(not known.holds(path) and _mode(self._listing[path]) != _mode(before[path]) for path in touched):
            return read(self._root)
        return read_again(self._root, known, filter(known.holds, touched))

    @property
    def stamp(self) -> "Stamp | None":
        """Of what the last build remembered."""
        return self._known.get("memo")

    def keep_memo(self, memo: "Memo", inputs: "Inputs") -> "Stamp | None":
        """Remember what the next build need not read and make again; to be told to `keep`."""
        from generator.kept import keep

        return keep(Remembered(memo, inputs, self._listing or {}), self._pickle) if self._tool else None

    def keep(self, past: Past, manifest: bytes, memo: "Stamp | None") -> None:
        """Remember a build, now that its site is written with this manifest."""
        site = hashlib.sha256(manifest).hexdigest()
        note = {"tool": self._tool, "inputs": self._inputs, "site": site, "past": asdict(past), "memo": memo}
        making = self._file.with_suffix(".new")
        with suppress(OSError):
            if self._tool:
                making.write_text(json.dumps(note), encoding="utf-8")
                making.replace(self._file)

    @property
    def spare(self) -> Path | None:
        """Where `write` puts the site that it replaces, for the next build to make its own of."""
        return self._folder / f"{self._file.stem}.site" if self._began else None

    def _note(self) -> dict[str, Any]:
        """What the last build noted, if it was made by the same tool."""
        with suppress(OSError, ValueError, TypeError, KeyError):
            known: dict[str, Any] = json.loads(self._file.read_bytes())
            if known["tool"] == self._tool:
                return known
        return {}

    def _site(self) -> str | None:
        """The digest of the site's manifest, if nobody touched the site since it was written."""
        with suppress(OSError):
            parent = os.open(self._target.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                with opened(parent, self._target.name) as folder:
                    found = sealed(folder) if folder is not None else None
            finally:
                os.close(parent)
            return hashlib.sha256(found.manifest).hexdigest() if found else None
        return None

    def _moment(self) -> int:
        """Now, by the clock of the project's disk; 0 if there can be no cache that is ours alone."""
        with suppress(OSError):
            self._folder.mkdir(mode=0o700, exist_ok=True)
            status = self._folder.lstat()
            ours = stat.S_ISDIR(status.st_mode) and not status.st_mode & 0o022 and status.st_uid == os.getuid()
            if ours:
                clock = os.open(self._folder / "clock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
                try:
                    return moment(clock)
                finally:
                    os.close(clock)
        return 0

    def _settled(self, found: Iterable[tuple[str, str, int]]) -> Listing | None:
        """What was found, by path; None if something is too young, or nothing can be kept."""
        listing = {}
        for path, line, changed in found:
            if changed >= self._began:
                return None
            listing[path] = line
        return listing


def _fingerprint(more: object, listing: Listing | None) -> str | None:
    if listing is None:
        return None
    lines = [repr(more), *(f"{path}\0{line}" for path, line in listing.items())]
    return hashlib.sha256("\n".join(lines).encode(errors="surrogateescape")).hexdigest()


# Of a file or folder: its path, a line that says how it is, and when it last changed.
Entry = tuple[str, str, int]


def _tool() -> Iterator[Entry]:
    """What makes the site: this package, its templates, and the libraries it uses."""
    package = Path(__file__).parent
    yield from _libraries()
    yield from _listings(package.parent, (package.name, "templates"))


def _libraries() -> Iterator[Entry]:
    for name in LIBRARIES:
        spec = find_spec(name)
        if spec and spec.origin:
            yield _entry(name, os.stat(spec.origin))


def _listings(root: Path, folders: Iterable[str]) -> Iterator[Entry]:
    for folder in folders:
        with suppress(OSError):
            yield _entry(folder, os.lstat(root / folder))
        yield from _within(os.path.join(root, ""), folder)


def _within(root: str, folder: str) -> Iterator[Entry]:
    """Every file and folder in this one and below, in order."""
    try:
        with os.scandir(root + folder) as scan:
            entries = sorted(scan, key=lambda entry: entry.name)
    except OSError as error:
        yield folder, str(error.errno), 0
        return
    for entry in entries:
        if entry.name != "__pycache__":
            path = f"{folder}/{entry.name}"
            yield _entry(path, entry.stat(follow_symlinks=False))
            if entry.is_dir(follow_symlinks=False):
                yield from _within(root, path)


def _entry(path: str, status: os.stat_result) -> Entry:
    times = status.st_mtime_ns, status.st_ctime_ns
    return path, f"{status.st_mode} {status.st_ino} {status.st_size} {times}", max(times)


def _diagnostics(past: dict[str, Any]) -> tuple[Diagnostic, ...]:
    return tuple(
        Diagnostic(**{**row, "location": Location(**row["location"]), "severity": Severity(row["severity"])})
        for row in past["diagnostics"]
    )


def _mode(line: str) -> str:
    return line.partition(" ")[0]
