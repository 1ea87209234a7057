"""Sees what changes in a project's folders and builds it: once for a burst of changes, and never from half a file.

Each function is a generator that the one before feeds: changes on disk, then inputs, then builds.
"""

import os
import re
import threading
import time
import traceback
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from queue import Empty, SimpleQueue

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver
from watchdog.observers.polling import PollingObserver

from generator.build import Build, Memo, build
from generator.diagnostics import Diagnostic, Location
from generator.inputs import Inputs, read, read_again
from generator.listing import FOLDERS

# In seconds: how long it is quiet after a burst, how long a burst can be, how long to wait for one, and how often to
# look where the system reports nothing.
QUIET, LONGEST, TICK, POLL = 0.004, 0.2, 0.1, 0.1
# More files than an editor saves at once are a checkout, which may pause: it is over when nothing comes for a TICK, or
# after so many seconds.
FEW, PATIENCE = 4, 2.0
# From so many on, the system may have lost some: everything is looked at.
MANY = 5_000
# How long the other pages wait, so that whoever looks at one can fetch it first, in seconds.
LEAVE = 0.1
# How long an editor may take to write one file, in seconds.
MOMENT = 0.06
# What may change a file's content. That somebody reads it, we do all the time.
CHANGES: list[type[FileSystemEvent]] = [
    *(FileCreatedEvent, FileModifiedEvent, FileMovedEvent, FileDeletedEvent),
    *(DirCreatedEvent, DirMovedEvent, DirDeletedEvent),
]

# The first tag of each macro that shows a record. It is marked here, in the preview's templates, so that no published
# byte can hold the mark.
_SHOWN = re.compile(rb"(\{%-? macro \w+\(record, view\b[^)]*\) -?%\}(?:\s|\{%-? set (?:(?!%\}).)*%\})*<[a-z][a-z0-9]*)")

NOTHING = Inputs({}, {})


@dataclass(frozen=True)
class Made:
    """A build, what it was made of, and how long it took. In haste it has only the pages somebody looks at."""

    inputs: Inputs
    build: Build
    seconds: float
    in_haste: bool = False


Maker = Callable[[Inputs], Build]


def rebuild(inputs: Inputs, memo: Memo | None = None, only: Collection[str] | None = None) -> Build:
    """The site as the preview shows it: with drafts, and with each record's place marked."""
    return build(replace(inputs, templates=_marked(inputs)), drafts=True, memo=memo, only=only)


def _marked(inputs: Inputs) -> dict[str, bytes]:
    return {
        name: _SHOWN.sub(rb'\1 data-record="{{ record.ref }}"', data) if name.startswith("records/") else data
        for name, data in inputs.templates.items()
    }


def builds(
    root: Path,
    stop: threading.Event,
    say: Callable[[str], None],
    make: Maker = rebuild,
    make_viewed: Maker | None = None,
) -> Iterator[Made]:
    """The build of what is there now, then one for each burst of changes, until `stop` is set.

    `make_viewed` makes only the pages somebody looks at, which then come first.
    """
    bursts = _whole(_bursts(root, stop, say))
    # From here on changes are seen, so that none falls between reading and watching.
    next(bursts, None)
    made = _settled(root, _read(root, NOTHING, FOLDERS), set(FOLDERS), make)
    yield made
    doubtful = True
    for paths in bursts:
        if not paths and not doubtful:
            continue
        inputs = _read(root, made.inputs, paths or FOLDERS)
        # What happens in a folder just made may never be reported: look when it is quiet, until nothing is new.
        doubtful = not all(map(made.inputs.holds, paths)) or (not paths and inputs != made.inputs)
        if inputs != made.inputs:
            if make_viewed and (hasty := _made(inputs, make_viewed)).build.is_good:
                yield replace(hasty, in_haste=True)
                stop.wait(LEAVE)
            made = _settled(root, inputs, paths or set(FOLDERS), make)
            yield made


def _settled(root: Path, inputs: Inputs, paths: set[str], make: Maker) -> Made:
    """The build; when it fails, what changed is read once more, since it may have been caught half-written."""
    made = _made(inputs, make)
    if made.build.is_good:
        return made
    time.sleep(MOMENT)
    later = _read(root, inputs, paths)
    return made if later == inputs else _made(later, make)


def _read(root: Path, before: Inputs, paths: Iterable[str]) -> Inputs:
    """The inputs, also while files come and go under the reader's hands."""
    try:
        return read_again(root, before, paths)
    except OSError:
        time.sleep(MOMENT)
    try:
        return read(root)
    except OSError as error:
        where = Path(os.path.relpath(error.filename or root, root)).as_posix()
        problem = Diagnostic(Location(where), "file-unreadable", f"this cannot be read: {error.strerror}")
        return replace(NOTHING, problems=(problem,))


def _made(inputs: Inputs, make: Maker) -> Made:
    started = time.perf_counter()
    try:
        done = make(inputs)
    except Exception as error:
        # The preview outlives a mistake of ours, so that undoing the change repairs the page.
        traceback.print_exc()
        problem = Diagnostic(
            Location("content/explainer.yaml"),
            "internal-error",
            f"the generator failed on this change: {type(error).__name__}: {error}",
            "undo the last change, and report what the terminal shows",
        )
        done = Build(diagnostics=(problem,))
    return Made(inputs, done, time.perf_counter() - started)


def _bursts(root: Path, stop: threading.Event, say: Callable[[str], None]) -> Iterator[set[str]]:
    """The paths that changed, from the root; empty when it was quiet. All folders, when anything may have changed."""
    # Changes are reported under real paths.
    home, observer = Path(os.path.realpath(root)), Observer
    while not stop.is_set():
        try:
            yield from _watched(home, observer, stop)
        except FileNotFoundError:
            continue  # a folder went between looking and watching
        except OSError as error:
            if observer is PollingObserver:
                raise
            say(f"The system does not report changes ({error}); looking for them every {POLL * 1000:.0f} ms instead.")
            observer = PollingObserver


def _whole(bursts: Iterator[set[str]]) -> Iterator[set[str]]:
    """The bursts, those that belong to one checkout put together."""
    for paths in bursts:
        end = time.monotonic() + PATIENCE
        while len(paths) > FEW and time.monotonic() < end and (more := next(bursts, None)):
            paths |= more
        yield set(FOLDERS) if len(paths) > MANY else paths


def _watched(home: Path, observer: Callable[..., BaseObserver], stop: threading.Event) -> Iterator[set[str]]:
    """Bursts until a watched folder comes, goes or is replaced."""
    folders, seen, watching = _folders(home), Seen(), observer(timeout=POLL)
    try:
        for folder in folders:
            watching.schedule(seen, folder, recursive=True, event_filter=CHANGES)
        watching.start()
        yield set(FOLDERS)
        while not stop.is_set() and _folders(home) == folders:
            paths = {Path(path).relative_to(home).as_posix() for path in seen.burst()}
            yield {path for path in paths if not any(part.startswith(".") for part in path.split("/"))}
    finally:
        watching.stop()


class Seen(FileSystemEventHandler):
    """What was reported, until it is asked for."""

    def __init__(self) -> None:
        self._events: SimpleQueue[FileSystemEvent] = SimpleQueue()

    def on_any_event(self, event: FileSystemEvent) -> None:
        self._events.put(event)

    def burst(self) -> set[str]:
        """The paths of what came until it was quiet; none when nothing came for a tick."""
        paths: set[str] = set()
        with suppress(Empty):
            event = self._events.get(timeout=TICK)
            end = time.monotonic() + LONGEST
            while True:
                paths |= {os.fsdecode(path) for path in (event.src_path, event.dest_path) if path}
                if time.monotonic() > end:
                    break
                event = self._events.get(timeout=QUIET)
        return paths


def _folders(home: Path) -> dict[str, int]:
    """The folders there are, each with its inode: one deleted and made again must be watched anew."""
    return {str(home / name): (home / name).stat().st_ino for name in FOLDERS if (home / name).is_dir()}
