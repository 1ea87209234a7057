"""A place for every label of a drawing: beside its mark, on nothing else, with a line to it where that is far."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, product
from operator import add

from generator.drawing import (
    ASCENT,
    DESCENT,
    LINE,
    Anchor,
    Box,
    Line,
    Point,
    Shape,
    Words,
    corners,
    line_width,
    polyline,
)

Side = tuple[int, int]

# To the right first: that is where a reader looks.
SIDES: tuple[Side, ...] = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (1, 1), (-1, -1), (-1, 1))
_DISTANCES = (4, 8, 14, 24, 36, 50, 66)
_LEADER_FROM = 14
_ANCHORS: Mapping[int, Anchor] = {1: "start", 0: "middle", -1: "end"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A label that looks for a place beside its mark, whose middle is at `x`, `y`.

    `forms`: how it may read, each in one line or more, the fullest first. `sides`: where it may stand, the best first.
    """

    x: float
    y: float
    radius: float
    forms: tuple[tuple[Line, ...], ...]
    sides: tuple[Side, ...] = SIDES


def briefest(wanted: Wanted) -> Wanted:
    """The same label with only its last form."""
    return replace(wanted, forms=wanted.forms[-1:])


@dataclass(frozen=True, slots=True)
class Label:
    """A label in its place; `leader` is the line to its mark, where that is not near enough."""

    words: tuple[Words, ...]
    box: Box
    leader: Shape | None = None


class Taken:
    """Boxes, kept by the squares they lie on, so that a place is held against those near it alone."""

    def __init__(self, boxes: Iterable[Box] = ()) -> None:
        self._squares: defaultdict[tuple[int, int], list[Box]] = defaultdict(list)
        for box in boxes:
            self.add(box)

    def add(self, box: Box) -> None:
        for square in _squares(box):
            self._squares[square].append(box)

    def touches(self, box: Box) -> bool:
        """Whether one of them touches this."""
        held = self._squares
        return any(any(map(box.touches, held[square])) for square in _squares(box) if square in held)

    def near(self, box: Box) -> Iterator[Box]:
        """Those that may touch this, some more than once."""
        return chain.from_iterable(self._squares.get(square, ()) for square in _squares(box))


def _squares(box: Box) -> Iterator[tuple[int, int]]:
    columns = range(int(box.left // _SQUARE), int(box.right // _SQUARE) + 1)
    rows = range(int(box.top // _SQUARE), int(box.bottom // _SQUARE) + 1)
    return product(columns, rows)


_SQUARE = 24.0  # units: a name lies on a few


def place(wanted: Sequence[Wanted], frame: Box, taken: Iterable[Box], soft: Iterable[Box] = ()) -> list[Label | None]:
    """A place for each label in turn: inside the frame, on nothing that is taken. None: there was no room.

    What is `soft` may be covered, but only when nothing else is left. A label without a line to its mark is nearer to
    that than to any other mark.
    """
    marks = _points(wanted)
    taken, soft = list(taken), list(soft)
    grids = (Taken((*taken, *soft)), Taken(taken)) if soft else (Taken(taken),)
    placed: list[Label | None] = []
    for one in wanted:
        label = next(chain.from_iterable(_free(one, frame, grid, marks) for grid in grids), None)
        placed.append(label)
        for grid, box in product(grids, _covered(label)):
            grid.add(box)
    return placed


def _covered(label: Label | None) -> list[Box]:
    """What nothing else may stand on."""
    return [label.box.grown(2), *_along(label.leader)] if label else []


def _points(wanted: Iterable[Wanted]) -> Taken:
    """The middles of the marks, as boxes of no size."""
    return Taken({Box(one.x, one.y, one.x, one.y) for one in wanted})


def _free(wanted: Wanted, frame: Box, taken: Taken, marks: Taken) -> Iterator[Label]:
    """The places that are free, the best first. Most are not: no more than a box is made before one is known to be."""
    for form in wanted.forms:
        widths = [line_width(line) for line in form]
        for distance, side in product(_DISTANCES, wanted.sides):
            x, box = _spot(wanted, widths, side, distance)
            if not frame.holds(box) or taken.touches(box):
                continue
            leader = _leader(wanted, box) if distance > _LEADER_FROM else None
            if any(map(taken.touches, _along(leader))):
                continue
            if leader or _is_nearest(wanted, box, marks):
                yield Label(_set(form, x, box.top, _ANCHORS[side[0]]), box, leader)


def _is_nearest(wanted: Wanted, box: Box, marks: Taken) -> bool:
    """Whether no other mark is as near to the label as its own."""
    own = _distance(box, (wanted.x, wanted.y))
    others = ((mark.left, mark.top) for mark in marks.near(box.grown(own)))
    return all(_distance(box, mark) > own for mark in others if mark != (wanted.x, wanted.y))


def _distance(box: Box, point: Point) -> float:
    x, y = box.nearest(point)
    return math.hypot(x - point[0], y - point[1])


def _spot(wanted: Wanted, widths: Sequence[float], side: Side, distance: float) -> tuple[float, Box]:
    """Where lines of these widths are anchored on one side of the mark, and what they cover there."""
    height = ASCENT + DESCENT + LINE * (len(widths) - 1)
    reach = (wanted.radius + distance) * (0.7 if side[0] and side[1] else 1.0)
    x = round(wanted.x + side[0] * reach, 1)
    if side[1] == 0:
        top = wanted.y - height / 2
    else:
        top = wanted.y + reach - 2 if side[1] > 0 else wanted.y - reach - height + 2
    share = (1 - side[0]) / 2  # of a line, to the left of its anchor
    lefts = [x - width * share for width in widths]
    return x, Box(min(lefts), top, max(map(add, lefts, widths)), top + height)


def _set(form: tuple[Line, ...], x: float, top: float, anchor: Anchor) -> tuple[Words, ...]:
    return tuple(Words(x, round(top + ASCENT + LINE * number, 1), line, anchor) for number, line in enumerate(form))


def _leader(wanted: Wanted, box: Box) -> Shape:
    """A line from the rim of the mark to the nearest point of the label."""
    x, y = box.nearest((wanted.x, wanted.y))
    length = max(((x - wanted.x) ** 2 + (y - wanted.y) ** 2) ** 0.5, 0.1)
    start, end = (wanted.radius + 2) / length, (length - 2) / length
    points = [(wanted.x + (x - wanted.x) * part, wanted.y + (y - wanted.y) * part) for part in (start, end)]
    return polyline("leader", points)


def _along(line: Shape | None) -> list[Box]:
    """Small boxes that cover a leader, so that nothing else is set on it."""
    if line is None:
        return []
    (x1, y1), (x2, y2) = corners(line)
    steps = max(int(max(abs(x2 - x1), abs(y2 - y1)) / 3), 1)
    places = ((x1 + (x2 - x1) * n / steps, y1 + (y2 - y1) * n / steps) for n in range(steps + 1))
    return [Box(x - 1, y - 1, x + 1, y + 1) for x, y in places]


# -- a few labels that make room for each other ----------------------------------------------------------------------

_FEW, _ATTEMPTS, _ROUNDS = 60, 12, 3


@dataclass(frozen=True, slots=True)
class _Choice:
    """A place for a label, and how bad it is; without a label, that it has none."""

    cost: float
    label: Label | None = None
    covered: tuple[Box, ...] = ()


_NONE = _Choice(1e6)


def settled(wanted: Sequence[Wanted], frame: Box, taken: Sequence[Box], soft: Sequence[Box]) -> list[Label | None]:
    """As `place`; but where labels are few, each is moved until it is near its mark, whole, and on little that is soft.

    They are placed in turn, which leaves little room for the last: whichever fared worst is the first the next time.
    """
    if len(wanted) > _FEW:
        return place(wanted, frame, taken, soft)
    grid, lines, marks = Taken(taken), Taken(soft), _points(wanted)
    choices = [_choices(one, lines, _free(one, frame, grid, marks)) for one in wanted]
    order, found = list(range(len(wanted))), list[list[_Choice]]()
    for _ in range(_ATTEMPTS):
        found.append(_in_turn(order, choices))
        order.sort(key=lambda number: -found[-1][number].cost)
    return [choice.label for choice in min(found, key=lambda chosen: sum(choice.cost for choice in chosen))]


def _choices(one: Wanted, soft: Taken, labels: Iterable[Label]) -> list[_Choice]:
    """The places of a label, the best first."""
    found = list[_Choice]()
    for label in labels:
        x, y = label.box.nearest((one.x, one.y))
        is_short = len(label.words[0].spans) < len(one.forms[0][0])
        crossed = len({id(box) for box in soft.near(label.box) if label.box.touches(box)})
        cost = (abs(x - one.x) + abs(y - one.y)) ** 2 + 600 * is_short + (300 + 60 * crossed) * bool(crossed)
        found.append(_Choice(cost, label, tuple(_covered(label))))
    return [*sorted(found, key=lambda choice: choice.cost), _NONE]


def _in_turn(order: Sequence[int], choices: Sequence[Sequence[_Choice]]) -> list[_Choice]:
    """Each label where it is best while the others stay, over and over."""
    chosen = [_NONE] * len(choices)
    for number in [*order] * _ROUNDS:
        others = [box for n, choice in enumerate(chosen) if n != number for box in choice.covered]
        chosen[number] = next(choice for choice in choices[number] if not _touch(choice.covered, others))
    return chosen


def _touch(some: Iterable[Box], others: Sequence[Box]) -> bool:
    return any(one.touches(other) for one in some for other in others)
