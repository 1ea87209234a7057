"""Work done side by side in forked processes, which see all the parent holds without its being sent to them."""

import os
import pickle
import sys
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, TypeVar

S = TypeVar("S")
T = TypeVar("T")

CAN_FORK = hasattr(os, "fork") and sys.platform != "darwin"  # the system's own libraries there do not survive it


def together(tasks: Sequence[Callable[[], T]]) -> list[T]:
    """What each task gives, in their order; an exception in one is raised here. The last runs in this process."""
    if not CAN_FORK:
        return [task() for task in tasks]
    children = [_forked(task) for task in tasks[:-1]]
    try:
        own = [task() for task in tasks[-1:]]
    finally:
        found = [_collected(*child) for child in children]
    return [_result(*answer) for answer in found] + own


def beside(other: Callable[[], S], task: Callable[[], T]) -> tuple[S, T]:
    """What the two give; the second runs in this process."""
    tasks: list[Callable[[], Any]] = [other, task]
    first, second = together(tasks)
    return first, second


def slices(items: Sequence[T], jobs: int, least: int) -> list[Sequence[T]]:
    """The items in at most `jobs` runs of neighbours, none under `least` long unless it is the only one."""
    count = max(1, min(jobs, len(items) // least))
    edges = [len(items) * number // count for number in range(count + 1)]
    return [items[start:end] for start, end in pairwise(edges)]


def _forked(task: Callable[[], Any]) -> tuple[int, int]:
    reader, writer = os.pipe()
    if child := os.fork():
        os.close(writer)
        return child, reader
    os.close(reader)
    try:
        answer = _answer(task)
        with open(writer, "wb") as pipe:
            pipe.write(answer)
    finally:
        os._exit(0)


def _answer(task: Callable[[], Any]) -> bytes:
    try:
        return pickle.dumps((task(), None), pickle.HIGHEST_PROTOCOL)
    except BaseException as error:
        return pickle.dumps((None, error))


def _collected(child: int, reader: int) -> tuple[Any, BaseException | None]:
    with open(reader, "rb") as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    return pickle.loads(answer) if answer else (None, RuntimeError("a process of this build was ended"))


def _result(result: Any, error: BaseException | None) -> Any:
    if error is not None:
        raise error
    return result
