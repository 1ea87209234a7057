"""From degrees to a flat map: Albers' conic projection, and the window of degrees that a map shows.

Equal areas, so that no country looks larger than it is, and finite everywhere, whatever a file holds. Formulas: Snyder,
Map Projections: A Working Manual (USGS Professional Paper 1395), pages 98 to 103, for the sphere.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import asin, atan2, cos, degrees, hypot, inf, radians, sin, sqrt

from generator.drawing import Point
from generator.geojson import Position, Ring

_FLATTEST = 1e-4  # of a cone: parallels that lie opposite each other would make a cylinder


@dataclass(frozen=True, slots=True)
class Window:
    """What a map shows, in degrees. `west` may be below -180 or `east` above 180, never both far."""

    west: float
    south: float
    east: float
    north: float

    @property
    def middle(self) -> float:
        return (self.west + self.east) / 2

    @property
    def corners(self) -> Ring:
        return (self.west, self.south), (self.east, self.south), (self.east, self.north), (self.west, self.north)

    def near(self, longitude: float) -> float:
        """The same meridian, counted so that it lies nearest to the window's middle."""
        return longitude - 360 * round((longitude - self.middle) / 360)

    def holds(self, position: Position) -> bool:
        return self.west <= position[0] <= self.east and self.south <= position[1] <= self.north

    def grown(self, sideways: float, up: float) -> "Window":
        return Window(self.west - sideways, max(self.south - up, -90), self.east + sideways, min(self.north + up, 90))

    def joined(self, other: "Window") -> "Window":
        """The smallest window that holds both, which lie at the same turn of the earth."""
        return Window(
            min(self.west, other.west),
            min(self.south, other.south),
            max(self.east, other.east),
            max(self.north, other.north),
        )

    def within(self, other: "Window") -> "Window":
        """The part of it that another window holds too, at whatever turn of the earth that is."""
        turn = self.near(other.middle) - other.middle
        return Window(
            max(self.west, other.west + turn),
            max(self.south, other.south),
            min(self.east, other.east + turn),
            min(self.north, other.north),
        )


@dataclass(frozen=True, slots=True)
class Conic:
    """Albers' projection on a sphere of radius 1; y grows to the north."""

    middle: float
    cone: float
    constant: float
    offset: float

    def __call__(self, position: Position) -> Point:
        longitude, latitude = position
        radius = self._radius(latitude)
        angle = self.cone * radians(longitude - self.middle)
        return radius * sin(angle), self.offset - radius * cos(angle)

    def position(self, point: Point) -> Position:
        """The way back: where a point of the flat map lies, at no latitude at all if that is not on the earth."""
        sign = 1 if self.cone > 0 else -1
        across, up = sign * point[0], sign * (self.offset - point[1])
        sine = (self.constant - (hypot(across, up) * self.cone) ** 2) / (2 * self.cone)
        latitude = degrees(asin(sine)) if abs(sine) <= 1 else inf
        return self.middle + degrees(atan2(across, up)) / self.cone, latitude

    def _radius(self, latitude: float) -> float:
        return sqrt(max(self.constant - 2 * self.cone * sin(radians(latitude)), 0)) / self.cone


def conic_for(window: Window) -> Conic:
    """The projection that suits a window: its standard parallels a sixth of its height from its edges."""
    sixth = (window.north - window.south) / 6
    low, high = radians(window.south + sixth), radians(window.north - sixth)
    cone = (sin(low) + sin(high)) / 2
    if abs(cone) < _FLATTEST:
        cone = _FLATTEST
    constant = cos(low) ** 2 + 2 * cone * sin(low)
    flat = Conic(window.middle, cone, constant, 0.0)
    centre = (window.middle, (window.south + window.north) / 2)
    return Conic(window.middle, cone, constant, -flat(centre)[1])


def bounds(rings: Iterable[Ring]) -> Window:
    """The smallest window that holds the rings, across the date line where that is shorter."""
    rings = tuple(rings)
    latitudes = [latitude for ring in rings for _, latitude in ring]
    spans = sorted((min(x for x, _ in ring), max(x for x, _ in ring)) for ring in rings)
    west, east = _shortest(spans)
    return Window(west, min(latitudes), east, max(latitudes))


def _shortest(spans: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The shortest stretch of longitudes that holds all of these, cut at the widest gap between them."""
    begun = sorted((west - 360 * ((west + 180) // 360), east - west) for west, east in spans)
    ends, gaps, reached = [west for west, _ in begun[1:]] + [begun[0][0] + 360], list[float](), begun[0][0]
    for (west, length), following in zip(begun, ends, strict=True):
        reached = max(reached, west + length)
        gaps.append(following - reached)
    cut = (gaps.index(max(gaps)) + 1) % len(begun)
    west = begun[cut][0]
    return west, max(start + length + (360 if start < west else 0) for start, length in begun)


def turned(ring: Ring, window: Window) -> Ring:
    """The ring at the turn of the earth that lies nearest to the window."""
    middle = (min(x for x, _ in ring) + max(x for x, _ in ring)) / 2
    shift = window.near(middle) - middle
    return tuple((longitude + shift, latitude) for longitude, latitude in ring) if shift else ring


def clipped(ring: Ring, window: Window) -> Ring:
    """The part of a ring inside the window (Sutherland and Hodgman); empty where there is none."""
    for axis, limit, sign in ((0, window.west, 1), (0, window.east, -1), (1, window.south, 1), (1, window.north, -1)):
        ring = _cut(ring, axis, limit, sign)
    return ring


def _cut(ring: Ring, axis: int, limit: float, sign: int) -> Ring:
    if all(sign * (point[axis] - limit) >= 0 for point in ring):
        return ring
    made: list[Position] = []
    for before, after in pairwise((*ring[-1:], *ring)):
        was, is_in = (sign * (point[axis] - limit) >= 0 for point in (before, after))
        if was != is_in:
            made.append(_crossing(before, after, axis, limit))
        if is_in:
            made.append(after)
    return tuple(made)


def _crossing(before: Position, after: Position, axis: int, limit: float) -> Position:
    share = (limit - before[axis]) / (after[axis] - before[axis])
    other = before[1 - axis] + share * (after[1 - axis] - before[1 - axis])
    return (limit, other) if axis == 0 else (other, limit)


def curved(ring: Ring) -> Ring:
    """The ring with points added, so that a long side along a parallel bends as the parallel does."""
    made: list[Position] = []
    for (x1, y1), (x2, y2) in pairwise((*ring, *ring[:1])):
        parts = max(int(abs(x2 - x1)), 1)
        made += [(x1 + (x2 - x1) * part / parts, y1 + (y2 - y1) * part / parts) for part in range(parts)]
    return tuple(made)


def simplified(points: Sequence[Point], tolerance: float) -> list[Point]:
    """The line without points that lie nearer to it than this (Douglas and Peucker), both ends kept.

    A line that runs to and fro thousands of times would take the square of its points: what is left of it after
    `_MOST_LOOKS` at each stays as it is.
    """
    keep = {0, len(points) - 1}
    parts = [(0, len(points) - 1)]
    looks = _MOST_LOOKS * len(points)
    while parts:
        first, last = parts.pop()
        looks -= last - first
        if looks < 0:
            keep.update(range(first, last))
            continue
        farthest = _farthest(points, first, last)
        if farthest[0] > tolerance:
            keep.add(farthest[1])
            parts += [(first, farthest[1]), (farthest[1], last)]
    return [points[number] for number in sorted(keep)]


_MOST_LOOKS = 30  # a coast of a hundred thousand points takes some twenty


def _farthest(points: Sequence[Point], first: int, last: int) -> tuple[float, int]:
    """How far the points between these two lie from the line that joins them at most, and which one does."""
    (x, y), (x2, y2) = points[first], points[last]
    dx, dy = x2 - x, y2 - y
    square, most, which = dx * dx + dy * dy or 1.0, -1.0, first
    for number in range(first + 1, last):
        px, py = points[number]
        px, py = px - x, py - y
        share = (px * dx + py * dy) / square
        if share >= 1:  # beyond the end
            px, py = px - dx, py - dy
        elif share > 0:
            px, py = px - share * dx, py - share * dy
        off = px * px + py * py
        if off >= most:  # of equals the last
            most, which = off, number
    return sqrt(max(most, 0.0)), which
