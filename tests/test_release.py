"""No silent change: what says something else than was published demands an update; what is only typed does not."""

import json
import re
from dataclasses import replace
from functools import lru_cache
from typing import Any

import pytest
from conftest import STARTER, Project
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.build import build
from generator.diagnostics import Diagnostic
from generator.inputs import Inputs, read
from generator.parse import Parsed, parse_file
from generator.records import KINDS
from generator.release import check_release, released
from generator.site import Site, assemble
from generator.statements import LOCK, Released

SECTION = """\
label: What happened
question: Why is the bridge closed?
answer: An inspection found cracks in two piers, and the town closed the bridge the same day.[@town-notice]
body: |
  The engineers did not find the casual damage they had recieved reports of.[@valley-post] The cause was
  causal to nothing else, said the engineer Anna Gruber.[@council-minutes]
  Anna Gruber led the work since 2021.[@town-notice]

  About 1,200 people a day crossed teh bridge before the closure.[@town-notice]
  Some 500 of them now take the the ferry.[@town-notice]
  The mayor called the closure “a hard but right decision”.[@valley-post]
  The repairs was planned for May - not June.[@council-minutes]

  They cannot say when it opens, and didn't promise a day.[@council-minutes]
  The council never voted on a new bridge.[@council-minutes] Anna Grubre wrote the report.[@town-notice]
  It cost 3.7 million euros, or 12 per cent of the budget.[@council-minutes] Lorries were banned at once.[@town-notice]

  ![](figure:crossings)

  ![](quote:new-bridge)
"""
BODY = "content/sections/what-happened.yaml"
EVENT = "content/events/bridge-closed.yaml"
FIGURE = "content/figures/crossings.yaml"
QUOTE = "content/quotes/new-bridge.yaml"
HOME = "content/explainer.yaml"
MAYOR = "content/actors/mayor.yaml"
UPDATE = """\
on: {on}
kind: correction
affects: [{affects}]
summary: It was corrected.
"""

STARTED = read(STARTER)
BEFORE = replace(STARTED, content={**STARTED.content, BODY: SECTION.encode()})


def site_of(inputs: Inputs) -> Site:
    """The site, without its pages."""
    parsed = {file[0]: found for file in inputs.content.items() if (found := parsed_file(*file))}
    return assemble(parsed, KINDS, inputs.content, inputs.seeds).site


@lru_cache(maxsize=512)
def parsed_file(path: str, content: bytes) -> Parsed | None:
    folder = path.removeprefix("content/").rpartition("/")[0]
    found, problems = parse_file(path, content, next(kind for kind in KINDS if kind.folder == folder))
    assert found and not problems, problems
    return found if found.record.status == "ready" else None


LOCKED = released(site_of(BEFORE)).encode()


def edited(*edits: tuple[str, str, str]) -> Inputs:
    content = dict(BEFORE.content)
    for path, old, new in edits:
        text = content[path].decode()
        assert text.count(old) == 1, (path, old, text.count(old))
        content[path] = text.replace(old, new).encode()
    return replace(BEFORE, content=content)


def added(inputs: Inputs, **files: str) -> Inputs:
    """With more files, `kind__id`."""
    more = {f"content/{name.replace('__', '/').replace('_', '-')}.yaml": text.encode() for name, text in files.items()}
    return replace(inputs, content={**inputs.content, **more})


def said(inputs: Inputs, lock: bytes = LOCKED) -> list[Diagnostic]:
    return check_release(site_of(inputs), lock)


def codes(inputs: Inputs) -> list[str]:
    return [diagnostic.code for diagnostic in said(inputs)]


# -- sixty edits ---------------------------------------------------------------------------------------------------

MEANINGFUL = [
    # numbers
    (BODY, "About 1,200 people", "About 1,300 people"),
    (BODY, "Some 500 of", "Some 5,000 of"),
    (BODY, "since 2021.", "since 2012."),
    (BODY, "3.7 million", "37 million"),
    (BODY, "12 per cent", "12 per mille"),
    (BODY, "in two piers", "in ten piers"),
    (FIGURE, "value: 1200", "value: 1210"),
    (FIGURE, "approximate: true", "approximate: false"),
    (FIGURE, "stated_on: 2025-03-03", "stated_on: 2025-03-02"),
    (EVENT, 'time: "16:30"', 'time: "17:30"'),
    # negations and small words
    (BODY, "did not find", "did find"),
    (BODY, "never voted", "voted"),
    (BODY, "now take", "not take"),
    (BODY, "The council never voted", "The council voted never"),
    (BODY, "They cannot say", "They can say"),
    (BODY, "didn't promise", "did promise"),
    (BODY, "before the closure", "after the closure"),
    (BODY, "hard but right", "hard and right"),
    (BODY, "May - not June", "June - not May"),
    (HOME, "The mayor promised", "The mayor did not promise"),
    # words that are one letter from others
    (BODY, "casual damage", "causal damage"),
    (BODY, "was\n  causal to", "was\n  casual to"),
    (BODY, "Lorries were banned", "Lorries were manned"),
    (BODY, "take the the ferry", "fake the the ferry"),
    (BODY, "the budget", "the budgets"),
    # names
    (BODY, "the engineer Anna Gruber", "the engineer Anna Huber"),
    (BODY, "Anna Grubre wrote", "Eva Grubre wrote"),
    (MAYOR, "name: Maria Huber", "name: Marta Huber"),
    (EVENT, "title: The town closes", "title: The state closes"),
    (QUOTE, "speaker: mayor", "speaker: clerk"),
    # citations
    (BODY, "reports of.[@valley-post]", "reports of.[@town-notice]"),
    (BODY, "Gruber.[@council-minutes]", "Gruber.[@council-minutes; @valley-post]"),
    (QUOTE, "source: valley-post", "source: council-minutes"),
    # sentences, quotation marks, questions
    (BODY, " Lorries were banned at once.[@town-notice]", ""),
    (BODY, "  The council never", "  Buses were banned too.[@town-notice] The council never"),
    (BODY, "“a hard but right decision”", "a hard but right decision"),
    (BODY, "found cracks in two piers, and", "found cracks in two piers, after which"),
    (BODY, "banned at once.[@town", "banned at once?[@town"),
    (QUOTE, "it will be here", "it may be here"),
]

HARMLESS = [
    # spelling
    (BODY, "recieved", "received"),
    (BODY, "crossed teh bridge", "crossed the bridge"),
    (BODY, "take the the ferry", "take the ferry"),
    (BODY, "Anna Grubre wrote", "Anna Gruber wrote"),
    (BODY, "The repairs was planned", "The repairs were planned"),
    (BODY, "They cannot say", "They can not say"),
    (BODY, "and didn't promise", "and did not promise"),
    (BODY, "before the closure", "before closure"),
    (BODY, "on a new bridge", "on the new bridge"),
    # punctuation and typography
    (BODY, "“a hard but right decision”", '"a hard but right decision"'),
    (BODY, "May - not June", "May – not June"),
    (BODY, "May - not June", "May, not June"),
    (BODY, "1,200 people", "1,200\u00a0people"),
    (BODY, "1,200 people", "1200 people"),
    (BODY, "cracks in two piers, and", "cracks in two piers and"),
    (BODY, "banned at once.[@town", "banned at once![@town"),
    (BODY, "closure “a hard", "closure: “a hard"),
    # white space, mark-up, and where things stand
    (BODY, "causal to nothing", "causal  to\n  nothing"),
    (BODY, "The council never", "The **council** never"),
    (BODY, "The mayor called", "[The mayor](actor:mayor) called"),
    (BODY, "reports of.[@valley-post]", "reports of [@valley-post]."),
    (BODY, "\n  ![](quote:new-bridge)\n", "\n  ![](quote:new-bridge)\n\n  ![](event:bridge-closed)\n"),
    (FIGURE, "show: preferred", "show: all"),
    (EVENT, "importance: 1", "importance: 2"),
    (EVENT, "certainty: confirmed", "certainty: confirmed\nnote: Looked at again."),
]


def quoted_clerk(inputs: Inputs) -> Inputs:
    """One edit needs somebody else to name; a new record of that person is an addition of its own."""
    clerk = "name: Eva Clerk\nkind: person\nrole: Clerk\nsummary: She keeps the minutes.[@council-minutes]\n"
    return added(inputs, actors__clerk=clerk)


def test_there_are_sixty_edits_and_more() -> None:
    assert len(set(MEANINGFUL)) + len(set(HARMLESS)) >= 64


@pytest.mark.parametrize("edit", MEANINGFUL, ids=lambda edit: f"{edit[1]} → {edit[2]}".replace("\n", " "))
def test_what_says_something_else_demands_an_update(edit: tuple[str, str, str]) -> None:
    inputs = edited(edit)
    found = said(quoted_clerk(inputs) if "clerk" in edit[2] else inputs)
    wanted = edit[0].removeprefix("content/")
    assert [d.location.path for d in found if d.code == "release-untold" and d.location.path.endswith(wanted)]


@pytest.mark.parametrize("edit", HARMLESS, ids=lambda edit: f"{edit[1]} → {edit[2]}".replace("\n", " "))
def test_what_is_only_typed_otherwise_demands_nothing(edit: tuple[str, str, str]) -> None:
    assert said(edited(edit)) == []


def test_what_is_not_edited_demands_nothing() -> None:
    assert said(BEFORE) == []


def test_all_harmless_edits_together_demand_nothing() -> None:
    taken, together = set[tuple[str, str]](), []
    for path, old, new in HARMLESS:
        if (path, old.split()[0]) not in taken:
            taken.add((path, old.split()[0]))
            together.append((path, old, new))
    inputs, applied = BEFORE, 0
    for path, old, new in together:
        text = inputs.content[path].decode()
        if old in text:
            inputs = replace(inputs, content={**inputs.content, path: text.replace(old, new).encode()})
            applied += 1
    assert applied > 15
    assert said(inputs) == []


# -- moves ---------------------------------------------------------------------------------------------------------

PARAGRAPHS = SECTION.partition("body: |\n")[2].split("\n\n")


@settings(max_examples=15)
@given(st.permutations(PARAGRAPHS))
def test_paragraphs_that_change_places_demand_nothing(paragraphs: list[str]) -> None:
    body = "\n\n".join(paragraph.rstrip("\n") for paragraph in paragraphs)
    text = f"{SECTION.partition('body: |')[0]}body: |\n{body}\n"
    assert said(replace(BEFORE, content={**BEFORE.content, BODY: text.encode()})) == []


def test_a_sentence_that_moves_to_another_record_demands_nothing() -> None:
    sentence = "Lorries were banned at once.[@town-notice]"
    taken = (BODY, f" {sentence}", "")
    put = (EVENT, "the inspection.[@town-notice]", f"the inspection.[@town-notice] {sentence}")
    assert said(edited(taken, put)) == []


def test_numbers_that_change_places_between_rows_of_a_ledger_demand_an_update() -> None:
    row = "  - value: {}\n    stated_by: {}\n    stated_on: 2025-03-0{}\n    cites: [town-notice]\n"
    head = "label: Counts\ncounts: All.\nunit: people\nsection: what-happened\nvalues:\n"
    first = head + row.format(5, "The town", 3) + row.format(9, "The state", 4)
    other = head + row.format(9, "The town", 3) + row.format(5, "The state", 4)
    lock = released(site_of(added(BEFORE, figures__counts=first))).encode()
    assert [d.code for d in said(added(BEFORE, figures__counts=other), lock)] == ["release-untold"]


def test_a_number_of_nothing_is_a_number() -> None:
    counts = "label: Counts\ncounts: All.\nunit: people\nsection: what-happened\nvalues:\n"
    counts += "  - {}: 0\n    stated_by: The town\n    stated_on: 2025-03-03\n    cites: [town-notice]\n"
    lock = released(site_of(added(BEFORE, figures__counts=counts.format("value")))).encode()
    assert said(added(BEFORE, figures__counts=counts.format("value")), lock) == []
    assert [d.code for d in said(added(BEFORE, figures__counts=counts.format("at_least")), lock)] == ["release-untold"]


# -- updates -------------------------------------------------------------------------------------------------------

CHANGED = edited((EVENT, "the inspection.", "a second inspection."))


def test_an_update_that_affects_the_record_tells_of_it() -> None:
    told = added(CHANGED, updates__second=UPDATE.format(on="2025-06-01", affects="event:bridge-closed"))
    assert [(d.code, str(d.severity)) for d in said(told)] == [("release-unrecorded", "warning")]


def test_an_update_of_another_record_does_not() -> None:
    told = added(CHANGED, updates__second=UPDATE.format(on="2025-06-01", affects="actor:mayor"))
    assert "release-untold" in codes(told)


def test_an_update_that_was_published_before_does_not() -> None:
    update = UPDATE.format(on="2025-06-01", affects="event:bridge-closed")
    lock = released(site_of(added(BEFORE, updates__second=update))).encode()
    assert [d.code for d in said(added(CHANGED, updates__second=update), lock)] == ["release-untold"]


def test_a_new_update_is_not_dated_before_the_last_release() -> None:
    told = added(CHANGED, updates__second=UPDATE.format(on="2025-05-31", affects="event:bridge-closed"))
    found = said(told)[0]
    assert (found.location.path, found.location.line, found.code) == ("content/updates/second.yaml", 1, "release-date")
    assert found.message == "this update is new, but dated before the last release, which was as of 2025-06-01"


def test_a_published_update_is_not_rewritten_silently() -> None:
    update = UPDATE.format(on="2025-06-01", affects="actor:mayor")
    before, after = (added(BEFORE, updates__second=text) for text in (update, update.replace("It was", "Hardly")))
    assert [d.code for d in said(after, released(site_of(before)).encode())] == ["release-untold"]


def test_a_new_record_is_an_addition() -> None:
    term = "term: Pier\nshort: What a bridge stands on.\n"
    new = added(edited((BODY, "in two piers, and", "in two [piers](term:pier), and")), terms__pier=term)
    assert codes(new) == ["release-untold"]
    told = added(new, updates__piers=UPDATE.format(on="2025-06-01", affects="term:pier"))
    assert codes(told) == ["release-unrecorded"]
    # Or the update tells of the record that brings it.
    told = added(new, updates__piers=UPDATE.format(on="2025-06-01", affects="section:what-happened"))
    assert codes(told) == ["release-unrecorded"]


# -- addresses -----------------------------------------------------------------------------------------------------


def renamed(alias: str) -> Inputs:
    content = dict(edited((HOME, "see: event:bridge-closed", "see: event:closure")).content)
    content["content/events/closure.yaml"] = content.pop(EVENT) + alias.encode()
    return replace(BEFORE, content=content)


def test_an_id_does_not_disappear_without_an_alias() -> None:
    found = [d for d in said(renamed("")) if d.code == "release-gone"]
    assert [(d.location.path, d.message, d.hint) for d in found] == [
        (
            LOCK,
            "event:bridge-closed was published at events/bridge-closed/ and is gone",
            "add bridge-closed to the aliases: of the event that takes its place",
        )
    ]


def test_a_record_that_is_renamed_with_an_alias_says_the_same() -> None:
    assert said(renamed("aliases: [bridge-closed]\n")) == []


def test_what_names_a_renamed_record_says_the_same() -> None:
    content = dict(BEFORE.content)
    more = "links: [{relation: part-of, event: bridge-closed}]\nactors: [mayor]\ncites: [town-notice, valley-post]\n"
    text = "title: A fence\nwhen: 2025-03-03\nsection: what-happened\ntext: It was closed.\n"
    content["content/events/fence.yaml"] = (text + more).encode()
    content[FIGURE] = content[FIGURE].replace(b"stated_by: Town of Altdorf", b"stated_by: mayor")
    before = replace(BEFORE, content=content)
    after = {
        path.replace("mayor", "huber").replace("valley-post", "the-post"): data.replace(b"valley-post", b"the-post")
        .replace(b": mayor", b": huber")
        .replace(b"[mayor]", b"[huber]")
        .replace(b":bridge-closed", b":closure")
        .replace(b": bridge-closed", b": closure")
        for path, data in content.items()
    }
    after["content/events/closure.yaml"] = after.pop(EVENT) + b"aliases: [bridge-closed]\n"
    after["content/actors/huber.yaml"] += b"aliases: [mayor]\n"
    after["content/sources/the-post.yaml"] += b"aliases: [valley-post]\n"
    lock = released(site_of(before)).encode()
    assert said(replace(before, content=after), lock) == []
    after["content/events/fence.yaml"] = after["content/events/fence.yaml"].replace(b"[huber]", b"[]")
    assert [d.code for d in said(replace(before, content=after), lock)] == ["release-untold"]


def test_a_renamed_record_that_also_changed_demands_an_update() -> None:
    inputs = renamed("aliases: [bridge-closed]\n")
    text = inputs.content["content/events/closure.yaml"].replace(b"the inspection", b"a fire")
    assert codes(replace(inputs, content={**inputs.content, "content/events/closure.yaml": text})) == ["release-untold"]


def test_a_record_that_became_a_draft_is_gone() -> None:
    draft = edited((BODY, "\n  ![](quote:new-bridge)\n", "\n"), (HOME, "see: quote:new-bridge", "see: actor:mayor"))
    draft = replace(draft, content={**draft.content, QUOTE: draft.content[QUOTE] + b"status: draft\n"})
    assert "release-gone" in codes(draft)


# -- the file ------------------------------------------------------------------------------------------------------


def test_the_file_holds_a_line_a_statement_sorted_and_reads_back_the_same() -> None:
    text = LOCKED.decode()
    lines = text.splitlines()
    assert "event:bridge-closed\tevents/bridge-closed/" in lines
    assert "section:what-happened\tbody\tSome 500 of them now take the the ferry.\ttown-notice" in lines
    statements = [line for line in lines if line.count("\t") == 3]
    assert statements == sorted(statements, key=lambda line: line.split("\t"))
    assert Released.read(text).written() == text


def test_the_file_is_the_same_for_the_same_content_in_another_order() -> None:
    shuffled = replace(BEFORE, content=dict(reversed([*BEFORE.content.items()])))
    assert released(site_of(shuffled)).encode() == LOCKED


def test_one_edited_sentence_is_one_line_of_difference() -> None:
    after = released(site_of(CHANGED)).splitlines()
    assert len(set(after) ^ set(LOCKED.decode().splitlines())) == 2


@given(st.text(max_size=200))
def test_a_file_that_is_something_else_is_refused_not_believed(text: str) -> None:
    site = site_of(STARTED)
    found = check_release(site, text.encode("utf-8", "replace"))
    assert all(d.is_error for d in found) and (found or Released.read(text).statements == ())


# -- through the front door ----------------------------------------------------------------------------------------


def test_check_says_nothing_of_releases_unless_asked(project: Project) -> None:
    assert "release" not in project.run("check").output
    assert project.run("check", "--release").output == (
        "content/release.lock:1:1: warning[release-missing]: nothing is recorded as published\n"
        "  hint: run explainer release when this is published\n"
        "11 records checked: 1 warning\n"
    )


def test_release_writes_the_file_and_check_holds_the_content_to_it(project: Project) -> None:
    result = project.run("release")
    assert result.output == "content/release.lock records 11 records as of 1 June 2025: commit it\n"
    assert project.run("check", "--release", "--strict").exit_code == 0
    project.edit("events/bridge-closed.yaml", "closed the bridge to all", "did not close the bridge to all")
    result = project.run("check", "--release")
    assert (
        "content/events/bridge-closed.yaml:4:7: error[release-untold]: this was published as “The town closed the "
        "bridge to all traffic after the inspection.”\n"
        "  hint: tell of it in a record in updates/, with affects: [event:bridge-closed] and on: 2025-06-01 or later; "
        "or put it back\n"
    ) in result.output
    assert result.exit_code == 1


def test_publish_refuses_what_changed_silently_and_leaves_the_old_site(project: Project) -> None:
    assert project.run("release").exit_code == 0
    assert project.run("publish").exit_code == 0
    before = project.tree()
    project.edit("figures/crossings.yaml", "value: 1200", "value: 1300")
    result = project.run("publish")
    assert result.exit_code == 1 and "error[release-untold]" in result.output
    assert "Not built: 1 error, 0 warnings. The old site is untouched." in result.output
    assert project.tree() == before
    assert project.run("build").exit_code == 0  # which is for drafts of a change


def test_publish_builds_what_was_told(project: Project) -> None:
    assert project.run("release").exit_code == 0
    project.edit("figures/crossings.yaml", "value: 1200", "value: 1300")
    project.write("updates/recount.yaml", UPDATE.format(on="2025-06-01", affects="figure:crossings"))
    assert project.run("publish").exit_code == 0
    assert project.run("release").exit_code == 0
    assert project.run("check", "--release", "--strict").exit_code == 0


def test_release_does_not_record_what_changed_silently(project: Project) -> None:
    assert project.run("release").exit_code == 0
    before = (project.root / LOCK).read_bytes()
    project.edit("figures/crossings.yaml", "value: 1200", "value: 1300")
    result = project.run("release")
    assert result.exit_code == 1 and "Not recorded: 1 error, 0 warnings." in result.output
    assert (project.root / LOCK).read_bytes() == before


def test_release_does_not_record_a_site_with_errors(project: Project) -> None:
    project.edit("events/bridge-closed.yaml", "section: what-happened", "section: nowhere")
    assert project.run("release").exit_code == 1
    assert not (project.root / LOCK).exists()


def test_a_file_with_marks_of_a_merge_is_an_error(project: Project) -> None:
    assert project.run("release").exit_code == 0
    lock = project.root / LOCK
    lock.write_text(f"<<<<<<< ours\n{lock.read_text(encoding='utf-8')}", encoding="utf-8")
    assert (
        "content/release.lock:1:1: error[release-unreadable]: this is not what explainer release wrote\n"
        "  hint: take the file from the last release again\n"
    ) in project.run("check", "--release").output


def test_the_file_is_not_published(project: Project) -> None:
    assert project.run("release").exit_code == 0
    result = project.run("build")
    assert result.exit_code == 0 and "file-ignored" not in result.output
    assert not [path for path in project.tree() if "lock" in path]


# -- what readers see ----------------------------------------------------------------------------------------------


@pytest.fixture
def corrected(project: Project) -> dict[str, str]:
    update = UPDATE.format(on="2025-05-20", affects="event:bridge-closed, section:what-happened")
    project.write("updates/hour.yaml", update.replace("It was corrected.", "The hour was wrong."))
    project.write("updates/day.yaml", UPDATE.format(on="2025-05-02", affects="event:bridge-closed"))
    assert project.run("build", "--base-url", "https://example.org/").exit_code == 0
    return {path: data.decode() for path, data in project.tree().items() if path.endswith((".html", ".xml"))}


def test_a_correction_shows_with_the_record_on_updates_in_the_feed_and_in_json_ld(corrected: dict[str, str]) -> None:
    for path in ("events/bridge-closed/index.html", "what-happened/index.html", "timeline/index.html"):
        assert "The hour was wrong." in corrected[path], path
        assert "updates/#hour" in corrected[path]
    assert "The hour was wrong." in corrected["updates/index.html"] and 'id="hour"' in corrected["updates/index.html"]
    assert "Correction: The hour was wrong." in corrected["feed.xml"]
    data = corrected["what-happened/index.html"].split('type="application/ld+json">')[1].split("</script>")[0]
    assert {
        "@type": "CorrectionComment",
        "text": "The hour was wrong.",
        "datePublished": "2025-05-20",
    } in corrections_in(json.loads(data))


def test_the_feed_cuts_no_word_of_a_long_correction(project: Project) -> None:
    update = UPDATE.format(on="2025-05-20", affects="event:bridge-closed")
    project.write("updates/hour.yaml", update.replace("It was corrected.", "The hour was wrong" + " by far" * 30 + "."))
    assert project.run("build").exit_code == 0
    title = re.findall("<title>(Correction: .*?)</title>", project.tree()["feed.xml"].decode())[0]
    assert title.endswith(" by …") or title.endswith(" far …")
    assert len(title) <= len("Correction: ") + 122


def test_on_the_page_with_everything_a_correction_is_told_once_and_its_records_lead_to_it(project: Project) -> None:
    project.write(
        "updates/hour.yaml",
        "on: 2025-06-01\nkind: correction\naffects: [event:bridge-closed, section:what-happened, explainer:explainer]\n"
        "summary: The hour was wrong.\n",
    )
    files = build(read(project.root)).files
    whole, updates = (files[f"{name}/index.html"].decode() for name in ("all", "updates"))
    assert whole.count("The hour was wrong.") == 1
    assert '<a class="flag" href="#update-hour">Correction, 1 June 2025</a>' in whole
    assert "The hour was wrong." in files["events/bridge-closed/index.html"].decode()
    assert ">What happened</a>, the front page</p>" in whole
    assert '>What happened</a>, <a href="../">the front page</a></p>' in updates


def corrections_in(data: Any) -> list[Any]:
    """Every correction, wherever it stands in the data."""
    if isinstance(data, list):
        return [found for item in data for found in corrections_in(item)]
    if not isinstance(data, dict):
        return []
    return [*data.get("correction", []), *(found for item in data.values() for found in corrections_in(item))]


def test_a_page_says_when_it_last_changed_unless_a_correction_on_it_does(project: Project) -> None:
    def page() -> str:
        return build(read(project.root)).files["events/bridge-closed/index.html"].decode()

    for on, kind in ("2025-05-20", "correction"), ("2025-06-01", "addition"):
        text = f"on: {on}\nkind: {kind}\naffects: [event:bridge-closed]\nsummary: The hour.\n"
        project.write(f"updates/{kind}.yaml", text)
        assert ">20 May 2025</time>: The hour." in page()
        assert ("Last changed" in page()) == (kind == "addition")
    assert "1 June 2025" in page().split("Last changed")[1][:120]
