"""Whether the map that an explainer asks for can be drawn."""

from collections.abc import Iterator
from dataclasses import dataclass

from generator.diagnostics import Diagnostic
from generator.geojson import MapError, read_areas
from generator.records import Explainer, Record
from generator.refs import nearest
from generator.site import Site


@dataclass(frozen=True, slots=True)
class _Problem:
    """A diagnostic without its place: `key` is the line under `map` that it is about."""

    key: str
    code: str
    message: str
    hint: str


def map_is_sound(site: Site, record: Record) -> Iterator[Diagnostic]:
    """The file that `map` names is there and holds areas, the one in focus among them."""
    problem = site.derived(_problem) if isinstance(record, Explainer) and record.map else None
    if problem:
        yield Diagnostic(site.at(record.ref, ("map", problem.key)), problem.code, problem.message, problem.hint)


def _problem(site: Site) -> _Problem | None:
    wanted = site.explainer.map
    if wanted is None:
        return None
    if site.map_data is None:
        hint = "put the file into content/, beside explainer.yaml, and write its name here"
        return _Problem("file", "file-missing", f"there is no map {wanted.file}", hint)
    try:
        areas = read_areas(site.map_data)
    except MapError as error:
        return _Problem("file", error.code, f"{wanted.file}: {error.message}", error.hint)
    names = dict.fromkeys(area.name for area in areas if area.name)
    if wanted.focus is None or wanted.focus in names:
        return None
    meant = nearest(wanted.focus, names)
    hint = f"did you mean {meant}?" if meant else f"its areas are {', '.join(names) or 'without a name'}"[:300]
    return _Problem("focus", "map-focus", f"{wanted.file} holds no area named {wanted.focus}", hint)
