"""Spares a build that would change nothing: the same inputs, the same tool, and a site that nobody touched since.

File times save reads here, and decide none: of every file that a build reads, and of the tool itself, the file system
is asked for inode, size and both times, of which the second (ctime) changes with any change and cannot be set by
anybody. What is as young as the moment in which a build began counts as changed, since clocks tick in steps. Of the
site, its seal is asked.

What a build leaves lies in `.cache/`, which is safe to delete. If it is not ours alone it is not believed.
"""

import hashlib
import json
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path

from generator.diagnostics import Diagnostic, Location, Severity
from generator.seal import moment
from generator.tree import opened, sealed_manifest

FOLDERS = ("content", "seeds", "templates")
LIBRARIES = ("idna", "jinja2", "markdown_it", "markupsafe", "PIL", "pydantic", "pydantic_core", "tzdata", "yaml")


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
        self._target = target
        self._folder = root / ".cache"
        name = hashlib.sha256(os.fsencode(os.path.abspath(target))).hexdigest()[:16]
        self._file = self._folder / f"{name}.json"
        self._began = self._moment()
        self._inputs = self._fingerprint(root, options) if self._began else None

    def past(self) -> Past | None:
        """What the last build said, if this one would change nothing."""
        if self._inputs is None:
            return None
        try:
            known = json.loads(self._file.read_bytes())
            if known["inputs"] != self._inputs or known["site"] != self._site():
                return None
            found = tuple(_diagnostic(row) for row in known["diagnostics"])
            return Past(known["pages"], known["records"], known["files"], found)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def keep(self, past: Past) -> None:
        """Remember a build, now that its site is written."""
        site = self._site()
        if self._inputs is None or site is None:
            return
        making = self._file.with_suffix(".new")
        with suppress(OSError):
            making.write_text(json.dumps({**asdict(past), "inputs": self._inputs, "site": site}), encoding="utf-8")
            making.replace(self._file)

    def _site(self) -> str | None:
        """The digest of the site's manifest, if nobody touched the site since it was written."""
        with suppress(OSError):
            parent = os.open(self._target.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                with opened(parent, self._target.name) as folder:
                    manifest = sealed_manifest(folder) if folder is not None else None
            finally:
                os.close(parent)
            return hashlib.sha256(manifest).hexdigest() if manifest else None
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

    def _fingerprint(self, root: Path, options: object) -> str | None:
        """A digest of what the file system says of everything a build reads; None if some of it is too young."""
        digest = hashlib.sha256(repr((options, sys.version)).encode())
        package = Path(__file__).parent
        folders = [root / name for name in FOLDERS] + [package, package.parent / "templates"]
        for line, changed in (*_libraries(), *(found for folder in folders for found in _listing(os.fspath(folder)))):
            if changed >= self._began:
                return None
            digest.update(line)
        return digest.hexdigest()


def _libraries() -> Iterator[tuple[bytes, int]]:
    for name in LIBRARIES:
        spec = find_spec(name)
        if spec and spec.origin:
            yield _line(name, os.stat(spec.origin))


def _listing(folder: str) -> Iterator[tuple[bytes, int]]:
    """A line for every file and folder, in order, and when each last changed."""
    try:
        with os.scandir(folder) as scan:
            entries = sorted(scan, key=lambda entry: entry.name)
    except OSError as error:
        yield f"{folder}: {error.errno}\n".encode(errors="surrogateescape"), 0
        return
    for entry in entries:
        if entry.name != "__pycache__":
            yield _line(entry.path, entry.stat(follow_symlinks=False))
            if entry.is_dir(follow_symlinks=False):
                yield from _listing(entry.path)


def _line(name: str, status: os.stat_result) -> tuple[bytes, int]:
    times = status.st_mtime_ns, status.st_ctime_ns
    line = f"{name}\0{status.st_mode} {status.st_ino} {status.st_size} {times}\n"
    return line.encode(errors="surrogateescape"), max(times)


def _diagnostic(row: dict[str, object]) -> Diagnostic:
    location = Location(**row.pop("location"))  # type: ignore[arg-type]  # a TypeError here is a foreign file
    severity = Severity(str(row.pop("severity")))
    return Diagnostic(location=location, severity=severity, **row)  # type: ignore[arg-type]
