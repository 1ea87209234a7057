"""The made files held against each other: every internal link and anchor leads somewhere."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from itertools import pairwise
from posixpath import dirname, join, normpath

from generator.diagnostics import Diagnostic, Location
from generator.memo import Table

_LEADING = tuple(space + name for space in (b" ", b"\n", b"\t", b"\r", b"\f", b"\v") for name in (b"href", b"src"))
_ANCHOR = re.compile(rb'\sid="([^"]*)"')
_SCHEME = re.compile(rb"[a-z]+:")


@dataclass(frozen=True, slots=True)
class Links:
    """What a page leads to elsewhere (file and anchor, by the target as written), and its own anchors that are not."""

    targets: dict[bytes, tuple[str, bytes]]
    lost: tuple[bytes, ...]


def check_files(files: Mapping[str, bytes], memo: Table[str, Links] | None = None) -> Iterator[Diagnostic]:
    """Every internal link and anchor leads somewhere. Locations name the made file."""
    memo = memo or Table()
    known = {path: memo.get(path, page, partial(_links, path, page)) for path, page in files.items() if _is_page(path)}
    memo.forget()
    anchors = cache(lambda path: _anchors(files[path]))
    for path, links in known.items():
        lost = [
            target
            for target, (goal, anchor) in links.targets.items()
            if goal not in files or (anchor and anchor not in anchors(goal))
        ]
        for target in (*links.lost, *lost):
            page = files[path]
            line = page.count(b"\n", 0, page.find(b'"' + target + b'"')) + 1
            yield Diagnostic(Location(f"site/{path}", line), "link-broken", f"“{target.decode()}” leads nowhere")


def _is_page(path: str) -> bool:
    return path.endswith(".html")


def _links(path: str, page: bytes) -> Links:
    folder, up = dirname(path), b"../" * path.count("/")
    targets, own = dict[bytes, tuple[str, bytes]](), []
    for target in dict.fromkeys(_targets(page)):
        if target.startswith(b"#"):
            own.append(target)
        elif not _SCHEME.match(target):
            # Most climb to the root, and lead to the same place from everywhere.
            targets[target] = _goal("", target[len(up) :]) if up and target.startswith(up) else _goal(folder, target)
    anchors = _anchors(page) if own else frozenset()
    return Links(targets, tuple(target for target in own if target[1:] not in anchors))


def _anchors(page: bytes) -> frozenset[bytes]:
    return frozenset(_ANCHOR.findall(page))


def _targets(page: bytes) -> Iterator[bytes]:
    """What `href` and `src` say. Templates are held to quoted attributes, so that cutting there finds every one."""
    for before, after in pairwise(page.split(b'="')):
        if before.endswith(_LEADING):
            yield after.partition(b'"')[0]


@lru_cache(maxsize=1 << 16)
def _goal(folder: str, target: bytes) -> tuple[str, bytes]:
    """The file, from the site's root, and the anchor that a target on a page in this folder leads to."""
    address, _, anchor = target.partition(b"#")
    goal = normpath(join(folder, address.decode()))
    if address.endswith((b"/", b"/.", b"/..")) or address in (b"", b".", b".."):
        goal = normpath(join(goal, "index.html"))
    return goal, anchor
