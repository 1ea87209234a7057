"""The map: what is wrong with its file is told in place; what is drawn never collides and never leaves its frame."""

import json
import re
from itertools import combinations, pairwise
from math import radians, sin, sqrt
from typing import Any

import pytest
from conftest import STARTER, Project
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.build import build
from generator.drawing import Box
from generator.geojson import MAX_MAP, MapError, read_areas
from generator.inputs import read
from generator.map import PlaceMap, place_map
from generator.parse import parse_file
from generator.projection import Window, bounds, clipped, conic_for, simplified
from generator.records import KINDS, Explainer, Place
from generator.site import assemble

SQUARE = [[5, 45], [12, 45], [12, 50], [5, 50], [5, 45]]
MAP = "map:\n  file: land.geojson\n  credit: Nobody\n  focus: Uri\n"


def feature(name: Any = "Uri", ring: Any = None, kind: str = "Polygon", **more: Any) -> dict[str, Any]:
    geometry = {"type": kind, "coordinates": [SQUARE if ring is None else ring]}
    return {"type": "Feature", "properties": {"name": name}, "geometry": geometry, **more}


def collection(*features: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features)})


def with_map(project: Project, data: str | bytes, yaml: str = MAP) -> Project:
    project.write("land.geojson", data)
    return asks_for_map(project, yaml)


def asks_for_map(project: Project, yaml: str = MAP) -> Project:
    path = project.root / "content" / "explainer.yaml"
    path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + "\n" + yaml, encoding="utf-8")
    return project


def place_yaml(name: str, lat: float, lon: float, kind: str = "city") -> str:
    point = f"{{lat: {lat:.4f}, lon: {lon:.4f}, basis: an atlas}}"
    return f"name: {name}\nkind: {kind}\ntimezone: Europe/Zurich\npoint: {point}\n"


# -- the file -------------------------------------------------------------------------------------------------------

DEEP = '{"type": "FeatureCollection", "features": ' + "[" * 200_000
BAD: dict[str, tuple[str | bytes, str, str]] = {
    "not JSON": ("{", "map-invalid", "this file is not JSON: it breaks off, or goes wrong, at line 1, column 2"),
    "empty": ("", "map-invalid", "this file is not JSON: it breaks off, or goes wrong, at line 1, column 1"),
    "a list": ("[]", "map-invalid", "this file is not a FeatureCollection"),
    "another format": ('{"type": "Topology"}', "map-invalid", "this file is not a FeatureCollection"),
    "no list": ('{"type": "FeatureCollection", "features": {}}', "map-invalid", "this file has no list of features"),
    "no feature": (collection(), "map-invalid", "this file holds no area"),
    "no area": (collection(feature(geometry=None)), "map-invalid", "this file holds no area"),
    "an area of nothing": (
        collection(feature(geometry={"type": "MultiPolygon", "coordinates": [[]]})),
        "map-invalid",
        "this file holds no area",
    ),
    "no Feature": (collection(7), "map-invalid", "feature 1 is not a Feature"),
    "a name that is no text": (
        collection(feature(name=[1])),
        "map-invalid",
        "the name of feature 1 is not a short text",
    ),
    "half a letter": (collection(feature("\ud800")), "map-invalid", "the name of feature 1 is not a short text"),
    "a line": (
        collection(feature(kind="LineString")),
        "map-invalid",
        "feature 1, “Uri”, is not a Polygon or MultiPolygon",
    ),
    "geometry of text": (
        collection(feature(geometry="x")),
        "map-invalid",
        "feature 1, “Uri”, is not a Polygon or MultiPolygon",
    ),
    "coordinates of text": (
        collection(feature(ring="abcd")),
        "map-invalid",
        "feature 1, “Uri”, has no list of coordinates where one belongs",
    ),
    "a short ring": (
        collection(feature(ring=SQUARE[:3])),
        "map-invalid",
        "feature 1, “Uri”, has a ring of fewer than four positions",
    ),
    "a ring round the earth, and round": (
        collection(feature(ring=[[0, 10], [120, 10], [-120, 10]] * 3)),
        "map-invalid",
        "feature 1, “Uri”, has a ring that runs round the earth more than twice",
    ),
    "one number": (
        collection(feature(ring=[[5]] * 4)),
        "map-invalid",
        "feature 1, “Uri”, has a position that is not [longitude, latitude]",
    ),
    "yes for a number": (
        collection(feature(ring=[[True, 45]] * 4)),
        "map-invalid",
        "feature 1, “Uri”, has a position that is not [longitude, latitude]",
    ),
    "metres": (
        collection(feature(ring=[[2_600_000, 1_200_000]] * 4)),
        "map-invalid",
        "feature 1, “Uri”, has a position outside the earth’s degrees, ±180 and ±90",
    ),
    "infinite by size": (
        collection(feature()).replace("[5, 45]", "[1e999, 45]"),
        "map-invalid",
        "feature 1, “Uri”, has a position outside the earth’s degrees, ±180 and ±90",
    ),
    "an integer without end": (
        collection(feature()).replace("[5, 45]", f"[{'9' * 400}, 45]"),
        "map-invalid",
        "feature 1, “Uri”, has a position outside the earth’s degrees, ±180 and ±90",
    ),
    "more digits than are read": (
        collection(feature()).replace("[5, 45]", f"[{'9' * 9000}, 45]"),
        "map-invalid",
        "this file holds a number that is too long",
    ),
    "NaN": (
        collection(feature()).replace("[5, 45]", "[NaN, 45]"),
        "map-invalid",
        "NaN is not a number that a map can hold",
    ),
    "Infinity": (
        collection(feature()).replace("[5, 45]", "[-Infinity, 45]"),
        "map-invalid",
        "-Infinity is not a number that a map can hold",
    ),
    "a deep nest": (DEEP, "map-invalid", "this file is nested too deeply"),
    "Latin-1": (collection(feature("Zürich")).encode("utf-16"), "enc", "this map is not UTF-8"),
    "too large": (b" " * (MAX_MAP + 1), "limit", "this map has 2,097,153 bytes; 2,097,152 is the most"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_file_that_is_no_map_is_told_at_the_line_that_names_it(project: Project, what: str) -> None:
    data, code, message = BAD[what]
    result = with_map(project, data).run("check")
    line = (
        (project.root / "content/explainer.yaml").read_text(encoding="utf-8").splitlines().index("  file: land.geojson")
    )
    assert f"content/explainer.yaml:{line + 1}:9: error[{code}]: land.geojson: {message}\n  hint: " in result.output
    assert result.output.count("error[") == 1
    assert result.exit_code == 1


@pytest.mark.parametrize("name", ["land.geojson", "../land.geojson", "/etc/passwd", "sub/land.geojson", ".."])
def test_a_map_that_is_not_beside_the_explainer_is_missing(project: Project, name: str) -> None:
    (project.root / "land.geojson").write_text(collection(feature()))
    result = asks_for_map(project, MAP.replace("land.geojson", name)).run("check")
    assert f"error[file-missing]: there is no map {name}\n  hint: put the file into content/" in result.output
    assert result.exit_code == 1


def test_a_focus_that_the_map_does_not_hold_is_told_with_the_one_that_was_meant(project: Project) -> None:
    result = with_map(project, collection(feature("Ury"), feature("Schwyz"))).run("check")
    assert "error[map-focus]: land.geojson holds no area named Uri\n  hint: did you mean Ury?" in result.output


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["Polygon", "Feature"]),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(st.sampled_from(["type", "geometry", "coordinates", "features", "properties", "name"]), inner)
    ),
    max_leaves=20,
)


@given(json_values)
def test_any_json_is_areas_or_one_message(value: Any) -> None:
    for data in (
        value,
        {"type": "FeatureCollection", "features": [value, feature(geometry=value), feature(ring=value)]},
    ):
        try:
            assert read_areas(json.dumps(data).encode())
        except MapError as error:
            assert error.message and error.code


# -- degrees to a sheet ---------------------------------------------------------------------------------------------

windows = st.builds(
    lambda west, south, wide, high: Window(west, south, west + wide, min(south + high, 90)),
    st.floats(-180, 180),
    st.floats(-89, 80),
    st.floats(0.5, 170),
    st.floats(0.5, 90),
)
shares = st.tuples(st.floats(0.01, 0.99), st.floats(0.01, 0.99))


def inside(window: Window, share: tuple[float, float]) -> tuple[float, float]:
    return (
        window.west + share[0] * (window.east - window.west),
        window.south + share[1] * (window.north - window.south),
    )


@given(windows, shares)
def test_a_position_comes_back_from_the_sheet(window: Window, share: tuple[float, float]) -> None:
    longitude, latitude = inside(window, share)
    conic = conic_for(window)
    assert conic.position(conic((longitude, latitude))) == pytest.approx((longitude, latitude), abs=1e-4)


@given(windows, shares, st.floats(0.001, 0.2))
def test_what_lies_further_east_or_north_is_drawn_further_along_its_parallel_or_meridian(
    window: Window, share: tuple[float, float], step: float
) -> None:
    conic = conic_for(window)
    _, latitude = inside(window, share)
    middle = window.middle
    south, north = conic((middle, latitude)), conic((middle, latitude + step * (89.9 - latitude)))
    assert north[1] > south[1] and south[0] == pytest.approx(north[0], abs=1e-9)
    assert conic((middle + step, latitude))[0] > conic((middle, latitude))[0] > conic((middle - step, latitude))[0]


@given(windows, shares)
def test_areas_are_true(window: Window, share: tuple[float, float]) -> None:
    """A small square of degrees has the area on the sheet that it has on the earth."""
    conic, (longitude, latitude) = conic_for(window), inside(window, share)
    d = 1e-3
    (x0, y0), (x1, y1), (x2, y2) = (conic((longitude + a * d, latitude + b * d)) for a, b in ((0, 0), (1, 0), (0, 1)))
    flat = abs((x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0))
    round_ = radians(d) * (sin(radians(latitude + d)) - sin(radians(latitude)))
    assert flat == pytest.approx(round_, rel=2e-2, abs=1e-14)


@given(st.lists(st.floats(-179.9, 179.9), min_size=1, max_size=8), st.floats(-180, 180))
def test_the_window_is_the_shortest_way_round_the_earth(longitudes: list[float], turn: float) -> None:
    def width(values: list[float]) -> float:
        window = bounds([((value, 0.0),) for value in values])
        assert all(any(window.west - 1e-6 <= v + 360 * k <= window.east + 1e-6 for k in (-1, 0, 1, 2)) for v in values)
        return window.east - window.west

    shifted = [((value + turn + 180) % 360) - 180 for value in longitudes]
    assert width(shifted) == pytest.approx(width(longitudes), abs=1e-6)
    assert width(longitudes) <= max(longitudes) - min(longitudes) + 1e-9


points = st.tuples(st.floats(-100, 100), st.floats(-80, 80))


@given(st.lists(points, min_size=4, max_size=30), windows)
def test_what_is_clipped_is_what_lies_inside_the_window(ring: list[tuple[float, float]], window: Window) -> None:
    left = clipped(tuple(ring), window)
    assert {point for point in ring if window.holds(point)} <= {*left}
    for x, y in left:
        assert window.west - 1e-6 <= x <= window.east + 1e-6 and window.south - 1e-6 <= y <= window.north + 1e-6


@given(st.lists(points, min_size=2, max_size=40), st.floats(0.1, 20))
def test_a_simplified_line_keeps_its_ends_and_strays_no_further_than_it_may(
    line: list[tuple[float, float]], tolerance: float
) -> None:
    kept = simplified(line, tolerance)
    assert kept[0] == line[0] and kept[-1] == line[-1]
    assert set(kept) <= set(line)
    for x, y in line:
        nearest = min(_distance(x, y, a, b) for a, b in pairwise(kept))
        assert nearest <= tolerance + 1e-9


def _distance(x: float, y: float, a: tuple[float, float], b: tuple[float, float]) -> float:
    dx, dy = b[0] - a[0], b[1] - a[1]
    share = max(0, min(1, ((x - a[0]) * dx + (y - a[1]) * dy) / ((dx * dx + dy * dy) or 1)))
    return sqrt((x - a[0] - share * dx) ** 2 + (y - a[1] - share * dy) ** 2)


# -- the drawing ----------------------------------------------------------------------------------------------------

NAMES = st.sampled_from(
    ["Ur", "Altdorf", "Нур-Султан", "Өскемен", "Saint-Jean-de-Maurienne", "Wilhelmshaven an der Jade"]
)
PLACES = st.lists(st.tuples(NAMES, st.floats(44, 51), st.floats(4, 13)), min_size=1, max_size=14)


NEIGHBOUR = feature("Schwyz", [[12, 45], [15, 45], [15, 50], [12, 50]])
STARTING = read(STARTER)


def map_of(places: list[tuple[str, float, float]], data: str, yaml: str = MAP, kind: str = "city") -> PlaceMap:
    """The map of the starter, with these places in place of its own. Nothing else is built: examples are many."""
    explainer = STARTING.content["content/explainer.yaml"] + yaml.encode()
    content = {"content/explainer.yaml": explainer, "content/land.geojson": data.encode()}
    for number, (name, lat, lon) in enumerate(places):
        content[f"content/places/place-{number}.yaml"] = place_yaml(name, lat, lon, kind).encode()
    files = [(path, text, Place if "places" in path else Explainer) for path, text in content.items()]
    parsed = {file[0]: record for file in files[:1] + files[2:] if (record := parse_file(*file)[0])}
    assert len(parsed) == len(places) + 1
    found = place_map(assemble(parsed, KINDS, content, {}).site)
    assert found is not None
    return found


@settings(max_examples=60)
@given(PLACES)
def test_no_label_touches_a_label_or_a_dot_or_leaves_the_frame(places: list[tuple[str, float, float]]) -> None:
    for drawing in map_of(places, collection(feature(), NEIGHBOUR)).drawings:
        frame = Box(0, 0, drawing.width, drawing.height)
        names = [words.box for words in drawing.words]
        labels = [_around([words.box for words in mark.words]) for mark in drawing.places if mark.words]
        dots = [shape.box for mark in drawing.places for shape in mark.shapes if shape.css == "dot"]
        assert all(frame.holds(box) for box in (*names, *labels, *dots))
        assert not any(box.touches(dot) for box in (*names, *labels) for dot in dots)
        assert not any(one.touches(other) for one, other in combinations([*names, *labels], 2))


@settings(max_examples=30)
@given(PLACES)
def test_every_place_is_a_dot_or_counted_to_one_or_named_below_the_map(places: list[tuple[str, float, float]]) -> None:
    found = map_of(places, collection(feature(), NEIGHBOUR))
    for drawing in found.drawings:
        told = [name for mark in drawing.places for name in mark.name.replace(", with ", ", ").split(", ")]
        assert sorted(told + [place.name for place in found.elsewhere]) == sorted(name for name, _, _ in places)


def test_places_in_one_spot_share_a_dot_that_is_named_for_the_city() -> None:
    places = [("Airport", 47.01, 8.0), ("City", 47.0, 8.0)]
    site, city = (map_of(places[:1], collection(feature()), kind="site"), map_of(places, collection(feature())))
    assert [mark.name for mark in site.drawings[0].places] == ["Airport"]
    assert city.has_crowd and not site.has_crowd
    (mark,) = city.drawings[1].places
    assert (mark.address, mark.words[0].text) == ("places/place-0/", "Airport +1")


def test_a_country_on_both_sides_of_the_date_line_is_drawn_whole() -> None:
    west, east = ([[x, 60], [x + 10, 60], [x + 10, 70], [x, 70]] for x in (170, -180))
    found = map_of(
        [("Here", 65, 175), ("There", 65, -175), ("Away", 65, 0)],
        collection(feature(ring=west), feature(ring=east)),
    )
    for drawing in found.drawings:
        here, there = sorted(drawing.places, key=lambda mark: mark.name)
        apart = there.shapes[-1].box.left - here.shapes[-1].box.left
        assert drawing.width * 0.3 < apart < drawing.width * 0.7
    assert [place.name for place in found.elsewhere] == ["Away"]


def test_a_ring_that_runs_over_the_date_line_does_not_jump_round_the_earth() -> None:
    over = [[170, 60], [-170, 60], [-170, 70], [170, 70], [170, 60]]
    found = map_of([("Here", 65, 179), ("There", 65, -179)], collection(feature(ring=over)))
    for drawing in found.drawings:
        (home,) = (shape for shape in drawing.shapes if shape.css == "home")
        assert home.box.right - home.box.left > drawing.width * 0.8
        assert home.box.left > 0 and home.box.right < drawing.width


def test_without_a_focus_the_map_shows_all_places() -> None:
    yaml = MAP.replace("  focus: Uri\n", "")
    found = map_of([("Here", 46, 6), ("There", 49, 11)], collection(feature()), yaml)
    assert not found.elsewhere and found.name == "Map of the places"
    assert all(len(drawing.places) == 2 for drawing in found.drawings)


def test_without_a_map_there_is_none() -> None:
    made = build(STARTING)
    assert made.site is not None and place_map(made.site) is None


def test_a_name_keeps_off_the_border_where_it_can() -> None:
    drawing = map_of([("Wilhelmshaven", 47.5, 11.4)], collection(feature(), NEIGHBOUR)).drawings[1]
    border = next(shape.box for shape in drawing.shapes if shape.css == "home")
    assert drawing.places[0].words[0].box.right < border.right


def test_the_frame_is_upright_where_the_file_holds_enough_and_else_runs_where_that_ends() -> None:
    wide = [[0, 40], [17, 40], [17, 55], [0, 55], [0, 40]]
    places = [("Here", 46.0, 6.0)]
    for around, upright in ((collection(feature(), feature("Land", wide)), True), (collection(feature()), False)):
        for drawing in map_of(places, around).drawings:
            frame = drawing.shapes[-1]
            assert frame.css == "frame" and (frame.d.count("L") == 3) is upright
            home = next(shape.box for shape in drawing.shapes if shape.css == "home")
            assert frame.box.grown(0.11).holds(home) and home.right - home.left > drawing.width * 0.8


def test_where_dots_stand_close_the_names_share_the_room() -> None:
    """Placed in turn, one of them would find none."""
    places = [("Altdorf", 47.7, 7.5), ("Bernbach", 47.5, 5.3), ("Chur", 46.4, 9.0), ("Davos", 45.8, 6.1)]
    places += [("Ems", 48.4, 9.4), ("Flims", 47.7, 7.9), ("Glarus", 47.4, 5.5)]
    (narrow, _) = map_of(places, collection(feature(), NEIGHBOUR)).drawings
    assert all(mark.words for mark in narrow.places)


def test_the_bases_of_positions_are_said_with_their_counts() -> None:
    assert map_of([("Here", 46, 6), ("There", 49, 11)], collection(feature())).bases == (("an atlas", 2),)


@pytest.mark.parametrize("height", [1.0, 0.02], ids=["all over the map", "in many small steps"])
def test_a_border_of_a_hundred_thousand_corners_is_drawn_with_few(height: float) -> None:
    to_and_fro = [[5 + number / 20_000, 45 + height * (number % 2)] for number in range(100_000)]
    for drawing in map_of([("Here", 45.5, 7)], collection(feature(ring=to_and_fro))).drawings:
        assert sum(shape.d.count("L") for shape in drawing.shapes) < 21_000


def test_names_of_many_places_are_held_against_what_is_near_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    held, touched = Box.touches, list[Box]()

    def touches(box: Box, other: Box) -> bool:
        touched.append(other)
        return held(box, other)

    monkeypatch.setattr(Box, "touches", touches)
    places = [("Ur", 45 + 5 * (number * 37 % 101) / 101, 5 + number / 60) for number in range(400)]
    map_of(places, collection(feature()))
    assert len(touched) < 1_000 * len(places)


def test_the_map_of_this_project_names_every_place_at_both_widths_in_25_kilobytes() -> None:
    made = build(read(STARTER.parent.parent))
    assert made.site is not None
    found = place_map(made.site)
    assert found is not None and not found.elsewhere
    page = made.files["places/index.html"].decode()
    drawings = re.findall(r'<svg class="(?:narrow|wide)".*?</svg>', page, re.S)
    assert len(drawings) == 2 and all(len(drawing) <= 25_000 for drawing in drawings)
    for drawing in found.drawings:
        (home,) = (shape for shape in drawing.shapes if shape.css == "home")
        assert home.box.right - home.box.left > drawing.width * 0.9
        assert all(mark.words for mark in drawing.places)
        assert {words.text for words in drawing.words} >= {"Kazakhstan", "Russia", "China"}
        assert all(mark.name in drawn for mark in drawing.places for drawn in drawings)


def _around(boxes: list[Box]) -> Box:
    return Box(
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
    )
