"""Dates as written (EDTF levels 0 and 1): their bounds, their order, how they read, and zones for that very date.

A date is never made more precise than it is written: there is no invented day and no 00:00.
"""

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from datetime import date as Day
from datetime import time as Clock
from functools import cache
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

from generator.refs import nearest

MONTHS = tuple(calendar.month_name)
WEEKDAYS = tuple(calendar.day_name)
SEASONS = {21: ("spring", 3), 22: ("summer", 6), 23: ("autumn", 9), 24: ("winter", 12)}

_FORM = re.compile(r"(\d{4}|\d{3}X|\d{2}XX)(?:-(\d{2}|XX)(?:-(\d{2}|XX))?)?([~?%]?)", re.ASCII)
_LOOSE = re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})", re.ASCII)
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
_DASHES = str.maketrans("‐‑‒–—−", "------")


class DateError(ValueError):
    """Why a text is no date: `code`, `message`, `hint`, and the `key` of a mapping it stands under."""

    def __init__(self, code: str, message: str, hint: str = "", key: str | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.hint, self.key = code, message, hint, key


@dataclass(frozen=True, slots=True)
class Date:
    """A date as written. `first` and `last` are the earliest and latest day that it can mean."""

    text: str
    first: Day
    last: Day
    approximate: bool = False
    uncertain: bool = False

    @classmethod
    def parse(cls, text: str) -> "Date":
        """Raises `DateError` with words for an editor."""
        text = text.strip()
        if "/" in text and not _LOOSE.fullmatch(text):
            return _parse_range(text)
        return _parse_single(text)

    @property
    def is_range(self) -> bool:
        return "/" in self.text

    @property
    def is_open(self) -> bool:
        return self.first == Day.min or self.last == Day.max

    @property
    def is_day(self) -> bool:
        """One calendar day, even when it is said to be approximate or uncertain."""
        return self.first == self.last and not self.is_range

    @property
    def ends(self) -> tuple["Date | None", "Date | None"]:
        """The two dates of a range; None where it is open."""
        start, _, end = self.text.partition("/")
        return tuple(Date.parse(part) if part not in ("", "..") else None for part in (start, end))  # type: ignore[return-value]

    def __str__(self) -> str:
        return display(self)


def _invalid(message: str, hint: str = "write 2022-01-05, 2022-01 or 2022") -> DateError:
    return DateError("date-invalid", message, hint)


def _parse_range(text: str) -> Date:
    start_text, _, end_text = text.partition("/")
    if "/" in end_text or {start_text, end_text} <= {"", ".."}:
        raise _invalid(f"“{text[:40]}” is not a range of dates", "write 2022-01-05/2022-01-19")
    start, end = (None if part in ("", "..") else _parse_single(part) for part in (start_text, end_text))
    first, last = start.first if start else Day.min, end.last if end else Day.max
    if start and end and start.first > end.last:
        raise DateError("date-order", f"{end_text} is before {start_text}", "write the earlier date first")
    sides = [side for side in (start, end) if side]
    return Date(text, first, last, any(s.approximate for s in sides), any(s.uncertain for s in sides))


def _parse_single(text: str) -> Date:
    form = _FORM.fullmatch(text)
    if form is None:
        raise _unreadable(text)
    year, month, day, mark = form.groups()
    low_year, high_year = int(year.replace("X", "0")), int(year.replace("X", "9"))
    if high_year == 0:
        raise _invalid("there is no year 0000")
    first, last = _bounds(text, max(low_year, 1), high_year, month, day)
    return Date(text, first, last, mark in ("~", "%") and bool(mark), mark in ("?", "%") and bool(mark))


def _bounds(text: str, low_year: int, high_year: int, month: str | None, day: str | None) -> tuple[Day, Day]:
    if month in (None, "XX"):
        if day not in (None, "XX"):
            raise _invalid(f"“{text}” names a day but no month")
        return Day(low_year, 1, 1), Day(high_year, 12, 31)
    number = int(month or 0)
    if number in SEASONS and day is None:
        start = SEASONS[number][1]
        end_year, end_month = (high_year + 1, 2) if start == 12 else (high_year, start + 2)
        return Day(low_year, start, 1), Day(end_year, end_month, calendar.monthrange(end_year, end_month)[1])
    if not 1 <= number <= 12:
        raise _invalid(f"there is no month {month}", "months go from 01 to 12")
    length = calendar.monthrange(high_year, number)[1]
    if day in (None, "XX"):
        return Day(low_year, number, 1), Day(high_year, number, length)
    if not 1 <= int(day or 0) <= length:
        raise _invalid(f"{MONTHS[number]} {high_year} has {length} days", f"“{day}” is not one of them")
    return Day(low_year, number, int(day or 0)), Day(high_year, number, int(day or 0))


def _unreadable(text: str) -> DateError:
    shown = text[:40]
    if not text:
        return _invalid("this date is empty")
    plain = text.translate(_DASHES)
    if plain != text:
        return _invalid(f"“{shown}” has a dash where a hyphen belongs", f"write {plain}")
    if re.match(r"\d{4}-\d\d-\d\d[T ]", text):
        return _invalid(f"“{shown}” holds a time", 'write the time on its own: date: 2022-01-05 and time: "01:30"')
    if loose := _LOOSE.fullmatch(text):
        year, month, day = loose.groups()
        return _invalid(f"“{shown}” is not a date as written here", f"write {year}-{int(month):02}-{int(day):02}")
    words = re.fullmatch(r"(\d{1,2})\.? ([A-Z][a-z]+),? (\d{4})", text)
    if words and (name := nearest(words[2], MONTHS[1:])):
        return _invalid(
            f"“{shown}” is not a date as written here",
            f"write {words[3]}-{MONTHS.index(name):02}-{int(words[1]):02}",
        )
    return _invalid(f"“{shown}” is not a date")


# -- events: a date and perhaps a time ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Moment:
    """When something happened or was said: a date, perhaps with a time, an end and a zone."""

    date: Date
    time: Clock | None = None
    until: "Date | Clock | None" = None
    zone: str | None = None
    about: bool = False

    @classmethod
    def parse(cls, value: str | Mapping[str, Any]) -> "Moment":
        """From a text, or from `{date, time, until, zone, approximate}`. Raises `DateError`."""
        if isinstance(value, str):
            return cls(Date.parse(value))
        keys = ("date", "time", "until", "zone", "approximate")
        for key, item in value.items():
            if key not in keys:
                meant = nearest(key, keys)
                raise DateError(
                    "key-unknown",
                    f"“{key}” is not a key here",
                    f"did you mean {meant}?" if meant else "",
                    key,
                )
            if not isinstance(item, str):
                raise DateError("type", "one text is wanted here", "write the value after the colon", key)
        if not value.get("date"):
            raise DateError("required", "“date” is missing", "write date: 2022-01-05")
        return _moment(value)

    @property
    def approximate(self) -> bool:
        return self.about or self.date.approximate

    @property
    def first(self) -> Day:
        return self.date.first

    @property
    def last(self) -> Day:
        return max(self.date.last, self.until.last) if isinstance(self.until, Date) else self.date.last

    @property
    def sort_key(self) -> tuple[Day, int, Day]:
        """By the first day, then by the clock; what has no time comes before what has one."""
        minutes = self.time.hour * 60 + self.time.minute if self.time else -1
        return self.first, minutes, self.last

    def __str__(self) -> str:
        return display_moment(self)


def _moment(value: Mapping[str, str]) -> Moment:
    date = _under("date", Date.parse, value["date"])
    clock = _under("time", _clock, value["time"]) if value.get("time") else None
    until: Date | Clock | None = None
    if written := value.get("until"):
        until = _under("until", _clock if ":" in written else Date.parse, written)
    if isinstance(until, Date) and until.last < date.first:
        raise DateError("date-order", f"{until.text} is before {date.text}", "write the later date here", "until")
    if clock and not date.is_day:
        raise DateError("date-invalid", "a time needs one whole day", "write date: 2022-01-05", "time")
    name = value.get("zone") or None
    if name:
        _under("zone", zone, name)
    about = value.get("approximate", "false")
    if about not in ("true", "false"):
        raise DateError("bool", f"“{about[:40]}” is not yes or no", "write true or false", "approximate")
    return Moment(date, clock, until, name, about == "true")


def _under(key: str, parse: Any, text: str) -> Any:
    try:
        return parse(text.strip())
    except DateError as error:
        error.key = key
        raise


def _clock(text: str) -> Clock:
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise _invalid(f"“{text[:40]}” is not a time of day", "write hours and minutes, such as 01:30 or 23:00")
    return Clock(int(found[1]), int(found[2]))


# -- zones ----------------------------------------------------------------------------------------------------------


@cache
def zone(name: str) -> ZoneInfo:
    """The zone as the tzdata package has it, never the machine's own copy: every machine gives the same."""
    package = resources.files("tzdata")
    known = package.joinpath("zones").read_text(encoding="utf-8").split()
    if name not in known:
        meant = nearest(name, known, 0.5)
        raise DateError(
            "date-zone",
            f"“{name[:60]}” is not a time zone",
            f"did you mean {meant}?" if meant else "write Asia/Almaty or the like",
        )
    with package.joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


def offset(name: str, day: Day, clock: Clock | None = None) -> timedelta:
    """How far the zone was ahead of UTC on that day (Almaty: six hours in 2022, five since March 2024)."""
    moment = datetime.combine(day, clock or Clock(12), zone(name))
    return moment.utcoffset() or timedelta(0)


def utc_label(name: str, day: Day, clock: Clock | None = None) -> str:
    """`UTC+6`, `UTC+5:30`, `UTC`."""
    minutes = int(offset(name, day, clock).total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    sign = "−" if minutes < 0 else "+"
    return "UTC" + (f"{sign}{hours}" if minutes else "") + (f":{rest:02}" if rest else "")


def instant(moment: Moment, zone_name: str) -> datetime | None:
    """The moment in UTC when day and time are known, else None."""
    if moment.time is None:
        return None
    return datetime.combine(moment.first, moment.time, zone(moment.zone or zone_name)).astimezone(UTC)


# -- words ----------------------------------------------------------------------------------------------------------


def display(date: Date) -> str:
    """`5 January 2022`, `about 5 January 2022`, `from 5 to 19 January 2022`, `January 2022`."""
    if date.is_range:
        return _display_range(*date.ends)
    words = _plain(date)
    words = f"about {words}" if date.approximate else words
    return f"{words} (uncertain)" if date.uncertain else words


def _plain(date: Date) -> str:
    year, month, day = (date.text.rstrip("~?%").split("-") + [None, None])[:3]
    known_year = str(year) if "X" not in str(year) else f"the {str(year).replace('X', '0')}s"
    if month in (None, "XX"):
        return known_year
    if int(month) in SEASONS:
        return f"{SEASONS[int(month)][0]} {known_year}"
    if day in (None, "XX"):
        return f"{MONTHS[int(month)]} {known_year}"
    return f"{int(day)} {MONTHS[int(month)]} {known_year}"


def _display_range(start: Date | None, end: Date | None) -> str:
    if start is None:
        return f"until {display(end)}" if end else ""
    if end is None:
        return f"from {display(start)}"
    left, right = display(start), display(end)
    if start.is_day and end.is_day and not (start.approximate or start.uncertain):
        if start.text[:7] == end.text[:7]:
            left = str(start.first.day)
        elif start.text[:4] == end.text[:4]:
            left = f"{start.first.day} {MONTHS[start.first.month]}"
    return f"from {left} to {right}"


def display_long(date: Date) -> str:
    """As `display`, with the weekday where it is one day: `Wednesday, 5 January 2022`."""
    words = display(date)
    return f"{WEEKDAYS[date.first.weekday()]}, {words}" if date.is_day and not date.approximate else words


def display_time(moment: Moment) -> str:
    """`01:30`, `about 16:30`, `20:00–05:00`; nothing when no time is known."""
    if moment.time is None:
        return ""
    words = moment.time.strftime("%H:%M")
    if isinstance(moment.until, Clock):
        words += moment.until.strftime("–%H:%M")
    return f"about {words}" if moment.about else words


def display_moment(moment: Moment) -> str:
    """Date, end and time in words."""
    if isinstance(moment.until, Date):
        words = _display_range(moment.date, moment.until)
    else:
        words = display(moment.date)
    if moment.about and not moment.time and not moment.date.approximate:
        words = f"about {words}"
    clock = display_time(moment)
    return f"{words}, {clock}" if clock else words


def iso(date: Date) -> str:
    """What `<time datetime>` takes: a day, a month or a year; nothing for ranges and unknown digits."""
    text = date.text.rstrip("~?%")
    return text if re.fullmatch(r"\d{4}(-(0\d|1[0-2])(-\d\d)?)?", text) else ""


@dataclass(frozen=True, slots=True)
class WeekdayClaim:
    """A weekday written beside a date in English prose, `offset` characters from the start."""

    offset: int
    weekday: str
    day: int
    month: int
    year: int | None


_CLAIM = re.compile(rf"\b({'|'.join(WEEKDAYS)}),? (?:\()?(\d{{1,2}}) ({'|'.join(MONTHS[1:])})(?:,? (\d{{4}}))?")


def weekday_claims(text: str) -> list[WeekdayClaim]:
    return [
        WeekdayClaim(
            found.start(),
            found[1],
            int(found[2]),
            MONTHS.index(found[3]),
            int(found[4]) if found[4] else None,
        )
        for found in _CLAIM.finditer(text)
    ]
