"""What to say of a date, time or zone that cannot be read, and what to type instead: text in, sentences out.

A suggestion is made only if it is a date itself, and never guesses: `5/1/2022` gets both readings.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator

from generator.datewords import MONTHS
from generator.diagnostics import clipped
from generator.refs import nearest


class DateError(ValueError):
    """Why a text is no date: `code`, `message`, `hint`, and the `key` of a mapping that it stands under."""

    def __init__(self, code: str, message: str, hint: str = "", key: str | None = None) -> None:
        super().__init__(code, message, hint, key)  # all four, so that a worker process can hand it back
        self.code, self.message, self.hint, self.key = code, message, hint, key

    def __str__(self) -> str:
        return self.message


_FORMS = "write it as 2022-01-05 (year, month, day), 2022-01 or 2022"
_DASHES = "‐‑‒–—―−﹘﹣－"
_LONGEST = 60  # of what may be a date written another way; what is longer is prose
_CLOCK = ""  # stands for a hint that repeats the day and the time

# The first pattern that fits is what the message says; a suggestion, if there is one, replaces the hint. These and the
# readings are compiled only when a date is wrong.
_MISTAKES = (
    (r"\Z", "the date is empty", f"{_FORMS}, or leave the line out"),
    (
        r"(?i:null|none|~|n/?a|n\.\s?d\.|unknown|undated|tb[acd]|\?+|-+)\Z",
        "“{}” is not a date",
        "write what is known of it, such as 2022-01 or 2022; or leave the line out, if there can be none",
    ),
    (r".*(?![0-9])\d", "“{}” is not a date: its digits are not 0 to 9", _FORMS),
    (rf".*[{_DASHES}]", "“{}” has a dash where a hyphen belongs", _FORMS),
    (r".*:|.*\dT\d", "“{}” holds a time", _CLOCK),
    (r"(?:\d\dXX|\d{3}X)-", "“{}” names a month of a year that is not known", "write the year alone"),
    (r"\d{4}-XX-\d\d", "“{}” names a day of a month that is not known", "write the year alone"),
    (r"-\d", "years before year 1 are not supported", "write the year in prose, and leave the date out"),
    (r"[+Y]-?\d|\d{5,7}(?!\d)|\d{9}", "only years of four digits are supported", _FORMS),
    (r"\d{1,3}(?:[-./]\d{1,2}){0,2}[~?%]?\Z", "the year needs four digits", _FORMS),
    (r"(?:\.\.)?/(?:\.\.)?\Z|\.\.\Z", "“{}” is not a range of dates", "write 2022-01-05/2022-01-19"),
    (r"", "“{}” is not a date as written here", _FORMS),
)

_MONTH_WORD = r"(?P<m>[a-z]{3,9})\.?"
_DAY_WORD = r"(?P<d>\d{1,2})(?:st|nd|rd|th|\.)?"
_READINGS = (
    r"(?P<y>\d{4})[-./ ](?P<m>\d{1,2})(?:[-./ ](?P<d>\d{1,2}))?",
    r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)",
    r"(?P<d>\d{1,2})[-./ ](?P<m>\d{1,2})[-./ ](?P<y>\d{4})",
    r"(?P<m>\d{1,2})[-./ ](?P<d>\d{1,2})[-./ ](?P<y>\d{4})",
    r"(?P<m>\d{1,2})[-./ ](?P<y>\d{4})",
    rf"(?:[a-z]+day,? )?{_DAY_WORD}(?: of)?[ -]{_MONTH_WORD},?[ -](?P<y>\d{{4}})",
    rf"(?:[a-z]+day,? )?{_MONTH_WORD} {_DAY_WORD},? (?P<y>\d{{4}})",
    rf"{_MONTH_WORD},? (?P<y>\d{{4}})",
)
_ABOUT = re.compile(r"(?:about|around|circa|ca?\.|~)\s*(?=\w)", re.IGNORECASE)
_JOINED = re.compile(r"(\d{4}(?:-\d\d?-\d\d?)?)-(\d{4}(?:-\d\d?-\d\d?)?)")
_LOOSE_TIME = re.compile(r"(\d{1,2})[:.h：](\d\d)(?::\d\d(?:[.,]\d{1,9})?)?\s*(?:([ap])\.?m\.?)?", re.IGNORECASE)
_FULL_HOUR = re.compile(r"(\d{1,2})\s*([ap])\.?m\.?", re.IGNORECASE)


def malformed_date(text: str, exists: Callable[[str], bool]) -> DateError:
    """For a text that has not the shape of a date; `exists` tells which suggestions hold."""
    start = text[: _LONGEST + 1]
    said, hint = next((said, hint) for mistake, said, hint in _MISTAKES if re.match(mistake, start))
    if hint is _CLOCK:
        hint = _clock_hint(_folded(start), exists)
    elif len(text) <= _LONGEST:
        hint = _offer(_suggestions(text, exists)) or hint
    return DateError("date-invalid", said.format(clipped(text)), hint)


def malformed_time(text: str) -> DateError:
    """For a text that is no time from 00:00 to 23:59."""
    said, hint = "is not a time as written here", "write hours and minutes, such as 07:30 or 23:00"
    start = _FULL_HOUR.sub(r"\1:00 \2m", _folded(text[: _LONGEST + 1]))
    if loose := _LOOSE_TIME.fullmatch(start):
        said, hint = _loose_time(int(loose[1]), int(loose[2]), (loose[3] or "").lower())
    return DateError("date-invalid", f"“{clipped(text)}” {said}", hint)


def _loose_time(hour: int, minute: int, half: str) -> tuple[str, str]:
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    if (hour, minute) == (24, 0):
        return "is not a time: the day ends with 23:59", "midnight is 00:00 of the next day: write that date"
    if hour > 23 or minute > 59:
        wrong = f"hour {hour}" if hour > 23 else f"minute {minute}"
        return f"is not a time: there is no {wrong}", "hours go from 00 to 23, minutes from 00 to 59"
    return "is not a time as written here", f"write {hour:02}:{minute:02}"


def unknown_zone(name: str, known: Collection[str]) -> DateError:
    """For a name that is not among the `known` zones: a city alone, a misspelling, an offset or a country."""
    start = name[:_LONGEST]
    cities = [zone for zone in known if zone.rpartition("/")[2].casefold() == "_".join(start.casefold().split())]
    meant = cities[0] if len(cities) == 1 else nearest(start, known, 0.7)
    hint = "write an IANA name such as Asia/Almaty, not an offset or a country: offsets change with the date"
    if meant and not re.search("[0-9]", start):
        hint = f"did you mean {meant}?"
    return DateError("date-zone", f"“{clipped(name)}” is not the name of a time zone", hint)


def _clock_hint(plain: str, exists: Callable[[str], bool]) -> str:
    day = re.match(r"\d{4}-\d\d-\d\d", plain)
    date = day[0] if day and exists(day[0]) else "2022-01-05"
    clock = re.search(r"(?<![\d:+-])(?:[01]\d|2[0-3]):[0-5]\d", plain)
    return f"write the day alone, or for an event {{date: {date}, time: {clock[0] if clock else '07:30'}}}"


def _folded(text: str) -> str:
    """Digits and hyphens of any script as ASCII; one space for many, none around a hyphen or slash."""
    plain = "".join(
        str(unicodedata.decimal(character)) if character.isdecimal() else "-" if character in _DASHES else character
        for character in text
    )
    return re.sub(r" ?([-/]) ?", r"\1", " ".join(plain.split()))


def _suggestions(text: str, exists: Callable[[str], bool]) -> list[str]:
    plain = _folded(text)
    if found := _existing(plain, exists):
        return found
    joined = _JOINED.fullmatch(plain)
    sides = joined.groups() if joined else re.split(r"/| to | until ", plain.removeprefix("from "))
    if len(sides) != 2:
        return []
    read = [_existing(side, exists) for side in sides]
    whole = "/".join(dates[0] for dates in read if len(dates) == 1)
    return [whole] if "/" in whole and exists(whole) else []


def _existing(plain: str, exists: Callable[[str], bool]) -> list[str]:
    return [date for date in dict.fromkeys(_readings(plain)) if exists(date)]


def _readings(plain: str) -> Iterator[str]:
    """Every way to read `plain` as one date, in the form to type; some may not exist."""
    mark = plain[-1:] if plain[-1:] in "~?%" else ""
    body = plain.removesuffix(mark).strip()
    exact = _ABOUT.sub("", body, count=1) if _ABOUT.match(body) else body
    if exact != body:
        mark = "%" if mark in ("?", "%") else "~"
    yield exact.upper() + mark
    for reading in _READINGS:
        if match := re.fullmatch(reading, exact, re.IGNORECASE):
            parts = match.groupdict()
            month, day = _month(parts["m"]), (parts.get("d") or "").zfill(2)
            yield f"{parts['y']}-{month}{f'-{day}' if parts.get('d') else ''}{mark}"


def _month(text: str) -> str:
    """Its number; what no month starts with gives what is no date."""
    if text.isdecimal():
        return text.zfill(2)
    return next((f"{n:02}" for n, name in enumerate(MONTHS) if name.lower().startswith(text.lower())), "?")


def _offer(found: list[str]) -> str:
    if len(found) < 2:
        return f"write {found[0]}" if found else ""
    return "write " + " or ".join(f"{date} for {int(date[8:10])} {MONTHS[int(date[5:7])]}" for date in found)
