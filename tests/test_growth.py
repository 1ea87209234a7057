"""Work grows as the size of what is read does, not as its square, whatever the text repeats."""

import difflib
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import STARTER, Project
from refusals import EVENT_AND, rows_of

from generator import finding, markdown, marklabels
from generator.build import build
from generator.drawing import Box, Point
from generator.folding import Folded
from generator.inputs import read
from generator.lexicon import Phrases
from generator.maplabels import Stretch, _common, _rows
from generator.marklabels import Label, Taken, Wanted
from generator.pieces import Piece
from generator.projection import simplified
from generator.refs import Known
from generator.render import assets
from generator.sentences import sentences
from generator.social import look_of
from generator.watch import _SHOWN
from generator.wording import _distance
from generator.yamlfile import Document, parse

TIMES = 8


def grows_evenly(do: Callable[[Any], object], make: Callable[[int], Any], size: int) -> None:
    """Eight times as much takes eight times as long, with room for chance; a square would be 64 times."""
    small, large = (_work(do, make(count)) for count in (size, TIMES * size))
    assert large < 3 * TIMES * small + 0.02, (small, large)


def _work(do: Callable[[Any], object], what: Any) -> float:
    """Seconds of work, the least of three."""
    found = []
    for _ in range(3):
        started = time.process_time()
        do(what)
        found.append(time.process_time() - started)
    return min(found)


def every_place(document: Document) -> None:
    for offset in range(len(document.data["a"])):
        document.at(("a",), offset)


@pytest.mark.parametrize("start", ["", "'", '"', ">\n  "])
def test_to_tell_the_places_of_many_mistakes_in_one_text(start: str) -> None:
    def written(count: int) -> Document:
        document, _ = parse("a.yaml", f"a: {start}{'x' * count}{start.strip(chr(10) + ' >')}\n".encode())
        assert document
        return document

    grows_evenly(every_place, written, 1_000)


@pytest.mark.parametrize("stops", [".", "…", "?!"])
def test_stops_in_a_row_that_end_no_sentence(stops: str) -> None:
    grows_evenly(lambda text: sentences.__wrapped__(text), lambda count: "A" + stops * count + "a", 1_000)


def test_headings_in_a_row_that_say_nothing() -> None:
    grows_evenly(markdown.read, lambda count: "A.[@a].\n\n" + "##\n" * count + "a", 750)


def test_a_misspelt_id_is_held_to_few_of_many(monkeypatch: pytest.MonkeyPatch) -> None:
    held = []

    def close(word: str, known: list[str], n: int, cutoff: float) -> list[str]:
        held.append(len(known))
        return difflib.get_close_matches(word, known, n, cutoff)

    monkeypatch.setattr("generator.refs.difflib", SimpleNamespace(get_close_matches=close))
    names = Known(f"{street}-{number:04}-bridge" for street in ("north", "south") for number in range(2_000))
    asked = ["north-1234-brigde", "nroth-1234-bridge", "north-12x34-bridge", "north-1234", "east-1234-bridge", "q"]
    assert [names.nearest(name) for name in asked] == [
        *("north-1234-bridge",) * 4,
        "south-1234-bridge",
        None,
    ]
    assert max(held) <= 200


def test_words_of_many_alternatives_are_kept_as_they_are() -> None:
    line = "so-called " + "a/b " * 200
    assert list(Phrases([line]).find(["so", "called", *"ab" * 100])) == [(0, 202)]


def test_words_are_looked_for_where_words_begin_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    looks, is_whole = list[int](), finding._is_whole

    def looked(piece: Piece, at: int, held: Folded) -> bool:
        looks.append(at)
        return is_whole(piece, at, held)

    monkeypatch.setattr(finding, "_is_whole", looked)
    assert not finding.find("жжж", "ж" * 10_000).is_found
    assert looks == [0]


def test_records_that_all_lead_to_each_other_are_told_a_circle_each(project: Project) -> None:
    names = [f"e{number}" for number in range(30)]
    for name in names:
        links = [f"- {{relation: part-of, event: {other}}}\n" for other in names if other != name]
        project.write(f"events/{name}.yaml", EVENT_AND.format("links:\n" + "".join(links)))
    told = [row for row in rows_of(project.run("check", "--format", "json"), 1) if row["code"] == "ref-cycle"]
    assert len(told) == 29


def test_a_border_that_runs_to_and_fro_is_made_simpler_in_time() -> None:
    def zigzag(count: int) -> list[Point]:
        return [(number / count, float(number % 2)) for number in range(count)]

    grows_evenly(lambda line: simplified(line, 0.0001), zigzag, 1_000)


def test_what_two_rows_of_a_border_that_runs_to_and_fro_share() -> None:
    def rows(count: int) -> list[Stretch]:
        return [(float(number), number + 0.5) for number in range(count)]

    assert _common(rows(2), [(0.25, 1.25), (1.5, 3)]) == [(0.25, 0.5), (1.0, 1.25)]
    grows_evenly(lambda row: _common(row, row), rows, 1_000)


def test_corners_of_a_border_are_held_against_the_lines_that_cross_there_alone() -> None:
    def fringe(height: float) -> list[list[Point]]:
        corners = [(float(number), float(number % 2)) for number in range(10_000)]
        return [[*corners, (10_000.0, height), (0.0, height)]]

    assert _work(_rows, fringe(600)) < 10 * _work(_rows, fringe(3))


def test_how_two_long_words_differ() -> None:
    grows_evenly(lambda word: _distance(word + "a", word + "b", 2), lambda count: "x" * count, 100)


def test_a_chart_of_many_numbers_looks_for_room_for_few(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, free = list[Wanted](), marklabels._free

    def looked(wanted: Wanted, frame: Box, taken: Taken, marks: Taken) -> Iterator[Label]:
        asked.append(wanted)
        return free(wanted, frame, taken, marks)

    monkeypatch.setattr(marklabels, "_free", looked)
    value = "\n- {{value: {0}, stated_by: A, stated_on: {1}-01-01, cites: [valley-post]}}"
    ledger = "".join(value.format(number * 7 % 400, 1500 + number) for number in range(400))
    figure = f"label: Trains\ncounts: Trains.\nunit: trains\nchart: steps\nshow: all\nvalues:{ledger}\n"
    inputs = read(STARTER)
    made = build(replace(inputs, content={**inputs.content, "content/figures/long.yaml": figure.encode()}))
    assert len({(one.x, one.y) for one in asked}) <= 2 * 80
    page = made.files["figures/long/index.html"].decode()
    assert page.count('<td class="amount">') == 400


def test_a_number_that_contradicts_a_long_ledger_is_told_in_few_words(project: Project) -> None:
    values = "".join(
        f"- {{value: {number}, stated_by: A, stated_on: 2025-03-01, cites: [valley-post]}}\n" for number in range(99)
    )
    project.write("figures/long.yaml", f"label: Trains\ncounts: Trains.\nunit: trains\nvalues:\n{values}")
    project.write("events/a.yaml", EVENT_AND.format("").replace("Something.", "The [500 trains](figure:long) ran."))
    (row,) = [row for row in rows_of(project.run("check", "--format", "json"), 1) if row["severity"] == "error"]
    assert row["message"].endswith("17, 18, 19 and 79 more")


def test_templates_that_set_much_before_their_first_tag_are_marked_in_time() -> None:
    start, sets = b"{% macro full(record, view) %}", b"{% set a = 1 %}" * 10_000
    assert not _SHOWN.search(start + sets + b"{{ a }}")
    assert _SHOWN.search(start + sets + b"<p>")


@pytest.mark.parametrize("text", ["url(", "\n/*", "@font-face{", "@font-face{src:url(", "-", "--text:"])
def test_styles_that_begin_much_and_end_nothing(text: str) -> None:
    def look(css: bytes) -> None:
        assets({"assets/theme.css": css}, None)
        look_of({"assets/theme.css": css + b"}"})

    grows_evenly(look, lambda count: (text * count).encode(), 2_000)


def test_a_file_of_ten_thousand_unknown_keys_is_told_once() -> None:
    (told,) = parse("a.yaml", "".join(f"k{number}: x\n" for number in range(10_000)).encode())[1]
    assert (told.code, told.location.line, told.message) == ("limit", 501, "more than 500 keys stand side by side here")


def test_a_key_that_is_written_a_thousand_times_is_told_once() -> None:
    (told,) = parse("a.yaml", b"a: x\n" * 1_000)[1]
    assert told.message == "“a” is written twice: on line 1 and on line 2; so are 998 fields after it"
