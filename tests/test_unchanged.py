"""A build that would change nothing reads and writes nothing; whatever was touched since, it is a build."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import Project

import generator.build
from generator import inputs, unchanged
from generator.listing import Listed, folders


@pytest.fixture
def built(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project built once, when its files were no longer young, and again to see that it is remembered."""
    assert project.run("build").exit_code == 0
    wait_for_the_clock(project.root)
    assert project.run("build").exit_code == 0
    return project


def wait_for_the_clock(root: Path) -> None:
    """Until the disk's clock, which goes in steps, has moved on."""
    probe = root / ".cache" / "probe"
    probe.write_text("")
    before, give_up = probe.stat().st_ctime_ns, time.monotonic() + 5
    while probe.stat().st_ctime_ns == before and time.monotonic() < give_up:
        probe.write_text("")


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """One item for each time that a site is really made."""
    made, make = [], generator.build.build

    def counted(*arguments: Any, **options: Any) -> generator.build.Build:
        made.append(True)
        return make(*arguments, **options)

    monkeypatch.setattr(generator.build, "build", counted)
    return made


def test_the_same_again_is_told_without_a_build(built: Project, builds: list[bool]) -> None:
    result = built.run("build")
    assert builds == []
    assert "0 of " in result.output and result.exit_code == 0


def loaded(project: Project) -> set[str]:
    """The modules that a build of the project imports."""
    program = [sys.executable, "-X", "importtime", "-m", "generator", "build", "--root", str(project.root)]
    done = subprocess.run(program, capture_output=True, text=True, check=True, cwd=Path(__file__).parent.parent)
    return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}


def test_what_a_build_does_not_need_it_does_not_load(built: Project) -> None:
    shutil.rmtree(built.root / ".cache")  # the files were young when that was made
    loaded(built)
    assert not loaded(built) & {"jinja2", "markdown_it", "PIL", "pydantic", "rich", "tornado", "yaml"}
    built.edit("quotes/new-bridge.yaml", "context: She", "context: Then she")
    found = loaded(built)
    assert {"jinja2", "pydantic"} <= found
    assert not found & {"markdown_it", "PIL", "rich", "tornado", "yaml"}


def test_warnings_are_told_again(built: Project, builds: list[bool]) -> None:
    built.edit("sources/valley-post.yaml", "https://", "http://")
    first = built.run("build").output
    wait_for_the_clock(built.root)
    built.run("build")
    builds.clear()
    again = built.run("build").output
    assert builds == []
    assert "warning[url-http]" in first
    assert again.splitlines()[:-1] == first.splitlines()[:-1]


def test_a_file_of_a_far_future_is_read_each_time(built: Project, builds: list[bool]) -> None:
    os.utime(built.root / "content/explainer.yaml", (0, 2**34))  # in the year 2514, where the disk knows it
    assert built.run("build").exit_code == built.run("build").exit_code == 0
    assert len(builds) == 2


def edit_content(project: Project) -> None:
    project.edit("events/bridge-closed.yaml", "title: ", "title: Now ")


def edit_and_set_the_time_back(project: Project) -> None:
    path = project.root / "content/events/bridge-closed.yaml"
    before = path.stat()
    path.write_bytes(path.read_bytes().replace(b"bridge", b"BRIDGE"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def add_a_template(project: Project) -> None:
    (project.root / "templates/pages").mkdir(parents=True)
    (project.root / "templates/pages/about.html").write_text("{% extends 'base.html' %}")


def delete_a_record(project: Project) -> None:
    (project.root / "content/terms/inspection.yaml").rename(project.root / "content/terms/inspected.yaml")


def edit_the_site(project: Project) -> None:
    page = project.root / "site/index.html"
    os.chmod(page, 0o644)
    page.write_bytes(page.read_bytes().replace(b"bridge", b"BRIDGE"))


def delete_a_page(project: Project) -> None:
    (project.root / "site/about/index.html").unlink()


def spoil_the_cache(project: Project) -> None:
    for path in (project.root / ".cache").glob("*.json"):
        path.write_text('{"inputs": 1}')


def let_others_write_the_cache(project: Project) -> None:
    (project.root / ".cache").chmod(0o777)


@pytest.mark.parametrize(
    "touch",
    [
        edit_content,
        edit_and_set_the_time_back,
        add_a_template,
        delete_a_record,
        edit_the_site,
        delete_a_page,
        spoil_the_cache,
        let_others_write_the_cache,
    ],
)
def test_what_was_touched_is_built(built: Project, builds: list[bool], touch: Callable[[Project], None]) -> None:
    touch(built)
    built.run("build")
    assert builds == [True]


def save_by_renaming(project: Project) -> None:
    path = project.root / "content/events/bridge-closed.yaml"
    new = path.with_suffix(".new")
    new.write_bytes(path.read_bytes().replace(b"title: ", b"title: Now "))
    new.rename(path)


def exchange_two(project: Project) -> None:
    sources = project.root / "content/sources"
    one, other = sorted(sources.iterdir())[:2]
    one.rename(sources / "third")
    other.rename(one)
    (sources / "third").rename(other)


def make_a_folder_a_link(project: Project) -> None:
    (project.root / "content/terms").rename(project.root / "terms")
    (project.root / "content/terms").symlink_to("../terms")


def make_the_content_a_link(project: Project) -> None:
    (project.root / "content").rename(project.root / "other")
    (project.root / "content").symlink_to("other")


def put_a_folder_in_place_of_a_file(project: Project) -> None:
    path = project.root / "content/terms/inspection.yaml"
    path.unlink()
    path.mkdir()


def make_a_file_too_large(project: Project) -> None:
    project.edit("events/bridge-closed.yaml", "title: ", f"# {'much ' * 100_000}\ntitle: ")


def add_a_file_that_is_ignored(project: Project) -> None:
    (project.root / "content/notes.txt").write_text("nothing")


@pytest.mark.parametrize(
    "touch",
    [
        edit_content,
        edit_and_set_the_time_back,
        save_by_renaming,
        exchange_two,
        add_a_template,
        delete_a_record,
        make_a_folder_a_link,
        make_the_content_a_link,
        put_a_folder_in_place_of_a_file,
        make_a_file_too_large,
        add_a_file_that_is_ignored,
    ],
)
@pytest.mark.parametrize("worth", [0, 9])
def test_what_is_read_again_is_what_a_clean_build_reads(
    built: Project, touch: Callable[[Project], None], worth: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unchanged, "WORTH", worth)  # every memo is kept, or only the first one
    for do in (edit_content, touch):
        do(built)
        wait_for_the_clock(built.root)
        made = built.run("build")
        site = built.tree()
    clean = built.run("build", "--no-cache")
    assert made.exit_code == clean.exit_code
    assert made.output.splitlines()[:-1] == clean.output.splitlines()[:-1]
    assert site == built.tree()


@pytest.mark.parametrize(
    ("name", "is_there"), [("events/ghost.yaml", False), ("events/later.yaml", True), ("events/note.tmp", False)]
)
def test_what_came_or_went_while_files_were_read_is_not_remembered(
    project: Project, monkeypatch: pytest.MonkeyPatch, name: str, is_there: bool
) -> None:
    path, read = project.root / "content" / name, inputs.read

    def turn(there: bool) -> None:
        path.write_text(EVENT) if there else path.unlink()

    def read_meanwhile(root: Path) -> inputs.Inputs:
        turn(not is_there)
        found = read(root)
        turn(is_there)
        return found

    if is_there:
        turn(True)
    (project.root / ".cache").mkdir(mode=0o700)
    wait_for_the_clock(project.root)
    with monkeypatch.context() as patch:
        patch.setattr(inputs, "read", read_meanwhile)
        assert project.run("build").exit_code == 0
    wait_for_the_clock(project.root)
    made = project.run("build")
    site = project.tree()
    clean = project.run("build", "--no-cache")
    assert made.output.splitlines()[:-1] == clean.output.splitlines()[:-1]
    assert site == project.tree()


EVENT = "title: A ghost\nwhen: 2025-03-04\nsection: what-happened\ntext: Boo.[@valley-post]\n"


def test_what_is_withdrawn_while_it_is_listed_makes_no_exception(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = project.root / "content/terms/more.yaml"
    listdir = os.listdir

    def withdrawing(folder: int) -> list[str]:
        names = listdir(folder)
        more.unlink()
        return names

    more.write_text("")
    there = folders(project.root, ["content/terms"]).lines
    with monkeypatch.context() as patched:
        patched.setattr(os, "listdir", withdrawing)
        gone = folders(project.root, ["content/terms"]).lines
    assert there.keys() == gone.keys()
    assert [path for path in there if there[path] != gone[path]] == ["content/terms/more.yaml"]


def test_files_that_were_too_young_are_read_again(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unchanged, "folders", lambda *_: Listed({"content": b"of this moment"}, 1 << 62))
    for _ in range(2):
        project.run("build")
        project.edit("events/bridge-closed.yaml", "title: ", "title: Now ")
    project.run("build")
    site = project.tree()
    project.run("build", "--no-cache")
    assert site == project.tree()


@pytest.mark.parametrize("option", ["--no-cache", "--drafts", "--portable", "--base-url=https://site.example/"])
def test_other_options_are_another_build(built: Project, builds: list[bool], option: str) -> None:
    assert built.run("build", option).exit_code == 0
    assert builds == [True]


def test_a_cache_that_is_a_link_is_not_followed(project: Project, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (project.root / ".cache").symlink_to(tmp_path / "elsewhere")
    assert project.run("build").exit_code == 0
    assert list((tmp_path / "elsewhere").iterdir()) == []
