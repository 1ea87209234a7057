"""Times the project's own site, in a copy of it: `python -m bench.site`."""

import argparse
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.measure import run, summary

ROOT = Path(__file__).parent.parent
BUILD = (sys.executable, "-m", "generator", "build")
EDITED = "content/events/bazarbayev-killed.yaml"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=10)
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
    path = project / EDITED
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub("(?m)^title: .*", f"title: A title {number + 2}", text), encoding="utf-8")


if __name__ == "__main__":
    main()
