"""Ids, and references by them: what cannot be an id, what leads nowhere, to itself or back to where it began."""

import json

import pytest
from conftest import Project
from hypothesis import given
from hypothesis import strategies as st
from refusals import EVENT_AND, FIGURE, PLACE, SOURCE_AND, TERM, UPDATE, path_of, refused, refused_text

from generator.refs import RESERVED, collision_key, id_problem

REFERENCES = {
    "to nothing": (EVENT_AND, "where: [▸altdrof]", "ref-missing"),
    "to another kind": (EVENT_AND, "where: [▸event:bridge-closed]", "id-chars"),
    "with its kind where that is fixed": (EVENT_AND, "where: [▸place:altdorf]", "ref-form"),
    "without a kind where that is open": (UPDATE, "2025-03-01\naffects: [▸altdorf]", "ref-form"),
    "with capitals": (EVENT_AND, "where: [▸Altdorf]", "id-chars"),
    "with a slash": (EVENT_AND, "where: [▸a/b]", "id-chars"),
    "with a backslash": (EVENT_AND, "where: [▸a\\b]", "id-chars"),
    "from the root of a disk": (EVENT_AND, "where: [▸/abs]", "id-chars"),
    "up and away": (EVENT_AND, "where: [▸../x]", "id-chars"),
    "in percent codes": (EVENT_AND, "where: [▸'%2e%2e%2fx']", "id-chars"),
    "to a device": (EVENT_AND, "where: [▸NUL]", "id-reserved"),
    "to itself": (PLACE, "▸case", "ref-self"),
    "to itself as an event": (EVENT_AND, "links: [{relation: part-of, event: ▸case}]", "ref-self"),
    "to a city as a person": (EVENT_AND, "actors: [▸altdorf]", "ref-missing"),
    "to an alias of its own": (EVENT_AND, "aliases: [▸case]", "path-collision"),
    "to an alias that is taken": (EVENT_AND, "aliases: [▸bridge-closed]", "path-collision"),
}
NAMES = {
    "capitals": ("Case.yaml", "id-chars"),
    "an accent": ("café.yaml", "id-chars"),
    "a sharp s": ("ß.yaml", "id-chars"),
    "a dotless i": ("ı.yaml", "id-chars"),
    "a ligature": ("ﬁ.yaml", "id-chars"),
    "the sign for kelvin": ("\u212a.yaml", "id-chars"),
    "a hyphen in front": ("-rf.yaml", "id-chars"),
    "a hyphen at the end": ("case-.yaml", "id-chars"),
    "a dot at the end": ("case..yaml", "id-chars"),
    "a space at the end": ("case .yaml", "id-chars"),
    "a space": ("my case.yaml", "id-chars"),
    "an underscore": ("my_case.yaml", "id-chars"),
    "a backslash": ("a\\b.yaml", "id-chars"),
    "a disk": ("C:\\x.yaml", "id-chars"),
    "percent codes": ("%2e%2e%2fx.yaml", "id-chars"),
    "a folder": ("a/b.yaml", "id-chars"),
    "65 characters": ("a" * 65 + ".yaml", "id-chars"),
    "a device": ("nul.yaml", "id-reserved"),
    "a device in capitals": ("CON.yaml", "id-reserved"),
    "a device with a number": ("com1.yaml", "id-reserved"),
    "a printer": ("lpt9.yaml", "id-reserved"),
    "an auxiliary device": ("aux.yaml", "id-reserved"),
    "a device with an ending": ("con.txt.yaml", "id-reserved"),
}


@pytest.mark.parametrize("words", [["event", "a\u202eb"], ["ev\u202ent", "a"], ["event", "a\x1b[31m"]])
def test_a_name_that_a_terminal_would_obey_is_told_harmlessly(built: Project, words: list[str]) -> None:
    result = built.run("new", *words)
    assert result.exit_code == 2 and result.output.replace("\n", "").isprintable()


@pytest.mark.parametrize("what", REFERENCES)
def test_a_reference_is_refused(built: Project, what: str) -> None:
    template, value, code = REFERENCES[what]
    refused_text(built, path_of(template), template.replace("{}", value), code)


@pytest.mark.parametrize("what", NAMES)
def test_a_file_is_refused_whose_name_has(built: Project, what: str) -> None:
    name, code = NAMES[what]
    built.write(f"terms/{name}", TERM.format("Pier"))
    (row,) = refused(built, f"content/terms/{name}:1:1 {code}")
    assert name.removesuffix(".yaml") in row["message"] or row["message"].startswith("this id has 65 characters")


def test_names_that_are_one_file_elsewhere_are_told_apart_from_their_letters(built: Project) -> None:
    built.write("terms/abc.yaml", TERM.format("Pier"))
    built.write("terms/Abc.yaml", TERM.format("Arch"))
    rows = refused(built, "content/terms/Abc.yaml:1:1 id-chars", "content/terms/abc.yaml:1:1 path-collision")
    assert rows[1]["message"] == "many systems take this for the same file as Abc.yaml"


@pytest.mark.parametrize(
    ("one", "other"), [("ß", "ss"), ("ﬁ", "fi"), ("\u212a", "k"), ("ABC", "abc"), ("é", "e\u0301"), ("ＡＢ", "ab")]
)
def test_spellings_that_a_file_system_folds_share_a_key(one: str, other: str) -> None:
    assert collision_key(one) == collision_key(other)


def test_spellings_that_no_file_system_folds_keep_their_own() -> None:
    assert len({collision_key(name) for name in ("ı", "i", "e", "é", "a-b", "ab")}) == 6


@given(st.text())
def test_the_key_of_a_key_is_itself(text: str) -> None:
    assert collision_key(collision_key(text)) == collision_key(text)


@given(st.text(max_size=70) | st.from_regex(r"[a-z0-9]+(-[a-z0-9]+)*", fullmatch=True))
def test_an_id_is_safe_as_the_name_of_a_file_and_as_an_address(text: str) -> None:
    if id_problem(text) is None:
        assert text.isascii() and text == text.lower() and 1 <= len(text) <= 64
        assert not set(text) - set("abcdefghijklmnopqrstuvwxyz0123456789-") and text not in RESERVED
        assert collision_key(text) == text and text.strip("-") == text


def test_a_circle_of_ten_thousand_places_is_told_once_with_the_first_ten(built: Project) -> None:
    for number in range(10_000):
        built.write(f"places/p{number}.yaml", PLACE.format(f"p{(number + 1) % 10_000}"))
    result = built.run("check", "--format", "json")
    (row,) = json.loads(result.stdout)
    assert result.exit_code == 1 and row["code"] == "ref-cycle"
    assert row["message"].startswith("these lead back to each other: p0, p1") and row["message"].endswith("more")
    assert row["message"].count(", ") == 9


def test_circles_of_events_parts_and_sums_are_told(built: Project) -> None:
    link = "links: [{{relation: {}, event: {}}}]"
    built.write("events/a.yaml", EVENT_AND.format(link.format("caused-by", "b")))
    built.write("events/b.yaml", EVENT_AND.format(link.format("part-of", "a")))
    built.write("events/c.yaml", EVENT_AND.format(link.format("contradicts", "d")))
    built.write("events/d.yaml", EVENT_AND.format(link.format("contradicts", "c")))
    built.write("figures/a.yaml", FIGURE.format(1) + "total_of: [b]\n")
    built.write("figures/b.yaml", FIGURE.format(1) + "total_of: [a]\n")
    built.write("sources/a.yaml", SOURCE_AND.format("derived_from: b"))
    built.write("sources/b.yaml", SOURCE_AND.format("derived_from: a"))
    rows = refused(
        built,
        "content/events/b.yaml:6:36 ref-cycle",
        "content/figures/b.yaml:10:12 ref-cycle",
        "content/sources/b.yaml:7:15 ref-cycle",
    )
    assert {row["message"] for row in rows} == {"these lead back to each other: a, b"}


def test_a_reference_in_a_text_is_told_where_it_stands(built: Project) -> None:
    text = "title: A day\nwhen: 2025-03-01\nsection: what-happened\ntext: |\n\n  Of [it](event:{}).[@town-notice]\n"
    built.write("events/case.yaml", text.format("nope"))
    refused(built, "content/events/case.yaml:6:6 ref-missing")
    built.write("events/case.yaml", text.format("case"))
    refused(built, "content/events/case.yaml:6:6 ref-self")
