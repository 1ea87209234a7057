"""Work shared among forked processes."""

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest
from conftest import Project

from generator.parallel import CAN_FORK, Ahead, beside, slices, together

pytestmark = pytest.mark.skipif(not CAN_FORK, reason="the system cannot fork")


class OddError(Exception):
    """One that goes into no pickle, for a function without a name is in it."""

    def __init__(self) -> None:
        super().__init__(lambda: None)

    def __str__(self) -> str:
        return "first"


def fail(error: BaseException) -> None:
    raise error


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_answers_come_in_the_order_of_the_tasks(jobs: int) -> None:
    assert together([partial(int, number) for number in range(1000)], jobs) == list(range(1000))


def test_the_work_is_shared() -> None:
    def slow() -> int:
        time.sleep(0.05)
        return os.getpid()

    assert len(set(together([slow] * 40, 3))) == 3


def test_a_mistake_in_another_process_is_raised_in_this_one() -> None:
    with pytest.raises(ValueError, match="no number"):
        beside(lambda: fail(ValueError("no number")), list)
    with pytest.raises(RuntimeError, match="OddError: first"):
        beside(lambda: fail(OddError()), list)


def test_what_nobody_waits_for_is_ended() -> None:
    ahead = Ahead(lambda: time.sleep(60))
    assert ahead._child
    child = ahead._child[0]
    del ahead
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


SHARING = """
import os, time
from generator.parallel import together
def task():
    os.write(1, b"%d\\n" % os.getpid())
    time.sleep(1)
together([task] * 100, 3)
"""


def test_others_stop_when_the_first_is_killed() -> None:
    root = Path(__file__).parent.parent
    with subprocess.Popen((sys.executable, "-c", SHARING), cwd=root, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        begun = {int(process.stdout.readline()) for _ in range(3)}
        process.send_signal(signal.SIGKILL)
        assert len(begun) == 3
        assert len(process.stdout.readlines()) <= 3  # until all have closed it: what was on its way then


FAILING = """
import sys, time
import generator.write
from generator.cli import main
generator.write.glances = lambda *_, **__: time.sleep(60)
sys.argv = ["explainer", "build", "--jobs", "2", "--root", sys.argv[1]]
main()
"""


def test_a_build_that_fails_leaves_no_process_behind(project: Project) -> None:
    project.edit("explainer.yaml", "title:", "titel:")
    with subprocess.Popen((sys.executable, "-c", FAILING, project.root), start_new_session=True) as process:
        assert process.wait(30) == 1
        with pytest.raises(ProcessLookupError):
            os.killpg(process.pid, 0)


def test_slices_are_neighbours_and_none_is_lost() -> None:
    assert slices(range(10), 1, 1) == [range(10)]
    assert [number for part in slices(range(1000), 3, 10) for number in part] == list(range(1000))
    assert all(len(part) >= 40 for part in slices(range(100), 96, 40))
