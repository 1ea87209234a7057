"""A person or an organisation, with the role held at the time."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from generator.fields import ActorRef, Cites, ForeignName, ProseText, Text
from generator.records.base import Record

ActorKind = Literal["person", "organisation"]


class Actor(Record):
    kind: ClassVar[str] = "actor"
    folder: ClassVar[str] = "actors"
    plural: ClassVar[str] = "Who’s who"

    name: Text
    type: ActorKind = Field(alias="kind", description="person or organisation.")
    role: Text = Field(description="At the time of the events.")
    summary: ProseText = Field(description="Who this is, in one to three sentences.")
    names: tuple[ForeignName, ...] = Field((), description="The name in its own language.")
    side: Text | None = Field(None, description="Whom a reader would count them to: `state`, `press`.")
    member_of: ActorRef | None = None
    cites: Cites = ()
    sort_name: Text | None = Field(None, description="What it is sorted by: `Tokayev, Kassym-Jomart`.")

    @property
    def heading(self) -> str:
        return self.name

    @property
    def position(self) -> tuple[Any, ...]:
        return ((self.sort_name or self.name).casefold(),)
