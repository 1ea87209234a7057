"""A section: the reader’s question, its short answer, and the long one."""

from typing import ClassVar

from pydantic import Field, model_validator

from generator.fields import Day, ProseText, Text, Whole, refuse
from generator.records.base import Record, refuse_at, too_long

# What the site has at its root, or may come to have.
FIXED_NAMES = frozenset(
    "about actors all assets data disputes events feed figures index map places quotes robots search sections sitemap "
    "sources terms timeline updates 404".split()
)
ANSWER_WORDS = 60


class Section(Record):
    kind: ClassVar[str] = "section"
    folder: ClassVar[str] = "sections"
    plural: ClassVar[str] = "Sections"

    label: Text = Field(description="A word or two for the navigation.")
    question: Text = Field(description="The reader's question: the heading of the page.")
    answer: ProseText = Field(description="The answer in at most 60 words.")
    body: ProseText = Field(description="The whole answer, with sources.")
    stale_after: Whole | None = Field(
        None, description="Days after which `reviewed` is too long before `as_of`.", json_schema_extra={"minimum": 0}
    )
    reviewed: Day | None = Field(None, description="When somebody last read the section against its sources.")

    @property
    def heading(self) -> str:
        return self.question

    @classmethod
    def address_of(cls, record_id: str) -> str:
        return f"{record_id}/"

    @model_validator(mode="after")
    def _fits(self) -> "Section":
        if self.answer.words > ANSWER_WORDS:
            raise refuse_at("answer", "limit", too_long(self.answer.words, ANSWER_WORDS), "shorten it")
        if self.stale_after is not None and self.stale_after < 0:
            raise refuse_at(
                "stale_after", "number", f"{self.stale_after} is less than no day", "write days, such as 90"
            )
        if self.id in FIXED_NAMES:
            raise refuse("path-collision", _taken(self.id), "rename the file")
        for alias in self.aliases:
            if alias in FIXED_NAMES:
                raise refuse_at("aliases", "path-collision", _taken(alias), "take it out")
        return self


def _taken(name: str) -> str:
    return f"a section cannot be named “{name}”: the site has a page there"
