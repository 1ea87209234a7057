"""Every kind of record an editor keeps, listed in `KINDS`. The field descriptions are the editor's manual.

A kind is one class here and one template, `templates/records/<kind>.html`; addresses, pages, exports, JSON Schema
and the checks of references follow from the class.
"""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from generator.fields import (
    ActorRef,
    AnyRef,
    Cites,
    DateText,
    Day,
    EventRef,
    FigureRef,
    Flag,
    Id,
    Language,
    LongText,
    Number,
    Part,
    PartyName,
    PlaceRef,
    ProseText,
    QuoteCiteItem,
    SectionRef,
    Sha256,
    SourceRef,
    Text,
    Url,
    When,
    Whole,
    one_of,
    refuse,
)
from generator.markdown import Citation, Embed, Prose, RecordLink
from generator.refs import Ref

# Folders and pages that sections must not shadow.
FIXED_NAMES = frozenset(
    """about actors all assets data disputes events feed figures index map places quotes robots search sections
    sitemap sources terms timeline updates 404""".split()
)

ANSWER_WORDS = 60
STANDFIRST_WORDS = 40


Status = Annotated[Literal["ready", "draft"], one_of("ready", "draft")]
Certainty = Annotated[
    Literal["confirmed", "reported", "disputed", "denied"], one_of("confirmed", "reported", "disputed", "denied")
]
Relation = Annotated[
    Literal["caused-by", "response-to", "part-of", "contradicts"],
    one_of("caused-by", "response-to", "part-of", "contradicts"),
]
SourceKind = Annotated[
    Literal[
        "agency", "newspaper", "broadcaster", "ngo", "official", "intergovernmental", "monitor", "reference", "other"
    ],
    one_of("agency", "newspaper", "broadcaster", "ngo", "official", "intergovernmental", "monitor", "reference", "other"),
]
Control = Annotated[
    Literal["state", "party", "independent", "intergovernmental", "unknown"],
    one_of("state", "party", "independent", "intergovernmental", "unknown"),
]
Seen = Annotated[Literal["whole", "opening", "excerpt"], one_of("whole", "opening", "excerpt")]
PassageVerdict = Annotated[
    Literal["supported", "altered", "contradicted", "garbled", "unclear"],
    one_of("supported", "altered", "contradicted", "garbled", "unclear"),
]
AuditVerdict = Annotated[
    Literal["verbatim", "altered", "paraphrase", "unattributed"],
    one_of("verbatim", "altered", "paraphrase", "unattributed"),
]
ActorKind = Annotated[Literal["person", "organisation"], one_of("person", "organisation")]
PlaceKind = Annotated[Literal["country", "region", "city", "site"], one_of("country", "region", "city", "site")]
ValueStatus = Annotated[
    Literal["current", "superseded", "retracted", "disputed"], one_of("current", "superseded", "retracted", "disputed")
]
Chart = Annotated[Literal["steps", "bars", "none"], one_of("steps", "bars", "none")]
Show = Annotated[Literal["preferred", "range", "all"], one_of("preferred", "range", "all")]
AssessmentState = Annotated[
    Literal["established", "likely", "unresolved", "unsupported"],
    one_of("established", "likely", "unresolved", "unsupported"),
]
UpdateKind = Annotated[
    Literal["correction", "clarification", "addition", "retraction"],
    one_of("correction", "clarification", "addition", "retraction"),
]


class Record(Part):
    """What every kind has. `heading` is how a page or a link names the record."""

    kind: ClassVar[str]
    folder: ClassVar[str]
    plural: ClassVar[str]

    id: Id
    status: Status = Field("ready", description="`ready`, or `draft`: shown in preview only.")
    aliases: tuple[Id, ...] = Field((), description="Ids this record had before; their addresses redirect here.")
    note: Text | None = Field(None, description="For editors; never published.")

    @property
    def ref(self) -> Ref:
        return Ref(self.kind, self.id)

    @property
    def heading(self) -> str:
        return self.id

    @property
    def address(self) -> str:
        """Where the record stands on the site, relative to its root."""
        return self.address_of(self.id)

    @classmethod
    def address_of(cls, record_id: str) -> str:
        return f"{cls.folder}/{record_id}/"

    @property
    def position(self) -> tuple[Any, ...]:
        """What records of this kind are sorted by; ids decide between equals."""
        return (self.heading.casefold(),)


Located = tuple[tuple[str | int, ...], Any]


def values(part: Part, path: tuple[str | int, ...] = ()) -> Iterator[Located]:
    """Every value of a record with where it stands, in the order of the fields; parts and lists are entered."""
    for name in type(part).model_fields:
        yield from _entered(getattr(part, name), (*path, name))


def _entered(value: Any, path: tuple[str | int, ...]) -> Iterator[Located]:
    if isinstance(value, Part):
        yield from values(value, path)
    elif type(value) is tuple:
        for index, item in enumerate(value):
            yield from _entered(item, (*path, index))
    elif value is not None:
        yield path, value


def citations(part: Part) -> Iterator[Citation]:
    """Every citation of a record, in the order of its fields: in its prose, and in its lists of sources."""
    for name in type(part).model_fields:
        yield from _citations(getattr(part, name))


def _citations(value: Any) -> Iterator[Citation]:
    if isinstance(value, Prose):
        yield from value.citations
    elif isinstance(value, Part):
        if hasattr(value, "citation"):
            yield value.citation
        else:
            yield from citations(value)
    elif type(value) is tuple:
        for item in value:
            yield from _citations(item)


def references(record: Record) -> Iterator[tuple[Ref, tuple[str | int, ...], int | None]]:
    """Every record this one names: `(ref, where, offset in the text or None)`."""
    for path, value in values(record):
        if isinstance(value, Ref):
            yield value, path, None
        elif isinstance(value, Prose):
            for segment in value.segments:
                if isinstance(segment, RecordLink | Embed):
                    yield segment.ref, path, segment.offset
            for citation in value.citations:
                yield citation.ref, path, citation.offset


# -- the site itself ----------------------------------------------------------------------------------------------


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


class Explainer(Record):
    kind: ClassVar[str] = "explainer"
    folder: ClassVar[str] = ""
    plural: ClassVar[str] = "The explainer"

    title: Text = Field(description="The headline of the site.")
    standfirst: ProseText = Field(description="What this is about and why it matters, in at most 40 words.")
    language: Language = Field(description="The language the site is written in, such as `en`.")
    timezone: Text = Field(description="The zone of events whose place names none, such as `Asia/Almaty`.")
    as_of: Day = Field(description="The day on which the content was last checked.")
    authors: tuple[Text, ...] = Field(min_length=1, description="Who answers for the content.")
    contact: Text = Field(description="How a reader reports a mistake.")
    sections: tuple[SectionRef, ...] = Field(min_length=1, description="Ids of the sections, in reading order.")
    key_points: tuple[KeyPoint, ...] = Field(min_length=3, max_length=6, description="What a hurried reader must know.")
    method: ProseText = Field(description="How this was made, and what was and was not checked.")
    base_url: Text | None = Field(None, description="The public address of the site, such as `https://example.org/january/`.")
    unknowns: tuple[Unknown, ...] = Field((), description="What is not known.")
    accent: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")] | None = Field(None, description="A colour, `#8f2436`.")
    licence: Text | None = Field(None, description="On what terms the content may be used.")
    keywords: tuple[Text, ...] = Field((), description="Words for search engines.")
    map: Map | None = Field(None, description="The map on the page of places.")

    @property
    def heading(self) -> str:
        return self.title

    @classmethod
    def address_of(cls, record_id: str) -> str:
        return ""

    @model_validator(mode="after")
    def _standfirst_is_short(self) -> "Explainer":
        if self.standfirst.words > STANDFIRST_WORDS:
            raise refuse_at("standfirst", "limit", _too_long(self.standfirst.words, STANDFIRST_WORDS), "shorten it")
        return self


def _too_long(words: int, most: int) -> str:
    return f"this has {words} words; {most} is the most"


def refuse_at(key: str, code: str, message: str, hint: str = "") -> Exception:
    """A refusal by a whole record that is about one of its keys."""
    from pydantic_core import PydanticCustomError

    return PydanticCustomError(code, "{message}", {"message": message, "hint": hint, "key": key})


# -- the kinds ----------------------------------------------------------------------------------------------------


class Section(Record):
    kind: ClassVar[str] = "section"
    folder: ClassVar[str] = "sections"
    plural: ClassVar[str] = "Sections"

    label: Text = Field(description="A word or two for the navigation.")
    question: Text = Field(description="The reader's question: the heading of the page.")
    answer: ProseText = Field(description="The answer in at most 60 words.")
    body: ProseText = Field(description="The whole answer, with sources.")
    stale_after: Whole | None = Field(None, description="Days after which `reviewed` is too long ago.")
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
            raise refuse_at("answer", "limit", _too_long(self.answer.words, ANSWER_WORDS), "shorten it")
        if self.id in FIXED_NAMES:
            raise refuse("path-collision", f"a section cannot be named “{self.id}”: the site has a page there", "rename the file")
        return self


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
    importance: Annotated[Whole, Field()] = Field(2, description="1 leads the timeline, 2 is normal, 3 is folded away.")
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
            raise refuse_at("importance", "choice", f"“{self.importance}” is not an importance", "Choose 1, 2, 3")
        if not self.cites and not any(self.text.citations):
            raise refuse_at("cites", "required", "this event names no source", "add cites: with a source's id, or [@source-id] in text")
        return self


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


class Archive(Part):
    service: Text
    url: Url
    captured: DateText


class ArchivedText(Part):
    file: Text = Field(description="A file in seeds/.")
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
    def heading(self) -> str:
        return self.title

    @property
    def position(self) -> tuple[Any, ...]:
        return (self.publisher.casefold(), self.title.casefold())

    @model_validator(mode="after")
    def _is_dated_and_found(self) -> "Source":
        if self.published is None and self.published_note is None:
            raise refuse_at("published", "required", "“published” is missing", "give published:, or published_note: if the date is not known")
        if self.url is None and self.text is None:
            raise refuse_at("url", "required", "“url” is missing", "give url:, or text: with an archived file")
        return self


class ForeignName(Part):
    language: Language
    text: Text


class Actor(Record):
    kind: ClassVar[str] = "actor"
    folder: ClassVar[str] = "actors"
    plural: ClassVar[str] = "Who’s who"

    name: Text
    type: ActorKind = Field(alias="kind", description="person or organisation.")
    role: Text = Field(description="At the time of the events.")
    summary: ProseText = Field(description="Who this is, in one to three sentences.")
    names: tuple[ForeignName, ...] = Field((), description="The name in its own language.")
    side: Text | None = None
    member_of: ActorRef | None = None
    cites: Cites = ()
    sort_name: Text | None = Field(None, description="What it is sorted by: `Tokayev, Kassym-Jomart`.")

    @property
    def heading(self) -> str:
        return self.name

    @property
    def position(self) -> tuple[Any, ...]:
        return ((self.sort_name or self.name).casefold(),)


class Point(Part):
    lat: Number = Field(description="Degrees north.")
    lon: Number = Field(description="Degrees east.")
    basis: Text | None = Field(None, description="Where the coordinates come from.")

    @model_validator(mode="after")
    def _is_on_earth(self) -> "Point":
        for key, value, most in (("lat", self.lat, 90), ("lon", self.lon, 180)):
            if not -most <= value <= most:
                raise refuse_at(key, "number", f"{value} is not between -{most} and {most}", "write degrees, such as 43.24")
        return self


class PlaceName(Part):
    name: Text
    language: Language | None = None
    since: DateText | None = Field(None, alias="from")
    until: DateText | None = None


class Place(Record):
    kind: ClassVar[str] = "place"
    folder: ClassVar[str] = "places"
    plural: ClassVar[str] = "Places"

    name: Text = Field(description="As it was called at the time.")
    type: PlaceKind = Field(alias="kind")
    timezone: Text = Field(description="IANA name: `Asia/Almaty`.")
    names: tuple[PlaceName, ...] = Field((), description="Names in other languages and at other times.")
    part_of: PlaceRef | None = None
    point: Point | None = None
    cites: Cites = ()

    @property
    def heading(self) -> str:
        return self.name


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
    place: PlaceRef | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> "Value":
        forms = [self.value is not None, self.at_least is not None or self.at_most is not None]
        forms.append(self.low is not None or self.high is not None)
        if sum(forms) != 1 or (self.low is None) != (self.high is None):
            raise refuse_at("value", "required", "this needs one number", "give value:, at_least:, at_most:, or low: and high:")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise refuse_at("low", "number", f"low {self.low} is above high {self.high}", "swap them")
        if self.preferred and self.status == "retracted":
            raise refuse_at("preferred", "choice", "a retracted value cannot be preferred", "delete the line")
        return self

    @property
    def bounds(self) -> tuple[Any, Any]:
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
    show: Show = "range"
    total_of: tuple[FigureRef, ...] = ()

    @property
    def heading(self) -> str:
        return self.label

    @model_validator(mode="after")
    def _prefers_one(self) -> "Figure":
        preferred = [number for number, value in enumerate(self.values) if value.preferred]
        if len(preferred) > 1:
            raise refuse_at("values", "choice", "two values are preferred", "keep `preferred: true` on one of them")
        if self.show == "preferred" and not preferred:
            raise refuse_at("show", "choice", "no value is preferred", "mark one with `preferred: true`, or choose range or all")
        return self


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
            raise refuse_at("short", "limit", f"this has {len(self.short.plain)} characters; 200 is the most", "move the rest to long:")
        return self


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


KINDS: tuple[type[Record], ...] = (
    Explainer,
    Section,
    Event,
    Quote,
    Source,
    Actor,
    Place,
    Figure,
    Dispute,
    Term,
    Update,
)
