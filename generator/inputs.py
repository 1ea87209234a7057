"""Reads everything a build needs into memory: no other stage of it reads a file."""

import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from generator.diagnostics import Diagnostic, Location, Severity
from generator.refs import collision_key, nearest
from generator.same import Edited
from generator.yamltext import LARGEST

MAX_FILE = 16 * 1024 * 1024
MAX_RECORDS = 100_000
LONGEST_NAME = 200  # bytes: file systems take 255, and a file that is being written gets a longer name for a moment
LONGEST_PATH = 1_000
_JUNK = (".DS_Store", "Thumbs.db", "desktop.ini", "README.md", "LICENSE.md", ".gitkeep", ".gitignore", "__pycache__")
# How file managers name a copy: `x (1)`, `x - Copy`, `Copy of x`, `x copy 2`, `x (another copy)`.
_COPY = re.compile(
    r".* \((?:\d+|[^()]*(?:copy|conflict)[^()]*)\)|.* [-—] (?:copy|kopie|copie|copia|kopia|копия).*|copy of .*"
    r"|.* copy(?: \d+)?|.*\.sync-conflict-.*",
    re.IGNORECASE,
)
_LINK = "this is a symbolic link", "put the file or folder itself here"
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
        folder, _, name = path.partition("/")
        return path in self.content or path in self.seeds or (folder == "templates" and name in self.templates)


def read(root: Path) -> Inputs:
    """The project at `root`. What cannot be read is a diagnostic, never an exception."""
    problems: list[Diagnostic] = []
    content = dict(_files(root, "content", problems, LARGEST))
    seeds = dict(_files(root, "seeds", problems, MAX_FILE))
    own = {
        name.removeprefix("templates/"): _without_mark(name, data)
        for name, data in _files(root, "templates", problems, MAX_FILE)
    }
    if "content/explainer.yaml" not in content and not any(
        p.location.path == "content/explainer.yaml" for p in problems
    ):
        misnamed = next((path for path in content if path.lower() == "content/explainer.yaml"), None)
        where = Location(misnamed or "content/explainer.yaml")
        hint = "run the command in the project’s folder, name it with --root, or start one with explainer init"
        hint = "rename this file to explainer.yaml, in small letters" if misnamed else hint
        problems.append(Diagnostic(where, "file-missing", "there is no explainer.yaml", hint))
    if len(content) > MAX_RECORDS:
        problems.append(
            Diagnostic(Location("content"), "limit", f"{len(content):,} records; {MAX_RECORDS:,} is the most")
        )
    shipped = shipped_templates()
    templates = {**shipped, **own}
    problems += _misnamed(own, shipped, templates)
    return Inputs(content, templates, seeds, tuple(problems))


_NAMING = (".html", ".css", ".js", ".json", ".svg")  # what can name another file; pictures may be many, and large


def _misnamed(
    own: Mapping[str, bytes], shipped: Mapping[str, bytes], templates: Mapping[str, bytes]
) -> Iterator[Diagnostic]:
    """Files of the project that replace none and that none names, but that nearly have the name of one.

    Those of records are named by their kinds, which may be the project’s own.
    """
    texts = b"\n".join(text for name, text in templates.items() if name.endswith(_NAMING))
    for name in (name for name in own if name not in shipped):
        is_used = name.removeprefix("assets/").encode() in texts
        if not is_used and not name.startswith("records/") and (meant := nearest(name, shipped, 0.85)):
            where = Location(f"templates/{name}")
            said = f"no page uses this {'template' if name.endswith('.html') else 'file'}"
            yield Diagnostic(where, "file-ignored", said, f"did you mean {meant}?", Severity.WARNING)


def read_again(root: Path, before: Inputs, paths: Iterable[str]) -> Inputs:
    """`before` with these paths read once more. All is read if any is more than a known file."""
    content, templates, seeds = dict[str, bytes](), dict(before.templates), dict(before.seeds)
    for path in paths:
        if not os.path.lexists(root / path) and not any(known.startswith(path) for known in before.paths):
            continue  # a file of an editor's own, come and gone
        if not before.holds(path) or not _is_ordinary(root / path, LARGEST if path.endswith(".yaml") else MAX_FILE):
            return read(root)
        folder, _, name = path.partition("/")
        try:
            data = (root / path).read_bytes()
        except OSError:  # withdrawn meanwhile, or not allowed to be read
            return read(root)
        if folder == "templates":
            templates[name] = _without_mark(name, data)
        else:
            (content if folder == "content" else seeds)[path] = data
    if templates != before.templates and templates.keys() != shipped_templates().keys():
        return read(root)  # one template may name another of the project's own, or no longer
    return Inputs(Edited(before.content, content), templates, seeds, before.problems)


def _is_ordinary(path: Path, most: int) -> bool:
    try:
        found = path.lstat()
    except OSError:
        return False
    return stat.S_ISREG(found.st_mode) and found.st_size <= most


def _without_mark(name: str, data: bytes) -> bytes:
    """A template without its byte-order mark, which would stand between two stylesheets, or above a page."""
    return data.removeprefix(b"\xef\xbb\xbf") if name.endswith(_NAMING) else data


def shipped_templates() -> dict[str, bytes]:
    """The templates that come with the package: beside it in a checkout, inside it in a wheel."""
    here = Path(__file__).parent
    folder = here / "templates" if (here / "templates").is_dir() else here.parent / "templates"
    return {str(p.relative_to(folder).as_posix()): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def _files(root: Path, folder: str, problems: list[Diagnostic], most: int) -> Iterator[tuple[str, bytes]]:
    """The files of one folder and those below it, by path; what is wrong with others is added to `problems`."""
    where = Location(folder)
    try:
        if "/" not in folder and (root / folder).is_symlink():
            problems.append(Diagnostic(where, "file-link", *_LINK))
            return
        entries = sorted(os.scandir(os.fsencode(root / folder)), key=lambda entry: entry.name)
    except FileNotFoundError:
        return
    except OSError as error:
        problems.append(_unreadable(where, error))
        return
    _check_collisions(folder, entries, problems)
    for entry in entries:
        try:
            yield from _entry(root, folder, entry, problems, most)
        except OSError as error:  # withdrawn while it was read, or not allowed to be
            problems.append(_unreadable(Location(f"{folder}/{os.fsdecode(entry.name)}"), error))


def _unreadable(where: Location, error: OSError) -> Diagnostic:
    code = "file-kind" if isinstance(error, NotADirectoryError) else "file-unreadable"
    return Diagnostic(where, code, f"this cannot be read: {error.strerror}", "allow it to be read, or delete it")


def _entry(
    root: Path, folder: str, entry: "os.DirEntry[bytes]", problems: list[Diagnostic], most: int
) -> Iterator[tuple[str, bytes]]:
    name = entry.name.decode("utf-8", "backslashreplace")
    path = f"{folder}/{name}"
    where = Location(path)
    if trouble := _name_problem(path, entry.name):
        problems.append(Diagnostic(where, "file-name", *trouble))
    elif name.startswith((".", "~$")) or name in _JUNK:
        return
    elif entry.is_symlink():
        problems.append(Diagnostic(where, "file-link", *_LINK))
    elif entry.is_dir():
        if name.endswith(".yaml"):
            problems.append(Diagnostic(where, "file-kind", "this is a folder, not a file", "rename or delete it"))
        else:
            yield from _files(root, path, problems, most)
    elif not stat.S_ISREG((status := entry.stat()).st_mode):
        problems.append(Diagnostic(where, "file-kind", "this is not an ordinary file", "delete it"))
    elif folder.startswith("content") and (ignored := _ignored(root, folder, name)):
        problems.append(Diagnostic(where, *ignored, severity=Severity.WARNING))
    elif status.st_size > (most := most if name.endswith(".yaml") else MAX_FILE):
        said = f"the file has {status.st_size:,} bytes; {most:,} is the most"
        problems.append(Diagnostic(where, "limit", said, "split it"))
    else:
        with open(entry.path, "rb", buffering=0) as file:
            yield path, file.read()


def _name_problem(path: str, name: bytes) -> tuple[str, str] | None:
    shown = path.rpartition("/")[2]
    if shown.encode() != name:
        return "this file’s name is not UTF-8", "rename the file"
    if not shown.isprintable():
        return "this file’s name holds a control character", "rename the file"
    if len(name) > LONGEST_NAME or len(path.encode()) > LONGEST_PATH:
        said = f"this name is too long: {LONGEST_NAME} bytes are the most, and {LONGEST_PATH:,} with its folders"
        return said, "give it a shorter name, or move it up"
    return None


def _check_collisions(folder: str, entries: Iterable["os.DirEntry[bytes]"], problems: list[Diagnostic]) -> None:
    """Two names that are one where case, accents or compatible letters are folded, as on Windows and a Mac."""
    taken: dict[str, str] = {}
    for entry in entries:
        name = entry.name.decode("utf-8", "backslashreplace")
        other = taken.setdefault(collision_key(name), name)
        if other != name:
            message = f"many systems take this for the same file as {other}"
            problems.append(
                Diagnostic(Location(f"{folder}/{name}"), "path-collision", message, "rename or delete one of them")
            )


_YAML_MISNAMED = re.compile(r"([a-z0-9-]+)\.(?:yml|YML|YAML|Yaml|yaml\.txt)")


def _ignored(root: Path, folder: str, name: str) -> tuple[str, str, str] | None:
    """Code, message and hint for a file that no build reads. Maps lie beside the explainer."""
    stem, _, suffix = name.rpartition(".")
    if f".{suffix.lower()}" in _PICTURE:
        return "image-unused", "pictures are not used by this site", "delete it"
    if suffix == "yaml" and not ((" " in stem or "." in stem) and _COPY.fullmatch(stem)):
        return None
    if folder == "content" and (suffix in ("json", "geojson") or name == "release.lock"):
        return None
    hint = "a record’s file is named id.yaml, in small letters; rename it, or delete it"
    if meant := _YAML_MISNAMED.fullmatch(name):
        is_there = (root / folder / f"{meant[1]}.yaml").exists()
        hint = f"{meant[1]}.yaml is read; delete this" if is_there else f"rename it to {meant[1]}.yaml, or delete it"
    return "file-ignored", "this file is not read", hint
