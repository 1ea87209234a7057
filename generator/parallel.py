"""Work done side by side in forked processes, which see all the parent holds without its being sent to them."""

import os
import pickle
import signal
import sys
import weakref
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from itertools import chain, pairwise
from typing import Any, Generic, TypeVar

S = TypeVar("S")
T = TypeVar("T")

CAN_FORK = hasattr(os, "fork") and sys.platform != "darwin"  # the system's own libraries there do not survive it


_WIDTH = 2  # bytes of a task's number
SHARES = 4  # for each process: it takes the next when it is done with one, so that none waits long for another


def together(tasks: Sequence[Callable[[], T]], jobs: int) -> list[T]:
    """What each task gives, in their order, by up to `jobs` processes; an exception in one is raised here.

    This process is one of them.
    """
    if jobs == 1 or len(tasks) < 2 or not CAN_FORK:
        return [task() for task in tasks]
    queue, filling = os.pipe()
    os.write(filling, b"".join(number.to_bytes(_WIDTH) for number in range(len(tasks))))
    os.close(filling)
    shared, children = partial(_shared, tasks, queue, os.getpid()), list[tuple[int, int]]()
    try:
        children.extend(_forked(shared) for _ in range(min(jobs, len(tasks)) - 1))
        own = shared()
    finally:
        found = [_collected(*child) for child in children]
        os.close(queue)
    done = dict(chain(own.items(), *(_result(*answer).items() for answer in found)))
    return [done[number] for number in range(len(tasks))]


def _shared(tasks: Sequence[Callable[[], T]], queue: int, first: int) -> dict[int, T]:
    """What those tasks give that no other process took before. Nothing is begun once the `first` process is gone."""
    done = {}
    while first in (os.getpid(), os.getppid()) and (taken := os.read(queue, _WIDTH)):
        number = int.from_bytes(taken)
        done[number] = tasks[number]()
    return done


def beside(other: Callable[[], S], task: Callable[[], T]) -> tuple[S, T]:
    """What the two give; the second runs in this process."""
    ahead = Ahead(other)
    done = task()
    return ahead.result(), done


class Ahead(Generic[T]):
    """A task that another process does meanwhile. One that is not asked for its result is ended with this object."""

    def __init__(self, task: Callable[[], T]) -> None:
        self._task = task
        self._child = _forked(task) if CAN_FORK else None
        self._abandoned = weakref.finalize(self, _abandon, *self._child) if self._child else None

    def result(self) -> T:
        """What the task gives; to be asked once. An exception in it is raised here."""
        if not self._child or not self._abandoned:
            return self._task()
        self._abandoned.detach()
        given: T = _result(*_collected(*self._child))
        return given


def slices(items: Sequence[T], jobs: int, least: int) -> list[Sequence[T]]:
    """The items in runs of neighbours to be shared by `jobs`, none under `least` long unless it is the only one."""
    count = max(1, min(jobs * SHARES if jobs > 1 else 1, len(items) // least))
    edges = [len(items) * number // count for number in range(count + 1)]
    return [items[start:end] for start, end in pairwise(edges)]


def _abandon(child: int, reader: int) -> None:
    os.close(reader)
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


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
        try:
            answer = pickle.dumps((None, error))
            pickle.loads(answer)
        except Exception:
            return pickle.dumps((None, RuntimeError(f"{type(error).__name__}: {error}")))
        return answer


def _collected(child: int, reader: int) -> tuple[Any, BaseException | None]:
    with open(reader, "rb") as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    return pickle.loads(answer) if answer else (None, RuntimeError("a process of this build was ended"))


def _result(result: Any, error: BaseException | None) -> Any:
    if error is not None:
        raise error
    return result
