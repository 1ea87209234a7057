"""The words of a quotation that have to stand in its source, apart from what its editor left out or put in."""

import re
from dataclasses import dataclass

from generator.folding import fold

BREAK = re.compile(r"\[([^\[\]]*)\]|…")
"""What stands between the words of the source: an elision (`[…]`, `…`) or an insertion (`[word]`)."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Words between two breaks: as written, and as they are compared (`fold`).

    An end that is open was touched by an insertion, so that the word may go on there in the source: `[d]eployed`.
    """

    written: str
    text: str
    open_start: bool = False
    open_end: bool = False


def pieces_of(quotation: str) -> tuple[Piece, ...]:
    """The words to look for: what stands between breaks."""
    found, start, open_start = [], 0, False
    for mark in [*BREAK.finditer(quotation), None]:
        written = quotation[start : mark.start() if mark else len(quotation)]
        is_insertion = bool(mark and mark[1] not in (None, "", "…"))
        text = fold(written).text
        if text.strip():
            opens = open_start and not text.startswith(" "), is_insertion and not text.endswith(" ")
            found.append(Piece(written.strip(), text.strip(), *opens))
        start, open_start = (mark.end() if mark else 0), is_insertion
    return tuple(found)
