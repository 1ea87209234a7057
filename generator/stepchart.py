"""A chart of what was said over time: a line for the main series, marks for all else, a label at every mark."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise, zip_longest

from generator.drawing import (
    LINE,
    Box,
    Drawing,
    Line,
    Shape,
    Span,
    Words,
    around,
    circle,
    corners,
    diamond,
    fitted,
    line_width,
    moved,
    polyline,
    rectangle,
    wrapped,
)
from generator.marklabels import Label, Side, Wanted, briefest, place
from generator.readings import Reading, number_line
from generator.scales import TimeAxis, tick_text, time_axis, time_ticks, value_ticks

_TOP = 34.0
_HEIGHT = {"narrow": 280.0, "wide": 300.0}
_AXIS = 44.0  # below the plot: days, and years under them
_RADIUS = 4.5
# Widths that a name may take beside its number, in three lines or fewer, the fullest first.
_NAMES = {"narrow": (170, 105), "wide": (220, 150, 105)}
_BESIDE: tuple[Side, ...] = ((0, -1), (0, 1), (1, 0), (-1, 0), (1, -1), (1, 1), (-1, -1), (-1, 1))


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where things are: the plot, and the ways from days and numbers into it."""

    size: str
    width: float
    plot: Box
    axis: TimeAxis
    ticks: tuple[Decimal, ...]

    def y(self, value: Decimal) -> float:
        share = (value - self.ticks[0]) / (self.ticks[-1] - self.ticks[0])
        return self.plot.bottom - float(share) * (self.plot.bottom - self.plot.top)

    def at(self, reading: Reading) -> tuple[float, float]:
        return self.axis.x((reading.first + reading.last) / 2), self.y(reading.middle)


def step_chart(readings: Sequence[Reading], unit: str, size: str, width: float) -> Drawing:
    """The chart at one width. What no label fits for, or none that says who counted, is written out below the axis."""
    frame = _frame(readings, size, width)
    line = _main_line(readings)
    marks = [shape for reading in readings for shape in _mark(frame, reading, reading in line)]
    path = _path(frame, line)
    labels = _labels(frame, readings, line, marks, path)
    grid, words = _grid(frame, unit)
    below, rows, height = _below(frame, list(_untold(frame, readings, labels, line)), line)
    set_words = [word for label in labels if label for word in label.words]
    leaders = [label.leader for label in labels if label and label.leader]
    return Drawing(size, width, height, (*grid, *path, *leaders, *marks, *below), (*words, *set_words, *rows))


def _main_line(readings: Sequence[Reading]) -> list[Reading]:
    """What the line joins: the preferred number’s series, else the longest; withdrawn and disputed numbers stay out."""
    sound = [reading for reading in readings if reading.status not in ("retracted", "disputed")]
    preferred = [reading.series for reading in sound if reading.preferred]
    counts: dict[str, int] = {}
    for reading in sound:
        counts[reading.series] = counts.get(reading.series, 0) + 1
    if not counts:
        return []
    series = preferred[0] if preferred else max(counts, key=lambda name: counts[name])
    return sorted((r for r in sound if r.series == series), key=lambda r: r.first + r.last)


def _frame(readings: Sequence[Reading], size: str, width: float) -> _Frame:
    bounds = [bound for reading in readings for bound in (reading.low, reading.high) if bound is not None]
    ticks = tuple(value_ticks(bounds))
    gutter = max(line_width((Span(tick_text(tick)),)) for tick in ticks) + 8
    plot = Box(round(min(gutter, width / 3), 1), _TOP, width, _TOP + _HEIGHT[size] - _AXIS)
    axis = time_axis(((reading.first, reading.last) for reading in readings), plot.left, plot.right)
    return _Frame(size, width, plot, axis, ticks)


def _grid(frame: _Frame, unit: str) -> tuple[list[Shape], list[Words]]:
    plot, shapes = frame.plot, list[Shape]()
    low = frame.ticks[0]
    cut_off = f"; the axis begins at {tick_text(low)}" if low > 0 else ""
    words = [Words(0, 13, (Span(fitted(unit, frame.width - line_width((Span(cut_off),))) + cut_off, "soft"),))]
    for tick in frame.ticks:
        y = round(frame.y(tick), 1)
        css = "base" if tick == frame.ticks[0] else "grid"
        shapes += [polyline(css, [(s.left, y), (s.right, y)]) for s in frame.axis.stretches]
        text = fitted(tick_text(tick), plot.left - 6)
        words.append(Words(plot.left - 8, y + 4.5, (Span(text, "soft"),), "end"))
    for left, right in frame.axis.breaks:
        shapes += [polyline("cut", [(x - 3, plot.bottom + 5), (x + 3, plot.bottom - 5)]) for x in (left, right)]
    for day in time_ticks(frame.axis):
        shapes.append(polyline("base", [(day.x, plot.bottom), (day.x, plot.bottom + 5)]))
        for number, text in enumerate((day.text, day.year)):
            line = Words(day.x, plot.bottom + 20 + number * LINE, (Span(text, "soft"),), "middle")
            words += [moved(line, Box(0, 0, frame.width, 0))] if text else []
    return shapes, words


def _path(frame: _Frame, line: Sequence[Reading]) -> list[Shape]:
    """The steps: each number holds until the next was said. Where time is left out the line is dotted."""
    shapes: list[Shape] = []
    for before, after in pairwise(line):
        (x1, y1), (x2, y2) = frame.at(before), frame.at(after)
        for left, right in frame.axis.breaks:
            if x1 <= left and right <= x2:
                shapes += [
                    polyline("steps", [(x1, y1), (left, y1)]),
                    polyline("steps left-out", [(left, y1), (right, y1)]),
                ]
                x1 = right
        shapes.append(polyline("steps", [(x1, y1), (x2, y1), (x2, y2)]))
    return shapes


def _dot(reading: Reading, x: float, y: float, is_on_line: bool) -> Shape:
    """Round where the line runs, and else not: a number of something else may lie on the line by chance."""
    return (circle if is_on_line else diamond)(f"dot {reading.css}", x, y, _RADIUS)


def _mark(frame: _Frame, reading: Reading, is_on_line: bool) -> list[Shape]:
    """A dot; a bar where the number is a range, an arrow where it is open, a thin line where the day is not known."""
    x, y = frame.at(reading)
    shapes: list[Shape] = []
    left, right = frame.axis.x(reading.first), frame.axis.x(reading.last)
    if right - left > 2 * _RADIUS:
        shapes.append(polyline(f"spread {reading.css}", [(left, y), (right, y)]))
    if reading.low is not None and reading.high is not None and reading.low != reading.high:
        shapes.append(rectangle(f"range {reading.css}", Box(x - 3, frame.y(reading.high), x + 3, frame.y(reading.low))))
    elif reading.is_open:
        way = -1 if reading.high is None else 1
        tip = min(max(y + way * 18, frame.plot.top - 8), frame.plot.bottom + 4)
        shapes.append(polyline(f"open {reading.css}", [(x, y), (x, tip)]))
        shapes.append(polyline(f"open {reading.css}", [(x - 4, tip - way * 5), (x, tip), (x + 4, tip - way * 5)]))
    return [*shapes, _dot(reading, x, y, is_on_line)]


def _labels(
    frame: _Frame, readings: Sequence[Reading], line: Sequence[Reading], marks: Sequence[Shape], path: Sequence[Shape]
) -> list[Label | None]:
    between = [reading for reading in line[1:-1] if not reading.preferred]
    rank = sorted(
        range(len(readings)),
        key=lambda n: (readings[n].status != "retracted", not readings[n].preferred, readings[n] in line, n),
    )
    # One series alone need not be named: the chart is its own.
    are_many = len({reading.series for reading in readings}) > 1
    named_so = [bool(reading.series) and (are_many or reading not in line) for reading in readings]
    wanted = [_wanted(frame, readings[n], named_so[n], readings[n] in between) for n in rank[:_MOST_LABELS]]
    room = Box(frame.plot.left, 18, frame.width, frame.plot.bottom - 2)
    lines = [box for shape in path for box in _parts(shape)]
    taken = [mark.box.grown(1) for mark in marks]
    placed: list[Label | None] = [None] * len(wanted)
    for quarters in (4, 3, 2, 1, 0):
        named = len(wanted) * quarters // 4
        attempt = place([*wanted[:named], *map(briefest, wanted[named:])], room, taken, lines)
        placed = min(placed, attempt, key=lambda labels: labels.count(None))
        if None not in placed:
            break
    return [label for _, label in sorted(zip_longest(rank, placed), key=lambda pair: pair[0])]


_MOST_LABELS = 80  # there is room for fewer; the others stand below


def _untold(
    frame: _Frame, readings: Sequence[Reading], labels: Sequence[Label | None], line: Sequence[Reading]
) -> Iterator[Reading]:
    """What the plot does not tell. A number alone is enough on the line, if that is named at one of its points."""
    bare = [reading for reading, label in zip(readings, labels, strict=True) if label and len(label.words) == 1]
    enough = line if any(reading not in bare for reading in line) else line[:-1]
    for reading, label in zip(readings, labels, strict=True):
        is_nameless = reading in bare and reading not in enough
        if label is None or (is_nameless and " ".join(_rows(frame, reading)) == reading.about):
            yield reading


def _wanted(frame: _Frame, reading: Reading, is_of_series: bool, brief: bool) -> Wanted:
    x, y = frame.at(reading)
    number = number_line(reading)
    names = (f"{reading.series}: {reading.who}", reading.who) if is_of_series else (reading.who,)
    named = [] if brief else [(number, *map(_soft, lines)) for name in names for lines in _in_lines(name, frame.size)]
    return Wanted(x, y, _RADIUS, (*named, (number,)), _BESIDE)


def _in_lines(name: str, size: str) -> list[list[str]]:
    """The ways to set a name; none of them cuts it off, which would look like a mistake."""
    ways = (wrapped(name, width, 3) for width in _NAMES[size])
    return [lines for lines in ways if " ".join(lines) == name]


def _soft(text: str) -> Line:
    return (Span(text, "soft"),)


def _parts(shape: Shape) -> list[Box]:
    """A step's lines, each as a thin box."""
    return [around(ends).grown(2) for ends in pairwise(corners(shape))]


def _rows(frame: _Frame, reading: Reading) -> list[str]:
    return wrapped(reading.about, frame.width - 16, 3)


def _below(frame: _Frame, rest: Sequence[Reading], line: Sequence[Reading]) -> tuple[list[Shape], list[Words], float]:
    """The readings without a label in the plot, with their marks; who said it below the number where it is too long."""
    y = frame.plot.bottom + _AXIS
    shapes: list[Shape] = []
    words: list[Words] = []
    for reading in rest:
        y += LINE + 2
        number = number_line(reading)
        shapes.append(_dot(reading, 6, y - 4.5, reading in line))
        if line_width(beside := (*number, Span(f"  {reading.about}", "soft"))) <= frame.width - 16:
            words.append(Words(16, y, beside))
            continue
        words.append(Words(16, y, number))
        for text in _rows(frame, reading):
            y += LINE
            words.append(Words(16, y, _soft(text)))
    return shapes, words, y + 6
