"""The strip of days: each event once, on its day, in its section's lane; nothing runs into anything else."""

import re
from collections import Counter
from datetime import date as Day
from datetime import timedelta
from itertools import combinations

import pytest
from conftest import STARTER
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.build import build
from generator.drawing import Box, Mark, Words
from generator.inputs import read
from generator.parse import parse_file
from generator.records import KINDS, Event, Explainer, Record, Section
from generator.site import Site, assemble
from generator.strip import strip
from generator.stripdays import Days, strip_days
from generator.timeline import numbered_days, start_of

STARTING = read(STARTER)
FIRST = Day(2022, 1, 27)  # so that most runs go into a second month
SECTIONS = {"causes": "Causes", "what-happened": "What happened", "abroad": "Foreign involvement", "law": "Закон"}


def event_yaml(when: str, section: str = "causes", importance: int = 2, more: str = "") -> str:
    return (
        f"title: Something that happened there\nwhen: {when}\nsection: {section}\ntext: It did [@gazette].\n"
        f"importance: {importance}\n{more}"
    )


def site_of(events: list[str]) -> Site:
    """The starter with these events alone."""
    explainer = re.sub(
        r"^sections:.*$",
        f"sections: [{', '.join(SECTIONS)}]",
        STARTING.content["content/explainer.yaml"].decode(),
        flags=re.M,
    )
    content = {"content/explainer.yaml": explainer.encode()}
    for name, label in SECTIONS.items():
        content[f"content/sections/{name}.yaml"] = f"label: {label}\nquestion: Q?\nanswer: A.\nbody: B.\n".encode()
    content |= {f"content/events/event-{n}.yaml": text.encode() for n, text in enumerate(events)}
    kinds: dict[str, type[Record]] = {"events": Event, "sections": Section, "explainer.yaml": Explainer}
    read = {path: parse_file(path, text, kinds[path.split("/")[1]])[0] for path, text in content.items()}
    parsed = {path: one for path, one in read.items() if one}
    assert parsed.keys() == read.keys()
    return assemble(parsed, KINDS, content, {}).site


def days_of(events: list[str]) -> Days:
    found = strip_days(site_of(events))
    assert found is not None
    return found


def a_run(length: int = 6) -> list[str]:
    return [event_yaml((FIRST + timedelta(days=number)).isoformat()) for number in range(length)]


moments = st.builds(
    lambda offset, section, importance, certainty, lasts: (
        FIRST + timedelta(days=offset),
        section,
        importance,
        certainty,
        lasts,
    ),
    st.integers(0, 30),
    st.sampled_from(list(SECTIONS)),
    st.integers(1, 3),
    st.sampled_from(["", "certainty: confirmed\n", "certainty: reported\n", "certainty: disputed\n"]),
    st.integers(0, 12),
)


def texts(found: list[tuple[Day, str, int, str, int]]) -> list[str]:
    return [
        event_yaml(f"{day}/{day + timedelta(days=lasts)}" if lasts > 8 else str(day), section, importance, certainty)
        for day, section, importance, certainty, lasts in found
    ]


@settings(max_examples=40)
@given(st.lists(moments, max_size=20))
def test_the_strip_shows_each_event_of_its_days_once_and_counts_the_others(
    found: list[tuple[Day, str, int, str, int]],
) -> None:
    site = site_of([*a_run(), *texts(found)])
    days = strip_days(site)
    assert days is not None
    numbered = numbered_days(start_of(when) for (when,) in site.each("event", "when"))
    assert [day.day for day in days.days] == [
        min(numbered) + timedelta(days=number) for number in range((max(numbered) - min(numbered)).days + 1)
    ]
    begun = Counter(event.when.first for event in site.of_kind("event") if isinstance(event, Event))
    assert {day.day: day.count for day in days.days if day.count} == {day: begun[day] for day in numbered}
    assert sum(day.count for day in days.days) + days.before + days.after == len(site.of_kind("event"))


@settings(max_examples=40)
@given(st.lists(moments, max_size=40))
def test_nothing_in_the_strip_touches_anything_else_or_leaves_its_frame(
    found: list[tuple[Day, str, int, str, int]],
) -> None:
    site = site_of([*a_run(), *texts(found)])
    shown = strip(site)
    assert shown is not None
    for drawing in shown.drawings:
        frame = Box(0, 0, drawing.width, drawing.height).grown(0.05)
        blocks = [s.box for mark in drawing.days for s in mark.shapes if s.css.startswith("block")]
        labels = [_box(words) for mark in drawing.spans for words in mark.words]
        own = [words.box for words in drawing.words]
        written = [words.box for mark in drawing.days for words in mark.words] + own
        marks = [s.box for mark in (*drawing.days, *drawing.spans) for s in mark.shapes]
        assert all(frame.holds(box) for box in (*blocks, *marks)), drawing.size
        assert all(frame.holds(box) for box in (*labels, *own)), drawing.size
        for one, other in combinations([*blocks, *labels, *written], 2):
            assert not one.grown(-0.2).touches(other.grown(-0.2)), (drawing.size, one, other)


def _box(words: Words) -> Box:
    """The box of a span's label, which may run down the page."""
    if "down" not in words.css:
        return words.box
    return Box(words.x - 7, words.y, words.x + 7, words.y + words.width)


@settings(max_examples=20)
@given(st.integers(5, 40))
def test_every_day_is_large_enough_to_be_hit_on_a_phone(length: int) -> None:
    shown = strip(site_of(a_run(length)))
    assert shown is not None
    for mark in shown.drawings[0].days:
        hit = next(shape.box for shape in mark.shapes if shape.css == "hit")
        assert hit.bottom - hit.top >= 24 and hit.right - hit.left >= 24


def test_days_lead_to_the_timeline_and_silent_days_nowhere() -> None:
    found = days_of([event_yaml(f"2022-03-{day:02}") for day in (1, 2, 4, 5, 7)])
    assert [day.address for day in found.days] == [
        f"timeline/#d-2022-03-{day:02}" if day in (1, 2, 4, 5, 7) else "" for day in range(1, 8)
    ]
    assert found.days[0].name == "Tuesday 1 March: 1 event"


def test_only_sections_with_events_on_these_days_have_a_lane_and_keep_their_colour() -> None:
    found = days_of([*a_run(), event_yaml("2022-01-28", "law"), event_yaml("2019-05-05", "abroad")])
    assert [(lane.label, lane.css) for lane in found.lanes] == [("Causes", "lane-1"), ("Закон", "lane-4")]


@pytest.mark.parametrize(
    ("when", "importance", "spans"),
    [
        ("2022-01-28/2022-01-30", 1, [(1, 3)]),
        ("2022-01-28/2022-01-29", 1, []),  # the next day is no duration
        ("2022-01-28/2022-01-30", 3, []),
        ("2022-01-01/2022-03-30", 2, [(0, 5)]),
        ("2022-01-30/..", 2, [(3, 5)]),
        ("2022-01", 1, []),  # some day in January
        ('{date: 2022-01-28, time: "01:30", until: 2022-01-31}', 2, [(1, 4)]),
        ('{date: 2022-01-28, time: "23:00", until: "02:00"}', 1, []),
    ],
)
def test_what_lasts_three_days_and_matters_is_a_bar(when: str, importance: int, spans: list[tuple[int, int]]) -> None:
    found = days_of([*a_run(), event_yaml(when, importance=importance)])
    assert [(span.first, span.last) for span in found.spans] == spans


def test_a_doubtful_event_is_an_outline_and_a_doubtful_span_is_said_so() -> None:
    shown = strip(site_of([*a_run(), event_yaml("2022-01-28/2022-01-31", more="certainty: disputed\n")]))
    assert shown is not None and shown.has_doubt
    for drawing in shown.drawings:
        shapes = [shape.css for mark in drawing.days for shape in mark.shapes]
        assert shapes.count("block lane-1 unsure") == 1 and shapes.count("block lane-1") == 6
        (span,) = drawing.spans
        assert span.shapes[1].css == "span lane-1 unsure"
        assert span.name == "Something that happened there, from 28 to 31 January 2022, disputed"


def test_blocks_are_larger_the_more_an_event_matters() -> None:
    events = [event_yaml((FIRST + timedelta(days=n)).isoformat(), importance=min(n + 1, 3)) for n in range(6)]
    shown = strip(site_of(events))
    assert shown is not None
    for drawing in shown.drawings:
        first, second, third, *_ = (_blocks(mark) for mark in drawing.days)
        assert _area(first[0]) > _area(second[0]) > _area(third[0])


def _blocks(mark: Mark) -> list[Box]:
    return [shape.box for shape in mark.shapes if shape.css.startswith("block")]


def _area(box: Box) -> float:
    return (box.right - box.left) * (box.bottom - box.top)


def test_without_a_run_of_days_or_with_too_many_there_is_no_strip() -> None:
    assert strip(site_of([])) is None
    assert strip(site_of(a_run(4))) is None
    assert strip(site_of(a_run(41))) is None


def test_the_front_page_of_this_project_shows_the_strip_with_a_link_for_each_day() -> None:
    made = build(read(STARTER.parent.parent))
    assert made.site is not None
    days = strip_days(made.site)
    assert days is not None
    page = made.files["index.html"].decode()
    drawings = re.findall(r'<svg class="(narrow|medium|wide)"(.*?)</svg>', page, re.S)
    assert [size for size, _ in drawings] == ["narrow", "medium", "wide"]
    for _, drawing in drawings:
        linked = re.findall(r'href="([^"]*#d-[^"]*)" aria-label="([^"]*)"', drawing)
        assert linked == [(day.address, day.name) for day in days.days if day.address]
        assert len(drawing) < 20_000
    assert days.words in page
