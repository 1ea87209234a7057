"""Whether an edit changes what a sentence says, or only how it is typed.

Only typing: punctuation, white space, capitals, articles, a verb made to agree, a word written twice, and a word that
was misspelt. A misspelt word is one that neither a dictionary nor the rest of the site knows, a letter or two from
one they know: “teh” for “the”, but not “causal” for “casual”, and never a number or a negation.
"""

import re
from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from spellchecker import SpellChecker

from generator.folding import fold
from generator.lexicon import Lexicon
from generator.sentences import quoted_spans

# Numbers with their signs, dates and times; words, which hyphens part; and signs that mean something.
_TOKEN = re.compile(r"(?:(?<![\w-])-)?\d+(?:[.,:/-]\d+)*\w*|[^\W\d_]+(?:'[^\W\d_]+)*|[?%~<>=+/°§$€£¥₸₽]")
_CONTRACTED = {"can't": "can not", "won't": "will not", "n't": " not", "cannot": "can not"}
_NOT = re.compile(r"\b(?:can't|won't|cannot)\b|n't\b")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_LONG = 5
"""A word of so many letters may have two of them wrong."""
_LONGEST = 100  # more letters in a row are no word


@dataclass(frozen=True, slots=True)
class Token:
    """A word as it is compared. Whether it stands between quotation marks is part of what it says."""

    word: str
    is_name: bool
    is_quoted: bool

    @property
    def is_number(self) -> bool:
        return any(map(str.isdigit, self.word))


def tokens(text: str) -> tuple[Token, ...]:
    """The words, numbers and telling signs of a text, without its punctuation."""
    folded = _NOT.sub(lambda found: _CONTRACTED[found[0]], fold(text).text)
    quoted = quoted_spans(folded)
    return tuple(
        Token(
            _THOUSANDS.sub("", found[0].lower()),
            found.start() > 0 and found[0][0].isupper(),
            any(start <= found.start() < end for start, end in quoted),
        )
        for found in _TOKEN.finditer(folded)
    )


class Wording:
    """Tells changes of meaning in one language; `vocabulary` counts the words that were published."""

    def __init__(self, language: str, lexicon: Lexicon, vocabulary: Counter[str]) -> None:
        self._dictionary, self._lexicon, self._vocabulary = _dictionary(language), lexicon, vocabulary

    def changes(self, before: Sequence[Token], after: Sequence[Token]) -> bool:
        """Whether the words now say something else."""
        if self._negations(before) != self._negations(after):
            return True
        steps = SequenceMatcher(None, _keys(before), _keys(after), autojunk=False).get_opcodes()
        return any(
            kind != "equal" and not self._is_typing(before, after, (start, end), (from_, to))
            for kind, start, end, from_, to in steps
        )

    def _negations(self, sentence: Sequence[Token]) -> Counter[str]:
        return Counter(token.word for token in sentence if token.word in self._lexicon["negations"])

    def _is_typing(
        self, before: Sequence[Token], after: Sequence[Token], old: tuple[int, int], new: tuple[int, int]
    ) -> bool:
        was, now = before[slice(*old)], after[slice(*new)]
        if {token.is_quoted for token in was} != {token.is_quoted for token in now} and was and now:
            return False
        if len(was) == len(now) and all(map(self._is_respelt, was, now)):
            return True
        removed = [token for token in was if not self._is_empty(token)]
        added = [token for token in now if not self._is_empty(token)]
        if removed and not added:
            return _repeats(before, *old)
        return _joined(removed) == _joined(added)

    def _is_empty(self, token: Token) -> bool:
        return token.word in self._lexicon["articles"]

    def _is_respelt(self, was: Token, now: Token) -> bool:
        if was.word == now.word:
            return True
        if was.is_number or now.is_number or not (was.word[:1].isalpha() and now.word[:1].isalpha()):
            return False
        if any(self._lexicon["agreement"].find([was.word, now.word])):
            return True
        allowed = 2 if min(len(was.word), len(now.word)) >= _LONG else 1
        if _distance(was.word, now.word, allowed) > allowed or self._knows(was, 1):
            return False
        # The site’s other words vouch for a name; a dictionary knows some names, and not who is meant.
        is_name = was.is_name or now.is_name
        return self._vocabulary[now.word] > 0 if is_name else self._knows(now, 0)

    def _knows(self, token: Token, times: int) -> bool:
        """Whether this is a word of the language, or one that the site used more often than this."""
        return token.word in self._dictionary or self._vocabulary[token.word] > times


def _keys(sentence: Sequence[Token]) -> list[tuple[str, bool]]:
    return [(token.word.replace("'", ""), token.is_quoted) for token in sentence]


def _joined(words: Sequence[Token]) -> str:
    """`well known`, `well-known` and `wellknown` alike; numbers side by side are not one number."""
    return "".join(f" {token.word} " if token.is_number else token.word.replace("'", "") for token in words)


def _repeats(sentence: Sequence[Token], start: int, end: int) -> bool:
    """Whether the words that went away were the ones beside them, written twice: `in the in the`."""
    gone = _keys(sentence[start:end])
    count = len(gone)
    return gone in (_keys(sentence[max(start - count, 0) : start]), _keys(sentence[end : end + count]))


def _distance(one: str, other: str, most: int) -> int:
    """Letters changed, added, dropped, or swapped with the next (optimal string alignment); at most `most` + 1."""
    if abs(len(one) - len(other)) > most or len(one) > _LONGEST:
        return most + 1
    above, row = list[int](), list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        above, row, before = row, [i], above
        for j, right in enumerate(other, 1):
            costs = [above[j] + 1, row[j - 1] + 1, above[j - 1] + (left != right)]
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                costs.append(before[j - 2] + 1)
            row.append(min(costs))
    return min(row[-1], most + 1)


@lru_cache(maxsize=4)
def _dictionary(language: str) -> Container[str]:
    """The words of a language; none where no dictionary of it is at hand."""
    name = language.partition("-")[0]
    if name not in SpellChecker.languages():
        return frozenset()
    return SpellChecker(language=name).word_frequency.dictionary.keys()
