"""An event: what happened, when, where, who, and what it followed from."""

from typing import Any, ClassVar, Literal

from pydantic import Field, model_validator

from generator.fields import (
    ActorRef,
    Cites,
    EventRef,
    Part,
    PlaceRef,
    ProseText,
    SectionRef,
    Text,
    When,
    Whole,
)
from generator.records.base import Record, refuse_at

Certainty = Literal["confirmed", "reported", "disputed", "denied"]
Relation = Literal["caused-by", "response-to", "part-of", "contradicts"]


class EventLink(Part):
    relation: Relation = Field(description="How this event relates to the other.")
    event: EventRef


class Event(Record):
    kind: ClassVar[str] = "event"
    folder: ClassVar[str] = "events"
    plural: ClassVar[str] = "Timeline"

    title: Text = Field(description="What happened, as a headline.")
    when: When = Field(description="`2022-01-05`, `2022-01-05/2022-01-19`, or date:, time: and more below it.")
    section: SectionRef = Field(description="The section it belongs to.")
    text: ProseText = Field(description="What happened, in two or three sentences.")
    cites: Cites = Field((), description="Sources, unless they are cited inside `text`.")
    where: tuple[PlaceRef, ...] = Field((), description="Places.")
    actors: tuple[ActorRef, ...] = Field((), description="Who took part.")
    importance: Whole = Field(
        2,
        description="1 leads the timeline, 2 is normal, 3 is folded away.",
        json_schema_extra={"minimum": 1, "maximum": 3},
    )
    certainty: Certainty | None = Field(None, description="How sure the record is that it happened so.")
    links: tuple[EventLink, ...] = Field((), description="How it relates to other events.")
    order: Whole | None = Field(None, description="Decides between events of one day without a time; low comes first.")

    @property
    def heading(self) -> str:
        return self.title

    @property
    def position(self) -> tuple[Any, ...]:
        return (*self.when.sort_key[:2], self.order or 0, self.importance, self.when.last)

    @model_validator(mode="after")
    def _is_sound(self) -> "Event":
        if self.importance not in (1, 2, 3):
            raise refuse_at("importance", "choice", f"“{self.importance}” is not an importance", "choose 1, 2 or 3")
        if not self.cites and not any(self.text.citations):
            raise refuse_at(
                "cites",
                "required",
                "this event names no source",
                "add cites: with a source's id, or [@source-id] in text",
            )
        return self
