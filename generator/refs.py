"""Identifiers: what an id may look like, how a record is referred to, and which known word was probably meant."""

import difflib
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

MAX_ID = 64
ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
KIND_AND_ID = re.compile(r"([a-z]+):([a-z0-9]+(?:-[a-z0-9]+)*)")

# Names that Windows keeps for devices, whatever follows a dot: no file of that name can be checked out there.
RESERVED = frozenset({"con", "prn", "aux", "nul"} | {f"com{n}" for n in range(10)} | {f"lpt{n}" for n in range(10)})


_DASH = re.compile("[\u2010-\u2015\u2212]")


class Ref(NamedTuple):
    """A record's name, wherever it is referred to: `event:curfew`."""

    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


class Names(list[Ref]):
    """Names by number, and numbers by name; quick to unpickle."""

    @cached_property
    def numbers(self) -> Mapping["Ref", int]:
        return {ref: number for number, ref in enumerate(self)}

    def __reduce__(self) -> tuple[Any, ...]:
        return _names, ([ref.kind for ref in self], [ref.id for ref in self])


def _names(kinds: list[str], ids: list[str]) -> Names:
    return Names(map(Ref, kinds, ids))


def id_problem(text: str) -> tuple[str, str, str] | None:
    """`(code, message, hint)` when the text cannot be an id, else None."""
    if text.partition(".")[0].strip().casefold() in RESERVED:
        message = f"“{text[:MAX_ID]}” is a reserved name on Windows"
        return "id-reserved", message, "choose another name, or add a word to it"
    if len(text) > MAX_ID:
        return "id-chars", f"this id has {len(text)} characters; {MAX_ID} is the most", "shorten it"
    if not ID.fullmatch(text):
        hint = "use lower-case letters a-z, digits and single hyphens between them"
        if foreign := next((letter for letter in text if letter.isalpha() and not _as_id(letter)), None):
            hint += f": “{foreign}” is {unicodedata.name(foreign, 'another letter')}"
        elif proposal := _as_id(text):
            hint += f", such as {proposal}"
        return "id-chars", f"“{text}” cannot be an id", hint
    return None


def _as_id(text: str) -> str:
    plain = unicodedata.normalize("NFKD", _DASH.sub("-", text.casefold())).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:MAX_ID].strip("-")


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The known word that was probably meant, or None when nothing is near."""
    return Known(known).nearest(word, cutoff)


class Known:
    """Words that are known, to be asked many times which of them was meant."""

    def __init__(self, known: Iterable[str]) -> None:
        self._by_folded = {candidate.casefold(): candidate for candidate in sorted(known)}

    def nearest(self, word: str, cutoff: float = 0.6) -> str | None:
        """The one that was probably meant, or None when nothing is near."""
        by_folded, folded = self._by_folded, word.casefold().strip()
        for spelling in (folded, re.sub(r"[\s_-]+", "", folded), re.sub(r"[\s_]+", "_", folded)):
            if spelling in by_folded:
                return by_folded[spelling]
        matches = difflib.get_close_matches(folded, self._like(folded), n=1, cutoff=cutoff)
        return by_folded[matches[0]] if matches else None

    def _like(self, word: str) -> Iterable[str]:
        """All of them; of very many those that begin or end most like the word, or each word would cost them all."""
        if len(self._by_folded) <= 4 * _BESIDE:
            return self._by_folded
        forwards, backwards = self._ordered
        return {*_beside(word, forwards), *(name[::-1] for name in _beside(word[::-1], backwards))}

    @cached_property
    def _ordered(self) -> tuple[Sequence[str], Sequence[str]]:
        return sorted(self._by_folded), sorted(name[::-1] for name in self._by_folded)


_BESIDE = 50


def _beside(word: str, ordered: Sequence[str]) -> Sequence[str]:
    at = bisect_left(ordered, word)
    return ordered[max(at - _BESIDE, 0) : at + _BESIDE]


def collision_key(address: str) -> str:
    """Two addresses with the same key are one file on a file system that folds case or normalises."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFD", address).casefold())
    return unicodedata.normalize("NFC", folded.casefold())
