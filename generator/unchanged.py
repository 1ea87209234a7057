"""What the last build left for this one: all that it said, if this one would change nothing, and what it remembered.

A build is spared if the inputs and the tool are the same, and nobody touched the site since; else it is spared to read
the files again that nobody touched. File times save reads here, and decide none: the file system is asked of every file
that a build reads, and of the tool itself (`listing`); of the site, its seal.

What a build leaves lies in `.cache/`, which is safe to delete. If it is not ours alone it is not believed. A memo is
believed whatever the inputs are, since it holds what it was made of, but only by the same tool.
"""

import hashlib
import json
import os
import stat
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.diagnostics import Diagnostic, Location, Severity
from generator.listing import FOLDERS, Listing, fingerprint, folders, listing, tool, touched
from generator.parallel import Ahead
from generator.seal import moment
from generator.tree import Glance, glance, opened_path, sealed

if TYPE_CHECKING:
    from generator.build import Build, Memo
    from generator.inputs import Inputs
    from generator.write import Glances, Written

# From this share of pages made anew on, it is worth remembering them: until then the next build makes them once more.
WORTH = 0.1


@dataclass(frozen=True)
class Remembered:
    """What a build leaves for the next ones: the files it read, as they were listed before, and all it made of them."""

    memo: "Memo"
    inputs: "Inputs"
    listing: Listing | None


@dataclass(frozen=True)
class Past:
    """What the last build said at its end."""

    pages: int
    records: int
    files: int
    diagnostics: tuple[Diagnostic, ...]


class LastBuild:
    """What is known of the last build of this site with these options, found out before the next one reads anything."""

    def __init__(self, root: Path, target: Path, options: object, jobs: int = 1) -> None:
        self._root, self._target = root, target
        self._folder = root / ".cache"
        name = hashlib.sha256(os.fsencode(os.path.abspath(target))).hexdigest()[:16]
        self._file = self._folder / f"{name}.json"
        self._pickle = self._folder / f"{name}.pickle"
        self._spare = self._folder / f"{name}.site"
        self._began, self._jobs = self._moment(), jobs
        # What the site is, another process finds out while this one asks for the inputs.
        self._asked = Ahead(self._found_site) if self._began and jobs > 1 else None
        self._tool = fingerprint((options, sys.version), listing(tool(), self._began))
        self._listing = listing(folders(root, FOLDERS), self._began)
        self._inputs = fingerprint((), self._listing)
        self._known = self._note() if self._tool else {}
        self._memo = self._known.get("memo")  # the stamp of the memo, old or new
        self._glances: Ahead[Glances] | None = None

    def past(self) -> Past | None:
        """What the last build said, if this one would change nothing."""
        with suppress(ValueError, KeyError, TypeError):
            as_read = self._inputs and self._known.get("inputs") == self._inputs
            if as_read and self._known["site"] == self._site[0]:
                return Past(**{**self._known["past"], "diagnostics": _diagnostics(self._known["past"])})
        return None

    def begin(self) -> None:
        """Begin with what another process can do meanwhile: holding the seals against the disk."""
        from generator.write import glances

        if self._began and self._jobs > 1:
            self._glances = Ahead(partial(glances, self._target, self._spare, is_seen=True))

    def read(self) -> "tuple[Inputs, Memo]":
        """The files of the project, read again if somebody touched them; and what was made of them before."""
        from generator.build import Memo
        from generator.inputs import read, read_again
        from generator.kept import kept

        remembered: Remembered | None = kept(self._pickle, self._memo)
        if not remembered:
            return read(self._root), Memo()
        others = touched(remembered.listing, self._listing)
        if others is None:
            return read(self._root), remembered.memo
        known = remembered.inputs
        return read_again(self._root, known, filter(known.holds, others)), remembered.memo

    def write(self, made: "Build", inputs: "Inputs", memo: "Memo") -> "Written":
        """Write the site, and keep what the next build then need not make again, unless little of it is new."""
        from generator.parallel import beside
        from generator.write import write

        seen: Glances = (None, None)
        if self._glances:
            site, spare = self._glances.result()
            seen = site or self._site[1], spare
        writing = partial(write, made.files, self._target, self._spare if self._began else None, seen)
        if made.rendered < made.pages * WORTH:
            written = writing()
        else:
            self._memo, written = beside(partial(self._keep_memo, memo, inputs), writing)
        return written

    def _keep_memo(self, memo: "Memo", inputs: "Inputs") -> Any:
        from generator.kept import keep

        # What came or went while the files were read may be among them, or missing: then all are read the next time.
        now = listing(folders(self._root, FOLDERS), self._began)
        listed = now if now == self._listing else None
        return keep(Remembered(memo, inputs, listed), self._pickle, memo.records) if self._tool else None

    def keep(self, past: Past, manifest: bytes) -> None:
        """Remember a build, now that its site is written with this manifest."""
        site = hashlib.sha256(manifest).hexdigest()
        note = {"tool": self._tool, "inputs": self._inputs, "site": site, "past": asdict(past), "memo": self._memo}
        making = self._file.with_suffix(".new")
        with suppress(OSError):
            if self._tool:
                making.write_text(json.dumps(note), encoding="utf-8")
                making.replace(self._file)

    def _note(self) -> dict[str, Any]:
        """What the last build noted, if it was made by the same tool."""
        with suppress(OSError, ValueError, TypeError, KeyError):
            known: dict[str, Any] = json.loads(self._file.read_bytes())
            if known["tool"] == self._tool:
                return known
        return {}

    @cached_property
    def _site(self) -> tuple[str | None, Glance | None]:
        return self._asked.result() if self._asked else self._found_site()

    def _found_site(self) -> tuple[str | None, Glance | None]:
        """The digest of the site's manifest, and a glance at the site, if nobody touched it since it was written."""
        with suppress(OSError), opened_path(self._target) as folder:
            found = sealed(folder) if folder is not None else None
            if found and folder is not None:
                return hashlib.sha256(found.manifest).hexdigest(), glance(folder, found.lines)
        return None, None

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


def _diagnostics(past: dict[str, Any]) -> tuple[Diagnostic, ...]:
    return tuple(
        Diagnostic(**{**row, "location": Location(**row["location"]), "severity": Severity(row["severity"])})
        for row in past["diagnostics"]
    )
