"""Texts made comparable: what is only a matter of typing is folded away, with a way back to the original.

Folded: composed and decomposed letters, soft hyphens and zero-width characters, runs of spaces and line breaks, and the
families of double quotes, apostrophes and dashes. Nothing else: not case, digits, accents or other punctuation.
"""

import re
import unicodedata
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

DOUBLE_QUOTES = "“”„‟«»"
APOSTROPHES = "‘’‚‛ʼ"
DASHES = "‐‑‒–—―−"

_ZERO_WIDTH = "\u00ad\u200b-\u200f\u2060-\u2064\ufeff"
_DROPPED = re.compile(f"[{_ZERO_WIDTH}]+")
_EM_TO_HAIR = "".join(map(chr, range(0x2000, 0x200B)))
_SPACES = f"\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\xa0\u1680{_EM_TO_HAIR}\u2028\u2029\u202f\u205f\u3000"
_FAMILIES = ((" ", _SPACES), ('"', DOUBLE_QUOTES), ("'", APOSTROPHES), ("-", DASHES))
# What changes the length of a text in which the families are one mark each. A single space is the commonest character
# of all, and stays as it is.
_TYPING = rf" [ {_ZERO_WIDTH}]+|[{_ZERO_WIDTH}][ {_ZERO_WIDTH}]*"
_COMPOSED = re.compile(_TYPING)
# Letters, not marks, that join the letter before them: the vowels and finals of Hangul, the vowels of Kirat Rai.
_JOINING_LETTERS = re.compile("[\u1160-\u11ff\ud7b0-\ud7ff\U00016d63-\U00016d6a]")


@dataclass(frozen=True)
class Folded:
    """A folded text. The rows hold, for each place whose length changed, its bounds here and in the original."""

    text: str
    original: str
    starts: Sequence[int]
    ends: Sequence[int]
    original_starts: Sequence[int]
    original_ends: Sequence[int]

    def start_in_original(self, index: int) -> int:
        """Where the character at this index comes from."""
        change = bisect_right(self.starts, index) - 1
        if change < 0:
            return index
        if index < self.ends[change]:
            return self.original_starts[change]
        return self.original_ends[change] + index - self.ends[change]

    def end_in_original(self, index: int) -> int:
        """Where the character before this index ends in the original."""
        if index == 0:
            return 0
        change = bisect_right(self.starts, index - 1) - 1
        if change >= 0 and index - 1 < self.ends[change]:
            return self.original_ends[change]
        return self.start_in_original(index - 1) + 1


def fold(text: str) -> Folded:
    """The text as it is compared, in time linear in its length."""
    typed = _one_for_one(text)
    pieces: list[str] = []
    rows = starts, ends, original_starts, original_ends = array("I"), array("I"), array("I"), array("I")
    copied = length = 0
    for found in _pattern(typed).finditer(typed):
        replacement = _replacement(found[0])
        if replacement == found[0]:
            continue
        start = length + found.start() - copied
        pieces += (typed[copied : found.start()], replacement)
        copied, length = found.end(), start + len(replacement)
        starts.append(start)
        ends.append(length)
        original_starts.append(found.start())
        original_ends.append(copied)
    pieces.append(typed[copied:])
    return Folded("".join(pieces), text, *rows)


def _one_for_one(text: str) -> str:
    """The text with one mark for each family, and one space for each kind: as long as it was."""
    for mark, family in _FAMILIES:
        for character in family:
            text = text.replace(character, mark)
    return text


def _replacement(found: str) -> str:
    kept = _DROPPED.sub("", found)
    return " " if kept.isspace() else unicodedata.normalize("NFC", kept)


def _pattern(text: str) -> re.Pattern[str]:
    """What may change in this text. Nearly every text is composed already and needs the short pattern only."""
    kept = _DROPPED.sub("", text)
    if unicodedata.is_normalized("NFC", kept):
        return _COMPOSED
    joining, changing = "", ""
    for character in sorted(set(kept)):
        if unicodedata.category(character).startswith("M") or _JOINING_LETTERS.match(character):
            joining += re.escape(character)
        elif unicodedata.normalize("NFC", character) != character:
            changing += re.escape(character)
    alone = f"|[{changing}]" if changing else ""
    joined = f"[^{joining} {_ZERO_WIDTH}]?(?:[{_ZERO_WIDTH}]*[{joining}])+|" if joining else ""
    return re.compile(f"{joined}{_TYPING}{alone}")
