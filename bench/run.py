"""Times this generator and three others on the same story, in one run, by turns: `python -m bench.run`.

Writes a table for people to standard output, and with `--json FILE` every sample. Every contender builds the same
story with templates as small as can be; before anything is timed, the events' pages of all are checked for its words.
"""

import argparse
import json
import platform
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path

from bench import contenders
from bench.contenders import PEERS, Contender, install, ours, peers
from bench.measure import Sample, memory_together, milliseconds, run, summary
from bench.preview import Edit, saved_to_served, saved_to_shown
from bench.synthetic import Event, Story, story
from bench.words import compare

MOST_COMPARED = 10_000
JOBS = ("full build", "nothing changed", "one record changed", "another record changed", "template changed")
OURS = "another record changed"  # for the others it is the same job again


@dataclass
class Results:
    """What was found: samples by job and contender, seconds from save to page, MB of all processes together."""

    events: int
    words: dict[str, str] = field(default_factory=dict)
    samples: dict[str, dict[str, list[Sample]]] = field(default_factory=dict)
    served: list[float] = field(default_factory=list)
    shown: list[float] = field(default_factory=list)
    memory_together: float = 0.0


def main() -> None:
    chosen = _options()
    with _workplace(chosen.work) as work:
        made = story(chosen.events)
        compared = [ours(work)]
        if chosen.events <= MOST_COMPARED and not chosen.alone:
            install(chosen.peers)
            compared += peers(work, chosen.peers)
        results = measured(compared, made, chosen)
    print(table(results))
    if chosen.json:
        chosen.json.write_text(json.dumps(_as_data(results), indent=1) + "\n", encoding="utf-8")


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--events", type=int, default=10_000, help=f"above {MOST_COMPARED:,} only ours is timed")
    options.add_argument("--rounds", type=int, default=3, help="how often everything is timed, at most")
    options.add_argument("--minutes", type=float, default=8, help="no round is begun that would end later")
    options.add_argument("--edits", type=int, default=200, help="saves while the preview runs")
    options.add_argument("--browser", type=int, default=0, metavar="EDITS", help="saves with Chromium looking on")
    options.add_argument("--alone", action="store_true", help="time no other generator")
    options.add_argument("--work", type=Path, help="where the projects go; default: a temporary folder")
    options.add_argument("--peers", type=Path, default=PEERS, help="where the others are installed")
    options.add_argument("--json", type=Path, help="also write every sample to this file")
    return options.parse_args()


@contextmanager
def _workplace(given: Path | None) -> Iterator[Path]:
    if given:
        given.mkdir(parents=True, exist_ok=True)
        yield given.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        yield Path(folder)


def measured(compared: Sequence[Contender], made: Story, chosen: argparse.Namespace) -> Results:
    started = time.perf_counter()
    results = Results(chosen.events)
    for contender in compared:
        _say(f"{contender.name}: writing the project, building it once")
        contender.write(made, contender.folder)
        contender.clear()
        run(contender.command, contender.folder)
        found = compare(made, contender.site)
        if found.missing:
            raise SystemExit(f"{contender.name} lacks {len(found.missing)} texts, first: {found.missing[0]}")
        results.words[contender.name] = str(found)
    length = 0.0
    for number in range(1, chosen.rounds + 1):
        begun = time.perf_counter()
        if begun - started + length > chosen.minutes * 60:
            break
        _say(f"round {number}")
        _round(results, compared, made, number)
        length = time.perf_counter() - begun
    _preview(results, compared[0], made, chosen)
    return results


def _round(results: Results, compared: Sequence[Contender], made: Story, number: int) -> None:
    """Each job once by each, by turns: what slows the machine for a while slows all."""
    before: dict[str, Callable[[Contender], None]] = {
        "full build": Contender.clear,
        "nothing changed": lambda contender: None,
        "one record changed": lambda contender: contender.edit_record(made.events[len(made.events) // 2], number),
        "another record changed": lambda contender: contender.edit_record(made.events[len(made.events) // 3], number),
        "template changed": lambda contender: contender.edit_template(number),
    }
    for job in JOBS:
        for contender in compared[:1] if job == OURS else compared:
            before[job](contender)
            command = contender.command if job == JOBS[0] else [part for part in contender.command if part != _NO_CACHE]
            sample = run(command, contender.folder)
            results.samples.setdefault(job, {}).setdefault(contender.name, []).append(sample)
            _say(f"  {job}, {contender.name}: {sample.wall:.2f} s, of the processors {sample.cpu:.2f} s")
        if job == JOBS[0]:  # so that what may be remembered is
            run([part for part in compared[0].command if part != _NO_CACHE], compared[0].folder)


_NO_CACHE = "--no-cache"


def _preview(results: Results, own: Contender, made: Story, chosen: argparse.Namespace) -> None:
    own.clear()
    results.memory_together = memory_together(own.command, own.folder)
    if chosen.edits:
        _say(f"{chosen.edits} saves while the preview runs")
        events = [random.Random(number).choice(made.events) for number in range(chosen.edits)]
        results.served = saved_to_served(own.folder, _edits(own, events, FIRST_SERVED))
    if chosen.browser:
        _say(f"{chosen.browser} saves with Chromium looking on")
        results.shown = saved_to_shown(own.folder, _edits(own, made.events[:1] * chosen.browser, FIRST_SHOWN))


# Edits count from here: the same words saved once more would be no edit.
FIRST_SERVED, FIRST_SHOWN = 1_000, 10_000


def _edits(own: Contender, events: Sequence[Event], first: int) -> list[Edit]:
    """One after the other of each event; the same one may come again."""
    return [
        Edit(f"events/{event.id}/", contenders.edited(number), partial(own.edit_record, event, number))
        for number, event in enumerate(events, first)
    ]


def table(results: Results) -> str:
    """The results as Markdown: medians, the least and the most, and ours as a share of each other's."""
    lines = [
        f"{results.events:,} events; {contenders.cores()} cores; Python {platform.python_version()}; "
        + ", ".join(f"{name} {version}" for name, version in contenders.versions().items()),
        "",
        "| job | generator | seconds | of the processors | largest process, MB | ours ÷ it, seconds | processors |",
        "|---|---|---|---|---|---|---|",
    ]
    for job, by_name in results.samples.items():
        own = next(iter(by_name.values()))
        lines += [_row(job, name, samples, own) for name, samples in by_name.items()]
    lines += ["", f"All processes of our full build together: {results.memory_together:.0f} MB."]
    for what, times in (("served", results.served), ("shown in Chromium", results.shown)):
        if times:
            lines.append(f"Save to page {what}, {len(times)} edits: {milliseconds(times)}.")
    lines += [f"The same words: {name}, {words}." for name, words in results.words.items()]
    return "\n".join(lines)


def _row(job: str, name: str, samples: Sequence[Sample], own: Sequence[Sample]) -> str:
    wall, cpu = summary([one.wall for one in samples]), summary([one.cpu for one in samples])
    memory = max(one.memory for one in samples)
    ratios = [
        ""
        if samples is own
        else str(summary([getattr(a, what) / getattr(b, what) for a, b in zip(own, samples, strict=True)]))
        for what in ("wall", "cpu")
    ]
    return f"| {job} | {name} | {wall} | {cpu} | {memory:.0f} | {ratios[0]} | {ratios[1]} |"


def _as_data(results: Results) -> dict[str, object]:
    machine = {"cores": contenders.cores(), "system": platform.system(), "python": platform.python_version()}
    return {"machine": machine, "versions": contenders.versions(), **asdict(results)}


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
