"""Charts as a reader sees them: names whole, dates unbroken, nothing drawn through words."""

from datetime import date
from decimal import Decimal

import pytest

from generator.barchart import bar_chart
from generator.drawing import Drawing
from generator.readings import Reading
from generator.stepchart import step_chart

SIZES = [("narrow", 320.0), ("wide", 576.0)]


def said(number: int, day: int, who: str, series: str = "", status: str = "current") -> Reading:
    at = date(2025, 3, day).toordinal()
    return Reading(str(number), Decimal(number), Decimal(number), who, f"{day} March 2025", at, at, status, series)


def lines_of(drawing: Drawing) -> list[str]:
    return [words.text for words in drawing.words]


@pytest.mark.parametrize(("size", "width"), SIZES)
def test_a_name_in_a_step_chart_is_whole_or_left_out(size: str, width: float) -> None:
    readings = [
        said(241, 1, "Ten non-governmental organisations", "Other counts", "disputed"),
        said(238, 2, "Prosecutor General’s Office of Kazakhstan"),
        said(230, 2, "Donaudampfschifffahrtsgesellschaftskapitänswitwenverein", "Independent lists"),
    ]
    drawn = lines_of(step_chart(readings, "people", size, width))
    assert not [line for line in drawn if "…" in line]
    assert "organisations" in " ".join(drawn)


def test_a_number_without_its_name_in_the_plot_is_named_below_it() -> None:
    crowd = [
        said(200 + number, 3, f"The Office of Counting, Branch {number}", f"Count {number}") for number in range(9)
    ]
    told = " ".join(lines_of(step_chart(crowd, "people", *SIZES[0])))
    assert [reading.who for reading in crowd if reading.who not in told] == []


@pytest.mark.parametrize(("size", "width"), SIZES)
def test_of_several_series_the_one_that_a_line_joins_is_named_too(size: str, width: float) -> None:
    out = [said(10, 1, "Port", "Exports"), said(90, 1, "Port", "Imports")]
    one = [said(80, 9, "Port", "Imports")]
    assert {"Imports: Port", "Exports: Port"} <= set(lines_of(step_chart([*out, *one], "boxes", size, width)))
    assert "Imports: Port" not in lines_of(step_chart([*out[1:], *one], "boxes", size, width))


@pytest.mark.parametrize(("size", "width"), SIZES)
def test_the_end_of_a_line_parts_no_date(size: str, width: float) -> None:
    names = [f"The Ministry of Everything{'!' * more}" for more in range(20)]
    readings = [said(12, 30, who, f"Count {number}") for number, who in enumerate(names)]
    told = [line for line in lines_of(bar_chart(readings, "people", size, width)) if "30" in line or "2025" in line]
    assert len(told) == 20 and all("30\u00a0March\u00a02025" in line for line in told)


@pytest.mark.parametrize(("size", "width"), SIZES)
def test_the_axis_of_a_bar_chart_runs_through_no_words(size: str, width: float) -> None:
    drawing = bar_chart([said(18, 6, "Interior Ministry"), said(225, 15, "Prosecutors")], "people", size, width)
    axis = [shape.box for shape in drawing.shapes if shape.css == "base"]
    assert axis and not any(words.box.touches(line) for words in drawing.words for line in axis)


@pytest.mark.parametrize(("size", "width"), SIZES)
def test_what_is_not_on_the_line_is_not_drawn_as_if_it_were(size: str, width: float) -> None:
    """The two of 9 March lie on the step of that day by chance."""
    country = [said(8, 5, "Ministry", "Country"), said(18, 9, "Ministry", "Country")]
    city = [said(12, 9, "Channel", "City"), said(13, 9, "Office", "City")]
    drawn = step_chart([*country, *city], "people", size, width)
    dots = [shape for shape in drawn.shapes if shape.css.startswith("dot")]
    assert ["a" in dot.d for dot in dots][:4] == [True, True, False, False]


@pytest.mark.parametrize(("size", "width"), SIZES)
def test_an_axis_that_does_not_begin_at_zero_says_so(size: str, width: float) -> None:
    counts = [said(225, 1, "Office"), said(238, 9, "Office")]
    assert "people; the axis begins at 225" in lines_of(step_chart(counts, "people", size, width))
    assert "people" in lines_of(step_chart([*counts, said(20, 3, "Office")], "people", size, width))
