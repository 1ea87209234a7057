"""A chart of who said what: one bar a number, each with its label and its value written out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from generator.drawing import (
    LINE,
    Box,
    Drawing,
    Shape,
    Span,
    Words,
    fitted,
    line_width,
    polyline,
    rectangle,
    wrapped,
)
from generator.readings import Reading, number_line

_BAR = 14.0
_COLUMN = 250.0  # of the labels, where they stand beside the bars
_ARROW = 16.0


@dataclass(frozen=True, slots=True)
class _Row:
    """A number and how it is named; `heading` where it is the first of its group."""

    reading: Reading
    heading: str
    label: str
    note: str


def bar_chart(readings: Sequence[Reading], unit: str, size: str, width: float) -> Drawing:
    """The chart at one width: labels beside the bars when it is wide, above them when it is narrow."""
    left = _COLUMN if size == "wide" else 0.0
    scale = _Scale.fit(readings, left, width)
    words, shapes, bars = [Words(0, 13, (Span(fitted(unit, width), "soft"),))], list[Shape](), list[float]()
    y = 26.0
    for row in _rows(readings):
        if row.heading:
            y += 8
            words.append(Words(0, y + 12, (Span(fitted(row.heading, width, "strong"), "strong"),)))
            y += LINE + 4
        lines, bar = _named(row, y, left, width)
        bars.append(bar)
        words += lines
        shapes += _bar(row.reading, scale, bar)
        words.append(
            Words(scale.end(row.reading), bar + 11.5, _fitted_number(row.reading, width - scale.end(row.reading)))
        )
        y = max(bar + _BAR, max(line.y for line in lines) + 4) + (11 if size == "wide" else 13)
    # Where names stand above the bars, an axis from top to bottom would run through them.
    stretches = [(bar - 3, bar + _BAR + 3) for bar in bars] if size == "narrow" else [(24.0, y - 4)]
    zero = scale.x(Decimal(0))
    axis = [polyline("base", [(zero, top), (zero, bottom)]) for top, bottom in stretches]
    return Drawing(size, width, round(y, 1), (*shapes, *axis), tuple(words))


@dataclass(frozen=True, slots=True)
class _Scale:
    """From zero to the largest number, with room for every value beside its bar."""

    low: Decimal
    high: Decimal
    left: float
    right: float

    @classmethod
    def fit(cls, readings: Sequence[Reading], left: float, width: float) -> "_Scale":
        bounds = [bound for r in readings for bound in (r.low, r.high) if bound is not None]
        low, high = min(*bounds, Decimal(0)), max(*bounds, Decimal(0))
        room = max(line_width(number_line(reading)) + (_ARROW if reading.is_open else 0) for reading in readings) + 10
        return cls(low, high if low < high else Decimal(1), left + 1, width - min(room, (width - left) * 0.7))

    def x(self, value: Decimal) -> float:
        return round(self.left + float((value - self.low) / (self.high - self.low)) * (self.right - self.left), 1)

    def end(self, reading: Reading) -> float:
        """Where the words after the bar begin."""
        most = max(bound for bound in (reading.low, reading.high, Decimal(0)) if bound is not None)
        return self.x(most) + (_ARROW if reading.high is None else 0) + 7


def _fitted_number(reading: Reading, room: float) -> tuple[Span, ...]:
    """The number and its status, the number cut off where it would leave the drawing."""
    number, *status = number_line(reading)
    return (Span(fitted(number.text, room - line_width(tuple(status)), "strong"), number.css), *status)


def _named(row: _Row, y: float, left: float, width: float) -> tuple[list[Words], float]:
    """The lines that name a bar, and where the bar begins."""
    room = left - 14 if left else width
    lines = [Span(text) for text in wrapped(row.label, room, 2)]
    lines += [Span(text, "soft") for text in wrapped(row.note, room, 3)]
    words = [Words(0, y + 12 + LINE * n, (span,)) for n, span in enumerate(lines)]
    return words, y + 0.5 if left else y + 19 + LINE * (len(lines) - 1)


def _bar(reading: Reading, scale: _Scale, y: float) -> Iterator[Shape]:
    zero, css = scale.x(Decimal(0)), f"bar {reading.css}"
    if reading.low is not None and reading.high is not None and reading.low != reading.high:
        left, right = scale.x(reading.low), scale.x(reading.high)
        if left > zero:
            yield polyline(f"reach {reading.css}", [(zero, y + _BAR / 2), (left, y + _BAR / 2)])
        yield rectangle(css, Box(left, y, max(right, left + 2), y + _BAR))
        return
    end = scale.x(reading.middle)
    css += " at-most" if reading.low is None else ""
    yield rectangle(css, Box(min(zero, end), y, max(zero, end, min(zero, end) + 1.5), y + _BAR))
    if reading.high is None:
        tip, middle = max(end, zero) + _ARROW, y + _BAR / 2
        yield polyline(f"open {reading.css}", [(max(end, zero), middle), (tip, middle)])
        yield polyline(f"open {reading.css}", [(tip - 5, middle - 4), (tip, middle), (tip - 5, middle + 4)])


# -- rows -----------------------------------------------------------------------------------------------------------


def _rows(readings: Sequence[Reading]) -> list[_Row]:
    """The readings by group: a group is what several series have before a comma, such as “Pump price, Uralsk”."""
    stems = [reading.series.partition(", ")[0] for reading in readings]
    groups: dict[str, list[Reading]] = {}
    for number, (stem, reading) in enumerate(zip(stems, readings, strict=True)):
        shared = stem and stems.count(stem) > 1
        groups.setdefault(f"s{stem}" if shared else f"n{number}", []).append(reading)
    rows: list[_Row] = []
    for key, members in groups.items():
        stem = key[1:] if key[0] == "s" else ""
        rows += [_row(reading, stem, number == 0) for number, reading in enumerate(members)]
    return rows


def _row(reading: Reading, stem: str, first: bool) -> _Row:
    heading = stem if first else ""
    label = reading.series.removeprefix(stem).lstrip(", ") if stem else reading.series
    label = label[:1].upper() + label[1:]
    if not label or label == reading.who:
        return _Row(reading, heading, reading.who, reading.when)
    return _Row(reading, heading, label, reading.about)
