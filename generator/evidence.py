"""What can be shown of a quotation: whether its words stand in the archived text, and the passage around them."""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from generator.dates import Date
from generator.refs import Ref

AROUND = 300
"""No more of an archived text than this is published on either side of a quotation."""

Span = tuple[int, int]
Run = tuple[str, bool]

_SENTENCE_END = re.compile(r"[.!?…][\"”»’)\]]*\s+|\n\s*")
_JOINERS = "\u200c\u200d"


class State(StrEnum):
    """What can be said of a quotation; nothing is ever “verified”."""

    EXACT = "exact"
    FOLDED = "folded"
    NOT_FOUND = "not-found"
    CANNOT_CHECK = "cannot-check"


class Evidence(NamedTuple):
    """What a page can show of one quotation: never the archived text, only the passage around the words."""

    path: tuple[str | int, ...]
    """Where in its record the quotation is written."""
    words: str
    """What was looked for: the quotation, or its original if it is a translation."""
    language: str
    source: Ref
    anchor: str
    """Where the source’s page shows it."""
    state: State
    passage: tuple[Run, ...] = ()
    """The archived words in order, each run with whether it belongs to the quotation."""
    captured: Date | None = None
    address: str = ""
    """The source’s address, leading to the words; empty if it has none."""
    is_original: bool = False
    """Whether the words are those that the quotation was translated from."""

    @property
    def is_found(self) -> bool:
        return bool(self.passage)

    @property
    def label(self) -> str:
        if self.is_found:
            return f"These words appear in the source, archived on {self.captured}"
        return "Not checked: no archived copy is held"

    @property
    def label_beside(self) -> str:
        """The same beside the quotation, which may be a translation of the words."""
        return self.label.replace("These words", "The words as spoken") if self.is_original else self.label


def passage(text: str, spans: Sequence[Span]) -> tuple[Run, ...]:
    """The quotation in its passage: at most `AROUND` characters either side, cut between sentences or words."""
    start, end = spans[0][0], spans[-1][1]
    runs, at = [(_before(text, start), False)], start
    for span in spans:
        runs += [(text[at : span[0]], False), (text[slice(*span)], True)]
        at = span[1]
    runs.append((_after(text, end), False))
    return tuple((shown, is_quoted) for words, is_quoted in runs if (shown := _printable(words)))


def _before(text: str, end: int) -> str:
    start = max(end - AROUND, 0)
    words = text[start:end]
    if start == 0:
        return words
    sentence = _SENTENCE_END.search(words)
    if sentence and sentence.end() <= 2 * AROUND // 3:
        return f"… {words[sentence.end() :]}"
    space = re.search(r"\s", words)
    return f"… {words[space.end() :]}" if space else ""


def _after(text: str, start: int) -> str:
    words = text[start : start + AROUND]
    if start + AROUND >= len(text):
        return words
    ends = [found.end() for found in _SENTENCE_END.finditer(words)]
    if ends and ends[-1] >= AROUND // 3:
        return f"{words[: ends[-1]].rstrip()} …"
    whole = re.match(r"(?s:.*)\s", words)
    return f"{whole[0].rstrip()} …" if whole else ""


def _printable(text: str) -> str:
    """Without line breaks, and without characters that could reorder or hide what is shown."""
    return "".join(c for c in re.sub(r"\s+", " ", text) if c.isprintable() or c in _JOINERS)
