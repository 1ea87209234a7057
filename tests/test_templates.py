"""Templates decide nothing and hide nothing: held by reading them."""

import re
from pathlib import Path

import pytest
from conftest import Project

from generator import inputs
from generator.build import build
from generator.markdown import read
from generator.plan import Page
from generator.templating import FILTERS, GLOBALS, opening
from generator.view import View

TEMPLATES = Path(__file__).parent.parent / "templates"
HTML = sorted(TEMPLATES.rglob("*.html"))

FORBIDDEN = {
    "the safe filter": r"\|\s*safe\b|Markup\(|autoescape",
    "an inline script": r"<script(?![^>]*\bsrc=)(?! type=\"\">\{\{ data \}\}</script>)",
    "an inline style": r"<style|\sstyle=",
    "an event handler": r"\son[a-z]+=",
    "an unquoted attribute": r"<[a-z][^<>]*\s[a-z-]+=[^\"\s]",
}


@pytest.mark.parametrize("path", HTML, ids=lambda path: path.name)
@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_template_holds(path: Path, what: str) -> None:
    # What stands between quotes cannot be taken for an attribute of its own.
    text = re.sub(r'="[^"]*"', '=""', path.read_text(encoding="utf-8"))
    assert re.search(FORBIDDEN[what], text) is None


def test_an_opening_ends_with_a_sentence() -> None:
    text = read("One *two* three.[@a] Four five six. Seven eight.")
    assert opening(text, 7) == "One two three. Four five six."
    assert opening(text, 2) == "One two…"
    assert opening(read("1. One *two*.\n2. Three.\n\n| a |\n|---|\n| b |"), 9) == "One two. Three. a b"
    assert opening(read("## What\n\nOne. Two.\n\n## How\n\nThree."), 9) == "One. Two."
    assert opening(read("Fuel rose. Two.\n\n## Fuel\n\nThree."), 9) == "Fuel rose. Two."


def test_the_readme_names_what_a_template_gets() -> None:
    readme = (TEMPLATES / "README.md").read_text(encoding="utf-8")
    public = [name for name in vars(View) if not name.startswith("_")] + ["explainer", "base"]
    assert [name for name in public if not re.search(rf"`[^`]*\b{name}\b", readme)] == []
    assert [name for name in FILTERS if f"`{name}`" not in readme] == []
    assert [name for name in GLOBALS if f"`{name}(" not in readme] == []
    assert [name for name in Page._fields if name not in ("template", "listed") and f"`{name}`" not in readme] == []


def test_the_readme_names_every_template() -> None:
    readme = (TEMPLATES / "README.md").read_text(encoding="utf-8")
    names = [path.relative_to(TEMPLATES).as_posix() for path in HTML if path.parent.name != "records"]
    assert [name for name in names if f"`{name}`" not in readme] == []


def test_a_broken_template_is_told_with_template_and_line(project: Project) -> None:
    target = project.root / "templates/pages/404.html"
    target.parent.mkdir(parents=True)
    target.write_text("<h1>\n{% if %}\n</h1>\n")
    assert "templates/pages/404.html:2:1: error[tpl-syntax]" in project.run("build").output


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("base.html", "<html>\n{{ page.titel }}", "base.html:2:1: error[tpl-undefined]: 'generator.plan.Page object'"),
        ("records/term.html", "\n{% set a = 1 / 0 %}", "records/term.html:2:1: error[tpl-error]: ZeroDivisionError"),
        (
            "records/term.html",
            '{% include "parts/nowhere.html" %}',
            "records/term.html:1:1: error[tpl-undefined]: there is no template parts/nowhere.html",
        ),
        ("base.html", "a\nb\udce9", "base.html:2:1: error[tpl-syntax]: this file is not UTF-8"),
        (
            "base.html",
            '\n{% extends "base.html" %}',
            "base.html:2:1: error[tpl-syntax]: this template extends itself",
        ),
        (
            "records/term.html",
            '{% include "records/term.html" %}',
            "records/term.html:1:1: error[tpl-error]: this template leads back to itself without an end",
        ),
    ],
)
def test_a_mistake_is_told_in_the_template_that_holds_it(project: Project, name: str, text: str, told: str) -> None:
    target = project.root / "templates" / name
    target.parent.mkdir(parents=True)
    target.write_bytes(text.encode(errors="surrogateescape"))
    output = project.run("build").output
    assert output.startswith(f"templates/{told}"), output


def test_a_template_whose_name_is_misspelt_is_told(project: Project) -> None:
    target = project.root / "templates/recrods/term.html"
    target.parent.mkdir(parents=True)
    target.write_text("a")
    (project.root / "templates/asets").mkdir()
    (project.root / "templates/asets/theme.css").write_text("a {}")
    said = "templates/asets/theme.css:1:1: warning[file-ignored]: no page uses this file\n"
    assert f"{said}  hint: did you mean assets/theme.css?\n" in project.run("check").output
    (project.root / "templates/asets/theme.css").unlink()
    said = "templates/recrods/term.html:1:1: warning[file-ignored]: no page uses this template\n"
    assert f"{said}  hint: did you mean records/term.html?\n" in project.run("check").output
    known = inputs.read(project.root)
    (project.root / "templates/base.html").write_text('{# recrods/term.html #}{% include "recrods/term.html" %}')
    known = inputs.read_again(project.root, known, ["templates/base.html"])
    assert known == inputs.read(project.root) and not known.problems
    (project.root / "templates/base.html").write_text("a")
    assert inputs.read_again(project.root, known, ["templates/base.html"]) == inputs.read(project.root)


def test_styles_in_another_encoding_are_taken_as_they_are(project: Project) -> None:
    (project.root / "templates/assets").mkdir(parents=True)
    theme, own = (TEMPLATES / "assets/theme.css").read_bytes(), b"/* caf\xe9 */ a { background: url(caf\xe9.png); }\n"
    (project.root / "templates/assets/theme.css").write_bytes(theme + own)
    made = build(inputs.read(project.root), base_url="https://example.org/")
    assert any(b"url(caf\xe9.png)" in made.files[path] for path in made.files if path.endswith(".css"))


def test_a_projects_own_template_replaces_the_shipped_one(project: Project) -> None:
    target = project.root / "templates/pages/404.html"
    target.parent.mkdir(parents=True)
    target.write_text('{% extends "base.html" %}{% block main %}<h1>Ours</h1>{% endblock %}')
    assert b"<h1>Ours</h1>" in build(inputs.read(project.root)).files["404.html"]
