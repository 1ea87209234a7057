"""A change to what was published, told to the readers."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from generator.fields import AnyRef, Cites, Day, ProseText
from generator.records.base import Record

UpdateKind = Literal["correction", "clarification", "addition", "retraction"]


class Update(Record):
    kind: ClassVar[str] = "update"
    folder: ClassVar[str] = "updates"
    plural: ClassVar[str] = "Updates"

    on: Day
    type: UpdateKind = Field(alias="kind")
    affects: tuple[AnyRef, ...] = Field(min_length=1, description="kind:id of every record that changed.")
    summary: ProseText
    was: ProseText | None = None
    now: ProseText | None = None
    why: ProseText | None = None
    cites: Cites = ()

    @property
    def heading(self) -> str:
        return self.summary.plain

    @classmethod
    def address_of(cls, record_id: str) -> str:
        return f"updates/#{record_id}"

    @property
    def position(self) -> tuple[Any, ...]:
        return (-self.on.first.toordinal(),)
