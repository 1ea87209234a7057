"""What a page shows first, chosen from the records by stated rules, so that no template has to choose."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date as Day
from decimal import Decimal
from typing import Any, get_args

from generator.records import Figure, Record, Section, Value
from generator.records.figure import ValueStatus
from generator.refs import Ref
from generator.site import Site

_MOST_NUMBERS = 6
# The front page shows beside each question another kind of evidence than beside the one before.
_EXHIBITS = ("figure", "quote", "dispute")


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """How a figure's ledger reads in one line: the number to show, and between which the claims lie.

    Where not all count the same (`is_mixed`) there is no such range, and `measure` says what the number counts.
    """

    value: Value
    measure: str
    is_mixed: bool
    least: Decimal
    most: Decimal
    count: int
    superseded: int
    withdrawn: int

    @property
    def leads(self) -> bool:
        """Whether the number may open the line: of several that count different things only a preferred one may."""
        return self.value.preferred or not self.is_mixed

    @property
    def is_range(self) -> bool:
        return self.least != self.most and not self.is_mixed


def leading_value(figure: Figure) -> Value:
    """The preferred value, else the newest that stands, else the newest not withdrawn, else the last one written.

    Of those stated on one day it is the one about the latest.
    """
    standing = [value for value in figure.values if value.status == "current"]
    standing = standing or [value for value in figure.values if value.status != "retracted"]
    preferred = [value for value in figure.values if value.preferred]
    return (preferred or sorted(standing, key=_age)[-1:] or list(figure.values))[-1]


def _age(value: Value) -> tuple[Day, Day]:
    return value.stated_on.first, (value.as_of or value.stated_on).first


def reading(figure: Figure) -> LedgerLine:
    """Withdrawn and superseded values do not count for the range: they are no claims any more."""
    of = {status: [value for value in figure.values if value.status == status] for status in get_args(ValueStatus)}
    claims = of["current"] + of["disputed"]
    bounds = [bound for value in claims for bound in value.bounds if bound is not None]
    least, most = min(bounds, default=Decimal()), max(bounds, default=Decimal())
    leading, is_one = leading_value(figure), figure.show == "range"
    measure = "" if is_one else leading.series or ""
    is_mixed = not is_one and len({value.series for value in claims}) > 1
    gone = len(of["superseded"]), len(of["retracted"])
    return LedgerLine(leading, measure, is_mixed, least, most, len(claims), *gone)


def numbers_that_matter(site: Site) -> tuple[Figure, ...]:
    """Figures with a preferred value that stands for them: first what key points lead to, then what most refer to."""
    leading = {point.see for point in site.explainer.key_points}
    figures = [figure for figure in site.of_kind("figure") if isinstance(figure, Figure)]
    preferring = [figure for figure in figures if _stands_for_all(figure)]
    preferring = preferring or [figure for figure in figures if figure.show == "range"]
    ranked = sorted(preferring, key=lambda one: (one.ref not in leading, -len(site.backlinks.get(one.ref, ()))))
    return tuple(ranked[:_MOST_NUMBERS])


def _stands_for_all(figure: Figure) -> bool:
    return figure.show != "all" and any(value.preferred for value in figure.values)


def exhibits(site: Site) -> dict[Ref, Record | None]:
    """For each section one record placed in its text, of a kind that differs from its neighbours' where it can."""
    chosen: dict[Ref, Record | None] = {}
    for number, ref in enumerate(site.explainer.sections):
        section = site.records[ref]
        placed = list(_placed(site, section)) if isinstance(section, Section) else []
        wanted = _EXHIBITS[number % len(_EXHIBITS) :] + _EXHIBITS[: number % len(_EXHIBITS)]
        chosen[ref] = next((record for kind in wanted for record in placed if record.kind == kind), None)
    return chosen


def _placed(site: Site, section: Section) -> Iterator[Record]:
    for embed in section.body.embeds:
        record = site.records[embed.ref]
        if not isinstance(record, Figure) or _stands_for_all(record):
            yield record
    yield from (site.records[embed.ref] for embed in section.body.embeds)


def grouped(records: Sequence[Record], field: str) -> dict[str, tuple[Record, ...]]:
    """Records under the value of a field, in the order in which its class lists the values; those without come last."""
    choices = _choices(type(records[0]).__pydantic_fields__[field].annotation) if records else ()
    found: dict[str, list[Record]] = {choice: [] for choice in (*choices, "")}
    for record in records:
        found[getattr(record, field) or ""].append(record)
    return {choice: tuple(members) for choice, members in found.items() if members}


def _choices(annotation: Any) -> tuple[str, ...]:
    """The strings that a `Literal`, perhaps with None beside it, lists."""
    return tuple(part for item in get_args(annotation) for part in (get_args(item) or [item]) if isinstance(part, str))
