"""Reads everything a build needs into memory. The only module that reads the project's files."""

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from generator.diagnostics import Diagnostic, Location, Severity
from generator.yamltext import LARGEST

FOLDERS = ("content", "seeds", "templates")
MAX_FILE = 16 * 1024 * 1024
MAX_RECORDS = 100_000
_JUNK = (".DS_Store", "Thumbs.db", "desktop.ini", "README.md", "LICENSE.md", ".gitkeep", ".gitignore")
_LOOKALIKE = (".yml", ".yaml.txt", ".yaml.bak", ".yaml.orig", ".yaml~", ".json", ".txt", ".md")
_PICTURE = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".avif")


@dataclass(frozen=True)
class Inputs:
    """What a build reads: bytes by path. `content` and `seeds` by path from the root, `templates` by template name."""

    content: Mapping[str, bytes]
    templates: Mapping[str, bytes]
    seeds: Mapping[str, bytes] = field(default_factory=dict)
    problems: tuple[Diagnostic, ...] = ()

    @property
    def paths(self) -> Iterator[str]:
        """All files, from the root."""
        yield from (*self.content, *self.seeds, *(f"templates/{name}" for name in self.templates))

    def holds(self, path: str) -> bool:
        """Whether there is a file at this path from the root."""
        return path in self.content or path in self.seeds or path.removeprefix("templates/") in self.templates


def read(root: Path) -> Inputs:
    """The project at `root`. What cannot be read is a diagnostic, never an exception."""
    problems: list[Diagnostic] = []
    content = dict(_files(root, "content", problems, LARGEST))
    seeds = dict(_files(root, "seeds", problems, MAX_FILE))
    own = {name.removeprefix("templates/"): data for name, data in _files(root, "templates", problems, MAX_FILE)}
    if "content/explainer.yaml" not in content and not any(
        p.location.path == "content/explainer.yaml" for p in problems
    ):
        hint = "run the command in the project’s folder, name it with --root, or start one with explainer init"
        problems.append(
            Diagnostic(Location("content/explainer.yaml"), "file-missing", "there is no explainer.yaml", hint)
        )
    if len(content) > MAX_RECORDS:
        problems.append(
            Diagnostic(Location("content"), "limit", f"{len(content):,} records; {MAX_RECORDS:,} is the most")
        )
    return Inputs(content, {**shipped_templates(), **own}, seeds, tuple(problems))


def read_again(root: Path, before: Inputs, paths: Iterable[str]) -> Inputs:
    """`before` with these paths read once more. All is read if any is more than a known file."""
    content, templates, seeds = dict(before.content), dict(before.templates), dict(before.seeds)
    for path in paths:
        if not os.path.lexists(root / path) and not any(known.startswith(path) for known in before.paths):
            continue  # a file of an editor's own, come and gone
        if not before.holds(path) or not _is_ordinary(root / path, LARGEST if path.endswith(".yaml") else MAX_FILE):
            return read(root)
        folder, _, name = path.partition("/")
        goal = {"content": content, "seeds": seeds, "templates": templates}[folder]
        goal[name if folder == "templates" else path] = (root / path).read_bytes()
    return Inputs(content, templates, seeds, before.problems)


def _is_ordinary(path: Path, most: int) -> bool:
    try:
        found = path.lstat()
    except OSError:
        return False
    return stat.S_ISREG(found.st_mode) and found.st_size <= most


def shipped_templates() -> dict[str, bytes]:
    """The templates that come with the package: beside it in a checkout, inside it in a wheel."""
    here = Path(__file__).parent
    folder = here / "templates" if (here / "templates").is_dir() else here.parent / "templates"
    return {str(p.relative_to(folder).as_posix()): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def _files(root: Path, folder: str, problems: list[Diagnostic], most: int) -> Iterator[tuple[str, bytes]]:
    try:
        entries = sorted(os.scandir(os.fsencode(root / folder)), key=lambda entry: entry.name)
    except FileNotFoundError:
        return
    except OSError as error:
        problems.append(Diagnostic(Location(folder), "file-kind", f"this folder cannot be read: {error.strerror}"))
        return
    for entry in entries:
        yield from _entry(root, folder, entry, problems, most)


def _entry(
    root: Path, folder: str, entry: "os.DirEntry[bytes]", problems: list[Diagnostic], most: int
) -> Iterator[tuple[str, bytes]]:
    try:
        name = entry.name.decode("utf-8")
    except UnicodeDecodeError:
        where = Location(f"{folder}/{entry.name.decode('utf-8', 'backslashreplace')}")
        problems.append(Diagnostic(where, "file-name", "this file’s name is not UTF-8", "rename the file"))
        return
    path = f"{folder}/{name}"
    where = Location(path)
    if not name.isprintable():
        problems.append(Diagnostic(where, "file-name", "this file’s name holds a control character", "rename the file"))
    elif name.startswith((".", "~$")) or name in _JUNK:
        return
    elif entry.is_symlink():
        problems.append(Diagnostic(where, "file-link", "this is a symbolic link", "put the file itself here"))
    elif entry.is_dir():
        if name.endswith(".yaml"):
            problems.append(Diagnostic(where, "file-kind", "this is a folder, not a file", "rename or delete it"))
        else:
            yield from _files(root, path, problems, most)
    elif not stat.S_ISREG(entry.stat().st_mode):
        problems.append(Diagnostic(where, "file-kind", "this is not an ordinary file", "delete it"))
    elif folder.startswith("content") and (ignored := _ignored(folder, name)):
        problems.append(Diagnostic(where, *ignored, severity=Severity.WARNING))
    elif entry.stat().st_size > (most if name.endswith(".yaml") else MAX_FILE):
        size = entry.stat().st_size
        problems.append(Diagnostic(where, "limit", f"the file has {size:,} bytes; {most:,} is the most", "split it"))
    else:
        yield path, (root / path).read_bytes()


def _ignored(folder: str, name: str) -> tuple[str, str, str] | None:
    lower = name.lower()
    if lower.endswith(_PICTURE):
        return "image-unused", "pictures are not used by this site", "delete it"
    if name.endswith(".yaml") and " " not in name:
        return None
    if lower.endswith((".yaml", *_LOOKALIKE)) or " " in name:
        return "file-ignored", "this file is not read", "a record’s file is named id.yaml, in small letters"
    return None
