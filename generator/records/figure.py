"""A figure: a ledger of what was said by whom and when, from which nothing is deleted."""

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from generator.fields import (
    Cites,
    DateText,
    FigureRef,
    Flag,
    Number,
    Part,
    PartyName,
    PlaceRef,
    ProseText,
    SectionRef,
    Text,
)
from generator.records.base import Record, refuse_at

ValueStatus = Literal["current", "superseded", "retracted", "disputed"]
Chart = Literal["steps", "bars", "none"]
Show = Literal["preferred", "range", "all"]


class Value(Part):
    value: Number | None = Field(None, description="The number, or one of the four fields below.")
    at_least: Number | None = None
    at_most: Number | None = None
    low: Number | None = None
    high: Number | None = None
    stated_by: PartyName = Field(description="Who said it: an actor's id, or a name.")
    stated_on: DateText
    cites: Cites = Field(min_length=1)
    as_of: DateText | None = Field(None, description="The day the number is about, if not `stated_on`.")
    approximate: Flag = False
    status: ValueStatus = "current"
    preferred: Flag = Field(False, description="true for the one number to show first.")
    reason: ProseText | None = Field(None, description="Why it was replaced, withdrawn or preferred.")
    series: Text | None = Field(None, description="Which line or row of a chart it belongs to.")
    drawn: Flag = Field(
        True,
        description="false for a number that measures something else than the others, and would mislead beside them in "
        "the chart; the ledger has it.",
    )
    place: PlaceRef | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> "Value":
        forms = [self.value is not None, self.at_least is not None or self.at_most is not None]
        forms.append(self.low is not None or self.high is not None)
        if sum(forms) != 1 or (self.low is None) != (self.high is None):
            raise refuse_at(
                "value",
                "required",
                "this needs one number",
                "give value:, at_least:, at_most:, or low: and high:",
            )
        if self.low is not None and self.high is not None and self.low > self.high:
            raise refuse_at("low", "number", f"low {self.low} is above high {self.high}", "swap them")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            said = f"at_least {self.at_least} is above at_most {self.at_most}"
            raise refuse_at("at_least", "number", said, "swap them")
        if self.preferred and self.status == "retracted":
            raise refuse_at("preferred", "choice", "a retracted value cannot be preferred", "delete the line")
        return self

    @property
    def bounds(self) -> tuple[Decimal | None, Decimal | None]:
        """The least and the most it can be; None where it is open."""
        if self.value is not None:
            return self.value, self.value
        return (self.low, self.high) if self.low is not None else (self.at_least, self.at_most)


class Figure(Record):
    kind: ClassVar[str] = "figure"
    folder: ClassVar[str] = "figures"
    plural: ClassVar[str] = "Figures"

    label: Text = Field(description="What is counted, as a heading.")
    counts: ProseText = Field(description="What is in the number, and what is out.")
    unit: Text = Field(description="people, tenge per litre, …")
    values: tuple[Value, ...] = Field(min_length=1, description="The ledger: nothing is deleted from it.")
    chart: Chart = "none"
    section: SectionRef | None = None
    show: Show = Field(
        "range",
        description="`preferred`: that number leads. `range`: all claims count the same, and what lies between the "
        "least and the most of them is told. `all`: each stands for itself, and none for the figure.",
    )
    total_of: tuple[FigureRef, ...] = ()

    @property
    def heading(self) -> str:
        return self.label

    @property
    def drawn(self) -> tuple[Value, ...]:
        """What the chart shows, if there is one."""
        return tuple(value for value in self.values if value.drawn) if self.chart != "none" else ()

    @model_validator(mode="after")
    def _prefers_one(self) -> "Figure":
        preferred = [number for number, value in enumerate(self.values) if value.preferred]
        if len(preferred) > 1:
            where = "values", preferred[1], "preferred"
            raise refuse_at(where, "choice", "two values are preferred", "keep `preferred: true` on one of them")
        if self.show == "preferred" and not preferred:
            raise refuse_at(
                "show",
                "choice",
                "no value is preferred",
                "mark one with `preferred: true`, or choose range or all",
            )
        return self
