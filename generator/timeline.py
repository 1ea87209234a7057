"""The timeline: events under their days, the days of the crisis counted, and the lists it can be narrowed to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date as Day
from itertools import pairwise

from generator.dates import MONTHS, WEEKDAYS, Date, Moment, display_time, utc_label
from generator.records import Event
from generator.refs import Ref
from generator.site import Site

# Days of a crisis are counted while events follow each other this closely, and only in a run worth counting.
_LONGEST_GAP = 3
_SHORTEST_RUN = 5
# A list of one event is the event.
_FEWEST_IN_LIST = 2


@dataclass(frozen=True, slots=True)
class TimelineDay:
    """The events that begin on one day, or in a month or year where no day is known.

    `large` is the day, month or year as a heading shows it, `small` what completes it; `number` counts the days of
    the crisis; `zones` says what the clock times of the day mean. What is folded is of little importance.
    """

    key: str
    weekday: str
    large: str
    small: str
    number: int | None
    zones: str
    shown: tuple[Event, ...]
    folded: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class TimelineList:
    """The timeline narrowed to what one record has to do with. `key` is also the last part of its address.

    It names records and does not hold them, so that it stays the same when they say something else.
    """

    key: str
    ref: Ref
    label: str
    events: tuple[Ref, ...]

    @property
    def address(self) -> str:
        return f"timeline/{self.key}/"


def events_of(site: Site) -> tuple[Event, ...]:
    """All events, in the order of the timeline."""
    return tuple(event for event in site.of_kind("event") if isinstance(event, Event))


def start_of(when: Moment) -> Date:
    """The date that something begins with, as it is written."""
    start, _ = when.date.ends
    return start or when.date


def days_of(site: Site, events: Iterable[Event]) -> list[TimelineDay]:
    """The days of some events in order, counted as in the whole timeline."""
    days: dict[str, list[Event]] = {}
    for event in events:
        days.setdefault(start_of(event.when).text.rstrip("~?%"), []).append(event)
    numbers = site.derived(counted_days)
    return [_day(site, key, found, numbers) for key, found in days.items()]


def _day(site: Site, key: str, events: Sequence[Event], numbers: Mapping[Day, int]) -> TimelineDay:
    date = Date.parse(key) if key.strip("./") else None
    folded = tuple(event for event in events if event.importance == 3)
    shown = tuple(event for event in events if event.importance != 3)
    # Nothing is folded away where it would leave a day empty.
    shown, folded = (shown, folded) if shown else (folded, ())
    number = numbers.get(date.first) if date and date.is_day else None
    return TimelineDay(key, *_heading(date), number, _zones(site, events), shown, folded)


def numbered_days(starts: Iterable[Date]) -> dict[Day, int]:
    """The days of the crisis, counted from 1: the longest run of days on which events follow each other closely."""
    days = sorted({start.first for start in starts if start.is_day})
    runs: list[list[Day]] = [days[:1]]
    for before, day in pairwise(days):
        if (day - before).days > _LONGEST_GAP:
            runs.append([])
        runs[-1].append(day)
    longest = max(runs, key=len)
    return {day: (day - longest[0]).days + 1 for day in longest} if len(longest) >= _SHORTEST_RUN else {}


def counted_days(site: Site) -> dict[Day, int]:
    """The days of the crisis, over all events."""
    return numbered_days(start_of(when) for (when,) in site.each("event", "when"))


def list_keys(event: Event) -> tuple[str, ...]:
    """The keys of the lists that hold an event, should there be such lists."""
    return tuple(f"{ref.kind}-{ref.id}" for ref in dict.fromkeys((event.section, *event.where, *event.actors)))


def clock_or_dates(event: Event) -> str:
    """When an event was, as it reads under the heading of its day: the time if it is known, its end, or nothing."""
    when = event.when
    lasts = when.date.is_range or isinstance(when.until, Date)
    return str(when) if lasts or not when.date.is_sure else display_time(when)


def timeline_lists(site: Site) -> tuple[TimelineList, ...]:
    """The lists of sections, then of places, then of actors, each in the order of its kind."""
    found: dict[Ref, list[Ref]] = {}
    for event, section, where, actors in site.each("event", "ref", "section", "where", "actors"):
        for ref in dict.fromkeys((section, *where, *actors)):
            found.setdefault(ref, []).append(event)
    lists = []
    for (ref,) in (*zip(site.explainer.sections), *site.each("place", "ref"), *site.each("actor", "ref")):
        events = found.get(ref, [])
        if len(events) >= _FEWEST_IN_LIST:
            record = site.records[ref]
            label = getattr(record, "label", record.heading)
            lists.append(TimelineList(f"{ref.kind}-{ref.id}", ref, label, tuple(events)))
    return tuple(lists)


def lengths_of_lists(site: Site) -> dict[Ref, int]:
    """How many events the list of a record has, where there is one."""
    return {found.ref: len(found.events) for found in site.derived(timeline_lists)}


def _heading(date: Date | None) -> tuple[str, str, str]:
    if date is None:
        return "", "Undated", ""
    year, month, day = [*date.text.split("-"), "", ""][:3]
    if date.is_day:
        return WEEKDAYS[date.first.weekday()], str(date.first.day), f"{MONTHS[date.first.month]} {year}"
    if month.isdigit() and int(month) <= 12 and not day.strip("X"):
        return "", MONTHS[int(month)], year
    return "", str(date), ""


def _zones(site: Site, events: Iterable[Event]) -> str:
    """Said once for a day: `Local time, UTC+6`, or which zone is whose where two meet, if only in one event.

    `UTC+13:45, then UTC+12:45` where clocks were set back or forward.
    """
    labels: dict[str, dict[str, None]] = {}
    places: dict[str, str] = {}
    for event in events:
        if event.when.time:
            named = [site.records[ref].heading for ref in event.where]
            for name, place in zip(site.zones_of(event), named or [""], strict=False):
                labels.setdefault(name, {})[utc_label(name, event.when.first, event.when.time)] = None
                places.setdefault(name, place)
    clocks: dict[str, str] = {}
    for name, told in labels.items():
        clocks.setdefault(", then ".join(told), places[name])
    if len(clocks) < 2:
        return "".join(f"Local time, {clock}" for clock in clocks)
    return f"Local times: {', '.join(f'{clock} in {place}' if place else clock for clock, place in clocks.items())}"
