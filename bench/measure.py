"""One command run once: how long it took, what processor time and memory it had."""

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

TICK = 0.05


@dataclass(frozen=True)
class Sample:
    """Seconds by the clock and of the processors, those of child processes included; the largest process in MB."""

    wall: float
    cpu: float
    memory: float


@dataclass(frozen=True)
class Summary:
    """The middle of several samples, the least and the most."""

    median: float
    least: float
    most: float

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.least:.2f}–{self.most:.2f})"


def summary(values: Sequence[float]) -> Summary:
    return Summary(statistics.median(values), min(values), max(values))


def percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def milliseconds(seconds: Sequence[float]) -> str:
    """The middle and the late ones of many, in words."""
    middle, late = (1000 * percentile(seconds, share) for share in (0.5, 0.95))
    return f"p50 {middle:.0f} ms, p95 {late:.0f} ms"


def run(command: Sequence[str], folder: Path) -> Sample:
    """What the kernel says of the command once it has ended. RuntimeError with its output if it failed."""
    with tempfile.TemporaryFile() as output:
        started = time.perf_counter()
        process = _started(command, folder, output.fileno())
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            raise RuntimeError(f"{' '.join(command)} in {folder}:\n{output.read().decode(errors='replace')}")
    return Sample(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def memory_together(command: Sequence[str], folder: Path) -> float:
    """The most memory that the command and its children had at one moment, in MB, what they share counted once.

    Looked at every 50 ms, which costs time: never while the same run is timed. Linux only.
    """
    with tempfile.TemporaryFile() as output:
        process, most = _started(command, folder, output.fileno()), 0.0
        while process.poll() is None:
            most = max(most, sum(map(_share, _family(process.pid))))
            time.sleep(TICK)
    return most


def _started(command: Sequence[str], folder: Path, output: int) -> subprocess.Popen[bytes]:
    ordinary = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.Popen(command, cwd=folder, env=ordinary, stdin=subprocess.DEVNULL, stdout=output, stderr=output)


def _family(process: int) -> list[int]:
    with suppress(OSError):
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
        return [process, *(one for child in children for one in _family(int(child)))]
    return []


def _share(process: int) -> float:
    """A process's memory in MB, what it shares with others divided among them."""
    with suppress(OSError, ValueError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0
