"""Whether a site holds the words of the story it was made from, page by page."""

import html
import re
from dataclasses import dataclass
from pathlib import Path

from bench.synthetic import Event, Story

_TAG = re.compile(r"<[^>]*>")
_NOTE = re.compile(r'<sup class="cite">.*?</sup>|<small class="margin".*?</small>', re.DOTALL)


@dataclass(frozen=True)
class Words:
    """How many titles, paragraphs and quotations were looked for on events' pages, and what was not there."""

    pages: int
    looked_for: int
    missing: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.pages:,} pages, {self.looked_for - len(self.missing):,} of {self.looked_for:,} texts"


def compare(made: Story, output: Path) -> Words:
    """What of every event is on its page in the folder `output`, as a reader sees it."""
    pages = looked_for = 0
    missing: list[str] = []
    for event in made.events:
        path = output / f"events/{event.id}/index.html"
        shown = text_of(path.read_text(encoding="utf-8")) if path.is_file() else ""
        pages += bool(shown)
        wanted = texts(event)
        looked_for += len(wanted)
        missing += [text for text in wanted if text not in shown]
    return Words(pages, looked_for, tuple(missing))


def texts(event: Event) -> list[str]:
    paragraphs = [paragraph.replace("**", "") for paragraph in event.paragraphs]
    return [event.title, *paragraphs, *([event.quote.text] if event.quote else [])]


def text_of(page: str) -> str:
    """The page without its tags and notes, spaces made one."""
    return " ".join(html.unescape(_TAG.sub("", _NOTE.sub("", page))).split())
