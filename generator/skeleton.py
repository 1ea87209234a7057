"""A commented, valid draft of a record, made from the fields of its kind: the manual where it is needed."""

from pathlib import Path
from typing import Any

from generator.exports import schema
from generator.mistakes import PLACEHOLDER
from generator.records import Record

# What a required field holds until its facts are in. References take an id that exists where there is one.
_EXAMPLES = {
    "when": "2022-01-05",
    "said": "2022-01-05",
    "on": "2022-01-05",
    "published": "2022-01-05",
    "language": "en",
    "timezone": "Asia/Almaty",
    "url": "https://example.org/",
}
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
            lines.append(f"# {name}:{_comment(field)}")
    return "\n".join(lines) + "\n"


def _comment(field: dict[str, Any]) -> str:
    return f"  # {field['description']}" if "description" in field else ""


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
    return [*said, f"{name}: {_EXAMPLES.get(name, PLACEHOLDER)}"]


def _first(content: Path, folder: str, otherwise: str) -> str:
    return min((path.stem for path in (content / folder).glob("*.yaml")), default=otherwise)
