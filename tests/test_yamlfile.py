"""Where every key and value of a record stands in its file, in every style of YAML."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.diagnostics import Location, Path
from generator.yamlfile import Document, parse

WORDS = st.text(st.sampled_from("aé漢'\" \\:#-"), min_size=1, max_size=12).filter(lambda text: text.strip() == text)


def _document(text: str) -> Document:
    document, problems = parse("x.yaml", text.encode())
    assert document is not None, problems
    return document


def _place(document: Document, path: tuple[str | int, ...], offset: int | None = None) -> tuple[int, int]:
    at = document.at(path, offset)
    return at.line, at.column


def test_keys_and_values_are_where_they_are_written() -> None:
    document = _document("a: one\nb:\n- two\n- c: three\nd: {e: four}\n")
    assert document.data == {"a": "one", "b": ["two", {"c": "three"}], "d": {"e": "four"}}
    assert _place(document, ("a",)) == (1, 4)
    assert _place(document, ("b", 0)) == (3, 3)
    assert _place(document, ("b", 1, "c")) == (4, 6)
    assert _place(document, ("d", "e")) == (5, 8)
    assert document.at_key(("d", "e")) == Location("x.yaml", 5, 5)
    assert document.at_key(("b", 1)) == Location("x.yaml", 4, 3)


def test_the_place_of_what_is_not_there_is_that_of_what_holds_it() -> None:
    document = _document("a:\n  b: c\n")
    assert document.at(("a", "x", "y")) == Location("x.yaml", 2, 3)
    assert document.at_key(("a", "x")) == Location("x.yaml", 1, 1)
    assert document.at(("x",), 3) == Location("x.yaml", 1, 1)


STYLES = {
    "plain": "a: it{} end\n",
    "single quotes": "a: 'it''s{} end'\n",
    "double quotes": 'a: "it\\u00e9\\x41\\n{} end"\n',
    "double quotes over lines": 'a: "it \\\n  is\n\n  {} end"\n',
    "a block": "a: |\n  it\n\n  is{} end\n",
    "a folded block": "a: >-\n  it\n  is\n\n   so{} end\n",
    "a block with its indentation": "a: |2-\n    it\n  {} end\n",
    "plain over lines": "a: it\n  is\n  {} end\n",
    "a list": "a: [x, it{} end]\n",
    "a block that starts with blank lines": "a: |\n\n\n  it{} end\n",
}


@pytest.mark.parametrize("style", STYLES)
def test_a_character_of_a_value_is_found_in_the_file(style: str) -> None:
    text = STYLES[style].format("@")
    document = _document(text)
    path: Path = ("a", 1) if isinstance(document.data["a"], list) else ("a",)
    value = document.value_at(path)
    before = text[: text.index("@")]
    expected = before.count("\n") + 1, len(before) - before.rfind("\n")
    assert _place(document, path, value.strip().index("@")) == expected


@given(st.lists(WORDS, min_size=1, max_size=4), st.sampled_from(["json", "single", "block"]))
def test_any_character_that_can_be_seen_is_found_in_any_style(words: list[str], style: str) -> None:
    value = " ".join(words)
    quoted = {"json": json.dumps(value), "single": "'" + value.replace("'", "''") + "'", "block": f"|\n  {value}"}
    text = f"a: {quoted[style]}\n"
    document = _document(text)
    stripped = str(document.data["a"]).strip()
    assert stripped == value
    for offset, character in enumerate(stripped):
        if character in " ":
            continue
        at = document.at(("a",), offset)
        found = text.split("\n")[at.line - 1][at.column - 1 :]
        escaped = {"json": json.dumps(character)[1:-1], "single": character.replace("'", "''"), "block": character}
        assert found.startswith(escaped[style])


def test_what_a_remark_cuts_off_is_known() -> None:
    document = _document("a: b # c\nd: [e #f\n  ]\ng: 'h' # i\n")
    assert document.commented == {("a",), ("d", 0)}
