"""Every diagnostic the generator can give is shown, in its exact words, by a test; and how one looks in each format."""

import ast
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Project
from refusals import PLACE, TERM, as_line, placed, rows_of

from generator import yamlwords
from generator.diagnostics import Diagnostic, Location, Severity, as_github, as_json, as_text, counted, in_order

ROOT = Path(__file__).parent.parent
TESTS = ROOT / "tests"

# Where the code stands among the arguments of what makes a diagnostic, or something that becomes one.
_CODE_AT = {
    "Diagnostic": 1,
    "Problem": 1,
    "_report": 1,
    "refuse_at": 1,
    "_pattern": 1,
    "refuse": 0,
    "UrlProblem": 0,
    "DateError": 0,
    "OutputError": 0,
    "PydanticCustomError": 0,
}
_CODE = re.compile(r"[a-z]+(?:-[a-z0-9]+)*")
# Words of these shapes that are something else.
_NO_CODES = {"prose", "source-id"}


def _codes() -> set[str]:
    """Every code in the source: where one is due, and every other text that begins as one does."""
    found = {code for code, _, _ in yamlwords._REFUSALS.values()}
    others: set[str] = set()
    for path in sorted((ROOT / "generator").rglob("*.py")):
        if path.stem in ("yamlwords", "yamlexplain", "yamlfile", "serve"):
            continue  # the first three name sentences of the table above; the last refuses requests
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                found |= set(_code_given(node))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "-" in node.value:
                others |= {node.value} if _CODE.fullmatch(node.value) else set()
    families = {code.partition("-")[0] for code in found if "-" in code}
    return (found | {word for word in others if word.partition("-")[0] in families}) - _NO_CODES


def _code_given(call: ast.Call) -> Iterator[str]:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    place = _CODE_AT.get(name)
    if place is not None and len(call.args) > place:
        given = call.args[place]
        if isinstance(given, ast.Constant) and isinstance(given.value, str) and _CODE.fullmatch(given.value):
            yield given.value


# Told by the machine, not of content: the tests of writing, of serving and of releases show what they say.
_ELSEWHERE = ("out-", "release-", "internal-error")


def _shown() -> set[str]:
    """The codes that stand in a test with the words that follow them."""
    texts = [path.read_text(encoding="utf-8") for path in [*TESTS.glob("test_*.py"), TOLD]]
    return {code for text in texts for code in re.findall(r"(?:error|warning)\[([a-z0-9-]+)\]: \S", text)}


def test_every_code_is_shown_with_its_words() -> None:
    missing = {code for code in _codes() - _shown() if not code.startswith(_ELSEWHERE)}
    assert sorted(missing) == []


TOLD = TESTS / "data/told.txt"
"""Blocks of a path, a text with ▸ where the mistake is, and the words it is told in."""
BLOCKS = [block.split("\n", 1) for block in TOLD.read_text(encoding="utf-8").split("%%\n")]


@pytest.mark.parametrize(("path", "block"), BLOCKS, ids=[block.partition("->\n")[2][:60] for _, block in BLOCKS])
def test_a_mistake_is_told_in_these_words(project: Project, path: str, block: str) -> None:
    content, _, said = block.partition("->\n")
    text, at = placed(content)
    project.write(path, text)
    told = [line for line in project.run("check").output.split("\n") if line]
    start = told.index(f"content/{path}:{at}: {said.splitlines()[0]}")
    assert told[start + 1] == said.splitlines()[1]
    others = [line for line in told[:start] + told[start + 2 :] if "error[" in line]
    assert others == []


INVISIBLE = {
    "a\u202eb": "error[text-bidi]: an invisible character (U+202E) changes the direction in which the text is read"
    " | Delete it; the page sets the direction itself.",
    "a\x07b": "error[text-control]: an invisible control character (U+0007) is in the text"
    " | Delete it, and type the text around it again.",
    "a\uffffb": "error[text-surrogate]: a code that stands for no character (U+FFFF) is in the text"
    " | Delete it, or type the character that is meant.",
}


@pytest.mark.parametrize("text", INVISIBLE)
def test_what_cannot_be_seen_is_told_by_its_number(project: Project, text: str) -> None:
    project.write("terms/case.yaml", TERM.format(text))
    (row,) = rows_of(project.run("check", "--format", "json"), exit_code=1)
    assert as_line(row) == f"content/terms/case.yaml:1:8: {INVISIBLE[text]}"


def test_a_space_that_is_none_is_named(project: Project) -> None:
    project.write("terms/case.yaml", "term:\u00a0Pier\n")
    said = "error[yaml-nbsp]: this is not an ordinary space but a no-break space (U+00A0), "
    said += "which YAML does not read as a space"
    assert (
        f"content/terms/case.yaml:1:6: {said}\n  hint: Replace it with an ordinary space.\n"
        in project.run("check").output
    )


def test_files_that_cannot_be_records_are_told_in_these_words(project: Project) -> None:
    terms = project.root / "content/terms"
    (terms / "a.yaml").symlink_to("inspection.yaml")
    os.mkfifo(terms / "b.yaml")
    (terms / "c.yaml").mkdir()
    (terms / "d\n.yaml").write_text("")
    (terms / "e.yml").write_text("")
    (terms / "f.png").write_text("")
    (terms / "INSPECTION.yaml").write_text("")
    (terms / "g.yaml").write_text(TERM.format("é"), encoding="cp1252")
    (terms / "h.yaml").write_text("#" * 262_145)
    assert project.run("check").output == FILES


FILES = """\
content/terms/INSPECTION.yaml:1:1: error[id-chars]: “INSPECTION” cannot be an id
  hint: use lower-case letters a-z, digits and single hyphens between them, such as inspection
content/terms/a.yaml:1:1: error[file-link]: this is a symbolic link
  hint: put the file or folder itself here
content/terms/b.yaml:1:1: error[file-kind]: this is not an ordinary file
  hint: delete it
content/terms/c.yaml:1:1: error[file-kind]: this is a folder, not a file
  hint: rename or delete it
content/terms/d\\n.yaml:1:1: error[file-name]: this file’s name holds a control character
  hint: rename the file
content/terms/e.yml:1:1: warning[file-ignored]: this file is not read
  hint: rename it to e.yaml, or delete it
content/terms/f.png:1:1: warning[image-unused]: pictures are not used by this site
  hint: delete it
content/terms/g.yaml:1:7: error[enc]: the byte E9 here is not UTF-8; the file looks as if saved in Windows-1252
  hint: Save the file again with the encoding UTF-8.
content/terms/h.yaml:1:1: error[limit]: the file has 262,145 bytes; 262,144 is the most
  hint: split it
content/terms/inspection.yaml:1:1: error[path-collision]: many systems take this for the same file as INSPECTION.yaml
  hint: rename or delete one of them
0 records checked: 8 errors, 2 warnings
"""


def test_a_circle_is_told_in_these_words(project: Project) -> None:
    project.write("places/a.yaml", PLACE.format("b"))
    project.write("places/b.yaml", PLACE.format("a"))
    said = "content/places/b.yaml:4:10: error[ref-cycle]: these lead back to each other: a, b\n"
    assert said + "  hint: one of them must end the chain\n" in project.run("check").output


def test_settings_are_told_in_these_words(project: Project) -> None:
    project.edit("explainer.yaml", "language: en", "language: en\nbase_url: https://example.org/?a")
    said = "content/explainer.yaml:4:30: error[conf-url]: the address of a site ends before “?”\n"
    assert said.replace("4:30", "4:11") + "  hint: write https://example.org/\n" in project.run("check").output


def test_a_link_that_leads_nowhere_is_told_at_its_line_in_the_made_page(project: Project) -> None:
    path = project.root / "templates/pages/404.html"
    path.parent.mkdir(parents=True)
    path.write_text('{% extends "base.html" %}{% block main %}<h1>No</h1><a href="nope/">No</a>{% endblock %}')
    told = re.sub(r":\d+:1:", ":N:1:", project.run("build").output)
    assert "site/404.html:N:1: error[link-broken]: “nope/” leads nowhere\n" in told


ONE = Diagnostic(Location("content/a,b.yaml", 3, 7), "yaml-tab", "100% of it: a\x1b tab", "use spaces")


def test_a_diagnostic_as_text_json_and_annotation() -> None:
    assert as_text(ONE) == "content/a,b.yaml:3:7: error[yaml-tab]: 100% of it: a\\x1b tab\n  hint: use spaces"
    assert json.loads(as_json([ONE])) == [
        {
            "path": "content/a,b.yaml",
            "line": 3,
            "column": 7,
            "severity": "error",
            "code": "yaml-tab",
            "message": "100% of it: a\\x1b tab",
            "hint": "use spaces",
        }
    ]
    expected = "::error file=content/a%2Cb.yaml,line=3,col=7,title=yaml-tab::100%25 of it: a\\x1b tab (use spaces)"
    assert as_github(ONE) == expected


def test_a_diagnostic_without_a_hint_is_one_line() -> None:
    bare = Diagnostic(ONE.location, "x", "said", severity=Severity.WARNING)
    assert as_text(bare) == "content/a,b.yaml:3:7: warning[x]: said"
    assert as_github(bare) == "::warning file=content/a%2Cb.yaml,line=3,col=7,title=x::said"


def test_diagnostics_stand_in_order_each_once_and_are_counted() -> None:
    later = Diagnostic(Location("content/b.yaml", 10), "x", "said", severity=Severity.WARNING)
    earlier = Diagnostic(Location("content/b.yaml", 9), "x", "said")
    assert in_order([later, earlier, later, ONE]) == [ONE, earlier, later]
    hinted = [Diagnostic(Location("content/b.yaml"), "x", "said", f"try {number}") for number in range(9)]
    assert in_order(reversed(hinted)) == hinted
    assert counted([ONE, later]) == "1 error, 1 warning"
    assert counted([later, later]) == "2 warnings"
    assert counted([]) == "0 warnings"


def test_annotations_are_printed_for_a_pull_request(project: Project) -> None:
    project.write("terms/case.yaml", "")
    result = project.run("check", "--format", "github")
    said = "the file is empty (A record starts with key: value.)"
    assert (result.exit_code, result.output) == (
        1,
        f"::error file=content/terms/case.yaml,line=1,col=1,title=yaml-empty::{said}\n",
    )
