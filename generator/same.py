"""What differs between two mappings: what is the same object is equal, and that is quick to see in thousands."""

from collections.abc import Hashable, Iterable, Mapping
from itertools import compress
from operator import is_, is_not
from typing import Any, TypeVar

Key = TypeVar("Key", bound=Hashable)


def differing(before: Mapping[Key, Any], after: Mapping[Key, Any]) -> set[Key]:
    """The keys under which one has what the other has not."""
    missing = object()
    return {key for key in replaced(before, after) if before.get(key, missing) != after.get(key, missing)}


def replaced(before: Mapping[Key, Any], after: Mapping[Key, Any]) -> Iterable[Key]:
    """The keys under which the two have not the same object; these may still be equal."""
    if before is after:
        return ()
    if len(before) == len(after) and all(map(is_, before, after)):
        return compress(after, map(is_not, before.values(), after.values()))
    missing = object()
    changed = [key for key, value in after.items() if before.get(key, missing) is not value]
    return [*changed, *(before.keys() - after.keys())]
