"""The quotation contract: whether words stand in an archived text, and where. Pure, and linear in the text.

A quotation is never found by likeness. What is near is shown to the editor as a word diff and stays not found.
"""

import re
import unicodedata
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from generator.evidence import Span, State
from generator.folding import Folded, fold
from generator.nearwords import nearest_words
from generator.pieces import Piece, pieces_of

REACH = 600
"""The pieces of a quotation with words left out stand within so many characters, from the first to the last."""


class Reason(StrEnum):
    """Why a quotation was not found."""

    NO_WORDS = "no-words"
    MISSING = "missing"
    APART = "apart"
    AMBIGUOUS = "ambiguous"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of one quotation. `spans` are places in the archived text as it is held, one for each piece."""

    state: State
    spans: tuple[Span, ...] = ()
    reason: Reason | None = None
    near: str = ""
    """For a quotation that is missing: the nearest words of the source, {in the source} and [-in the quotation-]."""

    @property
    def is_found(self) -> bool:
        return self.state in (State.EXACT, State.FOLDED)


def find(quotation: str, text: str | Folded | None, prefix: str = "", suffix: str = "") -> Finding:
    """Looks for a quotation in an archived text; None when no text is held.

    Found means: all its pieces stand in order within `REACH`, between whole words, in exactly one place; or in one
    place after `prefix` and before `suffix`.
    """
    if text is None:
        return Finding(State.CANNOT_CHECK)
    held = text if isinstance(text, Folded) else fold(text)
    pieces = pieces_of(quotation)
    if not any(character.isalnum() for piece in pieces for character in piece.text):
        return Finding(State.NOT_FOUND, reason=Reason.NO_WORDS)
    places = _places(pieces, held, fold(prefix).text.strip(), fold(suffix).text.strip())
    if len(places) == 1:
        return _found(pieces, places[0], held)
    reason = Reason.AMBIGUOUS if places else _why_not(pieces, held, bool(prefix or suffix))
    near = nearest_words(quotation, held) if reason is Reason.MISSING else ""
    return Finding(State.NOT_FOUND, reason=reason, near=near)


def _found(pieces: Sequence[Piece], place: Sequence[Span], held: Folded) -> Finding:
    spans = tuple((held.start_in_original(start), held.end_in_original(end)) for start, end in place)
    same = all(held.original[slice(*span)] == piece.written for piece, span in zip(pieces, spans, strict=True))
    return Finding(State.EXACT if same else State.FOLDED, spans)


def _why_not(pieces: Sequence[Piece], held: Folded, has_context: bool) -> Reason:
    if has_context and _places(pieces, held, "", ""):
        return Reason.ELSEWHERE
    if len(pieces) > 1 and all(next(_standing(piece, held), None) is not None for piece in pieces):
        return Reason.APART
    return Reason.MISSING


# -- places --------------------------------------------------------------------------------------------------------


def _places(pieces: Sequence[Piece], held: Folded, prefix: str, suffix: str) -> list[tuple[Span, ...]]:
    """The places of a quotation, none of which holds another; at most three, as two are one too many."""
    if len(pieces) > 1 and sum(len(piece.text) for piece in pieces) > REACH:
        return []
    kept: list[tuple[Span, ...]] = []
    for place in _all_places(pieces, held):
        if not _stands_between(held.text, place[0][0], place[-1][1], prefix, suffix):
            continue
        if kept and kept[-1][-1][1] == place[-1][1]:
            kept[-1] = place
        elif not kept or kept[-1][0][0] != place[0][0]:
            kept.append(place)
        if len(kept) > 2:
            break
    return kept


def _all_places(pieces: Sequence[Piece], held: Folded) -> Iterator[tuple[Span, ...]]:
    """The rarest piece is the anchor; the others are looked for around each of its places, nearest first."""
    if len(pieces) == 1:
        yield from (((start, start + len(pieces[0].text)),) for start in _standing(pieces[0], held))
        return
    if not all(piece.text in held.text for piece in pieces):
        return
    anchor = pieces.index(_rarest(pieces, held))
    for start in _standing(pieces[anchor], held):
        if place := _around(pieces, anchor, start, held):
            yield place


_OFTEN = 1_000  # places: of pieces that stand in so many, none is rare


def _rarest(pieces: Sequence[Piece], held: Folded) -> Piece:
    """The piece that stands in the fewest places. Where all stand very often, it is not told how often each does."""
    looking = {piece: _standing(piece, held) for piece in pieces}
    for _ in range(_OFTEN):
        for piece, places in looking.items():
            if next(places, None) is None:
                return piece
    return min(pieces, key=lambda piece: held.text.count(piece.text))


def _standing(piece: Piece, held: Folded) -> Iterator[int]:
    """Where a piece stands between whole words.

    A long piece that repeats itself, in a text that does, would cost the product of their lengths: no place is
    looked at after four times the text was read, which only such a piece can reach; nor after `_MOST_LOOKS`.
    """
    text, begins_word = held.text, not piece.open_start and _JOINING.match(piece.text)
    allowed = min(4 * len(text) // len(piece.text) + 4, _MOST_LOOKS)
    at = text.find(piece.text)
    while at >= 0 and allowed:
        if _is_whole(piece, at, held):
            yield at
        start = _WORD_END.search(text, at).end() if begins_word else at + 1  # type: ignore[union-attr]  # \Z is one
        at = text.find(piece.text, start)
        allowed -= 1


_MOST_LOOKS = 100_000
# Letters and digits that make one word wherever two stand side by side: none after another begins one.
_LETTERS = "0-9A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0400-\u0481\u048a-\u04ff"
_JOINING, _WORD_END = re.compile(f"[{_LETTERS}]"), re.compile(f"[^{_LETTERS}]|\\Z")


def _around(pieces: Sequence[Piece], anchor: int, start: int, held: Folded) -> tuple[Span, ...]:
    """The places of all pieces around one of the anchor's, or nothing."""
    spans = deque([(start, start + len(pieces[anchor].text))])
    for piece in reversed(pieces[:anchor]):
        at = _last(piece, max(spans[-1][1] - REACH, 0), spans[0][0], held)
        if at < 0:
            return ()
        spans.appendleft((at, at + len(piece.text)))
    for piece in pieces[anchor + 1 :]:
        at = _first(piece, spans[-1][1], spans[0][0] + REACH, held)
        if at < 0:
            return ()
        spans.append((at, at + len(piece.text)))
    return tuple(spans) if spans[-1][1] - spans[0][0] <= REACH else ()


def _last(piece: Piece, start: int, end: int, held: Folded) -> int:
    """Where a piece stands for the last time between these places, or -1."""
    at = held.text.rfind(piece.text, start, end)
    while at >= 0 and not _is_whole(piece, at, held):
        at = held.text.rfind(piece.text, start, at + len(piece.text) - 1)
    return at


def _first(piece: Piece, start: int, end: int, held: Folded) -> int:
    """Where a piece stands for the first time between these places, or -1."""
    at = held.text.find(piece.text, start, end)
    while at >= 0 and not _is_whole(piece, at, held):
        at = held.text.find(piece.text, at + 1, end)
    return at


def _stands_between(text: str, start: int, end: int, prefix: str, suffix: str) -> bool:
    before = text[max(start - len(prefix) - 1, 0) : start].rstrip()
    return before.endswith(prefix) and text[end : end + len(suffix) + 1].lstrip().startswith(suffix)


# -- whole words ---------------------------------------------------------------------------------------------------

# Written without spaces between words: Thai, Lao, Burmese, Khmer, Chinese, Japanese. So many letters take a while to
# compile, so that is left to their first use.
_UNSPACED = (
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)


def _is_whole(piece: Piece, at: int, held: Folded) -> bool:
    return (piece.open_start or not _splits_word(held, at, is_end=False)) and (
        piece.open_end or not _splits_word(held, at + len(piece.text), is_end=True)
    )


def _splits_word(held: Folded, at: int, is_end: bool) -> bool:
    """Whether the place between two characters lies inside a word or number: `fire|d`, `non-|violent`, `1|.5`."""
    text = held.text
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    if re.match(_UNSPACED, before) or re.match(_UNSPACED, after):
        return False
    if _is_letter(before):
        return _is_letter(after) or _joins(held, at)
    if before == "'" and not is_end:  # « l’ordre » may be quoted from its noun
        return False
    return _is_letter(after) and (_joins(held, at - 1) or _is_minus(held, at - 1))


def _is_letter(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character).startswith("M")


def _joins(held: Folded, at: int) -> bool:
    """Whether this mark stands inside a word or number: an apostrophe, a hyphen, a decimal point."""
    left, mark, right = held.text[max(at - 1, 0)], held.text[at], held.text[at + 1 : at + 2]
    if not right or not _is_letter(left) or not _is_letter(right):
        return False
    if mark == "-" and not (left.isdigit() and right.isdigit()):
        return held.original[held.start_in_original(at)] in "-‐‑"
    return mark in "-'" or (mark in ".,:" and left.isdigit() and right.isdigit())


def _is_minus(held: Folded, at: int) -> bool:
    text = held.text
    sign = held.original[held.start_in_original(at)]
    return text[at] == "-" and sign not in "—―" and text[at + 1].isdigit() and (at == 0 or text[at - 1] == " ")
