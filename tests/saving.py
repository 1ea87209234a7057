"""The ways in which editors and version control put a new text where the old one was."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

Save = Callable[[Path, str], None]


def in_place(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def aside_and_renamed(path: Path, text: str) -> None:
    aside = path.with_name(f".{path.name}.swp")
    aside.write_text(text, encoding="utf-8")
    aside.replace(path)


def old_one_kept_as_a_backup(path: Path, text: str) -> None:
    path.replace(path.with_name(f"{path.name}~"))
    path.write_text(text, encoding="utf-8")
    path.with_name(f"{path.name}~").unlink()


def emptied_then_written_bit_by_bit(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        for character in text:
            file.write(character)
            file.flush()


def deleted_then_written(path: Path, text: str) -> None:
    path.unlink()
    path.write_text(text, encoding="utf-8")


def moved_in_with_an_old_date(path: Path, text: str) -> None:
    elsewhere = path.parents[3] / "elsewhere.yaml"
    elsewhere.write_text(text, encoding="utf-8")
    os.utime(elsewhere, (1_000_000_000, 1_000_000_000))
    elsewhere.replace(path)


def with_its_date_put_back(path: Path, text: str) -> None:
    before = path.stat()
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def folder_replaced(path: Path, text: str) -> None:
    fresh = path.parents[2] / "fresh"
    shutil.copytree(path.parent, fresh)
    (fresh / path.name).write_text(text, encoding="utf-8")
    shutil.rmtree(path.parent)
    fresh.rename(path.parent)


def all_content_replaced(path: Path, text: str) -> None:
    content = path.parents[1]
    shutil.copytree(content, content.with_name("fresh"))
    (content.with_name("fresh") / "events" / path.name).write_text(text, encoding="utf-8")
    content.rename(content.with_name("stale"))
    content.with_name("fresh").rename(content)
    shutil.rmtree(content.with_name("stale"))


SAVES = (
    in_place,
    aside_and_renamed,
    old_one_kept_as_a_backup,
    emptied_then_written_bit_by_bit,
    deleted_then_written,
    moved_in_with_an_old_date,
    with_its_date_put_back,
    folder_replaced,
    all_content_replaced,
)
