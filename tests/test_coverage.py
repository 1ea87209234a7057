"""Which sentences need a source, which have one, and what the build says of the others."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from conftest import Project

from generator import inputs
from generator.build import Memo, build
from generator.coverage import claim_in
from generator.lexicon import lexicon_for
from generator.sentences import sentences

LABELLED = yaml.safe_load((Path(__file__).parent / "data/coverage.yaml").read_text(encoding="utf-8"))
REASONS = {
    "a number": "number",
    "a quotation": "quotation",
    "a superlative": "superlative",
    "what somebody did or said": "act",
    "a cause": "cause",
}


def labelled() -> Iterator[tuple[str, str, str]]:
    """Each sentence with its label and what the rule says of it, `none` for nothing."""
    for groups in LABELLED.values():
        for label, texts in groups.items():
            for text in texts:
                (sentence,) = sentences(text)
                claim = claim_in(sentence, lexicon_for("en"))
                yield text, label, REASONS[claim.reason] if claim else "none"


def test_200_sentences_are_labelled_half_of_them_from_unlike_topics() -> None:
    assert {topic: sum(map(len, groups.values())) for topic, groups in LABELLED.items()} == {"near": 100, "far": 100}
    texts = [text for text, _, _ in labelled()]
    assert len(set(texts)) == 200


def test_numbers_and_quotations_are_found_and_little_else_is_taken_for_a_claim(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = list(labelled())
    recall = {}
    for label in REASONS.values():
        said = [found for _, wanted, found in rows if wanted == label]
        recall[label] = sum(found != "none" for found in said) / len(said)
    claimed = [wanted for _, wanted, found in rows if found != "none"]
    precision = sum(wanted != "none" for wanted in claimed) / len(claimed)
    wrong = [row for row in rows if (row[1] == "none") != (row[2] == "none")]
    with capsys.disabled():
        shown = ", ".join(f"{label} {share:.3f}" for label, share in recall.items())
        print(f"\ncoverage: precision {precision:.3f}; recall: {shown}; wrong: {wrong}")
    assert recall["number"] >= 0.98 and recall["quotation"] >= 0.98, wrong
    assert min(recall.values()) >= 0.9, wrong
    assert precision >= 0.9, wrong


@pytest.mark.parametrize("name", ["agents", "past", "not_past"])
def test_lists_that_are_asked_word_by_word_hold_no_phrases(name: str) -> None:
    lists = yaml.safe_load((Path(claim_in.__code__.co_filename).parent / "words/en.yaml").read_text(encoding="utf-8"))
    assert [line for line in lists[name] if " " in line or "-" in line] == []


EVENT = "title: The town closes the bridge\nwhen: 2025-03-03\nsection: what-happened\nwhere: [altdorf]\ntext: |\n"
SECTION = "label: A\nquestion: Why?\nanswer: It is so.\nbody: |\n  [Here](place:altdorf), [so](term:inspection).\n\n"


def uncited(project: Project, path: str, text: str) -> list[tuple[int, int, str]]:
    """Line, column and message of each warning."""
    project.write(path, text)
    made = build(inputs.read(project.root))
    assert made.is_good, made.diagnostics
    found = [d for d in made.diagnostics if d.code == "uncited"]
    assert {d.location.path for d in found} <= {f"content/{path}"}
    return [(d.location.line, d.location.column, d.message) for d in found]


def in_section(project: Project, body: str) -> list[tuple[int, int, str]]:
    return uncited(project, "sections/what-happened.yaml", SECTION + body)


def test_the_warning_names_reason_words_and_place(project: Project) -> None:
    project.write("sections/what-happened.yaml", SECTION + "  A dry sentence. Some **1,200** people crossed.\n")
    (said,) = project.run("check").output.splitlines()[:1]
    assert said == (
        "content/sections/what-happened.yaml:7:26: warning[uncited]: "
        "this sentence holds a number, “1,200”, and names no source"
    )


def test_a_mark_at_a_later_sentence_does_not_cover_an_earlier_one(project: Project) -> None:
    found = in_section(project, "  In 2019 the bridge was repaired. In 2025 it was closed.[@town-notice]\n")
    assert [message for _, _, message in found] == ["this sentence holds a number, “2019”, and names no source"]


@pytest.mark.parametrize(
    "body",
    [
        "  Two piers have cracks.[@town-notice]\n",
        "  Two piers have cracks [@town-notice].\n",
        "  Two piers have cracks.\n  [@town-notice]\n",
        "  Two piers, [so many](figure:crossings), have cracks.\n",
        "  The mayor spoke of [“a new bridge”](quote:new-bridge).\n",
        "  The town [closed two lanes](event:bridge-closed).\n",
        "  The mayor spoke of two bridges:\n\n  ![](quote:new-bridge)\n",
        "  ## Two piers\n",
        "  Are there two piers?\n",
        "  - Two piers.[@town-notice]\n  - One pier.[@town-notice]\n",
    ],
)
def test_a_sentence_with_a_source_or_without_need_of_one_is_not_told(project: Project, body: str) -> None:
    assert in_section(project, body) == []


@pytest.mark.parametrize(
    "body",
    [
        "  Two piers, [a kind of pillar](term:inspection), have cracks.\n",
        "  Two piers have cracks. It is cold.[@town-notice]\n",
        "  Two piers have cracks.\n\n  It is cold.[@town-notice]\n",
        "  - Two piers.\n  - It is cold.[@town-notice]\n",
        "  > Two piers have cracks.\n",
        "  Why “close the whole bridge”?\n",
        "  ## A heading\n\n  Two piers have cracks.\n\n  ## Another\n\n  ![](figure:crossings)\n",
    ],
)
def test_what_stands_elsewhere_is_no_source(project: Project, body: str) -> None:
    assert len(in_section(project, body)) == 1


def test_the_sources_of_a_part_cover_its_texts(project: Project) -> None:
    text = "  The town closed the bridge. Two piers had cracks.\n"
    assert uncited(project, "events/bridge-closed.yaml", f"{EVENT}{text}cites: [town-notice]\n") == []
    assert len(uncited(project, "events/bridge-closed.yaml", EVENT + text + "  It is cold.[@town-notice]\n")) == 2


def test_what_the_editors_did_and_what_a_source_is_need_no_source(project: Project) -> None:
    project.edit("explainer.yaml", "  This is an example", "  Two editors read 12 pages. This is an example")
    project.edit("sources/valley-post.yaml", "seen: whole", "seen: whole\nreliability: It has two editors.")
    project.write(
        "updates/first.yaml", "on: 2025-03-09\nkind: addition\naffects: [event:bridge-closed]\nsummary: Two added.\n"
    )
    assert build(inputs.read(project.root)).diagnostics == ()


def test_check_prints_the_share_of_each_section(project: Project) -> None:
    in_section(project, "  Two piers have cracks. Three have none.[@town-notice] Four more are new.\n")
    shown = project.run("check", "--coverage").output
    assert "what-happened" in shown and "elsewhere" in shown
    (line,) = (line for line in shown.splitlines() if line.startswith("what-happened"))
    # One of three in the section, and the event's own.
    assert line.split()[1:] == ["2", "of", "4", "sentences", "(50%)"]


def test_the_page_about_the_site_shows_the_share(project: Project) -> None:
    in_section(project, "  Two piers have cracks. Three have none.[@town-notice] Four more are new.\n")
    page = build(inputs.read(project.root)).files["about/index.html"].decode()
    assert "</a></th><td>4</td><td>2</td></tr>" in page


def test_an_edit_is_seen_by_a_build_that_remembers(project: Project) -> None:
    memo = Memo()
    assert build(inputs.read(project.root), memo=memo).diagnostics == ()
    project.write("sections/what-happened.yaml", SECTION + "  Two piers have cracks.\n")
    again = build(inputs.read(project.root), memo=memo)
    assert [d.code for d in again.diagnostics if d.code == "uncited"] == ["uncited"]
    assert again.files == build(inputs.read(project.root)).files
