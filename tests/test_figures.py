"""Figures: one number leads, totals are sums, prose says what the ledger says, and no withdrawn number stands alone."""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import html5lib
import pytest
from conftest import STARTER, Project
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.build import build
from generator.inputs import Inputs, read

STARTED = read(STARTER)


def figure(*values: dict[str, Any], **more: Any) -> str:
    stated = {"stated_by": "The town", "stated_on": "2025-03-03", "cites": ["town-notice"]}
    record = {"label": "Crossings", "counts": "All of them.", "unit": "crossings a day", "section": "what-happened"}
    rows = "".join(f"- {json.dumps({**stated, **value})}\n" for value in values)
    return "".join(f"{key}: {json.dumps(value)}\n" for key, value in {**record, **more}.items()) + f"values:\n{rows}"


def found(project: Project, code: str) -> list[str]:
    """What is said with this code, each with its hint."""
    lines = project.run("check").output.splitlines()
    return [f"{line}\n{lines[n + 1]}" for n, line in enumerate(lines) if f"[{code}]" in line]


# -- what is shown first -------------------------------------------------------------------------------------------


def test_two_preferred_values_are_an_error(project: Project) -> None:
    values = {"value": 1, "preferred": "true"}, {"value": 2, "preferred": "true"}
    project.write("figures/crossings.yaml", figure(*values))
    assert "two values are preferred" in project.run("check").output


def test_a_figure_that_shows_its_preferred_value_has_one(project: Project) -> None:
    project.write("figures/crossings.yaml", figure({"value": 1}, show="preferred"))
    assert "no value is preferred" in project.run("check").output


def test_a_superseded_value_is_not_preferred(project: Project) -> None:
    values = {"value": 1, "status": "superseded", "preferred": "true"}, {"value": 2}
    project.write("figures/crossings.yaml", figure(*values))
    assert found(project, "figure-preferred") == [
        "content/figures/crossings.yaml:6:131: error[figure-preferred]: a superseded value is preferred\n"
        "  hint: prefer the value that replaced it, or correct its status:"
    ]


def test_a_figure_of_which_nothing_stands_is_told_and_shown_with_its_label(project: Project) -> None:
    project.write("figures/crossings.yaml", figure({"value": 7777, "status": "retracted"}))
    assert found(project, "figure-preferred") == [
        "content/figures/crossings.yaml:6:1: warning[figure-preferred]: no value of this figure stands\n"
        "  hint: add the one that replaced them, if there is one"
    ]
    assert project.run("build").exit_code == 0
    page = project.tree()["figures/crossings/index.html"].decode()
    told = re.findall(r'7,777</s>(?: crossings a day)? <b class="flag">withdrawn</b>', page)
    assert page.count("<s>7,777</s>") == len(told) > 0


@pytest.mark.parametrize(
    ("show", "leads", "claims"),
    [
        ("range", "About 5", "2 claims, from 3 to 5"),
        ("preferred", "By day: about 5", "2 claims, not all comparable"),
        ("all", "By day: about 5", "2 claims, not all comparable"),
    ],
)
def test_only_what_counts_the_same_makes_a_range(project: Project, show: str, leads: str, claims: str) -> None:
    by_day = {"value": 5, "approximate": "true", "preferred": "true", "series": "By day"}
    project.write("figures/crossings.yaml", figure(by_day, {"value": 3, "series": "By night"}, show=show))
    page = build(read(project.root)).files["figures/crossings/index.html"].decode()
    line = re.search(r'<p class="standfirst reading">(.*?)</p>', page, re.S)
    assert line
    words = re.sub(r"<sup.*?</sup>|<small.*?</small>|<[^>]*>", "", line[1]).replace("&nbsp;", " ")
    said = f"{leads} crossings a day (The town, 3 March 2025). {claims}."
    assert " ".join(words.split()).lower() == said.lower()


def test_of_what_was_stated_on_one_day_the_number_about_the_latest_leads(project: Project) -> None:
    of_may, of_march = {"value": 7, "as_of": "2025-05"}, {"value": 3, "as_of": "2025-03"}
    project.write("figures/crossings.yaml", figure(of_may, of_march, show="all"))
    page = build(read(project.root)).files["figures/crossings/index.html"].decode()
    assert '<p class="standfirst reading">7 crossings' in page


def test_a_chart_says_on_which_day_a_number_was_said_and_of_which_it_is(project: Project) -> None:
    values = {"value": 1, "as_of": "2025-02-01"}, {"value": 2}
    project.write("figures/crossings.yaml", figure(*values, chart="bars"))
    page = build(read(project.root)).files["figures/crossings/index.html"].decode()
    assert "1 (The town, 3 March 2025, for 1 February 2025); 2 (The town, 3 March 2025)" in page
    drawn = " ".join(re.findall(r"<text.*?</text>", page.replace("\xa0", " ")))
    assert "3 March 2025, for 1 February 2025" in re.sub(r"<[^>]*>", "", drawn)


def test_a_number_below_nought_has_its_minus_on_pages_and_a_hyphen_in_data(project: Project) -> None:
    project.write("figures/crossings.yaml", figure({"value": -4}, {"low": -1200, "high": -3}, chart="bars"))
    files = build(read(project.root)).files
    page = files["figures/crossings/index.html"].decode()
    assert '<td class="amount">−4</td>' in page and '<td class="amount">−1,200 to −3</td>' in page
    assert not re.search(r"[>\s]-\d", re.sub(r'="[^"]*"', "", page))
    assert (
        '"value": -4' in files["data/figures.json"].decode()
        and ",-1200," in files["data/figures/crossings.csv"].decode()
    )


def test_of_several_things_counted_none_opens_the_line_unless_it_is_preferred(project: Project) -> None:
    values = {"value": 5, "series": "By day"}, {"value": 3, "series": "By night"}
    project.write("figures/crossings.yaml", figure(*values, show="all"))
    page = build(read(project.root)).files["figures/crossings/index.html"].decode()
    assert re.search(r'<p class="standfirst reading">\s*2&nbsp;claims, not all comparable\s*\.</p>', page)


def test_a_number_and_its_unit_stand_together_before_the_word_for_its_status(project: Project) -> None:
    project.write("figures/crossings.yaml", figure({"value": 5, "status": "disputed"}))
    files = build(read(project.root)).files
    assert '5 crossings a day <b class="flag">disputed</b> (The town' in files["figures/crossings/index.html"].decode()
    assert '5 <small>crossings a day</small> <b class="flag">disputed</b>' in files["figures/index.html"].decode()


def test_a_number_leads_to_its_place_also_where_its_series_is_named_for_that(project: Project) -> None:
    link = '<a href="../../places/altdorf/">Altdorf</a>'
    said = {"Altdorf": f"{link}.", "Carts, Altdorf by day": f"Carts, {link} by day.", "Carts": f"Carts. {link}."}
    values = [{"value": 3, "series": series, "place": "altdorf"} for series in said]
    project.write("figures/crossings.yaml", figure(*values, {"value": 3, "place": "altdorf"}, show="all"))
    page = build(read(project.root)).files["figures/crossings/index.html"].decode()
    cells = re.findall(r'<td class="when">.*?</td><td>\s*(.*?)\s*<sup', page, re.S)
    assert cells == [*said.values(), f"{link}."]


@pytest.mark.parametrize(("chart", "drawn"), [("bars", False), ("steps", True)])
def test_the_page_with_everything_draws_what_the_ledger_does_not_say(project: Project, chart: str, drawn: bool) -> None:
    project.edit("sections/what-happened.yaml", "body: |\n", "body: |\n  ![](figure:counted)\n\n")
    project.write("figures/counted.yaml", figure({"value": 7777}, label="Counted", chart=chart))
    whole = build(read(project.root)).files["all/index.html"].decode()
    held = whole.split('id="figure-counted"')[1].split("</figure>")[0]
    assert ("<svg" in held, "7,777" in held) == (drawn, True)


def test_a_number_that_is_not_drawn_stands_in_the_ledger_alone(project: Project) -> None:
    kept = {"value": 5555, "drawn": "false"}
    project.write("figures/crossings.yaml", figure({"value": 7777}, kept, chart="steps"))
    page = build(read(project.root)).files["figures/crossings/index.html"].decode()
    chart, ledger = page.split('<div class="drawing chart">')[1].split('<table class="ledger">')
    assert "7,777" in chart and "5,555" not in chart and "5,555" in ledger
    project.write("figures/crossings.yaml", figure(kept, chart="steps"))
    assert b"<svg" not in build(read(project.root)).files["figures/crossings/index.html"]


# -- totals --------------------------------------------------------------------------------------------------------


def total(project: Project, whole: dict[str, Any], *parts: dict[str, Any]) -> list[str]:
    names = [f"part-{number}" for number in range(len(parts))]
    for name, part in zip(names, parts, strict=True):
        project.write(f"figures/{name}.yaml", figure(part))
    project.write("figures/crossings.yaml", figure(whole, total_of=names))
    return found(project, "figure-total")


def test_a_total_that_is_not_the_sum_of_its_parts_is_an_error(project: Project) -> None:
    assert total(project, {"value": 1200}, {"value": 700}, {"value": 400}) == [
        "content/figures/crossings.yaml:5:11: error[figure-total]: the total is 1,200, but its parts are "
        "700 + 400 = 1,100\n  hint: correct the number that is wrong, or total_of:"
    ]


@pytest.mark.parametrize(
    ("whole", "parts", "adds_up"),
    [
        ({"value": 1100}, [{"value": 700}, {"value": 400}], True),
        ({"value": "0.3"}, [{"value": "0.1"}, {"value": "0.2"}], True),
        ({"value": 1200}, [{"value": 700}, {"at_least": 400}], True),
        ({"value": 1000}, [{"value": 700}, {"at_least": 400}], False),
        ({"value": 1200}, [{"value": 700}, {"at_most": 400}], False),
        ({"value": 1100}, [{"low": 600, "high": 800}, {"value": 400}], True),
        ({"at_least": 1300}, [{"low": 600, "high": 800}, {"value": 400}], False),
        ({"value": 1200}, [{"value": 700, "approximate": "true"}, {"value": 400}], True),
        ({"value": 1200, "approximate": "true"}, [{"value": 700}, {"value": 400}], True),
    ],
)
def test_what_is_open_or_about_proves_only_what_it_can(
    project: Project, whole: dict[str, Any], parts: list[dict[str, Any]], adds_up: bool
) -> None:
    assert (total(project, whole, *parts) == []) is adds_up


@settings(max_examples=25)
@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=6), st.integers(-3, 3))
def test_a_total_is_an_error_exactly_when_it_is_not_the_sum(numbers: list[int], off: int) -> None:
    names = [f"part-{number}" for number in range(len(numbers))]
    written = {name: figure({"value": value}) for name, value in zip(names, numbers, strict=True)}
    written["crossings"] = figure({"value": sum(numbers) + off}, total_of=names)
    files = {f"content/figures/{name}.yaml": text.encode() for name, text in written.items()}
    made = build(Inputs({**STARTED.content, **files}, STARTED.templates))
    assert any(diagnostic.code == "figure-total" for diagnostic in made.diagnostics) is (off != 0)


# -- numbers in prose ----------------------------------------------------------------------------------------------

LEDGER = (
    {"value": 1200, "approximate": "true", "preferred": "true"},
    {"low": 900, "high": 950},
    {"at_least": 18},
    {"value": 164, "status": "retracted", "cites": ["valley-post"]},
)


def said(project: Project, sentence: str, code: str = "figure-contradicted") -> list[str]:
    project.write("figures/crossings.yaml", figure(*LEDGER))
    project.edit("sections/what-happened.yaml", "About 1,200 people", f"{sentence} About 1,200 people")
    return found(project, code)


@pytest.mark.parametrize(
    "sentence",
    [
        "The town counts [1,300 crossings](figure:crossings) a day.[@town-notice]",
        "The town counts 1,300 [crossings](figure:crossings) a day.[@town-notice]",
        "[The count](figure:crossings) is 1,300 crossings.[@town-notice]",
        "[The count](figure:crossings) rose to 1,300, in March.[@town-notice]",
        "It is [about 2,400 crossings](figure:crossings).[@town-notice]",
        "It is [between 900 and 980](figure:crossings).[@town-notice]",
        "It is [12,000](figure:crossings).[@town-notice]",
        "It is [1.2](figure:crossings).[@town-notice]",
        "Some counted [exactly 19 crossings](figure:crossings).[@town-notice]",
    ],
)
def test_a_number_that_contradicts_the_figure_it_names_is_an_error(project: Project, sentence: str) -> None:
    assert len(said(project, sentence)) == 1


def test_a_contradiction_is_told_at_its_number_with_the_ledger(project: Project) -> None:
    assert said(project, "The town counts [1,300 crossings](figure:crossings) a day.[@town-notice]") == [
        "content/sections/what-happened.yaml:9:20: error[figure-contradicted]: 1,300 is not in the ledger of the "
        "figure “crossings”, which has 1,200, 900–950, at least 18, 164\n"
        "  hint: write a number of the ledger, or add this one to it"
    ]


def test_a_ledger_is_told_as_the_page_shows_it(project: Project) -> None:
    project.write("figures/crossings.yaml", figure({"value": "1e3"}, {"low": "1e2", "high": 950}))
    project.edit("sections/what-happened.yaml", "About 1,200 people", "About 7 [crossings](figure:crossings)")
    assert "which has 1,000, 100–950\n" in found(project, "figure-contradicted")[0]


@pytest.mark.parametrize(
    "sentence",
    [
        "The town counts [1,200 crossings](figure:crossings) a day.[@town-notice]",
        "The town counts [1200 crossings](figure:crossings) a day.[@town-notice]",
        "It is [between 900 and 950](figure:crossings).[@town-notice]",
        "It is [about 1,000 crossings](figure:crossings).[@town-notice]",
        "[The count of 3 March 2025](figure:crossings) is the newest.[@town-notice]",
        "[The count](figure:crossings) was 12 days late.[@town-notice]",
        "[The count](figure:crossings) of 2025 has 5 rows.[@town-notice]",
        "[The count for 2025](figure:crossings) stands.[@town-notice]",
        "[All 4 values](figure:crossings) are in the ledger.[@town-notice]",
        "On page 2 is [the count](figure:crossings), on page 3 its method.[@town-notice]",
        "It came in 30 [days](figure:crossings).[@town-notice]",
        "Under article 4 [the count](figure:crossings) is public since 2001.[@town-notice]",
        "In 2021 there were 1,300 of another kind; see [the count](figure:crossings).[@town-notice]",
        "He spoke of “[1,300 crossings](figure:crossings)”.[@town-notice]",
        "[Bridge 7](figure:crossings) was counted at 16:30.[@town-notice]",
        "[The count](figure:crossings) rose to 1,200, a record.[@town-notice]",
    ],
)
def test_other_numbers_beside_a_figure_are_left_alone(project: Project, sentence: str) -> None:
    assert said(project, sentence) == []


@pytest.mark.parametrize(
    ("sentence", "warnings"),
    [
        ("There were 164 crossings.[@valley-post]", 1),
        ("There were 164 crossings.[@town-notice]", 0),  # another source’s number
        ("The count of 164 was withdrawn.[@valley-post]", 0),
        ("There were 164 crossings.[@valley-post] The paper called it an error.[@valley-post]", 0),
        ("There were 1,640 crossings.[@valley-post]", 0),
    ],
)
def test_a_withdrawn_number_in_prose_is_said_to_be(project: Project, sentence: str, warnings: int) -> None:
    assert len(said(project, sentence, "figure-unlabelled")) == warnings


def test_what_is_said_of_a_withdrawn_number(project: Project) -> None:
    assert said(project, "There were 164 crossings.[@valley-post]", "figure-unlabelled") == [
        "content/sections/what-happened.yaml:9:14: warning[figure-unlabelled]: 164 was withdrawn by those who gave it\n"
        "  hint: say so in the same sentence"
    ]


# -- in every output -----------------------------------------------------------------------------------------------

WITHDRAWN, REPLACED = 7_654_321, 6_543_217
LABELS = {WITHDRAWN: ("withdrawn", "retracted"), REPLACED: ("superseded",)}
FORMS = {form: number for number in LABELS for form in (str(number), f"{number:,}")}


@pytest.fixture(params=["steps", "bars", "none"])
def outputs(project: Project, request: pytest.FixtureRequest) -> dict[str, str]:
    """All text files of a site with a withdrawn and a superseded number, for each kind of chart."""
    values = (
        {"value": WITHDRAWN, "status": "retracted", "stated_on": "2025-03-01", "reason": "It was an error."},
        {"value": REPLACED, "status": "superseded", "stated_on": "2025-03-02"},
        {"value": 5_432_176, "preferred": "true"},
    )
    project.write("figures/crossings.yaml", figure(*values, chart=request.param, show="all"))
    for kind in ("range", "preferred"):
        project.write(f"figures/{kind}.yaml", figure(*values, chart=request.param, show=kind))
    embeds = "![](figure:crossings)\n\n  ![](figure:range)\n\n  ![](figure:preferred)"
    project.edit("sections/what-happened.yaml", "![](figure:crossings)", embeds)
    assert project.run("build", "--base-url", "https://example.org/").exit_code == 0
    binary = (".woff2", ".ico", ".png")
    return {path: data.decode() for path, data in project.tree().items() if not path.endswith(binary)}


def test_withdrawn_and_superseded_numbers_are_labelled_in_every_output(outputs: dict[str, str]) -> None:
    holding = {path: text for path, text in outputs.items() if any(form in text for form in FORMS)}
    unlabelled = [(path, around) for path, text in holding.items() for around in bare(path, text)]
    assert unlabelled == []
    assert {Path(path).suffix for path in holding} >= {".html", ".csv", ".json"}
    assert {"all/index.html", "figures/crossings/index.html", "data/figures/crossings.csv"} <= holding.keys()


def bare(path: str, text: str) -> list[str]:
    """The pieces of a file in which such a number stands without its label."""
    pieces = html_pieces(text) if path.endswith(".html") else data_pieces(path, text)
    return [
        piece for piece in pieces for form, number in FORMS.items() if form in piece and not labelled(piece, number)
    ]


def labelled(piece: str, number: int) -> bool:
    return any(label in piece.lower() for label in LABELS[number])


def html_pieces(page: str) -> list[str]:
    """The text of every smallest element that is a unit to a reader: a row, an item, a paragraph, a drawn word."""
    tree = html5lib.parse(page, treebuilder="etree", namespaceHTMLElements=False)
    units = {
        "tr",
        "li",
        "p",
        "figcaption",
        "h1",
        "h2",
        "h3",
        "title",
        "dd",
        "dt",
        "caption",
        "summary",
        "desc",
        "script",
    }
    parents = {child: parent for parent in tree.iter() for child in parent}
    pieces = []
    for element in tree.iter():
        own = [element.text or "", *(child.tail or "" for child in element), *element.attrib.values()]
        if not any(form in words for words in own for form in FORMS):
            continue
        unit = element
        while unit in parents and str(unit.tag).rpartition("}")[2] not in units:
            unit = parents[unit]
        if unit.tag == "script":
            pieces += data_pieces("x.json", "".join(unit.itertext()))
        else:
            pieces.append(" ".join([*"".join(unit.itertext()).split(), *element.attrib.values()]))
    return pieces


def data_pieces(path: str, text: str) -> list[str]:
    """Each row of a table, each object without objects in it, each line of anything else."""
    if path.endswith(".csv"):
        return [cell for row in csv.reader(io.StringIO(text)) for cell in (json_cells(row) or [",".join(row)])]
    if path.endswith((".json", ".jsonld")):
        return list(objects(json.loads(text)))
    return text.splitlines()


def json_cells(row: list[str]) -> list[str]:
    """A cell of a collection’s table can hold a whole ledger."""
    return [piece for cell in row if cell.startswith("[{") for piece in objects(json.loads(cell))]


def objects(data: Any) -> list[str]:
    if isinstance(data, list):
        return [piece for item in data for piece in objects(item)]
    if isinstance(data, dict):
        inner = [piece for value in data.values() if isinstance(value, list | dict) for piece in objects(value)]
        plain = {key: value for key, value in data.items() if not isinstance(value, list | dict)}
        return [*inner, json.dumps(plain, ensure_ascii=False)]
    return [str(data)]


def test_what_shows_a_value_shows_its_label() -> None:
    """Templates put a value into words only in macros that know its label."""
    templates = {name: data.decode() for name, data in STARTED.templates.items() if name.endswith(".html")}
    shown = 0
    for text in templates.values():
        for found in re.finditer(r"\{% macro (\w+).*?\{% endmacro %\}", text, re.S):
            used = len(re.findall(r"\| ?amount", found[0]))
            assert not used or "value.status|label('value')" in found[0]
            shown += used
    assert shown == sum(len(re.findall(r"\| ?amount", text)) for text in templates.values()) > 0
