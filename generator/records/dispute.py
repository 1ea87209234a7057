"""A disputed question: what each side says, and on what it rests."""

from typing import ClassVar, Literal

from pydantic import Field

from generator.fields import Cites, DateText, Part, PartyName, ProseText, SectionRef, Text
from generator.records.base import Record

AssessmentState = Literal["established", "likely", "unresolved", "unsupported"]


class Position(Part):
    holder: PartyName = Field(description="Who says so: an actor's id, or a name.")
    says: ProseText = Field(description="One sentence.")
    cites: Cites = Field(min_length=1)
    since: DateText | None = None
    rests_on: ProseText | None = Field(None, description="What the position is based on.")


class Assessment(Part):
    state: AssessmentState
    why: ProseText
    cites: Cites = ()


class Dispute(Record):
    kind: ClassVar[str] = "dispute"
    folder: ClassVar[str] = "disputes"
    plural: ClassVar[str] = "What is disputed"

    question: Text
    positions: tuple[Position, ...] = Field(min_length=2, description="Two or more, each with who holds it.")
    assessment: Assessment | None = Field(None, description="Only where the evidence carries one.")
    section: SectionRef | None = None
    checked: DateText | None = None

    @property
    def heading(self) -> str:
        return self.question
