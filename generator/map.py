"""The map: areas out of a GeoJSON file, flattened when the site is built, and the places as dots that link.

Its frame is upright, but never shows what the file does not hold: where that ends, it follows a meridian or parallel.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise, product, zip_longest
from math import ceil, sqrt

from generator.drawing import Box, Line, Mark, Point, Shape, Span, Words, around, circle, short
from generator.geojson import Area, Ring, read_areas
from generator.maplabels import area_labels
from generator.marklabels import Label, Taken, Wanted, settled
from generator.projection import Conic, Window, bounds, clipped, conic_for, curved, simplified, turned
from generator.records import Place
from generator.refs import Ref
from generator.site import Site

_EDGE = 8.0  # around the frame, if a dot lies so near to it, which is drawn whole; else as much as its line needs
_LINE = 1.0
_TOLERANCE = 0.4  # of a unit: less than a pixel
_LEAST_ISLAND = 9.0  # less would look like a stray mark
_STEP = 12.0  # of a border: the boxes along it are no larger
_MOST_NAMES = 400  # of places, and of areas: there is room for fewer
_LONGEST = 300  # times a map's sides are all its borders: some thousand districts take half of it
_MOST_POINTS = 20_000  # of a ring: where there are more, they lie closer than pixels
_TALLEST = 1.2  # of the width
_SIDEWAYS, _UP = 0.03, 0.15  # the margins around what the map is about
_AIR = 3.0  # between a name and the frame
# Cities are labelled before what lies in them, and where more happened before where less did.
_RANK = {"city": 0, "site": 1, "region": 2, "country": 3}


@dataclass(frozen=True, slots=True)
class MapDrawing:
    """One drawing of the map; `places` are links, in the order of their labels."""

    size: str
    width: float
    height: float
    shapes: tuple[Shape, ...]
    words: tuple[Words, ...]
    places: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class PlaceMap:
    """`bases` is where the positions come from, and of how many places; `elsewhere` are the places beyond the map;
    `has_crowd` is whether a dot stands for several.
    """

    name: str
    credit: str
    bases: tuple[tuple[str, int], ...]
    has_crowd: bool
    elsewhere: tuple[Place, ...]
    drawings: tuple[MapDrawing, ...]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the map, and what lies too near to it for a dot of its own."""

    place: Place
    x: float
    y: float
    radius: float
    others: tuple[Place, ...] = ()

    @property
    def name(self) -> str:
        return (
            f"{self.place.name}, with {', '.join(other.name for other in self.others)}"
            if self.others
            else self.place.name
        )

    @property
    def forms(self) -> tuple[tuple[Line, ...], ...]:
        """How its label may read, the fullest first."""
        name = Span(self.place.name)
        return (((name, Span(f" +{len(self.others)}", "soft")),), ((name,),)) if self.others else (((name,),),)


def place_map(site: Site) -> PlaceMap | None:
    """The map that the explainer asks for, at two widths. The file has been found good by then."""
    wanted = site.explainer.map
    if wanted is None or site.map_data is None:
        return None
    areas = read_areas(site.map_data)
    events = Counter(ref for (places,) in site.each("event", "where") for ref in set(places))
    places = sorted(_with_points(site), key=lambda found: (_RANK[found.type], -events[found.ref], found.id))
    window = _window(areas, wanted.focus, places)
    shown = [found for found in places if window.holds(_position(found, window))]
    view = _view(areas, wanted.focus, shown, window)
    drawings = tuple(_drawing(view, shown, events, *size) for size in (("narrow", 320.0), ("wide", 760.0)))
    bases = Counter(found.point.basis for found in shown if found.point and found.point.basis)
    known = {found.ref for found in shown}
    elsewhere = tuple(found for found in places if found.ref not in known)
    has_crowd = any(len(drawing.places) < len(shown) for drawing in drawings)
    name = f"Map of {wanted.focus or 'the places'}"
    return PlaceMap(name, wanted.credit, tuple(bases.most_common()), has_crowd, elsewhere, drawings)


def _with_points(site: Site) -> Iterator[Place]:
    return (found for found in site.of_kind("place") if isinstance(found, Place) and found.point)


def _position(found: Place, window: Window) -> Point:
    assert found.point is not None
    return window.near(float(found.point.lon)), float(found.point.lat)


def _window(areas: Sequence[Area], focus: str | None, places: Sequence[Place]) -> Window:
    """The country in focus, and the places that lie near it; without one, all places."""
    rings = [ring for area in areas if area.name == focus for ring in area.rings]
    points = [(float(found.point.lon), float(found.point.lat)) for found in places if found.point]
    if not rings:
        return bounds([(point,) for point in points] or [ring for area in areas for ring in area.rings])
    window = bounds(rings)
    reach = window.grown((window.east - window.west) / 4, (window.north - window.south) / 4)
    near = [(x, lat) for lon, lat in points if reach.holds((x := window.near(lon), lat))]
    for x, lat in near:
        window = window.joined(Window(x, lat, x, lat))
    return window


@dataclass(frozen=True, slots=True)
class _Land:
    """What can be seen of an area, on the flat map."""

    name: str
    is_focus: bool
    rings: Sequence[Ring]


@dataclass(frozen=True, slots=True)
class _View:
    """What a map shows of the earth, flat: of `reach`, which is in degrees, what stands in an upright frame."""

    lands: Sequence[_Land]
    edge: Ring
    reach: Window
    conic: Conic


def _view(areas: Sequence[Area], focus: str | None, places: Iterable[Place], window: Window) -> _View:
    """The country in focus and the places, with a margin on every side where the file has something to show there."""
    limits = bounds(ring for area in areas for ring in area.rings)
    reach = window.grown((window.east - window.west) / 4, (window.north - window.south) / 4)
    reach = reach.within(limits).joined(window)
    seen = _drawable([[clipped(turned(ring, reach), reach) for ring in area.rings] for area in areas], reach)
    conic = conic_for(window)
    home = [ring for area, rings in zip(areas, seen, strict=True) if area.name == focus for ring in rings]
    needed = [conic(position) for ring in home or [window.corners] for position in curved(ring)]
    box = around([*needed, *(conic(_position(found, window)) for found in places)])
    frame = Window(box.left, box.top, box.right, box.bottom)
    across, up = (frame.east - frame.west) * _SIDEWAYS / 8, (frame.north - frame.south) * _UP / 8
    # A little at a time, so that no side takes the room of another.
    for west, south, east, north in 8 * [(across, 0, 0, 0), (0, 0, across, 0), (0, up, 0, 0), (0, 0, 0, up)]:
        wider = Window(frame.west - west, frame.south - south, frame.east + east, frame.north + north)
        frame = wider if _is_held(wider, reach, conic) else frame
    flat = [[_flat(ring, conic, frame) for ring in rings] for rings in seen]
    lands = [_Land(area.name, area.name == focus, rings) for area, rings in zip(areas, flat, strict=True)]
    return _View(lands, _flat(reach.corners, conic, frame), reach, conic)


def _flat(ring: Ring, conic: Conic, frame: Window) -> Ring:
    """What of a ring is inside the frame, on the flat map."""
    return clipped(tuple(map(conic, curved(ring))), frame)


def _is_held(frame: Window, reach: Window, conic: Conic) -> bool:
    """Whether the corners of the frame, and the middles of its sides, are positions inside the window."""
    middle = (frame.south + frame.north) / 2
    points = product((frame.west, frame.middle, frame.east), (frame.south, middle, frame.north))
    return all(reach.holds(conic.position(point)) for point in points)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The way from the flat map onto a drawing of this size."""

    width: float
    height: float
    view: _View
    scale: float
    left: float
    top: float

    def on(self, flat: Iterable[Point]) -> list[Point]:
        return [(self.left + x * self.scale, self.top - y * self.scale) for x, y in flat]

    def at(self, found: Place) -> Point:
        return self.on([self.view.conic(_position(found, self.view.reach))])[0]


def _sheet(view: _View, width: float, edge: float) -> _Sheet:
    box = around(view.edge)
    across, up = max(box.right - box.left, 1e-6), max(box.bottom - box.top, 1e-6)
    room = width - 2 * edge
    scale = min(room / across, room * _TALLEST / up)
    height = round(up * scale + 2 * edge, 1)
    left = width / 2 - (box.left + box.right) / 2 * scale
    return _Sheet(width, height, view, scale, left, edge + box.bottom * scale)


def _sheet_for(places: Iterable[Place], view: _View, width: float) -> _Sheet:
    sheet = _sheet(view, width, _LINE)
    inner = Box(0, 0, width, sheet.height).grown(-_EDGE)
    is_inside = all(inner.holds(around([sheet.at(found)])) for found in places)
    return sheet if is_inside else _sheet(view, width, _EDGE)


def _drawing(view: _View, places: Sequence[Place], events: Mapping[Ref, int], size: str, width: float) -> MapDrawing:
    sheet = _sheet_for(places, view, width)
    outlines = [(land.name, land.is_focus, list(_outline(land.rings, sheet))) for land in view.lands]
    # The country in focus is drawn last: its border lies on its neighbours’.
    outlines = sorted((found for found in outlines if found[2]), key=lambda found: found[1])
    edge = _shape("sea", [sheet.on(view.edge)])
    shapes = [edge, *(_shape("home" if is_focus else "land", rings) for _, is_focus, rings in outlines)]
    spots = list(_spots(places, events, sheet))
    borders = [box for _, is_focus, rings in outlines if is_focus for box in _edges(rings)]
    marks, taken = _marks(spots, Box(0, 0, width, sheet.height).grown(-_AIR), borders)
    named = ((name, lines, "home-name" if is_focus else "land-name") for name, is_focus, lines in reversed(outlines))
    words = tuple(area_labels(islice(named, _MOST_NAMES), edge.box, Taken(taken)))
    shapes.append(replace(edge, css="frame"))
    return MapDrawing(size, width, sheet.height, tuple(shapes), words, tuple(marks))


def _drawable(areas: list[list[Ring]], window: Window) -> list[list[Ring]]:
    """The rings of the areas without points that no eye could tell; few, where all borders run to and fro for ever.

    Those would take more time and room than all else on the site.
    """
    rings = [ring for seen in areas for ring in seen]
    length = sum(abs(x2 - x1) + abs(y2 - y1) for ring in rings for (x1, y1), (x2, y2) in pairwise(ring))
    if length <= _LONGEST * (window.east - window.west + window.north - window.south):
        return [[ring[:: ceil(len(ring) / _MOST_POINTS) or 1] for ring in seen] for seen in areas]
    every = ceil(sum(map(len, rings)) / _LONGEST)
    return [[ring[::every] for ring in seen] for seen in areas]


def _outline(rings: Iterable[Ring], sheet: _Sheet) -> Iterator[list[Point]]:
    """The rings of an area that are large enough to be seen, without the points that are not."""
    for points in filter(None, map(sheet.on, rings)):
        line = simplified([*points, points[0]], _TOLERANCE)
        box = around(line)
        if len(line) > 3 and max(box.right - box.left, box.bottom - box.top) > _LEAST_ISLAND:
            yield line[:-1]


def _shape(css: str, rings: Iterable[Sequence[Point]]) -> Shape:
    rings = list(rings)
    d = "".join(f"M{'L'.join(f'{short(x)} {short(y)}' for x, y in ring)}Z" for ring in rings)
    return Shape(css, d, around([point for ring in rings for point in ring]))


def _spots(places: Iterable[Place], events: Mapping[Ref, int], sheet: _Sheet) -> Iterator[Spot]:
    """A dot a place, larger the more happened there; what would lie under another's dot is counted to that."""
    found: list[tuple[Place, float, float, float, list[Place]]] = []
    near: defaultdict[tuple[float, float], list[int]] = defaultdict(list)
    for one in places:
        x, y = sheet.at(one)
        radius = 3 + min(sqrt(events[one.ref]), 4)
        column, row = x // _CROWD, y // _CROWD
        others = sorted(number for dx in (-1, 0, 1) for dy in (-1, 0, 1) for number in near[column + dx, row + dy])
        under = next((found[number] for number in others if _is_under(x, y, *found[number][1:4])), None)
        if under is not None:
            under[4].append(one)
        else:
            near[column, row].append(len(found))
            found.append((one, x, y, radius, []))
    return (Spot(one, round(x, 1), round(y, 1), round(r, 1), tuple(others)) for one, x, y, r, others in found)


_CROWD = 10.0  # no dot hides what lies farther from its middle


def _is_under(x: float, y: float, middle: float, height: float, radius: float) -> bool:
    return (x - middle) ** 2 + (y - height) ** 2 < (radius + 3) ** 2


def _edges(rings: Iterable[Sequence[Point]]) -> Iterator[Box]:
    """Boxes along a border, so that names keep off it where they can."""
    for ring in rings:
        for (x1, y1), (x2, y2) in pairwise((*ring, ring[0])):
            steps = int(max(abs(x2 - x1), abs(y2 - y1)) / _STEP) + 1
            cuts = [(x1 + (x2 - x1) * n / steps, y1 + (y2 - y1) * n / steps) for n in range(steps + 1)]
            yield from map(around, pairwise(cuts))


def _marks(spots: Sequence[Spot], room: Box, borders: Sequence[Box]) -> tuple[list[Mark], list[Box]]:
    """The dots with their labels, and what they cover. A dot for whose label there is no room keeps its name unseen."""
    dots = [circle("dot", spot.x, spot.y, spot.radius) for spot in spots]
    wanted = [Wanted(spot.x, spot.y, spot.radius, spot.forms) for spot in spots[:_MOST_NAMES]]
    fixed = [dot.box.grown(1) for dot in dots]
    labels = settled(wanted, room, fixed, borders)
    taken = [dot.box for dot in dots] + [label.box for label in labels if label]
    marks = [_mark(spot, dot, label) for spot, dot, label in zip_longest(spots, dots, labels)]
    return marks, taken


def _mark(spot: Spot, dot: Shape, label: Label | None) -> Mark:
    leader = (label.leader,) if label and label.leader else ()
    hit = circle("hit", spot.x, spot.y, max(spot.radius + 2, 12))
    return Mark(spot.place.address, spot.name, (hit, *leader, dot), label.words if label else ())
