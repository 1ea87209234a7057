"""Every rule has its page, with an example it speaks of and one it does not; both are run."""

import ast
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Project

from generator import inputs
from generator.build import build
from generator.rules import RULES

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs/rules.md").read_text(encoding="utf-8")
PAGES = {page.partition("\n")[0]: page for page in re.split(r"^### ", PAGE, flags=re.MULTILINE)[1:]}
# What breaks the site or a proof: always an error, and not a matter of judgement.
FIXED = {"conf-url", "date-invalid", "file-missing", "path-collision", "quote-not-found", "text-hash"}
JUDGING = "check daterules independence quotations archives quotemarks figures coverage language waivers".split()


def example(page: str, name: str) -> dict[str, str]:
    """The files of an example by their paths."""
    found = re.search(rf"^{name}:\n\n```yaml\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    assert found, f"no example {name}"
    pieces = re.split(r"^# (\S+\.yaml)\n", found[1], flags=re.MULTILINE)
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))


def said_of(project: Project, files: dict[str, str]) -> set[str]:
    for path, text in files.items():
        project.write(path, text)
    return {diagnostic.code for diagnostic in build(inputs.read(project.root)).diagnostics}


def test_the_page_holds_exactly_the_rules() -> None:
    assert sorted(PAGES) == sorted(RULES)


@pytest.mark.parametrize("rule", RULES)
def test_the_wrong_example_is_told_by_its_rule_alone_and_the_right_one_by_none(
    rule: str, make_project: Callable[[], Project]
) -> None:
    assert said_of(make_project(), example(PAGES[rule], "Wrong")) == {rule}
    assert said_of(make_project(), example(PAGES[rule], "Right")) == set()


def test_no_code_of_a_rule_is_forgotten() -> None:
    written = set()
    for name in JUDGING:
        tree = ast.parse((ROOT / f"generator/{name}.py").read_text(encoding="utf-8"))
        constants = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
        written |= {value for value in constants if isinstance(value, str) and value in {*RULES, *FIXED}}
    assert written == {*RULES, *FIXED}
    assert codes_given() <= {*RULES, *FIXED}


def codes_given() -> set[str]:
    """The second argument of every diagnostic, where it is written out."""
    found = set[str]()
    for name in JUDGING:
        for node in ast.walk(ast.parse((ROOT / f"generator/{name}.py").read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Diagnostic":
                code = node.args[1]
                found |= {code.value} if isinstance(code, ast.Constant) and isinstance(code.value, str) else set()
    return found
