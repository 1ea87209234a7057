"""How long after a save the preview serves, and a browser shows, the new page."""

import asyncio
import http.client
import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import IO

from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from bench.contenders import Contender, edited
from bench.synthetic import Event, Story

PATIENCE = 60  # seconds to hear of a build
FIRST_SHOWN = 1_000
"""Edits in the browser count from here: the same words saved once more would be no edit."""
BROWSER = "/usr/bin/chromium"
BROWSER_OPTIONS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync")


@dataclass(frozen=True)
class Preview:
    """`explainer serve` on a contender's project."""

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
def previewed(ours: Contender) -> Iterator[Preview]:
    command = (sys.executable, "-u", "-m", "generator", "serve", "--port", "0")
    with subprocess.Popen(command, cwd=ours.folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as it:
        try:
            assert it.stdout
            addresses = (line.split(": ")[1].split()[0] for line in it.stdout if line.startswith("The preview"))
            yield Preview(next(addresses), it.stdout)
        finally:
            it.terminate()


def saved_to_served(ours: Contender, made: Story, edits: int) -> list[float]:
    """Seconds from each save of an event that somebody looks at until its new page was served."""
    with previewed(ours) as preview:
        return asyncio.run(_saved_to_served(ours, preview, _chosen(made, edits)))


async def _saved_to_served(ours: Contender, preview: Preview, chosen: list[tuple[int, Event]]) -> list[float]:
    told = await _listening(preview)
    with closing(http.client.HTTPConnection(preview.host, timeout=60)) as connection:
        times = [await _served(ours, preview, connection, told, event, number) for number, event in chosen]
    told.close()
    return times


async def _listening(preview: Preview) -> WebSocketClientConnection:
    """What an open page hears whenever something was built. To ask again and again would slow down who builds."""
    origin = {"Origin": f"http://{preview.host}"}
    told = await websocket_connect(HTTPRequest(f"ws://{preview.host}/livereload", headers=origin))
    await told.write_message(json.dumps({"command": "hello"}))
    await told.write_message(json.dumps({"command": "info", "url": preview.url}))
    return told


def saved_to_shown(ours: Contender, made: Story, edits: int) -> list[float]:
    """Seconds from each save until Chromium, with the page open, shows the new words."""
    from playwright.sync_api import sync_playwright

    times = []
    with previewed(ours) as preview, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=list(BROWSER_OPTIONS))
        page = browser.new_page()
        (_, event), *_ = _chosen(made, 1)
        page.goto(f"{preview.url}events/{event.id}/")
        for number in range(FIRST_SHOWN, FIRST_SHOWN + edits):
            started = time.perf_counter()
            ours.edit_record(event, number)
            page.wait_for_function(
                "words => document.body.innerText.includes(words)", arg=edited(number), polling="raf"
            )
            times.append(time.perf_counter() - started)
            preview.until_built()
        browser.close()
    return times


def _chosen(made: Story, edits: int) -> list[tuple[int, Event]]:
    return [(number, random.Random(number).choice(made.events)) for number in range(1, edits + 1)]


async def _served(
    ours: Contender,
    preview: Preview,
    connection: http.client.HTTPConnection,
    told: WebSocketClientConnection,
    event: Event,
    number: int,
) -> float:
    words = edited(number).encode()
    _get(connection, event)  # somebody looks at it
    started = time.perf_counter()
    ours.edit_record(event, number)
    while words not in _get(connection, event):
        await asyncio.wait_for(told.read_message(), PATIENCE)
    seconds = time.perf_counter() - started
    preview.until_built()
    return seconds


def _get(connection: http.client.HTTPConnection, event: Event) -> bytes:
    connection.request("GET", f"/events/{event.id}/")
    return connection.getresponse().read()
