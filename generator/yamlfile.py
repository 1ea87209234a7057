"""YAML to plain data (dict, list and str only), and where each key and value was written.

Built from libyaml's events as they arrive, so that limits and refusals hold before anything grows: the
ordinary loaders guess types, keep the last of two equal keys, follow anchors, and die on deep nesting.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml
from yaml.cyaml import CParser  # type: ignore[attr-defined]  # the stubs leave it out

from generator.diagnostics import Diagnostic, Location, Path
from generator.yamlexplain import LONGEST_KEY, Seen, explain, outdented
from generator.yamltext import (
    DAMAGED,
    FORBIDDEN,
    LONGEST_LIST,
    Value,
    damaged,
    decoded,
    forbidden,
    index_at,
    position,
    source_index,
    written_at,
)
from generator.yamlwords import ODD_SPACE, SMART_QUOTES, odd_space, refusal

DEEPEST = 12
_MOST_REPEATS = 10

_COMMENT = re.compile(r"[ \t]+#")
_SWALLOWED_ITEM = re.compile(r"\n[ \t]*(?=-(?:[ \t\n]|\Z))")
_TIGHT_KEY = re.compile(r"[A-Za-z_][\w-]*:(?=[^\s/,}][^,}]*[,}])")
_LOOKS_LIKE_FIELD = re.compile(rf"(?:-|[\w-]+ ?:)(?={ODD_SPACE.pattern})")


@dataclass(frozen=True)
class Document:
    """One record as written. `places` holds line and column of the key (0, 0 if none) and of the value."""

    path: str
    data: dict[str, Value]
    places: Mapping[Path, tuple[int, int, int, int]]
    commented: frozenset[Path]
    """Unquoted values followed on their line by ` #`: what stands after it is not in the data."""
    text: str

    def at(self, path: Path, offset: int | None = None) -> Location:
        """Where the value at `path`, or the deepest part of `path` that exists, starts.

        With `offset`, if `path` leads to a text: where that character stands in the file, counted in the text as
        records have it, without blanks before it.
        """
        known = self._known(path)
        line, column = self.places[known][2:]
        if offset is not None and known == path and isinstance(value := self.value_at(path), str):
            start = index_at(self.text, line, column)
            blanks = len(value) - len(value.lstrip())
            line, column = position(self.text, source_index(self.text, start, value, offset + blanks))
        return Location(self.path, line, column)

    def at_key(self, path: Path) -> Location:
        """Where the key that `path` ends in is written; for an item of a list, which has none, its start."""
        place = self.places[self._known(path)]
        return Location(self.path, *(place[:2] if place[0] else place[2:]))

    def _known(self, path: Path) -> Path:
        while path not in self.places:
            path = path[:-1]
        return path

    def value_at(self, path: Path) -> Any:
        """What is written at `path`, which exists."""
        value: Any = self.data
        for step in path:
            value = value[step]
        return value


def parse(path: str, content: bytes) -> tuple[Document | None, list[Diagnostic]]:
    """The record in `content`, or why it is not one.

    At most one mistake of syntax is told, since what follows the first cannot be relied on; each key written
    twice is told.
    """
    text, problems = decoded(path, content)
    if problems:
        return None, problems
    reader = _Reader(path, text)
    try:
        data = reader.read()
    except _RefusedError as refused:
        return None, [*reader.repeated, outdented(path, text, refused.diagnostic)]
    except yaml.YAMLError as error:
        return None, [*reader.repeated, outdented(path, text, explain(path, text, error, reader.seen()))]
    if reader.repeated:
        return None, reader.repeated
    return Document(path, data, reader.places, frozenset(reader.commented), text), []


class _RefusedError(Exception):
    """Ends the reading; never leaves this module."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        self.diagnostic = diagnostic


@dataclass(frozen=True)
class _Repeat:
    """A key written for the second time, and in which lines."""

    key: str
    at: Location
    where: str
    in_flow: bool


def _told(path: Path, repeats: Sequence[_Repeat]) -> Sequence[Diagnostic]:
    """A dash forgotten, or fields pasted twice, repeats many keys."""
    first, keys = repeats[0], {repeat.key for repeat in repeats}
    if path and isinstance(path[-1], int) and not first.in_flow:
        return [refusal("yaml-duplicate-item", first.at, key=first.key, where=first.where)]
    if len(keys) > 2 or len(repeats) > _MOST_REPEATS:
        more = len(repeats) - 1
        return [refusal("yaml-duplicate-record", first.at, key=first.key, where=first.where, more=more)]
    return [refusal("yaml-duplicate-key", repeat.at, key=repeat.key, where=repeat.where) for repeat in repeats]


class _Open:
    """A list or map whose end has not come yet. For the file itself `path` is None."""

    __slots__ = ("column", "data", "event", "in_flow", "is_key", "is_map", "key", "key_at", "path")

    def __init__(self, data: Any, path: Path | None, event: Any, is_key: bool) -> None:
        self.data = data
        self.path = path
        self.event = event
        self.column = event.start_mark.column if event is not None else 0
        self.in_flow = event is not None and event.flow_style
        self.is_key = is_key
        self.is_map = isinstance(data, dict)
        self.key: str | None = None
        self.key_at = (0, 0)


class _Reader:
    """Takes libyaml's events one by one and stops at the first that must not be there."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.file = _Open([], None, None, False)
        self.open = [self.file]
        self.places: dict[Path, tuple[int, int, int, int]] = {}
        self.commented: set[Path] = set()
        self.repeats: dict[Path, list[_Repeat]] = {}
        self.documents = 0
        self.last: Any = None
        self.closed: Any = None
        self.has_hash = "#" in text
        self.has_odd_space = not text.isascii() and ODD_SPACE.search(text) is not None

    def read(self) -> dict[str, Value]:
        get_event, handler = CParser(self.text).get_event, _HANDLERS.get
        while (event := get_event()) is not None:
            if handle := handler(type(event)):
                handle(self, event)
            self.last = event
        return self._record()

    def seen(self) -> Seen:
        flows = [frame.event.start_mark for frame in self.open if frame.in_flow]
        opened = next((mark for mark in reversed(flows) if self.text[mark.index] in "[{"), None)
        return Seen(self.last, opened, self.closed, self.documents)

    def document(self, event: Any) -> None:
        self.documents += 1
        if event.tags:
            raise self._refused("yaml-tag-directive", event.start_mark)
        if event.version:
            raise self._refused("yaml-directive", event.start_mark)
        if self.documents > 1:
            raise self._refused("yaml-documents", event.start_mark)

    def alias(self, event: Any) -> None:
        raise self._refused("yaml-alias", event.start_mark)

    def scalar(self, event: Any) -> None:
        if event.anchor is not None or event.tag is not None:
            self._check_node(event)
        value, start, style = event.value, event.start_mark, event.style
        if style == '"' and (found := FORBIDDEN.search(value) or DAMAGED.search(value)):
            raise self._refused_escape(found, start, value)
        frame = self.open[-1]
        if frame.is_map and frame.key is None:
            self._key(frame, value, event)
            return
        path = self._add(frame, value, start)
        if not style and (self.has_hash or self.has_odd_space or start.line != event.end_mark.line):
            self._check_plain(frame, event, path)

    def start(self, event: Any) -> None:
        self._check_node(event)
        if len(self.open) > DEEPEST:
            raise self._refused("yaml-depth", event.start_mark, deepest=DEEPEST)
        frame = self.open[-1]
        data: Value = {} if isinstance(event, yaml.MappingStartEvent) else []
        is_key = frame.is_map and frame.key is None
        path = () if is_key else self._add(frame, data, event.start_mark)
        self.open.append(_Open(data, path, event, is_key))

    def end(self, event: Any) -> None:
        frame = self.open.pop()
        if frame.is_key:  # told only now: nesting that is too deep is the worse mistake
            raise self._refused("yaml-key-kind", frame.event.start_mark)
        self.closed = frame.event.start_mark

    def _add(self, frame: _Open, value: Value, start: Any) -> Path:
        if frame.path is None:
            path: Path = ()
            frame.data.append(value)
        elif frame.key is not None:
            path = (*frame.path, frame.key)
            frame.data[frame.key] = value
        else:
            path = (*frame.path, len(frame.data))
            frame.data.append(value)
            if len(frame.data) > LONGEST_LIST:
                raise self._refused("limit", start, longest=LONGEST_LIST)
        self.places[path] = (*frame.key_at, start.line + 1, start.column + 1)
        frame.key, frame.key_at = None, (0, 0)
        return path

    def _check_node(self, event: Any) -> None:
        if event.anchor is not None:
            raise self._refused("yaml-anchor", event.start_mark)
        if event.tag is not None:
            raise self._refused("yaml-tag", event.start_mark)

    def _key(self, frame: _Open, key: str, event: Any) -> None:
        mark = event.start_mark
        column = mark.column
        if column != frame.column or frame.in_flow or len(key) > LONGEST_KEY or not key.isidentifier():
            self._check_key(frame, key, event)
        if key in frame.data:
            self._repeat(frame, key, mark)
        elif len(frame.data) == LONGEST_LIST:
            raise self._refused("limit-keys", mark, longest=LONGEST_LIST)
        frame.key, frame.key_at = key, (mark.line + 1, column + 1)

    def _check_key(self, frame: _Open, key: str, event: Any) -> None:
        mark = event.start_mark
        if self._is_explicit(frame, mark):
            at = position(self.text, self.text.rindex("?", 0, mark.index))
            raise _RefusedError(refusal("yaml-key-explicit", Location(self.path, *at)))
        if not key:
            raise self._refused("yaml-key-empty", mark)
        if len(key) > LONGEST_KEY:
            raise self._refused("yaml-key-long", mark, longest=LONGEST_KEY, start=key[:20])
        if key == "<<":
            raise self._refused("yaml-merge", mark)
        if key[0] in SMART_QUOTES:
            raise self._refused("yaml-quote-key", mark, quote=key[0])
        if self.has_odd_space and (found := ODD_SPACE.search(key)):
            index = source_index(self.text, mark.index, key, found.start())
            raise _RefusedError(odd_space(self.path, self.text, index))
        if frame.in_flow and not event.style and (found := _TIGHT_KEY.match(self.text, mark.index)):
            colon = Location(self.path, *position(self.text, found.end() - 1))
            raise _RefusedError(refusal("yaml-colon-space", colon))

    def _is_explicit(self, frame: _Open, mark: Any) -> bool:
        """Whether the key was announced with `?`; in block style it then cannot stand in its map's column."""
        if not frame.in_flow:
            return bool(mark.column != frame.column)
        line_start = mark.index - mark.column
        return self.text[line_start : mark.index].rstrip().endswith("?")

    def _repeat(self, frame: _Open, key: str, mark: Any) -> None:
        assert frame.path is not None
        first, second = self.places[(*frame.path, key)][0], mark.line + 1
        where = f"on line {first} and on line {second}" if first != second else f"both on line {first}"
        at = Location(self.path, second, mark.column + 1)
        self.repeats.setdefault(frame.path, []).append(_Repeat(key, at, where, frame.in_flow))

    @property
    def repeated(self) -> list[Diagnostic]:
        """What is told of keys written twice: each, or the first where one mistake has repeated them all."""
        return [told for path, found in self.repeats.items() for told in _told(path, found)]

    def _check_plain(self, frame: _Open, event: Any, path: Path) -> None:
        """What an unquoted value lost or swallowed without YAML minding."""
        start, end = event.start_mark, event.end_mark
        if self.has_hash and _COMMENT.match(self.text, end.index):
            self.commented.add(path)
        if start.line != end.line and not frame.in_flow:
            self._check_swallowed(start, end)
        if self.has_odd_space and not self.text[start.index - start.column : start.index].strip(" -"):
            found = _LOOKS_LIKE_FIELD.match(self.text, start.index)
            if found:
                raise _RefusedError(odd_space(self.path, self.text, found.end()))

    def _check_swallowed(self, start: Any, end: Any) -> None:
        if found := _SWALLOWED_ITEM.search(self.text, start.index, end.index):
            at = Location(self.path, *position(self.text, found.end()))
            raise _RefusedError(refusal("yaml-indent-item", at, above=start.line + 1))

    def _record(self) -> dict[str, Value]:
        top = self.file.data[0] if self.file.data else ""
        if isinstance(top, dict):
            return top
        if top == "":
            raise _RefusedError(refusal("yaml-empty", Location(self.path)))
        line, column = self.places[()][2:]
        kind = "a list" if isinstance(top, list) else "a text"
        code = "yaml-top-colon" if isinstance(top, str) and re.match(r"[a-z_-]+:\S", top) else "yaml-top"
        raise _RefusedError(refusal(code, Location(self.path, line, column), kind=kind))

    def _refused_escape(self, found: re.Match[str], start: Any, value: str) -> _RefusedError:
        index = source_index(self.text, start.index, value, found.start())
        at = Location(self.path, *position(self.text, index))
        if DAMAGED.match(found[0]):
            return _RefusedError(damaged(at, found[0]))
        return _RefusedError(forbidden(at, found[0], written_at(self.text, index)))

    def _refused(self, code: str, mark: Any, **words: object) -> _RefusedError:
        return _RefusedError(refusal(code, Location(self.path, mark.line + 1, mark.column + 1), **words))


_HANDLERS: Mapping[type, Callable[[_Reader, Any], None]] = {
    yaml.DocumentStartEvent: _Reader.document,
    yaml.AliasEvent: _Reader.alias,
    yaml.ScalarEvent: _Reader.scalar,
    yaml.SequenceStartEvent: _Reader.start,
    yaml.MappingStartEvent: _Reader.start,
    yaml.SequenceEndEvent: _Reader.end,
    yaml.MappingEndEvent: _Reader.end,
}
