"""Answers remembered from one build to the next, each with what it was made of; a memo changes no byte of the site."""

from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Made = TypeVar("Made")


class Table(Generic[Key, Made]):
    """Answers by key. What was not asked for between two calls of `forget` is forgotten."""

    def __init__(self) -> None:
        self._before: dict[Key, tuple[Any, Made]] = {}
        self._asked: dict[Key, tuple[Any, Made]] = {}

    def known(self, key: Key, made_of: Any) -> Made | None:
        """The answer under this key, if it was made of the same."""
        entry = self._before.get(key)
        if entry is None or not (entry[0] is made_of or entry[0] == made_of):
            return None
        self._asked[key] = entry
        return entry[1]

    def remember(self, key: Key, made_of: Any, made: Made) -> Made:
        self._asked[key] = (made_of, made)
        return made

    def get(self, key: Key, made_of: Any, make: Callable[[], Made]) -> Made:
        """The answer under this key, made now unless it is known. It must not be None."""
        known = self.known(key, made_of)
        return self.remember(key, made_of, make()) if known is None else known

    def forget(self) -> None:
        self._before, self._asked = self._asked, {}
