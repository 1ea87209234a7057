"""Words that are not neutral: found in the site's own voice, and nowhere else."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from conftest import Project

from generator import inputs
from generator.build import build
from generator.language import WORD_RULES, remarks_on
from generator.lexicon import lexicon_for

LABELLED = yaml.safe_load((Path(__file__).parent / "data/language.yaml").read_text(encoding="utf-8"))
CODES = [code for code, _, _ in WORD_RULES.values()]


def said_of(text: str) -> list[str]:
    return [remark.code for remark in remarks_on(text, ("text",), lexicon_for("en"))]


def labelled() -> Iterator[tuple[str, str, list[str]]]:
    for groups in LABELLED.values():
        for label, texts in groups.items():
            yield from ((text, label, said_of(text)) for text in texts)


def test_200_sentences_are_labelled_half_of_them_from_unlike_topics() -> None:
    assert {topic: sum(map(len, groups.values())) for topic, groups in LABELLED.items()} == {"near": 100, "far": 100}
    assert len({text for text, _, _ in labelled()}) == 200


def test_the_labelled_words_are_found_and_few_others(capsys: pytest.CaptureFixture[str]) -> None:
    rows = list(labelled())
    wanted = [row for row in rows if row[1] != "none"]
    recall = sum(label in found for _, label, found in wanted) / len(wanted)
    said = [(text, label, code) for text, label, found in rows for code in found]
    precision = sum(label == code for _, label, code in said) / len(said)
    wrong = [row for row in rows if row[2] != ([] if row[1] == "none" else [row[1]])]
    with capsys.disabled():
        print(f"\nlanguage: precision {precision:.3f}; recall {recall:.3f}; wrong: {wrong}")
    assert {label for _, label, _ in rows} == {*CODES, "none"}
    assert precision >= 0.85, wrong
    assert recall >= 0.9, wrong


MARKS = ["“{}”", "«{}»", '"{}"', "„{}“", "‘{}’"]


@pytest.mark.parametrize("marks", MARKS)
def test_nothing_between_quotation_marks_is_looked_at(marks: str) -> None:
    for text, label, _ in labelled():
        if label != "none" and not set(text) & set("“”«»\"„‘’'"):
            assert said_of(f"The page has {marks.format(text)} as a line.") == [], text


def test_a_block_quotation_is_not_looked_at() -> None:
    assert said_of("> Terrorists took the airport yesterday.") == []
    assert said_of("Terrorists took the airport yesterday.") == ["word-loaded", "date-relative"]


EVENT = "title: {}\nwhen: 2025-03-03\nsection: what-happened\nwhere: [altdorf]\ncites: [town-notice]\ntext: |\n  {}\n"


def shown(project: Project, title: str, text: str) -> list[str]:
    project.write("events/bridge-closed.yaml", EVENT.format(title, text))
    return project.run("check").output.splitlines()[:-1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "It is [loud](place:altdorf). The **regime** closed it.",
            "7:38: warning[word-loaded]: “regime” judges, in the site’s own words",
        ),
        (
            "Some say that it is loud.",
            "7:3: warning[word-weasel]: “Some say” names nobody who can be asked",
        ),
        (
            "The mayor claimed that it is loud.",
            "7:13: warning[word-speech]: “claimed that” takes a side on what was said",
        ),
        (
            "It is loud. It was quiet\n  last week.",
            "8:3: warning[date-relative]: “last week” counts from a day that the reader does not know",
        ),
    ],
)
def test_the_warning_stands_at_the_word(project: Project, text: str, said: str) -> None:
    assert shown(project, "The bridge", text)[0] == f"content/events/bridge-closed.yaml:{said}"


def test_a_headline_is_read_and_a_sources_title_is_not(project: Project) -> None:
    assert "1:18: warning[word-loaded]: “mob”" in shown(project, "The angry mob", "It is loud.")[0]
    project.edit("sources/town-notice.yaml", "title: Notice of closure", "title: Mob closes bridge")
    assert shown(project, "The bridge", "It is loud.") == []


def test_a_position_is_told_by_its_holder(project: Project) -> None:
    position = "  - holder: {}\n    says: {}\n    cites: [town-notice]\n"
    project.write(
        "disputes/why.yaml",
        "question: Why?\nsection: what-happened\npositions:\n"
        + position.format("mayor", "Vandals broke it.")
        + position.format("The builders", "Vandals broke it yesterday."),
    )
    assert [d.code for d in build(inputs.read(project.root)).diagnostics] == ["date-relative"]


def test_a_project_adds_words_and_ways_to_mean_them(project: Project) -> None:
    project.edit(
        "explainer.yaml",
        "method: |",
        "words:\n  loaded: [rebel/rebels, ill-fated/ill-starred]\n  neutral: [rebel yell]\n"
        "  attribution: [quipped]\nmethod: |",
    )
    assert "“rebels” judges" in shown(project, "The bridge", "Two rebels stand there.")[0]
    assert "“ill-starred” judges" in shown(project, "The bridge", "An ill-starred day.")[0]
    assert shown(project, "The bridge", "The rebel yell is loud.") == []
    assert shown(project, "The bridge", "These are rebels, quipped the mayor.") == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("- -", "error[word-form]: “- -” is not words to look for"),
        ("rebel/", "error[word-form]: “rebel/” is not words to look for"),
        ("a-b/c " * 7, "error[limit]: with its hyphens, this line stands for 128 phrases; 100 is the most"),
    ],
)
def test_what_can_stand_in_no_text_is_not_looked_for(project: Project, line: str, said: str) -> None:
    project.edit("explainer.yaml", "method: |", f'words:\n  loaded: ["{line}"]\nmethod: |')
    (found,) = build(inputs.read(project.root)).diagnostics
    assert f"error[{found.code}]: {found.message}" == said


def test_a_language_without_lists_has_the_projects_own_words(project: Project) -> None:
    project.edit("explainer.yaml", "language: en", "language: de\nwords:\n  loaded: [Schurke/Schurken]")
    assert shown(project, "Die Brücke", "Some say a mob came. Schurken kamen.") == [
        "content/events/bridge-closed.yaml:7:24: warning[word-loaded]: “Schurken” judges, in the site’s own words",
        "  hint: write what was done; or say in the same sentence who calls it so, or quote the word",
    ]


def test_a_region_of_a_language_has_its_lists() -> None:
    assert list(lexicon_for("en-GB")["loaded"].find(["the", "regime"])) == [(1, 2)]
