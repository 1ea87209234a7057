"""A figure's numbers as a chart, at two widths, with the same in words."""

from dataclasses import dataclass
from datetime import date as Day
from functools import lru_cache

from generator.amounts import amount
from generator.barchart import bar_chart
from generator.drawing import Drawing
from generator.readings import Reading, in_words
from generator.records import Figure, Value
from generator.site import Site
from generator.stepchart import step_chart

# A drawing is shown at its narrow size where its place is narrow; drawings.css says where that ends.
NARROW, WIDE = 320.0, 576.0


@dataclass(frozen=True, slots=True)
class Chart:
    """`id` is unique on its page; `name` and `words` say what the drawings show."""

    id: str
    name: str
    words: str
    drawings: tuple[Drawing, ...]


def chart(figure: Figure, site: Site, chart_id: str) -> Chart | None:
    """The chart that the figure asks for, if it does."""
    readings = tuple(_reading(value, site) for value in figure.drawn)
    if not readings:
        return None
    kind = "A chart over time" if figure.chart == "steps" else "A bar chart"
    words = f"{kind}, in {figure.unit}. {'; '.join(map(in_words, readings))}."
    return Chart(chart_id, figure.label, words, _drawings(figure.chart, readings, figure.unit))


@lru_cache(maxsize=256)
def _drawings(kind: str, readings: tuple[Reading, ...], unit: str) -> tuple[Drawing, ...]:
    """Drawn once, though a figure stands on several pages."""
    draw = step_chart if kind == "steps" else bar_chart
    return tuple(draw(readings, unit, *size) for size in (("narrow", NARROW), ("wide", WIDE)))


def _reading(value: Value, site: Site) -> Reading:
    low, high = value.bounds
    when = value.as_of or value.stated_on
    first = when.last if when.first == Day.min else when.first
    last = first if when.last == Day.max else when.last
    who = site.records.get(value.stated_by.ref) if value.stated_by.ref else None
    return Reading(
        amount(value),
        low,
        high,
        who.heading if who else value.stated_by.text,
        f"{value.stated_on}, for {value.as_of}" if value.as_of else str(value.stated_on),
        first.toordinal(),
        last.toordinal(),
        value.status,
        value.series or "",
        value.preferred,
    )
