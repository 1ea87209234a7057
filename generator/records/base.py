"""What every kind of record has, and the ways through one: its values, citations and references."""

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NoReturn, Self

from pydantic import Field
from pydantic_core import PydanticCustomError

from generator.diagnostics import Path
from generator.fields import Cite, Id, Part, RuleId, Text, each_value
from generator.prose import Citation, Cited, Embed, Prose, RecordLink
from generator.refs import Ref

UNOPENED = "unopened"  # under this name a record that still lies in a file has what reads it (`kept`)

Status = Literal["ready", "draft"]
Located = tuple[Path, Any]
Reference = tuple[Ref, Path, int | None]


class Waiver(Part):
    rule: RuleId = Field(description="The id of a rule, such as `url-http`: it does not speak of this record.")
    why: Text = Field(description="Why it may stand, for the reader: it is published.")


class Record(Part):
    """What every kind has. `heading` is how a page or a link names the record."""

    kind: ClassVar[str]
    folder: ClassVar[str]
    plural: ClassVar[str]

    id: Id
    status: Status = Field("ready", description="`ready`, or `draft`: shown in preview only.")
    aliases: tuple[Id, ...] = Field((), description="Ids this record had before; their addresses redirect here.")
    note: Text | None = Field(None, description="For editors; never published.")
    waive: tuple[Waiver, ...] = Field((), description="Rules that do not hold for this record, and why.")

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Asked only for what is not there: in a record that has yet to be opened, all but its name."""
            unopened = self.__dict__.pop(UNOPENED, None)
            if unopened is None:
                return super().__getattr__(name)
            unopened()
            return getattr(self, name)

    def opened(self) -> Self:
        """The record itself, for what takes its values past `__getattr__`."""
        _ = self.status
        return self

    def __eq__(self, other: object) -> bool:
        return super(Record, self.opened()).__eq__(other.opened() if isinstance(other, Record) else other)

    def __hash__(self) -> int:
        """By its name, which never changes, and which a record that has yet to be opened has too."""
        return hash(self.ref)

    def __copy__(self) -> Self:
        """Without what was made of the values, some of which may become others."""
        copy = super(Record, self.opened()).__copy__()
        for made in self.__dict__.keys() - type(self).__pydantic_fields__.keys():
            del copy.__dict__[made]
        return copy

    @cached_property
    def ref(self) -> Ref:
        return Ref(self.kind, self.id)

    @cached_property
    def leaves(self) -> tuple[Located, ...]:
        """Every value with where it stands, in the order of the fields; parts and lists are entered."""
        return tuple(_leaves(self, ()))

    @cached_property
    def references(self) -> tuple[Reference, ...]:
        """Every record this one names: `(ref, where, offset in the text or None)`, in the order of its fields."""
        return tuple(_references(self))

    @cached_property
    def statements(self) -> tuple[tuple[Citation, ...], ...]:
        """The citations of every statement, in order.

        A statement is what ends in a mark in prose (marks side by side are one), and each part with a list of
        sources (an event, a value, a position …), unless the part's own text cites them all.
        """
        return tuple(_statements(self))

    def __html__(self) -> str:
        raise TypeError("a template can show what a record says, not the record itself: name one of its fields")

    __str__ = __html__

    def __iter__(self) -> NoReturn:  # else a template could read it without a notice
        raise TypeError("a record is no list of its fields: name those to be shown")

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


def _leaves(part: Part, path: Path) -> Iterator[Located]:
    for where, value in each_value(part, path):
        if isinstance(value, Part):
            yield from _leaves(value, where)
        else:
            yield where, value


def citations(part: Part) -> Iterator[Citation]:
    """Every citation of a record, in the order of its fields: in its prose, and in its lists of sources."""
    for _, value in each_value(part):
        if isinstance(value, Prose):
            yield from value.citations
        elif isinstance(value, Cite):
            yield value.citation
        elif isinstance(value, Part):
            yield from citations(value)


def _statements(part: Part) -> Iterator[tuple[Citation, ...]]:
    marked, listed = set[Ref](), list[Citation]()
    for _, value in each_value(part):
        if isinstance(value, Prose):
            found = list(_marked(value))
            marked |= {citation.ref for group in found for citation in group}
            yield from found
        elif isinstance(value, Cite):
            listed.append(value.citation)
        elif isinstance(value, Part):
            yield from _statements(value)
    if any(citation.ref not in marked for citation in listed):
        yield tuple(listed)


def _marked(prose: Prose) -> Iterator[tuple[Citation, ...]]:
    group: tuple[Citation, ...] = ()
    for segment in prose.segments:
        if isinstance(segment, Cited):
            group += segment.citations
        elif group:
            yield group
            group = ()
    if group:
        yield group


def _references(record: Record) -> Iterator[Reference]:
    for path, value in record.leaves:
        if isinstance(value, Ref):
            yield value, path, None
        elif isinstance(value, Prose):
            for segment in value.segments:
                if isinstance(segment, RecordLink | Embed):
                    yield segment.ref, path, segment.offset
            for citation in value.citations:
                yield citation.ref, path, citation.offset


def refuse_at(key: str | Path, code: str, message: str, hint: str = "") -> PydanticCustomError:
    """A refusal by a whole record that is about one of its keys, or a place further down."""
    return PydanticCustomError(code, "{message}", {"message": message, "hint": hint, "key": key})


def too_long(words: int, most: int) -> str:
    return f"this has {words} words; {most} is the most"
