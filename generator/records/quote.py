"""A quotation: the exact words, who said them when, and where they stand."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from generator.fields import (
    ActorRef,
    Cites,
    EventRef,
    Language,
    LongText,
    Part,
    ProseText,
    QuoteCiteItem,
    SectionRef,
    Text,
    When,
)
from generator.records.base import Record

AuditVerdict = Literal["verbatim", "altered", "paraphrase", "unattributed"]


class Original(Part):
    language: Language
    text: LongText


class Variant(Part):
    text: LongText = Field(description="The other wording.")
    cite: QuoteCiteItem
    note: ProseText | None = Field(None, description="What differs, for the reader.")


class Audit(Part):
    verdict: AuditVerdict = Field(description="What became of the words between speaker and page.")
    finding: ProseText = Field(description="What was found, in a sentence or two.")
    cites: Cites = ()


class Quote(Record):
    kind: ClassVar[str] = "quote"
    folder: ClassVar[str] = "quotes"
    plural: ClassVar[str] = "Quotations"

    text: LongText = Field(description="The exact words, without quotation marks around them.")
    speaker: ActorRef = Field(description="Who said it, or is said to have.")
    said: When = Field(description="When.")
    cite: QuoteCiteItem = Field(description="Where the words stand: source, locator.")
    context: ProseText = Field(description="What it answers.")
    section: SectionRef | None = None
    event: EventRef | None = None
    language: Language | None = Field(None, description="The language of `text`, if not the site's.")
    original: Original | None = Field(None, description="The words as spoken, when `text` is a translation.")
    translator: Text | None = Field(None, description="Who translated.")
    variants: tuple[Variant, ...] = Field((), description="Other wordings of the same sentence.")
    audit: Audit | None = Field(None, description="For quotations that were examined.")

    @property
    def heading(self) -> str:
        words = self.text.split()
        # Enough to know it by, wherever it is listed or linked.
        return f"“{' '.join(words[:12])}…”" if len(words) > 12 else f"“{' '.join(words)}”"

    @property
    def position(self) -> tuple[Any, ...]:
        return self.said.sort_key
