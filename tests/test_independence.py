"""What rests on how many sources: copies count once, leading statements say “one source”, withdrawal is noticed."""

import re
from collections.abc import Iterable

import pytest
from conftest import STARTER, Project
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.build import Build, build
from generator.independence import Support, origin, support
from generator.inputs import Inputs, read
from generator.records import Source
from generator.refs import Ref

STARTED = read(STARTER)
COPY = (
    "title: A copy\npublisher: {publisher}\nkind: {kind}\nlanguage: en\npublished: 2025-03-05\n"
    "url: https://example.org/{publisher}\nseen: whole\n"
)


def copy(publisher: str, kind: str = "newspaper", of: str = "") -> str:
    made = COPY.format(publisher=publisher, kind=kind)
    return f"{made}derived_from: {of}\n" if of else made


def warned(project: Project) -> list[str]:
    return [line for line in project.run("check").output.splitlines() if "single-source" in line]


# -- copies --------------------------------------------------------------------------------------------------------


def with_sources(derived: Iterable[tuple[str, str]]) -> Build:
    """The starter with these sources, each with the one it repeats."""
    files = {f"content/sources/{name}.yaml": copy(name, of=of).encode() for name, of in derived}
    return build(Inputs({**STARTED.content, **files}, STARTED.templates))


@settings(max_examples=30)
@given(st.lists(st.integers(0, 6), min_size=1, max_size=12))
def test_copies_of_copies_lead_to_one_origin(parents: list[int]) -> None:
    # Each source repeats an earlier one or none, so that there is no cycle.
    above = {number: parent for number, parent in enumerate(parents) if parent < number}
    names = [(f"s{number}", f"s{above[number]}" if number in above else "") for number in range(len(parents))]
    site = with_sources(names).site
    assert site
    for number in range(len(parents)):
        first = number
        while first in above:
            first = above[first]
        assert origin(site, Ref("source", f"s{number}")) == Ref("source", f"s{first}")


@pytest.mark.parametrize("length", [2, 3, 7])
def test_sources_that_repeat_each_other_in_a_circle_are_an_error(length: int) -> None:
    made = with_sources((f"s{number}", f"s{(number + 1) % length}") for number in range(length))
    assert [diagnostic.code for diagnostic in made.diagnostics if diagnostic.is_error] == ["ref-cycle"]


def test_a_source_does_not_repeat_itself() -> None:
    made = with_sources([("s0", "s0")])
    assert [diagnostic.code for diagnostic in made.diagnostics if diagnostic.is_error] == ["ref-self"]


# -- one source ----------------------------------------------------------------------------------------------------


def test_two_newspapers_are_enough_and_a_primary_source_alone_is(project: Project) -> None:
    project.write("sources/courier.yaml", copy("Courier"))
    project.edit("events/bridge-closed.yaml", "[@town-notice]", "[@valley-post; @courier]")
    assert warned(project) == []  # the other leading statements cite the town’s own notice


def test_a_leading_event_on_one_newspaper_says_so(project: Project) -> None:
    project.edit("events/bridge-closed.yaml", "[@town-notice]", "[@valley-post]")
    assert warned(project) == [
        "content/events/bridge-closed.yaml:7:13: warning[single-source]: this event of importance 1 rests on one source"
    ]
    assert project.run("build").exit_code == 0
    for page in ("events/bridge-closed", "timeline"):
        assert "one source" in (project.root / f"site/{page}/index.html").read_text(encoding="utf-8")
    assert "one source" not in (project.root / "site/actors/mayor/index.html").read_text(encoding="utf-8")


def test_a_newspaper_and_its_copy_are_one_source(project: Project) -> None:
    project.write("sources/mirror.yaml", copy("Mirror", of="valley-post"))
    project.write("sources/mirror-of-mirror.yaml", copy("Glass", of="mirror"))
    project.edit("events/bridge-closed.yaml", "[@town-notice]", "[@mirror; @mirror-of-mirror; @valley-post]")
    assert len(warned(project)) == 1


def test_a_copy_of_a_primary_source_counts_as_that(project: Project) -> None:
    project.write("sources/mirror.yaml", copy("Mirror", of="town-notice"))
    project.edit("events/bridge-closed.yaml", "[@town-notice]", "[@mirror]")
    assert warned(project) == []


def test_a_less_important_event_may_rest_on_one_source(project: Project) -> None:
    project.edit("events/bridge-closed.yaml", "[@town-notice]", "[@valley-post]")
    project.edit("events/bridge-closed.yaml", "importance: 1", "importance: 2")
    assert warned(project) == []


def test_a_key_point_on_one_source_or_none_says_so(project: Project) -> None:
    project.edit("explainer.yaml", "[@council-minutes; @valley-post]", "[@valley-post]")
    project.edit("explainer.yaml", "crossings a day.[@town-notice]", "crossings a day.")
    assert warned(project) == [
        "content/explainer.yaml:12:11: warning[single-source]: this key point names no source",
        "content/explainer.yaml:14:11: warning[single-source]: this key point rests on one source",
    ]
    assert project.run("build").exit_code == 0
    home = (project.root / "site/index.html").read_text(encoding="utf-8")
    assert "one source" in home and "no source" in home


def test_a_preferred_value_on_one_source_says_so(project: Project) -> None:
    project.edit("figures/crossings.yaml", "source: town-notice\n        locator: p. 2", "valley-post")
    assert warned(project) == [
        "content/figures/crossings.yaml:5:5: warning[single-source]: this preferred value rests on one source"
    ]
    assert project.run("build").exit_code == 0
    page = (project.root / "site/figures/crossings/index.html").read_text(encoding="utf-8")
    assert "one source" in page


# -- what a source supports ----------------------------------------------------------------------------------------


def supports(project: Project, name: str) -> Support:
    site = build(read(project.root)).site
    assert site
    record = site.records[Ref("source", name)]
    assert isinstance(record, Source)
    return support(site, record)


def test_a_source_supports_what_cites_it_and_alone_what_cites_nothing_else(project: Project) -> None:
    # The mayor’s summary and her quotation rest on the newspaper alone; the third key point does not.
    assert supports(project, "valley-post") == Support(statements=3, sole=2)
    assert supports(project, "council-minutes") == Support(statements=1, sole=0)


def test_a_statement_that_cites_only_copies_rests_on_each_of_them_alone(project: Project) -> None:
    project.write("sources/mirror.yaml", copy("Mirror", of="council-minutes"))
    project.edit("explainer.yaml", "@council-minutes; @valley-post", "@council-minutes; @mirror")
    assert supports(project, "council-minutes") == Support(1, 1)
    assert supports(project, "mirror") == Support(1, 1)


def test_marks_side_by_side_are_one_statement(project: Project) -> None:
    project.edit(
        "actors/mayor.yaml", "2021.[@valley-post]", "2021.[@valley-post] [@valley-post, p. 2] So.[@valley-post]"
    )
    assert supports(project, "valley-post") == Support(4, 3)


def test_the_page_of_a_source_says_what_it_supports(project: Project) -> None:
    assert project.run("build").exit_code == 0
    for name, said in (
        ("valley-post", "3 statements, 2 on it alone"),
        ("council-minutes", "1 statement, 0 on it alone"),
    ):
        page = (project.root / f"site/sources/{name}/index.html").read_text(encoding="utf-8")
        assert said in re.sub(r"<[^>]+>", "", page)


# -- withdrawal ----------------------------------------------------------------------------------------------------


def test_withdrawing_a_source_makes_every_statement_that_rested_on_it_an_error(project: Project) -> None:
    project.edit("sources/valley-post.yaml", "seen: whole", "seen: whole\nstatus: draft")
    result = project.run("check")
    assert result.exit_code == 1
    errors = [line for line in result.output.splitlines() if "error[" in line]
    said = "error[ref-draft]: the source “valley-post” is a draft and will not be published"
    assert errors == [
        f"content/actors/mayor.yaml:4:42: {said}",
        f"content/explainer.yaml:14:62: {said}",
        f"content/quotes/new-bridge.yaml:5:11: {said}",
    ]
