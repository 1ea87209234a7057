"""The words of a source that are nearest to a quotation which is not in it: shown to the editor as a word diff."""

import re
from array import array
from collections import Counter, defaultdict, deque
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from heapq import merge
from itertools import repeat

from generator.folding import Folded, fold
from generator.pieces import BREAK

LEGEND = "{words} are only there, [-words-] only here"
"""What the marks of such a diff mean, for the editor."""

_MOST_WORDS = 300
_MARGIN = 3
_SHOWN_EQUAL = 4
_TOKEN = re.compile(r"\w[\w'-]*|[^\w\s]")
_SPACED_STOP = re.compile(r" ([.,;:!?])")


def nearest_words(quotation: str, held: Folded) -> str:
    """The nearest words of the source as a word diff, or nothing when more than a third of the words are not there."""
    wanted = _TOKEN.findall(fold(BREAK.sub(" ", quotation)).text)[:_MOST_WORDS]
    words, places = _words(held.text)
    start, shared = _best_window([word.casefold() for word in wanted], places)
    if 3 * shared < 2 * len(wanted):
        return ""
    window = words[max(start - _MARGIN, 0) : start + len(wanted) + _MARGIN]
    return _diff(window, wanted)


@lru_cache(maxsize=2)  # many quotations of one text may be missing
def _words(text: str) -> tuple[Sequence[str], Mapping[str, Sequence[int]]]:
    """The words of a text, and where each stands among them, in capitals or not."""
    words: list[str] = _TOKEN.findall(text)
    places: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
    for number, word in enumerate(words):
        places[word.casefold()].append(number)
    return words, dict(places)


def _best_window(wanted: Sequence[str], places: Mapping[str, Sequence[int]]) -> tuple[int, int]:
    """Where as many words in a row as are wanted hold the most of them, and how many."""
    missing, shared, best = Counter(wanted), 0, (0, 0)
    window = deque[tuple[int, str]]()
    for number, word in merge(*(zip(places.get(word, ()), repeat(word)) for word in missing)):
        window.append((number, word))
        shared += missing[word] > 0
        missing[word] -= 1
        while window[0][0] <= number - len(wanted):
            left = window.popleft()[1]
            missing[left] += 1
            shared -= missing[left] > 0
        if shared > best[1]:
            best = max(number - len(wanted) + 1, 0), shared
    return best


def _diff(window: Sequence[str], wanted: Sequence[str]) -> str:
    shown = []
    steps = SequenceMatcher(None, window, wanted, autojunk=False).get_opcodes()
    for number, (kind, start, end, wanted_start, wanted_end) in enumerate(steps):
        is_first, is_last = number == 0, number == len(steps) - 1
        if kind == "equal":
            shown.append(_shortened(window[start:end], is_first, is_last))
            continue
        # At its edges the window is wider than the quotation: no more than was replaced is a difference.
        count = wanted_end - wanted_start
        theirs = window[max(end - count, start) : end] if is_first else window[start:end]
        theirs = theirs[:count] if is_last else theirs
        shown += [f"{{{' '.join(theirs)}}}"] * bool(theirs)
        shown += [f"[-{' '.join(wanted[wanted_start:wanted_end])}-]"] * bool(count)
    return _SPACED_STOP.sub(r"\1", " ".join(shown))


def _shortened(words: Sequence[str], is_first: bool, is_last: bool) -> str:
    """Equal words, of which those beside a difference are enough."""
    if len(words) <= 2 * _SHOWN_EQUAL:
        return " ".join(words)
    before = [] if is_first else list(words[:_SHOWN_EQUAL])
    after = [] if is_last else list(words[-_SHOWN_EQUAL:])
    return " ".join([*before, "…", *after])
