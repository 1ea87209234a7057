"""What drawings are made of: shapes, words, the boxes that they fill, and a place for every label.

Nobody knows at build time which font a reader has, so widths are those of a wide one (DejaVu Sans);
real text is narrower.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product
from operator import add
from typing import Literal

SIZE = 13  # of all text, in units of the drawing; `.drawing text` in drawings.css says the same
LINE = 17
ASCENT, DESCENT = 11, 4

Anchor = Literal["start", "middle", "end"]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    def touches(self, other: "Box") -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def holds(self, other: "Box") -> bool:
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.top <= other.top
            and other.bottom <= self.bottom
        )

    def nearest(self, point: Point) -> Point:
        """The point of the box that lies nearest to this one."""
        return min(max(point[0], self.left), self.right), min(max(point[1], self.top), self.bottom)

    def grown(self, by: float) -> "Box":
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)


@dataclass(frozen=True, slots=True)
class Shape:
    """A path, and the classes that give it its colours."""

    css: str
    d: str
    box: Box


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a line of words: `strong`, `soft`, `struck` or none of them."""

    text: str
    css: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """One line of text. `y` is its baseline."""

    x: float
    y: float
    spans: tuple[Span, ...]
    anchor: Anchor = "start"
    css: str = ""

    @property
    def width(self) -> float:
        return line_width(self.spans)

    @property
    def box(self) -> Box:
        width = self.width
        left = self.x - {"start": 0.0, "middle": width / 2, "end": width}[self.anchor]
        return Box(left, self.y - ASCENT, left + width, self.y + DESCENT)

    @property
    def text(self) -> str:
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True, slots=True)
class Drawing:
    """One SVG. `size` is its class: the stylesheet shows the one that suits the width there is."""

    size: str
    width: float
    height: float
    shapes: tuple[Shape, ...]
    words: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A part of a drawing that is a link, unless its address is empty; `name` says what it stands for."""

    address: str
    name: str
    shapes: tuple[Shape, ...]
    words: tuple[Words, ...]


# -- shapes ---------------------------------------------------------------------------------------------------------


def short(number: float) -> str:
    """At most one decimal: a tenth of a unit is less than a pixel shows."""
    return f"{round(number, 1) + 0.0:.1f}".removesuffix(".0")  # + 0.0: never “-0”


def rectangle(css: str, box: Box) -> Shape:
    left, top, right, bottom = (short(side) for side in (box.left, box.top, box.right, box.bottom))
    return Shape(css, f"M{left} {top}H{right}V{bottom}H{left}Z", box)


def polyline(css: str, points: Sequence[Point]) -> Shape:
    d = "M" + "L".join(f"{short(x)} {short(y)}" for x, y in points)
    return Shape(css, d, around(points))


def corners(line: Shape) -> list[Point]:
    """The points of a polyline, as exactly as they are drawn."""
    pairs = (point.split() for point in line.d[1:].split("L"))
    return [(float(x), float(y)) for x, y in pairs]


def circle(css: str, x: float, y: float, radius: float) -> Shape:
    arc = f"a{short(radius)} {short(radius)} 0 1 0 "
    d = f"M{short(x - radius)} {short(y)}{arc}{short(2 * radius)} 0{arc}{short(-2 * radius)} 0Z"
    return Shape(css, d, Box(x - radius, y - radius, x + radius, y + radius))


def around(points: Iterable[Point]) -> Box:
    """The smallest box that holds the points."""
    xs, ys = zip(*points, strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))


# -- words ----------------------------------------------------------------------------------------------------------

NO_BREAK = "\u00a0"
_EM = dict.fromkeys(" .,:;'’‘|!·ijlI", 0.36) | dict.fromkeys("frt()[]/-", 0.44) | dict.fromkeys('“”"–zscvxyJ', 0.6)
_EM |= {"m": 0.99, "w": 0.83, "M": 0.88, "W": 1.0, "%": 0.97, "…": 1.0, "—": 1.0, "+": 0.84, "−": 0.84, "&": 0.8}
_EM[NO_BREAK] = _EM[" "]


@lru_cache(maxsize=4096)
def text_width(text: str, css: str = "") -> float:
    """How wide the text can become, in units of the drawing."""
    ems = sum(_EM.get(character) or _other(character) for character in text)
    return ems * SIZE * (1.14 if "strong" in css else 1.03 if css == "flag" else 1.0)


def _other(character: str) -> float:
    if character.isascii():
        return 0.8 if character.isupper() else 0.64
    if character < "\u0530":  # Latin with accents, Greek, Cyrillic
        return 1.1 if character.isupper() else 0.98 if character > "\u0370" else 0.7
    return 1.1


@lru_cache(maxsize=4096)
def line_width(spans: tuple[Span, ...]) -> float:
    return sum(text_width(span.text, span.css) for span in spans)


def fitted(text: str, width: float, css: str = "") -> str:
    """The text, cut off with … where it is wider than this."""
    return cut_to_fit(text, lambda shown: text_width(shown, css) <= width)


def cut_to_fit(text: str, fits: Callable[[str], bool]) -> str:
    """The text, cut off with … where it does not fit."""
    if fits(text):
        return text
    while text and not fits(text + "…"):
        text = text[:-1]
    return text.rstrip(" ,.;:(“") + "…"


def wrapped(text: str, width: float, lines: int) -> list[str]:
    """The text in at most so many lines; the last one is cut off where that is too few."""
    made: list[str] = []
    words = text.split(" ")
    while words and len(made) < lines - 1:
        count = len(words)
        while count > 1 and text_width(" ".join(words[:count])) > width:
            count -= 1
        made.append(fitted(" ".join(words[:count]), width))
        words = words[count:]
    return made + ([fitted(" ".join(words), width)] if words else [])


# -- labels ---------------------------------------------------------------------------------------------------------

Line = tuple[Span, ...]
Side = tuple[int, int]

# To the right first: that is where a reader looks.
SIDES: tuple[Side, ...] = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (1, 1), (-1, -1), (-1, 1))
_DISTANCES = (4, 8, 14, 24, 36, 50, 66)
_LEADER_FROM = 14
_ANCHORS: Mapping[int, Anchor] = {1: "start", 0: "middle", -1: "end"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A label that looks for a place beside its mark. `forms`: how it may read, the fullest first."""

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
    words: tuple[Words, ...]
    box: Box
    leader: Shape | None = None


def place(wanted: Sequence[Wanted], frame: Box, taken: Iterable[Box], soft: Iterable[Box] = ()) -> list[Label | None]:
    """A place for each label in turn: inside the frame, on nothing that is taken. None: there was no room.

    What is `soft` may be covered, but only when nothing else is left. A label without a line to its mark is nearer to
    that than to any other mark.
    """
    marks = [(one.x, one.y) for one in wanted]
    fixed, yielding = list(taken), list(soft)
    placed: list[Label | None] = []
    for one in wanted:
        label = _placed(one, frame, fixed + yielding, marks) or _placed(one, frame, fixed, marks)
        placed.append(label)
        if label:
            fixed.append(label.box.grown(2))
            fixed += _along(label.leader)
    return placed


def _placed(wanted: Wanted, frame: Box, taken: Sequence[Box], marks: Sequence[Point]) -> Label | None:
    """The first place that is free. Most are not, so that no more than a box is made before one is known to be."""
    near = _reach(wanted)
    taken = [box for box in taken if box.touches(near)]
    for form in wanted.forms:
        widths = [line_width(line) for line in form]
        for distance, side in product(_DISTANCES, wanted.sides):
            x, box = _spot(wanted, widths, side, distance)
            if not frame.holds(box) or any(map(box.touches, taken)):
                continue
            leader = _leader(wanted, box) if distance > _LEADER_FROM else None
            if any(any(map(dot.touches, taken)) for dot in _along(leader)):
                continue
            if leader or _is_nearest(wanted, box, marks):
                return Label(_set(form, x, box.top, _ANCHORS[side[0]]), box, leader)
    return None


def _reach(wanted: Wanted) -> Box:
    """What the label can cover, wherever it is placed, and a little more."""
    width = max(line_width(line) for form in wanted.forms for line in form)
    height = LINE * max(map(len, wanted.forms))
    return Box(wanted.x - width, wanted.y - height, wanted.x + width, wanted.y + height).grown(
        wanted.radius + _DISTANCES[-1] + LINE
    )


def _is_nearest(wanted: Wanted, box: Box, marks: Sequence[Point]) -> bool:
    own = _distance(box, (wanted.x, wanted.y))
    return all(_distance(box, mark) > own for mark in marks if mark != (wanted.x, wanted.y))


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


def moved(words: Words, frame: Box) -> Words:
    """The words, shifted sideways so far that they stand inside the frame."""
    box = words.box
    shift = max(frame.left - box.left, 0) or min(frame.right - box.right, 0)
    return replace(words, x=round(words.x + shift, 1))
