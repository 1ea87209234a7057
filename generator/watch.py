"""Sees what changes in a project's folders and builds it: once for a burst of changes, and never from half a file.

Each function is a generator that the one before feeds: changes on disk, then inputs, then builds.
"""

import os
import threading
import time
import traceback
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from re import compile as pattern

from watchfiles import watch

from generator.build import Build, Memo, build
from generator.diagnostics import Diagnostic, Location
from generator.inputs import FOLDERS, Inputs, read, read_again

# Quiet for so long, in milliseconds, ends a burst; a stream of changes is cut after the longest.
QUIET, LONGEST, TICK, POLL = 4, 200, 100, 100
# More files than an editor saves at once are a checkout, which may pause: it is over when nothing comes for a TICK, or
# after so many seconds.
FEW, PATIENCE = 4, 2.0
# How long an editor may take to write one file, in seconds.
MOMENT = 0.06

# The first tag of each macro that shows a record. It is marked here, in the preview's templates, so that no published
# byte can hold the mark.
_SHOWN = pattern(rb"(\{%-? macro \w+\(record, view\b[^)]*\) -?%\}(?:\s|\{%-? set .*?%\})*<[a-z][a-z0-9]*)")

NOTHING = Inputs({}, {})


@dataclass(frozen=True)
class Made:
    """A build, what it was made of, and how long it took. In haste it has only the pages somebody looks at."""

    inputs: Inputs
    build: Build
    seconds: float
    in_haste: bool = False


Maker = Callable[[Inputs], Build]


def rebuild(inputs: Inputs, memo: Memo | None = None, only: Container[str] | None = None) -> Build:
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
    home, polling = Path(os.path.realpath(root)), None
    while not stop.is_set():
        folders = _folders(home)
        try:
            yield from _watched(home, folders, stop, polling)
        except FileNotFoundError:
            continue  # a folder went between looking and watching
        except (OSError, RuntimeError) as error:
            if polling:
                raise
            say(f"The system does not report changes ({error}); looking for them every {POLL} ms instead.")
            polling = True


def _whole(bursts: Iterator[set[str]]) -> Iterator[set[str]]:
    """The bursts, those that belong to one checkout put together."""
    for paths in bursts:
        end = time.monotonic() + PATIENCE
        while len(paths) > FEW and time.monotonic() < end and (more := next(bursts, None)):
            paths |= more
        yield paths


def _watched(home: Path, folders: dict[str, int], stop: threading.Event, polling: bool | None) -> Iterator[set[str]]:
    """Bursts until a watched folder comes, goes or is replaced."""
    first = set(FOLDERS)
    for changes in watch(
        *folders,
        watch_filter=None,
        debounce=LONGEST,
        step=QUIET,
        rust_timeout=TICK,
        yield_on_timeout=True,
        stop_event=stop,
        raise_interrupt=False,
        force_polling=polling,
        poll_delay_ms=POLL,
    ):
        paths = {Path(path).relative_to(home).as_posix() for _, path in changes}
        yield first | {path for path in paths if not any(part.startswith(".") for part in path.split("/"))}
        first = set()
        if _folders(home) != folders:
            return


def _folders(home: Path) -> dict[str, int]:
    """The folders there are, each with its inode: one deleted and made again must be watched anew."""
    return {str(home / name): (home / name).stat().st_ino for name in FOLDERS if (home / name).is_dir()}
