"""Texts made comparable: what is only a matter of typing is folded away, with a way back to the original.

Folded: composed and decomposed letters, soft hyphens and zero-width characters, runs of spaces and line breaks, and the
families of double quotes, apostrophes and dashes. Nothing else: not case, digits, accents or other punctuation.
"""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass

DOUBLE_QUOTES = "“”„‟«»"
APOSTROPHES = "‘’‚‛ʼ"
DASHES = "‐‑‒–—―−"

_ZERO_WIDTH = "\u00ad\u200b-\u200f\u2060-\u2064\ufeff"
_BLANK = rf"\s{_ZERO_WIDTH}"
_DROPPED = re.compile(f"[{_ZERO_WIDTH}]+")
_FAMILIES = str.maketrans(
    {**dict.fromkeys(DOUBLE_QUOTES, '"'), **dict.fromkeys(APOSTROPHES, "'"), **dict.fromkeys(DASHES, "-")}
)
# A single space is the commonest character of all, and stays as it is.
_TYPING = rf" [{_BLANK}]+|(?! )[{_BLANK}][{_BLANK}]*|[{DOUBLE_QUOTES}{APOSTROPHES}{DASHES}]"
_COMPOSED = re.compile(_TYPING)
# Letters, not marks, that join the letter before them: the vowels and finals of Hangul, the vowels of Kirat Rai.
_JOINING_LETTERS = re.compile("[\u1160-\u11ff\ud7b0-\ud7ff\U00016d63-\U00016d6a]")


@dataclass(frozen=True)
class Folded:
    """A folded text. The four rows hold, for each place that changed, its bounds here and in the original."""

    text: str
    original: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    original_starts: tuple[int, ...]
    original_ends: tuple[int, ...]

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
    pieces: list[str] = []
    changes: list[tuple[int, int, int, int]] = []
    copied = length = 0
    for found in _pattern(text).finditer(text):
        replacement = _replacement(found[0])
        if replacement == found[0]:
            continue
        start = length + found.start() - copied
        pieces += (text[copied : found.start()], replacement)
        copied, length = found.end(), start + len(replacement)
        changes.append((start, length, found.start(), found.end()))
    pieces.append(text[copied:])
    rows = tuple(zip(*changes, strict=True)) if changes else ((), (), (), ())
    return Folded("".join(pieces), text, *rows)


def _replacement(found: str) -> str:
    kept = _DROPPED.sub("", found)
    if kept.isspace():
        return " "
    return unicodedata.normalize("NFC", kept).translate(_FAMILIES)


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
    joined = f"[^{joining}{_BLANK}]?(?:[{_ZERO_WIDTH}]*[{joining}])+|" if joining else ""
    return re.compile(f"{joined}{_TYPING}{alone}")
