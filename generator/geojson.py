"""A map's areas out of a GeoJSON file (RFC 7946). It is content: what is wrong with it is told, never raised."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

MAX_MAP = 2 * 1024 * 1024
_MOST_NAME = 100

# Longitude and latitude in degrees. Along a ring longitudes run on past ±180, so that no line jumps round the earth.
Position = tuple[float, float]
Ring = tuple[Position, ...]


@dataclass(frozen=True, slots=True)
class Area:
    """A country or the like. Its rings lie inside and outside each other as in the file; holes are rings too."""

    name: str
    rings: tuple[Ring, ...]


class MapError(Exception):
    """Why a file is no map: a diagnostic without its place."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint


@lru_cache(maxsize=2)  # a rule asks, then the page that shows the map
def read_areas(data: bytes) -> tuple[Area, ...]:
    """The areas of the file, in its order. Raises `MapError`."""
    if len(data) > MAX_MAP:
        said = f"this map has {len(data):,} bytes; {MAX_MAP:,} is the most"
        raise MapError("limit", said, "simplify it, say with mapshaper.org: a map this size shows no more")
    root = _parsed(data)
    if not isinstance(root, dict) or root.get("type") != "FeatureCollection":
        raise _malformed("this file is not a FeatureCollection")
    features = root.get("features")
    if not isinstance(features, list):
        raise _malformed("this file has no list of features")
    areas = tuple(area for number, feature in enumerate(features, 1) if (area := _area(feature, number)))
    if not areas:
        raise _malformed("this file holds no area")
    return areas


def _malformed(message: str) -> MapError:
    return MapError("map-invalid", message, "export the map again as GeoJSON, in longitudes and latitudes")


def _parsed(data: bytes) -> Any:
    try:
        return json.loads(data.decode("utf-8-sig"), parse_constant=_constant)
    except UnicodeDecodeError:
        raise MapError("enc", "this map is not UTF-8", "save it as UTF-8") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise _malformed(f"this file is not JSON: it breaks off, or goes wrong, at {where}") from None
    except RecursionError:
        raise _malformed("this file is nested too deeply") from None
    except ValueError:  # a number of thousands of digits
        raise _malformed("this file holds a number that is too long") from None


def _constant(name: str) -> float:
    raise _malformed(f"{name} is not a number that a map can hold")


def _area(feature: Any, number: int) -> Area | None:
    """One feature; nothing where it has no geometry, or an empty one, as the format allows."""
    where = f"feature {number}"
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise _malformed(f"{where} is not a Feature")
    properties = feature.get("properties") or {}
    name = properties.get("name") if isinstance(properties, dict) else None
    name = "" if name is None else name
    if not isinstance(name, str) or len(name) > _MOST_NAME or not name.isprintable():
        raise _malformed(f"the name of {where} is not a short text")
    geometry = feature.get("geometry")
    if geometry is None:
        return None
    rings = tuple(_rings(geometry, f"{where}, “{name}”," if name else where))
    return Area(name.strip(), rings) if rings else None


def _rings(geometry: Any, where: str) -> Iterator[Ring]:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise _malformed(f"{where} is not a Polygon or MultiPolygon")
    coordinates = geometry.get("coordinates")
    for polygon in _list([coordinates] if kind == "Polygon" else coordinates, where):
        for line in _list(polygon, where):
            positions = [_position(item, where) for item in _list(line, where)]
            if len(positions) < 4:
                raise _malformed(f"{where} has a ring of fewer than four positions")
            ring = _unwrapped(positions)
            longitudes = [longitude for longitude, _ in ring]
            if max(longitudes) - min(longitudes) > 2 * 360:
                raise _malformed(f"{where} has a ring that runs round the earth more than twice")
            yield ring


def _list(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise _malformed(f"{where} has no list of coordinates where one belongs")
    return value


def _position(value: Any, where: str) -> Position:
    pair = value[:2] if isinstance(value, list) else ()
    if len(pair) != 2 or not all(type(number) in (int, float) for number in pair):
        raise _malformed(f"{where} has a position that is not [longitude, latitude]")
    longitude, latitude = pair
    # Compared before anything is computed: 1e999 is infinite, and an integer may have a thousand digits.
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise _malformed(f"{where} has a position outside the earth’s degrees, ±180 and ±90")
    return float(longitude), float(latitude)


def _unwrapped(positions: Sequence[Position]) -> Ring:
    """The ring with each longitude within half the earth of the one before."""
    made = [positions[0]]
    for longitude, latitude in positions[1:]:
        turns = round((longitude - made[-1][0]) / 360)
        made.append((longitude - 360 * turns, latitude))
    return tuple(made)
