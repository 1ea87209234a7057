"""YAML to plain data, and where each key and value was written.

Built from libyaml's events, because its loader loses positions, keeps the last of two equal keys and dies on deep
nesting. Every scalar stays text: the schema alone decides what is a number or a date.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.events import AliasEvent, DocumentStartEvent, MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent
from yaml.events import SequenceStartEvent, StreamEndEvent

from generator.diagnostics import Diagnostic, Location

MAX_BYTES = 262_144
MAX_DEPTH = 12
MAX_ITEMS = 500
MAX_KEY = 64

Path = tuple[str | int, ...]
Mark = tuple[int, int]  # line and column, from 1

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7})(?: .*)?$", re.M)
_TAB_INDENT = re.compile(r"^ *\t+(?=\S)", re.M)
_ODD_SPACE = re.compile("^\\s*-?\\s*[\\w-]+:([\u00a0\u2007\u202f\u3000])|^ *([\u00a0\u2007\u202f\u3000])(?=[\\w-]+:)", re.M)


@dataclass(frozen=True)
class Document:
    """The data of one file. `keys` and `values` say where each was written, from line 1, column 1."""

    path: str
    data: dict[str, Any]
    text: str
    keys: Mapping[Path, Mark] = field(default_factory=dict)
    values: Mapping[Path, Mark] = field(default_factory=dict)
    commented: frozenset[Path] = frozenset()

    def at(self, path: Path, offset: int | None = None) -> Location:
        """Where the value stands, or the nearest thing around it; with `offset`, that character of its text."""
        while path not in self.values and path:
            path, offset = path[:-1], None
        line, column = self.values.get(path, (1, 1))
        if offset is not None and isinstance(text := self._value(path), str):
            line, column = _aligned(self.text, (line, column), text, offset)
        return Location(self.path, line, column)

    def at_key(self, path: Path) -> Location:
        return Location(self.path, *self.keys[path]) if path in self.keys else self.at(path)

    def _value(self, path: Path) -> Any:
        value: Any = self.data
        for step in path:
            value = value[step]
        return value


class _Refused(Exception):
    def __init__(self, mark: Mark, code: str, message: str, hint: str = "") -> None:
        self.mark, self.code, self.message, self.hint = mark, code, message, hint


def parse(path: str, content: bytes) -> tuple[Document | None, list[Diagnostic]]:
    """The document, or None with the reason. Duplicate keys are all reported; any other error ends the reading."""
    try:
        text = _decoded(content)
        _check_text(text)
        builder = _Builder(text)
        data = builder.build()
    except _Refused as error:
        return None, [Diagnostic(Location(path, *error.mark), error.code, error.message, error.hint)]
    duplicates = [
        Diagnostic(Location(path, *mark), "yaml-duplicate-key", f"“{key}” stands here and in line {first[0]}", "keep one of the two")
        for key, first, mark in builder.duplicates
    ]
    if duplicates:
        return None, duplicates
    return Document(path, data, text, builder.keys, builder.values, frozenset(builder.commented)), []


def _decoded(content: bytes) -> str:
    if len(content) > MAX_BYTES:
        raise _Refused((1, 1), "limit", f"the file has {len(content):,} bytes; {MAX_BYTES:,} is the most", "split it")
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or (len(content) > 3 and content[:4:2] == b"\0\0" != content[1:4:2]):
        raise _Refused((1, 1), "enc", "the file was saved as UTF-16", "save it as UTF-8")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8", "replace").replace("\r\n", "\n")
        mark = before.count("\n") + 1, len(before) - before.rfind("\n")
        wrong = content[error.start]
        raise _Refused(mark, "enc", f"the file is not UTF-8: byte 0x{wrong:02x}", "save it as UTF-8") from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _place(text: str, offset: int) -> Mark:
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def _check_text(text: str) -> None:
    if found := _CONTROL.search(text):
        code = ord(found[0])
        raise _Refused(_place(text, found.start()), "text-control", f"the control character U+{code:04X} stands here", "delete it")
    if found := _BIDI.search(text):
        raise _Refused(_place(text, found.start()), "text-bidi", f"U+{ord(found[0]):04X} reverses the reading direction", "delete it")
    if found := _CONFLICT.search(text):
        hint = "choose one of the two versions and delete the marker lines"
        raise _Refused(_place(text, found.start()), "git-conflict", "a merge conflict was left in the file", hint)
    if found := _ODD_SPACE.search(text):
        group = 1 if found[1] else 2
        code = ord(found[group])
        raise _Refused(_place(text, found.start(group)), "yaml-nbsp", f"a no-break space (U+{code:04X}) stands here", "use an ordinary space")


class _Builder:
    """The work on one text: events in, data and positions out."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = text.split("\n")
        self.keys: dict[Path, Mark] = {}
        self.values: dict[Path, Mark] = {}
        self.commented: set[Path] = set()
        self.duplicates: list[tuple[str, Mark, Mark]] = []

    def build(self) -> dict[str, Any]:
        self.events = self._events()
        event = next(self.events)
        if isinstance(event, StreamEndEvent) or (isinstance(event, ScalarEvent) and not event.value and event.style is None):
            raise _Refused((1, 1), "yaml-empty", "the file is empty", "write key: value, or delete the file")
        if not isinstance(event, MappingStartEvent):
            raise _Refused(_mark(event), "yaml-top", "a record starts with key: value", "write a key, a colon, a space and the value")
        data: dict[str, Any] = self._value(event, (), 1)
        return data

    def _events(self) -> Iterator[Any]:
        """Events that carry data; what this project's YAML leaves out is refused as it comes."""
        loader = yaml.CLoader(self.text)
        documents = 0
        try:
            while True:
                event = loader.get_event()
                if isinstance(event, DocumentStartEvent):
                    documents += 1
                    self._check_document(event, documents)
                elif isinstance(event, AliasEvent) or getattr(event, "anchor", None):
                    raise _Refused(_mark(event), "yaml-anchor", "a value cannot start with & or *", "quote it if it is text; else repeat the text or use a reference id")
                elif getattr(event, "tag", None) and not isinstance(event, DocumentStartEvent):
                    raise _Refused(_mark(event), "yaml-tag", "a value cannot start with !", "quote it: \"!…\"")
                elif isinstance(event, ScalarEvent | MappingStartEvent | MappingEndEvent | SequenceStartEvent | SequenceEndEvent):
                    yield event
                elif isinstance(event, StreamEndEvent):
                    yield event
                    return
        except yaml.YAMLError as error:
            raise self._explained(error) from None
        finally:
            loader.dispose()

    def _check_document(self, event: Any, documents: int) -> None:
        if documents > 1:
            raise _Refused(_mark(event), "yaml-documents", "a second document starts here", "one file holds one record: delete the --- line")
        if event.tags:
            raise _Refused(_mark(event), "yaml-tag", "%TAG is not allowed", "delete the line")
        if event.version:
            raise _Refused(_mark(event), "yaml-directive", "%YAML is not allowed", "delete the line")

    def _value(self, event: Any, path: Path, depth: int) -> Any:
        self.values[path] = _mark(event)
        if isinstance(event, ScalarEvent):
            return self._scalar(event, path)
        if depth > MAX_DEPTH:
            raise _Refused(_mark(event), "yaml-depth", f"this is nested more than {MAX_DEPTH} deep", "a record is never that deep: check the indentation")
        return self._mapping(path, depth) if isinstance(event, MappingStartEvent) else self._sequence(event, path, depth)

    def _scalar(self, event: Any, path: Path) -> str:
        text: str = event.value
        if event.style is None:
            end = event.end_mark
            rest = self.lines[end.line][end.column :] if end.line < len(self.lines) else ""
            if text and rest.lstrip().startswith("#"):
                self.commented.add(path)
        elif event.style == '"' and (found := _CONTROL.search(text) or _BIDI.search(text)):
            code = "text-control" if _CONTROL.search(text) else "text-bidi"
            raise _Refused(_mark(event), code, f"an escape writes the character U+{ord(found[0]):04X}", "delete it")
        return text

    def _sequence(self, start: Any, path: Path, depth: int) -> list[Any]:
        items: list[Any] = []
        for event in self.events:
            if isinstance(event, SequenceEndEvent):
                break
            if len(items) == MAX_ITEMS:
                raise _Refused(_mark(event), "limit", f"this list has more than {MAX_ITEMS} items", "split the record")
            items.append(self._value(event, (*path, len(items)), depth + 1))
        return items

    def _mapping(self, path: Path, depth: int) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for event in self.events:
            if isinstance(event, MappingEndEvent):
                break
            key = self._key(event, depth)
            here = (*path, key)
            if key in data:
                self.duplicates.append((key, self.keys[here], _mark(event)))
            else:
                self.keys[here] = _mark(event)
            data[key] = self._value(next(self.events), here, depth + 1)
        return data

    def _key(self, event: Any, depth: int) -> str:
        if not isinstance(event, ScalarEvent):
            code = "yaml-depth" if depth >= MAX_DEPTH else "yaml-key"
            raise _Refused(_mark(event), code, "a key must be one word", "write key: value")
        key: str = event.value
        if key == "<<" and event.style is None:
            raise _Refused(_mark(event), "yaml-merge", "merge keys (<<) are not allowed", "write the keys out")
        if not key.strip() or len(key) > MAX_KEY:
            raise _Refused(_mark(event), "yaml-key", "this key is empty" if not key.strip() else "this key is too long", "write key: value")
        return key

    def _explained(self, error: Any) -> _Refused:
        mark = getattr(error, "problem_mark", None)
        if mark is None:
            return _Refused((1, 1), "text-surrogate" if "surrogate" in str(error) else "yaml-syntax", "this file cannot be read", "")
        return self._explain(error, (mark.line + 1, mark.column + 1))

    def _explain(self, error: Any, at: Mark) -> _Refused:
        problem, context = str(error.problem or ""), str(error.context or "")
        start = getattr(error, "context_mark", None)
        opened = (start.line + 1, start.column + 1) if start else at
        line = self.lines[at[0] - 1] if at[0] <= len(self.lines) else ""
        near = line[at[1] - 1 : at[1]]
        previous = self.lines[opened[0] - 1] if opened[0] <= len(self.lines) else ""
        tab = _TAB_INDENT.search(self.text)
        if near == "\t" or (tab and "indentation" in problem + context) or "cannot start any token" in problem and tab:
            mark = _place(self.text, tab.end() - 1) if tab and near != "\t" else at
            return _Refused(mark, "yaml-tab", "a tab stands where spaces indent", "use spaces")
        if "simple key" in problem + context and max(map(len, self.lines)) > 1000:
            return _Refused(at, "yaml-key", "this key is too long", "write key: value")
        if "escape" in problem:
            code = "text-surrogate" if "Unicode" in problem else "yaml-escape"
            return _Refused(at, code, "a backslash in double quotes starts an escape, and this is none", "double the backslash, or use single quotes")
        if "quoted scalar" in context:
            return _Refused(opened, "yaml-quote", "this quotation mark is never closed", "close it at the end of the value")
        if "flow sequence" in context or "flow mapping" in context:
            return _Refused(opened, "yaml-bracket", f"the bracket opened in line {opened[0]} is never closed", "close it, or quote the value if it is text")
        if near in "@`%" and near and "cannot start any token" in problem:
            return _Refused(at, "yaml-start", f"a value cannot start with {near}", f"quote it: \"{near}…\"")
        if "mapping values are not allowed" in problem:
            if re.match(r"\s*[\w-]+:\s+[“„«‘]", line):
                return _Refused(at, "yaml-quote", "curly quotation marks do not quote in YAML", "put straight quotes \" around the whole value")
            return _Refused(at, "yaml-colon", "a colon followed by a space stands inside an unquoted value", "put double quotes around the whole value")
        if re.search(r":\s+(['\"]).*\1\s*\S", previous) or re.search(r":\s+(['\"]).*\1\s*\S", self.lines[max(at[0] - 1, 0)] if self.lines else ""):
            return _Refused(at, "yaml-quote", "text follows after the closing quotation mark", "inside '…' double the ': 'it''s'")
        if "tag" in problem + context or "directive" in problem + context:
            code = "yaml-directive" if "directive" in problem + context and "tag" not in problem + context else "yaml-tag"
            return _Refused(at, code, "this starts a tag or directive, which records do not use", "quote it if it is text")
        if "anchor" in context or "alias" in context:
            return _Refused(at, "yaml-anchor", "a value cannot start with & or *", "quote it if it is text")
        if "block mapping" in context or "block collection" in context or "could not find expected" in problem or "not allowed in this context" in problem:
            return _Refused(at, "yaml-indent", "this line does not fit the ones above it", "check its indentation, and the colon and space after the key")
        return _Refused(at, "yaml-syntax", "this cannot be read as YAML", "check quotes, colons and indentation around here")


def _mark(event: Any) -> Mark:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _aligned(source: str, start: Mark, value: str, offset: int) -> Mark:
    """Where the value's character stands in the source: both are walked together, white space being elastic."""
    position = sum(len(line) + 1 for line in source.split("\n")[: start[0] - 1]) + start[1] - 1
    if source[position : position + 1] in ("|", ">"):
        position = source.find("\n", position)
    elif source[position : position + 1] in ("'", '"'):
        position += 1
    for character in value[:offset]:
        position = _after(source, position, character)
    while position < len(source) - 1 and source[position] in " \n" and not value[offset : offset + 1].isspace():
        position += 1
    return _place(source, min(position, len(source)))


def _after(source: str, position: int, character: str) -> int:
    if character.isspace():
        if source[position : position + 1].isspace():
            while source[position + 1 : position + 2].isspace():
                position += 1
            return position + 1
        return position
    found = source.find(character, position)
    return found + 1 if 0 <= found <= position + 80 else position + 1
