"""A real browser, and one build of the real content that all its tests share, served from memory on this machine."""

import gzip
import os
import shutil
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files as resources
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from generator import inputs
from generator.build import Build, build
from generator.plan import plan

ROOT = Path(__file__).parent.parent
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TYPES = {"html": "text/html", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml", "woff2": "font/woff2"}
# The first thing on every page: what a reader would see of a mistake, kept where a test finds it.
WATCH = """
window.shifts = []; window.reports = [];
new PerformanceObserver((list) => { for (const e of list.getEntries()) window.shifts.push(e.value); })
  .observe({ type: "layout-shift", buffered: true });
addEventListener("securitypolicyviolation", (e) => window.reports.push(e.violatedDirective + " " + e.blockedURI));
"""


@dataclass
class Site:
    """The real content as a site, and where it is served."""

    made: Build
    base: str = ""

    @property
    def files(self) -> Mapping[str, bytes]:
        return self.made.files

    @cached_property
    def by_kind(self) -> dict[str, list[str]]:
        """The addresses of each kind of page, the smallest first."""
        assert self.made.site
        found: dict[str, list[tuple[int, str]]] = {}
        for page in plan(self.made.site):
            kind = page.template.removeprefix("pages/").removesuffix(".html")
            kind = f"{kind} {page.record.kind}" if page.record and kind != "section" else kind
            kind = f"{kind} {page.address}" if kind == "collection" else kind
            found.setdefault(kind, []).append((len(self.files[page.path]), page.address))
        return {kind: [address for _, address in sorted(sized)] for kind, sized in found.items()}

    @cached_property
    def kinds(self) -> dict[str, str]:
        """The address of the largest page of each kind."""
        return {kind: addresses[-1] for kind, addresses in self.by_kind.items()}

    @cached_property
    def extremes(self) -> list[str]:
        """The addresses of the smallest and the largest page of each kind."""
        ends = ((addresses[0], addresses[-1]) for addresses in self.by_kind.values())
        return list(dict.fromkeys(address for pair in ends for address in pair))

    @cached_property
    def every(self) -> list[str]:
        """The addresses of all pages, those that have moved included."""
        return [path.removesuffix("index.html") for path, _ in self.pages()]

    def page(self, address: str) -> bytes:
        return self.files[address if address.endswith(".html") else f"{address}index.html"]

    def pages(self) -> Iterator[tuple[str, str]]:
        for path, data in self.files.items():
            if path.endswith(".html"):
                yield path, data.decode()


def weight(data: bytes) -> int:
    return len(gzip.compress(data, 9))


@contextmanager
def served(files: Mapping[str, bytes]) -> Iterator[str]:
    """The address of a server that answers from these files, with the headers the site asks its host for."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0].lstrip("/")
            path += "index.html" if path.endswith("/") or not path else ""
            data = files.get(path)
            self.send_response(200 if data is not None else 404)
            self.send_header("Content-Type", TYPES.get(path.rpartition(".")[2], "application/octet-stream"))
            if path.startswith("assets/"):
                self.send_header("Cache-Control", "public, max-age=31536000, immutable")
            self.send_header("Content-Length", str(len(data or b"")))
            self.end_headers()
            with suppress(ConnectionError):  # a page that is left does not wait for its files
                self.wfile.write(data or b"")

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def chromium() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        needed = "the tests of the pages need Chromium: install it, or name it in CHROMIUM"
        assert "EXPLAINER_CI" not in os.environ, needed
        pytest.skip(needed)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


def real_site() -> Site:
    made = build(inputs.read(ROOT))
    assert made.is_good, "\n".join(map(str, made.diagnostics))
    return Site(made)


@dataclass
class Reader:
    """Somebody at a browser, and all that went wrong before their eyes."""

    context: BrowserContext
    page: Page
    base: str
    wrong: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def opens(self, address: str) -> Page:
        self.requests.clear()
        self.page.goto(self.base + address, wait_until="load")
        return self.page

    def finds(self, script: str) -> Any:
        return self.page.evaluate(script)

    def troubles(self) -> list[str]:
        """What went wrong since this was asked last."""
        found = [*self.wrong, *self.finds("window.reports || []")]
        self.wrong.clear()
        return found


@contextmanager
def reader(browser: Browser, base: str, **options: Any) -> Iterator[Reader]:
    """A reader with a cold cache. Options are those of Playwright's contexts."""
    context = browser.new_context(**options)
    context.add_init_script(WATCH)
    page = context.new_page()
    made = Reader(context, page, base)

    def asked(url: str) -> None:
        made.requests.append(url)
        if not url.startswith((base, "data:", "about:")):
            made.wrong.append(f"asked another host for {url}")

    def failed(request: Request) -> None:
        # The window asks for the icon when the page is there, and gives it up when the page is left.
        if "/assets/icon" not in request.url or request.failure != "net::ERR_ABORTED":
            made.wrong.append(f"failed: {request.url}")

    page.on("console", lambda message: made.wrong.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: made.wrong.append(f"error: {error}"))
    page.on("requestfailed", failed)
    page.on("request", lambda request: asked(request.url))
    try:
        yield made
    finally:
        context.close()


def axe() -> str:
    return (resources("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


# Puts another page of the site in the place of the one that is open, with the same axe: four times as fast as to load
# both again, which is what makes room for every page.
_LOOK = """async ([address, rules]) => {
  const html = await (await fetch(address)).text();
  history.replaceState(null, "", address);
  const next = new DOMParser().parseFromString(html, "text/html").documentElement;
  next.querySelectorAll("link:not([rel=stylesheet])").forEach((link) => link.remove());
  const sheet = next.querySelector("link");
  const styled = new Promise((done) => sheet.addEventListener("load", done));
  document.documentElement.replaceWith(document.adoptNode(next));
  await styled;
  const found = await axe.run({ resultTypes: ["violations"], preload: false, ...rules });
  const wrong = found.violations.map((one) => one.id + ": " + one.nodes.slice(0, 3).map((node) => node.html).join(" "));
  return found.passes.length ? wrong : ["nothing was looked at"];
}"""


def violations(browser: Browser, base: str, addresses: Iterable[str], rules: Any, **options: Any) -> list[str]:
    """What axe finds on these pages. `rules` are part of its options; the others those of Playwright's contexts."""
    with reader(browser, base, bypass_csp=True, **options) as looking:
        looking.opens("")
        looking.finds(axe())
        look = looking.page.evaluate
        return [f"{address}: {wrong}" for address in addresses for wrong in look(_LOOK, [base + address, rules])]
