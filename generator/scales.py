"""Numbers and days to places on a chart: axes with round numbers, and a time axis that leaves long silences out."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date as Day
from decimal import Decimal
from itertools import pairwise
from math import floor, log10

from generator.dates import MONTHS
from generator.drawing import text_width

_BREAK = 22.0  # width of the gap where the axis leaves time out
_INDENT = 12.0  # between the end of a stretch and the first day on it
_LEAST_STRETCH = 50.0
_MOST_STRETCHES = 4


def _ticks(low: Decimal, high: Decimal) -> list[Decimal]:
    """Some five round numbers at even distances, from at most `low` to at least `high`."""
    if low == high:
        low, high = (low, low + abs(low)) if low else (Decimal(0), Decimal(1))
    raw = (high - low) / 4
    unit = Decimal(10) ** floor(raw.log10())
    step = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= raw)
    first, last = (
        int((low / step).to_integral_value("ROUND_FLOOR")),
        int((high / step).to_integral_value("ROUND_CEILING")),
    )
    return [step * number for number in range(first, last + 1)]


def value_ticks(values: Sequence[Decimal]) -> list[Decimal]:
    """The ticks of an axis for these values: from zero, unless that would press what differs into a corner."""
    low, high = min(values), max(values)
    if low * high <= 0 or low == high or min(abs(low), abs(high)) * 2 < max(abs(low), abs(high)):
        low, high = min(low, Decimal(0)), max(high, Decimal(0))
    return _ticks(low, high)


def tick_text(tick: Decimal) -> str:
    """`1,500`, `0.25`, `−5`, `2 × 10²⁰`: as short as it is exact."""
    if abs(tick) < Decimal("1e12"):
        return f"{tick.normalize():,f}".replace("-", "−")
    power = floor(log10(abs(float(tick))))
    digits = str((tick / Decimal(10) ** power).normalize()).replace("-", "−")
    return f"{digits} × 10{''.join('⁰¹²³⁴⁵⁶⁷⁸⁹'[int(digit)] for digit in str(power))}"


# -- time -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the time axis without a break. Days are ordinals."""

    first: int
    last: int
    left: float
    right: float

    def x(self, day: float) -> float:
        """Where a day, an ordinal, is; one alone stands in the middle."""
        if self.first == self.last:
            return (self.left + self.right) / 2
        inner = self.right - self.left - 2 * _INDENT
        return self.left + _INDENT + inner * (day - self.first) / (self.last - self.first)


@dataclass(frozen=True, slots=True)
class Tick:
    """A label on the time axis; `year` stands below it, and is empty where the one before says it already."""

    x: float
    text: str
    year: str


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """An axis in stretches of time, from left to right."""

    stretches: tuple[Stretch, ...]

    def x(self, day: float) -> float:
        """Where a day is; `day` is an ordinal that lies on the axis."""
        return next(stretch for stretch in self.stretches if day <= stretch.last).x(day)

    @property
    def breaks(self) -> list[tuple[float, float]]:
        """The gaps: where each begins and ends."""
        return [(one.right, other.left) for one, other in pairwise(self.stretches)]


Days = tuple[int, int]


def time_axis(spans: Iterable[Days], left: float, right: float) -> TimeAxis:
    """An axis for these days. A gap that is longer than all the rest together is left out."""
    ordered = sorted(set(spans))
    groups = _groups(ordered)
    if len(groups) > _MOST_STRETCHES:
        groups = [ordered]
    room = right - left - _BREAK * (len(groups) - 1) - _LEAST_STRETCH * len(groups)
    weights = [len(group) - 1 for group in groups]
    total = sum(weights)
    stretches, at = [], left
    for group, weight in zip(groups, weights, strict=True):
        width = _LEAST_STRETCH + room * (weight / total if total else 1 / len(groups))
        stretches.append(Stretch(group[0][0], max(last for _, last in group), at, at + width))
        at += width + _BREAK
    return TimeAxis(tuple(stretches))


def _groups(spans: list[Days]) -> list[list[Days]]:
    """The spans cut at their widest gap, and each part again, wherever a gap is longer than all the rest."""
    end, widest, cut = spans[0][1], 0, 0
    for number, (first, last) in enumerate(spans):
        if first - end > widest:
            widest, cut = first - end, number
        end = max(end, last)
    if widest * 2 <= end - spans[0][0] or widest < 4:
        return [spans]
    return [*_groups(spans[:cut]), *_groups(spans[cut:])]


# Between ticks, so that their labels do not touch: `30 Jan`, or `Jan` and a year below it.
_LEAST_GAP = {"day": 34, "month": 44, "year": 44}
_STEPS = (("day", 1), ("day", 2), ("day", 7), *(("month", n) for n in (1, 2, 3, 6)))
_YEARS = tuple(("year", factor * 10**power) for power in range(4) for factor in (1, 2, 5))


def time_ticks(axis: TimeAxis) -> list[Tick]:
    """Labelled days, months or years; the year stands below the first of each."""
    found = [marked for stretch in axis.stretches for marked in _stretch_ticks(stretch)]
    ticked: list[Tick] = []
    year, end = 0, float("-inf")
    for x, day, text in found:
        below = "" if day.year == year or text == _year(day) else str(day.year)
        half = max(text_width(text), text_width(below)) / 2
        if x - half >= end:
            ticked.append(Tick(round(x, 1), text, below))
            year, end = day.year, x + half + 4
    return ticked


def _stretch_ticks(stretch: Stretch) -> list[tuple[float, Day, str]]:
    """Where each label stands, for which day, and what it says: in the smallest unit for which there is room."""
    first, last = Day.fromordinal(stretch.first), Day.fromordinal(stretch.last)
    if first == last:
        return [(stretch.x(stretch.first), first, f"{first.day} {_month(first)}")]
    if first.day == 1 and first.month == last.month and first.year == last.year and stretch.last - stretch.first > 26:
        return [((stretch.left + stretch.right) / 2, first, _month(first))]
    for unit, step in (*_STEPS, *_YEARS):
        days = list(_calendar(first, last, unit, step, stretch))
        places = [stretch.x(day.toordinal()) for day in days]
        if days and all(after - before >= _LEAST_GAP[unit] for before, after in pairwise(places)):
            return [
                (x, day, _text(day, unit, number, days))
                for number, (x, day) in enumerate(zip(places, days, strict=True))
            ]
    return [(stretch.x(stretch.first), first, f"{first.day} {_month(first)}")]


def _year(day: Day) -> str:
    return f"{day.year:04}"


def _month(day: Day) -> str:
    return MONTHS[day.month][:3]


def _text(day: Day, unit: str, number: int, days: Sequence[Day]) -> str:
    if unit == "year":
        return _year(day)
    if unit == "month":
        return _month(day)
    return str(day.day) if number and days[number - 1].month == day.month else f"{day.day} {_month(day)}"


def _calendar(first: Day, last: Day, unit: str, step: int, stretch: Stretch) -> Iterator[Day]:
    """Every so many days from the first one on, or the months or years that begin with a multiple; none if too many."""
    if unit == "day":
        if (last - first).days / step * _LEAST_GAP[unit] <= stretch.right - stretch.left:
            yield from (Day.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1, step))
        return
    months = step * 12 if unit == "year" else step
    if (last.year - first.year) * 12 / months > 60:
        return
    number = -(-(first.year * 12 + first.month - 1) // months) * months
    while number <= last.year * 12 + last.month - 1:
        day = Day(number // 12, number % 12 + 1, 1) if number >= 12 else Day.min
        if first <= day <= last:
            yield day
        number += months
