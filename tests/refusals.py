"""What holds whenever content is refused or taken, asserted once for every test of bad input.

In the texts of these tests the mark ▸ stands where the mistake is; it is taken out before the text is written.
"""

import json
import os
import re
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from click.testing import Result
from conftest import Project

MARK = "▸"
Row = dict[str, Any]
_LINE = re.compile(r"(.+?):(\d+):(\d+): (error|warning)\[([a-z-]+)\]: (.*)")
LONGEST = 2.0  # seconds of work that any refusal may take


# One record of each kind, with a place for what is tried.
TERM = "term: {}\nshort: What carries a bridge.\n"
EVENT = "title: A day\nwhen: {}\nsection: what-happened\ntext: Something.\ncites: [town-notice]\n"
EVENT_AND = EVENT.format("2025-03-01") + "{}\n"
SOURCE = "title: A page\npublisher: Valley Post\nkind: newspaper\nlanguage: en\npublished: 2025-03-02\nurl: {}\n"
SOURCE_AND = SOURCE.format("https://example.org/") + "{}\n"
PLACE_AND = "name: A\nkind: city\ntimezone: Europe/Vienna\n{}\n"
PLACE = PLACE_AND.format("part_of: {}")
FIGURE = (
    "label: Trains\ncounts: Trains a day.\nunit: trains\nsection: what-happened\nvalues:\n"
    "- stated_by: Valley Post\n  stated_on: 2025-03-01\n  cites: [valley-post]\n  value: {}\n"
)
SECTION_AND = "label: A\nquestion: What?\nanswer: Nothing.\nbody: Nothing yet.\nstatus: draft\n{}\n"
UPDATE = "on: {}\nkind: correction\nsummary: Something was wrong.\n"
_FOLDERS = {
    "term:": "terms",
    "title: A d": "events",
    "title: A p": "sources",
    "name:": "places",
    "label: T": "figures",
    "label: A": "sections",
    "on:": "updates",
}


def path_of(template: str) -> str:
    """Where a record from this template goes."""
    return next(f"{folder}/case.yaml" for start, folder in _FOLDERS.items() if template.startswith(start))


def placed(text: str) -> tuple[str, str]:
    """The text without its mark, and `line:column` of the mark."""
    before, _, after = text.partition(MARK)
    return before + after, f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


def refused_text(project: Project, path: str, text: str, code: str) -> Row:
    """The one error that this content leads to: of this code, at the mark."""
    written, at = placed(text)
    project.write(path, written)
    (row,) = refused(project, f"content/{path}:{at} {code}")
    return row


def refused(project: Project, *expected: str) -> list[Row]:
    """All errors of a build that is refused: exactly those expected, each as `path:line:column code`.

    Text and JSON say the same; nothing is printed that a terminal would obey; the site and everything else in the
    project are as they were.
    """
    before = dict(_state(project.root))
    started = time.process_time()
    built = project.run("build", "--no-cache")
    assert time.process_time() - started < LONGEST
    rows = rows_of(project.run("check", "--format", "json"), exit_code=1)
    checked = project.run("check")
    for result in (built, checked):
        _assert_clean(result, exit_code=1)
        assert told(result.output) == [as_line(row) for row in rows]
    errors = [row for row in rows if row["severity"] == "error"]
    assert [f"{_place(row)} {row['code']}" for row in errors] == list(expected), checked.output
    assert all(row["message"] for row in errors)
    assert dict(_state(project.root)) == before
    return errors


def accepted(project: Project) -> list[Row]:
    """The warnings of a build that succeeds."""
    built = project.run("build", "--no-cache")
    _assert_clean(built, exit_code=0)
    rows = rows_of(project.run("check", "--format", "json"), exit_code=0)
    assert told(built.output) == [as_line(row) for row in rows]
    return rows


def rows_of(result: Result, exit_code: int) -> list[Row]:
    _assert_clean(result, exit_code)
    rows: list[Row] = json.loads(result.stdout)
    assert all(list(row) == ["path", "line", "column", "severity", "code", "message", "hint"] for row in rows)
    return rows


def told(output: str) -> list[str]:
    """The diagnostics printed as text, each in one line."""
    lines = output.replace("\n  hint: ", " | ").split("\n")
    return [line for line in lines if _LINE.match(line)]


def as_line(row: Row) -> str:
    hint = f" | {row['hint']}" if row["hint"] else ""
    return f"{_place(row)}: {row['severity']}[{row['code']}]: {row['message']}{hint}"


def _place(row: Row) -> str:
    return f"{row['path']}:{row['line']}:{row['column']}"


def _assert_clean(result: Result, exit_code: int) -> None:
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    assert result.exit_code == exit_code, result.output
    assert "Traceback" not in result.output
    assert result.output.replace("\n", "").isprintable(), ascii(result.output)


def _state(root: Path) -> Iterator[tuple[str, tuple[object, ...]]]:
    """Everything below `root`: kind, time of the last change, and of files in the site the bytes."""
    for folder, folders, names, descriptor in os.fwalk(os.fsencode(root)):  # paths can be longer than a system takes
        folders[:] = [name for name in folders if name != b".cache"]
        for name in (*folders, *names):
            path, status = os.path.join(folder, name), os.lstat(name, dir_fd=descriptor)
            in_site = stat.S_ISREG(status.st_mode) and path.startswith(os.fsencode(root / "site"))
            data = Path(os.fsdecode(path)).read_bytes() if in_site else b""
            yield os.fsdecode(path), (status.st_mode, status.st_mtime_ns, data)
