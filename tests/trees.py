"""What a folder holds, and what it should: for the tests of `write`."""

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

from generator.write import MANIFEST, write

SEAL = "user.explainer.seal"

Tree = dict[str, tuple[str, bytes]]


def found(folder: Path) -> Tree:
    """Everything in the folder, following no link: path to mode and content (names of the entries, for a folder)."""
    tree: Tree = {}
    for path in (folder, *folder.rglob("*")):
        mode = path.lstat().st_mode
        if path.is_symlink():
            content = os.fsencode(os.readlink(path))
        elif path.is_dir():
            content = b"/"
        else:
            content = path.read_bytes() if path.is_file() else b"?"
        tree[path.relative_to(folder).as_posix()] = (oct(mode), content)
    return tree


def site_of(files: Mapping[str, bytes]) -> Tree:
    """The only right folder for these files."""
    tree: Tree = {".": (oct(0o40755), b"/"), MANIFEST: (oct(0o100644), manifest_of(files))}
    for path, content in files.items():
        tree[path] = (oct(0o100644), content)
        while path := path.rpartition("/")[0]:
            tree[path] = (oct(0o40755), b"/")
    return tree


def manifest_of(files: Mapping[str, bytes]) -> bytes:
    lines = [f"{json.dumps(path)}: {json.dumps(hashlib.sha256(files[path]).hexdigest())}" for path in sorted(files)]
    return ('{"generator": "explainer-generator",\n"files": {' + ",\n".join(lines) + "}}\n").encode()


def is_alone(site: Path) -> bool:
    """Whether nothing lies beside the site."""
    return os.listdir(site.parent) == [site.name]


def sealed(files: Mapping[str, bytes], site: Path) -> Path:
    """The site, written again until its seal is on: not in the tick of the clock in which it was made."""
    for _ in range(10_000):
        write(files, site)
        if SEAL in os.listxattr(site / MANIFEST):
            return site
    raise AssertionError("never sealed")
