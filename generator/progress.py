"""What a build says on a terminal while somebody waits for it; nothing in a file, a pipe or a log."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

AFTER = 0.5
"""Seconds: what takes no longer needs no words."""

_CLEAR = b"\r\x1b[K"


@contextmanager
def progress(stage: str, started: float) -> Iterator[None]:
    """Says what is being done, and for how long since `started` (of `time.perf_counter`); gone when it is done.

    By an alarm clock rather than a thread, since this process forks.
    """
    if not hasattr(signal, "setitimer") or sys.stderr is None or not sys.stderr.isatty():
        yield
        return
    terminal, said = sys.stderr.fileno(), []

    def say(*_: object) -> None:
        said.append(True)
        with suppress(OSError):
            os.write(terminal, _CLEAR + f"{stage} … {time.perf_counter() - started:.1f} s".encode())

    before = signal.signal(signal.SIGALRM, say)
    signal.siginterrupt(signal.SIGALRM, False)  # calls of the system go on, those too that Python would not repeat
    signal.setitimer(signal.ITIMER_REAL, max(started + AFTER - time.perf_counter(), 0.001), AFTER)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if said:
            with suppress(OSError):
                os.write(terminal, _CLEAR)
