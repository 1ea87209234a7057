"""What a site states, one line a statement, so that what was published can be kept and compared.

A statement is a sentence of a text, or all other facts of a record or of a part of it: a row of a ledger, a position.
How it is typeset is folded away; how the pages show it is left out.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from generator.dates import Date, Moment
from generator.diagnostics import Path
from generator.fields import Cite, Part, Party, each_value
from generator.folding import fold
from generator.prose import Prose
from generator.records import Record
from generator.refs import KIND_AND_ID, Ref
from generator.sentences import sentences
from generator.site import Site

LOCK = "content/release.lock"
_HEAD = "# What was published last. `explainer release` writes this file; what changes after it is told in updates/.\n"

# What every record has, and what decides how pages show one or says when it was looked at: no facts of the story.
_OF_RECORDS = frozenset("id status aliases note waive".split())
_UNSAID = frozenset(
    "importance order chart drawn show section sections see sort_name accent rules words keywords stale_after "
    "reviewed checked accessed as_of map base_url file sha256".split()
)

_SCHEME = re.compile(r"^https?://")


@dataclass(frozen=True, slots=True, order=True)
class Statement:
    """`field` says where in the record it stands, with a colon after it for facts; `sources` are ids, sorted."""

    ref: Ref
    field: str
    text: str
    sources: tuple[str, ...] = ()

    @property
    def is_facts(self) -> bool:
        return self.field.endswith(":")


@dataclass(frozen=True, slots=True)
class Released:
    """What was published, as of a day: every record with its address, and every statement, sorted."""

    as_of: str
    addresses: tuple[tuple[Ref, str], ...]
    statements: tuple[Statement, ...]

    @classmethod
    def of(cls, site: Site) -> "Released":
        """What the site would publish now."""
        addresses = sorted((record.ref, record.address) for record in site.records.values())
        said = sorted(statement for record in site.records.values() for statement in statements(record))
        return cls(site.explainer.as_of.text, tuple(addresses), tuple(said))

    @classmethod
    def read(cls, text: str) -> "Released":
        """Raises `ValueError` for what `written` did not write."""
        as_of, addresses, said = "", list[tuple[Ref, str]](), list[Statement]()
        for line in filter(None, text.split("\n")):
            if line.startswith("#"):
                continue
            match line.split("\t"):
                case ["as_of", day]:
                    as_of = Date.parse(day).text
                case [name, address]:
                    addresses.append((_ref(name), address))
                case [name, field, words, sources]:
                    said.append(Statement(_ref(name), field, words, tuple(sources.split())))
                case _:
                    raise ValueError(line)
        return cls(as_of, tuple(addresses), tuple(said))

    def written(self) -> str:
        """A line for each; tabs part its fields, as no text can hold one."""
        lines = [f"as_of\t{self.as_of}", *(f"{ref}\t{address}" for ref, address in self.addresses)]
        lines += [f"{said.ref}\t{said.field}\t{said.text}\t{' '.join(said.sources)}" for said in self.statements]
        return _HEAD + "\n".join(lines) + "\n"


def _ref(name: str) -> Ref:
    found = KIND_AND_ID.fullmatch(name)
    if not found:
        raise ValueError(name)
    return Ref(found[1], found[2])


def statements(record: Record) -> Iterator[Statement]:
    """All that a record states, in the order of its fields."""
    return (statement for statement, _, _ in located(record))


def located(record: Record) -> Iterator[tuple[Statement, Path, int]]:
    """All that a record states, with where it is written."""
    return _of_part(record.ref, record, ())


def _of_part(ref: Ref, part: Part, path: Path) -> Iterator[tuple[Statement, Path, int]]:
    facts, sources = list[str](), list[str]()
    unsaid = _UNSAID | _OF_RECORDS if isinstance(part, Record) else _UNSAID
    for where, value in each_value(part, path):
        name = str(where[len(path)])
        if name in unsaid:
            continue
        if isinstance(value, Prose):
            yield from _of_prose(ref, value, where)
        elif isinstance(value, Cite):
            sources.append(value.citation.source)
        elif isinstance(value, Part):
            yield from _of_part(ref, value, where)
        elif value is not False:
            facts.append(name if value is True else f"{name} {_words(value)}")
    if facts or sources:
        yield Statement(ref, f"{_field(path)}:", "; ".join(facts), _sorted(sources)), path, 0


def _of_prose(ref: Ref, prose: Prose, path: Path) -> Iterator[tuple[Statement, Path, int]]:
    for sentence in sentences(prose.text):
        text = fold(sentence.text).text.strip()
        if text or sentence.citations:
            sources = _sorted(citation.source for citation in sentence.citations)
            yield Statement(ref, _field(path), text, sources), path, sentence.offset(0) if sentence.marks else 0


def _field(path: Path) -> str:
    return ".".join(name for name in path if isinstance(name, str))


def _words(value: Any) -> str:
    match value:
        case Date():
            return value.text
        case Moment():
            parts = (value.date.text, value.time and f"{value.time:%H:%M}", value.until, value.zone)
            return " ".join(str(part) for part in (*parts, "about" if value.about else "") if part)
        case Party():
            return value.text
    # Whether an address is encrypted says nothing about what stands there.
    return _SCHEME.sub("", fold(str(value)).text.strip())


def _sorted(sources: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(sources)))
