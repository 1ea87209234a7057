"""Words that rules look for: lists kept as data, one for each language, and found in a text in one pass.

A rule asks for a list by its name; a language without a list of its own has none, and its rules are silent.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, product
from pathlib import Path

from generator.simpleyaml import simple_yaml

Span = tuple[int, int]
Lists = tuple[tuple[str, tuple[str, ...]], ...]

NOT_NEUTRAL = ("weasel", "loaded", "speech", "relative")
"""The lists of words that a site does not use in its own voice; together they are the list `not_neutral`."""

_FOLDER = Path(__file__).parent / "words"
_CAPITALS_FOR_NOUNS = frozenset({"de", "lb"})
_WORD = re.compile(r"\w+(?:[’']\w+)*")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text in order: as lists have them, and where they stand."""

    folded: Sequence[str]
    spans: Sequence[Span]

    @classmethod
    def of(cls, text: str) -> "Words":
        """Places are counted in characters from the start of the text."""
        spans = [found.span() for found in _WORD.finditer(text)]
        return cls([folded(text[start:end]) for start, end in spans], spans)


def folded(word: str) -> str:
    """In lower case, and without a possessive ending."""
    return word.lower().replace("’", "'").removesuffix("'s")


def folded_words(text: str) -> list[str]:
    """`Words.of(text).folded`, in half the time, where places do not matter."""
    return [word.removesuffix("'s") for word in _WORD.findall(text.lower().replace("’", "'"))]


class Phrases:
    """Phrases as one list holds them, `a/b c` for `a c` and `b c`, by the word they begin with."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._by_first: dict[str, list[tuple[frozenset[str], ...]]] = {}
        for line in chain.from_iterable(map(_in_words, lines)):
            first, *rest = (frozenset(folded(word) for word in slot.split("/")) for slot in line.split())
            for word in first:
                self._by_first.setdefault(word, []).append(tuple(rest))

    def __bool__(self) -> bool:
        return bool(self._by_first)

    def __contains__(self, word: str) -> bool:
        return () in self._by_first.get(word, ())

    def find(self, words: Sequence[str]) -> Iterator[Span]:
        """Where a phrase stands, counted in words; the longest at each place."""
        for at, word in enumerate(words):
            if word in self._by_first:
                fitting = [1 + len(rest) for rest in self._by_first[word] if _fits(rest, words, at + 1)]
                if fitting:
                    yield at, at + max(fitting)


def _in_words(line: str) -> Iterable[str]:
    """The line with hyphens as spaces, since words are looked for; an alternative with one is a line of its own."""
    if "-" not in line:
        return [line]
    slots = (slot.split("/") if "-" in slot else [slot] for slot in line.split())
    return [" ".join(chosen).replace("-", " ") for chosen in product(*slots)]


def _fits(rest: tuple[frozenset[str], ...], words: Sequence[str], at: int) -> bool:
    return at + len(rest) <= len(words) and all(words[at + n] in wanted for n, wanted in enumerate(rest))


def overlap(span: Span, others: Iterable[Span]) -> bool:
    """Whether a span shares something with one of the others."""
    return any(start < span[1] and span[0] < end for start, end in others)


class Lexicon:
    """The lists of a language, with what a project adds to them."""

    def __init__(self, language: str, added: Lists = ()) -> None:
        spoken = language.partition("-")[0]
        self.has_capitals_for_names = spoken not in _CAPITALS_FOR_NOUNS
        lists = dict(_shipped(spoken))
        for name, lines in added:
            lists[name] = (*lists.get(name, ()), *lines)
        lists["weasel"] = (*lists.get("weasel", ()), *_vague(lists))
        lists["not_neutral"] = tuple(line for name in NOT_NEUTRAL for line in lists.get(name, ()))
        self._phrases = {name: Phrases(lines) for name, lines in lists.items()}

    def __getitem__(self, name: str) -> Phrases:
        return self._phrases.get(name, _NOTHING)


@lru_cache(maxsize=8)
def lexicon_for(language: str, added: Lists = ()) -> Lexicon:
    """The lexicon of these words: the same object for the same words, so that an answer can be known by it."""
    return Lexicon(language, added)


_NOTHING = Phrases(())


def _vague(lists: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """`some say`, `critics say`, `some critics have said`."""
    quantifiers, speakers, opinions = (
        "/".join(lists[name]) if lists.get(name) else "" for name in ("quantifiers", "speakers", "opinions")
    )
    if opinions:
        for who in filter(None, (quantifiers, speakers, f"{quantifiers} {speakers}".strip())):
            yield f"{who} {opinions}"
            yield f"{who} have/has/had {opinions}"


@lru_cache(maxsize=8)
def _shipped(language: str) -> Mapping[str, tuple[str, ...]]:
    """The lists in words/, which are part of this program: the plainest YAML, and remarks on lines of their own."""
    path = _FOLDER / f"{language}.yaml"
    if not path.is_file():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    data = simple_yaml("".join(line for line in lines if not line.startswith("#")))
    assert data is not None
    return {name: tuple(map(str, phrases)) for name, phrases in data.items()}
