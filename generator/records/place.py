"""A place: its names through time, its zone, and where it lies."""

from typing import ClassVar, Literal

from pydantic import Field, model_validator

from generator.fields import Cites, DateText, Language, Number, Part, PlaceRef, Text
from generator.records.base import Record, refuse_at

PlaceKind = Literal["country", "region", "city", "site"]


class Point(Part):
    lat: Number = Field(
        description="Degrees north; in the south with a minus.",
        json_schema_extra={"minimum": -90, "maximum": 90},
    )
    lon: Number = Field(
        description="Degrees east; in the west with a minus.",
        json_schema_extra={"minimum": -180, "maximum": 180},
    )
    basis: Text | None = Field(None, description="Where the coordinates come from.")

    @model_validator(mode="after")
    def _is_on_earth(self) -> "Point":
        for key, value, most in (("lat", self.lat, 90), ("lon", self.lon, 180)):
            if not -most <= value <= most:
                raise refuse_at(
                    key,
                    "number",
                    f"{value} is not between -{most} and {most}",
                    "write degrees, such as 43.24",
                )
        return self

    @property
    def words(self) -> str:
        """`43.24° N, 76.95° E`, `44.1° S, 176.6° W`."""
        half = "S" if self.lat < 0 else "N", "W" if self.lon < 0 else "E"
        return f"{abs(self.lat)}° {half[0]}, {abs(self.lon)}° {half[1]}"


class PlaceName(Part):
    name: Text
    language: Language | None = None
    since: DateText | None = Field(None, alias="from")
    until: DateText | None = None


class Place(Record):
    kind: ClassVar[str] = "place"
    folder: ClassVar[str] = "places"
    plural: ClassVar[str] = "Places"

    name: Text = Field(description="As it was called at the time.")
    type: PlaceKind = Field(alias="kind")
    timezone: Text = Field(description="IANA name: `Asia/Almaty`.")
    names: tuple[PlaceName, ...] = Field((), description="Names in other languages and at other times.")
    part_of: PlaceRef | None = None
    point: Point | None = None
    cites: Cites = ()

    @property
    def heading(self) -> str:
        return self.name
