"""What is kept between builds is believed only if it is the very file that was kept: it may run any program."""

import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import Project
from test_unchanged import wait_for_the_clock

import generator.build
import generator.kept
from generator import inputs
from generator.build import build
from generator.exports import as_data
from generator.kept import keep, kept
from generator.records import Record
from generator.refs import Ref
from generator.sitefiles import SiteFiles


class Program:
    """In a pickle, what makes a file when that is read."""

    def __init__(self, trace: Path) -> None:
        self._trace = trace

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return Path.touch, (self._trace,)


@pytest.fixture
def remembered(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """For each time that a site is made: whether pages were remembered."""
    found, make = [], generator.build.build

    def asked(*arguments: Any, **options: Any) -> generator.build.Build:
        memo = options.get("memo")
        found.append(isinstance(memo, generator.build.Memo) and memo.rendering is not None)
        return make(*arguments, **options)

    monkeypatch.setattr(generator.build, "build", asked)
    return found


@pytest.fixture
def built(project: Project) -> Project:
    assert project.run("build").exit_code == 0
    return project


def pickles(project: Project) -> list[Path]:
    return sorted((project.root / ".cache").glob("*.pickle"))


def test_one_changed_record_makes_only_its_pages_again(built: Project, remembered: list[bool]) -> None:
    for words in ("The first other title", "A second"):
        path = built.root / "content/events/bridge-closed.yaml"
        lines = path.read_text().splitlines()
        path.write_text("\n".join([f"title: {words}", *(x for x in lines if not x.startswith("title:")), ""]))
        result = built.run("build")
        assert result.exit_code == 0
        site = built.tree()
        site.pop(".explainer-manifest.json")
        assert site == build(inputs.read(built.root)).files
    assert remembered == [True, True]


def test_a_file_that_is_taken_over_is_not_read(built: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, ask = [], SiteFiles.__getitem__

    def noted(files: SiteFiles, path: str) -> bytes:
        asked.append(path)
        return ask(files, path)

    built.edit("events/bridge-closed.yaml", "title: ", "title: Now ")
    monkeypatch.setattr(SiteFiles, "__getitem__", noted)
    assert built.run("build", "--jobs", "1").exit_code == 0
    assert {"data/events.json", "events/bridge-closed/index.html"} <= {*asked}
    assert {"data/terms.json", "data/terms.csv", "terms/inspection/index.html"}.isdisjoint(asked)


def test_a_failed_build_forgets_nothing(built: Project, remembered: list[bool]) -> None:
    built.edit("events/bridge-closed.yaml", "title: ", "titel: ")
    assert built.run("build").exit_code == 1
    built.edit("events/bridge-closed.yaml", "titel: ", "title: Now ")
    assert built.run("build").exit_code == 0
    assert remembered == [True, True]


def write_a_program(project: Project, trace: Path) -> None:
    for path in pickles(project):
        path.write_bytes(pickle.dumps(Program(trace)))


def put_a_program_there(project: Project, trace: Path) -> None:
    for path in pickles(project):
        path.unlink()
        keep(Program(trace), path)


def link_to_a_program(project: Project, trace: Path) -> None:
    for path in pickles(project):
        path.unlink()
        keep(Program(trace), trace.with_name("program"))
        path.symlink_to(trace.with_name("program"))


def clone_a_project(project: Project, trace: Path) -> None:
    """With all its times, a pickle that is a program, and the note that says so."""
    stamps = {path: keep(Program(trace), path) for path in pickles(project)}
    assert all(stamps.values())
    for path in pickles(project):
        note = path.with_suffix(".json")
        note.write_text(note.read_text().replace('"memo": [', f'"memo": {stamps[path]}, "no": ['))
    shutil.copytree(project.root, trace.with_name("clone"), copy_function=shutil.copy2)
    shutil.rmtree(project.root)
    trace.with_name("clone").rename(project.root)


def let_others_write(project: Project, trace: Path) -> None:
    (project.root / ".cache").chmod(0o777)


def set_the_library_aside(project: Project, trace: Path) -> None:
    """As if it was kept by another version of the tool."""
    for path in pickles(project):
        note = path.with_suffix(".json")
        note.write_text(note.read_text().replace('"tool": "', '"tool": "0'))


@pytest.mark.parametrize(
    "touch",
    [
        write_a_program,
        put_a_program_there,
        link_to_a_program,
        clone_a_project,
        let_others_write,
        set_the_library_aside,
    ],
)
def test_what_is_not_the_very_file_is_not_read(
    built: Project, remembered: list[bool], tmp_path: Path, touch: Callable[[Project, Path], None]
) -> None:
    wait_for_the_clock(built.root)
    assert len(pickles(built)) == 1
    touch(built, tmp_path / "trace")
    built.edit("events/bridge-closed.yaml", "title: ", "title: Now ")
    assert built.run("build").exit_code == 0
    assert remembered == [False]
    assert not (tmp_path / "trace").exists()


def test_a_value_comes_back_and_nobody_else_may_read_it(tmp_path: Path) -> None:
    stamp = keep({"a": [1]}, tmp_path / "file")
    assert kept(tmp_path / "file", stamp) == {"a": [1]}
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o600
    os.chmod(tmp_path / "file", 0o640)
    assert kept(tmp_path / "file", stamp) is None


def test_where_there_is_no_room_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "file").mkdir()
    assert keep({"a": [1]}, tmp_path / "file") is None
    assert keep({"a": [1]}, tmp_path / "missing" / "file") is None
    assert kept(tmp_path / "file", None) is None


def records_kept(records: dict[Ref, Record], file: Path) -> dict[Ref, Record]:
    found: dict[Ref, Record] = kept(file, keep(records, file, records.values()))
    return found


def test_a_record_is_opened_by_the_first_look_into_it(project: Project, tmp_path: Path) -> None:
    site = build(inputs.read(project.root)).site
    assert site
    records = dict(site.records)
    found = records_kept(records, tmp_path / "file")
    assert [str(record.ref) for record in found.values()] == [str(ref) for ref in records]
    assert all("status" not in record.__dict__ for record in found.values())
    for ref, record in found.items():
        assert type(record) is type(records[ref])
        assert [getattr(record, name) for name in type(record).model_fields] == [
            getattr(records[ref], name) for name in type(record).model_fields
        ]
        with pytest.raises(AttributeError, match="nothing"):
            _ = record.nothing  # type: ignore[attr-defined]  # which is what is asked


@pytest.mark.parametrize(
    "look",
    [
        lambda record, other: record == other and other == record,
        lambda record, other: repr(record.opened()) == repr(other),
        lambda record, other: record.heading == other.heading and record.position == other.position,
        lambda record, other: pickle.loads(pickle.dumps(record)) == other,
        lambda record, other: record.model_copy() == other,
        lambda record, other: as_data(record) == as_data(other),
        lambda record, other: {record: 1}[other] == 1 == {other: 1}[record],
    ],
)
def test_any_look_opens_a_record(project: Project, tmp_path: Path, look: Callable[[Record, Record], bool]) -> None:
    site = build(inputs.read(project.root)).site
    assert site
    again = records_kept(records_kept(dict(site.records), tmp_path / "file"), tmp_path / "again")
    assert all(look(again[ref], record) for ref, record in site.records.items())


def test_a_template_finds_by_its_section_what_is_remembered(built: Project, remembered: list[bool]) -> None:
    about = built.root / "templates/pages/about.html"
    about.parent.mkdir(parents=True)
    for mark in ("one", "two"):
        found = "{{ shares(site)[site.of_kind('section')[0]].claims }}"
        about.write_text(f"{{% extends 'base.html' %}}{{% block main %}}<h1>{mark}: {found}</h1>{{% endblock %}}")
        result = built.run("build")
        assert result.exit_code == 0, result.output
    assert remembered == [True, True]


def test_what_another_build_left_half_written_is_not_taken_for_our_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    making, write = tmp_path / "memo.new", generator.kept._write

    def written(*arguments: Any) -> None:
        write(*arguments)
        making.unlink()
        making.write_bytes(b"half of what ano")  # which was killed then

    monkeypatch.setattr(generator.kept, "_write", written)
    stamp = keep("ours", tmp_path / "memo")
    assert kept(tmp_path / "memo", stamp) is None
