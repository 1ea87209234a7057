"""The build is a pure function of what it reads: no network, no clock, nothing written elsewhere; and it is quick."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Project

from bench.synthetic import story, write_project
from generator import inputs
from generator.build import build
from generator.records import KINDS

ROOT = Path(__file__).parent.parent

WATCHED = """
import os, sys
seen = []
def hook(event, arguments):
    if event.split(".")[0] in ("socket", "urllib", "ftplib", "http", "smtplib"):
        seen.append(event)
sys.addaudithook(hook)
from generator.cli import cli
cli(["build", "--root", sys.argv[1]], standalone_mode=False)
print("network:", seen)
"""


def test_a_build_opens_no_connection_and_writes_only_the_site_and_the_cache(project: Project, tmp_path: Path) -> None:
    folders = {name: tmp_path / name for name in ("home", "work", "temporary")}
    for folder in folders.values():
        folder.mkdir()
    environment = {**os.environ, "HOME": str(folders["home"]), "TMPDIR": str(folders["temporary"])}
    before = project.tree("content")
    done = subprocess.run(
        [sys.executable, "-B", "-c", WATCHED, str(project.root)],
        env={**environment, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(folders["home"])},
        cwd=folders["work"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0 and done.stdout.endswith("network: []\n"), done.stdout + done.stderr
    assert project.tree("content") == before
    assert {path.name for path in project.root.iterdir()} - {".cache"} == {"content", "site"}
    assert [path for folder in folders.values() for path in folder.rglob("*")] == []


@pytest.mark.parametrize("moment", [0.0, 4_102_444_800.0])
def test_neither_the_clock_nor_the_age_of_files_is_in_the_bytes(
    make_project: Callable[[], Project], monkeypatch: pytest.MonkeyPatch, moment: float
) -> None:
    usual, other = make_project(), make_project()
    for path in (other.root / "content").rglob("*"):
        os.utime(path, (moment, moment))
    expected = build(inputs.read(usual.root)).files
    monkeypatch.setattr(time, "time", lambda: moment)
    monkeypatch.setattr(time, "time_ns", lambda: int(moment) * 10**9)
    assert build(inputs.read(other.root)).files == expected


# What a record of each kind must have, and no more.
LEAST = {
    "section": "label: A\nquestion: A?\nanswer: A.\nbody: A.\n",
    "event": "title: A\nwhen: 2025-03-01\nsection: case\ntext: A.\ncites: [case]\n",
    "quote": "text: A.\nspeaker: case\nsaid: 2025-03\ncite: {source: case}\ncontext: A.\n",
    "source": "title: A\npublisher: A\nkind: other\nlanguage: en\npublished_note: Not dated.\nurl: https://a.example/\n",
    "actor": "name: A\nkind: person\nrole: A\nsummary: A.\n",
    "place": "name: A\nkind: city\ntimezone: Europe/Vienna\n",
    "figure": "label: A\ncounts: A.\nunit: a\nvalues: [{value: 1, stated_by: A, stated_on: 2025, cites: [case]}]\n",
    "dispute": "question: A?\npositions: [&, &]\n".replace("&", "{holder: A, says: A., cites: [case]}"),
    "term": "term: A\nshort: A.\n",
    "update": "on: 2025-03-01\nkind: addition\naffects: [term:case]\nsummary: A.\n",
}


def test_records_with_no_more_than_they_must_have_become_a_site(project: Project) -> None:
    project.edit("explainer.yaml", "[what-happened]", "[what-happened, case]")
    folders = {kind.kind: kind.folder for kind in KINDS if kind.folder}
    assert LEAST.keys() == folders.keys()
    for kind, text in LEAST.items():
        project.write(f"{folders[kind]}/case.yaml", text)
    result = project.run("build")
    assert result.exit_code == 0, result.output
    assert [kind for kind in folders.values() if kind not in ("sections", "updates")] == sorted(
        (path.split("/")[0] for path in project.tree() if path.endswith("/case/index.html") and "/" in path),
        key=list(folders.values()).index,
    )


@pytest.mark.slow
def test_a_thousand_records_become_a_site_in_two_seconds_of_work(tmp_path: Path) -> None:
    write_project(story(640), tmp_path)  # with a quotation for every second event, and sources
    records = len(list((tmp_path / "content").rglob("*.yaml")))
    assert records >= 970
    command = [sys.executable, "-m", "generator", "build", "--no-cache", "--jobs", "1", "--root", str(tmp_path)]
    best = min(_seconds_of_work(command) for _ in range(2))
    assert (tmp_path / "site/events/event-1/index.html").exists()
    assert best <= 2.0


def _seconds_of_work(command: list[str]) -> float:
    before = os.times()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    after = os.times()
    assert done.returncode == 0, done.stderr
    return after.children_user + after.children_system - before.children_user - before.children_system
