"""The one form in which a record is written: the same data, comments and broken lines give the same file.

Keys stand in the order of their kind. Texts over several lines stay broken where they were; nothing is broken anew.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import dropwhile

import yaml
from yaml.resolver import Resolver

from generator import yamlfile, yamltree
from generator.diagnostics import Diagnostic, Path, has_errors
from generator.parse import parse_file
from generator.records import Record
from generator.shape import is_free_text, is_one_value, keys_at
from generator.yamltree import Collection, Entry, Scalar

WIDTH = 120
"""A list stands on one line if it fits."""

# What other readers of YAML take for a number, a truth value or a day, and is one; and for a number, but is a time.
_READ_ALIKE = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?|true|false|[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"[0-9]+(?::[0-9]+)+")
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"})
_RESOLVER = Resolver()


def canonical(path: str, content: bytes, kind: type[Record]) -> tuple[bytes | None, list[Diagnostic]]:
    """The file in its canonical form; or None, and why, if it is not a good record."""
    record, problems = parse_file(path, content, kind)
    document, _ = yamlfile.parse(path, content)
    if record is None or document is None or has_errors(problems):
        return None, problems
    tree = yamltree.read(document.text)
    writer = _Writer(kind)
    writer.remarks([*tree.head, ""], 0)
    writer.collection(tree.record, (), 0)
    made = ("\n".join(writer.lines) + "\n").encode()
    if made != content:
        again, _ = yamlfile.parse(path, made)
        if again is None or again.data != document.data or parse_file(path, made, kind)[1]:
            raise AssertionError(f"{path} would say something else in its canonical form")
    return made, problems


class _Writer:
    """Grows the lines of one file."""

    def __init__(self, kind: type[Record]) -> None:
        self.kind = kind
        self.lines: list[str] = []

    def remarks(self, remarks: list[str], column: int) -> None:
        """Comments, with single empty lines between what is written."""
        for remark in remarks:
            if remark:
                self.lines.append(" " * column + remark)
            elif self.lines and self.lines[-1]:
                self.lines.append("")

    def collection(self, collection: Collection, path: Path, column: int, *, is_item: bool = False) -> None:
        """Its entries, and the comments below them, each in this column. Those above an item are written already."""
        for number, entry in enumerate(self._in_order(collection, path)):
            here = (*path, entry.key or number)
            above = self._above(entry, here)
            if not is_item or number:
                self.remarks(above if number else _without_first_gap(above), column)
            self._entry(entry, here, column)
        self.remarks(collection.below, column)

    def _above(self, entry: Entry, path: Path) -> list[str]:
        """The comments above it. The first key of an item stands beside the dash, so its comments stand above that."""
        if entry.key or not isinstance(entry.value, Collection):
            return entry.above
        beside = [entry.beside] if entry.beside else []
        return [*entry.above, *beside, *self._in_order(entry.value, path)[0].above]

    def _in_order(self, collection: Collection, path: Path) -> list[Entry]:
        if not collection.is_map:
            return collection.entries
        places = {key: place for place, key in enumerate(keys_at(self.kind, path))}
        if not path:
            places["status"] = -1  # a draft says so at once
        return sorted(collection.entries, key=lambda entry: places[entry.key])

    def _entry(self, entry: Entry, path: Path, column: int) -> None:
        value, start = entry.value, " " * column + (f"{entry.key}:" if entry.key else "-")
        beside = f"  {entry.beside}" if entry.beside else ""
        if isinstance(value, Collection) and not entry.key:
            self._item(value, path, column)
        elif text := self._on_one_line(entry, path, WIDTH - len(start) - 1):
            self.lines.append(f"{start} {text}{beside}")
        elif isinstance(value, Scalar):
            self.lines.append(f"{start} {_header(value)}{beside}")
            self.lines += [" " * (column + 2) + line if line else "" for line in value.lines]
        else:
            self.lines.append(start + beside)
            self.collection(value, path, column + 2)

    def _item(self, value: Collection, path: Path, column: int) -> None:
        start = len(self.lines)
        self.collection(value, path, column + 2, is_item=True)
        self.lines[start] = " " * column + "- " + self.lines[start].lstrip(" ")

    def _on_one_line(self, entry: Entry, path: Path, room: int) -> str | None:
        """How the value is written beside its key or dash; None if it takes lines of its own."""
        value = entry.value
        if isinstance(value, Collection):
            return self._in_brackets(value, path, room)
        if value.lines:
            return None
        # Between words for readers and a comment, quotes say that no word is lost.
        needs_quotes = bool(entry.beside) and is_free_text(self.kind, path)
        return _quoted(value.value) if needs_quotes else _written(value.value)

    def _in_brackets(self, collection: Collection, path: Path, room: int) -> str | None:
        is_map = collection.is_map
        if collection.entries and (collection.is_remarked or (is_map and not is_one_value(self.kind, path))):
            return None
        texts = []
        for entry in self._in_order(collection, path):
            if isinstance(entry.value, Collection) or entry.value.lines:
                return None
            texts.append((f"{entry.key}: " if is_map else "") + _written(entry.value.value, in_flow=True))
        text = f"{{{', '.join(texts)}}}" if is_map else f"[{', '.join(texts)}]"
        return text if len(text) <= room else None


def _without_first_gap(comments: Iterable[str]) -> list[str]:
    return list(dropwhile(lambda comment: not comment, comments))


def _header(block: Scalar) -> str:
    """What a block begins with: its style, whether its own first blanks must be counted, how many breaks end it."""
    breaks = len(block.value) - len(block.value.rstrip("\n"))
    first = next(line for line in block.lines if line)
    return block.style + ("2" if first[0] in " \t" else "") + ("-", "", "+")[min(breaks, 2)]


def _written(value: str, *, in_flow: bool = False) -> str:
    return value if _is_plain(value, in_flow) else _quoted(value)


def _quoted(value: str) -> str:
    return f'"{value.translate(_ESCAPES)}"'


@lru_cache(maxsize=1 << 14)
def _is_plain(value: str, in_flow: bool) -> bool:
    """Whether our own reader takes it back without quotes, and others would not take it for something else."""
    if not value or "\t" in value or "\n" in value or _TIME.fullmatch(value):
        return False
    tag = _RESOLVER.resolve(yaml.ScalarNode, value, (True, False))  # type: ignore[no-untyped-call]  # as the stubs are
    if tag != Resolver.DEFAULT_SCALAR_TAG and not _READ_ALIKE.fullmatch(value):
        return False
    document, _ = yamlfile.parse("", (f"k: [{value}]\n" if in_flow else f"k: {value}\n").encode())
    return document is not None and document.data == {"k": [value] if in_flow else value} and not document.commented
