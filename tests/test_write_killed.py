"""Whatever stops a build, and wherever, the site is wholly the old one or wholly the new one, and the next succeeds.

Builds are stopped at random moments, and with strace at each call of the system: killed there, or told of an error.
"""

import ctypes
import errno
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import pytest
from conftest import Project
from trees import SEAL, Tree, found, is_alone, sealed, site_of

from generator import inputs
from generator import write as writing
from generator.build import build
from generator.write import MANIFEST, OutputError, Written, glances, write

OLD = {"index.html": b"old", "a/same.html": b"same", "a/old.html": b"old"}
NEW = {"index.html": b"new", "a/same.html": b"same", "b/new.html": b"new"}
OLDER = {"index.html": b"older", "a/same.html": b"same", "c/older.html": b"older"}

_ATTACHED = re.compile(rb"strace: Process \d+ attached\n")
_CALLED = re.compile(r"^(\w+)\(", re.MULTILINE)
_MAY_TRACE = 0x59616D61, -1  # PR_SET_PTRACER, PR_SET_PTRACER_ANY: some systems let only parents trace

CHANGING = set(
    "chmod creat fallocate fchmod fchmodat fdatasync flock fsync ftruncate fsetxattr link linkat mkdir mkdirat mknodat "
    "open openat pwrite64 rename renameat renameat2 rmdir setxattr symlinkat sync syncfs truncate unlink unlinkat "
    "utimensat write writev".split()
)
"""The calls that change a disk, or may; opening may create. Each of them is made to fail."""

HARMLESS = set(
    "access brk clock_gettime clock_nanosleep close dup exit_group faccessat2 fcntl fgetxattr fstat futex getcwd "
    "getdents64 getegid geteuid getgid getpid getrandom gettid getuid getxattr gettimeofday ioctl lseek lstat "
    "madvise mmap mprotect mremap munmap newfstatat pread64 read readlink readlinkat restart_syscall rseq "
    "rt_sigaction rt_sigprocmask sched_yield set_robust_list stat statx umask".split()
)
"""All other calls a build makes. It may also be killed at these."""


@pytest.fixture
def site() -> Iterator[Path]:
    """Where a site goes: in memory if the system can seal there, for a thousand builds must wait for no disk."""
    with tempfile.TemporaryDirectory(dir=_memory()) as folder:
        (Path(folder) / "public").mkdir()
        yield Path(folder) / "public" / "site"


def _memory() -> str | None:
    try:
        with tempfile.NamedTemporaryFile(dir="/dev/shm") as file:
            os.setxattr(file.name, SEAL, b"")
    except OSError:
        return None
    return "/dev/shm"


class Waiting:
    """A child that does a task once it is told to go. It ends with 0, or 3 and a report if the task says why not."""

    def __init__(self, task: Callable[[], object], report: Path) -> None:
        self._here, there = socket.socketpair()
        self.process = os.fork()
        if self.process:
            there.close()
            self._here.recv(1)
            return
        code = 1
        try:
            ctypes.CDLL(None).prctl(*_MAY_TRACE, 0, 0, 0)
            there.send(b".")
            there.recv(1)
            task()
            code = 0
        except OutputError as error:
            report.write_text(json.dumps([error.code, error.message, error.hint]), encoding="utf-8")
            code = error.exit_code
        finally:
            os._exit(code)

    def go(self) -> None:
        with self._here:
            self._here.send(b".")

    def ended(self) -> int:
        return os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])


# ---- at random moments


def pages(word: str) -> dict[str, bytes]:
    """A hundred and twenty files, of which the same half is in each site."""
    return {f"{number % 7}/{number}.html": (word if number % 2 else "same").encode() * 50 for number in range(120)}


def test_killed_at_180_moments_of_writing_a_site_it_is_whole(site: Path) -> None:
    both = [pages("old"), pages("new")]
    trees = [site_of(files) for files in both]
    write(both[0], site)
    latest = lived(Waiting(lambda: write(both[1], site), site.parent))
    outcomes: Counter[str] = Counter()
    for number in range(180):
        old, new = number % 2, (number + 1) % 2
        write(both[old], site)
        assert found(site) == trees[old] and is_alone(site)
        child = Waiting(partial(write, both[new], site), site.parent)
        was_killed = killed(child, random.uniform(0, latest))
        latest *= 1.05 if was_killed else 0.95  # about half, however busy the machine becomes
        outcomes["killed"] += was_killed
        outcomes["interrupted"] += not is_alone(site)
        left = found(site)
        assert left in trees
        outcomes["old" if left == trees[old] else "new"] += 1
    assert outcomes["interrupted"] >= 20 and outcomes["old"] >= 5 <= outcomes["new"], outcomes


def lived(child: Waiting) -> float:
    """How many seconds it took."""
    started = time.perf_counter()
    child.go()
    assert child.ended() == 0
    return time.perf_counter() - started


def killed(child: Waiting, seconds: float) -> bool:
    """Whether it was killed after so many seconds; it may have ended sooner."""
    until = time.perf_counter() + seconds
    child.go()
    while time.perf_counter() < until:
        pass
    os.kill(child.process, signal.SIGKILL)
    return child.ended() == -signal.SIGKILL


def test_killed_at_20_moments_of_a_whole_build_the_site_is_whole(project: Project) -> None:
    command = [sys.executable, "-m", "generator", "build", "--root", str(project.root)]
    page = "explainer.yaml"
    titles = [line for line in (project.root / "content" / page).read_text().splitlines() if line.startswith("title:")]
    titles.append("title: Quite another title")
    trees = []
    for here, there in ((0, 1), (1, 0)):
        trees.append(site_of(build(inputs.read(project.root)).files))
        project.edit(page, titles[here], titles[there])
    assert trees[0] != trees[1]
    site = project.root / "site"
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    lasts = time.perf_counter() - started
    for number in range(20):
        old, new = number % 2, (number + 1) % 2
        project.edit(page, titles[old], titles[new])
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
            try:
                # most of them late, for a build writes last
                running.wait(lasts * random.random() ** 0.3)
            except subprocess.TimeoutExpired:
                running.kill()
        assert found(site) in trees
        built = project.run("build")
        assert built.exit_code == 0, built.output
        assert found(site) == trees[new]
        assert not [name for name in os.listdir(project.root) if name.startswith(".site")]


# ---- at each call of the system


class Start:
    """What lies on the disk before a build, and which files the build writes."""

    def __init__(
        self,
        old: Mapping[str, bytes] | None,
        new: Mapping[str, bytes],
        *,
        is_sealed: bool,
        spare: Mapping[str, bytes] | None = None,
        makes_spare: bool = False,
    ) -> None:
        self.old = old
        self.new = new
        self.is_sealed = is_sealed
        self.spare = spare
        self.makes_spare = makes_spare

    def write(self, site: Path) -> Written:
        if self.makes_spare:
            return write(self.new, site, spare_of(site), glances(site, spare_of(site)))
        return write(self.new, site, spare_of(site) if self.spare else None)

    def prepare(self, site: Path) -> None:
        if self.old is None:
            shutil.rmtree(site, ignore_errors=True)
            return
        shutil.rmtree(spare_of(site), ignore_errors=True)
        if self.spare:
            sealed(self.spare, site)
            write(self.old, site, spare_of(site))
            assert found(spare_of(site)) == site_of(self.spare)
        sealed(self.old, site)
        assert found(site) == site_of(self.old) and is_alone(site)
        if not self.is_sealed:
            os.removexattr(site / MANIFEST, SEAL)

    def whole(self) -> list[Tree]:
        return [site_of(self.new)] if self.old is None else [site_of(self.old), site_of(self.new)]


def spare_of(site: Path) -> Path:
    return site.parent.parent / "spare"


STARTS = {
    "first": Start(None, NEW, is_sealed=False),
    "changed": Start(OLD, NEW, is_sealed=True),
    "changed, not sealed": Start(OLD, NEW, is_sealed=False),
    "unchanged, not sealed": Start(OLD, OLD, is_sealed=False),
    "changed, without exchange": Start(OLD, NEW, is_sealed=True),
    "changed, made of a spare one": Start(OLD, NEW, is_sealed=True, spare=OLDER),
    "changed, a spare one is made": Start(OLD, NEW, is_sealed=True, makes_spare=True),
    "unchanged, with a spare one": Start(OLD, OLD, is_sealed=True, spare=OLDER),
}


@pytest.fixture(params=STARTS)
def start(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Start:
    if "without exchange" in request.param:
        monkeypatch.setattr(writing, "exchange", lambda *_: False)
    if shutil.which("strace") is None:
        assert "EXPLAINER_CI" not in os.environ, "strace is missing: apt-get install strace"
        pytest.skip("strace is missing: apt-get install strace")
    return STARTS[request.param]


def calls(start: Start, site: Path) -> Counter[str]:
    """How often the build makes each call of the system, at most: clocks decide whether it seals."""
    log = site.parent.parent / "log"
    most: Counter[str] = Counter()
    for _ in range(3):
        start.prepare(site)
        assert traced(start, site) == (0, None)
        assert found(site) == site_of(start.new) and is_alone(site)
        most |= Counter(_CALLED.findall(log.read_text()))
    del most["recvfrom"]  # the wait to be told to go
    assert not most.keys() - CHANGING - HARMLESS, "calls this test does not know: may they change a disk?"
    assert most["write"] or start.old == start.new
    return most


def traced(start: Start, site: Path, *options: str) -> tuple[int, list[str] | None]:
    """How the build ended under strace; the code, message and hint of its error. Its calls are in the file `log`."""
    report, log = site.parent.parent / "report", site.parent.parent / "log"
    report.unlink(missing_ok=True)
    child = Waiting(lambda: start.write(site), report)
    command = ["strace", "-o", str(log), *options, "-p", str(child.process)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as strace:
        assert strace.stderr is not None
        said = strace.stderr.readline()
        child.go()
        code = child.ended()
        said += strace.stderr.read()
    assert _ATTACHED.match(said), f"strace cannot trace here: {said.decode()}"
    return code, json.loads(report.read_text()) if report.exists() else None


@pytest.mark.parametrize("start", ["changed"], indirect=True)
def test_the_new_site_is_on_the_disk_before_the_exchange_and_that_before_the_old_goes(start: Start, site: Path) -> None:
    """No kill shows this, only a power cut."""
    start.prepare(site)
    assert traced(start, site) == (0, None)
    order = [name for name in _CALLED.findall((site.parent.parent / "log").read_text()) if name in CHANGING]
    flushed = order.index("syncfs")
    assert {"write", "linkat", "mkdirat"} <= set(order[:flushed])
    assert not {"write", "linkat", "mkdirat"} & set(order[flushed:])
    exchanged, kept = order.index("renameat2"), order.index("fsync")
    assert flushed < exchanged < kept < order.index("unlinkat")


def test_killed_at_any_call_the_site_is_whole(start: Start, site: Path) -> None:
    endings: Counter[int] = Counter()
    for name, count in calls(start, site).items():
        for number in range(1, count + 1):
            start.prepare(site)
            code, _ = traced(start, site, f"-einject={name}:signal=KILL:when={number}")
            endings[code] += 1
            assert_whole(start, site)
    assert endings.keys() <= {0, -signal.SIGKILL}
    assert endings[-signal.SIGKILL] >= 30 and endings[0] <= 5, endings


def assert_whole(start: Start, site: Path) -> None:
    """The site is, but for the instant between two renames, when the next build finds the old one beside it."""
    if site.exists():
        assert found(site) in start.whole()
    elif start.old is not None:
        assert found(site.parent / ".site.old") == site_of(start.old)
        assert write(start.old, site) == Written(len(start.old), 0, 0)
        assert is_alone(site)
    start.write(site)
    assert found(site) == site_of(start.new) and is_alone(site)


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO])
def test_told_of_an_error_at_any_call_it_says_so_and_the_site_is_whole(error: int, start: Start, site: Path) -> None:
    """No error of `close` is tried: what is written is flushed before."""
    endings: Counter[int] = Counter()
    name_of_error = errno.errorcode[error]
    for name, count in calls(start, site).items():
        for number in range(1, count + 1 if name in CHANGING else 0):
            start.prepare(site)
            code, said = traced(start, site, f"-einject={name}:error={name_of_error}:when={number}")
            endings[code] += 1
            assert_told(start, site, error, code, said)
            assert_whole(start, site)
    assert endings.keys() == {0, 3}, endings


def assert_told(start: Start, site: Path, error: int, code: int, said: list[str] | None) -> None:
    if code == 0:
        assert said is None and found(site) == site_of(start.new)
        return
    assert code == 3 and said is not None
    reason = os.strerror(error)
    if said[1] == f"The new site is in {site}, but cleaning up after it failed: {reason}.":
        assert found(site) == site_of(start.new)
        return
    assert found(site) == site_of(start.old) if start.old is not None else not site.exists()
    assert set(os.listdir(site.parent)) - {".site.lock"} == ({site.name} if site.exists() else set())
    full = ["out-disk-full", f"The disk has no room for the new site in {site}."]
    failed = ["out-failed", f"The site could not be written to {site}: {reason}"]
    assert said[0] == (full if error == errno.ENOSPC else failed)[0]
    assert said[1].startswith((full if error == errno.ENOSPC else failed)[1])
    assert said[2].startswith("The old site is as it was.")
