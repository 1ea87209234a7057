"""Prose: a text as written, and what became of it, as data. What depends on the page stays open.

A `Prose` is a row of segments, finished HTML and holes in turn (the number of a note, the way to another page),
so that a text is read once, whatever pages show it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from generator.datewords import GERMAN_MONTHS, MONTHS
from generator.refs import ID, KIND_AND_ID, Ref

RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc](?:[^<>&]*[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc])?"
)
# Schemes of addresses, which look like `kind:id` too.
SCHEMES = frozenset("about blob data file ftp http https javascript mailto sms tel vbscript ws wss".split())

# Control characters never pass the YAML reader, so that no text can contain this mark of a hole.
MARK = "\x00{}\x00"
_SPLIT = re.compile("\x00([0-9]+)\x00")
# Begins only where a row of holes does: a thousand of them in a row are looked at once.
_BEFORE_STOP = re.compile("(?<![ \n\x00])((?:[ \n]*\x00[0-9]+\x00)+)([.,;:!?…]+)")
_DAY_AND_MONTH = re.compile(rf"([0-9]\.?)[ \n](?=(?:{'|'.join(sorted({*MONTHS[1:], *GERMAN_MONTHS}))})\b)")
_NOTE_AND_STOP = re.compile("\x00[.,;:!?…]")


@dataclass(frozen=True, slots=True)
class Citation:
    """One source named in a text; `offset` is where, in characters from the start of the text."""

    source: str
    locator: str = ""
    offset: int = 0

    @property
    def ref(self) -> Ref:
        return Ref("source", self.source)


@dataclass(frozen=True, slots=True)
class Cited:
    """A hole: the note marks for these citations."""

    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class RecordLink:
    """A hole: the opening tag of a link to a record."""

    ref: Ref
    offset: int


@dataclass(frozen=True, slots=True)
class Embed:
    """A hole: a record placed in the text."""

    ref: Ref
    offset: int


@dataclass(frozen=True, slots=True)
class Heading:
    """A hole: a heading's tag, whose level depends on how deep the page sets the text."""

    level: int
    is_closing: bool


Hole = Cited | RecordLink | Embed | Heading
Segment = str | Hole


@dataclass(frozen=True, slots=True)
class Problem:
    """Something refused in a text, `offset` characters from its start."""

    offset: int
    code: str
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Prose:
    """A text as written, and what became of it. `plain` is its words without marks or citations."""

    text: str
    segments: tuple[Segment, ...]
    plain: str
    problems: tuple[Problem, ...] = ()

    def __str__(self) -> str:
        return self.plain

    @property
    def words(self) -> int:
        """Those that are spoken: a dash between two spaces is none."""
        return sum(any(map(str.isalnum, word)) for word in self.plain.split())

    @property
    def citations(self) -> Iterator[Citation]:
        return (citation for part in self.segments if isinstance(part, Cited) for citation in part.citations)

    @property
    def embeds(self) -> Iterator[Embed]:
        return (part for part in self.segments if isinstance(part, Embed))

    @property
    def links(self) -> Iterator[RecordLink]:
        return (part for part in self.segments if isinstance(part, RecordLink))


def parsed_citations(content: str, offset: int) -> tuple[tuple[Citation, ...], list[str]]:
    """What stands between `[`, which is at `offset`, and `]`: the sources, and the pieces that name none."""
    found, wrong, at = [], [], 0
    for item in content.split(";"):
        written = offset + 1 + at + len(item) - len(item.lstrip()) if at else offset
        at += len(item) + 1
        name, _, locator = item.strip().partition(",")
        source = name.strip().removeprefix("@")
        if name.strip().startswith("@") and ID.fullmatch(source) and not locator.lstrip().startswith("@"):
            found.append(Citation(source, locator.strip(), written))
        else:
            wrong.append(item.strip())
    return tuple(found), wrong


def record_named(address: str) -> Ref | None:
    """The record an address like `event:curfew` leads to."""
    found = KIND_AND_ID.fullmatch(address)
    return Ref(found[1], found[2]) if found and found[1] not in SCHEMES else None


def assembled(text: str, html: str, holes: Sequence[Hole], words: str, problems: Sequence[Problem] = ()) -> Prose:
    """The prose of `html` with a mark where each hole is, and `words` with a NUL where sources are cited."""
    *cited, rest = words.split("\x00")
    plain = " ".join("".join([*(before.rstrip(" \n") for before in cited), rest]).split())
    return Prose(text, tuple(_segments(unbroken(html), holes)), plain, tuple(sorted(problems, key=lambda p: p.offset)))


def unbroken(text: str) -> str:
    """The same words, as the end of a line parts no date in them."""
    return _DAY_AND_MONTH.sub("\\1\u00a0", text)


def _segments(html: str, holes: Sequence[Hole]) -> Iterator[Segment]:
    if _NOTE_AND_STOP.search(html):
        html = _BEFORE_STOP.sub(lambda found: _after_stop(found, holes), html)
    pieces = _SPLIT.split(html)
    for written, number in zip(pieces[::2], [*pieces[1::2], None], strict=True):
        hole = holes[int(number)] if number is not None else None
        # A note's mark follows its sentence without a space, however it was typed.
        written = written.rstrip(" \n") if isinstance(hole, Cited) else written
        if written:
            yield written
        if hole is not None:
            yield hole


def _after_stop(found: re.Match[str], holes: Sequence[Hole]) -> str:
    """A note's mark stands after the full stop, wherever the editor typed it."""
    are_notes = all(isinstance(holes[int(number)], Cited) for number in _SPLIT.findall(found[1]))
    return f"{found[2]}{found[1]}" if are_notes else found[0]
