"""The strip of days: the shape of a crisis at a glance. A column is a day, a lane a section, a block an event.

Its days are those that the timeline counts, `numbered_days`: the longest run in which events follow each other closely,
with the silent days between. An event stands on the day it begins, as in the timeline. Sections are told apart by their
lane, importance by the block's size, doubt by an outline: none of it needs colour.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date as Day
from datetime import timedelta

from generator.dates import MONTHS, WEEKDAYS, Date
from generator.records import Event, Section
from generator.records.event import Certainty
from generator.refs import Ref
from generator.site import Site
from generator.timeline import events_of, numbered_days, start_of

LANE_COLOURS = 6  # in theme.css, as `--lane-1` and so on
# A longer crisis has no room for its days: a phone would scroll past the strip, a finger could not hit one.
_MOST_DAYS = 40
# What is over on the next day did not last.
_LEAST_SPAN = 3
_MOST_SPANS = 4


@dataclass(frozen=True, slots=True)
class Block:
    """One event: how much it matters, from 1, and whether the record is sure of it."""

    importance: int
    is_sure: bool


@dataclass(frozen=True, slots=True)
class StripDay:
    """One day; `lanes` holds its events by lane. The address is empty where the timeline has no such day."""

    day: Day
    address: str
    name: str
    lanes: tuple[tuple[Block, ...], ...]

    @property
    def count(self) -> int:
        return sum(map(len, self.lanes))


@dataclass(frozen=True, slots=True)
class Lane:
    """A section that has events on these days; `css` is its colour."""

    label: str
    css: str


@dataclass(frozen=True, slots=True)
class Lasting:
    """What went on for days: the first and last day of the strip, counted from 0, on which it did."""

    label: str
    name: str
    address: str
    css: str
    is_sure: bool
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Days:
    """What a strip shows. `before` and `after` are the events that lie outside it."""

    days: tuple[StripDay, ...]
    lanes: tuple[Lane, ...]
    spans: tuple[Lasting, ...]
    before: int
    after: int

    @property
    def words(self) -> str:
        """The same as the drawing, for those who cannot see it."""
        fullest = max(self.days, key=lambda day: day.count)
        lanes = ", ".join(lane.label for lane in self.lanes)
        spans = "".join(f" {span.name}." for span in self.spans)
        return f"By section: {lanes}. Most on {fullest.name}.{spans}"

    @property
    def has_doubt(self) -> bool:
        return any(not block.is_sure for day in self.days for lane in day.lanes for block in lane)


def strip_days(site: Site) -> Days | None:
    """The days of the crisis with their events, where there is a run of days to show."""
    events = events_of(site)
    numbers = numbered_days(start_of(event.when) for event in events)
    if not numbers or max(numbers.values()) > _MOST_DAYS:
        return None
    first = min(numbers)
    days = [first + timedelta(days=number) for number in range(max(numbers.values()))]
    by_day: dict[Day, list[Event]] = {day: [] for day in days}
    for event in events:
        if _on_a_day(event) and event.when.first in by_day:
            by_day[event.when.first].append(event)
    shown = {event.section for found in by_day.values() for event in found}
    colours = {ref: lane_css(number) for number, ref in enumerate(site.explainer.sections)}
    colours |= {event.section: "ink" for event in events if event.section not in colours}  # it is not listed
    lanes = {ref: _lane(site, ref, css) for ref, css in colours.items() if ref in shown}
    made = tuple(_day(day, found, lanes) for day, found in by_day.items())
    outside = [event for event in events if not (_on_a_day(event) and event.when.first in by_day)]
    before = sum(event.when.first < first for event in outside)
    spans = _spans(events, days, colours)
    return Days(made, tuple(lanes.values()), spans, before, len(outside) - before)


def _on_a_day(event: Event) -> bool:
    return start_of(event.when).is_day


def _lane(site: Site, ref: Ref, css: str) -> Lane:
    section = site.records[ref]
    assert isinstance(section, Section)
    return Lane(section.label, css)


def lane_css(number: int) -> str:
    """The class, and with `--` before it the colour, of the section with this number."""
    return f"lane-{number % LANE_COLOURS + 1}"


def _day(day: Day, events: Sequence[Event], lanes: Iterable[Ref]) -> StripDay:
    count = f"{len(events)} event{'s' * (len(events) != 1)}"
    name = f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month]}: {count}"
    blocks = tuple(tuple(_block(event) for event in events if event.section == lane) for lane in lanes)
    return StripDay(day, f"timeline/#d-{day.isoformat()}" if events else "", name, blocks)


def _block(event: Event) -> Block:
    return Block(event.importance, is_sure(event.certainty))


def is_sure(certainty: Certainty | None) -> bool:
    """Whether the record is sure that it happened: one that says nothing is."""
    return certainty in (None, "confirmed")


def _spans(events: Iterable[Event], days: Sequence[Day], colours: Mapping[Ref, str]) -> tuple[Lasting, ...]:
    """The leading events with an end, if they lasted: the weightiest few, in the order in which they began."""
    lasting = [event for event in events if event.importance < 3 and _lasts(event, days)]
    kept = sorted(lasting, key=lambda event: (event.importance, event.when.first - event.when.last))[:_MOST_SPANS]
    return tuple(_span(event, days, colours[event.section]) for event in lasting if event in kept)


def _lasts(event: Event, days: Sequence[Day]) -> bool:
    has_end = event.when.date.is_range or isinstance(event.when.until, Date)
    first, last = max(event.when.first, days[0]), min(event.when.last, days[-1])
    return has_end and (last - first).days + 1 >= _LEAST_SPAN


def _span(event: Event, days: Sequence[Day], css: str) -> Lasting:
    sure = is_sure(event.certainty) and event.when.is_sure
    doubt = "" if is_sure(event.certainty) else f", {event.certainty}"
    first, last = max(event.when.first, days[0]) - days[0], min(event.when.last, days[-1]) - days[0]
    name = f"{event.title}, {event.when}{doubt}"
    return Lasting(event.title, name, event.address, css, sure, first.days, last.days)
