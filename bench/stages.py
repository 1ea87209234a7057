"""Where the time of our full build goes, stage by stage: `python -m bench.stages --events 10000`.

The names by which `generator.build` calls its stages are bound to ones that look at the clock; nothing else is
different. `--profile` builds in one process instead, and prints the costliest functions of each stage.
"""

import argparse
import cProfile
import gc
import io
import pstats
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from bench.contenders import cores
from bench.synthetic import story, write_project

STAGES = {
    "parse": "parse: YAML, validation, Markdown",
    "assemble": "assemble: sorting, links backwards",
    "look": "link: references",
    "check_cycles": "link: cycles",
    "look_together": "quotations, coverage, rules",
    "find_copies": "records that are much alike",
    "check_addresses": "addresses",
    "judged": "waivers",
    "plan": "plan",
    "render": "render",
    "exports": "exports: JSON, CSV, feed",
    "check_files": "links between files",
}


class Clock:
    """Seconds by the clock and of the processors, children included, under each name."""

    def __init__(self, profiled: bool = False) -> None:
        self.spent: dict[str, tuple[float, float]] = {}
        self.profiles: dict[str, cProfile.Profile] = defaultdict(cProfile.Profile)
        self._profiled, self._is_busy = profiled, False

    def time(self, name: str, call: Callable[[], Any]) -> Any:
        if self._is_busy:  # one stage calls another: the outer one has it all
            return call()
        self._is_busy, started, used = True, time.perf_counter(), _processors()
        try:
            return self.profiles[name].runcall(call) if self._profiled else call()
        finally:
            self._is_busy = False
            wall, cpu = self.spent.get(name, (0.0, 0.0))
            self.spent[name] = wall + time.perf_counter() - started, cpu + _processors() - used


def _processors() -> float:
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, kinds))


def stages(folder: Path, jobs: int, profiled: bool = False) -> Clock:
    """A full build of the project in `folder`, into a fresh `site` there, each stage by the clock."""
    clock = Clock(profiled)
    clock.time("start of Python", lambda: subprocess.run((sys.executable, "-c", "pass"), check=True))
    started, used = time.perf_counter(), _processors()
    from generator import build, cli, inputs, write

    assert cli
    clock.spent["imports"] = time.perf_counter() - started, _processors() - used
    _bind(build, clock)
    gc.disable()  # as the command does
    read = clock.time("read the files", lambda: inputs.read(folder))
    started, used = time.perf_counter(), _processors()
    before = set(clock.spent)
    made = build.build(read, jobs=jobs)
    wall, cpu = time.perf_counter() - started, _processors() - used
    inside = [spent for name, spent in clock.spent.items() if name not in before]
    assert made.is_good
    clock.spent["between the stages"] = wall - sum(w for w, _ in inside), cpu - sum(c for _, c in inside)
    clock.time("write", lambda: write.write(made.files, folder / "site"))
    return clock


def _bind(module: Any, clock: Clock) -> None:
    for name in STAGES:
        setattr(module, name, _timed(STAGES[name], getattr(module, name), clock))


def _timed(stage: str, function: Callable[..., Any], clock: Clock) -> Callable[..., Any]:
    @wraps(function)
    def timed(*arguments: Any, **options: Any) -> Any:
        return clock.time(stage, lambda: function(*arguments, **options))

    return timed


def table(clock: Clock) -> str:
    wall, cpu = (sum(spent[number] for spent in clock.spent.values()) for number in (0, 1))
    lines = ["| stage | seconds | of the processors | share |", "|---|---|---|---|"]
    lines += [f"| {name} | {w:.2f} | {c:.2f} | {c / cpu:.0%} |" for name, (w, c) in clock.spent.items()]
    return "\n".join([*lines, f"| all | {wall:.2f} | {cpu:.2f} | |"])


def profile(clock: Clock) -> str:
    """The costliest functions of each stage that took a tenth of a second."""
    found = []
    for name, ran in clock.profiles.items():
        if clock.spent[name][1] > 0.1:
            text = io.StringIO()
            pstats.Stats(ran, stream=text).sort_stats("tottime").print_stats(12)
            found.append(f"== {name}\n{text.getvalue()}")
    return "\n".join(found)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--events", type=int, default=10_000)
    options.add_argument("--jobs", type=int, default=cores())
    options.add_argument("--profile", action="store_true")
    options.add_argument("--work", type=Path, help="where the project goes; default: a temporary folder")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-", dir=chosen.work) as folder:
        write_project(story(chosen.events), Path(folder))
        clock = stages(Path(folder), 1 if chosen.profile else chosen.jobs, chosen.profile)
    print(table(clock))
    if chosen.profile:
        print(profile(clock))


if __name__ == "__main__":
    main()
