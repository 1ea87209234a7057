"""The made files held against each other: every internal link and anchor leads somewhere."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from posixpath import dirname, join, normpath
from typing import NamedTuple

from generator.diagnostics import Diagnostic, Location
from generator.same import replaced

_ANCHOR = re.compile(rb'\sid="([^"]*)"')
_SCHEME = re.compile(rb"[A-Za-z]+:")


class Links(NamedTuple):
    """The files and anchors elsewhere that a page leads to, and the targets on the page itself that are not there."""

    goals: tuple[tuple[str, bytes], ...]
    lost: tuple[bytes, ...]


@dataclass(frozen=True)
class Web:
    """All paths, the links of the pages, and the anchors of those that others lead into."""

    paths: Set[str]
    links: Mapping[str, Links]
    anchors: dict[str, frozenset[bytes]]
    wrong: tuple[Diagnostic, ...]


def check_files(files: Mapping[str, bytes], links: Mapping[str, Links], before: Web | None = None) -> Web:
    """Every internal link and anchor leads somewhere. Locations name the made file.

    Pages that are as they were `before` are looked at again only if something was taken away, or was wrong.
    """
    looked_at, anchors = list(links), dict[str, frozenset[bytes]]()
    if before:
        fresh = [path for path in replaced(before.links, links) if path in links]
        now = {path: _anchors(files[path]) for path in fresh if path in before.anchors}
        taken = before.paths - files.keys() or any(not before.anchors[path] <= now[path] for path in now)
        looked_at = looked_at if taken or before.wrong else fresh
        anchors = before.anchors | now
    wrong = tuple(found for path in looked_at for found in _wrong(path, links[path], files, anchors))
    return Web(frozenset(files), links, anchors, wrong)


def _wrong(
    path: str, links: Links, files: Mapping[str, bytes], anchors: dict[str, frozenset[bytes]]
) -> Iterator[Diagnostic]:
    lost = {goal for goal in links.goals if not _is_there(*goal, files, anchors)}
    page = files[path]
    others = [target for target, goal in _goals(path, page) if goal in lost] if lost else []
    for target in (*links.lost, *others):
        at = _in_a_tag(page, target)
        if at is not None:
            line = page.count(b"\n", 0, at) + 1
            yield Diagnostic(Location(f"site/{path}", line), "link-broken", f"“{target.decode()}” leads nowhere")


def _in_a_tag(page: bytes, target: bytes) -> int | None:
    """Where a link names this target; None if only words do, such as `href="x"` in a text."""
    value = b'="' + target + b'"'
    at = page.find(value)
    while at >= 0:
        opens, closes = page.rfind(b"<", 0, at), page.rfind(b">", 0, at)
        if opens > closes and page[opens:at].endswith((b"href", b"src")):
            return at
        at = page.find(value, at + 1)
    return None


def _is_there(file: str, anchor: bytes, files: Mapping[str, bytes], anchors: dict[str, frozenset[bytes]]) -> bool:
    if file not in files or not anchor:
        return file in files
    if file not in anchors:
        anchors[file] = _anchors(files[file])
    return anchor in anchors[file]


def links_of(path: str, page: bytes) -> Links:
    """Where the page at this path leads."""
    own, goals = [], dict[tuple[str, bytes], None]()
    for target, goal in _goals(path, page):
        if goal:
            goals[goal] = None
        else:
            own.append(target)
    return Links(tuple(goals), tuple(_lost(own, page)))


def _lost(own: Sequence[bytes], page: bytes) -> Iterable[bytes]:
    """Which of these targets on the page itself are not there. Most pages have few, which are there."""
    if len(own) < _FEW and all(b' id="%b"' % target[1:] in page for target in own):
        return ()
    anchors = _anchors(page)
    return [target for target in own if target[1:] not in anchors]


_FEW = 10  # targets that are looked for one by one faster than by a list of all anchors


def _goals(path: str, page: bytes) -> Iterator[tuple[bytes, tuple[str, bytes] | None]]:
    """Every target of the page as it is written, and what it leads to; None for what is on the page itself."""
    folder, up = dirname(path), b"../" * path.count("/")
    for target in dict.fromkeys(_targets(page)):
        if up and target.startswith(up):  # most climb to the root, and lead to the same place from everywhere
            yield target, _goal("", target[len(up) :])
        elif target.startswith(b"#"):
            yield target, None
        elif not _SCHEME.match(target):
            yield target, _goal(folder, target)


def _anchors(page: bytes) -> frozenset[bytes]:
    return frozenset(_ANCHOR.findall(page))


def _targets(page: bytes) -> Iterator[bytes]:
    """What `href` and `src` say. Templates are held to quoted attributes, so that cutting there finds every one."""
    for name in (b'href="', b'src="'):
        for before, after in pairwise(page.split(name)):
            if before[-1:].isspace():
                yield after.partition(b'"')[0]


@lru_cache(maxsize=1 << 16)
def _goal(folder: str, target: bytes) -> tuple[str, bytes]:
    """The file, from the site's root, and the anchor that a target on a page in this folder leads to."""
    address, _, anchor = target.partition(b"#")
    goal = normpath(join(folder, address.decode()))
    if address.endswith((b"/", b"/.", b"/..")) or address in (b"", b".", b".."):
        goal = normpath(join(goal, "index.html"))
    return goal, anchor
