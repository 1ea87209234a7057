"""What the preview answers: the last good build, looked up by path, and what the latest build found. Pure.

No path of a request ever reaches the disk: all that can be answered lies in a dictionary.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from hashlib import sha256
from importlib.resources import files as resources
from pathlib import Path
from urllib.parse import quote, unquote

from generator.build import Build
from generator.diagnostics import Diagnostic, Location, counted, printable
from generator.inputs import Inputs
from generator.records import Record
from generator.refs import Ref
from generator.templating import environment

_HERE = Path(__file__).parent / "preview"
SCREENS = environment({path.name: path.read_bytes() for path in _HERE.glob("*.html")})
# No record or section has an address that begins with a dash, or a name with a dot.
OWN = {
    **{f"-/{path.name}": path.read_bytes() for path in sorted(_HERE.iterdir()) if path.suffix != ".html"},
    "livereload.js": (resources("livereload") / "vendors" / "livereload.js").read_bytes(),
}
# A page that was open while the preview itself was replaced has other scripts than the new one's, and is loaded anew.
VERSION = sha256(OWN["-/preview.js"] + OWN["-/inplace.js"]).hexdigest()[:16]
HTML = "text/html; charset=utf-8"
TYPES = {
    "html": HTML,
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "geojson": "application/geo+json",
    "csv": "text/csv; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "xml": "application/xml",
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpg": "image/jpeg",
    "webp": "image/webp",
    "avif": "image/avif",
    "ico": "image/x-icon",
    "woff2": "font/woff2",
    "pdf": "application/pdf",
    "zip": "application/zip",
}
# So many diagnostics are shown at once, and so much of a line on either side of the place.
MOST, AROUND = 50, 100
_POLICY = b'<meta http-equiv="Content-Security-Policy" content="'
_HEAD = re.compile(rb"<head\b[^>]*>\n?")
_STYLE = re.compile(rb'<link\b[^>]*\brel="stylesheet"[^>]*>')
_HREF = re.compile(rb'\bhref="([^"]*)"')
_RELATIVE = re.compile(rb'(\s(?:href|src)=")(?:\./)?(?![a-z]+:|[/#])')


@dataclass(frozen=True)
class Answer:
    """What goes out for one request."""

    body: bytes = b""
    type: str = HTML
    status: int = 200
    location: str = ""


@dataclass(frozen=True)
class Preview:
    """The last good build, and the inputs and diagnostics of the latest.

    `good` is what is shown: `whole`, in which some pages may be made anew already.
    """

    good: Build = field(default_factory=Build)
    whole: Build = field(default_factory=Build)
    diagnostics: tuple[Diagnostic, ...] = ()
    inputs: Inputs = field(default_factory=lambda: Inputs({}, {}))
    failed: bool = False
    drafts: tuple[str, ...] = ()
    """The addresses of the drafts of `whole`, so that no page waits until all records are looked through."""

    def after(self, inputs: Inputs, latest: Build) -> "Preview":
        """The preview once this build is made: its files when it is good, else the files from before."""
        whole = latest if latest.is_good else self.whole
        drafts = _drafts(whole) if whole is not self.whole else self.drafts
        return Preview(whole, whole, latest.diagnostics, inputs, failed=not latest.is_good, drafts=drafts)

    def with_pages(self, inputs: Inputs, hasty: Build) -> "Preview":
        """The preview with some pages made anew, before the others are; what was found stays until they are."""
        good = replace(self.good, files=self.good.files | hasty.files, site=hasty.site)
        return replace(self, good=good, inputs=inputs)

    def file_of(self, path: str) -> str | None:
        """The page at this address, if there is one."""
        name = unquote(path).removeprefix("/")
        file = f"{name}index.html" if not name or name.endswith("/") else name
        return file if file.endswith(".html") and file in self.good.files else None

    def page(self, path: str, host: str) -> Answer:
        """The answer to a path. Pages get the preview's scripts and the leave to speak with `host`, and only here."""
        name = unquote(path).removeprefix("/")
        if name in OWN:
            return Answer(OWN[name], _type(name))
        answer = self._found(name)
        return Answer(_live(answer.body, host), HTML, answer.status) if answer.type == HTML else answer

    def state(self, path: str, has: str = "", host: str = "") -> Answer:
        """What an open page asks when something changed: is it still itself, what is wrong, which links are drafts.

        One that says which page it `has`, as `host` serves it, gets the page too if there is another one now.
        """
        name = unquote(path).removeprefix("/")
        answer = self._found(name)
        is_new = has and answer.status == 200 and answer.type == HTML and has != digest(answer.body)
        own_screen = not self.good.files or name.startswith("-/")
        panel = "" if own_screen else self._screen("panel.html", record=self._whereabouts([path]))
        styles = [href[1].decode() for tag in _STYLE.findall(answer.body) if (href := _HREF.search(tag))]
        html = {"html": _live(answer.body, host).decode()} if is_new else {}
        return _json({"page": digest(answer.body), "styles": styles, "panel": panel, "drafts": self.drafts, **html})

    def whereabouts(self, names: Iterable[str]) -> Answer:
        """Where the first record among these names (`kind:id`, or an address) is written."""
        return _json(self._whereabouts(names))

    def _found(self, name: str) -> Answer:
        files = self.good.files
        if name.startswith("-/source/"):
            return self._source(name.removeprefix("-/source/"))
        file = f"{name}index.html" if not name or name.endswith("/") else name
        if file in files and _is_public(file):
            return Answer(files[file], _type(file))
        if f"{file}/index.html" in files:
            return Answer(type="", status=302, location=f"/{quote(name)}/")
        if not files:
            return Answer(self._screen("failed.html").encode(), status=503)
        # A host shows this page at any depth, where the links of the file itself lead nowhere.
        return Answer(_RELATIVE.sub(rb"\1/", files.get("404.html", b"")), status=404)

    def _source(self, path: str) -> Answer:
        text = self._text(path)
        if text is None:
            return Answer(b"There is no such file in content/ or templates/.\n", TYPES["txt"], 404)
        lines = text.splitlines() or [""]
        notes: dict[int, list[dict[str, object]]] = {}
        for diagnostic in self.diagnostics:
            if diagnostic.location.path == path:
                # A mistake at the end of a file may lie after its last line.
                notes.setdefault(min(diagnostic.location.line, len(lines)), []).append(self._shown(diagnostic))
        return Answer(self._screen("source.html", path=path, lines=lines, notes=notes).encode())

    def _text(self, path: str) -> str | None:
        """A file of the project as last read. Seeds are not ours to show whole."""
        own = path.removeprefix("templates/")
        data = self.inputs.templates.get(own) if own != path else self.inputs.content.get(path)
        return None if data is None else data.decode("utf-8", "replace")

    def _screen(self, template: str, **names: object) -> str:
        found = sorted(self.diagnostics, key=lambda diagnostic: not diagnostic.is_error)
        return SCREENS.get_template(template).render(
            failed=self.failed,
            count=counted(found),
            problems=[self._shown(diagnostic) for diagnostic in found[:MOST]],
            more=len(found[MOST:]),
            **names,
        )

    def _shown(self, diagnostic: Diagnostic) -> dict[str, object]:
        """A diagnostic with the line it speaks of, split where it points."""
        where = diagnostic.location
        lines = (self._text(where.path) or "").splitlines()
        line = lines[where.line - 1] if where.line <= len(lines) else ""
        word = re.compile(r"\S*").match(line, where.column - 1)
        start, end = word.span() if word else (len(line), len(line))
        return {
            "diagnostic": diagnostic,
            "message": printable(diagnostic.message),
            "hint": printable(diagnostic.hint),
            "at": f"{_at(where)}:{where.column}",
            "href": _href(where) if self._text(where.path) is not None else "",
            "line": (_last(line[:start]), _first(line[start:end]), _first(line[end:])),
        }

    def _whereabouts(self, names: Iterable[str]) -> dict[str, object] | None:
        site = self.good.site
        record = next(filter(None, (self._record(unquote(name).removeprefix("/")) for name in names)), None)
        if record is None or site is None:
            return None
        where = site.at(record.ref)
        return {"at": _at(where), "href": _href(where), "draft": record.status == "draft"}

    def _record(self, name: str) -> Record | None:
        """The record named `kind:id`, or by its address."""
        kind, colon, record_id = name.partition(":")
        site = self.good.site
        if site is None or colon:
            return site.records.get(Ref(kind, record_id)) if site else None
        last = re.split("[/#]", name.rstrip("/"))[-1] or "explainer"
        found = (site.records.get(Ref(kind.kind, last)) for kind in site.kinds)
        return next((record for record in found if record and record.address == name), None)


def _drafts(made: Build) -> tuple[str, ...]:
    records = made.site.records.values() if made.site else ()
    return tuple(f"/{record.address}" for record in records if record.status == "draft")


def digest(body: bytes) -> str:
    """What must stay the same for an open page to stay: everything but which stylesheets it names."""
    return sha256(VERSION.encode() + _STYLE.sub(b"<link>", body)).hexdigest()[:16]


def _live(body: bytes, host: str) -> bytes:
    """The page with the preview's scripts, which must see it before its own scripts do.

    Of two directives of one name the first counts, so ours stands first.
    """
    name, _, port = host.rpartition(":")
    address = f"/livereload.js?host={name}&amp;port={port}&amp;mindelay=200&amp;maxdelay=1000"
    added = (
        f'<meta name="explainer-preview" content="{digest(body)}">\n'
        f'<script type="module" src="/-/preview.js?{VERSION}" data-in-place></script>\n'
        f'<script src="{address}" defer data-in-place></script>\n'
    )
    allowed = body.replace(_POLICY, _POLICY + f"connect-src 'self' ws://{host}; ".encode(), 1)
    return _HEAD.sub(lambda found: found[0] + added.encode(), allowed, count=1)


def _json(data: object) -> Answer:
    return Answer(json.dumps(data, ensure_ascii=False).encode(), TYPES["json"])


def _type(name: str) -> str:
    if name == "feed.xml":
        return "application/atom+xml"
    return TYPES.get(name.rpartition(".")[2], "application/octet-stream")


def _is_public(name: str) -> bool:
    """Files for the host, such as `.nojekyll` and `_headers`, are not served by it either."""
    return name != "_headers" and not any(part.startswith(".") for part in name.split("/"))


def _last(text: str) -> str:
    return text if len(text) <= AROUND else "…" + text[-AROUND:]


def _first(text: str) -> str:
    return text if len(text) <= AROUND else text[:AROUND] + "…"


def _at(where: Location) -> str:
    return f"{printable(where.path)}:{where.line}"


def _href(where: Location) -> str:
    return f"/-/source/{quote(where.path)}#L{where.line}"
