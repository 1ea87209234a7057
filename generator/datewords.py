"""Dates in English: how a date that was written reads, and which weekdays a text claims for its dates.

The words come from what is written and from nothing else, so they cannot say more: a month stays a month.
"""

import re
from dataclasses import dataclass

# Written out, since the calendar module gives them in the machine's language. Months count from 1, as in dates.
MONTHS = (
    "",
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
# In texts alone, where a day has a full stop: “7. April” ends no sentence, and no line.
GERMAN_MONTHS = (
    *("Januar", "Jänner", "Februar", "März", "April", "Mai", "Juni"),
    *("Juli", "August", "September", "Oktober", "November", "Dezember"),
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
OPEN = ("", "..")
SEASONS = {"21": "spring", "22": "summer", "23": "autumn", "24": "winter"}


def in_words(text: str) -> str:
    """What a valid EDTF text says: `about 5 January 2022`, `2022 (uncertain)`, `from 5 to 19 January 2022`."""
    before, slash, after = text.partition("/")
    if not slash:
        return _one(text)
    if before in OPEN:
        return f"until {_one(after)}"
    if after in OPEN:
        return f"from {_one(before)}"
    return _one(before) if before == after else f"from {_start(before, after)} to {_one(after)}"


def bare(text: str) -> str:
    """One date without its mark and unknown digits at the end: `2022-01-XX~` is `2022-01`."""
    return text.rstrip("~?%").replace("-XX", "")


def short_months(words: str) -> str:
    """The same words where there is little room: `5 Jan 2022`."""
    return _LONG_MONTH.sub(lambda found: found[0][:3], words)


_LONG_MONTH = re.compile("|".join(month for month in MONTHS if len(month) > 4))


def _one(text: str) -> str:
    return _marked(text, _plain(bare(text)))


def _marked(text: str, words: str) -> str:
    return f"{'about ' if text[-1] in '~%' else ''}{words}{' (uncertain)' if text[-1] in '?%' else ''}"


def _plain(date: str) -> str:
    year, month, day = [*date.split("-"), "", ""][:3]
    if not month:
        return _year(year)
    name = SEASONS.get(month) or MONTHS[int(month)]
    return f"{int(day)} {name} {_year(year)}" if day else f"{name} {_year(year)}"


def _year(text: str) -> str:
    if text.endswith("XX"):
        return f"some time between {_year(text[:2] + '00')} and {_year(text[:2] + '99')}"
    if text.endswith("X"):
        return f"the {_year(text[:3] + '0')}s"
    return text if text[0] != "0" else f"AD {int(text)}"


def _start(before: str, after: str) -> str:
    """The start of a range, without the month and year that its end repeats, if nothing gets lost by it."""
    start, end = bare(before), bare(after)
    words = _plain(start)
    if len(start) == len(end) and not any(mark in before + after for mark in "?%"):
        if len(start) == 10 and start[:7] == end[:7]:
            words = words.split()[0]
        elif len(start) > 4 and start[:4] == end[:4]:
            words = words.removesuffix(f" {_year(start[:4])}")
    return _marked(before, words)


@dataclass(frozen=True, slots=True)
class WeekdayClaim:
    """A weekday that a text gives to a date: where the claim starts, and the year if one is written."""

    offset: int
    weekday: str
    day: int
    month: int
    year: int | None


# Not "Sun": "The Sun, 5 January 2022" is a newspaper. A full name ends a sentence where an abbreviation does not.
_WEEKDAY = rf"(?P<weekday>(?:{'|'.join(WEEKDAYS)})\b|(?:Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat)\b\.?)"
_NAME = r"(?P<{}>" + "|".join(f"{name}|{name[:3]}{'t?' if name == 'September' else ''}" for name in MONTHS[1:]) + r")\b"
_ORDINAL = r"(?:st|nd|rd|th)?"
# Only what a reader takes for a year: in "Wednesday 5 January 1377 people fled" and "… 2000 protesters" there is none.
_COUNTED = r"people|men|women|(?!(?:was|is|its|his|as|has|this)\b)[a-z]+s"
_YEAR = rf"(?:(?:,\s?|\.?\s)(?P<{{}}>(?:1[6-9]|20)\d\d)(?![\d,.]*\d|\s(?:{_COUNTED})\b))?"
_DATE = (
    rf"(?:(?P<d1>\d\d?){_ORDINAL}(?:\sof)?\s{_NAME.format('m1')}(?!['’]s){_YEAR.format('y1')}"
    rf"|{_NAME.format('m2')}\.?\s(?P<d2>\d\d?){_ORDINAL}(?![\d:]|[,.]\d){_YEAR.format('y2')}"
    r"|(?P<y3>\d{4})-(?P<m3>\d\d)-(?P<d3>\d\d)(?![-\d]))"
)
_PART_OF_DAY = r"(?:\s(?:morning|afternoon|evening|night))"
_END = rf"(?=[*_]*(?:[\s]*\Z|[,.;:)–—]|\s[–—]|{_PART_OF_DAY}\b))"
_CLAIMS = (
    rf"\b{_WEEKDAY}{_PART_OF_DAY}?[\s,(*_]{{1,6}}(?:the\s)?{_DATE}",
    rf"(?<![\d\w])(?<!\d[.,-]){_DATE},?\s(?:which\s)?(?:was|is)\sa\s{_WEEKDAY}",
    rf"(?<![\d\w])(?<!\d[.,-]){_DATE}(?:,\sa\s|\s\((?:a\s)?){_WEEKDAY}{_END}",
)
_KEPT_TOGETHER = str.maketrans(dict.fromkeys("\u00a0\u2009\u202f", " "))  # spaces that part no date
_NAMED_YEAR = re.compile(r"(?<![\w.,/@-])(?:1[6-9]|20)\d\d(?![\w-]|[.,]\d)")


def weekday_claims(text: str) -> list[WeekdayClaim]:
    """The weekdays that English prose gives to dates, in order: `Wednesday, 5 January 2022`, `Thursday evening,
    6 January`, `January 5, 2022, was a Wednesday`. What might be read another way is left out.
    """
    if not any(name[:3] in text for name in WEEKDAYS):  # as in most texts: then nothing is even compiled
        return []
    text = text.translate(_KEPT_TOGETHER)
    found = [_claim(match) for pattern in _CLAIMS for match in re.finditer(pattern, text, re.ASCII)]
    return sorted(found, key=lambda claim: claim.offset)


def named_years(text: str) -> list[tuple[int, int]]:
    """Every number that may be a year, as `(offset, year)`."""
    return [(match.start(), int(match[0])) for match in _NAMED_YEAR.finditer(text)]


def _claim(match: re.Match[str]) -> WeekdayClaim:
    parts = match.groupdict()
    day, month, year = (next((text for n in "123" if (text := parts[key + n])), "") for key in "dmy")
    weekday = next(name for name in WEEKDAYS if name.startswith(parts["weekday"].rstrip(".")))
    return WeekdayClaim(match.start(), weekday, int(day), _month_number(month), int(year) if year else None)


def _month_number(text: str) -> int:
    if text.isdecimal():
        return int(text)
    return next(number for number, name in enumerate(MONTHS) if name and name.startswith(text[:3]))
