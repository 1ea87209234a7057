"""A commented, valid draft of a record, made from the fields of its kind: the manual where it is needed."""

import re
from pathlib import Path
from typing import Any

from generator.exports import schema
from generator.fields import PLACEHOLDER
from generator.records import Record

# What a required field holds until its facts are in. References take an id that exists where there is one.
_EXAMPLES = {
    "when": "2022-01-05",
    "said": "2022-01-05",
    "on": "2022-01-05",
    "published": "2022-01-05",
    "url": "https://example.org/",
}
# What a record has in common with most others: what the explainer says of itself, and where it says nothing yet.
_OF_SITE = {"language": "en", "timezone": "UTC"}
_REFERENCES = {"section": "sections", "speaker": "actors"}


def skeleton(kind: type[Record], content: Path) -> str:
    """The text of the file. References name a record that exists in `content`, where one does."""
    made = schema(kind)
    required = list(made["required"])
    if kind.kind == "source":
        required += ["published", "url"]
    if kind.kind == "event":
        required.append("cites")
    lines = ["status: draft"]
    for name in required:
        lines += _lines(name, made["properties"][name], kind.kind, content)
    lines.append("")
    for name, field in made["properties"].items():
        if name not in (*required, "status"):
            lines.append(f"# {name}:{_comment(field, made['$defs'])}")
    return "\n".join(lines) + "\n"


def _comment(field: dict[str, Any], parts: dict[str, Any]) -> str:
    said = " ".join(filter(None, (field.get("description", ""), _form(field, parts))))
    return f"  # {said}" if said else ""


def _form(field: dict[str, Any], parts: dict[str, Any]) -> str:
    """What can be written there, where that is more than a text."""
    is_list, field = "items" in field, field.get("items", field)
    for way in field.get("anyOf", [field]):
        if "enum" in way:
            return f"One of {', '.join(way['enum'])}."
        if "$ref" in way:
            keys = ", ".join(parts[way["$ref"].rpartition("/")[2]]["properties"])
            return f"A list, each with {keys}." if is_list else f"Below it: {keys}."
        if "description" in way and (is_list or way is not field):
            said = str(way["description"])
            return said.replace("The id of a record", "The ids of records") if is_list else said
    return ""


def _lines(name: str, field: dict[str, Any], kind: str, content: Path) -> list[str]:
    said = [f"# {field['description']}"] if "description" in field else []
    source, actor = _first(content, "sources", "a-source"), _first(content, "actors", "an-actor")
    match kind, name:
        case _, "cites":
            return [*said, f"cites: [{source}]"]
        case _, "cite":
            return [*said, "cite:", f"  source: {source}"]
        case "figure", "values":
            return [
                *said,
                "values:",
                "  - value: 1",
                f"    stated_by: {actor}",
                "    stated_on: 2022-01-05",
                f"    cites: [{source}]",
            ]
        case "dispute", "positions":
            position = [f"  - holder: {actor}", f"    says: {PLACEHOLDER}", f"    cites: [{source}]"]
            return [*said, "positions:", *position, *position]
        case "update", "affects":
            return [*said, f"affects: [section:{_first(content, 'sections', 'a-section')}]"]
    if name in _REFERENCES:
        return [*said, f"{name}: {_first(content, _REFERENCES[name], 'an-id')}"]
    if "enum" in field:
        return [f"# one of {', '.join(field['enum'])}", f"{name}: {field['enum'][0]}"]
    example = _of_site(name, content) if name in _OF_SITE else _EXAMPLES.get(name, PLACEHOLDER)
    return [*said, f"{name}: {example}"]


def _of_site(name: str, content: Path) -> str:
    """What stands at this key in explainer.yaml, which may have mistakes elsewhere."""
    explainer = content / "explainer.yaml"
    text = explainer.read_text(encoding="utf-8", errors="replace") if explainer.is_file() else ""
    found = re.search(rf"^{name}:[ ]+([\w/+-]+)", text, re.MULTILINE)
    return found[1] if found else _OF_SITE[name]


def _first(content: Path, folder: str, otherwise: str) -> str:
    return min((path.stem for path in (content / folder).glob("*.yaml")), default=otherwise)
