"""Times the project's own site, in a copy of it: `python -m bench.site`."""

import argparse
import random
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench.contenders import edited
from bench.measure import milliseconds, run, summary
from bench.preview import Edit, saved_to_served

ROOT = Path(__file__).parent.parent
BUILD = (sys.executable, "-m", "generator", "build")
EDITED = "content/events/bazarbayev-killed.yaml"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=10)
    options.add_argument("--edits", type=int, default=60, help="saves while the preview runs")
    options.add_argument("--work", type=Path, help="where the copy goes, say /dev/shm; default: a temporary folder")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-", dir=chosen.work) as folder:
        project = Path(folder)
        for name in ("content", "seeds"):
            shutil.copytree(ROOT / name, project / name)
        for job, prepare, options_of_build in (
            ("full build", clear, ("--no-cache",)),
            ("full build, remembered", clear, ()),
            ("nothing changed", lambda project, number: None, ()),
            ("one record changed", edit, ()),
        ):
            print(f"{job}: {timed(project, prepare, options_of_build, chosen.rounds)} s", flush=True)
        if chosen.edits:
            times = saved_to_served(project, edits(project, chosen.edits))
            print(f"save to page served, {len(times)} edits: {milliseconds(times)}")


def timed(project: Path, prepare: Callable[[Path, int], None], options: tuple[str, ...], rounds: int) -> str:
    walls = []
    for number in range(-1, rounds):  # the first is to warm up
        prepare(project, number)
        walls.append(run((*BUILD, *options), project).wall)
    return str(summary(walls[1:]))


def clear(project: Path, number: int) -> None:
    for name in ("site", ".cache"):
        if (project / name).exists():
            (project / name).rename(project / f"{name}.{len(list(project.iterdir()))}")


def edit(project: Path, number: int) -> None:
    retitle(project / EDITED, f"A title {number + 2}")


def edits(project: Path, count: int) -> list[Edit]:
    """Of events that chance chooses, each gets another title."""
    events = sorted((project / "content" / "events").glob("*.yaml"))
    chosen = [random.Random(number).choice(events) for number in range(count)]
    return [
        Edit(f"events/{event.stem}/", edited(number), partial(retitle, event, edited(number)))
        for number, event in enumerate(chosen, 1_000)
    ]


def retitle(record: Path, title: str) -> None:
    text = record.read_text(encoding="utf-8")
    record.write_text(re.sub("(?m)^title: .*", f"title: {title}", text), encoding="utf-8")


if __name__ == "__main__":
    main()
