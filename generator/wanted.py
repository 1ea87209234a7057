"""What to say where a list or key: value lines stand, and one value that is no free text was wanted."""

import re
from typing import Any

from generator.diagnostics import Path
from generator.records import Record
from generator.shape import node_at

_SCALARS = {
    "integer": ("one whole number", "write its digits after the colon, as in key: 2"),
    "number": ("one number", "write its digits after the colon, as in key: 1237"),
    "boolean": ("true or false", "write one of them after the colon, as in key: true"),
}
_IS_ID = re.compile(r"The id of a record in [a-z]+/\.")


def wanted_at(kind: type[Record], path: Path, given: Any) -> tuple[str, str] | None:
    """What is wanted at this place, and a hint; None where it is a text, or a text was given."""
    if not isinstance(given, list | dict):
        return None
    node = node_at(kind, path)
    options = [node, *(inner for option in node.get("anyOf", ()) for inner in (option, *option.get("anyOf", ())))]
    types = [option.get("type") for option in options]
    if any(str(option.get("pattern", "")).startswith("^[a-z]+:") for option in options):
        return "one kind:id", _reference_in(given)
    if any(_IS_ID.match(option.get("description", "")) for option in options):
        return "one id", _id_in(given)
    if any(option.get("format") == "date" for option in options) or {"integer", "string"} <= {*types}:
        return "one date", "write it after the colon, as in key: 2022-01-05"
    return next((_SCALARS[name] for name in types if name in _SCALARS), None)


def _reference_in(given: list[Any] | dict[str, Any]) -> str:
    if isinstance(given, dict) and len(given) == 1:
        [(name, value)] = given.items()
        if isinstance(value, str):
            return f"write {name}:{value}, without a space after the colon"
    return _alone(given, "write one, as in event:curfew")


def _id_in(given: list[Any] | dict[str, Any]) -> str:
    return _alone([*given.values()] if isinstance(given, dict) else given, "write the id of one record")


def _alone(given: list[Any] | dict[str, Any], otherwise: str) -> str:
    if isinstance(given, list) and len(given) == 1 and isinstance(given[0], str):
        return f"write {given[0]} alone"
    return otherwise
