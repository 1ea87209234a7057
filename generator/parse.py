"""Files to validated records, one file at a time; the validator's words turned into the editor's."""

import re
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from generator import yamlfile
from generator.diagnostics import Diagnostic, Location
from generator.parallel import slices, together
from generator.prose import Prose
from generator.records import Record, values
from generator.refs import id_problem, nearest
from generator.yamlfile import Document, Path

File = tuple[str, bytes, type[Record]]


@dataclass(frozen=True)
class Parsed:
    """A valid record, and the file it was written in."""

    record: Record
    path: str


def parse_file(path: str, content: bytes, kind: type[Record]) -> tuple[Parsed | None, list[Diagnostic]]:
    """The record in one file, whose name is its id; or what is wrong with it."""
    record_id = path.rsplit("/", 1)[-1].removesuffix(".yaml")
    if problem := id_problem(record_id):
        return None, [Diagnostic(Location(path), *problem)]
    document, found = yamlfile.parse(path, content)
    if document is None:
        return None, found
    if "id" in document.data:
        hint = "delete the line; to rename the record, rename the file and list the old id in aliases:"
        return None, [Diagnostic(document.at_key(("id",)), "key-unknown", "the id is the file’s name", hint)]
    try:
        record = kind.model_validate({**document.data, "id": record_id})
    except ValidationError as error:
        return None, [_explained(document, kind, details) for details in error.errors(include_url=False)]
    problems = [*_lost_text(document, record), *_prose_problems(document, record)]
    # Dropped here so that nothing downstream can publish it.
    record = record.model_copy(update={"note": None}) if record.note else record
    return Parsed(record, path), problems


def parse_files(
    files: Sequence[File], jobs: int = 1, executor: Executor | None = None
) -> list[tuple[Parsed | None, list[Diagnostic]]]:
    """`parse_file` of each, in their order: in up to `jobs` processes, or by `executor` if there is one."""
    batches = slices(files, jobs if executor is None else len(files), 400)
    if executor is not None:
        return [answer for answers in executor.map(_parse_batch, batches) for answer in answers]
    return [answer for answers in together([partial(_parse_batch, batch) for batch in batches]) for answer in answers]


def _parse_batch(files: Sequence[File]) -> list[tuple[Parsed | None, list[Diagnostic]]]:
    return [parse_file(*file) for file in files]


def _explained(document: Document, kind: type[Record], details: ErrorDetails) -> Diagnostic:
    path = tuple(details["loc"])
    context: Mapping[str, Any] = details.get("ctx") or {}
    code, message, hint = details["type"], details["msg"], str(context.get("hint", ""))
    if key := context.get("key"):
        path = (*path, key)
    where = document.at(path, context.get("offset"))
    if path and path not in document.places and path[:-1] in document.places and key:
        where = document.at(path[:-1])
    match code:
        case "missing":
            return Diagnostic(document.at(path[:-1]), "required", f"“{path[-1]}” is missing", _example(kind, path))
        case "extra_forbidden":
            meant = nearest(str(path[-1]), _keys_at(kind, path[:-1]))
            hint = f"did you mean {meant}?" if meant else f"the keys here are {', '.join(_keys_at(kind, path[:-1]))}"
            return Diagnostic(document.at_key(path), "key-unknown", f"“{path[-1]}” is not a key here", hint)
        case "too_long" | "too_short":
            return Diagnostic(where, "limit", _length_message(code, context), "")
        case "literal_error":
            return _not_a_choice(where, str(details["input"]), context["expected"])
        case "tuple_type" | "model_type" | "model_attributes_type" | "dict_type":
            return _wrong_shape(where, code, details["input"])
        case "string_pattern_mismatch":
            return Diagnostic(
                where,
                "choice",
                "this is not written as expected",
                "see the field’s description: explainer schema",
            )
        case _:
            return Diagnostic(where, code, message, hint)


def _length_message(code: str, context: Mapping[str, Any]) -> str:
    if code == "too_long":
        return f"this list has {context['actual_length']} items; {context['max_length']} is the most"
    return f"this list has {context['actual_length']} items; it needs {context['min_length']} or more"


def _not_a_choice(where: Location, given: str, expected: str) -> Diagnostic:
    """`expected` is as pydantic says it: `'one', 'two' or 'three'`."""
    choices = re.findall(r"'([^']*)'", expected)
    meant = nearest(given, choices)
    hint = f"did you mean {meant}? " if meant else ""
    return Diagnostic(
        where, "choice", f"“{given[:40]}” is not one of the choices", f"{hint}Choose {', '.join(choices)}"
    )


def _wrong_shape(where: Location, code: str, given: Any) -> Diagnostic:
    if given == "":
        return Diagnostic(where, "required", "this is empty", "write a value, or delete the line")
    if code == "tuple_type":
        return Diagnostic(
            where,
            "type",
            "a list is wanted here",
            "write one item a line, each after “- ”, or [first, second]",
        )
    return Diagnostic(where, "type", "key: value lines are wanted here", "indent them below this key")


def _keys_at(kind: type[Record], path: Path) -> list[str]:
    """The keys an editor may write at this place of a record of this kind."""
    schema = kind.model_json_schema()
    node: dict[str, Any] = schema
    for step in path:
        node = _resolved(schema, node)
        node = node.get("items", {}) if isinstance(step, int) else node.get("properties", {}).get(step, {})
    return [key for key in _resolved(schema, node).get("properties", {}) if key != "id"]


def _resolved(schema: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    for option in (node, *node.get("anyOf", ())):
        if "$ref" in option:
            found: dict[str, Any] = schema["$defs"][option["$ref"].rsplit("/", 1)[-1]]
            return found
        if "items" in option or "properties" in option:
            return dict(option)
    return node


def _example(kind: type[Record], path: Path) -> str:
    name = str(path[-1])
    field = next((f for n, f in kind.model_fields.items() if name in (n, f.alias)), None) if len(path) == 1 else None
    return f"{name}: {field.description}" if field and field.description else f"add {name}: with its value"


def _lost_text(document: Document, record: Record) -> Iterable[Diagnostic]:
    for path in document.commented:
        value = _at(document.data, path)
        if " " in value:
            where = document.at(path)
            yield Diagnostic(where, "yaml-hash", "the text after # is lost", "put double quotes around the whole value")


def _at(data: Any, path: Path) -> str:
    for step in path:
        data = data[step]
    return str(data)


def _prose_problems(document: Document, record: Record) -> Iterable[Diagnostic]:
    for path, value in values(record):
        if isinstance(value, Prose):
            for problem in value.problems:
                # Text is stripped before it is read: count from where it starts in the file.
                raw = _at(document.data, path)
                where = document.at(path, problem.offset + len(raw) - len(raw.lstrip()))
                yield Diagnostic(where, problem.code, problem.message, problem.hint)
