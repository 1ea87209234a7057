"""Hundreds of saves of every kind, while a preview runs: what it serves in the end is what a clean build makes."""

import os
import random
import re
import shutil
import sys
import time
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest
from conftest import STARTER
from previewing import PATIENCE, Started
from saving import SAVES

from generator import inputs
from generator.answers import Preview
from generator.watch import rebuild

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="asks /proc what the preview uses")

MANY = 10_000 if os.environ.get("EXPLAINER_NIGHTLY") else 500
SAVED = "bridge-closed.yaml"
MEMORY = 20
"""MB by which the preview may grow."""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("saved") / "project"
    shutil.copytree(STARTER, folder)
    return folder


@pytest.fixture(scope="module")
def preview(root: Path) -> Iterator[Started]:
    started = Started(root)
    yield started
    started.stop()


def known_record(chance: random.Random, root: Path) -> None:
    """In each way that an editor may have."""
    path = chance.choice(sorted((root / "content/events").glob("[!n]*.yaml")))
    title = f"Edited {chance.choice(['once', 'twice', 'in good time', 'for the better'])}"
    text = re.sub("(?m)^title: .*", f"title: {title}", path.read_text(encoding="utf-8"))
    chance.choice(SAVES)(path, text)


def new_record(chance: random.Random, root: Path) -> None:
    text = (STARTER / "content/events" / SAVED).read_text(encoding="utf-8")
    (root / f"content/events/new-{chance.randrange(20)}.yaml").write_text(text, encoding="utf-8")


def deleted_record(chance: random.Random, root: Path) -> None:
    if made := sorted((root / "content/events").glob("new-*.yaml")):
        chance.choice(made).unlink()


def broken_then_mended(chance: random.Random, root: Path) -> None:
    path = root / "content/events" / SAVED
    text = path.read_text(encoding="utf-8")
    path.write_text("title: [", encoding="utf-8")
    time.sleep(chance.choice([0, 0, 0, 0.05]))  # as an editor that is slow, or that was wrong for a moment
    path.write_text(text, encoding="utf-8")


def style(chance: random.Random, root: Path) -> None:
    path = root / "templates/assets/theme.css"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f":root {{ --paper: #{chance.randrange(16**6):06x} }}", encoding="utf-8")


def template(chance: random.Random, root: Path) -> None:
    path = root / "templates/pages/404.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"<!DOCTYPE html><title>Nothing</title><p>{chance.random()}</p>", encoding="utf-8")


def own_templates_gone(_: random.Random, root: Path) -> None:
    shutil.rmtree(root / "templates", ignore_errors=True)


def nothing_of_ours(chance: random.Random, root: Path) -> None:
    (root / "content/events/.new.yaml.swp").write_text(str(chance.random()), encoding="utf-8")


CHANGES = (
    *(known_record,) * 8,
    *(new_record, new_record, deleted_record, broken_then_mended),
    *(style, template, own_templates_gone, nothing_of_ours),
)


def checkout(root: Path, title: str) -> None:
    text = (STARTER / "content/events" / SAVED).read_text(encoding="utf-8")
    for number in range(200):
        path = root / f"content/events/number-{number}.yaml"
        path.write_text(re.sub("(?m)^title: .*", f"title: {title} {number}", text), encoding="utf-8")


def until_right(preview: Started, root: Path) -> None:
    """Wait until every file served, and what is said of them, is that of a clean build of what lies on the disk."""
    read = inputs.read(root)
    made = rebuild(read)
    assert made.is_good
    clean, host = Preview().after(read, made), f"127.0.0.1:{preview.port}"
    wanted = {f"/{path}": clean.page(f"/{path}", host).body for path in made.files}
    wanted["/-/state.json?page=/"] = clean.state("/").body
    preview.until(lambda: is_served(preview, wanted))


def is_served(preview: Started, wanted: Mapping[str, bytes]) -> bool:
    with closing(served(preview, wanted)) as answers:
        return all(body == wanted[path] for path, body in answers)


def served(preview: Started, paths: Iterable[str]) -> Generator[tuple[str, bytes], None, None]:
    with closing(HTTPConnection("127.0.0.1", preview.port, timeout=PATIENCE)) as connection:
        for path in paths:
            connection.request("GET", path)
            yield path, connection.getresponse().read()


def test_after_any_saves_what_is_served_is_a_clean_build(preview: Started, root: Path) -> None:
    chance, saves, before = random.Random(11), 0, 0.0
    while saves < MANY:
        for _ in range(chance.randint(1, 40)):
            chance.choice(CHANGES)(chance, root)
            saves += 1
        until_right(preview, root)
        if not before and saves > MANY / 10:
            before = preview.memory
    assert preview.memory - before < MEMORY


def test_a_checkout_of_two_hundred_files_is_one_build(preview: Started, root: Path) -> None:
    counts = []
    for title in ("One", "Two", "Three"):
        before = len(preview.builds)
        checkout(root, title)
        until_right(preview, root)
        counts.append(len(preview.builds) - before)
    assert min(counts) == 1, counts  # a busy machine may halt the one that writes, which then is two bursts


def test_an_idle_preview_uses_next_to_no_processor(preview: Started, root: Path) -> None:
    until_right(preview, root)
    started, used = time.monotonic(), preview.processor_time
    time.sleep(3)  # idleness can only be waited for
    share = (preview.processor_time - used) / (time.monotonic() - started)
    assert share < 0.01, f"{share:.1%}"
