"""References followed: what was meant by a name that is nearly one, and chains that must end."""

import pytest
from conftest import Project
from hypothesis import given
from hypothesis import strategies as st
from refusals import EVENT_AND, PLACE, accepted, refused, refused_text

from generator.refs import nearest

DISPUTE = """\
question: A?
positions:
- {{holder: {}, says: A., cites: [town-notice]}}
- {{holder: B, says: B., cites: [town-notice]}}
"""


def test_a_holder_that_is_nearly_an_actor_was_meant_as_one(built: Project) -> None:
    row = refused_text(built, "disputes/case.yaml", DISPUTE.format("▸mayr"), "ref-missing")
    assert (row["message"], row["hint"]) == ("there is no actor “mayr”", "did you mean mayor?")


@pytest.mark.parametrize("holder", ["mayor", "Maria Huber", "The mayor", "zoologists"])
def test_a_holder_may_be_an_actor_or_any_name(built: Project, holder: str) -> None:
    built.write("disputes/case.yaml", DISPUTE.format(holder))
    accepted(built)


def test_every_reference_that_leads_nowhere_is_told(built: Project) -> None:
    built.write("events/case.yaml", EVENT_AND.format("where: [nowhere, altdorf, elsewhere]\nactors: [nobody]"))
    refused(
        built,
        "content/events/case.yaml:6:9 ref-missing",
        "content/events/case.yaml:6:27 ref-missing",
        "content/events/case.yaml:7:10 ref-missing",
    )


def test_a_draft_that_is_referred_to_is_told(built: Project) -> None:
    built.edit("terms/inspection.yaml", "term: Inspection", "term: Inspection\nstatus: draft")
    (row,) = refused(built, "content/sections/what-happened.yaml:5:7 ref-draft")
    assert row["message"] == "the term “inspection” is a draft and will not be published"


def test_two_circles_are_two_mistakes_and_what_leads_into_one_is_none(built: Project) -> None:
    for name, whole in {"a": "b", "b": "a", "c": "a", "d": "e", "e": "f", "f": "d", "g": "f"}.items():
        built.write(f"places/{name}.yaml", PLACE.format(whole))
    rows = refused(built, "content/places/b.yaml:4:10 ref-cycle", "content/places/f.yaml:4:10 ref-cycle")
    assert [row["message"].partition(": ")[2] for row in rows] == ["a, b", "d, e, f"]


def test_a_chain_of_a_thousand_that_ends_is_good(built: Project) -> None:
    for number in range(999):
        built.write(f"places/p{number}.yaml", PLACE.format(f"p{number + 1}"))
    built.write("places/p999.yaml", PLACE.format("altdorf"))
    result = built.run("check")
    assert result.exit_code == 0 and "ref-cycle" not in result.output


@given(st.text(max_size=20), st.lists(st.text(max_size=20), max_size=5))
def test_what_was_meant_is_always_one_of_the_known(word: str, known: list[str]) -> None:
    meant = nearest(word, known)
    assert meant is None or meant in known
    assert not (word in known and meant is None)


@pytest.mark.parametrize(
    ("word", "meant"),
    [("Title", "title"), ("ti tle", "title"), ("key points", "key_points"), ("titel", "title"), ("xyz", None)],
)
def test_the_nearest_word_is_the_one_meant(word: str, meant: str | None) -> None:
    assert nearest(word, ["title", "when", "key_points"]) == meant
