"""The strip of days as drawings: along the page where it is wide, down the page on a phone."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from generator.dates import MONTHS, WEEKDAYS
from generator.drawing import Box, Line, Mark, Shape, Span, Words, fitted, polyline, rectangle, text_width
from generator.site import Site
from generator.stripdays import Block, Days, Lane, Lasting, StripDay, strip_days

_SIZES = {1: 14.0, 2: 9.5, 3: 6.0}  # of a block, by importance
_GAP = 2.0  # between blocks of a stack
_LANE_GAP = 8.0
_LEAST_LANE = 18.0  # its label must fit
_MOST_DEPTH = 320.0  # of all lanes along the page
_SPAN_ROW = 26.0
_MEDIUM_DAYS = 26  # whose numbers stand side by side at the medium width
_DAY_ROW = 25.0  # down the page: what a finger can hit
_SPAN_COLUMN = 22.0


@dataclass(frozen=True, slots=True)
class StripDrawing:
    """One drawing of the strip. `days` and `spans` are links, in order."""

    size: str
    width: float
    height: float
    shapes: tuple[Shape, ...]
    words: tuple[Words, ...]
    days: tuple[Mark, ...]
    spans: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Strip:
    """`words` say what the drawings show; `outside` how many events lie before and after its days, if any."""

    words: str
    outside: str
    has_doubt: bool
    drawings: tuple[StripDrawing, ...]


def strip(site: Site) -> Strip | None:
    """The strip at three widths; drawings.css says which is shown where."""
    found = strip_days(site)
    if found is None:
        return None
    medium = along if len(found.days) <= _MEDIUM_DAYS else down
    drawings = (down(found, "narrow", 320), medium(found, "medium", 672), along(found, "wide", 960))
    counts = (("earlier", found.before), ("later", found.after))
    outside = " and ".join(f"{count} {when}" for when, count in counts if count)
    return Strip(found.words, outside, found.has_doubt, drawings)


def along(found: Days, size: str, width: float) -> StripDrawing:
    """A column a day, lanes below each other, what lasted in bars beneath."""
    return _Along(found, size, width).drawn()


def down(found: Days, size: str, width: float) -> StripDrawing:
    """A row a day, lanes beside each other, what lasted in bars at the right."""
    return _Down(found, size, width).drawn()


def _depth(blocks: Iterable[Block]) -> float:
    """How high the blocks of a day are in a lane, at scale 1."""
    return sum(_SIZES[block.importance] + _GAP for block in blocks)


def _lane_depths(found: Days) -> list[float]:
    """The highest stack of each lane."""
    return [max(_depth(day.lanes[number]) for day in found.days) for number in range(len(found.lanes))]


def _stack(blocks: Sequence[Block], scale: float) -> Iterator[tuple[Block, float, float]]:
    """The blocks, the weightiest at the ground, each with where it begins and ends above the ground."""
    ordered = sorted(blocks, key=lambda block: (block.importance, not block.is_sure))
    at = 0.0
    for block in ordered:
        size = _SIZES[block.importance] * scale
        yield block, at, at + size
        at += size + _GAP * scale


def _drawn(block: Block, lane: Lane, box: Box) -> Shape:
    """A block: filled, or as an outline of the same size."""
    return (
        rectangle(f"block {lane.css}", box) if block.is_sure else rectangle(f"block {lane.css} unsure", box.grown(-0.6))
    )


def _month(day: StripDay) -> str:
    return f"{MONTHS[day.day.month]} {day.day.year}"


def _number(day: StripDay) -> Line:
    """The day of the month; a silent day is quieter."""
    return (Span(str(day.day.day), "strong" if day.count else "soft"),)


@dataclass(frozen=True)
class _Along:
    found: Days
    size: str
    width: float

    @cached_property
    def gutter(self) -> float:
        return min(max(text_width(lane.label) for lane in self.found.lanes) + 12, self.width / 5)

    @cached_property
    def step(self) -> float:
        return (self.width - self.gutter) / len(self.found.days)

    @cached_property
    def foot(self) -> float:
        """The room for what is written under a column: the day, its weekday, and the month where one begins."""
        return 64.0 if any(day.day.day == 1 for day in self.found.days[1:]) else 48.0

    @cached_property
    def scale(self) -> float:
        return min(1.0, _MOST_DEPTH / sum(_lane_depths(self.found)))

    def grounds(self) -> list[float]:
        """The y on which each lane stands."""
        heights = [max(depth * self.scale, _LEAST_LANE) + _LANE_GAP for depth in _lane_depths(self.found)]
        return [round(22 + y, 1) for y in accumulate(heights)]

    def drawn(self) -> StripDrawing:
        grounds = self.grounds()
        shapes = [polyline("grid", [(0, y), (self.width, y)]) for y in grounds[:-1]]
        shapes.append(polyline("base", [(0, grounds[-1]), (self.width, grounds[-1])]))
        words = [
            Words(0, y - 5, (Span(fitted(lane.label, self.gutter - 8)),), css=f"name {lane.css}")
            for lane, y in zip(self.found.lanes, grounds, strict=True)
        ]
        words.append(Words(0, 13, (Span("Events", "soft"),)))
        words.append(Words(0, grounds[-1] + 17, (Span(fitted(_month(self.found.days[0]), self.gutter)),)))
        if self.found.spans:
            words.append(Words(0, grounds[-1] + self.foot + 12, (Span(fitted("What lasted", self.gutter), "soft"),)))
        days = tuple(self._day(number, grounds) for number in range(len(self.found.days)))
        spans = tuple(self._spans(grounds[-1] + self.foot))
        height = max([grounds[-1] + self.foot - 8, *(shape.box.bottom for mark in spans for shape in mark.shapes)])
        return StripDrawing(self.size, self.width, round(height + 2, 1), tuple(shapes), tuple(words), days, spans)

    def _day(self, number: int, grounds: Sequence[float]) -> Mark:
        day, left = self.found.days[number], self.gutter + number * self.step
        middle, bottom = round(left + self.step / 2, 1), grounds[-1]
        shapes = [rectangle("hit", Box(left + 1, 0, left + self.step - 1, bottom + 40))]
        for lane, ground, blocks in zip(self.found.lanes, grounds, day.lanes, strict=True):
            for block, low, high in _stack(blocks, self.scale):
                shapes.append(
                    _drawn(block, lane, Box(left + 2, ground - high - 1, left + self.step - 2, ground - low - 1))
                )
        initial = WEEKDAYS[day.day.weekday()][:1]
        words = [Words(middle, bottom + 17, _number(day), "middle")]
        words.append(Words(middle, bottom + 34, (Span(initial, "soft"),), "middle"))
        if day.count:
            words.append(Words(middle, 13, (self._count(day),), "middle"))
        if number and day.day.day == 1:
            words.append(Words(middle, bottom + 49, (Span(MONTHS[day.day.month][:3]),), "middle"))
        return Mark(day.address, day.name, tuple(shapes), tuple(words))

    def _count(self, day: StripDay) -> Span:
        return Span(str(day.count), "strong" if day.count == max(d.count for d in self.found.days) else "soft")

    def _spans(self, top: float) -> Iterator[Mark]:
        """Each in the first row in which nothing else is, its label above its bar."""
        ends: list[float] = []
        for span in self.found.spans:
            left = self.gutter + span.first * self.step + 2
            right = self.gutter + (span.last + 1) * self.step - 2
            label = fitted(span.label, self.width - self.gutter)
            start = min(left, self.width - text_width(label))
            end = max(right, start + text_width(label))
            row = next((row for row, taken in enumerate(ends) if taken + 12 < start), len(ends))
            ends[row : row + 1] = [end]
            y = top + row * _SPAN_ROW
            shapes = (
                rectangle("hit", Box(start - 2, y - 1, min(end + 2, self.width), y + _SPAN_ROW - 3)),
                polyline(_bar(span), [(left, y + 18), (right, y + 18)]),
            )
            words = Words(round(start, 1), y + 12, (Span(label),), css=f"name {span.css}")
            yield Mark(span.address, span.name, shapes, (words,))


def _bar(span: Lasting) -> str:
    return f"span {span.css}" + ("" if span.is_sure else " unsure")


@dataclass(frozen=True)
class _Down:
    found: Days
    size: str
    width: float

    GUTTER = 44.0
    COUNTS = 22.0

    @cached_property
    def right(self) -> float:
        """Where the lanes end."""
        return self.width - self.COUNTS - _SPAN_COLUMN * len(self.found.spans)

    @cached_property
    def scale(self) -> float:
        room = self.right - self.GUTTER - _LANE_GAP * len(self.found.lanes)
        return min(1.4, room / sum(_lane_depths(self.found)))

    def grounds(self) -> list[float]:
        """The x from which each lane grows."""
        widths = [depth * self.scale + _LANE_GAP for depth in _lane_depths(self.found)]
        return [round(self.GUTTER + x, 1) for x in accumulate([0.0, *widths[:-1]])]

    def drawn(self) -> StripDrawing:
        grounds = self.grounds()
        names, top = list(self._names(grounds)), 20.0 * len(self.found.lanes) + 20
        bottom = top + _DAY_ROW * len(self.found.days)
        shapes = [polyline("grid", [(x, box.y + 5), (x, bottom)]) for x, box in zip(grounds, names, strict=True)]
        days = tuple(self._day(number, grounds, top) for number in range(len(self.found.days)))
        spans = tuple(self._spans(top))
        return StripDrawing(self.size, self.width, bottom + 2, tuple(shapes), tuple(names), days, spans)

    def _names(self, grounds: Sequence[float]) -> Iterator[Words]:
        """The lanes’ names in steps, so that each stands over its lane on a line of its own."""
        for number, (lane, x) in enumerate(zip(self.found.lanes, grounds, strict=True)):
            label = fitted(lane.label, self.width)
            start = max(min(x, self.width - text_width(label)), 0)
            yield Words(round(start, 1), 13 + 20 * number, (Span(label),), css=f"name {lane.css}")

    def _day(self, number: int, grounds: Sequence[float], top: float) -> Mark:
        day, y = self.found.days[number], top + number * _DAY_ROW
        shapes = [rectangle("hit", Box(0, y, self.right + self.COUNTS - 4, y + _DAY_ROW))]
        for lane, ground, blocks in zip(self.found.lanes, grounds, day.lanes, strict=True):
            for block, low, high in _stack(blocks, self.scale):
                shapes.append(_drawn(block, lane, Box(ground + low + 2, y + 3, ground + high + 2, y + _DAY_ROW - 3)))
        base = y + _DAY_ROW / 2 + 4.5
        initial, month = WEEKDAYS[day.day.weekday()][:1], MONTHS[day.day.month][:3]
        words = [Words(0, base, (Span(month if number and day.day.day == 1 else initial, "soft"),))]
        words.append(Words(38, base, _number(day), "end"))
        if day.count:
            words.append(Words(self.right + self.COUNTS - 8, base, (Span(str(day.count), "soft"),), "end"))
        if number == 0:
            words.append(Words(0, y - 5, (Span(month),)))
        return Mark(day.address, day.name, tuple(shapes), tuple(words))

    def _spans(self, top: float) -> Iterator[Mark]:
        """Each in a column of its own, its label running down beside its bar."""
        length = _DAY_ROW * len(self.found.days)
        for number, span in enumerate(self.found.spans):
            x = self.width - _SPAN_COLUMN * (len(self.found.spans) - number) + 2
            first, last = top + span.first * _DAY_ROW + 2, top + (span.last + 1) * _DAY_ROW - 2
            label = fitted(span.label, length)
            start = min(first, top + length - text_width(label))
            shapes = (
                rectangle("hit", Box(x - 3, start - 2, x + _SPAN_COLUMN - 5, max(last, start + text_width(label)))),
                polyline(_bar(span), [(x, first), (x, last)]),
            )
            words = Words(round(x + 10, 1), round(start, 1), (Span(label),), css=f"down name {span.css}")
            yield Mark(span.address, span.name, shapes, (words,))
