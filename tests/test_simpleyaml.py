"""The short way through a file gives what YAML's parser gives, or nothing."""

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from generator.simpleyaml import simple_yaml
from generator.yamlfile import parse

ROOT = Path(__file__).parent.parent

INDENTS = ["", "", "", "  ", "  ", "    ", " ", "   "]
STARTS = ["", "", "", "- ", "-  ", "-", "- - ", "? "]
KEYS = ["", "", "a: ", "b: ", "c_d: ", "a:", "b:", "e:  ", "F: ", "g-h: ", "a :", "id: ", "http://x: "]
VALUES = [
    "",
    "word",
    "two words",
    "2022-01-05",
    "https://x.org/y?z=1",
    "a: b",
    "ends:",
    "x ",
    "[a, b-c]",
    "[a]",
    "[a,b]",
]
VALUES += [
    '"q: r"',
    '"q" r',
    '"',
    "'s'",
    "|",
    ">-",
    "|-",
    ">",
    "|+",
    "|2",
    "{a: b}",
    "[a: b]",
    "[]",
    "~",
    "*x",
    "&y",
    "!t",
]
VALUES += [
    "%",
    "@z",
    "`",
    "“q”",
    "é, ü",
    "x #y",
    "#",
    "\u00a0",
    "x\u00a0y",
    "---",
    "...",
    "--- a",
    "\t",
    "x\ty",
    "[a b, c]",
    "[",
]
LINES = st.builds("{}{}{}{}".format, *map(st.sampled_from, (INDENTS, STARTS, KEYS, VALUES)))


def _parsed(text: str) -> object:
    document, _ = parse("x.yaml", text.encode())
    return document and document.data


@settings(max_examples=500)
@given(st.lists(LINES, max_size=9).map(lambda lines: "\n".join([*lines, ""])))
@example("a: |\n  b\n\n  c\n   d\n\nb: x\n")
@example("a: >-\n  b c\n  d\nb:\n- c: x\n  d: y\n- e\n")
@example("a: |\n  b\n     \n")
@example("a:\n  - b: |\n    c\n")
@example("a:\n  b:\n  - c\n\nd: e\n")
@example("a: b\n\n  c\n")
@example("a: b\na: c\n")
def test_a_file_read_the_short_way_is_the_same(text: str) -> None:
    short = simple_yaml(text)
    assert short is None or short == _parsed(text)


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("a: b c\nd: [e, f]\n", {"a": "b c", "d": ["e", "f"]}),
        ("a: |\n  b\n\n  c\n", {"a": "b\n\nc\n"}),
        ("a: >-\n  b\n  c\n", {"a": "b c"}),
        ("a:\n- b: c\n  d: e\n- b: f\n", {"a": [{"b": "c", "d": "e"}, {"b": "f"}]}),
        ('a:\n  b: "c: d"\n', {"a": {"b": "c: d"}}),
    ],
)
def test_ordinary_files_take_the_short_way(text: str, data: object) -> None:
    assert simple_yaml(text) == data == _parsed(text)


def test_most_of_the_real_files_take_the_short_way_and_are_the_same() -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "content").rglob("*.yaml"))]
    short = [(text, data) for text in texts if (data := simple_yaml(text))]
    assert len(short) > 0.8 * len(texts)
    assert all(data == _parsed(text) for text, data in short)
