"""An explainer of another country: its side of the earth, its clocks, its language, scripts that run to the left."""

from hashlib import sha256
from typing import Any

import browser
import pytest
from conftest import Project
from playwright.sync_api import Browser

from generator import inputs
from generator.build import build

QUOTE = "speaker: mayor\nsaid: 2025-03-04\ncontext: She was asked.\nsection: what-happened\ncite: sahil\n"
HEBREW = "text: השער היה פתוח כשהגעתי\nlanguage: he\n"
ARABIC = "text: The fire came from inside.\noriginal: {language: ar, text: جاءت النار من الداخل}\n"


def page(project: Project, address: str) -> str:
    result = project.run("build")
    assert result.exit_code == 0, result.output
    return (project.root / "site" / address / "index.html").read_text(encoding="utf-8")


def event(project: Project, name: str, when: str, where: str = "altdorf") -> None:
    text = f"title: {name.title()}\nwhen: {when}\ntext: It happened.\nwhere: [{where}]\nsection: what-happened\n"
    project.write(f"events/{name}.yaml", text + "cites: [valley-post, town-notice]\n")


def told(project: Project, code: str) -> str:
    output = project.run("check").output.replace("\n  hint: ", " | ")
    return "\n".join(line for line in output.splitlines() if f"[{code}]" in line)


def arabic_source(project: Project, title: str = "إعلان حالة الطوارئ") -> None:
    text = "وقالت: «جاءت النار من الداخل» مساء الأحد.".encode()
    (project.root / "seeds").mkdir(exist_ok=True)
    (project.root / "seeds/sahil.txt").write_bytes(text)
    held = f"text: {{file: sahil.txt, sha256: {sha256(text).hexdigest()}, captured: 2025-03-06}}\n"
    more = "kind: newspaper\nlanguage: ar\npublished: 2025-03-05\nurl: https://sahil.example/1\n"
    project.write("sources/sahil.yaml", f"title: {title}\npublisher: الساحل\n{more}{held}")


# -- places and clocks ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lat", "lon", "words"),
    [("48.2", "16.4", "48.2° N, 16.4° E"), ("-44.10", "-176.6", "44.10° S, 176.6° W"), ("0", "-0.5", "0° N, 0.5° W")],
)
def test_a_position_is_told_by_its_half_of_the_earth(project: Project, lat: str, lon: str, words: str) -> None:
    project.edit("places/altdorf.yaml", "lat: 48.2\n  lon: 16.4", f"lat: {lat}\n  lon: {lon}")
    assert words in page(project, "places/altdorf")


def test_a_time_over_which_clocks_were_set_forward_is_an_error(project: Project) -> None:
    event(project, "wait", "{date: 2025-03-30, time: 02:30}")
    assert told(project, "date-invalid") == (
        "content/events/wait.yaml:2:7: error[date-invalid]: no clock in Europe/Vienna showed 02:30 on 30 March 2025: "
        "they were set forward over it | correct the time or the date; or add zone:, if the clock stood elsewhere"
    )
    for sound in ("time: 03:00", "time: 01:59", "time: 02:30, zone: Asia/Tokyo", "time: 02:30, approximate: true"):
        event(project, "wait", f"{{date: 2025-03-30, {sound}}}")
        assert told(project, "date-invalid") == "", sound


def test_a_day_on_which_clocks_were_set_back_names_both_their_offsets(project: Project) -> None:
    project.edit("places/altdorf.yaml", "Europe/Vienna", "Pacific/Chatham")
    event(project, "fire", "{date: 2024-04-07, time: 03:15}")
    event(project, "calm", "{date: 2024-04-07, time: 06:50}")
    assert "<p>Local time, UTC+13:45, then UTC+12:45</p>" in page(project, "timeline").replace(
        ' class="meta zones"', ""
    )
    project.write("places/westhaven.yaml", "name: Westhaven\nkind: city\ntimezone: Asia/Tokyo\n")
    event(project, "west", "{date: 2024-04-07, time: 07:00}", "westhaven")
    assert "UTC+13:45, then UTC+12:45 in Altdorf, UTC+9 in Westhaven" in page(project, "timeline")


def test_a_new_record_has_the_zone_and_the_language_of_the_site(project: Project) -> None:
    project.edit("explainer.yaml", "language: en", "language: de")
    project.edit("explainer.yaml", "Europe/Vienna", "America/Argentina/Buenos_Aires  # most of them")
    for kind, line in (("place", "timezone: America/Argentina/Buenos_Aires"), ("source", "language: de")):
        project.run("new", kind, "case")
        text = (project.root / f"content/{kind}s/case.yaml").read_text(encoding="utf-8")
        assert f"\n{line}\n" in text


def test_a_new_record_says_what_its_optional_keys_can_hold(project: Project) -> None:
    project.run("new", "event", "case")
    project.run("new", "quote", "case")
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(project.root.glob("content/*/case.yaml")))
    for line in (
        "# where:  # Places. The ids of records in places/.",
        "# links:  # How it relates to other events. A list, each with relation, event.",
        "# original:  # The words as spoken, when `text` is a translation. Below it: language, text.",
        "# event:  # The id of a record in events/.",
    ):
        assert f"\n{line}\n" in text


def test_an_actor_says_to_whom_it_is_counted(project: Project) -> None:
    project.write("actors/mayor.yaml", "name: M\nkind: person\nrole: Mayor\nsummary: She leads.\nside: town council\n")
    assert '<p class="kicker rail">Person<br>Side: town council</p>' in page(project, "actors/mayor")


# -- language ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sentence",
    [
        "Am 2. April 2024 kam der 3. Bote.[@town-notice]",
        "Das geschah in der Nacht zum 7. Oktober.[@town-notice]",
        "Im 19. Jahrhundert stand hier nach Nr. 4 des Plans z. B. Holz.[@town-notice]",
        "Der Protest war ein Fest.",
        "Das Mitglied sang ein Lied zum Abschied.",
    ],
)
def test_german_is_not_read_as_english(project: Project, sentence: str) -> None:
    project.edit("explainer.yaml", "language: en", "language: de")
    project.write(
        "sections/what-happened.yaml", f"label: Was\nquestion: Warum?\nanswer: Darum.\nbody: |\n  {sentence}\n"
    )
    assert told(project, "uncited") == ""


def test_a_number_still_ends_a_sentence(project: Project) -> None:
    body = "body: |\n  The town closed 12. March was over.[@town-notice]\n"
    project.write("sections/what-happened.yaml", f"label: What\nquestion: Why?\nanswer: So.\n{body}")
    assert "holds a number, “12”" in told(project, "uncited")


def test_german_nouns_have_capitals_and_are_no_names(project: Project) -> None:
    project.edit("explainer.yaml", "language: en", "language: de\nwords: {loaded: [Randalierer]}")
    body = "Dann kamen Randalierer.[@town-notice]"
    project.write("sections/what-happened.yaml", f"label: Was\nquestion: Warum?\nanswer: Darum.\nbody: {body}\n")
    assert "“Randalierer” judges" in told(project, "word-loaded")


@pytest.mark.parametrize(
    "quoted", ["„Es wird bald eine geben“", "»Es wird bald eine geben«", "«Es wird bald eine geben»"]
)
def test_words_in_the_quotation_marks_of_any_language_are_looked_for(project: Project, quoted: str) -> None:
    body = f"Sie sagte {quoted}, und »dann« eine Brücke und »noch« mehr.[@town-notice]"
    project.write("sections/what-happened.yaml", f"label: Was\nquestion: Warum?\nanswer: Darum.\nbody: {body}\n")
    assert told(project, "quote-unrecorded").count("“Es wird bald eine geben” is no quote record’s words") == 1
    assert told(project, "quote-unrecorded").count("\n") == 0


def test_a_point_may_part_thousands_where_the_site_is_not_in_english(project: Project) -> None:
    body = "Es gab [1.200 crossings](figure:crossings)."
    project.write("sections/what-happened.yaml", f"label: Was\nquestion: Warum?\nanswer: Darum.\nbody: {body}\n")
    assert "1.200 is not in the ledger" in told(project, "figure-contradicted")
    project.edit("explainer.yaml", "language: en", "language: de")
    assert told(project, "figure-contradicted") == ""
    project.edit("sections/what-happened.yaml", "1.200", "1.300")
    assert "1.300 is not in the ledger" in told(project, "figure-contradicted")


@pytest.mark.parametrize(
    "body",
    ["1. The piers.\n  2. The road.", "- The piers.\n  - The road.", "> The piers\n  > and the road.[@town-notice]"],
)
def test_the_marks_of_a_list_or_a_quotation_are_no_words_of_it(project: Project, body: str) -> None:
    project.write("sections/what-happened.yaml", f"label: W\nquestion: Why?\nanswer: So.\nbody: |\n  {body}\n")
    assert told(project, "uncited") == ""


# -- scripts -------------------------------------------------------------------------------------------------------


def test_of_a_translation_the_words_as_spoken_are_what_stands_in_the_source(project: Project) -> None:
    arabic_source(project)
    project.write("quotes/fire.yaml", ARABIC + QUOTE)
    assert "The words as spoken appear in the source, archived on 6 March 2025" in page(project, "quotes/fire")
    source = page(project, "sources/sahil")
    assert "These words appear in the source" in source
    assert '<blockquote lang="ar" dir="auto"><p>“جاءت النار من الداخل”</p>' in source


def test_a_title_that_was_translated_is_in_the_sites_language(project: Project) -> None:
    project.edit("events/bridge-closed.yaml", "[@town-notice]", "[@town-notice; @sahil]")
    arabic_source(project)
    assert '<cite lang="ar" dir="auto">إعلان' in page(project, "events/bridge-closed")
    arabic_source(project, "A declaration of emergency")
    assert "<cite>A declaration of emergency</cite>" in page(project, "events/bridge-closed")


def test_what_runs_to_the_left_turns_nothing_round_and_has_its_bar_on_the_right(
    project: Project, chromium: Browser
) -> None:
    arabic_source(project)
    (project.root / "seeds/sahil.txt").unlink()
    source = project.root / "content/sources/sahil.yaml"
    source.write_text(source.read_text(encoding="utf-8").partition("text:")[0], encoding="utf-8")
    project.write("quotes/gate.yaml", HEBREW + QUOTE)
    made = build(inputs.read(project.root), base_url=f"https://example.org/{'a' * 60}/")
    options: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
    with browser.served(made.files) as base, browser.reader(chromium, base, **options) as reader:
        tab = reader.opens("quotes/gate/")
        left = "document.querySelector('.notes li time').getBoundingClientRect().left"
        assert reader.finds(f"{left} > document.querySelector('.notes li cite').getBoundingClientRect().right")
        assert reader.finds("getComputedStyle(document.querySelector('blockquote')).borderRightWidth") == "4px"
        tab.set_viewport_size({"width": 320, "height": 800})
        assert reader.finds("document.documentElement.scrollWidth") == 320
