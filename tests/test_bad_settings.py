"""The explainer's settings, templates and the machine's: refused, normalised, or of no effect."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import Project
from refusals import MARK, accepted, as_line, placed, refused

from generator import inputs
from generator.build import normal_base
from generator.cli import cli
from generator.urls import base_problem

ROOT = Path(__file__).parent.parent

BASES = [
    "javascript:alert(1)",
    "//example.org/",
    "example.org",
    "ftp://example.org/",
    "https://localhost/",
    "https://example.org:99999/",
    "https://me:secret@example.org/",
    "https://example.org/?a=1",
    "https://example.org/#a",
]


@pytest.mark.parametrize("base", BASES)
def test_a_public_address_is_refused_in_the_file_and_on_the_command_line(built: Project, base: str) -> None:
    built.edit("explainer.yaml", "language: en", f'base_url: "{base}"\nlanguage: en')
    refused(built, "content/explainer.yaml:3:11 conf-url")
    result = built.run("build", "--base-url", base)
    assert result.exit_code == 2 and "--base-url" in result.output


@pytest.mark.parametrize(
    "base", ["https://example.org", "https://example.org/", "http://example.org", "https://a.example/x"]
)
def test_a_public_address_ends_with_one_slash_however_it_is_written(built: Project, base: str) -> None:
    built.edit("explainer.yaml", "language: en", f"base_url: {base}\nlanguage: en")
    accepted(built)
    expected = base.rstrip("/") + "/"
    assert f"<loc>{expected}timeline/</loc>" in built.tree()["sitemap.xml"].decode()
    assert normal_base(base) == expected and base_problem(base) is None


CLOCKS = ["abc", "-1", "100000000000000000000"]


def test_no_clock_in_the_environment_has_any_effect(built: Project) -> None:
    accepted(built)
    before = built.tree()
    for epoch in CLOCKS:
        command = [sys.executable, "-m", "generator", "build", "--no-cache", "--root", str(built.root)]
        environment = {**os.environ, "SOURCE_DATE_EPOCH": epoch, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        assert done.returncode == 0 and " 0 of " in done.stdout, done.stderr
    assert built.tree() == before


EXPLAINER = {
    "a title that is missing": ("title: A bridge is closed\n", "▸", "required"),
    "five key points fewer": ("  - text: The mayor promised", "  - ▸txet: The mayor promised", "key-unknown"),
    "a zone that does not exist": ("timezone: Europe/Vienna", "timezone: ▸Europe/Viena", "date-zone"),
    "a language that has no code": ("language: en", "language: ▸english", "language"),
    "no sections": ("sections: [what-happened]", "sections: ▸[]", "limit"),
    "a section that is not there": (
        "sections: [what-happened]",
        "sections: [what-happened, ▸aftermath]",
        "ref-missing",
    ),
    "an accent by name": ("language: en", "accent: ▸red\nlanguage: en", "choice"),
    "a long standfirst": ("standfirst: On 3", "standfirst: ▸" + "On " * 40 + "3", "limit"),
}


@pytest.mark.parametrize("what", EXPLAINER)
def test_the_explainer_is_refused_with(built: Project, what: str) -> None:
    old, new, code = EXPLAINER[what]
    text = (built.root / "content/explainer.yaml").read_text().replace(old, new, 1)
    assert MARK in text
    written, at = placed(text)
    built.write("explainer.yaml", written)
    rows = refused(built, *[f"content/explainer.yaml:{at} {code}"])
    assert rows[0]["hint"]


@pytest.mark.parametrize("name", ["events", "timeline", "about", "all", "data", "404"])
def test_a_section_cannot_take_the_name_of_a_page(built: Project, name: str) -> None:
    built.write(f"sections/{name}.yaml", "label: A\nquestion: A?\nanswer: A.\nbody: A.\n")
    refused(built, f"content/sections/{name}.yaml:1:1 path-collision")


@pytest.mark.parametrize("name", ["events", "timeline", "about", "all", "data", "404"])
def test_a_section_was_never_called_as_a_page_is(built: Project, name: str) -> None:
    built.write("sections/after.yaml", f"label: A\nquestion: A?\nanswer: A.\nbody: A.\naliases: [{name}]\n")
    refused(built, "content/sections/after.yaml:5:10 path-collision")


@pytest.mark.parametrize("name", ["content", "content/site", "seeds/a/b", ".cache/site", "."])
def test_a_site_is_not_written_among_what_it_is_made_of(built: Project, name: str) -> None:
    result = built.run("build", "--out", str(built.root / name))
    assert result.exit_code == 2 and "--out" in result.output


@pytest.mark.parametrize("command", ["schema --out {}/a", "init {}/a", "new --root {} event a"])
def test_what_cannot_be_written_is_the_machines_matter(tmp_path: Path, command: str) -> None:
    (tmp_path / "content").touch()
    (tmp_path / "a").touch()
    folder = tmp_path if command.startswith("new") else tmp_path / "content"
    result = CliRunner().invoke(cli, command.format(folder).split())
    assert (result.exit_code, "error[out-failed]" in result.output) == (3, True), result.output


def test_a_byte_order_mark_in_a_template_reaches_no_page(built: Project) -> None:
    before = built.tree()
    for name in ("base.html", "pages/about.html", "assets/theme.css", "assets/content.css"):
        path = built.root / "templates" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"\xef\xbb\xbf" + (ROOT / "templates" / name).read_bytes())
    accepted(built)
    assert built.tree() == before
    read = inputs.read(built.root)
    assert inputs.read_again(built.root, read, ["templates/assets/theme.css"]).templates == read.templates


def test_a_template_that_uses_an_undefined_name_leaves_the_old_site(built: Project) -> None:
    path = built.root / "templates/pages/404.html"
    path.parent.mkdir(parents=True)
    path.write_text('{% extends "base.html" %}\n{% block main %}\n<h1>{{ page.ttile }}</h1>\n{% endblock %}\n')
    (row,) = refused(built, "templates/pages/404.html:3:1 tpl-undefined")
    assert "ttile" in row["message"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ('{{ 1 + "a" }}', "TypeError: unsupported operand type(s) for +: 'int' and 'str'"),
        ("{{ 1 / 0 }}", "ZeroDivisionError: division by zero"),
        ('{{ view.to("nope") }}', "KeyError: 'nope'"),
    ],
)
def test_whatever_a_template_does_wrong_is_told_at_its_line(built: Project, wrong: str, said: str) -> None:
    path = built.root / "templates/pages/404.html"
    path.parent.mkdir(parents=True)
    path.write_text(f'{{% extends "base.html" %}}\n{{% block main %}}\n<h1>{wrong}</h1>\n{{% endblock %}}\n')
    (row,) = refused(built, "templates/pages/404.html:3:1 tpl-error")
    assert as_line(row).startswith(f"templates/pages/404.html:3:1: error[tpl-error]: {said}")


OLD_PYTHON = "import sys; sys.version_info = (3, 10, 12, 'final', 0); import generator.cli"
NO_LIBYAML = """
import sys
sys.modules["yaml._yaml"] = None
sys.argv[1:] = ["check"]
from generator.cli import main
main()
"""


@pytest.mark.parametrize(
    ("program", "said"),
    [
        (OLD_PYTHON, "explainer: Python 3.11 or newer is needed; this is Python 3.10\n"),
        (
            NO_LIBYAML,
            "explainer: PyYAML lacks libyaml; reinstall it from a wheel: pip install --force-reinstall pyyaml\n",
        ),
    ],
    ids=["an old Python", "a YAML without its C parser"],
)
def test_a_machine_is_refused_clearly_that_has(program: str, said: str) -> None:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT)
    assert (done.returncode, done.stdout, done.stderr) == (3, "", said)
