"""What differs between two mappings: what is the same object is equal, and that is quick to see in thousands."""

from collections.abc import Hashable, Iterable, Mapping
from itertools import compress
from operator import is_, is_not
from typing import Any, TypeVar

Key = TypeVar("Key", bound=Hashable)
T = TypeVar("T")


class Edited(dict[Key, T]):
    """A mapping with some keys given other values, or none: what differs is told without a look at all others."""

    def __init__(self, base: Mapping[Key, T], edits: Mapping[Key, T], gone: Iterable[Key] = ()) -> None:
        super().__init__(base)
        self.update(edits)
        for key in gone:
            self.pop(key, None)
        # Names, and not the mappings themselves: each would keep the one before alive.
        self.name, self.base = object(), getattr(base, "name", None)
        self.touched = {*edits, *gone}

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (dict(self),)


def differing(before: Mapping[Key, Any], after: Mapping[Key, Any]) -> set[Key]:
    """The keys under which one has what the other has not."""
    missing = object()
    return {key for key in replaced(before, after) if before.get(key, missing) != after.get(key, missing)}


def replaced(before: Mapping[Key, Any], after: Mapping[Key, Any]) -> Iterable[Key]:
    """The keys under which the two have not the same object; these may still be equal."""
    if before is after:
        return ()
    missing = object()
    if isinstance(after, Edited) and after.base is not None and after.base is getattr(before, "name", None):
        return [key for key in after.touched if before.get(key, missing) is not after.get(key, missing)]
    if len(before) == len(after) and all(map(is_, before, after)):
        return compress(after, map(is_not, before.values(), after.values()))
    changed = [key for key, value in after.items() if before.get(key, missing) is not value]
    return [*changed, *(before.keys() - after.keys())]
