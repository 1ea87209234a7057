"""One canonical form of every record: the same data, every comment at its key, and nothing else touched."""

import json
import os
import re
from itertools import pairwise
from pathlib import Path as File
from random import Random

import pytest
import yaml
from conftest import Project
from hypothesis import assume, given
from hypothesis import strategies as st
from layouts import Layout, comments_in, read

from generator import format as formatting
from generator import inputs
from generator.canonical import canonical
from generator.diagnostics import Path
from generator.parse import record_files
from generator.records import KINDS, Event, Figure, Record, Term

HERE = File(__file__).parent.parent
REAL = list(record_files(inputs.read(HERE).content, KINDS, []))
STARTER = list(record_files(inputs.read(HERE / "generator/starter").content, KINDS, []))


def _formatted(text: str, kind: type[Record] = Term) -> str:
    """The canonical form, which says the same and is its own."""
    made, problems = canonical("content/x/case.yaml", text.encode(), kind)
    assert made is not None, problems
    assert read(made.decode()).data == read(text).data
    assert canonical("content/x/case.yaml", made, kind)[0] == made
    return made.decode()


# ---- the laws


def test_what_is_published_and_what_a_new_explainer_starts_from_is_canonical() -> None:
    assert len(REAL) > 400 and len(STARTER) > 10
    for path, content, kind in (*REAL, *STARTER):
        assert canonical(path, content, kind) == (content, [])


def test_the_examples_of_the_manual_are_canonical() -> None:
    manual = (HERE / "content/README.md").read_text(encoding="utf-8")
    examples = re.findall(r"^`(\w+)/[\w-]+\.yaml`, filled in:\n\n```yaml\n(.*?)```", manual, re.DOTALL | re.MULTILINE)
    kinds = {kind.folder: kind for kind in KINDS}
    assert len(examples) == 3
    for folder, text in examples:
        assert _formatted(text, kinds[folder]) == text


@pytest.mark.parametrize("seed", range(3))
def test_every_record_in_any_layout_keeps_its_data_and_every_comment_at_its_key(seed: int) -> None:
    for path, content, kind in REAL[seed::3]:
        _keeps_comments(Layout(Random(path)), content, kind)


@given(st.sampled_from(STARTER), st.randoms(use_true_random=False))
def test_a_record_in_any_layout_keeps_its_data_and_every_comment_at_its_key(
    record: tuple[str, bytes, type[Record]], chance: Random
) -> None:
    _keeps_comments(Layout(chance), record[1], record[2])


def _keeps_comments(layout: Layout, content: bytes, kind: type[Record]) -> None:
    text = layout.of(read(content.decode()).data)
    made = _formatted(text, kind)
    found, firsts = comments_in(made), _firsts(made)
    assert {name: firsts.get(path, path) for name, path in layout.comments.items()} == {
        name: firsts.get(path, path) for name, path in found.items()
    }
    in_order = [int(name) for name in found]
    at = [found[str(name)] for name in range(len(found))]
    for one, other in pairwise(range(len(in_order))):
        assert at[one] != at[other] or in_order.index(one) < in_order.index(other)


def _firsts(text: str) -> dict[Path, Path]:
    """By the path of an item's first key, that of the item: a comment above the one is above the other."""
    document = read(text)
    return {
        path: path[:-1]
        for path, (line, *_) in document.places.items()
        if len(path) > 2 and isinstance(path[-2], int) and line == document.at(path[:-1]).line
    }


SIGNS = st.sampled_from(" \n\t'\"\\:#-,[]{}&*!|>%@?~=<0123456789abNé«漢\u00a0\u200d")
LETTERS = st.characters(exclude_categories=["C", "Zl", "Zp"])
VALUES = st.text(SIGNS | LETTERS, min_size=1, max_size=30).filter(lambda text: any(map(str.isalnum, text)))


@given(VALUES, VALUES, st.lists(VALUES, min_size=1, max_size=3))
def test_any_text_has_one_form_whatever_the_quotes(note: str, name: str, names: list[str]) -> None:
    data = {
        "note": note,
        "short": "What carries a bridge.",
        "names": [{"language": "en", "text": text} for text in names],
        "term": name,
    }
    written = json.dumps(data, ensure_ascii=False)
    assume(canonical("content/terms/case.yaml", written.encode(), Term)[0])
    has_escapes = max(written) <= "\uffff"  # JSON’s for others are halves of a character, which are refused
    others = [
        json.dumps(data, indent=1, ensure_ascii=has_escapes),
        yaml.safe_dump(data, default_style='"', width=10**6, allow_unicode=True),
    ]
    assert {_formatted(other) for other in others} == {_formatted(written)}


def test_every_record_has_one_form_whatever_the_layout() -> None:
    for path, content, kind in REAL[::5]:
        data = read(content.decode()).data
        written = json.dumps(data, ensure_ascii=False)
        other = yaml.safe_dump(data, default_style='"', default_flow_style=False, width=10**6, allow_unicode=True)
        assert _formatted(written, kind) == _formatted(other, kind), path


# ---- the form

FIGURE = """\
# yaml-language-server: $schema=../schema/figure.json

label: Trains
counts: >-
  Trains a day, of both
  directions.

  Trams are out.
# Per day.
unit: trains
values:
  # The first.
  - value: 1
    stated_by: Valley Post
    stated_on: 2025-03-01
    # Where it was read.
    cites: [valley-post]
    # Not on the page.
  # - value: 2
  - low: 1.50
    high: 2
    stated_by: "No"
    stated_on: 2025-03  # by the printed one
    cites:
      - source: valley-post
        locator: "12: left"

chart: none
note: |
  - one

    two
# What is left to do.
"""
SCRAMBLED = """\
\ufeff# yaml-language-server: $schema=../schema/figure.json
"note": "- one\\n\\n  two\\n"


chart: none
values:
# The first.
- stated_by:   'Valley Post'
  # Where it was read.
  cites:
  - valley-post
  'stated_on': 2025-03-01
  value: "1"
  # Not on the page.
# - value: 2
- { stated_by: 'No', low: 1.50,
    stated_on: 2025-03, # by the printed one
    cites: [{locator: '12: left', source: valley-post}], high: 2 }
label: "Trains"
# Per day.
unit: trains
counts: Trains a day, of both
   directions.

   Trams are out.
# What is left to do."""


def test_a_record_in_another_order_and_layout() -> None:
    assert _formatted(SCRAMBLED, Figure) == FIGURE


WORDS = {  # what is written as a note, and how it is written then
    "'It''s plain'": "It's plain",
    '"a: b"': '"a: b"',
    '"a #b"': '"a #b"',
    "a#b": "a#b",
    "'- a'": '"- a"',
    "'\"a\"'": '"\\"a\\""',
    '"\\u00e9\\ta\\\\"': '"é\\ta\\\\"',
    "'2025'": "2025",
    '"2025-03-01"': "2025-03-01",
    "01:30": '"01:30"',
    "NO": '"NO"',
    "~": '"~"',
    "0123": '"0123"',
    "https://example.org/#a": "https://example.org/#a",
    '" a "': '" a "',
    '"two\\nlines"': "|-\n  two\n  lines",
    "|+\n  a\n\n": "|+\n  a\n\n",
    ">2-\n    a\n  b\n": ">2-\n    a\n  b",
    "|+\n  a\n\n\n# b": "|+\n  a\n\n\n# b",
    "|     # why\n      a\n       b\n": "|  # why\n  a\n   b",
    "'a' # why": '"a"  # why',
}


@pytest.mark.parametrize("written", WORDS)
def test_a_text_is_plain_where_nobody_could_mistake_it(written: str) -> None:
    start = "term: Pier\nshort: What carries a bridge.\nnote: "
    assert _formatted(start + written + "\n") == start + WORDS[written] + "\n"


def test_empty_lines_before_the_first_item_go_and_others_are_single() -> None:
    start = "term: Pier\nshort: What carries a bridge.\nnames:"
    first = "\n\n\n  - text: Pfeiler\n\n    # Their own.\n    language: de\n"
    written = f"{start}{first}\n\n  - language: fr\n    text: pile\n\n"
    tidy = "\n  # Their own.\n  - language: de\n    text: Pfeiler\n\n  - language: fr\n    text: pile\n"
    assert _formatted(written) == start + tidy


def test_a_list_of_words_stands_on_one_line_if_it_fits_and_has_no_comments() -> None:
    start = "term: Pier\nshort: What carries a bridge.\naliases:"
    names = [f"a-{number:08}" for number in range(12)]
    for count, is_long in ((9, False), (10, True)):
        block = "".join(f"\n  - {name}" for name in names[:count])
        line = f" [{', '.join(names[:count])}]"
        assert is_long == (len(f"aliases:{line}") > 120)
        assert (
            _formatted(f"{start}{line}\n")
            == _formatted(f"{start}{block}\n")
            == start + (block if is_long else line) + "\n"
        )
    assert _formatted(f"{start} [a, # why\n  b]\n") == f"{start}\n  - a  # why\n  - b\n"
    assert _formatted(f"{start} [] # why\n") == f"{start} []  # why\n"


def test_a_time_stands_on_the_line_of_its_day() -> None:
    text = "title: A day\nwhen:\n  time: 01:30\n  date: 2025-03-01\nsection: a\ntext: It was.\ncites: [b]\n"
    line = 'when: {date: 2025-03-01, time: "01:30"}'
    assert line in _formatted(text, Event).split("\n")
    remarked = 'when:\n  date: 2025-03-01\n  # About.\n  time: "01:30"\n'
    assert remarked in _formatted(text.replace("  time", "  # About.\n  time"), Event)


# ---- the command

MESSY = "short: 'What carries a bridge.'\nterm: Pier\n"
TIDY = "term: Pier\nshort: What carries a bridge.\n"


def _files(project: Project) -> dict[str, tuple[bytes, int, int]]:
    """What lies in the content: bytes, mode, and when each was written."""
    found = {}
    for path in (project.root / "content").rglob("*"):
        status = path.lstat()
        found[path.name] = (path.read_bytes() if path.is_file() else b"", status.st_mode, status.st_mtime_ns)
    return {name: value for name, value in found.items() if "." in name}


def test_what_is_not_canonical_is_replaced_and_nothing_else_is_touched(project: Project) -> None:
    path = project.write("terms/pier.yaml", MESSY)
    path.chmod(0o640)
    before = _files(project)
    done = project.run("format")
    assert (done.exit_code, done.output) == (0, "content/terms/pier.yaml\n1 of 12 records changed\n")
    after = _files(project)
    assert path.read_text() == TIDY and after["pier.yaml"][1] == before["pier.yaml"][1]
    assert after | {"pier.yaml": ()} == before | {"pier.yaml": ()}
    assert project.run("format").output == "0 of 12 records changed\n"


def test_a_check_writes_nothing_and_fails_where_something_would_change(project: Project) -> None:
    assert project.run("format", "--check").exit_code == 0
    project.write("terms/pier.yaml", MESSY)
    before = _files(project)
    done = project.run("format", "--check")
    assert (done.exit_code, done.output) == (1, "content/terms/pier.yaml\n1 of 12 records would change\n")
    assert _files(project) == before


BAD: dict[str, str | bytes] = {
    "syntax": "term: [Pier\n",
    "a key twice": MESSY + "term: Pier\n",
    "an unknown key": MESSY + "colour: red\n",
    "a missing key": "term: Pier\n",
    "bad prose": "short: '<b>What</b> carries a bridge.'\nterm: Pier\n",
    "lost text": "short: Bridge #1 is old.\nterm: Pier\n",
    "bytes": b"short: caf\xe9\nterm: Pier\n",
}


@pytest.mark.parametrize("what", BAD)
def test_a_file_with_an_error_stays_as_it_is_while_others_are_formatted(project: Project, what: str) -> None:
    bad, messy = project.write("terms/bad.yaml", BAD[what]), project.write("terms/pier.yaml", MESSY)
    before, told = bad.read_bytes(), project.run("check").stdout
    done = project.run("format")
    assert done.exit_code == 1 and messy.read_text() == TIDY and bad.read_bytes() == before
    assert done.stderr and done.stderr == told[: told.index("0 records checked")]
    assert done.stdout.endswith("1 of 13 records changed, 1 error, 0 warnings\n")


def test_a_link_is_told_and_not_followed(project: Project, tmp_path: File) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text(MESSY)
    (project.root / "content/terms/pier.yaml").symlink_to(outside)
    for arguments in ([], [str(project.root / "content/terms/pier.yaml")]):
        done = project.run("format", *arguments)
        assert done.exit_code == 1 and "content/terms/pier.yaml:1:1: error[file-link]" in done.stderr
    assert outside.read_text() == MESSY and (project.root / "content/terms/pier.yaml").is_symlink()


def test_a_folder_that_becomes_a_link_is_not_followed(
    project: Project, tmp_path: File, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write("terms/pier.yaml", MESSY)
    terms = project.root / "content/terms"

    def swapped(path: str, content: bytes, kind: type[Record]) -> object:
        if path.endswith("pier.yaml"):
            terms.rename(tmp_path / "elsewhere")
            terms.symlink_to(tmp_path / "elsewhere")
        return canonical(path, content, kind)

    monkeypatch.setattr(formatting, "canonical", swapped)
    done = project.run("format")
    assert done.exit_code == 3 and "error[file-not-writable]: content/terms/pier.yaml" in done.stderr
    assert (tmp_path / "elsewhere/pier.yaml").read_text() == MESSY


def test_what_somebody_saves_meanwhile_is_kept(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    path = project.write("terms/pier.yaml", MESSY)

    def saved(name: str, content: bytes, kind: type[Record]) -> object:
        path.write_text(MESSY + "# Saved.\n")
        return canonical(name, content, kind)

    monkeypatch.setattr(formatting, "canonical", saved)
    done = project.run("format")
    assert done.exit_code == 1
    assert done.stderr == (
        "content/terms/pier.yaml:1:1: error[file-changed]: this was saved by somebody else while it was formatted, "
        "and is as they left it\n  hint: format it again\n"
    )
    assert path.read_text() == MESSY + "# Saved.\n" and done.stdout.startswith("0 of 12")


def test_a_file_is_whole_or_as_it_was(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    path = project.write("terms/pier.yaml", MESSY)
    left = path.with_name(".pier.yaml.new")
    left.write_text("of a run that was killed")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, os.strerror(28))

    for name in ("fsync", "rename"):
        with monkeypatch.context() as patched:
            patched.setattr(os, name, full)
            done = project.run("format")
        assert done.exit_code == 3 and path.read_text() == MESSY and not left.exists()
        assert done.stderr == (
            "explainer: error[file-not-writable]: content/terms/pier.yaml cannot be replaced: "
            "No space left on device.\n  hint: It is as it was.\n"
        )
    assert project.run("format").exit_code == 0 and path.read_text() == TIDY


def test_only_what_is_named_is_formatted(project: Project, tmp_path: File) -> None:
    for name in ("terms/pier.yaml", "terms/span.yaml", "terms/bad.yaml"):
        project.write(name, MESSY if "bad" not in name else "term: [")
    content = project.root / "content"
    assert project.run("format", str(content / "terms/pier.yaml")).output.endswith("1 of 1 records changed\n")
    assert (content / "terms/span.yaml").read_text() == MESSY
    assert project.run("format", str(content / "events")).exit_code == 0
    done = project.run("format", str(content / "terms"))
    assert done.exit_code == 1 and done.stdout.endswith("1 of 4 records changed, 1 error, 0 warnings\n")
    for elsewhere in (tmp_path, content / "release.lock"):
        elsewhere.touch()
        assert project.run("format", str(elsewhere)).exit_code == 2


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.folder])
def test_a_new_draft_is_canonical(project: Project, kind: type[Record]) -> None:
    assert project.run("new", kind.kind, "case").exit_code == 0
    path = project.root / "content" / kind.folder / "case.yaml"
    assert _formatted(path.read_text(), kind) == path.read_text()


def test_the_site_is_the_same(project: Project) -> None:
    assert project.run("build").exit_code == 0
    before = project.tree()
    for path in sorted((project.root / "content").rglob("*.yaml")):
        path.write_text(Layout(Random(path.name)).of(read(path.read_text()).data))
    assert "of 11 records changed" in project.run("format").output
    done = project.run("build", "--no-cache")
    assert "0 of" in done.output and project.tree() == before
