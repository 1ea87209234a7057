"""Seeded synthetic projects of any size: events with 120-word texts, quotations shown on their pages, sources.

`python -m bench.synthetic FOLDER --events 10000` writes a project with minimal templates. `story(events)` gives
the same as plain data, from which `bench.peers` writes the same site for other generators.
"""

import argparse
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

WORDS = (
    "the a of in to and on by for with from as at after before between council harbour market bridge river valley "
    "minister residents company committee station price permit notice report crossing ferry school winter morning "
    "evening district road meeting decision supply delivery agreement inquiry statement repair signal engineer "
    "opened closed announced delayed measured rejected approved counted visited published agreed said stood moved"
).split()
SECTIONS = 5
MINIMAL = Path(__file__).parent / "minimal"


@dataclass(frozen=True)
class Source:
    id: str
    title: str


@dataclass(frozen=True)
class Quote:
    id: str
    text: str
    day: date
    source: int


@dataclass(frozen=True)
class Event:
    id: str
    title: str
    day: date
    section: int
    paragraphs: tuple[str, ...]
    source: int
    earlier: str | None
    quote: Quote | None


@dataclass(frozen=True)
class Story:
    sources: tuple[Source, ...]
    events: tuple[Event, ...]


def story(events: int, seed: int = 1) -> Story:
    """`events` events, a quotation for every second one, and one source for fifty, at least ten."""
    chance = random.Random(seed)
    sources = tuple(Source(f"source-{n}", _sentence(chance, 6)) for n in range(max(10, events // 50)))
    return Story(sources, tuple(_events(chance, events, len(sources))))


def _events(chance: random.Random, count: int, sources: int) -> Iterator[Event]:
    for number in range(count):
        day = date(1990, 1, 1) + timedelta(days=chance.randrange(12_000))
        quote = Quote(f"quote-{number}", _sentence(chance, 14), day, chance.randrange(sources)) if number % 2 else None
        paragraphs = tuple(_paragraph(chance) for _ in range(3))
        earlier = f"event-{chance.randrange(number)}" if number else None
        yield Event(
            f"event-{number}",
            _sentence(chance, 7),
            day,
            number % SECTIONS,
            paragraphs,
            chance.randrange(sources),
            earlier,
            quote,
        )


def _paragraph(chance: random.Random) -> str:
    sentences = [_sentence(chance, 10) + "." for _ in range(4)]
    emphasis = chance.randrange(4)
    sentences[emphasis] = f"**{sentences[emphasis][:-1]}**."
    return " ".join(sentences)


def _sentence(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(WORDS, k=words)).capitalize()


def write_project(made: Story, folder: Path) -> None:
    """The story as a project of this generator, with templates as small as those of the peers."""
    content = folder / "content"
    for kind in ("sections", "events", "quotes", "sources", "actors"):
        (content / kind).mkdir(parents=True, exist_ok=True)
    (content / "explainer.yaml").write_text(_EXPLAINER, encoding="utf-8")
    (content / "actors/speaker.yaml").write_text(
        "name: The speaker\nkind: person\nrole: Mayor\nsummary: Speaks.\n", encoding="utf-8"
    )
    for number in range(SECTIONS):
        (content / f"sections/part-{number}.yaml").write_text(
            f"label: Part {number}\nquestion: What happened in part {number}?\nanswer: This.\nbody: That.\n",
            encoding="utf-8",
        )
    (content / "sources/official.yaml").write_text(_OFFICIAL, encoding="utf-8")
    for source in made.sources:
        (content / f"sources/{source.id}.yaml").write_text(_source(source), encoding="utf-8")
    for event in made.events:
        (content / f"events/{event.id}.yaml").write_text(event_file(event, made), encoding="utf-8")
        if event.quote:
            (content / f"quotes/{event.quote.id}.yaml").write_text(_quote(event, made), encoding="utf-8")
    shutil.copytree(MINIMAL, folder / "templates", dirs_exist_ok=True)


def event_file(event: Event, made: Story) -> str:
    body = "\n\n".join(event.paragraphs).replace("\n", "\n  ")
    has_cause = event.earlier and follows(event, made)
    links = f"links:\n- relation: response-to\n  event: {event.earlier}\n" if has_cause else ""
    return (
        f"title: {event.title}\nwhen: {event.day}\nsection: part-{event.section}\nimportance: 2\n"
        f"text: |\n  {body} [@{made.sources[event.source].id}]\ncites: [{made.sources[event.source].id}]\n{links}"
    )


def follows(event: Event, made: Story) -> bool:
    earlier = made.events[int(str(event.earlier).removeprefix("event-"))]
    return earlier.day <= event.day


def _quote(event: Event, made: Story) -> str:
    quote = event.quote
    assert quote is not None
    return (
        f"text: {quote.text}\nspeaker: speaker\nsaid: {quote.day}\ncite: {made.sources[quote.source].id}\n"
        f"context: Asked about it.\nevent: {event.id}\n"
    )


def _source(source: Source) -> str:
    return (
        f"title: {source.title}\npublisher: The Valley Post\nkind: newspaper\nlanguage: en\npublished: 2023-06-01\n"
        f"url: https://example.org/{source.id}\n"
    )


# What nobody else says: a key point that rests on one publisher alone is a warning.
_OFFICIAL = """\
title: A notice
publisher: The council
kind: official
language: en
published: 2023-06-01
url: https://example.org/official
"""
_EXPLAINER = """\
title: A synthetic story
standfirst: Made to be measured.
language: en
timezone: Europe/London
as_of: 2025-01-01
authors: [The engineers]
contact: https://example.org/contact
sections: [part-0, part-1, part-2, part-3, part-4]
key_points:
- {text: "What was said first. [@source-0; @official]", see: section:part-0}
- {text: "What was said then. [@source-0; @official]", see: section:part-1}
- {text: "What was said last. [@source-0; @official]", see: section:part-2}
method: It was made up.
"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=Path)
    options.add_argument("--events", type=int, default=10_000)
    chosen = options.parse_args()
    write_project(story(chosen.events), chosen.folder)


if __name__ == "__main__":
    main()
