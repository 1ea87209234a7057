"""The site itself: its title, what a hurried reader must know, and how it was made."""

from collections.abc import Mapping
from math import prod
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from generator.diagnostics import clipped
from generator.fields import (
    AnyRef,
    Colour,
    DateText,
    Day,
    Language,
    Part,
    ProseText,
    SectionRef,
    Text,
    checked_rules,
    refuse,
)
from generator.records.base import Record, refuse_at, too_long
from generator.rules import RULES

STANDFIRST_WORDS = 40
MOST_PHRASES = 100


class KeyPoint(Part):
    text: ProseText = Field(description="One or two sentences, cited.")
    see: AnyRef = Field(description="Where to read on: `section:causes`, `event:curfew`.")


class Unknown(Part):
    text: ProseText = Field(description="What nobody could establish.")
    checked: DateText | None = Field(None, description="When this was last looked into.")


class Map(Part):
    file: Text = Field(description="A GeoJSON file beside explainer.yaml.")
    credit: Text = Field(description="Who made the map data.")
    focus: Text | None = Field(None, description="The `name` of the country that the map is about.")


def _phrase(line: str) -> str:
    """Each alternative is words; those with hyphens are looked for one by one, and so are their combinations."""
    slots = [slot.split("/") for slot in line.split()]
    if not all(any(map(str.isalnum, word)) for slot in slots for word in slot):
        raise refuse(
            "word-form", f"“{clipped(line)}” is not words to look for", "write words; rebel/rebels is one or the other"
        )
    count = prod(len(slot) for slot in slots if any("-" in word for word in slot))
    if count > MOST_PHRASES:
        said = f"with its hyphens, this line stands for {count:,} phrases; {MOST_PHRASES} is the most"
        raise refuse("limit", said, "write some of them on lines of their own")
    return line


Phrase = Annotated[Text, AfterValidator(_phrase)]


class Words(Part):
    """Added to the lists that come with the program. One line is a word or a phrase; `a/b` is a or b."""

    loaded: tuple[Phrase, ...] = Field((), description="Labels that judge, such as `rebel/rebels`.")
    weasel: tuple[Phrase, ...] = Field((), description="Speakers nobody can name, such as `in some quarters`.")
    speech: tuple[Phrase, ...] = Field((), description="Verbs that take a side, such as `bemoan/bemoaned`.")
    relative: tuple[Phrase, ...] = Field((), description="Dates that move, such as `this season`.")
    neutral: tuple[Phrase, ...] = Field(
        (), description="Phrases in which such a word is meant otherwise: `riot police`."
    )
    attribution: tuple[Phrase, ...] = Field((), description="Ways to name who speaks, such as `quipped`.")

    @property
    def lists(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        return tuple((name, getattr(self, name)) for name in type(self).model_fields)


Severity = Literal["off", "warning", "error"]
_SEVERITIES = {rule: {"type": "string", "enum": ["off", "warning", "error"]} for rule in RULES}
Rules = Annotated[
    Mapping[str, Severity],
    BeforeValidator(checked_rules),
    WithJsonSchema({"type": "object", "properties": _SEVERITIES, "additionalProperties": False}),
]


class Explainer(Record):
    kind: ClassVar[str] = "explainer"
    folder: ClassVar[str] = ""
    plural: ClassVar[str] = "The explainer"

    title: Text = Field(description="The headline of the site.")
    standfirst: ProseText = Field(description="What this is about and why it matters, in at most 40 words.")
    language: Language = Field(
        description="The language of its texts, such as `en`. What the pages add to them stays English."
    )
    timezone: Text = Field(description="The zone of events whose place names none, such as `Asia/Almaty`.")
    as_of: Day = Field(description="The day on which the content was last checked.")
    authors: tuple[Text, ...] = Field(min_length=1, description="Who answers for the content.")
    contact: Text = Field(description="How a reader reports a mistake.")
    sections: tuple[SectionRef, ...] = Field(min_length=1, description="Ids of the sections, in reading order.")
    key_points: tuple[KeyPoint, ...] = Field(min_length=3, max_length=6, description="What a hurried reader must know.")
    method: ProseText = Field(description="How this was made, and what was and was not checked.")
    base_url: Text | None = Field(
        None, description="The public address of the site, such as `https://example.org/january/`."
    )
    unknowns: tuple[Unknown, ...] = Field((), description="What is not known.")
    accent: Colour | None = Field(
        None,
        description='The colour of bars that no section colours, in quotes: `"#8f2436"`. Its contrast with the paper '
        "is at least 3; the dark theme makes it half white.",
    )
    licence: Text | None = Field(None, description="On what terms the content may be used.")
    keywords: tuple[Text, ...] = Field((), description="Words for search engines.")
    rules: Rules | None = Field(None, description="What becomes of a rule: `url-http: off`, or warning, or error.")
    words: Words | None = Field(None, description="Words to look for, besides those the program knows.")
    map: Map | None = Field(None, description="The map on the page of places.")

    @property
    def heading(self) -> str:
        return self.title

    @classmethod
    def address_of(cls, record_id: str) -> str:
        return ""

    @model_validator(mode="after")
    def _is_no_draft(self) -> "Explainer":
        if self.status != "ready":
            raise refuse_at(
                "status", "choice", "the explainer itself is no draft: it is the whole site", "delete the line"
            )
        return self

    @model_validator(mode="after")
    def _standfirst_is_short(self) -> "Explainer":
        if self.standfirst.words > STANDFIRST_WORDS:
            raise refuse_at("standfirst", "limit", too_long(self.standfirst.words, STANDFIRST_WORDS), "shorten it")
        return self
