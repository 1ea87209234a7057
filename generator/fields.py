"""What one field of a record can hold. Everything arrives as text; these types decide what it is.

A refusal is a `PydanticCustomError` whose type is the diagnostic's code: `mistakes` adds the place.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, WithJsonSchema
from pydantic_core import PydanticCustomError, core_schema

from generator import markdown
from generator.dates import Date, DateError, Moment
from generator.diagnostics import Path, clipped
from generator.numberhints import flag_hint
from generator.prose import Citation, Prose
from generator.refs import KIND_AND_ID, MAX_ID, Ref, id_problem, nearest
from generator.rules import RULES
from generator.urls import MAX_URL, url_problem

MAX_TEXT = 500

EMPTY = "this is empty"
PLACEHOLDER = "Write here"  # what `explainer new` writes where words are wanted

# Looks like nothing on a page: spaces of every kind, zero-width characters, soft hyphens.
_INVISIBLE = re.compile("[\\s\u00ad\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2060-\u2064\u2800\u3164\ufeff]*")
_WHOLE = re.compile(r"-?[0-9]{1,15}")
_DECIMAL = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,10})?(?:[eE][+-]?[0-9]{1,2})?")
_TOO_LONG = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|[0-9]{3}))?")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_SHA256 = re.compile(r"[0-9a-fA-F]{64}")


def refuse(code: str, message: str, hint: str = "") -> PydanticCustomError:
    """The error a field raises: `code` and `hint` reach the editor as they are."""
    return PydanticCustomError(code, "{message}", {"message": message, "hint": hint})


def _text(value: Any) -> str:
    if isinstance(value, str):
        if _INVISIBLE.fullmatch(value):
            raise refuse("required", EMPTY, "write a value, or delete the line")
        return value.strip()
    if isinstance(value, list):
        hint = "write the text after the colon, without “- ” or [ ], as in key: The text"
        raise refuse("type", "one text is wanted here, not a list", hint)
    hint = 'if it is a text that holds a colon, put it in quotes: "Bridge: the town decides"'
    raise refuse("type", "one text is wanted here, not key: value lines", hint)


def _text_of(most: int) -> Callable[[Any], str]:
    def validate(value: Any) -> str:
        text = _text(value)
        if len(text) > most:
            raise refuse("limit", f"this has {len(text):,} characters; {most:,} is the most", "shorten it")
        return text

    return validate


_short_text = _text_of(MAX_TEXT)


def _prose(value: Any) -> Prose:
    prose = markdown.read(_text(value))
    if prose.problems:
        raise PydanticCustomError("prose", "this text has mistakes", {"problems": prose.problems})
    return prose


def _whole(value: Any) -> int:
    text = _text(value)
    if not _WHOLE.fullmatch(text):
        if _TOO_LONG.fullmatch(text) and "." not in text:
            raise refuse("number", f"“{clipped(text)}” has more than 15 digits", "write a smaller number")
        raise refuse("number", f"“{clipped(text)}” is not a whole number", "write digits only, such as 2")
    return int(text)


def _decimal(value: Any) -> Decimal:
    text = _text(value)
    if not _DECIMAL.fullmatch(text):
        if _TOO_LONG.fullmatch(text):
            said = f"“{clipped(text)}” has too many digits: 15 before the point and 10 after it are the most"
            raise refuse("number", said, "round it, or count in a larger unit")
        raise refuse("number", f"“{clipped(text)}” is not a number")  # `mistakes` has the hint: it knows the field
    return Decimal(text)


def _yes_or_no(value: Any) -> bool:
    text = _text(value)
    if text not in ("true", "false"):
        raise refuse("bool", f"“{clipped(text)}” is neither true nor false", flag_hint(text))
    return text == "true"


def _date(value: Any) -> Date:
    try:
        return Date.parse(_text(value))
    except DateError as error:
        raise refuse(error.code, error.message, error.hint) from None


def _day(value: Any) -> Date:
    date = _date(value)
    if not (date.is_day and date.is_sure):
        raise refuse("date-invalid", f"“{date.text}” is not one known day", "write the whole date, such as 2022-01-05")
    return date


def _moment(value: Any) -> Moment:
    if isinstance(value, list):
        raise refuse("type", "one date is wanted here, not a list", "write 2022-01-05, or date: and time: below it")
    try:
        return Moment.parse(_text(value) if isinstance(value, str) else value)
    except DateError as error:
        context = {"message": error.message, "hint": error.hint, "key": error.key or ""}
        raise PydanticCustomError(error.code, "{message}", context) from None


def _url(value: Any) -> str:
    url = _text(value)
    if problem := url_problem(url):
        context = {"message": problem.message, "hint": problem.hint, "offset": problem.offset}
        raise PydanticCustomError(problem.code, "{message}", context)
    return url


def _pattern(pattern: re.Pattern[str], code: str, wanted: str, hint: str) -> Callable[[Any], str]:
    def validate(value: Any) -> str:
        text = _text(value)
        if not pattern.fullmatch(text):
            raise refuse(code, f"“{text[:80]}” is not {wanted}", hint)
        return text

    return validate


def _id(value: Any) -> str:
    text = _text(value)
    if problem := id_problem(text):
        raise refuse(*problem)
    return text


def _rule_id(value: Any) -> str:
    text = _text(value)
    if text not in RULES:
        meant = nearest(text, RULES)
        hint = f"did you mean {meant}?" if meant else f"the rules are {', '.join(RULES)}"
        raise refuse("rule-unknown", f"“{text[:80]}” is no rule that can be switched or waived", hint)
    return text


def checked_rules(value: Any) -> Any:
    """A mapping whose keys are rules; what its values can be is the field's matter."""
    if not isinstance(value, dict):
        raise refuse("type", "each rule is named with what becomes of it", "write url-http: off, or warning, or error")
    for name in value:
        try:
            _rule_id(name)
        except PydanticCustomError as error:
            raise PydanticCustomError(error.type, "{message}", {**(error.context or {}), "key": name}) from None
    return value


def _ref_to(kind: str) -> Callable[[Any], Ref]:
    def validate(value: Any) -> Ref:
        text = _text(value)
        found = KIND_AND_ID.fullmatch(text)
        if found and found[1] == kind:
            raise refuse("ref-form", f"here the {kind}'s id is enough", f"write {found[2]}")
        problem = id_problem(text)
        if problem is None:
            return Ref(kind, text)
        from generator import refhints  # for mistakes alone

        if hint := refhints.apart(kind, text):
            raise refuse("id-chars", f"“{text[:80]}” cannot be an id", hint)
        code, message, hint = problem
        raise refuse(code, message, refhints.id_in(kind, text) or hint)

    return validate


def _any_ref(value: Any) -> Ref:
    text = _text(value)
    found = KIND_AND_ID.fullmatch(text)
    if found is None:
        from generator.refhints import ref_in  # for mistakes alone

        hint = ref_in(text) or "write kind:id, such as event:curfew"
        raise refuse("ref-form", f"“{text[:80]}” does not say which record", hint)
    return Ref(found[1], _id(found[2]))


def _party(value: Any) -> "Party":
    text = _short_text(value)
    return Party(text, Ref("actor", text) if id_problem(text) is None else None)


@dataclass(frozen=True)
class ReadBy:
    """What reads a field. Unlike pydantic’s `PlainValidator` it prepares no writing: nothing here is written, and that
    would be a sixth of the time it takes to load the kinds.
    """

    function: Callable[[Any], Any]

    def __get_pydantic_core_schema__(self, _source: Any, _handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(self.function)


def _string(**more: Any) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", **more})


Text = Annotated[str, ReadBy(_short_text), _string(minLength=1, maxLength=MAX_TEXT)]
LongText = Annotated[str, ReadBy(_text_of(markdown.MAX_PROSE)), _string(minLength=1, maxLength=markdown.MAX_PROSE)]
ProseText = Annotated[Prose, ReadBy(_prose), _string(minLength=1, maxLength=markdown.MAX_PROSE)]
Whole = Annotated[int, ReadBy(_whole), WithJsonSchema({"type": "integer"})]
Number = Annotated[Decimal, ReadBy(_decimal), WithJsonSchema({"type": "number"})]
Flag = Annotated[bool, ReadBy(_yes_or_no), WithJsonSchema({"type": "boolean"})]
_YEAR = {"type": "integer", "minimum": 1, "maximum": 9999}  # what 2022 alone is to an editor that reads a schema
_DATE = {"anyOf": [{"type": "string", "examples": ["2022-01-05", "2022-01", "2022-01-05/2022-01-19"]}, _YEAR]}
DateText = Annotated[Date, ReadBy(_date), WithJsonSchema(_DATE)]
Day = Annotated[Date, ReadBy(_day), _string(format="date")]
When = Annotated[
    Moment,
    ReadBy(_moment),
    WithJsonSchema(
        {
            "anyOf": [
                *_DATE["anyOf"],
                {
                    "type": "object",
                    "properties": {
                        "date": _DATE,
                        "time": {"type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]$"},
                        "until": _DATE,
                        "zone": {"type": "string"},
                        "approximate": {"type": "boolean"},
                    },
                    "required": ["date"],
                    "additionalProperties": False,
                },
            ]
        }
    ),
]
Url = Annotated[str, ReadBy(_url), _string(format="uri", maxLength=MAX_URL)]
Id = Annotated[str, ReadBy(_id), _string(pattern="^[a-z0-9]+(-[a-z0-9]+)*$", maxLength=MAX_ID)]
RuleId = Annotated[str, ReadBy(_rule_id), WithJsonSchema({"type": "string", "enum": list(RULES)})]
Language = Annotated[
    str,
    ReadBy(_pattern(_LANGUAGE, "language", "a language code", "write en, ru, kk or the like (BCP 47)")),
    _string(examples=["en", "ru", "kk"]),
]
Colour = Annotated[
    str,
    ReadBy(_pattern(_COLOUR, "choice", "a colour", 'write # and six digits or letters a-f: "#8f2436"')),
    _string(pattern="^#[0-9a-fA-F]{6}$", examples=["#8f2436"]),
]
Sha256 = Annotated[
    str,
    ReadBy(_pattern(_SHA256, "hash", "a SHA-256", "write the 64 hexadecimal digits that sha256sum prints")),
    _string(pattern="^[0-9a-fA-F]{64}$"),
]
AnyRef = Annotated[Ref, ReadBy(_any_ref), _string(pattern="^[a-z]+:[a-z0-9-]+$", examples=["event:curfew"])]


ActorRef = Annotated[Ref, ReadBy(_ref_to("actor")), _string(description="The id of a record in actors/.")]
EventRef = Annotated[Ref, ReadBy(_ref_to("event")), _string(description="The id of a record in events/.")]
FigureRef = Annotated[Ref, ReadBy(_ref_to("figure")), _string(description="The id of a record in figures/.")]
PlaceRef = Annotated[Ref, ReadBy(_ref_to("place")), _string(description="The id of a record in places/.")]
SectionRef = Annotated[Ref, ReadBy(_ref_to("section")), _string(description="The id of a record in sections/.")]
SourceRef = Annotated[Ref, ReadBy(_ref_to("source")), _string(description="The id of a record in sources/.")]


class Part(BaseModel):
    """A piece of a record: a value that never changes, with no keys but its own."""

    # A validator is made when a record of its kind is first read: most builds read few.
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True)

    def __eq__(self, other: object) -> bool:
        """1200 and 1200.0 are one number, and two on a page."""
        return super().__eq__(other) is True and all(
            str(value) == str(getattr(other, name)) for name, value in self.__dict__.items() if type(value) is Decimal
        )

    def __reduce__(self) -> tuple[Any, ...]:
        """In a pickle it is what was written, without what was worked out of that."""
        return _unpickled, (type(self), written_in(self))


def each_value(part: Part, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """What stands in its fields, in their order, with where; the items of lists one by one, parts as they are."""
    for name in type(part).__pydantic_fields__:
        value = getattr(part, name)
        if type(value) is tuple:
            for number, item in enumerate(value):
                yield (*path, name, number), item
        elif value is not None:
            yield (*path, name), value


def written_in(part: Part) -> dict[str, Any]:
    """The values of its fields."""
    return {name: getattr(part, name) for name in type(part).__pydantic_fields__}


def fill(part: Part, values: dict[str, Any]) -> None:
    """Give an empty part these values, which were valid once: they are not looked at again."""
    part.__dict__.update(values)
    for name, value in (
        ("__pydantic_fields_set__", set(values)),
        ("__pydantic_extra__", None),
        ("__pydantic_private__", None),
    ):
        object.__setattr__(part, name, value)


def _unpickled(kind: type[Part], values: dict[str, Any]) -> Part:
    part = kind.__new__(kind)
    fill(part, values)
    return part


@dataclass(frozen=True, slots=True)
class Party:
    """Who holds or states something: the id of an actor, or a name where no record is kept."""

    text: str
    ref: Ref | None = None

    def __str__(self) -> str:
        return self.text


PartyName = Annotated[
    Party,
    ReadBy(_party),
    _string(maxLength=MAX_TEXT, description="An actor's id, or the name of someone without a record."),
]


class Cite(Part):
    """A source, and where in it."""

    source: SourceRef
    locator: Text | None = None

    @property
    def citation(self) -> Citation:
        return Citation(self.source.id, self.locator or "")


class QuoteCite(Cite):
    """Where the words stand: `prefix` and `suffix` choose one of several places."""

    prefix: Text | None = None
    suffix: Text | None = None


def _bare_id(value: Any) -> Any:
    return {"source": value} if isinstance(value, str) else value


CiteItem = Annotated[Cite, BeforeValidator(_bare_id, json_schema_input_type=SourceRef | Cite)]
QuoteCiteItem = Annotated[QuoteCite, BeforeValidator(_bare_id, json_schema_input_type=SourceRef | QuoteCite)]
Cites = tuple[CiteItem, ...]


class ForeignName(Part):
    language: Language
    text: Text
