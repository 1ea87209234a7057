"""The synthetic story: a good project of ours, and the same words in the files written for other generators."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bench.contenders import Contender, ours
from bench.peers import write_eleventy, write_hugo, write_pelican
from bench.stages import STAGES
from bench.synthetic import Story, story, write_project
from bench.words import compare, text_of, texts
from generator import build as recipe
from generator import inputs
from generator.build import build

MADE = story(30)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    write_project(MADE, tmp_path)
    for path, content in build(inputs.read(tmp_path)).files.items():
        target = tmp_path / "site" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return tmp_path / "site"


def test_the_synthetic_project_builds_with_nothing_to_say(tmp_path: Path) -> None:
    write_project(MADE, tmp_path)
    made = build(inputs.read(tmp_path))
    assert made.diagnostics == ()
    assert {f"events/event-{number}/index.html" for number in range(30)} <= made.files.keys()


def test_the_same_seed_makes_the_same_story() -> None:
    assert story(30) == MADE
    assert story(30, seed=2) != MADE


def test_every_word_of_the_story_is_on_our_pages(site: Path) -> None:
    found = compare(MADE, site)
    assert found.missing == ()
    assert (found.pages, found.looked_for) == (30, 30 * 4 + 15)


def test_a_word_that_is_lost_is_noticed(site: Path) -> None:
    page = site / "events/event-7/index.html"
    (first, *_) = texts(MADE.events[7])
    page.write_text(page.read_text().replace(first, "Something else"))
    (site / "events/event-8/index.html").unlink()
    assert compare(MADE, site).missing == (first, *texts(MADE.events[8]))


@pytest.mark.parametrize(
    ("write", "record"),
    [
        (write_hugo, "content/events/{}.md"),
        (write_eleventy, "src/events/{}.md"),
        (write_pelican, "content/events/{}.md"),
    ],
)
def test_what_other_generators_get_holds_the_same_words(
    write: Callable[[Story, Path], None], record: str, tmp_path: Path
) -> None:
    write(MADE, tmp_path)
    for event in MADE.events:
        held = text_of((tmp_path / record.format(event.id)).read_text(encoding="utf-8")).replace("**", "")
        assert [text for text in texts(event) if text not in held] == []


def test_an_edited_record_and_template_show_in_every_page_they_should(tmp_path: Path) -> None:
    own: Contender = ours(tmp_path)
    own.write(MADE, own.folder)
    before = build(inputs.read(own.folder)).files
    own.edit_record(MADE.events[3], 1)
    own.edit_record(MADE.events[3], 2)
    edited = build(inputs.read(own.folder)).files
    page = "events/event-3/index.html"
    assert edited[page].count(b"It was edited") == edited[page].count(b"It was edited c.") == 1
    assert {path for path in before if path.startswith("events/") and before[path] != edited[path]} == {page}
    own.edit_template(1)
    styled = build(inputs.read(own.folder)).files
    assert all(b'<h1 class="edited-1">' in styled[f"events/{event.id}/index.html"] for event in MADE.events)


def test_every_stage_that_is_timed_is_in_the_recipe() -> None:
    assert [name for name in STAGES if not callable(getattr(recipe, name, None))] == []
