"""The output folder holds exactly the files, whatever it held before; what is not ours is refused and left alone."""

import errno
import fcntl
import os
import shutil
import socket
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trees import SEAL, found, is_alone, sealed, site_of

from generator import exchange, tree
from generator import write as writing
from generator.write import MANIFEST, OutputError, Written, glances, write

A = {"index.html": b"one", "a/index.html": b"a page", "a/b/deep.txt": b"", "é ö/名前.html": b"names"}
B = {"index.html": b"two", "a/index.html": b"a page", "c": b"new", "é ö/名前.html": b"names"}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Where a site goes: alone in a folder."""
    (tmp_path / "public").mkdir()
    return tmp_path / "public" / "site"


# ---- exactly the files


names = st.sampled_from(["a", "b", "index.html", "é", "e\u0301", "名", "with space", "-", "..."])
contents = st.sampled_from([b"", b"1", b"2", b"22", b"\0" * 70_000])


@st.composite
def trees(draw: st.DrawFn) -> dict[str, bytes]:
    """Files, of which none has the path of a folder."""
    paths = draw(st.lists(st.lists(names, min_size=1, max_size=3).map("/".join), unique=True, max_size=8))
    files: dict[str, bytes] = {}
    for path in paths:
        clashes = any(f"{other}/".startswith(f"{path}/") or f"{path}/".startswith(f"{other}/") for other in files)
        if not clashes:
            files[path] = draw(contents)
    return files


@settings(max_examples=100)
@given(old=trees(), new=trees(), is_sealed=st.booleans(), can_exchange=st.booleans())
def test_any_site_becomes_any_other_exactly(
    old: dict[str, bytes], new: dict[str, bytes], is_sealed: bool, can_exchange: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        if not can_exchange:
            patch.setattr(writing, "exchange", lambda *_: False)
        site = Path(folder) / "site"
        assert write(old, site) == Written(len(old), len(old), 0)
        assert found(site) == site_of(old) and is_alone(site)
        if is_sealed:
            sealed(old, site)
        else:
            (site / MANIFEST).chmod(0o600)
        changed = sum(old.get(path) != content for path, content in new.items())
        assert write(new, site) == Written(len(new), changed, len(old.keys() - new.keys()))
        assert found(site) == site_of(new) and is_alone(site)
        assert_unchanged_when_written_again(new, site)


def identities(site: Path) -> list[tuple[Path, int, int]]:
    statuses = [(path, path.lstat()) for path in (site, *sorted(site.rglob("*")))]
    return [(path, status.st_ino, status.st_mtime_ns) for path, status in statuses]


def assert_unchanged_when_written_again(files: dict[str, bytes], site: Path) -> None:
    before = identities(site)
    assert write(files, site) == Written(len(files), 0, 0)
    assert identities(site) == before and is_alone(site)


def test_a_file_that_did_not_change_is_the_same_file(site: Path) -> None:
    write(A, site)
    before = (site / "a/index.html").stat()
    write(B, site)
    after = (site / "a/index.html").stat()
    assert (after.st_ino, after.st_mtime_ns, after.st_nlink) == (before.st_ino, before.st_mtime_ns, 1)


def test_an_empty_folder_is_taken(site: Path) -> None:
    site.mkdir(mode=0o700)
    assert write(A, site) == Written(4, 4, 0)
    assert found(site) == site_of(A)


def test_an_untouched_site_is_not_read(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed(A, site)
    monkeypatch.setattr(tree, "_by_reading", lambda *_: pytest.fail("it was read"))
    assert write(A, site) == Written(4, 0, 0)
    assert write(B, site) == Written(4, 2, 1)
    assert found(site) == site_of(B)


@pytest.mark.parametrize("bad", ["", "/a", "a/", "a//b", ".", "a/../b", "..", "./a", "a\0b", MANIFEST, f"{MANIFEST}/a"])
def test_a_path_that_is_none_is_our_mistake(bad: str, site: Path) -> None:
    write(A, site)
    with pytest.raises(ValueError, match=r"^(not a relative path|two things have one path): "):
        write({**A, bad: b""}, site)
    with pytest.raises(ValueError, match="two things have one path: 'a'"):
        write({**A, "a": b""}, site)
    assert found(site) == site_of(A) and is_alone(site)


def test_where_the_clock_of_the_disk_stands_still_a_site_is_written_and_not_sealed(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "moment", lambda _: 1)
    monkeypatch.setattr(writing, "_PATIENCE", 0.01)
    write(A, site)
    assert write(B, site) == Written(4, 2, 1)
    assert found(site) == site_of(B) and SEAL not in os.listxattr(site / MANIFEST)


# ---- what somebody changed is put right


def rewrite(path: Path, content: bytes) -> None:
    """In place, and with the times of before."""
    before = path.stat()
    with path.open("r+b") as file:
        file.write(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def replace(path: Path, make: Callable[[Path], object]) -> None:
    path.unlink()
    make(path)


def outside(site: Path, content: bytes) -> Path:
    path = site.parent.parent / "outside"
    path.write_bytes(content)
    return path


def fifo_for_page(site: Path) -> None:
    replace(site / "index.html", os.mkfifo)


def folder_for_page(site: Path) -> None:
    replace(site / "index.html", Path.mkdir)


def link_for_folder(site: Path) -> None:
    (site / "a").rename(site.parent.parent / "elsewhere")
    (site / "a").symlink_to(site.parent.parent / "elsewhere")


def file_for_folder(site: Path) -> None:
    (site / "a/b/deep.txt").unlink()
    (site / "a/b").rmdir()
    (site / "a/b").write_bytes(b"")


def socket_beside(site: Path) -> None:
    here = os.getcwd()
    os.chdir(site)  # the path of a socket must be short
    with socket.socket(socket.AF_UNIX) as made:
        made.bind("socket")
    os.chdir(here)


def hash_forged(site: Path) -> None:
    """The manifest says that the old page is the new one."""
    forged = site_of({**A, "index.html": B["index.html"]})[MANIFEST][1]
    rewrite(site / MANIFEST, forged)


TAMPERINGS: list[Callable[[Path], object]] = [
    lambda site: (site / "a/index.html").write_bytes(b"another page"),
    lambda site: rewrite(site / "a/index.html", b"a PAGE"),
    lambda site: rewrite(site / "index.html", B["index.html"]),
    lambda site: (site / "a/index.html").chmod(0o600),
    lambda site: (site / "a").chmod(0o777),
    lambda site: site.chmod(0o700),
    lambda site: (site / MANIFEST).chmod(0o666),
    lambda site: (site / "a/extra").write_bytes(b""),
    lambda site: (site / "a/empty").mkdir(),
    lambda site: (site / "a/b/deep.txt").unlink(),
    lambda site: replace(site / "a/index.html", lambda path: path.symlink_to(outside(site, b"a page"))),
    lambda site: (site / "a/dangling").symlink_to("nowhere"),
    lambda site: replace(site / "a/index.html", lambda path: path.hardlink_to(outside(site, b"a PAGE"))),
    lambda site: rewrite(site / MANIFEST, (site / MANIFEST).read_bytes()[:-1]),
    lambda site: (site / MANIFEST).write_bytes(tree._MARK + b"["),
    lambda site: (site / MANIFEST).write_bytes(tree._MARK + b"[]}"),
    link_for_folder,
    folder_for_page,
    file_for_folder,
    fifo_for_page,
    socket_beside,
    hash_forged,
]


@pytest.mark.parametrize("tampering", range(len(TAMPERINGS)))
@pytest.mark.parametrize("files", [A, B])
def test_what_somebody_changed_is_put_right(tampering: int, files: dict[str, bytes], site: Path) -> None:
    sealed(A, site)
    TAMPERINGS[tampering](site)
    others = found(site.parent.parent)
    write(files, site)
    assert found(site) == site_of(files) and is_alone(site)
    kept = {path: what for path, what in found(site.parent.parent).items() if not path.startswith("public/site")}
    assert kept == {path: what for path, what in others.items() if not path.startswith("public/site")}
    assert_unchanged_when_written_again(files, site)


def test_what_is_changed_while_it_is_compared_is_not_sealed(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed(A, site)
    os.removexattr(site / MANIFEST, SEAL)
    compare = tree._by_reading

    def compared(*arguments: Any) -> object:
        right = compare(*arguments)
        (site / "index.html").write_bytes(b"ONE")
        return right

    with monkeypatch.context() as patch:
        patch.setattr(tree, "_by_reading", compared)
        write(A, site)
    assert write(A, site) == Written(4, 1, 0)
    assert found(site) == site_of(A)


def test_a_mode_set_while_it_is_compared_is_not_sealed(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed(A, site)
    os.removexattr(site / MANIFEST, SEAL)
    (site / "index.html").chmod(0o4755)
    descriptor = os.open(site, os.O_RDONLY)
    try:
        tree.seal_tree(descriptor, 1 << 62, 1 << 62, {})
    finally:
        os.close(descriptor)
    assert os.listxattr(site / MANIFEST) == []


# ---- made of the site before the last


@pytest.fixture
def spare(site: Path) -> Path:
    """Where the site that was replaced is put, for the next to be made of it."""
    return site.parent.parent / "spare"


@settings(max_examples=60)
@given(row=st.lists(trees(), min_size=2, max_size=5), can_exchange=st.booleans(), is_ahead=st.booleans())
def test_a_site_made_of_the_one_before_the_last_is_exactly_that(
    row: list[dict[str, bytes]], can_exchange: bool, is_ahead: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        if not can_exchange:
            patch.setattr(writing, "exchange", lambda *_: False)
        (Path(folder) / "public").mkdir()
        site, spare, before = Path(folder) / "public" / "site", Path(folder) / "spare", None
        for files in row:
            write(files, site, spare, glances(site, spare) if is_ahead else (None, None))
            assert found(site) == site_of(files) and is_alone(site)
            if can_exchange and before not in (None, files):
                assert found(spare) == site_of(before)
            before = files


def test_only_what_differs_is_touched(site: Path, spare: Path) -> None:
    sealed(A, site)
    for files in (B, A):
        write(files, site, spare)
    before = {path: path.lstat().st_ino for path in spare.rglob("*")}
    write({**A, "index.html": b"three"}, site, spare)
    kept = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.lstat().st_ino in before.values()}
    assert kept >= {"a", "a/index.html", "é ö", "é ö/名前.html"}


def write_into(spare: Path) -> None:
    (spare / "a/index.html").write_bytes(b"A PAGE")


def add_to(spare: Path) -> None:
    (spare / "a/more").write_bytes(b"more")


def copy_over(spare: Path) -> None:
    shutil.copytree(spare, spare.with_name("copy"), copy_function=shutil.copy2)
    shutil.rmtree(spare)
    spare.with_name("copy").rename(spare)


def give_another_manifest(spare: Path) -> None:
    manifest = tree.wanted({"index.html": b"one"}).manifest
    (spare / MANIFEST).write_bytes(manifest)


def lose_the_manifest(spare: Path) -> None:
    (spare / MANIFEST).unlink()


@pytest.mark.parametrize("touch", [write_into, add_to, copy_over, give_another_manifest, lose_the_manifest])
def test_a_spare_that_somebody_touched_is_not_used(
    touch: Callable[[Path], None], site: Path, spare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed(A, site)
    write(B, site, spare)
    touch(spare)
    moved, rename = list[object](), os.rename

    def noted(source: str | Path, goal: str | Path, **more: int) -> None:
        moved.append(source)
        rename(source, goal, **more)

    monkeypatch.setattr(os, "rename", noted)
    write(A, site, spare)
    assert found(site) == site_of(A) and is_alone(site)
    assert spare not in moved  # beside the site only what is marked as ours may lie, whenever a build is killed


def test_what_is_touched_after_a_glance_is_put_right_by_the_next_build(site: Path, spare: Path) -> None:
    sealed(A, site)
    for files in (B, A):
        write(files, site, spare)
    before = glances(site, spare)
    assert all(before)
    (spare / "a/index.html").write_bytes(b"A PAGE")
    write({**A, "index.html": b"three"}, site, spare, before)
    write({**A, "index.html": b"four"}, site, spare, glances(site, spare))
    assert found(site) == site_of({**A, "index.html": b"four"}) and is_alone(site)


def test_a_site_without_a_spare_gets_one_of_second_names(site: Path, spare: Path) -> None:
    sealed(A, site)
    seen = glances(site, spare)
    assert all(seen) and found(spare) == site_of(A)
    names = [path.relative_to(site) for path in site.rglob("*") if path.is_file() and path.name != MANIFEST]
    assert names and all((site / name).samefile(spare / name) for name in names)
    assert seen == glances(site, spare)  # both are sealed
    write(B, site, spare, seen)
    assert found(site) == site_of(B) and is_alone(site) and found(spare) == site_of(A)


def test_a_spare_that_is_not_sealed_is_removed_only_under_the_lock(site: Path, spare: Path) -> None:
    sealed(A, site)
    glances(site, spare)
    write_into(spare)  # into the site too: one file has both names
    write(A, site)
    before = {path: path.lstat().st_ino for path in spare.rglob("*")}
    assert glances(site, spare) == (None, None)
    assert before == {path: path.lstat().st_ino for path in spare.rglob("*")}
    write(B, site, spare)
    assert found(site) == site_of(B) and found(spare) == site_of(A)


@pytest.mark.parametrize("fails", ["link", "mkdir"])
def test_where_no_spare_can_be_made_the_site_is_written_without(
    fails: str, site: Path, spare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "no")

    sealed(A, site)
    with monkeypatch.context() as patch:
        patch.setattr(os, fails, refuse)
        assert glances(site, spare) == (None, None)
    write(B, site, spare, (None, None))
    assert found(site) == site_of(B) and is_alone(site)


def test_a_glance_at_another_tree_is_not_believed(site: Path, spare: Path) -> None:
    sealed(A, site)
    before = glances(site, spare)
    sealed(B, site)
    write({**A, "index.html": b"three"}, site, spare, before)
    assert found(site) == site_of({**A, "index.html": b"three"}) and is_alone(site)


@pytest.mark.parametrize("make", [Path.touch, Path.mkdir, lambda spare: spare.symlink_to("elsewhere")])
def test_what_lies_where_the_spare_goes_is_not_used(make: Callable[[Path], None], site: Path, spare: Path) -> None:
    elsewhere = spare.with_name("elsewhere")
    elsewhere.mkdir()
    (elsewhere / "mine").write_bytes(b"mine")
    sealed(A, site)
    make(spare)
    write(B, site, spare)
    assert found(site) == site_of(B) and is_alone(site)
    assert (elsewhere / "mine").read_bytes() == b"mine"


def test_a_spare_on_another_disk_is_done_without(site: Path, spare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rename = os.rename

    def refused(source: str | Path, goal: str | Path, **options: int) -> None:
        if spare in (source, goal):
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
        rename(source, goal, **options)

    monkeypatch.setattr(os, "rename", refused)
    sealed(A, site)
    write(B, site, spare)
    assert found(site) == site_of(B) and is_alone(site) and not spare.exists()


# ---- wherever it is


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077, 0o777])
def test_modes_do_not_depend_on_the_umask(umask: int, site: Path) -> None:
    before = os.umask(umask)
    try:
        write(A, site)
        write(B, site)
    finally:
        os.umask(before)
    assert found(site) == site_of(B) and is_alone(site)


def test_modes_do_not_depend_on_the_folder_around(site: Path) -> None:
    site.parent.chmod(0o2775)
    write(A, site)
    assert found(site) == site_of(A)


def test_a_path_may_have_spaces_letters_and_a_link_in_it(tmp_path: Path) -> None:
    (tmp_path / "a folder\n名").mkdir()
    (tmp_path / "link").symlink_to("a folder\n名")
    site = tmp_path / "link" / "my site"
    write(A, site)
    write(B, site)
    assert found(site) == site_of(B) and is_alone(tmp_path / "a folder\n名" / "my site")


def test_a_path_may_be_relative(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(site.parent)
    write(A, Path("site"))
    monkeypatch.chdir(site)
    write(B, Path("../site"))
    assert found(site) == site_of(B) and is_alone(site)


def test_a_disk_without_second_names_gets_copies(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    write(A, site)
    monkeypatch.setattr(os, "link", refuse)
    assert write(B, site) == Written(4, 2, 1)
    assert found(site) == site_of(B) and is_alone(site)


def test_a_disk_without_modes_is_written_to(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EPERM, "no modes here")

    monkeypatch.setattr(os, "fchmod", refuse)
    before = os.umask(0o077)
    try:
        write(A, site)
    finally:
        os.umask(before)
    assert {path: what[1] for path, what in found(site).items()} == {p: what[1] for p, what in site_of(A).items()}


def test_a_system_without_attributes_reads_every_time(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "setxattr")
    monkeypatch.delattr(os, "getxattr")
    write(A, site)
    assert os.listxattr(site / MANIFEST) == []
    rewrite(site / "index.html", b"ONE")
    assert write(A, site) == Written(4, 1, 0)
    assert found(site) == site_of(A)


def test_a_system_without_the_two_calls_is_written_to(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "_LIBC", object())
    synced: list[bool] = []
    monkeypatch.setattr(os, "sync", lambda: synced.append(True))
    write(A, site)
    write(B, site)
    assert found(site) == site_of(B) and is_alone(site)
    assert len(synced) == 2


def test_exchange_says_when_it_cannot(site: Path) -> None:
    (site / "inner").mkdir(parents=True)
    parent = os.open(site.parent, os.O_RDONLY)
    try:
        assert not exchange.exchange(parent, "site", "site/inner")
        with pytest.raises(FileNotFoundError):
            exchange.exchange(parent, "site", "missing")
    finally:
        os.close(parent)


# ---- what a killed build left


def test_a_site_moved_aside_is_put_back(site: Path) -> None:
    write(A, site)
    os.rename(site, site.parent / ".site.old")
    (site.parent / ".site.next").mkdir()
    (site.parent / ".site.next" / MANIFEST).write_bytes(b"{half")
    (site.parent / ".site.lock").touch()
    assert write(A, site) == Written(4, 0, 0)
    assert found(site) == site_of(A) and is_alone(site)


def test_an_old_site_left_beside_the_new_one_is_removed(site: Path) -> None:
    write(A, site)
    os.rename(site, site.parent / ".site.old")
    write(A, site.parent / ".site.next")
    write(B, site)
    os.rename(site, site.parent / ".site.keep")
    write(A, site)
    os.rename(site, site.parent / ".site.old")
    os.rename(site.parent / ".site.keep", site)
    assert write(B, site) == Written(4, 0, 0)
    assert found(site) == site_of(B) and is_alone(site)


def test_a_lock_removed_just_as_it_is_taken_is_taken_again(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flock, asked = fcntl.flock, []

    def lose(file: int, how: int) -> None:
        asked.append(file)
        if len(asked) == 1:
            os.unlink(site.parent / ".site.lock")
        flock(file, how)

    monkeypatch.setattr(fcntl, "flock", lose)
    write(A, site)
    assert len(asked) == 2 and found(site) == site_of(A) and is_alone(site)


def test_two_writers_never_mix(site: Path) -> None:
    children = [forked(partial(write_often, files, site)) for files in (A, B)]
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0, 0]
    assert found(site) in (site_of(A), site_of(B)) and is_alone(site)


def write_often(files: dict[str, bytes], site: Path) -> None:
    done = 0
    while done < 30:
        try:
            write(files, site)
            done += 1
        except OutputError as error:
            if error.exit_code != 4:
                raise


def forked(task: Callable[[], object]) -> int:
    """The child that does the task: it ends with 0, or with 1 on an exception."""
    if child := os.fork():
        return child
    code = 1
    try:
        task()
        code = 0
    finally:
        os._exit(code)
