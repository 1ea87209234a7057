"""A good YAML file as its editor laid it out: keys and items with their comments, texts with their line breaks.

Libyaml drops comments, but its events tell where each value stands. What lies between two of them is the signs of YAML,
which the events stand for, and comments. Each is kept with the key or item it speaks of, so that it goes along when
keys change places: libraries that keep comments hang them on what stands before.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.cyaml import CParser  # type: ignore[attr-defined]  # the stubs leave it out

_BLOCK_HEADER = re.compile(r"[|>][+-]?([1-9]?)[^#\n]*(#[^\n]*)?\n?")
_LINE = re.compile(r"( *)([^\n]*)\n?")
_GAPS = ("", "---", "...")
_FOR_EDITORS = re.compile(r"#\s*yaml-language-server:")


@dataclass(slots=True)
class Scalar:
    """A text. `lines` is how it is broken in the file, empty if it stands on one line; `style` is then `|` or `>`."""

    value: str
    style: str = ""
    lines: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Collection:
    """A map or a list. In comments an empty line of the file is an empty text."""

    is_map: bool
    column: int
    in_flow: bool
    entries: list["Entry"] = field(default_factory=list)
    below: list[str] = field(default_factory=list)
    """Comments after the last entry."""

    @property
    def is_remarked(self) -> bool:
        """Whether a comment stands in it."""
        return any(self.below) or any(entry.is_remarked for entry in self.entries)


@dataclass(slots=True)
class Entry:
    """A key with its value; or an item of a list, whose `key` is empty."""

    key: str
    value: Scalar | Collection = field(default_factory=lambda: Scalar(""))
    above: list[str] = field(default_factory=list)
    beside: str = ""

    @property
    def is_remarked(self) -> bool:
        """Whether a comment stands at it or in it."""
        return bool(self.beside or any(self.above) or (isinstance(self.value, Collection) and self.value.is_remarked))


@dataclass(slots=True)
class Tree:
    """A record, and the comments at the top of its file that are about all of it."""

    head: list[str]
    record: Collection


def read(text: str) -> Tree:
    """The tree of a text in which `yamlfile.parse` found a record."""
    reader, parser = _Reader(text), CParser(text)
    while (event := parser.get_event()) is not None:
        match event:
            case yaml.ScalarEvent():
                reader.scalar(event)
            case yaml.CollectionStartEvent():
                reader.start(event)
            case yaml.CollectionEndEvent():
                reader.end(event)
    return reader.tree()


class _Reader:
    """Takes the events in turn. From `at` on, where the last thing written ended, comments wait for the next thing."""

    def __init__(self, text: str) -> None:
        self.text = text if text.endswith("\n") else text + "\n"
        self.at = 0
        self.head: list[str] = []
        self.file = Entry("")
        self.open: list[tuple[Collection, Entry]] = []
        self.closed: list[Collection] = []
        self.around: Collection | None = None
        self.last: Entry | Collection = self.file
        self.has_key = False

    def scalar(self, event: Any) -> None:
        frame, owner = self.open[-1]
        comments = self._comments(event.start_mark.index)
        self.at = event.end_mark.index
        if frame.is_map and not self.has_key:
            entry = Entry(event.value)
            self._place_above_key(comments, entry, frame, owner)
            frame.entries.append(entry)
            self.has_key = True
        else:
            entry = self._entry(comments)
            entry.value = self._scalar(event, frame, entry)
            self.has_key = False
        self.last = entry

    def start(self, event: Any) -> None:
        in_flow = bool(event.flow_style)
        entry = self._entry(self._comments(event.start_mark.index) if in_flow else [])
        made = Collection(isinstance(event, yaml.MappingStartEvent), event.start_mark.column, in_flow)
        if in_flow:
            self.at = event.start_mark.index + 1
            self.last = entry
        entry.value = made
        self.open.append((made, entry))
        self.has_key = False

    def end(self, event: Any) -> None:
        ended, owner = self.open.pop()
        if ended.in_flow:
            self._end_flow(ended, owner, event)
        elif self.open:
            self.closed.append(ended)
            self.around = self.open[-1][0]
        else:
            self.around = ended

    def tree(self) -> Tree:
        record = self.file.value
        assert isinstance(record, Collection)
        below = self._comments(len(self.text))
        record.below += [*filter(None, [self.file.beside]), *_without_last_gap(below)]
        return Tree(self.head, record)

    def _end_flow(self, ended: Collection, owner: Entry, event: Any) -> None:
        comments = _without_last_gap(self._comments(event.start_mark.index))
        if ended.entries:
            ended.below = comments
        else:
            owner.above += comments
        if owner is self.file:
            self.head += filter(None, [owner.beside])
            owner.beside = ""
        self.at = event.end_mark.index
        self.last = ended if ended.is_remarked else owner

    def _entry(self, comments: list[str]) -> Entry:
        """Whose value comes now: that of the key before it, or a new item. `comments` stand right before the value."""
        if not self.open:
            self.head = _without_last_gap(comments)
            return self.file
        frame, _ = self.open[-1]
        if not frame.is_map:
            frame.entries.append(Entry("", above=comments))
        entry = frame.entries[-1]
        if frame.is_map and any(comments):
            entry.above += filter(None, [entry.beside, *comments])
            entry.beside = ""
        return entry

    def _place_above_key(self, comments: list[str], entry: Entry, frame: Collection, owner: Entry) -> None:
        """Above the first key of an item a comment is about the item; above that of a file it can be about the file."""
        if frame.entries or frame.in_flow:
            entry.above = comments
        elif owner is self.file:
            ends = [index for index, line in enumerate(comments, 1) if not line or _FOR_EDITORS.match(line)]
            end = ends[-1] if ends else 0
            self.head, entry.above = _without_last_gap(comments[:end]), comments[end:]
        elif owner.key:
            entry.above = comments
        else:
            owner.above += comments

    # -- comments

    def _comments(self, end: int) -> list[str]:
        """The comments up to `end` that belong to what stands there; those that do not are put where they belong."""
        found: list[str] = []
        after_gap = False
        lines = self.text[self.at : end].split("\n")[:-1]
        if lines and self.at and self.text[self.at - 1] != "\n":
            self._put_beside(_comment(lines.pop(0)))
        for line in lines:
            before, comment = line.partition("#")[0], _comment(line)
            if before.strip():  # the dash of the next item: what follows is about that
                self.closed.clear()
            if comment:
                home = self._home(len(before), found)
                home += ["", comment] if after_gap else [comment]
            after_gap = line.strip() in _GAPS
        self.closed.clear()
        return [*found, ""] if after_gap else found

    def _home(self, column: int, found: list[str]) -> list[str]:
        """Below the list or map that has just ended, if the comment stands as deep as its entries; else `found`."""
        while self.closed and self.around and not self.around.column < column >= self.closed[0].column:
            self.closed.pop(0)
        return self.closed[0].below if self.closed else found

    def _put_beside(self, comment: str) -> None:
        if not comment:
            return
        if isinstance(self.last, Collection):
            self.last.below.append(comment)
            return
        if self.last.beside:
            self.last.above.append(self.last.beside)
        self.last.beside = comment

    # -- texts

    def _scalar(self, event: Any, frame: Collection, entry: Entry) -> Scalar:
        value, style = event.value, event.style or ""
        if style in ("|", ">"):
            return self._block(event, frame, entry)
        if event.start_mark.line != event.end_mark.line and not frame.in_flow:
            lines = _lines(self.text[event.start_mark.index : event.end_mark.index], style)
            if _folded(lines) == value:
                return Scalar(value, ">", lines)
        lines = value.removesuffix("\n").split("\n")
        is_tidy = lines[-1] and not value[:1].isspace() and all(line == line.rstrip() for line in lines)
        return Scalar(value, "|", lines) if "\n" in value and is_tidy else Scalar(value)

    def _block(self, event: Any, frame: Collection, entry: Entry) -> Scalar:
        header = _BLOCK_HEADER.match(self.text, event.start_mark.index)
        assert header is not None
        self.last = entry
        self._put_beside((header[2] or "").rstrip())
        self.at = header.end()
        lines: list[str] = []
        for line, end in self._block_lines(frame.column + int(header[1]) if header[1] else 0):
            lines.append(line)
            if line:
                self.at = end
        while lines and not lines[-1]:
            lines.pop()
        kept = len(event.value) - len(event.value.rstrip("\n")) - 1
        return Scalar(event.value, event.style, lines + [""] * kept if lines else lines)

    def _block_lines(self, indentation: int) -> Iterator[tuple[str, int]]:
        """Each line from here on that belongs to a block, without its indentation, and where it ends in the file."""
        at = self.at
        while at < len(self.text):
            line = _LINE.match(self.text, at)
            assert line is not None
            at = line.end()
            if line[2]:
                indentation = indentation or len(line[1])
                if len(line[1]) < indentation or not indentation:
                    return
            yield line[0].rstrip("\n")[indentation:] if indentation else "", at


def _comment(line: str) -> str:
    """The comment in a line without values."""
    sign = line.find("#")
    return line[sign:].rstrip() if sign >= 0 else ""


def _without_last_gap(comments: list[str]) -> list[str]:
    return comments[:-1] if comments and not comments[-1] else comments


def _lines(written: str, style: str) -> list[str]:
    """The lines of a text that runs over several without being a block."""
    text = written[1:-1] if style else written
    if style == "'":
        text = text.replace("''", "'")
    elif style:
        text = text.replace('\\"', '"').replace("\\\\", "\\")
    return [line.strip(" \t") for line in text.split("\n")]


def _folded(lines: list[str]) -> str:
    """What these lines are as a folded block without a break at its end."""
    if not lines[0] or not lines[-1]:
        return ""
    return re.sub(r"\n(\n*)", lambda breaks: breaks[1] or " ", "\n".join(lines))
