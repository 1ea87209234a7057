"""How long after a save the preview serves, and a browser shows, the new page."""

import asyncio
import http.client
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

PATIENCE = 60  # seconds to hear of a build
BROWSER = "/usr/bin/chromium"
BROWSER_OPTIONS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync")


@dataclass(frozen=True)
class Edit:
    """One save of a record, and words that only then stand on the page at its address."""

    address: str
    words: str
    save: Callable[[], None]


@dataclass(frozen=True)
class Preview:
    """`explainer serve` on a project."""

    url: str
    said: IO[str]

    @property
    def host(self) -> str:
        return self.url.removeprefix("http://").rstrip("/")

    def until_built(self) -> None:
        """Return when the whole site is as it was saved; the page that is looked at comes before that."""
        for line in self.said:
            if line.startswith("Built"):
                return
            if line.startswith("Not built"):
                raise RuntimeError("an edit broke the project")
        raise RuntimeError("the preview ended")


@contextmanager
def previewed(folder: Path) -> Iterator[Preview]:
    command = (sys.executable, "-u", "-m", "generator", "serve", "--port", "0")
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as it:
        try:
            assert it.stdout
            addresses = (line.split(": ")[1].split()[0] for line in it.stdout if line.startswith("The preview"))
            yield Preview(next(addresses), it.stdout)
        finally:
            it.terminate()


def saved_to_served(folder: Path, edits: Sequence[Edit]) -> list[float]:
    """Seconds from each save, of a record whose page somebody looks at, until its new page was served."""
    with previewed(folder) as preview:
        return asyncio.run(_saved_to_served(preview, edits))


async def _saved_to_served(preview: Preview, edits: Sequence[Edit]) -> list[float]:
    told = await _listening(preview)
    with closing(http.client.HTTPConnection(preview.host, timeout=60)) as connection:
        times = [await _served(preview, connection, told, edit) for edit in edits]
    told.close()
    return times


async def _listening(preview: Preview) -> WebSocketClientConnection:
    """What an open page hears whenever something was built. To ask again and again would slow down who builds."""
    origin = {"Origin": f"http://{preview.host}"}
    told = await websocket_connect(HTTPRequest(f"ws://{preview.host}/livereload", headers=origin))
    await told.write_message(json.dumps({"command": "hello"}))
    await told.write_message(json.dumps({"command": "info", "url": preview.url}))
    return told


async def _served(
    preview: Preview, connection: http.client.HTTPConnection, told: WebSocketClientConnection, edit: Edit
) -> float:
    words = edit.words.encode()
    _get(connection, edit)  # somebody looks at it
    started = time.perf_counter()
    edit.save()
    while words not in _get(connection, edit):
        await asyncio.wait_for(told.read_message(), PATIENCE)
    seconds = time.perf_counter() - started
    preview.until_built()
    return seconds


def _get(connection: http.client.HTTPConnection, edit: Edit) -> bytes:
    connection.request("GET", f"/{edit.address}")
    return connection.getresponse().read()


def saved_to_shown(folder: Path, edits: Sequence[Edit]) -> list[float]:
    """Seconds from each save until Chromium, with the page of the first edit open, shows the new words."""
    from playwright.sync_api import sync_playwright

    times = []
    with previewed(folder) as preview, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=list(BROWSER_OPTIONS))
        page = browser.new_page()
        page.goto(preview.url + edits[0].address)
        for edit in edits:
            started = time.perf_counter()
            edit.save()
            page.wait_for_function("words => document.body.innerText.includes(words)", arg=edit.words, polling="raf")
            times.append(time.perf_counter() - started)
            preview.until_built()
        browser.close()
    return times
