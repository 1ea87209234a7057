"""What the validator found in a record, in an editor's words, and each mistake once."""

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any, NamedTuple

from pydantic_core import ErrorDetails

from generator.diagnostics import Diagnostic, Location, Path, clipped
from generator.fields import EMPTY, PLACEHOLDER
from generator.numberhints import number_hint
from generator.records import KINDS, Record
from generator.refs import ID, nearest
from generator.shape import is_a_citation, is_address, is_free_text, is_required, keys_at, needed_by, node_at
from generator.wanted import wanted_at
from generator.yamlfile import Document
from generator.yamlwords import SMART_QUOTES

_GIVEN: Mapping[type, str] = {str: "a text", list: "a list", dict: "key: value lines"}
_PLAIN_ITEMS = re.compile(rf"{ID.pattern}(?:(?: *[,;] *| +){ID.pattern})+")
_PLAIN_ITEM = re.compile(r"[\w.@/-][\w .@/-]{0,50}")


def explained(document: Document, kind: type[Record], errors: Sequence[ErrorDetails]) -> list[Diagnostic]:
    """The diagnostics for these errors, without those that only follow from another one."""
    if other := _kind_meant(document, kind):
        message = f"this is no {kind.kind}: its keys are those of the kind “{other.kind}”"
        return [Diagnostic(Location(document.path), "kind-unknown", message, f"move the file to {other.folder}/")]
    paths = [_path(error) for error in errors]
    causes = _causes(document, kind, errors, paths)
    found = [_lost(document, path) for path in document.commented if path in causes.lost]
    for error, path in zip(errors, paths, strict=True):
        if _follows(error, path, paths, causes):
            continue
        if path in causes.outdented:
            found.append(_outdented(document, path, causes.outdented[path]))
        else:
            found += _explained(document, kind, error, path, causes.misspelt.get(path))
    return found


class _Causes(NamedTuple):
    """Mistakes from which errors elsewhere follow."""

    misspelt: Mapping[Path, str]
    """Unknown keys, each with the one that was meant."""
    outdented: Mapping[Path, Path]
    """Unknown keys that stand in the wrong column, each with what it belongs below."""
    lost: Set[Path]
    """Texts of which a ` #` cut the end off."""
    found: Set[Path]
    """What only seems to be missing, or wrong: it is there, under one of those keys."""


def _causes(document: Document, kind: type[Record], errors: Sequence[ErrorDetails], paths: Sequence[Path]) -> _Causes:
    unknown = [path for error, path in zip(errors, paths, strict=True) if error["type"] == "extra_forbidden"]
    missing = [path for error, path in zip(errors, paths, strict=True) if error["type"] == "missing"]
    misspelt = {path: meant for path in unknown if (meant := _meant(document, kind, path, missing))}
    outdented = {path: (*path[:-1], parent) for path in unknown if (parent := _parent_meant(document, kind, path))}
    outdented |= {path: gap[:-1] for path in unknown if (gap := _gap_filled(path, missing))}
    found = {(*path[:-1], meant) for path, meant in misspelt.items()} - document.places.keys()
    found |= {(*above, path[-1]) if type(above[-1]) is int else above for path, above in outdented.items()}
    lost = {path for path in _cut_texts(document, kind) if document.value_at(path)}
    return _Causes(misspelt, outdented, lost, found)


def _follows(error: ErrorDetails, path: Path, paths: Sequence[Path], causes: _Causes) -> bool:
    """Whether an error only follows from another one, which is told."""
    here = {path[:length] for length in range(1, len(path) + 1)}
    names_nothing = error["type"] == "required" and error["msg"] != EMPTY  # a source, say: it stands after the #
    if causes.lost and (names_nothing or not here.isdisjoint(causes.lost)):
        return True
    if error["type"] == "extra_forbidden":
        return False
    if error["type"] == "too_short" and any(len(p) > len(path) and p[: len(path)] == path for p in paths):
        return True  # only the items that are right were counted
    return not here.isdisjoint(causes.found)


def _kind_meant(document: Document, kind: type[Record]) -> type[Record] | None:
    """The kind of which these are the keys, with all that it needs, if it is another one."""
    written = set(document.data)
    if written <= set(keys_at(kind, ())):
        return None
    others = (other for other in KINDS if other.folder and other is not kind)
    return next((other for other in others if needed_by(other) <= written <= set(keys_at(other, ()))), None)


def lost_text(document: Document, kind: type[Record]) -> Iterable[Diagnostic]:
    """Every text that ends at a ` #` without quotes, and every address at a ` #1`: the page would lack what follows.

    Nobody can tell a remark from the `# 3` of a text; but an address holds no space, so what follows one is a remark.
    """
    return (_lost(document, path) for path in _cut_texts(document, kind))


def _cut_texts(document: Document, kind: type[Record]) -> Iterable[Path]:
    for path in document.commented:
        if is_free_text(kind, path) or (is_address(kind, path) and not _is_remark(document, path)):
            yield path


def unwritten(document: Document) -> Iterable[Diagnostic]:
    """Every text that `explainer new` put there and nobody has replaced."""
    for path in document.places:
        if document.value_at(path) == PLACEHOLDER:
            message = f"“{PLACEHOLDER}” is still the text that explainer new put here"
            hint = "write the words, or add status: draft until they are known"
            yield Diagnostic(document.at(path), "placeholder", message, hint)


def _lost(document: Document, path: Path) -> Diagnostic:
    line, start, lost = _after_hash(document, path)
    message = f"“{clipped(lost)}” is left out: without quotes, a space and # end the value"
    hint = "Put double quotes around the whole value. If it is a remark, write it on the line above."
    return Diagnostic(Location(document.path, line, start + 1), "yaml-hash", message, hint)


def _is_remark(document: Document, path: Path) -> bool:
    """Whether a space follows the `#`, as everybody writes a remark."""
    return re.match(r"#+(?:\s|$)", _after_hash(document, path)[2]) is not None


def _after_hash(document: Document, path: Path) -> tuple[int, int, str]:
    """Line, column from 0, and what stands from the `#` on after the value at `path`."""
    end = document.at(path, len(document.value_at(path)))
    line = document.text.split("\n")[end.line - 1]
    start = line.index("#", end.column - 1)
    return end.line, start, line[start:].rstrip()


def _path(error: ErrorDetails) -> Path:
    key = (error.get("ctx") or {}).get("key")
    return (*error["loc"], *(key if isinstance(key, tuple) else (key,))) if key else tuple(error["loc"])


def _meant(document: Document, kind: type[Record], path: Path, missing: Sequence[Path]) -> str | None:
    """The key that was probably meant: one much like it, if possible not written yet; or the only one missing."""
    known, written = keys_at(kind, path[:-1]), document.value_at(path[:-1])
    name = str(path[-1])
    if (same := nearest(name, known, 0.8)) and same in written:
        return same
    absent = [str(gap[-1]) for gap in missing if gap[:-1] == path[:-1]]
    only = absent[0] if len(absent) == 1 and sum(key not in known for key in written) == 1 else None
    return nearest(name, [key for key in known if key not in written]) or only or nearest(name, known)


def _parent_meant(document: Document, kind: type[Record], path: Path) -> str | None:
    """The empty key above, if this one is at home below it: `when:` and then, not indented, `date:`."""
    written = document.value_at(path[:-1])
    above = list(written)[: list(written).index(path[-1])]
    empty = next((key for key in reversed(above) if written[key] == ""), None)
    return empty if empty and path[-1] in keys_at(kind, (*path[:-1], empty)) else None


def _gap_filled(path: Path, missing: Sequence[Path]) -> Path | None:
    """What an item of a list lacks, if it is this key, which stands in the column of the list's own key."""
    return next(
        (gap for gap in missing if gap[-1] == path[-1] and gap[: len(path) - 1] == path[:-1] and type(gap[-2]) is int),
        None,
    )


def _outdented(document: Document, path: Path, parent: Path) -> Diagnostic:
    key, hint = parent, "start this line with two spaces more"
    if type(parent[-1]) is int:
        key, hint = parent[:-1], f"start this line in column {document.at(parent).column}, as the rest of its item"
    message = f"“{path[-1]}” is not a key here, but below “{key[-1]}”, line {document.at_key(key).line}"
    return Diagnostic(document.at_key(path), "key-unknown", message, hint)


def _explained(
    document: Document, kind: type[Record], error: ErrorDetails, path: Path, meant: str | None
) -> Iterable[Diagnostic]:
    context: Mapping[str, Any] = error.get("ctx") or {}
    where = document.at(path, context.get("offset"))
    match error["type"]:
        case "prose":
            return _prose_problems(document, path, context)
        case "missing":
            return [_missing(document.at(path[:-1]), kind, path)]
        case "extra_forbidden":
            return [_unknown_key(document, path, kind, meant)]
        case "too_long" | "too_short":
            return [_wrong_length(where, context)]
        case "literal_error":
            return [_not_a_choice(document, path, kind, error["input"], context["expected"])]
        case "tuple_type":
            return [_not_a_list(document, path, kind, error["input"])]
        case "model_type" | "model_attributes_type" | "dict_type":
            return [_not_keys(document, path, kind, error["input"])]
        case "type" if (wanted := wanted_at(kind, path, error["input"])) and path in document.places:
            given = _GIVEN[type(document.value_at(path))]  # of a moment, what its key holds
            message = f"{wanted[0]} is wanted here, not {given}{_also_at(document, 'type', path)}"
            return [Diagnostic(where, "type", message, wanted[1])]
        case "required" if path in document.places and (not document.value_at(path) or error["msg"] == EMPTY):
            return [_empty(document, path, kind)]
    if error["type"] == "key-unknown" or (error["type"] == "rule-unknown" and context.get("key")):
        where = document.at_key(path)
    message = error["msg"] + _also_at(document, error["type"], path)
    hint = _without_curly(document, path) or str(context.get("hint", ""))
    if error["type"] == "number" and not hint:
        hint = number_hint(error["input"].strip()[:60], str(path[-1]))
    return [Diagnostic(where, error["type"], message, hint)]


def _without_curly(document: Document, path: Path) -> str:
    """What to write for a value that stands in curly quotes, as word processors make them."""
    while path not in document.places:  # a bare id stands for the key it would be under
        path = path[:-1]
    value = document.value_at(path)
    is_curly = isinstance(value, str) and len(value) > 2 and value[0] in SMART_QUOTES and value[-1] in SMART_QUOTES
    return f"write {value[1:-1]}, without the curly quotes" if is_curly else ""


def _also_at(document: Document, code: str, path: Path) -> str:
    """Where else to look: the start that an end contradicts, or which item of a list is of the wrong kind."""
    if code == "date-order" and path[-1:] == ("until",):
        return f" (line {document.at((*path[:-1], 'date')).line})"
    if code == "type" and path and isinstance(path[-1], int):
        return f"; this is item {path[-1] + 1} of its list"
    return ""


def _prose_problems(document: Document, path: Path, context: Mapping[str, Any]) -> Iterable[Diagnostic]:
    for problem in context["problems"]:
        yield Diagnostic(document.at(path, problem.offset), problem.code, problem.message, problem.hint)


def _missing(where: Location, kind: type[Record], path: Path) -> Diagnostic:
    hint = f"add a line that starts with “{path[-1]}:”"
    if description := node_at(kind, path).get("description"):
        hint += f". {description}"
    return Diagnostic(where, "required", f"“{path[-1]}” is missing", hint)


def _unknown_key(document: Document, path: Path, kind: type[Record], meant: str | None) -> Diagnostic:
    hint = f"did you mean {meant}?" if meant else f"the keys here are {', '.join(keys_at(kind, path[:-1]))}"
    if meant and meant in document.value_at(path[:-1]):
        hint = f"“{meant}” is on line {document.at_key((*path[:-1], meant)).line} already: keep one of the two"
    if str(path[-1]).startswith("-"):
        hint = "if an item of a list begins here, write a space after the dash"
    return Diagnostic(document.at_key(path), "key-unknown", f"“{path[-1]}” is not a key here", hint)


def _empty(document: Document, path: Path, kind: type[Record]) -> Diagnostic:
    message = EMPTY
    hint = "write a value" if is_required(kind, path) else "write a value, or delete the line"
    if path in document.commented:
        if not _is_remark(document, path):
            return _lost(document, path)
        message += ": what follows # is a remark"
        hint += "; if # begins the text, put it in quotes"
    return Diagnostic(document.at(path), "required", message, hint)


def _wrong_length(where: Location, context: Mapping[str, Any]) -> Diagnostic:
    has, least, most = context["actual_length"], context.get("min_length"), context.get("max_length")
    items = f"this list has {has} item{'s' * (has != 1)}"
    if least is not None:
        return Diagnostic(where, "limit", f"{items}; it needs {least} or more", f"add {least - has} more")
    return Diagnostic(where, "limit", f"{items}; {most} is the most", f"take {has - most} out")


def _not_a_choice(document: Document, path: Path, kind: type[Record], given: Any, expected: str) -> Diagnostic:
    """`expected` is as pydantic says it: `'one', 'two' or 'three'`."""
    if given == "":
        return _empty(document, path, kind)
    choices = re.findall(r"'([^']*)'", expected)
    if plain := _without_curly(document, path):
        return Diagnostic(document.at(path), "choice", f"“{given[:40]}” is not one of the choices", plain)
    choose = f"choose one of {', '.join(choices)}"
    if not isinstance(given, str):
        return Diagnostic(document.at(path), "type", f"one word is wanted here, not {_GIVEN[type(given)]}", choose)
    meant = nearest(given, choices)
    hint = f"did you mean {meant}? Otherwise {choose}" if meant else choose
    return Diagnostic(document.at(path), "choice", f"“{given[:40]}” is not one of the choices", hint)


def _not_a_list(document: Document, path: Path, kind: type[Record], given: Any) -> Diagnostic:
    if given == "":
        return _empty(document, path, kind)
    message = f"a list is wanted here, not {_GIVEN[type(given)]}"
    keys = keys_at(kind, (*path, 0))
    if keys and not is_a_citation(keys):
        hint = (
            f"write each item on a line of its own, with its keys: “- {keys[0]}:” and, below it, {', '.join(keys[1:])}"
        )
    elif isinstance(given, str) and _PLAIN_ITEMS.fullmatch(given):
        hint = f"write [{', '.join(re.split('[ ,;]+', given))}], or one item a line, each after “- ”"
    elif isinstance(given, str) and _PLAIN_ITEM.fullmatch(given):
        hint = f"write [{given}], or one item a line, each after “- ”"
    else:
        hint = "write each item on a line of its own, after “- ”"
    return Diagnostic(document.at(path), "type", message, hint)


def _not_keys(document: Document, path: Path, kind: type[Record], given: Any) -> Diagnostic:
    keys = keys_at(kind, path)
    if given == "":
        return _empty(document, path, kind)
    if isinstance(given, list) and len(given) == 1 and isinstance(given[0], str) and is_a_citation(keys):
        return Diagnostic(document.at(path), "type", "one source is wanted here, not a list", f"write {given[0]} alone")
    message = f"key: value lines are wanted here, not {_GIVEN[type(given)]}"
    first = "after the “- ”" if path and isinstance(path[-1], int) else "below, indented"
    hint = f"write {keys[0]}: and its value {first}. The keys here are {', '.join(keys)}"
    return Diagnostic(document.at(path), "type", message, hint)
