"""What the schema of a kind says about a place in its records: which keys stand there, and what is written."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from generator.diagnostics import Path
from generator.records import Record


def node_at(kind: type[Record], path: Path) -> dict[str, Any]:
    """The piece of the JSON Schema that describes this place; empty where there is none."""
    schema = _schema(kind)
    node: dict[str, Any] = schema
    for step in path:
        node = _resolved(schema, node)
        node = node.get("items", {}) if isinstance(step, int) else node.get("properties", {}).get(step, {})
    return node


def keys_at(kind: type[Record], path: Path) -> list[str]:
    """The keys an editor may write at this place of a record of this kind."""
    keys = [key for key in _resolved(_schema(kind), node_at(kind, path)).get("properties", {}) if key != "id"]
    return keys if path else sorted(keys, key=lambda key: key in Record.model_fields)  # what every kind has comes last


def is_free_text(kind: type[Record], path: Path) -> bool:
    """Whether words for readers stand here, not a date, a number, an id or a choice."""
    node = _resolved(_schema(kind), node_at(kind, path))
    return "maxLength" in node and not node.keys() & {"format", "pattern"}


def is_address(kind: type[Record], path: Path) -> bool:
    """Whether a web address stands here."""
    return bool(_resolved(_schema(kind), node_at(kind, path)).get("format") == "uri")


def is_one_value(kind: type[Record], path: Path) -> bool:
    """Whether keys here are the pieces of one value, such as a date and a time, that may be written as a text, too."""
    types = {option.get("type") for option in node_at(kind, path).get("anyOf", ())}
    return {"string", "object"} <= types


def is_required(kind: type[Record], path: Path) -> bool:
    """Whether a record must have something here."""
    parent = _resolved(_schema(kind), node_at(kind, path[:-1]))
    return path[-1] in parent.get("required", ())


def needed_by(kind: type[Record]) -> set[str]:
    """The keys that every record of this kind has."""
    return {*_schema(kind).get("required", ())} - {"id"}


def is_a_citation(keys: Sequence[str]) -> bool:
    """Whether these are the keys of a citation, which may be written as the source’s id alone."""
    return keys[:2] == ["source", "locator"]


@cache
def _schema(kind: type[Record]) -> dict[str, Any]:
    return kind.model_json_schema()


def _resolved(schema: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    for option in (node, *node.get("anyOf", ())):
        if "$ref" in option:
            found: dict[str, Any] = schema["$defs"][option["$ref"].rsplit("/", 1)[-1]]
            return found
        if "items" in option or "properties" in option or "maxLength" in option:
            return dict(option)
    return node
