"""Whatever way files are saved, what is served in the end is what lies on the disk."""

import shutil
import threading
from collections.abc import Iterator
from functools import partial

import pytest
from conftest import Project
from previewing import PATIENCE, Running, running
from saving import SAVES, Save

from generator import watch
from generator.build import Build
from generator.inputs import Inputs
from generator.watch import rebuild

EVENT = "content/events/bridge-closed.yaml"
PAGE = "/events/bridge-closed/"


@pytest.fixture
def preview(project: Project) -> Iterator[Running]:
    with running(project.root) as found:
        yield found


@pytest.mark.parametrize("save", SAVES, ids=lambda save: save.__name__)
def test_what_is_saved_is_served(project: Project, preview: Running, save: Save) -> None:
    path = project.root / EVENT
    good = path.read_text(encoding="utf-8")

    def is_served(title: str) -> bool:
        return title in preview.text(PAGE)

    for title in ("One of the same size", "Two of the same size", "And one of another"):
        save(path, good.replace("The town closes the bridge", title))
        preview.until(partial(is_served, title))
    assert preview.panel() == ""


def test_a_record_deleted_is_gone_and_one_put_back_is_there(project: Project, preview: Running) -> None:
    path = project.root / EVENT
    text = path.read_bytes()
    path.rename(project.root / "aside.yaml")
    preview.until(lambda: "Not built" in preview.panel() or preview.get(PAGE).status == 404)
    (project.root / "aside.yaml").rename(path)
    preview.until(lambda: preview.panel() == "" and preview.get(PAGE).status == 200)
    assert path.read_bytes() == text


def test_files_in_a_folder_just_made_are_seen(project: Project, preview: Running) -> None:
    assert not (project.root / "content/updates").exists()
    project.write(
        "updates/first.yaml",
        "on: 2025-03-05\nkind: correction\naffects: [event:bridge-closed]\nsummary: A word was wrong.\n",
    )
    preview.until(lambda: "A word was wrong." in preview.text("/updates/") or "Not built" in preview.panel())
    assert preview.panel() == ""


def test_a_project_whose_content_goes_away_says_so_and_recovers(project: Project, preview: Running) -> None:
    (project.root / "content").rename(project.root / "aside")
    preview.until(lambda: "there is no explainer.yaml" in preview.panel())
    assert preview.get(PAGE).status == 200
    (project.root / "aside").rename(project.root / "content")
    preview.until(lambda: preview.panel() == "")


def test_templates_added_and_removed_are_seen(project: Project, preview: Running) -> None:
    own = project.root / "templates/pages/404.html"
    own.parent.mkdir(parents=True)
    own.write_text('{% extends "base.html" %}{% block main %}<h1>Ours</h1>{% endblock %}')
    preview.until(lambda: "<h1>Ours</h1>" in preview.text("/nowhere/"))
    shutil.rmtree(project.root / "templates")
    preview.until(lambda: "<h1>Ours</h1>" not in preview.text("/nowhere/"))


def test_what_changes_during_a_build_is_built_after_it_and_once(project: Project) -> None:
    entered, leave = threading.Event(), threading.Event()
    held = [False]

    def make(inputs: Inputs) -> Build:
        if held[0]:
            entered.set()
            assert leave.wait(PATIENCE)
        return rebuild(inputs)

    with running(project.root, make) as preview:
        before = len(preview.builds)
        held[0] = True
        project.edit("events/bridge-closed.yaml", "The town closes", "Change 0 closes")
        assert entered.wait(PATIENCE)
        for number in range(20):
            project.edit("events/bridge-closed.yaml", f"Change {number} closes", f"Change {number + 1} closes")
        held[0] = False
        leave.set()
        preview.until(lambda: "Change 20 closes the bridge" in preview.text(PAGE))
        assert len(preview.builds) - before == 2


def test_a_checkout_of_forty_files_is_few_builds_and_ends_right(project: Project) -> None:
    event = (project.root / EVENT).read_text(encoding="utf-8")
    for number in range(40):
        project.write(f"events/number-{number}.yaml", event.replace("The town", f"Before: town {number}"))
    with running(project.root) as preview:
        before = len(preview.builds)
        for number in range(40):
            project.edit(f"events/number-{number}.yaml", "Before:", "After:")
        preview.until(lambda: "Before:" not in preview.text("/timeline/"))
        assert len(preview.builds) - before <= 4  # one, unless the machine pauses in the middle of it


def test_a_file_caught_half_written_is_read_again_and_no_failure_shown(project: Project) -> None:
    path = project.root / EVENT
    whole = path.read_text(encoding="utf-8").replace("The town closes", "The mayor closes")

    failures = []

    def make(inputs: Inputs) -> Build:
        made = rebuild(inputs)
        if not made.is_good:
            failures.append(made)
            path.write_text(whole, encoding="utf-8")  # the editor goes on while the half is looked at
        return made

    with running(project.root, make) as preview:
        path.write_text(whole[:40], encoding="utf-8")
        preview.until(lambda: "The mayor closes" in preview.text(PAGE))
        assert len(failures) == 1
        assert not any("Not built" in line for line in preview.lines)


def test_what_is_not_read_is_not_watched(project: Project, preview: Running) -> None:
    before = len(preview.builds)
    for name in ("site/index.html", ".cache/pages", "README.md", "content/.draft.yaml.swp", ".git/index"):
        target = project.root / name
        target.parent.mkdir(exist_ok=True)
        target.write_text("{% nonsense")
    project.edit("events/bridge-closed.yaml", "The town closes", "The mayor closes")
    preview.until(lambda: "The mayor closes" in preview.text(PAGE))
    assert len(preview.builds) - before == 1


def test_where_the_system_reports_no_changes_they_are_looked_for(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**_: object) -> object:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(watch, "Observer", full)
    with running(project.root) as preview:
        assert any("looking for them every" in line for line in preview.lines)
        project.edit("events/bridge-closed.yaml", "The town closes", "The mayor closes")
        preview.until(lambda: "The mayor closes" in preview.text(PAGE))


def test_a_project_reached_through_a_link_is_watched(project: Project) -> None:
    link = project.root.with_name("link")
    link.symlink_to(project.root)
    with running(link) as preview:
        project.edit("events/bridge-closed.yaml", "The town closes", "The mayor closes")
        preview.until(lambda: "The mayor closes" in preview.text(PAGE))


def test_a_template_is_not_taken_for_a_file_of_the_content() -> None:
    known = Inputs({"content/explainer.yaml": b""}, {"content/notes.txt": b"", "base.html": b""})
    assert known.holds("templates/content/notes.txt") and known.holds("templates/base.html")
    assert not known.holds("content/notes.txt") and not known.holds("base.html")
