"""The plainest YAML without its parser, many times as fast: fields, lists of words, block texts, lists of such fields.

Only what can mean nothing else is read here; for every other file there is the parser. Both give the same data
wherever this one gives any, which a test holds true. It keeps no places, and so is of no use where something is wrong.
"""

import re

from generator.yamltext import LONGEST_LIST, Value
from generator.yamlwords import ODD_SPACE

_FIELD = re.compile(r"( *)([a-z][a-z_]{0,40}):(?: (.+))?")
_QUOTED = re.compile(r'"([^"\\]*)"')
_WORDS = re.compile(r"\[[^\W_][\w-]*(?:,? [^\W_][\w-]*)*\]")
_BLOCKS = ("|", "|-", ">-")
_DEEPEST = "      "  # of a field in a part in a list, as the parser may refuse what is deeper


class _NotSimpleError(Exception):
    """Ends the reading; never leaves this module."""


def simple_yaml(text: str) -> dict[str, Value] | None:
    """The data of a file that holds nothing out of the ordinary, else None. Its characters are known to be sound."""
    if "#" in text or "\t" in text or text[-1:] != "\n" or (not text.isascii() and ODD_SPACE.search(text)):
        return None
    lines = text.split("\n")[:-1]
    try:
        data, end = _map(lines, 0, "")
    except _NotSimpleError:
        return None
    return data if data and end == len(lines) else None


def _map(lines: list[str], at: int, indent: str) -> tuple[dict[str, Value], int]:
    """The fields that begin in this column, from line `at` to the first that is none."""
    if len(indent) > len(_DEEPEST):
        raise _NotSimpleError
    data: dict[str, Value] = {}
    while at < len(lines):
        found = _FIELD.fullmatch(lines[at])
        if found and found[1] == indent:
            name, written = found[2], found[3]
            if name in data:
                raise _NotSimpleError
            if written is None:
                data[name], at = _inner(lines, at + 1, indent)
            elif written in _BLOCKS:
                data[name], at = _block(lines, at + 1, indent, written)
            else:
                data[name], at = _scalar(written), at + 1
        elif lines[at]:
            break
        else:
            at += 1
    return data, at


def _inner(lines: list[str], at: int, indent: str) -> tuple[Value, int]:
    """What stands below a key without a value on its line."""
    following = lines[at] if at < len(lines) else ""
    inner = following[: len(following) - len(following.lstrip(" "))]
    if following.startswith(f"{inner}- ") and len(inner) >= len(indent):
        return _list(lines, at, inner)
    data, at = _map(lines, at, inner) if len(inner) > len(indent) else ({}, at)
    if not data:
        raise _NotSimpleError
    return data, at


def _list(lines: list[str], at: int, indent: str) -> tuple[Value, int]:
    items: list[Value] = []
    while at < len(lines) and lines[at].startswith(f"{indent}- "):
        written = lines[at][len(indent) + 2 :]
        if _FIELD.fullmatch(written):
            lines[at] = f"{indent}  {written}"
            item, at = _map(lines, at, f"{indent}  ")
            if not item:
                raise _NotSimpleError
            items.append(item)
        else:
            items.append(_scalar(written))
            at += 1
    return _list_of(items), at


def _list_of(items: list[Value]) -> list[Value]:
    if len(items) > LONGEST_LIST:
        raise _NotSimpleError
    return items


def _block(lines: list[str], at: int, indent: str, style: str) -> tuple[str, int]:
    """The text that is set in below its key."""
    first = lines[at] if at < len(lines) else ""
    inner = first[: len(first) - len(first.lstrip(" "))]
    if len(inner) <= len(indent) or inner == first:
        raise _NotSimpleError
    end = at + 1
    while end < len(lines) and (lines[end].startswith(inner) or not lines[end].strip(" ")):
        end += 1
    body = [line[len(inner) :] for line in lines[at:end]]
    while not body[-1]:
        body.pop()
    if any(line.isspace() for line in body):
        raise _NotSimpleError
    if style != ">-":
        return "\n".join(body) + ("\n" if style == "|" else ""), end
    if any(line[:1] in ("", " ") for line in body):
        raise _NotSimpleError
    return " ".join(body), end


def _scalar(written: str) -> Value:
    if written[:1].isalnum():
        if ": " not in written and written[-1] not in ": ":
            return written
    elif found := _QUOTED.fullmatch(written):
        return found[1]
    elif _WORDS.fullmatch(written):
        return _list_of([*written[1:-1].split(", ")])
    raise _NotSimpleError
