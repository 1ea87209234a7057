"""What `check` proves about dates, through the front door."""

import pytest
from conftest import Project

EVENT = "section: what-happened\ncites: [town-notice]\nimportance: 3\n"


def event(project: Project, name: str, when: str, more: str = "", text: str = "It happened.") -> None:
    project.write(f"events/{name}.yaml", f"title: {name.title()}\nwhen: {when}\ntext: {text}\n{EVENT}{more}")


def link(relation: str, to: str = "cause") -> str:
    return f"links:\n  - relation: {relation}\n    event: {to}\n"


def found(project: Project, code: str) -> str:
    """The diagnostics of this code, each in one line with its hint."""
    output = project.run("check").output.replace("\n  hint: ", " | ")
    return "\n".join(line for line in output.splitlines() if f"[{code}]" in line)


# -- order


def test_an_effect_before_its_cause_names_both_dates_and_lines(project: Project) -> None:
    event(project, "cause", "2025-03-05")
    event(project, "effect", "2025-03-04", link("caused-by"))
    assert found(project, "date-order") == (
        "content/events/effect.yaml:9:12: error[date-order]: this event, 4 March 2025 (line 2 of "
        "content/events/effect.yaml), is earlier than its cause “Cause”, 5 March 2025 (line 2 of "
        "content/events/cause.yaml) | correct the date that is wrong, or the link"
    )


def test_a_response_cannot_come_first_on_the_clock_either(project: Project) -> None:
    event(project, "cause", "{date: 2025-03-05, time: 12:00}")
    event(project, "effect", "{date: 2025-03-05, time: 11:59}", link("response-to"))
    assert (
        "this event, 5 March 2025, 11:59 (line 2 of content/events/effect.yaml), is earlier than what it responds "
        in (found(project, "date-order"))
    )


@pytest.mark.parametrize(
    ("cause", "effect"),
    [
        ("2025-03-05", "2025-03-05"),
        ("2025-03-05", "2025-03"),
        ("{date: 2025-03-05, time: 12:00}", "2025-03-05"),
        ("{date: 2025-03-05, time: 12:00}", "{date: 2025-03-05, time: 11:00, approximate: true}"),
        ("{date: 2025-03-05, time: 12:00}", "{date: 2025-03-05, time: 07:00, zone: America/New_York}"),
        ("2025-03-05~", "2025-03-04"),
        ("2025-03-05", "{date: 2025-03-04, approximate: true}"),
        ("2025-03-05/..", "2025-03-06/.."),
    ],
)
def test_what_may_have_followed_its_cause_is_no_mistake(project: Project, cause: str, effect: str) -> None:
    event(project, "cause", cause)
    event(project, "effect", effect, link("caused-by"))
    assert found(project, "date-order") == ""


def test_clocks_are_compared_in_the_zones_of_their_places(project: Project) -> None:
    project.write("places/almaty.yaml", "name: Almaty\nkind: city\ntimezone: Asia/Almaty\n")
    event(project, "cause", "{date: 2025-03-05, time: 12:00}", "where: [almaty]\n")
    event(project, "effect", "{date: 2025-03-05, time: 09:00}", link("caused-by"))  # 13:00 in Almaty
    assert found(project, "date-order") == ""
    event(project, "effect", "{date: 2025-03-05, time: 07:59}", link("caused-by"))
    assert "is earlier than its cause" in found(project, "date-order")


@pytest.mark.parametrize(
    ("zone", "where", "label", "same"),
    [
        (", zone: Asia/Kolkata", "where: [almaty, altdorf]\n", "UTC+5:30", ("07:30", "07:29")),
        ("", "where: [almaty]\n", "UTC+5", ("08:00", "07:59")),
        ("", "", "UTC+1", ("12:00", "11:59")),
    ],
)
def test_the_page_of_an_event_its_day_and_the_rules_read_its_clock_in_one_zone(
    project: Project, zone: str, where: str, label: str, same: tuple[str, str]
) -> None:
    project.write("places/almaty.yaml", "name: Almaty\nkind: city\ntimezone: Asia/Almaty\n")
    event(project, "cause", f"{{date: 2025-03-05, time: 12:00{zone}}}", where)
    project.run("build")
    assert f"12:00</time></b> {label}" in project.tree()["events/cause/index.html"].decode()
    assert f"Local time, {label}" in project.tree()["timeline/index.html"].decode()
    for clock, is_earlier in zip(same, (False, True), strict=True):
        event(project, "effect", f"{{date: 2025-03-05, time: {clock}}}", link("caused-by"))
        assert ("is earlier than its cause" in found(project, "date-order")) is is_earlier


def test_the_clock_of_an_event_in_two_zones_is_said_to_be_local_and_its_day_names_both(project: Project) -> None:
    project.write("places/almaty.yaml", "name: Almaty\nkind: city\ntimezone: Asia/Almaty\n")
    event(project, "cause", "{date: 2025-03-05, time: 12:00}", "where: [almaty, altdorf]\n")
    project.run("build")
    assert "12:00</time></b> local time" in project.tree()["events/cause/index.html"].decode()
    assert "Local times: UTC+5 in Almaty, UTC+1 in Altdorf" in project.tree()["timeline/index.html"].decode()
    event(project, "effect", "{date: 2025-03-05, time: 07:59}", link("caused-by"))
    assert "is earlier than its cause" in found(project, "date-order")


def test_a_misspelt_zone_is_told_once_and_stops_no_other_rule(project: Project) -> None:
    project.edit("places/altdorf.yaml", "Europe/Vienna", "Europe/Viena")
    event(project, "cause", "2025-03-05", "where: [altdorf]\n")
    event(project, "effect", "2025-03-02", link("caused-by"))
    assert found(project, "date-zone").endswith(
        "error[date-zone]: “Europe/Viena” is not the name of a time zone | did you mean Europe/Vienna?"
    )
    assert "is earlier than its cause" in found(project, "date-order")


@pytest.mark.parametrize(
    ("whole", "part", "is_outside"),
    [
        ("2025-03-04/2025-03-09", "2025-03-05", False),
        ("2025-03-04/2025-03-09", "2025-03", False),
        ("2025-03-04/2025-03-09", "2025-03-10", True),
        ("2025-03-04/2025-03-09", "2025-03-05/2025-03-10", True),
        ("2025-03-04/2025-03-09", "{date: 2025-03-03, until: 2025-03-05}", True),
        ("2025-03-04/..", "2025-03-05/..", False),
        ("2025-03-04/..", "2025-03-03", True),
        ("2025-03-04/2025-03-09~", "2025-03-10", False),
    ],
)
def test_a_part_lies_within_its_whole(project: Project, whole: str, part: str, is_outside: bool) -> None:
    event(project, "whole", whole)
    event(project, "part", part, link("part-of", "whole"))
    assert ("reaches outside the event of which it is a part, “Whole”" in found(project, "date-order")) is is_outside


def test_an_event_that_contradicts_another_may_be_at_any_time(project: Project) -> None:
    event(project, "cause", "2025-03-05")
    event(project, "effect", "2025-03-04", link("contradicts"))
    assert found(project, "date-order") == ""


def test_an_end_before_its_start_names_both(project: Project) -> None:
    event(project, "wrong", "\n  date: 2025-03-05\n  until: 2025-03-04")
    assert found(project, "date-order") == (
        "content/events/wrong.yaml:4:10: error[date-order]: the end, “until” 2025-03-04, is before the start, "
        "“date” 2025-03-05 (line 3) | write the earlier of the two in date"
    )


def test_a_name_does_not_end_before_it_begins(project: Project) -> None:
    project.edit(
        "places/altdorf.yaml",
        "kind: city",
        "kind: city\nnames:\n  - name: Old\n    from: 1998\n    until: 1992\n"
        "  - name: New\n    from: 1998\n    until: 2019",
    )
    assert found(project, "date-order") == (
        "content/places/altdorf.yaml:6:12: error[date-order]: the end, 1992, is before the start, 1998 "
        "(line 5 of content/places/altdorf.yaml) | write the earlier date in from"
    )


# -- as_of and sources


@pytest.mark.parametrize("when", ["../2025-03-05", "/2025-03-05", "0001-01-01"])
def test_the_first_day_there_is_is_a_start_like_others(project: Project, when: str) -> None:
    event(project, "early", when)
    assert project.run("check").exit_code == 0


@pytest.mark.parametrize(
    ("when", "is_after"),
    [
        ("2025-06-01", False),
        ("2025-06", False),
        ("2025", False),
        ("2025-03-04/..", False),
        ("2025-06-02", True),
        ("2025-03-04/2025-06-02", True),
        ("{date: 2025-03-04, until: 2025-06-02}", True),
    ],
)
def test_nothing_begins_or_ends_after_the_day_of_the_last_check(project: Project, when: str, is_after: bool) -> None:
    event(project, "late", when)
    assert bool(found(project, "date-order")) is is_after


def test_what_is_after_as_of_names_its_line(project: Project) -> None:
    event(project, "late", "2025-06-02")
    assert found(project, "date-order") == (
        "content/events/late.yaml:2:7: error[date-order]: 2 June 2025 is after as_of, 1 June 2025 "
        "(line 5 of content/explainer.yaml) | correct the date, or move as_of"
    )


def test_a_section_that_was_reviewed_too_long_ago_names_both_days(project: Project) -> None:
    project.edit("sections/what-happened.yaml", "label", "stale_after: 30\nreviewed: 2025-05-01\nlabel")
    assert found(project, "section-stale") == (
        "content/sections/what-happened.yaml:2:11: warning[section-stale]: this section was reviewed on 1 May 2025, "
        "more than 30 days before as_of, 1 June 2025 (line 5 of content/explainer.yaml) | read it against its sources "
        "again, and renew reviewed"
    )


def test_sources_that_are_all_older_than_the_event_are_a_warning(project: Project) -> None:
    event(project, "late", "2025-03-05")
    assert found(project, "date-source") == (
        "content/events/late.yaml:2:7: warning[date-source]: every source is older than this event, 5 March 2025: "
        "the newest, “Notice of closure”, was published 3 March 2025 (line 5 of content/sources/town-notice.yaml)"
        " | check the dates, or cite a source that reports the event"
    )


@pytest.mark.parametrize("when", ["2025-03-03", "2025-03-04", "2025-03", "2025-03-05~"])
def test_a_source_may_be_dated_the_day_before_where_clocks_are_behind(project: Project, when: str) -> None:
    event(project, "fine", when)
    assert found(project, "date-source") == ""


def test_one_newer_source_is_enough(project: Project) -> None:
    event(project, "fine", "2025-03-05", text="It happened.[@valley-post]")
    assert found(project, "date-source") == ""


# -- weekdays: 3 March 2025 was a Monday, 5 January 2022 a Wednesday


def test_a_wrong_weekday_is_told_at_its_place(project: Project) -> None:
    event(project, "wrong", "2025-03-03", text="It began on Tuesday, 3 March 2025.")
    assert found(project, "date-weekday") == (
        "content/events/wrong.yaml:3:19: error[date-weekday]: 3 March 2025 was a Monday, not a Tuesday"
        " | write Monday, or correct the date"
    )


@pytest.mark.parametrize(
    ("text", "is_wrong"),
    [
        ("On Monday 3 March they met.", False),
        ("On Tuesday 3 March they met.", True),
        ("On Monday, 3 March 2025, they met.", False),
        ("March 3, 2025, was a Sunday.", True),
        ("On Monday 3 March 1377 people met.", False),
        ("On Tuesday 3 March 1377 people met.", True),
        ("On Monday 3 March 2000 people met.", False),
        ("As in 2022, when on Wednesday 5 January they met.", False),
        ("As in 2022, when on Thursday 5 January they met.", True),
        ("On Wednesday 5 January they met, in 2022.", False),
        ("On Saturday 29 February they met.", False),
    ],
)
def test_a_weekday_is_wrong_only_if_no_year_that_may_be_meant_fits(project: Project, text: str, is_wrong: bool) -> None:
    event(project, "event", "2025-03-03", text=text)
    assert bool(found(project, "date-weekday")) is is_wrong


def section(project: Project, text: str) -> str:
    path = "sections/what-happened.yaml"
    old = (project.root / "content" / path).read_text(encoding="utf-8")
    project.write(path, old.replace("body: |\n", f"body: |\n  {text}\n\n", 1))
    return found(project, "date-weekday")


def test_without_a_year_of_its_own_a_text_goes_by_the_year_named_last_before(project: Project) -> None:
    assert "5 January 2022 was a Wednesday, not a Friday" in section(
        project, "In 2021 and in 2022 they met on Friday 5 January, and in 2020."
    )


def test_without_any_year_a_text_goes_by_the_events_of_that_day(project: Project) -> None:
    event(project, "old", "2019-05-06")
    assert "3 March 2025 was a Monday, not a Tuesday" in section(project, "They met on Tuesday 3 March.")


def test_without_any_year_a_text_goes_by_the_year_of_all_events(project: Project) -> None:
    assert "4 March 2025 was a Tuesday, not a Monday" in section(project, "They met on Monday 4 March.")


def test_without_any_year_and_with_events_of_several_years_nothing_is_claimed(project: Project) -> None:
    event(project, "old", "2019-05-06")
    assert section(project, "They met on Monday 4 March.") == ""


def test_an_event_of_no_known_years_proves_no_weekday(project: Project) -> None:
    event(project, "long", "../2025-03-05", text="They met on Wednesday 29 May.")
    event(project, "old", "2019-05-06")
    assert found(project, "date-weekday") == ""
