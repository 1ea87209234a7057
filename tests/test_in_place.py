"""A page that was changed in place is the page as it would be loaded: after any edits, for every kind of page."""

import random
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from browser import Site
from playwright.sync_api import Browser, expect

from generator import inputs
from generator.answers import Answer, Preview
from generator.build import Memo
from generator.inputs import Inputs
from generator.watch import rebuild

ROOT = Path(__file__).parent.parent
VERSIONS, EDITS, COPIES = 2, 150, 6
# What a page is made of, in a form in which the order of attributes does not count; but for what the preview adds.
NORMAL = """() => {
  const tree = document.documentElement.cloneNode(true);
  for (const ours of tree.querySelectorAll("#explainer-preview, link[rel=stylesheet]")) ours.remove();
  tree.normalize();
  const lines = [];
  const walk = document.createTreeWalker(tree);
  do {
    const { attributes, localName, data, parentNode } = walk.currentNode;
    const path = parentNode ? parentNode.localName : "";
    const said = data ?? localName + [...attributes].map((one) => ` ${one.name}=${one.value}`).sort().join("");
    lines.push(`${path}: ${said}`);
  } while (walk.nextNode());
  return lines;
}"""


class Served(ThreadingHTTPServer):
    """What answers from a preview that the test puts in place of another."""

    daemon_threads = True
    preview = Preview()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_port}"

    def answer(self, path: str, query: Mapping[str, list[str]]) -> Answer:
        if path == "/-/state.json":
            return self.preview.state(query["page"][0], query["has"][0], self.host)
        return self.preview.page(path, self.host)


class Handler(BaseHTTPRequestHandler):
    server: Served

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        found = self.server.answer(address.path, parse_qs(address.query))
        self.send_response(found.status)
        self.send_header("Content-Type", found.type)
        if address.path.startswith("/assets/"):
            self.send_header("Cache-Control", "max-age=1000")
        self.send_header("Content-Length", str(len(found.body)))
        self.end_headers()
        with suppress(ConnectionError):
            self.wfile.write(found.body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def served() -> Iterator[Served]:
    with Served(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def _words_swapped(chance: random.Random, text: str) -> str:
    """Two words of a title or a text have changed places."""
    places = list(re.finditer(r"(?m)(?<=[a-z] )([a-z]{3,}) ([a-z]{3,})(?= [a-z])", text))
    if not places:
        return text
    place = chance.choice(places)
    return f"{text[: place.start()]}{place[2]} {place[1]}{text[place.end() :]}"


def _citation_dropped(chance: random.Random, text: str) -> str:
    return re.sub(r" ?\[@[^\]]*\](?=\n)", "", text, count=1)


def _paragraph_repeated(chance: random.Random, text: str) -> str:
    return re.sub(r"\n\n( +\S[^\n]*\n)", lambda found: f"{found[0]}\n{found[1].replace('# ', '')}", text, count=1)


def _importance_changed(chance: random.Random, text: str) -> str:
    return re.sub(r"(?m)^importance: \d", f"importance: {chance.randint(1, 3)}", text)


CHANGES = (_words_swapped, _words_swapped, _citation_dropped, _paragraph_repeated, _importance_changed)


def _edited(chance: random.Random, before: Inputs) -> dict[str, bytes]:
    """The content after many edits, events that came and went among them."""
    content = dict(before.content)
    records = sorted(path for path in content if path.endswith(".yaml"))
    for path in chance.sample(records, EDITS):
        content[path] = chance.choice(CHANGES)(chance, content[path].decode()).encode()
    events = [path for path in records if path.startswith("content/events/")]
    for path in chance.sample(events, COPIES):
        content[f"content/events/copy-{chance.randrange(1000)}.yaml"] = content[path]
    return content


def _versions(first: Inputs) -> Iterator[Preview]:
    """The real content, then what edits make of it. What would break it is taken back."""
    chance, memo = random.Random(5), Memo(lasts=True)
    before = Preview().after(first, rebuild(first, memo))
    yield before
    for _ in range(VERSIONS):
        content = _edited(chance, first)
        while not (made := rebuild(replace(first, content=content), memo)).is_good:
            for path in {found.location.path for found in made.diagnostics if found.is_error}:
                if path in first.content:
                    content[path] = first.content[path]
                else:
                    del content[path]
        before = before.after(replace(first, content=content), made)
        yield before


def test_a_page_changed_in_place_is_the_page_loaded(chromium: Browser, served: Served, real_site: Site) -> None:
    first, *versions = _versions(inputs.read(ROOT))
    context = chromium.new_context(viewport={"width": 1000, "height": 700})
    page, other = context.new_page(), context.new_page()
    changed = 0
    for address in real_site.kinds.values():
        served.preview = first
        page.goto(f"http://{served.host}/{address}", wait_until="domcontentloaded")
        page.evaluate("window.isTheSame = true")
        for number, served.preview in enumerate(versions):
            before = page.evaluate(NORMAL)
            page.evaluate("new LiveReloadPluginPreview().reload()")
            (wanted,) = re.findall(rb'name="explainer-preview" content="(\w+)"', served.answer(f"/{address}", {}).body)
            expect(page.locator("meta[name=explainer-preview]")).to_have_attribute("content", wanted.decode())
            other.goto(f"http://{served.host}/{address}", wait_until="domcontentloaded")
            after = page.evaluate(NORMAL)
            assert after == other.evaluate(NORMAL), (address, number)
            assert page.evaluate("window.isTheSame === true"), (address, number)
            changed += before != after
    context.close()
    assert changed > len(real_site.kinds)
