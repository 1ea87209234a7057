"""Files that are not YAML as records use it: each refused at its place, whatever the kind of file."""

import json
import time

import pytest
from conftest import Project
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from refusals import accepted, placed, refused, refused_text

from generator import yamlfile
from generator.yamlexplain import LONGEST_KEY
from generator.yamlfile import DEEPEST
from generator.yamltext import LONGEST_LIST

TERM = "term: Pier\nshort: What carries a bridge.\n"

REFUSED = {
    "empty": ("▸", "yaml-empty"),
    "only spaces and line breaks": ("▸  \n\n  \n", "yaml-empty"),
    "only a remark": ("▸# nothing yet\n", "yaml-empty"),
    "only the marks of a document": ("▸---\n...\n", "yaml-empty"),
    "only a mark and null": ("▸---\n", "yaml-empty"),
    "only the mark of an end": ("▸# nothing\n...\n", "yaml-empty"),
    "a list": ("▸- term: Pier\n- short: x\n", "yaml-top"),
    "a list in brackets": ("▸[a, b]\n", "yaml-top"),
    "a text": ("▸Pier, what carries a bridge\n", "yaml-top"),
    "a text in quotes": ('▸"term: Pier"\n', "yaml-top"),
    "a colon without its space": ("▸term:Pier\n", "yaml-top"),
    "a tab before a key": ("term: Pier\n▸\tshort: x\n", "yaml-tab"),
    "a tab before a list item": ("cites:\n▸\t- town-notice\n", "yaml-tab"),
    "a tab after spaces": ("names:\n  - language: de\n  ▸\ttext: Pfeiler\n", "yaml-tab"),
    "an apostrophe in single quotes": ("term: 'it▸'s'\nshort: x\n", "yaml-quote"),
    "a quote in double quotes": ('term: "the ▸"old" bridge"\n', "yaml-quote"),
    "a quote that is never closed": ('term: ▸"Pier\nshort: x\n', "yaml-quote"),
    "a single quote that is never closed": ("term: ▸'Pier\nshort: x\n", "yaml-quote"),
    "curly quotes": ("term: ▸“Pier”: the word\n", "yaml-quote"),
    "a key in curly quotes": ("▸“term”: Pier\n", "yaml-quote"),
    "an escape that means nothing": ('term: "Pi▸\\qer"\n', "yaml-escape"),
    "a path of Windows": ('term: "C:▸\\pier"\n', "yaml-escape"),
    "a short code": ('term: "Pi▸\\u12"\n', "yaml-escape"),
    "a value that starts with @": ("term: ▸@mayor\n", "yaml-start"),
    "a value that starts with a backtick": ("term: ▸`Pier`\n", "yaml-start"),
    "a value that starts with %": ("term: ▸%5 of it\n", "yaml-start"),
    "a line that starts with %": ("▸%5 of it\n", "yaml-start"),
    "a value that starts with !": ("term: ▸!important Pier\n", "yaml-tag"),
    "a value that starts with ! and no more": ("term: ▸! Pier\n", "yaml-tag"),
    "a tag of YAML": ("term: ▸!!str Pier\n", "yaml-tag"),
    "a tag in full": ("term: ▸!<tag:yaml.org,2002:str> Pier\n", "yaml-tag"),
    "a tag of Python": ("term: ▸!!python/object/apply:os.system [id]\n", "yaml-tag"),
    "a tag for bytes": ("term: ▸!!binary aGk=\n", "yaml-tag"),
    "a tag for a set": ("names: ▸!!set {a, b}\n", "yaml-tag"),
    "a tag for pairs": ("names: ▸!!omap [a: b]\n", "yaml-tag"),
    "a tag on the record": ("▸!!map\nterm: Pier\n", "yaml-tag"),
    "a tag on a key": ("▸!!str term: Pier\n", "yaml-tag"),
    "a tag that is renamed": ("▸%TAG ! tag:yaml.org,2002:python/\n---\nterm: !none x\n", "yaml-tag"),
    "a directive": ("▸%YAML 1.2\n---\nterm: NO\n", "yaml-directive"),
    "a directive for an unknown YAML": ("▸%YAML 9.9\n---\nterm: NO\n", "yaml-directive"),
    "a list that is never closed": ("term: Pier\ncites: ▸[town-notice,\nshort: x\n", "yaml-bracket"),
    "a list that is never closed, at the end": ("term: Pier\ncites: ▸[town-notice\n", "yaml-bracket"),
    "a group that is never closed": ("term: Pier\nnames: ▸{language: de\nshort: x\n", "yaml-bracket"),
    "the wrong bracket": ("cites: ▸[town-notice}\n", "yaml-bracket"),
    "text after a bracket": ("term: ▸[Pier] of the bridge\n", "yaml-bracket"),
    "a bracket that a # takes away": ("term: Pier\ncites: [town-notice, post ▸#1]\nshort: x\n", "yaml-hash"),
    "a brace that a # takes away": ("names:\n- {language: de, text: Pfeiler ▸#1}\n", "yaml-hash"),
    "a comma that a # takes away": ("cites: [post ▸#1,\n  town-notice]\n", "yaml-hash"),
    "two commas": ("cites: [town-notice,▸, valley-post]\n", "yaml-bracket"),
    "a no-break space after a colon": ("term: Pier\nshort:▸\u00a0What carries\n", "yaml-nbsp"),
    "a no-break space before a key": ("▸\u00a0term: Pier\n", "yaml-nbsp"),
    "a no-break space in the indentation": ("names:\n- language: de\n▸\u00a0 text: x\n", "yaml-nbsp"),
    "a no-break space after a dash": ("cites:\n-▸\u00a0town-notice\n", "yaml-nbsp"),
    "an ideographic space": ("term: Pier\nshort:▸\u3000What\n", "yaml-nbsp"),
    "a zero-width space in a key": ("te▸\u200brm: Pier\n", "yaml-nbsp"),
    "an anchor": ("term: ▸&a Pier\nshort: x\n", "yaml-anchor"),
    "an anchor before its alias": ("term: ▸&a Pier\nshort: *a\n", "yaml-anchor"),
    "an alias": ("term: ▸*a\n", "yaml-anchor"),
    "stars around a text": ("term: ▸**Pier** is the word\n", "yaml-anchor"),
    "an anchor on a list": ("cites: ▸&c [town-notice]\n", "yaml-anchor"),
    "a merge key": ("▸<<: {term: Pier}\nshort: x\n", "yaml-merge"),
    "a merge key below": ("names:\n- ▸<<: {text: x}\n", "yaml-merge"),
    "a key announced with ?": ("▸? term\n: Pier\n", "yaml-key"),
    "a list as a key": ("▸[a, b]: Pier\n", "yaml-key"),
    "a colon without a key": ("▸: Pier\n", "yaml-key"),
    "a key of 1,100 characters": ("▸" + "k" * 1100 + ": v\n", "yaml-key"),
    "a key of 65 characters": ("▸" + "k" * (LONGEST_KEY + 1) + ": v\n", "yaml-key"),
    "a key of 1,100 characters in quotes": ('▸"' + "k" * 1100 + '": v\n', "yaml-key"),
    "a colon in a value": ("term: Pier▸: the word\n", "yaml-colon"),
    "a colon at the end of a value": ("term: Pier▸:\n", "yaml-colon"),
    "a field indented into the one above": ("term: Pier\n  ▸short: x\n", "yaml-indent"),
    "a field out of line": ("names:\n    - language: de\n  ▸text: x\n", "yaml-indent"),
    "a line that belongs to nothing": ("term: Pier\n▸what carries a bridge\n", "yaml-indent"),
    "a list item among fields": ("term: Pier\n▸- short: x\n", "yaml-indent"),
    "a citation out of a text": ("term: Pier\nshort: |\n  It is so\n▸[@town-notice].\n", "yaml-indent"),
    "a citation out of a text, between": ("term: Pier\nshort: >-\n  It is\n\n  so\n ▸[@a].\n", "yaml-indent"),
    "a citation out of a text in a list": ("names:\n- text: |\n    It is\n▸[@a]\n- text: x\n", "yaml-indent"),
    "a citation below a text's key": ("term: Pier\nshort: |\n▸[@town-notice]\n", "yaml-indent"),
    "a link out of a text": ("short: |\n  It is\n▸[so](event:a) and so\nterm: Pier\n", "yaml-indent"),
    "a placed record out of a text": ("short: |\n  It is\n\n▸![](figure:a)\nterm: Pier\n", "yaml-indent"),
    "emphasis out of a text": ("short: |\n  It is\n▸*so* it is\nterm: Pier\n", "yaml-indent"),
    "words out of a text, between": ("short: |\n  It is\n ▸so it is\nterm: Pier\n", "yaml-indent"),
    "a citation after a text": ("short: |\n  It is\nterm: ▸@town-notice\n", "yaml-start"),
    "two records": (TERM + "▸---\nterm: Arch\n", "yaml-documents"),
    "two records with an end": (TERM + "...\n▸term: Arch\n", "yaml-documents"),
    "a conflict of versions": ("▸<<<<<<< HEAD\nterm: Pier\n=======\nterm: Arch\n>>>>>>> theirs\n", "git-conflict"),
    "the end of a conflict": (TERM + "▸>>>>>>> theirs\n", "git-conflict"),
    "too many items": ("cites:\n" + "- a\n" * LONGEST_LIST + "- ▸a\n", "limit"),
    "a word that is half an escape": ('term: "▸\\ud800"\n', "text-surrogate"),
    "two halves of one character": ('term: "▸\\ud83d\\ude00"\n', "text-surrogate"),
    "a key written twice": (TERM + "▸term: Arch\n", "yaml-duplicate-key"),
    "a key written twice in brackets": ("names: [{language: de, ▸language: ru}]\n", "yaml-duplicate-key"),
    "a key written twice, once in quotes": (TERM + '▸"term": Arch\n', "yaml-duplicate-key"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_record_is_refused_for(built: Project, what: str) -> None:
    refused_text(built, "terms/case.yaml", *REFUSED[what])


@pytest.mark.parametrize("what", ["empty", "a list", "a tab before a key", "an anchor", "a conflict of versions"])
def test_the_explainer_itself_is_refused_for(built: Project, what: str) -> None:
    refused_text(built, "explainer.yaml", *REFUSED[what])


def test_every_key_written_twice_is_told_with_both_lines(built: Project) -> None:
    built.write("terms/case.yaml", "term: Pier\nshort: a\nterm: Arch\nshort: b\nterm: Deck\n")
    rows = refused(built, *(f"content/terms/case.yaml:{n}:1 yaml-duplicate-key" for n in (3, 4, 5)))
    assert [row["message"] for row in rows] == [
        "“term” is written twice: on line 1 and on line 3",
        "“short” is written twice: on line 2 and on line 4",
        "“term” is written twice: on line 3 and on line 5",
    ]


BOMBS = {
    "100,000 brackets": "▸" + "[" * 100_000,
    "100,000 braces": "▸" + "{" * 100_000,
    "2,000 question marks": "▸" + "? " * 2_000,
    "5,000 dashes": "▸" + "- " * 5_000,
    "5,000 dashes and question marks": "▸" + "- ? " * 5_000,
    "500 levels by indentation": "".join(f"{'  ' * n}{'▸' * (n == 0)}a:\n" for n in range(300)),
}


@pytest.mark.parametrize("what", BOMBS)
def test_nesting_is_refused_where_it_becomes_too_deep(built: Project, what: str) -> None:
    built.write("terms/case.yaml", placed(BOMBS[what])[0])
    places = [row for row in _errors(built) if row["code"] == "yaml-depth"]
    assert len(places) == 1 and places[0]["path"] == "content/terms/case.yaml"
    refused(built, f"content/terms/case.yaml:{places[0]['line']}:{places[0]['column']} yaml-depth")


@pytest.mark.parametrize(
    "text", ["a: [" + " #x" * 60_000 + "\nb: c", "a: [" + " #],\n" * 50_000 + "b", "a: [" + " #" * 90_000]
)
def test_remarks_in_a_list_that_is_never_closed_are_read_in_time(text: str) -> None:
    started = time.process_time()
    assert yamlfile.parse("x.yaml", text.encode())[1]
    assert time.process_time() - started < 1


def _errors(project: Project) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(project.run("check", "--format", "json").stdout)
    return found


@given(depth=st.integers(1, 40), flow=st.booleans())
def test_depth_is_refused_from_one_level_on_and_never_below(depth: int, flow: bool) -> None:
    text = "[" * depth + "x" + "]" * depth if flow else "- " * depth + "x"
    document, problems = yamlfile.parse("x.yaml", f"a: {text}\n".encode() if flow else f"a:\n  {text}\n".encode())
    assert (document is None) == (depth + 1 > DEEPEST)
    if problems:
        assert [problem.code for problem in problems] == ["yaml-depth"]
        column = 4 + DEEPEST - 1 if flow else 3 + 2 * (DEEPEST - 1)
        assert (problems[0].location.line, problems[0].location.column) == (1 if flow else 2, column)


MERGE_BOMB = "a: ▸&a {x: 1}\n" + "".join(f"b{n}: &b{n} {{<<: [{', '.join(['*a'] * 9)}]}}\n" for n in range(8))


def test_a_bomb_of_merge_keys_is_an_anchor_like_any_other(built: Project) -> None:
    refused_text(built, "terms/case.yaml", MERGE_BOMB, "yaml-anchor")


ACCEPTED = {
    "line ends of Windows": TERM.replace("\n", "\r\n"),
    "line ends of old Macs": TERM.replace("\n", "\r"),
    "a byte-order mark": "\ufeff" + TERM,
    "no line end at all": TERM.rstrip("\n"),
    "the marks of a document": "---\n" + TERM + "...\n",
    "JSON": json.dumps({"term": "Pier", "short": "What carries a bridge."}, indent="  "),
    "remarks": "# about piers\n" + TERM.replace("\n", "\n# more\n"),
    "quotes of every style": "\"term\": 'Pier'\nshort: >-\n  What carries\n  a bridge.\n",
}


@pytest.mark.parametrize("what", ACCEPTED)
def test_other_ways_to_write_the_same_record_give_the_same_bytes(built: Project, what: str) -> None:
    built.write("terms/case.yaml", TERM)
    accepted(built)
    usual = built.tree()
    built.write("terms/case.yaml", ACCEPTED[what])
    accepted(built)
    assert built.tree() == usual


@given(st.binary(max_size=400))
@settings(max_examples=500)
def test_any_bytes_are_a_record_or_told_at_a_place_in_them(content: bytes) -> None:
    _told_at_a_place(content)


@given(st.text(st.sampled_from("ab: -\n\t\"'#[]{},&*!|>%@`?~<=\\u0\u00a0“"), max_size=60))
@settings(max_examples=1500)
def test_any_marks_of_yaml_are_a_record_or_told_at_a_place_in_them(text: str) -> None:
    _told_at_a_place(text.encode())


def _told_at_a_place(content: bytes) -> None:
    document, problems = yamlfile.parse("x.yaml", content)
    assert (document is None) == bool(problems)
    lines = content.decode(errors="replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for problem in problems:
        assert problem.code != "yaml-syntax" or problem.hint
        assert 1 <= problem.location.line <= len(lines)
        assert 1 <= problem.location.column <= len(lines[problem.location.line - 1]) + 2


@given(content=st.binary(max_size=200))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_in_any_file_end_in_a_site_or_in_located_errors(project: Project, content: bytes) -> None:
    for path in ("terms/inspection.yaml", "explainer.yaml"):
        kept = (project.root / "content" / path).read_bytes()
        project.write(path, content)
        result = project.run("check", "--format", "json")
        project.write(path, kept)
        assert isinstance(result.exception, SystemExit) and result.exit_code == 1
        rows = json.loads(result.stdout)
        assert any(row["path"] == f"content/{path}" for row in rows), rows
