"""What a project decides about the rules: severity for all, a waiver for one record."""

import pytest
from conftest import Project

from generator import inputs
from generator.build import Memo, build

WAIVER = "\nwaive:\n  - rule: {}\n    why: The town has no other address."


@pytest.fixture
def doubtful(project: Project) -> Project:
    """One warning, `url-http`."""
    project.edit("sources/town-notice.yaml", "url: https:", "url: http:")
    return project


def codes(project: Project) -> list[str]:
    return [diagnostic.code for diagnostic in build(inputs.read(project.root)).diagnostics]


def waive(project: Project, path: str, old: str, rule: str) -> None:
    project.edit(path, old, old + WAIVER.format(rule))


def test_a_waived_diagnostic_is_silent_and_its_reason_is_published(doubtful: Project) -> None:
    assert codes(doubtful) == ["url-http"]
    waive(doubtful, "sources/town-notice.yaml", "seen: whole", "url-http")
    made = build(inputs.read(doubtful.root))
    assert made.diagnostics == ()
    page = made.files["about/index.html"].decode()
    assert "The town has no other address." in page and "url-http" in page
    assert '<a href="../sources/town-notice/">Notice of closure</a>' in page


def test_without_waivers_the_page_says_nothing_of_them(project: Project) -> None:
    assert b"waive" not in build(inputs.read(project.root)).files["about/index.html"].lower()


def test_a_waiver_holds_for_its_rule_and_its_record_alone(doubtful: Project) -> None:
    waive(doubtful, "sources/valley-post.yaml", "seen: whole", "url-http")
    waive(doubtful, "sources/town-notice.yaml", "seen: whole", "url-tracking")
    assert sorted(codes(doubtful)) == ["url-http", "waiver-unused", "waiver-unused"]


def test_a_waiver_that_waives_nothing_is_told(project: Project) -> None:
    waive(project, "sources/town-notice.yaml", "seen: whole", "url-http")
    assert project.run("check").output.splitlines()[:2] == [
        "content/sources/town-notice.yaml:10:11: warning[waiver-unused]: url-http has nothing to say of this record",
        "  hint: delete the waiver",
    ]


def test_an_error_that_is_a_matter_of_judgement_can_be_waived(project: Project) -> None:
    project.edit("events/bridge-closed.yaml", "text: The town", "text: On Tuesday, 3 March 2025, the town")
    assert codes(project) == ["date-weekday"]
    waive(project, "events/bridge-closed.yaml", "certainty: confirmed", "date-weekday")
    assert codes(project) == []


@pytest.mark.parametrize("rule", ["ref-missing", "quote-not-found", "path-collision", "yaml-tab", "text-hash"])
def test_what_breaks_the_site_or_a_proof_cannot_be_waived(project: Project, rule: str) -> None:
    waive(project, "sources/town-notice.yaml", "seen: whole", rule)
    assert codes(project) == ["rule-unknown"]


def test_a_misspelt_rule_is_an_error_with_a_suggestion(project: Project) -> None:
    waive(project, "sources/town-notice.yaml", "seen: whole", "url-htp")
    project.edit("explainer.yaml", "method: |", "rules:\n  uncitd: off\nmethod: |")
    said = project.run("check").output.splitlines()
    assert said[:4] == [
        "content/explainer.yaml:17:3: error[rule-unknown]: “uncitd” is no rule that can be switched or waived",
        "  hint: did you mean uncited?",
        "content/sources/town-notice.yaml:10:11: error[rule-unknown]: "
        "“url-htp” is no rule that can be switched or waived",
        "  hint: did you mean url-http?",
    ]


def test_a_waiver_without_a_reason_is_an_error(doubtful: Project) -> None:
    doubtful.edit("sources/town-notice.yaml", "seen: whole", "seen: whole\nwaive:\n  - rule: url-http")
    assert codes(doubtful) == ["required"]


@pytest.mark.parametrize(("severity", "exit_code", "shown"), [("off", 0, ""), ("warning", 0, "w"), ("error", 1, "e")])
def test_explainer_yaml_switches_a_rule(doubtful: Project, severity: str, exit_code: int, shown: str) -> None:
    doubtful.edit("explainer.yaml", "method: |", f"rules:\n  url-http: {severity}\nmethod: |")
    result = doubtful.run("check")
    assert result.exit_code == exit_code, result.output
    assert [d.severity[0] for d in build(inputs.read(doubtful.root)).diagnostics] == list(shown)


def test_a_severity_that_is_none_is_an_error(doubtful: Project) -> None:
    doubtful.edit("explainer.yaml", "method: |", "rules:\n  url-http: warn\nmethod: |")
    (said, hint, *_) = doubtful.run("check").output.splitlines()
    assert said.startswith("content/explainer.yaml:17:13: error[choice]: “warn”") and "warning" in hint


def test_rules_that_are_no_mapping_are_an_error(project: Project) -> None:
    project.edit("explainer.yaml", "method: |", "rules: [url-http]\nmethod: |")
    assert codes(project) == ["type"]


def test_a_waiver_of_a_rule_that_is_off_is_not_unused(doubtful: Project) -> None:
    waive(doubtful, "sources/town-notice.yaml", "seen: whole", "url-http")
    doubtful.edit("explainer.yaml", "method: |", "rules:\n  url-http: off\nmethod: |")
    assert codes(doubtful) == []


def test_a_record_copied_to_a_file_of_its_own_names_both_files(project: Project) -> None:
    event = (project.root / "content/events/bridge-closed.yaml").read_text()
    project.write("events/later.yaml", event)
    assert project.run("check").output.startswith(
        "content/events/later.yaml:1:1: warning[record-copied]: this file is a copy of "
        "content/events/bridge-closed.yaml\n  hint: write what is different here, or delete it\n"
    )


def test_a_copy_can_be_waived_and_what_differs_in_a_remark_or_is_a_draft_is_none(project: Project) -> None:
    event = (project.root / "content/events/bridge-closed.yaml").read_text()
    waiver = "waive:\n  - {rule: record-copied, why: It happened twice.}\n"
    for text in (f"{event}{waiver}", f"# the other one\n{event}"):
        project.write("events/later.yaml", text)
        assert codes(project) == []
    for name in ("one", "two"):
        project.write(f"events/{name}.yaml", f"{event}status: draft\n")
    assert not build(inputs.read(project.root), drafts=True).diagnostics


def test_a_copy_is_noticed_when_it_is_saved_and_no_longer_once_it_differs(project: Project) -> None:
    memo, event = Memo(), (project.root / "content/events/bridge-closed.yaml").read_text()
    for text, found in (("# new\n", []), ("", ["record-copied"]), ("# other\n", []), ("", ["record-copied"])):
        project.write("events/later.yaml", text + event)
        made = build(inputs.read(project.root), memo=memo)
        assert [diagnostic.code for diagnostic in made.diagnostics] == found
