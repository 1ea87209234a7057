"""Dates as an editor writes them (EDTF levels 0 and 1): the days they can mean, their order, how they read.

A date is never made more precise than it is written: there is no invented day and no 00:00. This is also the door to
`datehints`, `datezones` and what rules need of `datewords`.
"""

import calendar
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date as Day
from datetime import time as Clock
from datetime import timedelta
from typing import Self, TypeVar

from generator.datehints import DateError, malformed_date, malformed_time
from generator.datewords import (
    MONTHS,
    OPEN,
    WEEKDAYS,
    WeekdayClaim,
    bare,
    in_words,
    named_years,
    weekday_claims,
)
from generator.datezones import is_skipped, offset, utc_label, zone
from generator.diagnostics import clipped
from generator.numberhints import flag_hint
from generator.refs import nearest

__all__ = [
    "MONTHS",
    "WEEKDAYS",
    "Date",
    "DateError",
    "Moment",
    "WeekdayClaim",
    "display_time",
    "is_skipped",
    "iso",
    "named_years",
    "offset",
    "utc_bounds",
    "utc_label",
    "weekday_claims",
    "zone",
]

_T = TypeVar("_T")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SINGLE = r"(?:[0-9]{2}XX|[0-9]{3}X|[0-9]{4}(?:-(?:[0-9]{2}(?:-(?:[0-9]{2}|XX))?|XX(?:-XX)?))?)[~?%]?"
_SHAPE = re.compile(rf"{_SINGLE}(?:/(?:{_SINGLE}|\.\.)?)?|(?:\.\.)?/{_SINGLE}")
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


@dataclass(frozen=True, slots=True)
class Date:
    """A date, or a range of dates, as written.

    `first` and `last` are the outermost days it can mean (`date.min` and `date.max` where a range is open).
    `~` and `?` do not widen them: nobody has said by how much.
    """

    text: str
    first: Day
    last: Day
    approximate: bool = False
    uncertain: bool = False

    @classmethod
    def parse(cls, text: str) -> Self:
        """The date written in `text`, spaces around it dropped. Raises `DateError`, with what to type instead."""
        text = text.strip()
        if _DAY.fullmatch(text):  # nearly every date there is
            day = _day(text)
            return cls(text, day, day)
        if not _SHAPE.fullmatch(text):
            raise malformed_date(text, _exists)
        return cls(*(_range(text) if "/" in text else _single(text)))

    @property
    def is_range(self) -> bool:
        return "/" in self.text

    @property
    def is_day(self) -> bool:
        """One calendar day, be it about or uncertain."""
        return self.first == self.last and not self.is_range

    @property
    def is_sure(self) -> bool:
        """Neither about nor uncertain, so that its bounds prove something."""
        return not (self.approximate or self.uncertain)

    @property
    def ends(self) -> "tuple[Date | None, Date | None]":
        """The two dates of a range, None where it is open; twice the date itself if it is no range."""
        if not self.is_range:
            return self, self
        start, _, end = self.text.partition("/")
        return None if start in OPEN else Date.parse(start), None if end in OPEN else Date.parse(end)

    def __str__(self) -> str:
        """`5 January 2022`, `about 5 January 2022`, `from 5 to 19 January 2022`, `January 2022`."""
        return in_words(self.text)


_Fields = tuple[str, Day, Day, bool, bool]


def _day(text: str) -> Day:
    try:
        return Day.fromisoformat(text)
    except ValueError:
        raise _impossible(text) from None


def _single(text: str) -> _Fields:
    return text, *_bounds(text, bare(text)), text[-1] in "~%", text[-1] in "?%"


def _range(text: str) -> _Fields:
    before, _, after = text.partition("/")
    start, end = (None if part in OPEN else Date.parse(part) for part in (before, after))
    first, last = start.first if start else Day.min, end.last if end else Day.max
    if last < first:
        said = f"the end of the range, {after}, is before its start, {before}"
        raise DateError("date-order", said, "write the earlier date first")
    written = [part for part in (start, end) if part]
    return text, first, last, any(part.approximate for part in written), any(part.uncertain for part in written)


# The northern hemisphere's, by the calendar and by the sun, whichever is earlier at the start and later at the end.
# "Winter 2022" is said of the winter that ends in 2022 and of the one that begins in it, so it spans both.
_SEASONS = {
    "21": ((0, 3, 1), (0, 6, 21)),
    "22": ((0, 6, 1), (0, 9, 23)),
    "23": ((0, 9, 1), (0, 12, 22)),
    "24": ((-1, 12, 1), (1, 3, 20)),
}


def _bounds(text: str, date: str) -> tuple[Day, Day]:
    """The first and last day of what is no range, `date` being `text` without its mark and unknown digits."""
    year, month = date[:4], date[5:7]
    low, high = int(year.replace("X", "0")), int(year.replace("X", "9"))
    if not low:
        raise _impossible(text)
    if not month:
        return Day(low, 1, 1), Day(high, 12, 31)
    if len(date) == 10:
        return _day(date), _day(date)
    if month in _SEASONS and not text[7:].startswith("-"):
        return _season(low, month)
    if not 1 <= int(month) <= 12:
        raise _impossible(text)
    return Day(low, int(month), 1), Day(low, int(month), calendar.monthrange(low, int(month))[1])


def _season(year: int, season: str) -> tuple[Day, Day]:
    (before, *start), (after, *end) = _SEASONS[season]
    first = Day(year + before, *start) if year + before >= Day.min.year else Day.min
    return first, Day(year + after, *end) if year + after <= Day.max.year else Day.max


def _impossible(text: str) -> DateError:
    """Why a text of the right shape is no date."""
    year, month, day = [*bare(text).split("-"), "", ""][:3]
    said, hint = f"there is no month {month}", "months go from 01 to 12"
    if not int(year.replace("X", "0")):
        said, hint = "there is no year 0", "the first year that can be written is 0001"
    elif month == "00":
        hint = f"write {year} if the month is not known"
    elif 1 <= int(month) <= 12:
        length = calendar.monthrange(int(year), int(month))[1]
        said = f"{MONTHS[int(month)]} {int(year)} has {length} days"
        hint = f"write a day from 01 to {length}, or {year}-{month} if the day is not known"
    elif 1 <= int(day or 0) <= 12 and _exists(f"{year}-{day}-{month}"):
        hint += f"; if {month} is the day, write {year}-{day}-{month}"
    return DateError("date-invalid", f"{text} does not exist: {said}", hint)


def _exists(text: str) -> bool:
    """Whether `text` is a date as it stands (used to offer only suggestions that work)."""
    try:
        return _SHAPE.fullmatch(text) is not None and bool(Date.parse(text))
    except DateError:
        return False


# -- events: a date and perhaps a time ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Moment:
    """When something happened or was said: a date, perhaps with a time on that day, an end and a zone.

    `about` is `approximate: true`: of the time if there is one, else of the date. An end on the clock that is
    before the time is on the next morning.
    """

    date: Date
    time: Clock | None = None
    until: Date | Clock | None = None
    zone: str | None = None
    about: bool = False

    @classmethod
    def parse(cls, value: str | Mapping[str, object]) -> Self:
        """From a text, or from `{date, time, until, zone, approximate}`. Raises `DateError`."""
        if isinstance(value, str):
            return cls(Date.parse(value))
        texts = _texts(value)
        date = _under("date", Date.parse, texts["date"])
        clock = _under("time", _clock, texts["time"]) if "time" in texts else None
        until = _under("until", _until, texts["until"]) if "until" in texts else None
        if "zone" in texts:
            _under("zone", zone, texts["zone"])
        about = _under("approximate", _yes_or_no, texts.get("approximate", "false"))
        _agree(date, clock, until)
        return cls(date, clock, until, texts.get("zone"), about)

    @property
    def is_sure(self) -> bool:
        """Whether its days prove something; the time may still be about."""
        return all(end.is_sure for end in self.ends if end) and not (self.about and self.time is None)

    @property
    def ends(self) -> tuple[Date | None, Date | None]:
        """The dates with which it starts and ends, None where that is open."""
        start, end = self.date.ends
        return start, self.until if isinstance(self.until, Date) else end

    @property
    def first(self) -> Day:
        return self.date.first

    @property
    def last(self) -> Day:
        if isinstance(self.until, Date):
            return max(self.until.last, self.date.last)
        overnight = self.until and self.time and self.until < self.time and self.date.last < Day.max
        return self.date.last + timedelta(days=1) if overnight else self.date.last

    @property
    def sort_key(self) -> tuple[Day, int, Day]:
        """By the first day, then by the clock; what has no time comes before what has one."""
        minutes = -1 if self.time is None else self.time.hour * 60 + self.time.minute
        return self.first, minutes, self.last

    def __str__(self) -> str:
        return _moment_in_words(self)


_KEYS = ("date", "time", "until", "zone", "approximate")
_EXAMPLE = "write a date such as 2022-01-05, or {date: 2022-01-05, time: 07:30}"


def _texts(value: object) -> dict[str, str]:
    """The mapping as an editor may write it, each value without spaces around it."""
    if not isinstance(value, Mapping):
        raise DateError("type", "this is neither a date nor a set of keys", _EXAMPLE)
    for key, text in value.items():
        if key not in _KEYS:
            meant = nearest(str(key)[:40], _KEYS)
            hint = f"did you mean {meant}?" if meant else f"the keys here are {', '.join(_KEYS)}"
            raise DateError("key-unknown", f"“{clipped(str(key))}” is not a key here", hint, str(key))
        if not isinstance(text, str):
            raise DateError("type", f"“{key}” wants one text", _EXAMPLE, key)
        if not text.strip():
            raise DateError("required", f"“{key}” is empty", "write a value, or leave the line out", key)
    if "date" not in value:
        raise DateError("required", "“date” is missing", "write date: 2022-01-05")
    return {key: text.strip() for key, text in value.items()}


def _under(key: str, read: Callable[[str], _T], text: str) -> _T:
    try:
        return read(text)
    except DateError as error:
        raise DateError(error.code, error.message, error.hint, key) from None


def _clock(text: str) -> Clock:
    found = _TIME.fullmatch(text)
    if found is None:
        raise malformed_time(text)
    return Clock(int(found[1]), int(found[2]))


def _until(text: str) -> Date | Clock:
    if ":" in text and not re.match(r"[0-9]{4}", text):
        return _clock(text)
    if text in OPEN:
        raise DateError("date-invalid", "“until” holds no date", "leave until out, and write date: 2022-01-05/..")
    date = Date.parse(text)
    if date.is_range:
        raise DateError("date-invalid", f"“until” is one date, and {text} is a range", "write its end only")
    return date


def _yes_or_no(text: str) -> bool:
    if text not in ("true", "false"):
        raise DateError("bool", f"“{clipped(text)}” is neither true nor false", flag_hint(text))
    return text == "true"


def _agree(date: Date, clock: Clock | None, until: Date | Clock | None) -> None:
    """Raises `DateError` where the parts of a moment contradict each other."""
    if clock is not None and not date.is_day:
        hint = "write the day in date, or leave time out"
        raise DateError("date-invalid", f"a time needs one day, and {date.text} is not one", hint, "time")
    if isinstance(until, Date) and date.is_range:
        hint = "write the range in date, and leave until out"
        raise DateError("date-invalid", f"the date {date.text} is a range, which has an end already", hint, "until")
    if isinstance(until, Date) and until.last < date.first:
        said = f"the end, “until” {until.text}, is before the start, “date” {date.text}"
        raise DateError("date-order", said, "write the earlier of the two in date", "until")
    if isinstance(until, Clock) and clock is None:
        hint = "add time, or write until as a date"
        raise DateError("date-invalid", f"this ends at {until:%H:%M} but has no time to start at", hint, "until")


# -- in UTC ---------------------------------------------------------------------------------------------------------


def utc_bounds(moment: Moment, zone_name: str) -> tuple[int, int]:
    """The earliest and the latest second that the moment can mean, on one scale for all zones.

    `zone_name` is for a moment that names none. A time that is about leaves the whole day open.
    """
    name = moment.zone or zone_name
    clock = None if moment.about else moment.time
    if isinstance(moment.until, Clock):
        end = None if moment.about else moment.until
    else:
        end = clock if moment.until is None else None
    start = _second(moment.first, clock or Clock.min, name)
    # Where clocks went back in between, the end can seem to come first.
    return start, max(start, _second(moment.last, end or Clock(23, 59, 59), name))


def _second(day: Day, clock: Clock, name: str) -> int:
    seconds = day.toordinal() * 86_400 + clock.hour * 3600 + clock.minute * 60 + clock.second
    return seconds - round(offset(name, day, clock).total_seconds())


# -- words ----------------------------------------------------------------------------------------------------------


def display_time(moment: Moment) -> str:
    """`01:30`, `about 16:30`, `20:00–05:00`; nothing when no time is known."""
    if moment.time is None:
        return ""
    words = f"{moment.time:%H:%M}"
    if isinstance(moment.until, Clock) and moment.until != moment.time:
        words += f"–{moment.until:%H:%M}"
    return f"about {words}" if moment.about else words


def _moment_in_words(moment: Moment) -> str:
    """Date, end and time: `5 January 2022, 20:00–05:00`, `from 5 January 2022, 20:00, to 19 January 2022`."""
    clock = display_time(moment)
    if clock and isinstance(moment.until, Date):
        return f"from {moment.date}, {clock}, to {moment.until}"
    parts = [*moment.date.text.split("/"), *([moment.until.text] if isinstance(moment.until, Date) else [])]
    if moment.about and not clock:
        parts = [_about(part) for part in parts]
    words = in_words("/".join(parts))
    return f"{words}, {clock}" if clock else words


def _about(part: str) -> str:
    if part in OPEN or part[-1] in "~%":
        return part
    return part[:-1] + "%" if part[-1] == "?" else part + "~"


def iso(when: Date | Moment) -> str:
    """What `<time datetime>` takes: `2022-01-05`, `2022-01`, `2022`, `2022-01-05T01:30`.

    Empty where HTML cannot say what is written: ranges, seasons, decades, and what is about or uncertain.
    """
    if isinstance(when, Moment):
        exact = iso(when.date) if when.until is None and when.is_sure else ""
        return f"{exact}T{when.time:%H:%M}" if exact and when.time is not None and not when.about else exact
    text = bare(when.text)
    return text if when.is_sure and re.fullmatch(r"[0-9]{4}(-(0[0-9]|1[0-2])(-[0-9]{2})?)?", text) else ""
