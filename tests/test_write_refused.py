"""A site that cannot or must not be written: what the command line says, its exit code, and that nothing changed."""

import errno
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import Project
from trees import found, is_alone, site_of

from generator import inputs, place
from generator import write as writing
from generator.build import build
from generator.write import MANIFEST, OutputError, Written, write

FILES = {"index.html": b"a page", "a/b.html": b"another"}
NOT_OURS = "Nothing was touched. Name another folder with --out, or move this out of the way yourself."


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Where a site goes: alone in a folder."""
    (tmp_path / "public").mkdir()
    return tmp_path / "public" / "site"


@pytest.fixture
def refused(project: Project) -> Callable[[Path, str, str, str, int], None]:
    """Builds, and asserts what it says, its exit code, and that all around the site is as it was."""

    def check(site: Path, code: str, message: str, hint: str, exit_code: int = 3) -> None:
        around = site.parent if site.parent.is_dir() else site.parent.parent
        before = found(around)
        result = project.run("build", "--out", str(site))
        assert result.output == f"explainer: error[{code}]: {message}\n  hint: {hint}\n"
        assert result.exit_code == exit_code
        assert found(around) == before

    return check


Refused = Callable[..., None]


def raising(error: OSError) -> Callable[..., None]:
    """Stands for a call that fails so, where a test may not mount a disk that makes it fail."""

    def fail(*_: object) -> None:
        raise error

    return fail


# ---- not ours


def test_a_link_is_not_ours(site: Path, refused: Refused) -> None:
    write(FILES, site.parent / "elsewhere")
    site.symlink_to("elsewhere")
    refused(site, "out-not-ours", f"{site} is a link, not a folder.", NOT_OURS)


def test_a_file_is_not_ours(site: Path, refused: Refused) -> None:
    site.write_bytes(b"")
    refused(site, "out-not-ours", f"{site} is a file, not a folder.", NOT_OURS)


def test_somebodys_folder_is_not_ours(site: Path, refused: Refused) -> None:
    (site / "photos").mkdir(parents=True)
    refused(site, "out-not-ours", f"{site} has files in it that this tool did not write.", NOT_OURS)


def link_for_manifest(site: Path) -> None:
    (site / MANIFEST).rename(site.parent / "manifest")
    (site / MANIFEST).symlink_to("../manifest")


def replaced(make: Callable[[Path], None]) -> Callable[[Path], None]:
    def unmark(site: Path) -> None:
        (site / MANIFEST).unlink()
        make(site / MANIFEST)

    return unmark


def bound(path: Path) -> None:
    """A socket; its path must be short."""
    here = os.getcwd()
    os.chdir(path.parent)
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(path.name)
    os.chdir(here)


@pytest.mark.parametrize(
    "unmark",
    [
        lambda site: (site / MANIFEST).unlink(),
        lambda site: (site / MANIFEST).write_bytes(b'{"generator": "another", "files": {}}'),
        link_for_manifest,
        replaced(bound),
        replaced(os.mkfifo),
    ],
)
def test_a_folder_without_our_manifest_is_not_ours(
    unmark: Callable[[Path], None], site: Path, refused: Refused
) -> None:
    write(FILES, site)
    unmark(site)
    refused(site, "out-not-ours", f"{site} has files in it that this tool did not write.", NOT_OURS)


@pytest.mark.parametrize("name", [".site.next", ".site.old"])
def test_somebodys_folder_beside_the_site_is_not_ours(name: str, site: Path, refused: Refused) -> None:
    write(FILES, site)
    (site.parent / name).mkdir()
    (site.parent / name / "letter.txt").write_bytes(b"dear")
    message = f"{name}, beside {site}, has files in it that this tool did not write."
    refused(site, "out-not-ours", message, NOT_OURS)


@pytest.mark.parametrize(
    "make",
    [
        lambda path: path.write_bytes(b"12345"),
        lambda path: path.symlink_to("other"),
        Path.mkdir,
        os.mkfifo,
        bound,
    ],
)
def test_somebodys_lock_is_not_ours(make: Callable[[Path], None], site: Path, refused: Refused) -> None:
    write(FILES, site)
    make(site.parent / ".site.lock")
    refused(site, "out-not-ours", f".site.lock, beside {site}, is not a lock of ours.", NOT_OURS)


def test_a_path_that_ends_in_dots_names_no_folder(site: Path, refused: Refused) -> None:
    site.mkdir()
    target = site / ".."
    refused(target, "out-not-ours", f"{target} does not name a folder of its own.", NOT_OURS)


# ---- mount points


@contextmanager
def small_disk(folder: Path, options: str = "size=256k") -> Iterator[bool]:
    """A small disk mounted on the folder, if this system lets us; whether it did."""
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    done = subprocess.run(command, capture_output=True, check=False).returncode == 0 if os.geteuid() == 0 else False
    try:
        yield done
    finally:
        if done:
            subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def table(site: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Names a path as a mount point, where a test may not mount."""

    def mount(point: Path) -> None:
        file = site.parent.parent / "mounts"
        shown = str(point.resolve()).replace(" ", "\\040")
        file.write_text(f"36 35 98:0 /root {shown} rw,noatime master:1 - ext3 /dev/root rw\n")
        monkeypatch.setattr(place, "_MOUNTS", str(file))

    return mount


@pytest.mark.parametrize("inner", [".", "a"])
def test_a_mount_point_is_not_ours(inner: str, site: Path, refused: Refused, table: Callable[[Path], None]) -> None:
    write(FILES, site)
    with small_disk(site / inner) as done:
        if not done:
            table(site / inner)
        refused(site, "out-not-ours", f"{site} is or holds a disk of its own (a mount point).", NOT_OURS)


def test_a_folder_bound_onto_the_site_is_not_ours(site: Path, refused: Refused, table: Callable[[Path], None]) -> None:
    """It is on the same disk, so only the table of mounts tells."""
    write(FILES, site.parent / "other")
    write(FILES, site)
    command = ["mount", "--bind", str(site.parent / "other"), str(site)]
    done = subprocess.run(command, capture_output=True, check=False).returncode == 0
    if not done:
        table(site)
    try:
        refused(site, "out-not-ours", f"{site} is or holds a disk of its own (a mount point).", NOT_OURS)
    finally:
        if done:
            subprocess.run(["umount", str(site)], check=True)


def test_mount_points_are_read_from_the_table(tmp_path: Path, table: Callable[[Path], None]) -> None:
    (tmp_path / "with space").mkdir()
    site = tmp_path / "with space" / "site"
    write(FILES, site)
    table(site / "a")
    with pytest.raises(OutputError, match="mount point"):
        write(FILES, site)
    table(tmp_path / "with space" / "site-other")
    assert write(FILES, site) == Written(2, 0, 0)


def test_a_disk_inside_the_site_is_found_without_the_table(
    site: Path, refused: Refused, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(FILES, site)
    monkeypatch.setattr(place, "_MOUNTS", "/nowhere")
    with small_disk(site / "a") as done:
        if not done:
            busy = OSError(errno.EBUSY, os.strerror(errno.EBUSY), "a/")
            monkeypatch.setattr(writing, "compare", raising(busy))
        refused(site, "out-not-ours", f"{site} is or holds a disk of its own (a mount point) (a/).", NOT_OURS)


# ---- the machine


def test_a_missing_parent_is_named(site: Path, refused: Refused) -> None:
    target = site.parent / "sites" / "one"
    message = f"{target} cannot be made: there is no folder {target.parent}."
    refused(target, "out-no-parent", message, "Make that folder, or name another with --out.")
    target.parent.write_bytes(b"a file")
    refused(target, "out-no-parent", message, "Make that folder, or name another with --out.")


def test_a_full_disk_leaves_the_old_site(site: Path, refused: Refused, monkeypatch: pytest.MonkeyPatch) -> None:
    with small_disk(site.parent, "size=256k,mode=0755") as done:
        write(FILES, site)
        if not done:  # strace makes each call fail so, elsewhere
            full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            monkeypatch.setattr(writing, "flush", raising(full))
        message = f"The disk has no room for the new site in {site}."
        refused(site, "out-disk-full", message, "The old site is as it was. Make room, then build again.")
        assert found(site) == site_of(FILES)
        monkeypatch.undo()
        write({**FILES, "new": b"small"}, site)
        assert found(site) == site_of({**FILES, "new": b"small"}) and is_alone(site)


@contextmanager
def nobody() -> Iterator[None]:
    """As a user whom a file's mode binds: not root."""
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)


def test_a_folder_one_may_not_write_to_is_left(project: Project) -> None:
    with tempfile.TemporaryDirectory() as folder:  # for the folders of pytest are closed to others
        root, around = Path(folder) / "project", Path(folder) / "public"
        shutil.copytree(project.root, root)
        Path(folder).chmod(0o755)
        around.mkdir()
        write(FILES, around / "site")
        around.chmod(0o555)
        with nobody():
            result = Project(root).run("build", "--out", str(around / "site"))
        around.chmod(0o755)
        assert result.output == (
            f"explainer: error[out-not-writable]: You may not write to {around / 'site'}: "
            "Permission denied (.site.lock).\n"
            "  hint: The old site is as it was. Ask for the right to write there, or name another folder with --out.\n"
        )
        assert result.exit_code == 3
        assert found(around / "site") == site_of(FILES) and is_alone(around / "site")


def test_a_disk_one_may_only_read_is_left(site: Path, refused: Refused, monkeypatch: pytest.MonkeyPatch) -> None:
    write(FILES, site)
    with small_disk(site.parent, "size=256k,mode=0755") as done:
        if done:
            write(FILES, site)
            subprocess.run(["mount", "-o", "remount,ro", str(site.parent)], check=True)
        else:
            monkeypatch.setattr(place, "_lock", raising(OSError(errno.EROFS, os.strerror(errno.EROFS), ".site.lock")))
        message = f"You may not write to {site}: Read-only file system (.site.lock)."
        hint = "The old site is as it was. Ask for the right to write there, or name another folder with --out."
        refused(site, "out-not-writable", message, hint)


def test_a_name_that_is_too_long_is_told(site: Path, refused: Refused) -> None:
    target = site.parent / ("long" * 64)
    message = f"The site could not be written to {target}: File name too long (.{target.name}.lock)."
    hint = f"The old site is as it was. If building again does not help, delete {target} and build again."
    refused(target, "out-failed", message, hint)


def test_an_error_after_the_exchange_says_that_the_new_site_is_there(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = project.root / "site"
    write(FILES, site)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", raising(OSError(errno.EIO, os.strerror(errno.EIO))))
        result = project.run("build")
    assert result.output == (
        f"explainer: error[out-failed]: The new site is in {site}, but cleaning up after it failed: "
        "Input/output error.\n"
        f"  hint: Build again, or delete .site.next (or .site.old) beside {site} yourself.\n"
    )
    assert result.exit_code == 3
    assert found(site) == site_of(build(inputs.read(project.root)).files)
    assert project.run("build").exit_code == 0
    assert not [name for name in os.listdir(project.root) if name.startswith(".site")]


# ---- two builds at once


def test_the_second_of_two_builds_is_told_to_wait(site: Path, refused: Refused) -> None:
    write(FILES, site)
    with place.placed(site) as here, place.locked(here):
        message = f"Another build is writing to {site} at this moment."
        refused(site, "out-locked", message, "Wait until it has finished, then build again.", 4)
    assert write(FILES, site) == Written(2, 0, 0)


def test_two_builds_at_once_never_mix(make_project: Callable[[], Project], site: Path) -> None:
    projects = [make_project(), make_project()]
    projects[1].edit("explainer.yaml", "title: ", "title: Another ")
    trees = [site_of(build(inputs.read(project.root)).files) for project in projects]
    assert trees[0] != trees[1]
    commands = [
        [sys.executable, "-m", "generator", "build", "--root", str(p.root), "--out", str(site)] for p in projects
    ]
    for _ in range(2):
        running = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for command in commands]
        said = [process.communicate()[1] for process in running]
        codes = [process.returncode for process in running]
        assert 0 in codes and set(codes) <= {0, 4}, said
        assert found(site) in [tree for tree, code in zip(trees, codes, strict=True) if code == 0]
        assert is_alone(site)
