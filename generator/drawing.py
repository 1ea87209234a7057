"""What drawings are made of: shapes, words, and the boxes that they fill.

Nobody knows at build time which font a reader has, so widths are those of a wide one (DejaVu Sans);
real text is narrower.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

SIZE = 13  # of all text, in units of the drawing; `.drawing text` in drawings.css says the same
LINE = 17
ASCENT, DESCENT = 11, 4

Anchor = Literal["start", "middle", "end"]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, in units of the drawing; y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def touches(self, other: "Box") -> bool:
        """Whether the two share more than an edge."""
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


Line = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """One line of text. `y` is its baseline."""

    x: float
    y: float
    spans: Line
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
    """A filled box."""
    left, top, right, bottom = (short(side) for side in (box.left, box.top, box.right, box.bottom))
    return Shape(css, f"M{left} {top}H{right}V{bottom}H{left}Z", box)


def polyline(css: str, points: Sequence[Point]) -> Shape:
    """A line through the points, not closed."""
    d = "M" + "L".join(f"{short(x)} {short(y)}" for x, y in points)
    return Shape(css, d, around(points))


def corners(line: Shape) -> list[Point]:
    """The points of a polyline, as exactly as they are drawn."""
    pairs = (point.split() for point in line.d[1:].split("L"))
    return [(float(x), float(y)) for x, y in pairs]


def circle(css: str, x: float, y: float, radius: float) -> Shape:
    """A circle around a point."""
    arc = f"a{short(radius)} {short(radius)} 0 1 0 "
    d = f"M{short(x - radius)} {short(y)}{arc}{short(2 * radius)} 0{arc}{short(-2 * radius)} 0Z"
    return Shape(css, d, Box(x - radius, y - radius, x + radius, y + radius))


def diamond(css: str, x: float, y: float, radius: float) -> Shape:
    """As large to the eye as a circle of this radius."""
    r = radius * 1.25
    d = f"M{short(x)} {short(y - r)}L{short(x + r)} {short(y)}L{short(x)} {short(y + r)}L{short(x - r)} {short(y)}Z"
    return Shape(css, d, Box(x - r, y - r, x + r, y + r))


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
def line_width(spans: Line) -> float:
    """As `text_width`, of a line."""
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


def moved(words: Words, frame: Box) -> Words:
    """The words, shifted sideways so far that they stand inside the frame."""
    box = words.box
    shift = max(frame.left - box.left, 0) or min(frame.right - box.right, 0)
    return replace(words, x=round(words.x + shift, 1))
