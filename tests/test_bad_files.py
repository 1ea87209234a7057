"""Files that cannot be read as they are: encodings, links, pipes, names, sizes; and what lies about beside records."""

import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import Project
from hypothesis import given
from hypothesis import strategies as st
from refusals import EVENT, TERM, accepted, refused, refused_text, rows_of

from generator import yamlfile
from generator.diagnostics import printable
from generator.inputs import LONGEST_NAME, MAX_FILE
from generator.yamltext import LARGEST

PIER = TERM.format("Pier")

ENCODED = {
    "UTF-16, little end first": (PIER.encode("utf-16"), 1, 1, "enc"),
    "UTF-16, big end first": (b"\xfe\xff" + PIER.encode("utf-16-be"), 1, 1, "enc"),
    "UTF-16 without a mark": (PIER.encode("utf-16-le"), 1, 1, "enc"),
    "UTF-32": (PIER.encode("utf-32"), 1, 1, "enc"),
    "Windows-1252": ("term: Pier\nshort: café it is\n".encode("cp1252"), 2, 11, "enc"),
    "Windows-1251": ("term: Мост\n".encode("cp1251"), 1, 7, "enc"),
    "half a character": (b"term: Pier\nshort: \xd0\n", 2, 8, "enc"),
    "a surrogate": (b"term: \xed\xa0\x80\n", 1, 7, "enc"),
    "a NUL byte": (b"term: Pi\0er\n", 1, 9, "text-control"),
    "only NUL bytes": (b"\0" * 64, 1, 1, "text-control"),
    "an escape for terminals": (b"term: \x1b[31mPier\n", 1, 7, "text-control"),
    "a line separator": ("term: Pi\u2028er\n".encode(), 1, 9, "text-control"),
    "a next line": ("term: Pi\u0085er\n".encode(), 1, 9, "text-control"),
    "a second byte-order mark": ("\ufeff\ufeffterm: Pier\n".encode(), 1, 1, "text-control"),
    "a change of direction": ("term: Pi\u202eer\n".encode(), 1, 9, "text-bidi"),
    "a change of direction in an escape": (b'term: "Pi\\u202Eer"\n', 1, 10, "text-bidi"),
    "a control character in an escape": (b'term: "Pi\\x1ber"\n', 1, 10, "text-control"),
    "a code that is no character": ("term: Pi\uffffer\n".encode(), 1, 9, "text-surrogate"),
    "more than a record may hold": (PIER.encode() + b"#" * LARGEST, 1, 1, "limit"),
}


@pytest.mark.parametrize("what", ENCODED)
def test_a_file_is_refused_with(built: Project, what: str) -> None:
    content, line, column, code = ENCODED[what]
    built.write("terms/case.yaml", content)
    refused(built, f"content/terms/case.yaml:{line}:{column} {code}")


@given(
    before=st.text(st.sampled_from("ab é漢\n"), max_size=20),
    control=st.integers(0, 0x9F).filter(lambda n: (n < 32 or n > 126) and n not in (9, 10, 13)).map(chr),
)
def test_any_control_character_is_told_at_its_place(before: str, control: str) -> None:
    _, problems = yamlfile.parse("x.yaml", f"a: {before}{control}b\n".encode())
    line, column = before.count("\n") + 1, len(f"a: {before}".rpartition("\n")[2]) + 1
    assert [(p.code, p.location.line, p.location.column) for p in problems] == [("text-control", line, column)]
    assert f"U+{ord(control):04X}" in problems[0].message


@given(st.sampled_from("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"), st.booleans())
def test_any_change_of_direction_is_told_at_its_place(mark: str, escaped: bool) -> None:
    written = f'a: "b\\u{ord(mark):04x}c"' if escaped else f"a:  b{mark}c"
    _, problems = yamlfile.parse("x.yaml", written.encode())
    assert [(p.code, p.location.column) for p in problems] == [("text-bidi", 6)]


@given(st.text())
def test_whatever_is_in_a_message_no_terminal_obeys_it(text: str) -> None:
    assert re.sub("\\s", "", printable(text)).isprintable() and not re.search("[\n\t\x85\u2028]", printable(text))


def test_a_gigabyte_is_refused_unread(built: Project) -> None:
    for path, most in (("terms/case.yaml", LARGEST), ("explainer.geojson", MAX_FILE)):
        with (built.root / "content" / path).open("wb") as file:
            file.truncate(1 << 30)
        started = time.process_time()
        (row,) = refused(built, f"content/{path}:1:1 limit")
        assert time.process_time() - started < 0.5
        assert row["message"] == f"the file has 1,073,741,824 bytes; {most:,} is the most"
        (built.root / "content" / path).unlink()


LINKS = {
    "another record": "inspection.yaml",
    "a file of the system": "/etc/passwd",
    "nothing": "nowhere.yaml",
    "itself": "case.yaml",
    "a folder": "../events",
}


@pytest.mark.parametrize("what", LINKS)
def test_a_link_is_refused_that_leads_to(built: Project, what: str) -> None:
    (built.root / "content/terms/case.yaml").symlink_to(LINKS[what])
    refused(built, "content/terms/case.yaml:1:1 file-link")


@pytest.mark.parametrize("folder", ["content/more", "seeds", "seeds/more"])
def test_a_linked_folder_is_refused(built: Project, tmp_path: Path, folder: str) -> None:
    (tmp_path / "elsewhere").mkdir()
    (built.root / folder).parent.mkdir(exist_ok=True)
    (built.root / folder).symlink_to(tmp_path / "elsewhere")
    refused(built, f"{folder}:1:1 file-link")


def test_content_that_is_a_link_is_refused(built: Project) -> None:
    (built.root / "content").rename(built.root / "elsewhere")
    (built.root / "content").symlink_to("elsewhere")
    refused(built, "content:1:1 file-link", "content/explainer.yaml:1:1 file-missing")


def test_what_is_no_file_is_refused_and_never_waited_for(built: Project) -> None:
    terms = built.root / "content/terms"
    os.mkfifo(terms / "pipe.yaml")
    (terms / "folder.yaml").mkdir()
    here = os.getcwd()
    os.chdir(terms)  # the path of a socket must be short
    try:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind("socket.yaml")
    finally:
        os.chdir(here)
    refused(built, *(f"content/terms/{name}.yaml:1:1 file-kind" for name in ("folder", "pipe", "socket")))


def test_content_that_is_a_file_is_refused(built: Project) -> None:
    (built.root / "content").rename(built.root / "elsewhere")
    (built.root / "content").write_text("not a folder")
    refused(built, "content:1:1 file-kind", "content/explainer.yaml:1:1 file-missing")


NAMES = {
    "a byte that is not UTF-8": (b"caf\xe9.yaml", "caf\\\\xe9.yaml"),
    "a line break": (b"a\nb.yaml", "a\\nb.yaml"),
    "an escape for terminals": (b"a\x1b[31mb.yaml", "a\\x1b[31mb.yaml"),
    "a change of direction": ("a\u202eb.yaml".encode(), "a\\u202eb.yaml"),
    "250 letters": (b"a" * 250 + b".yaml", "a" * 250 + ".yaml"),
}


@pytest.mark.parametrize("what", NAMES)
def test_a_name_is_refused_and_shown_harmlessly_that_has(built: Project, what: str) -> None:
    name, shown = NAMES[what]
    Path(os.fsdecode(os.path.join(os.fsencode(built.root), b"content/terms", name))).write_bytes(PIER.encode())
    rows = rows_of(built.run("check", "--format", "json"), exit_code=1)
    assert [(row["path"], row["code"]) for row in rows] == [
        (f"content/terms/{shown}".replace("\\\\x", "\\x"), "file-name")
    ]
    refused(built, f"{rows[0]['path']}:1:1 file-name")


def test_folders_that_lie_too_deep_are_refused(built: Project) -> None:
    here = os.getcwd()
    os.chdir(built.root / "content")
    try:
        for _ in range(30):
            os.mkdir("d" * LONGEST_NAME)
            os.chdir("d" * LONGEST_NAME)
    finally:
        os.chdir(here)
    path = "content" + f"/{'d' * LONGEST_NAME}" * 5
    refused(built, f"{path}:1:1 file-name")


LOOK_ALIKES = """case.yml|case.YAML|case.yaml.txt|case (1).yaml|case - Copy.yaml|case copy.yaml|Copy of case.yaml
case (copy).yaml|case (another copy).yaml|case - Kopie.yaml|case.sync-conflict-20250301-A1.yaml
case.yaml~|case.yaml.bak|case.json|case.md|case""".replace("\n", "|").split("|")
JUNK = "~$case.yaml .case.swp .case.yaml.swp .DS_Store Thumbs.db desktop.ini ._case.yaml .gitkeep __pycache__".split()


@pytest.mark.parametrize("name", LOOK_ALIKES)
def test_a_file_that_is_almost_a_record_is_warned_about(built: Project, name: str) -> None:
    before = accepted(built)
    built.write(f"terms/{name}", PIER)
    found = [row for row in accepted(built) if row not in before]
    assert [(row["path"], row["severity"], row["code"]) for row in found] == [
        (f"content/terms/{name}", "warning", "file-ignored")
    ]


@pytest.mark.parametrize("name", JUNK)
def test_what_systems_leave_behind_is_passed_over_in_silence(built: Project, name: str) -> None:
    before = accepted(built)
    built.write(f"terms/{name}", b"\0\xff")
    assert accepted(built) == before


def test_a_record_outside_the_folders_of_the_kinds_is_told_where_it_belongs(built: Project) -> None:
    for path in ("case.yaml", "event/case.yaml", "Events/case.yaml", "stuff/case.yaml"):
        built.write(path, EVENT.format("2025-03-01"))
    rows = refused(
        built,
        "content/Events/case.yaml:1:1 kind-unknown",
        "content/case.yaml:1:1 kind-unknown",
        "content/event/case.yaml:1:1 kind-unknown",
        "content/events:1:1 path-collision",
        "content/stuff/case.yaml:1:1 kind-unknown",
    )
    assert [row["hint"] for row in rows[:3]] == [
        "did you mean events/?",
        "move it, say into events/",
        "did you mean events/?",
    ]


PICTURE = b"GIF89a\x01\x00\x01\x00=1;alert(1)//" + b"GPS 51.169392,71.449074" + b"<script>alert(1)</script>"


def test_pictures_are_warned_about_and_no_byte_of_them_is_published(built: Project) -> None:
    before = accepted(built), built.tree()
    built.write("terms/huge.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (30_000).to_bytes(4, "big") * 2)
    built.write("picture.gif", PICTURE)
    built.write("photo.JPG", b"\xff\xd8\xff\xe1" + PICTURE)
    rows = [row for row in accepted(built) if row not in before[0]]
    assert [(row["path"], row["code"], row["message"]) for row in rows] == [
        (f"content/{name}", "image-unused", "pictures are not used by this site")
        for name in ("photo.JPG", "picture.gif", "terms/huge.png")
    ]
    assert built.tree() == before[1]


def test_an_archived_text_that_is_missing_is_told_where_it_is_named(built: Project) -> None:
    text = f"seen: whole\ntext:\n  file: nope.txt\n  sha256: {'0' * 64}\n  captured: 2025-03-06"
    built.edit("sources/valley-post.yaml", "seen: whole", text)
    refused(built, "content/sources/valley-post.yaml:10:9 file-missing")


def test_an_archived_text_that_has_changed_or_is_not_utf8_is_told_where_it_is_named(built: Project) -> None:
    (built.root / "seeds").mkdir()
    (built.root / "seeds/post.txt").write_bytes(b"\xff")
    text = f"seen: whole\ntext:\n  file: post.txt\n  sha256: ▸{'0' * 64}\n  captured: 2025-03-06\n"
    source = (built.root / "content/sources/valley-post.yaml").read_text().replace("seen: whole\n", text)
    refused_text(built, "sources/valley-post.yaml", source, "text-hash")
    source = source.replace("▸", "").replace("file: ", "file: ▸")
    digest = "a8100ae6aa1940d0b663bb31cd466142ebbdbd5187131b92d93818987832eb89"
    refused_text(built, "sources/valley-post.yaml", source.replace("0" * 64, digest), "enc")


def test_a_project_without_an_explainer_is_told_how_to_start(built: Project) -> None:
    (built.root / "content/explainer.yaml").unlink()
    (row,) = refused(built, "content/explainer.yaml:1:1 file-missing")
    assert row["hint"].startswith("run the command in the project’s folder")


@pytest.mark.parametrize("what", ["a link", "a file", "a folder of someone else's"])
def test_an_output_that_is_not_ours_is_refused_by_the_machine(built: Project, tmp_path: Path, what: str) -> None:
    out, theirs = tmp_path / "out", tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "letter.txt").write_text("mine")
    if what == "a link":
        out.symlink_to(theirs)
    elif what == "a file":
        out.write_text("mine")
    else:
        theirs.rename(out)
    before = {path: path.lstat().st_mtime_ns for path in tmp_path.rglob("*") if "built" not in path.parts}
    result = built.run("build", "--out", str(out))
    assert result.exit_code == 3 and "error[out-not-ours]" in result.output and "Traceback" not in result.output
    assert {path: path.lstat().st_mtime_ns for path in tmp_path.rglob("*") if "built" not in path.parts} == before


UNREADABLE = """
import builtins, os, sys
sys.argv[1:] = ["check", "--root", sys.argv[1]]
really_open = open
def refuse(path, *more, **options):
    if isinstance(path, (str, bytes)) and os.fsdecode(path).endswith("case.yaml"):
        raise PermissionError(13, "Permission denied")
    return really_open(path, *more, **options)
builtins.open = refuse
from generator.cli import main
main()
"""


def test_a_file_that_may_not_be_read_is_told(built: Project) -> None:
    built.write("terms/case.yaml", PIER)
    command = [sys.executable, "-c", UNREADABLE, str(built.root)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parent.parent)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "content/terms/case.yaml:1:1: error[file-unreadable]: this cannot be read: Permission denied" in done.stdout


def test_a_look_alike_beside_its_record_is_not_to_be_renamed(built: Project) -> None:
    built.write("terms/inspection.yml", TERM.format("A"))
    (row,) = rows_of(built.run("check", "--format", "json"), 0)
    assert (row["code"], row["hint"]) == ("file-ignored", "inspection.yaml is read; delete this")
