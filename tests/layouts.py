"""A record written in another way: order, styles, line breaks and comments by chance; and where comments stand."""

import json
import re
import textwrap
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from generator import yamlfile
from generator.diagnostics import Path
from generator.yamlfile import Document

_COMMENT = re.compile(r"# c([0-9]+)$")


def read(text: str) -> Document:
    document, problems = yamlfile.parse("x.yaml", text.encode())
    assert document is not None, (problems, text)
    return document


class Layout:
    """Writes data as YAML, and keeps for each of its comments the path of the key, item or end it stands at."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.comments: dict[str, Path] = {}

    def of(self, data: dict[str, Any]) -> str:
        if self._is(0.1):
            return self._flow(data, (), "  ") + "\n"
        return "\n".join(self._block(data, (), 0)[1:]) + "\n"

    def _is(self, share: float) -> bool:
        return self.chance.random() < share

    def _comment(self, *path: str | int) -> str:
        self.comments[str(len(self.comments))] = path
        return f"# c{len(self.comments) - 1}"

    def _above(self, path: Path, pad: str) -> Iterator[str]:
        for _ in range(self.chance.choice([0, 0, 0, 1, 2])):
            yield from [""] * self.chance.choice([0, 0, 2] if len(path) > 1 else [0])
            yield pad + self._comment(*path)

    def _items(self, value: Any) -> list[tuple[Any, Any]]:
        items = list(value.items() if isinstance(value, dict) else enumerate(value))
        if isinstance(value, dict):
            self.chance.shuffle(items)
        return items

    def _value(self, value: Any, path: Path, column: int) -> list[str]:
        """What stands beside the key or dash in `column`, and the lines below."""
        if isinstance(value, str):
            return self._text(value, path, column)
        if not value or self._is(0.25):
            return [self._flow(value, path, " " * (column + 3))]
        return self._block(value, path, column + self.chance.randint(2, 5))

    def _block(self, value: Any, path: Path, column: int) -> list[str]:
        pad = " " * column
        lines = [self._comment(*path) if path and self._is(0.1) else ""]
        for number, (key, inner) in enumerate(self._items(value)):
            here = (*path, key)
            is_of_item = not number and path and isinstance(path[-1], int)
            lines += self._above(path if is_of_item else here, pad)
            first, *rest = self._value(inner, here, column)
            if isinstance(key, int) and isinstance(inner, dict) and rest and self._is(0.7):
                lines += self._beside_dash(first, rest, pad)
            else:
                lines += [f"{pad}{key}: {first}" if isinstance(key, str) else f"{pad}- {first}", *rest]
        if self._is(0.2):
            lines.append(pad + self._comment(*path, "below"))
        return lines

    def _beside_dash(self, comment: str, rest: list[str], pad: str) -> list[str]:
        """An item whose first key stands beside its dash; the comments before the key move up."""
        above = [pad + comment] if comment else []
        while not rest[0].strip() or rest[0].lstrip().startswith("#"):
            above.append(pad + rest.pop(0).lstrip())
        column = len(rest[0]) - len(rest[0].lstrip())
        return [*above, f"{pad}-{rest[0][len(pad) + 1 : column]}{rest[0][column:]}", *rest[1:]]

    def _flow(self, value: Any, path: Path, pad: str) -> str:
        if isinstance(value, str):
            return self.chance.choice([s for s in self._single(value, "k: [{}]") if s])
        opening, closing = "{}" if isinstance(value, dict) else "[]"
        if not value:
            return opening + closing
        text, before = opening, None
        for number, (key, inner) in enumerate(self._items(value)):
            text += "," if number else ""
            text += f" {self._comment(*path, before)}\n{pad}" if before is not None and self._is(0.1) else ""
            text += f"\n{pad}{self._comment(*path, key)}\n{pad}" if self._is(0.1) else ""
            text += (f"{key}: " if isinstance(key, str) else " ") + self._flow(inner, (*path, key), pad)
            before = key if isinstance(inner, str) else None
        return text + (f"\n{pad}{self._comment(*path, 'below')}\n{pad}" if self._is(0.1) else "") + closing

    def _text(self, value: str, path: Path, column: int) -> list[str]:
        pad = " " * (column + self.chance.randint(1, 4))
        ways: list[Callable[[], list[str] | None]] = [
            lambda: [self.chance.choice([s for s in self._single(value, "k: {}") if s])],
            lambda: self._beside(value, path),
            lambda: self._literal(value, path, pad),
            lambda: self._wrapped(value, path, pad),
        ]
        made = None
        while made is None:
            made = self.chance.choice(ways)()
        return made

    def _single(self, value: str, context: str) -> Iterator[str]:
        """The value on one line: between double quotes, single ones, and without."""
        yield json.dumps(value, ensure_ascii=self._is(0.5) and value.isascii())
        if "\n" not in value:
            yield "'" + value.replace("'", "''") + "'"
            document, _ = yamlfile.parse("", context.format(value).encode())
            is_same = document and document.data in ({"k": value}, {"k": [value]}) and not document.commented
            yield value if is_same else ""

    def _beside(self, value: str, path: Path) -> list[str] | None:
        return [f"{json.dumps(value, ensure_ascii=False)} {self._comment(*path)}"]

    def _literal(self, value: str, path: Path, pad: str) -> list[str] | None:
        lines = value.rstrip("\n").split("\n")
        if not lines[0].strip() or lines[0][0].isspace() or "\n" not in value:
            return None
        chomp = ("-", "", "+")[min(2, len(value) - len(value.rstrip("\n")))]
        beside = f" {self._comment(*path)}" if self._is(0.2) else ""
        return [f"|{chomp}{beside}", *(pad + line if line else "" for line in lines)]

    def _wrapped(self, value: str, path: Path, pad: str) -> list[str] | None:
        lines = textwrap.wrap(value, self.chance.randint(10, 60), break_long_words=False, break_on_hyphens=False)
        if len(lines) < 2 or " ".join(lines) != value:
            return None
        quoted = json.dumps("\n".join(lines), ensure_ascii=False).replace("\\n", "\n").split("\n")
        made = self.chance.choice([[">-", *lines], lines, quoted])
        made = [made[0], *(pad + line for line in made[1:])]
        document, _ = yamlfile.parse("", ("k: " + "\n".join(made) + "\n").encode())
        return made if document and document.data == {"k": value} else None


def comments_in(text: str) -> dict[str, Path]:
    """Each comment of a canonical file with the path of what it stands at."""
    starts: dict[int, dict[int, Path]] = {}
    for path, (key_line, key_column, line, column) in read(text).places.items():
        if path:
            line, column = (key_line, key_column) if key_line else (line, column - 2)
            starts.setdefault(line, {}).setdefault(column, path)
    found: dict[str, Path] = {}
    for number, written in enumerate(text.split("\n"), 1):
        if comment := _COMMENT.search(written):
            found[comment[1]] = _at(starts, number, written[: comment.start()])
    return found


def _at(starts: dict[int, dict[int, Path]], number: int, before: str) -> Path:
    column = len(before) + 1
    if before.strip():
        indentation = len(before) - len(before.lstrip()) + 1
        return starts[number].get(
            indentation + 2 if before.lstrip().startswith("- ") else 0, starts[number][indentation]
        )
    following = next((starts[line] for line in sorted(starts) if line > number), {0: ()})
    if column == min(following):
        return following[column]
    above = [starts[line][column] for line in sorted(starts) if line < number and column in starts[line]]
    return (*above[-1][:-1], "below")
