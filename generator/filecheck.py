"""The made files held against each other: every internal link and anchor leads somewhere."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from posixpath import dirname, join, normpath

from generator.diagnostics import Diagnostic, Location
from generator.memo import Table

# Templates are held to quoted attributes, so that a pattern finds every one of them.
_TARGET = re.compile(rb'\s(?:href|src)="([^"]*)"')
_ANCHOR = re.compile(rb'\sid="([^"]*)"')
_SCHEME = re.compile(rb"[a-z]+:")


@dataclass(frozen=True, slots=True)
class Links:
    """What a page leads to (file and anchor, by the target as written), and the anchors it has."""

    targets: dict[bytes, tuple[str, bytes]]
    anchors: frozenset[bytes]


def check_files(files: Mapping[str, bytes], memo: Table[str, Links] | None = None) -> Iterator[Diagnostic]:
    """Every internal link and anchor leads somewhere. Locations name the made file."""
    memo = memo or Table()
    known = {path: memo.get(path, page, partial(_links, path, page)) for path, page in files.items() if _is_page(path)}
    memo.forget()
    for path, links in known.items():
        for target, (goal, anchor) in links.targets.items():
            if goal not in files or (anchor and not (goal in known and anchor in known[goal].anchors)):
                page = files[path]
                line = page.count(b"\n", 0, page.find(b'"' + target + b'"')) + 1
                message = f"“{target.decode()}” leads nowhere"
                yield Diagnostic(Location(f"site/{path}", line), "link-broken", message)


def _is_page(path: str) -> bool:
    return path.endswith(".html")


def _links(path: str, page: bytes) -> Links:
    targets = dict.fromkeys(_TARGET.findall(page))
    inside = {target: _goal(path, target) for target in targets if not _SCHEME.match(target)}
    return Links(inside, frozenset(_ANCHOR.findall(page)))


def _goal(path: str, target: bytes) -> tuple[str, bytes]:
    """The file, from the site's root, and the anchor that a target on this page leads to."""
    address, _, anchor = target.partition(b"#")
    if not address:
        return path, anchor
    goal = normpath(join(dirname(path), address.decode()))
    if address.endswith((b"/", b"/.", b"/..")) or address in (b".", b".."):
        goal = normpath(join(goal, "index.html"))
    return goal, anchor
