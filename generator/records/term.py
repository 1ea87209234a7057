"""A term of the glossary."""

from typing import ClassVar

from pydantic import Field, model_validator

from generator.fields import Cites, ForeignName, ProseText, Text
from generator.records.base import Record, refuse_at


class Term(Record):
    kind: ClassVar[str] = "term"
    folder: ClassVar[str] = "terms"
    plural: ClassVar[str] = "Glossary"

    term: Text
    short: ProseText = Field(description="One sentence, at most 200 characters.")
    long: ProseText | None = None
    expansion: Text | None = Field(None, description="What an abbreviation stands for.")
    names: tuple[ForeignName, ...] = ()
    cites: Cites = ()

    @property
    def heading(self) -> str:
        return self.term

    @model_validator(mode="after")
    def _is_short(self) -> "Term":
        if len(self.short.plain) > 200:
            raise refuse_at(
                "short",
                "limit",
                f"this has {len(self.short.plain)} characters; 200 is the most",
                "move the rest to long:",
            )
        return self
