"""A source: who published what when, how much of it was seen, and its archived text."""

from typing import Any, ClassVar, Literal

from pydantic import Field, model_validator

from generator.fields import (
    Cites,
    DateText,
    Language,
    LongText,
    Part,
    ProseText,
    Sha256,
    SourceRef,
    Text,
    Url,
)
from generator.records.base import Record, refuse_at
from generator.urls import wire_form

SourceKind = Literal[
    "agency",
    "newspaper",
    "broadcaster",
    "ngo",
    "official",
    "intergovernmental",
    "monitor",
    "reference",
    "other",
]
Control = Literal["state", "party", "independent", "intergovernmental", "unknown"]
Seen = Literal["whole", "opening", "excerpt"]
PassageVerdict = Literal["supported", "altered", "contradicted", "garbled", "unclear"]


class Archive(Part):
    service: Text
    url: Url
    captured: DateText


class ArchivedText(Part):
    file: Text = Field(description="A file in seeds/, with or without the name of that folder.")
    sha256: Sha256 = Field(description="What `sha256sum` prints for it.")
    captured: DateText = Field(description="When it was saved.")


class Passage(Part):
    text: LongText = Field(description="Words of the source.")
    verdict: PassageVerdict
    finding: ProseText
    cites: Cites = ()


class Source(Record):
    kind: ClassVar[str] = "source"
    folder: ClassVar[str] = "sources"
    plural: ClassVar[str] = "Sources"

    title: Text
    publisher: Text
    type: SourceKind = Field(alias="kind", description="What the publisher is.")
    language: Language
    published: DateText | None = Field(None, description="When it was published, as exactly as known.")
    published_note: Text | None = Field(None, description="Instead of `published`, when the date is not known.")
    url: Url | None = None
    authors: tuple[Text, ...] = ()
    accessed: DateText | None = None
    control: Control | None = Field(None, description="Who controls the publisher.")
    derived_from: SourceRef | None = Field(None, description="The source it repeats.")
    seen: Seen | None = Field(None, description="How much of it the editors saw.")
    archives: tuple[Archive, ...] = ()
    text: ArchivedText | None = Field(None, description="The archived text of the source.")
    reliability: ProseText | None = Field(None, description="What a reader must know before trusting it.")
    passages: tuple[Passage, ...] = Field((), description="The source read closely.")

    @property
    def wire_url(self) -> str | None:
        """The address with its host in ASCII, where it is written in other letters: what a reader can check."""
        return wire_form(self.url) if self.url else None

    @property
    def heading(self) -> str:
        return self.title

    @property
    def position(self) -> tuple[Any, ...]:
        return (self.publisher.casefold(), self.title.casefold())

    @model_validator(mode="after")
    def _is_dated_and_found(self) -> "Source":
        if self.published is None and self.published_note is None:
            raise refuse_at(
                "published",
                "required",
                "“published” is missing",
                "give published:, or published_note: if the date is not known",
            )
        if self.url is None and self.text is None:
            raise refuse_at("url", "required", "“url” is missing", "give url:, or text: with an archived file")
        return self
