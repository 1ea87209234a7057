"""Dates and moments: what is read, what is refused with which words, how each reads, and where it lies in time."""

import pickle
import zoneinfo
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator import datezones
from generator.dates import (
    Date,
    DateError,
    Moment,
    display_time,
    iso,
    named_years,
    offset,
    utc_bounds,
    utc_label,
    weekday_claims,
    zone,
)

TWO_DIGITS = st.integers(0, 99).map("{:02}".format)
YEARS = st.one_of(
    st.integers(0, 9999).map("{:04}".format),
    st.integers(0, 999).map("{:03}X".format),
    TWO_DIGITS.map("{}XX".format),
)
MARKS = st.sampled_from(["", "~", "?", "%"])
SINGLES = st.one_of(
    st.dates().map(date.isoformat),
    st.builds("{:04}-{:02}{}".format, st.integers(1, 9999), st.sampled_from([*range(1, 13), 21, 22, 23, 24]), MARKS),
    st.builds(
        "{}{}{}".format,
        YEARS,
        st.lists(TWO_DIGITS | st.just("XX"), max_size=2).map(lambda x: "-".join(["", *x])),
        MARKS,
    ),
)
LIKE_DATES = SINGLES | st.builds("{}/{}".format, SINGLES | st.sampled_from(["", ".."]), SINGLES | st.just(".."))


def is_good(text: str) -> bool:
    try:
        return bool(Date.parse(text))
    except DateError:
        return False


DATES = LIKE_DATES.filter(is_good).map(Date.parse)
ZONES = st.sampled_from(sorted(datezones.zone_names()))


def refusal(value: Any) -> DateError:
    with pytest.raises(DateError) as caught:
        if isinstance(value, str):
            Date.parse(value)
        else:
            Moment.parse(value)
    return caught.value


# -- words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2022-01-05", "5 January 2022"),
        (" 2022-01-05 ", "5 January 2022"),
        ("2022-01", "January 2022"),
        ("2022", "2022"),
        ("2022-01-05~", "about 5 January 2022"),
        ("2022-01-05?", "5 January 2022 (uncertain)"),
        ("2022-01%", "about January 2022 (uncertain)"),
        ("2022-01-XX", "January 2022"),
        ("2022-XX-XX~", "about 2022"),
        ("2022-XX", "2022"),
        ("2022-21", "spring 2022"),
        ("9999-24", "winter 9999"),
        ("201X", "the 2010s"),
        ("20XX", "some time between 2000 and 2099"),
        ("0988-05-01", "1 May AD 988"),
        ("2022-01-05/2022-01-19", "from 5 to 19 January 2022"),
        ("2021-12-30/2022-01-02", "from 30 December 2021 to 2 January 2022"),
        ("2022-01-05/2022-03-01", "from 5 January to 1 March 2022"),
        ("2022-01/2022-03", "from January to March 2022"),
        ("2022-01-05/2022-03", "from 5 January 2022 to March 2022"),
        ("2018/2021-10", "from 2018 to October 2021"),
        ("2018/2021", "from 2018 to 2021"),
        ("2022-01-05~/2022-01-19", "from about 5 to 19 January 2022"),
        ("2022-01-05?/2022-01-19", "from 5 January 2022 (uncertain) to 19 January 2022"),
        ("2022-01-05/2022-01-05", "5 January 2022"),
        ("2022-01-05/..", "from 5 January 2022"),
        ("2022-01-05/", "from 5 January 2022"),
        ("../2022-01-05~", "until about 5 January 2022"),
        ("/2022", "until 2022"),
    ],
)
def test_a_date_reads_as_exactly_as_it_is_written(text: str, words: str) -> None:
    assert str(Date.parse(text)) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("2022-01-05", "5 January 2022"),
        ({"date": "2022-01-05", "time": "01:30"}, "5 January 2022, 01:30"),
        ({"date": "2022-01-05", "time": "00:00"}, "5 January 2022, 00:00"),
        ({"date": "2022-01-05", "time": "20:00", "until": "05:00"}, "5 January 2022, 20:00–05:00"),
        ({"date": "2022-01-05", "time": "20:00", "until": "20:00"}, "5 January 2022, 20:00"),
        ({"date": "2022-01-05", "time": "17:00", "approximate": "true"}, "5 January 2022, about 17:00"),
        ({"date": "2022-01-05", "approximate": "true"}, "about 5 January 2022"),
        ({"date": "2022-01-05?", "approximate": "true"}, "about 5 January 2022 (uncertain)"),
        ({"date": "2022-01-05~", "approximate": "true"}, "about 5 January 2022"),
        ({"date": "2022-01-05/..", "approximate": "true"}, "from about 5 January 2022"),
        ({"date": "2022-01-13", "until": "2022-01-19"}, "from 13 to 19 January 2022"),
        (
            {"date": "2022-01-13", "until": "2022-01-19", "approximate": "true"},
            "from about 13 to about 19 January 2022",
        ),
        (
            {"date": "2022-01-13", "time": "20:00", "until": "2022-01-19"},
            "from 13 January 2022, 20:00, to 19 January 2022",
        ),
    ],
)
def test_a_moment_shows_what_is_written_and_no_more(value: str | dict[str, str], words: str) -> None:
    assert str(Moment.parse(value)) == words


@pytest.mark.parametrize(
    ("value", "machine"),
    [
        ("2022-01-05", "2022-01-05"),
        ("2022-01-XX", "2022-01"),
        ("2022", "2022"),
        ("2022-01-05~", ""),
        ("2022-01-05?", ""),
        ("2022-21", ""),
        ("201X", ""),
        ("2022-01-05/2022-01-19", ""),
        ({"date": "2022-01-05", "time": "01:30"}, "2022-01-05T01:30"),
        ({"date": "2022-01-05", "time": "00:00"}, "2022-01-05T00:00"),
        ({"date": "2022-01-05", "time": "01:30", "approximate": "true"}, "2022-01-05"),
        ({"date": "2022-01-05", "approximate": "true"}, ""),
        ({"date": "2022-01-05", "until": "2022-01-19"}, ""),
        ({"date": "2022-01-05", "time": "20:00", "until": "05:00"}, ""),
    ],
)
def test_a_machine_is_told_only_what_html_can_say_exactly(value: str | dict[str, str], machine: str) -> None:
    assert iso(Moment.parse(value)) == machine
    if isinstance(value, str):
        assert iso(Date.parse(value)) == machine


# -- mistakes

FORMS = "write it as 2022-01-05 (year, month, day), 2022-01 or 2022"


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        (
            "2024-02-30",
            "2024-02-30 does not exist: February 2024 has 29 days",
            "write a day from 01 to 29, or 2024-02 if the day is not known",
        ),
        (
            "2023-02-29~",
            "2023-02-29 does not exist: February 2023 has 28 days",
            "write a day from 01 to 28, or 2023-02 if the day is not known",
        ),
        (
            "2024-06-00",
            "2024-06-00 does not exist: June 2024 has 30 days",
            "write a day from 01 to 30, or 2024-06 if the day is not known",
        ),
        ("2024-13", "2024-13 does not exist: there is no month 13", "months go from 01 to 12"),
        ("2024-13-45", "2024-13-45 does not exist: there is no month 13", "months go from 01 to 12"),
        (
            "2024-13-01",
            "2024-13-01 does not exist: there is no month 13",
            "months go from 01 to 12; if 13 is the day, write 2024-01-13",
        ),
        ("2024-31-02", "2024-31-02 does not exist: there is no month 31", "months go from 01 to 12"),
        ("2024-21-XX", "2024-21-XX does not exist: there is no month 21", "months go from 01 to 12"),
        (
            "2024-00-10",
            "2024-00-10 does not exist: there is no month 00",
            "write 2024 if the month is not known",
        ),
        ("0000", "0000 does not exist: there is no year 0", "the first year that can be written is 0001"),
        ("0000-01-01", "0000-01-01 does not exist: there is no year 0", "the first year that can be written is 0001"),
        ("2024-1-2", "“2024-1-2” is not a date as written here", "write 2024-01-02"),
        ("2024–01–02", "“2024–01–02” has a dash where a hyphen belongs", "write 2024-01-02"),
        (
            "2022-01-05–2022-01-19",
            "“2022-01-05–2022-01-19” has a dash where a hyphen belongs",
            "write 2022-01-05/2022-01-19",
        ),
        ("٢٠٢٢-٠١-٠٥", "“٢٠٢٢-٠١-٠٥” is not a date: its digits are not 0 to 9", "write 2022-01-05"),
        ("5 January 2022", "“5 January 2022” is not a date as written here", "write 2022-01-05"),
        ("Wednesday, 5 Jan 2022", "“Wednesday, 5 Jan 2022” is not a date as written here", "write 2022-01-05"),
        ("January 5th, 2022", "“January 5th, 2022” is not a date as written here", "write 2022-01-05"),
        ("January 2022", "“January 2022” is not a date as written here", "write 2022-01"),
        ("about 2022?", "“about 2022?” is not a date as written here", "write 2022%"),
        ("c. 5 January 2022", "“c. 5 January 2022” is not a date as written here", "write 2022-01-05~"),
        ("2022-1x", "“2022-1x” is not a date as written here", FORMS),
        ("201x", "“201x” is not a date as written here", "write 201X"),
        ("20220105", "“20220105” is not a date as written here", "write 2022-01-05"),
        (
            "5/1/2022",
            "“5/1/2022” is not a date as written here",
            "write 2022-01-05 for 5 January or 2022-05-01 for 1 May",
        ),
        ("19.1.2022", "“19.1.2022” is not a date as written here", "write 2022-01-19"),
        (
            "from 5 January 2022 to 19 January 2022",
            "“from 5 January 2022 to 19 January 2022” is not a date as written here",
            "write 2022-01-05/2022-01-19",
        ),
        ("3/4/2022 to 5/6/2022", "“3/4/2022 to 5/6/2022” is not a date as written here", FORMS),
        ("31 February 2022", "“31 February 2022” is not a date as written here", FORMS),
        ("5 Foo 2022", "“5 Foo 2022” is not a date as written here", FORMS),
        ("yesterday", "“yesterday” is not a date as written here", FORMS),
        ("x" * 99, f"“{'x' * 39}…” is not a date as written here", FORMS),
        (
            "2022-01-05T01:30",
            "“2022-01-05T01:30” holds a time",
            "write the day alone, or for an event {date: 2022-01-05, time: 01:30}",
        ),
        (
            "2024-01-02 25:00:00",
            "“2024-01-02 25:00:00” holds a time",
            "write the day alone, or for an event {date: 2024-01-02, time: 07:30}",
        ),
        (
            "2024-02-30 01:30+06:00",
            "“2024-02-30 01:30+06:00” holds a time",
            "write the day alone, or for an event {date: 2022-01-05, time: 01:30}",
        ),
        ("24XX-01", "“24XX-01” names a month of a year that is not known", "write the year alone"),
        ("2022-XX-05", "“2022-XX-05” names a day of a month that is not known", "write the year alone"),
        ("-0044", "years before year 1 are not supported", "write the year in prose, and leave the date out"),
        ("Y170000002", "only years of four digits are supported", FORMS),
        ("22-01-05", "the year needs four digits", FORMS),
        ("", "the date is empty", f"{FORMS}, or leave the line out"),
        ("/", "“/” is not a range of dates", "write 2022-01-05/2022-01-19"),
        ("../..", "“../..” is not a range of dates", "write 2022-01-05/2022-01-19"),
        ("2022/2023/2024", "“2022/2023/2024” is not a date as written here", FORMS),
    ],
)
def test_what_is_no_date_is_refused_in_plain_words_with_what_to_type(text: str, message: str, hint: str) -> None:
    error = refusal(text)
    assert (error.code, str(error), error.hint, error.key) == ("date-invalid", message, hint, None)


def test_a_range_must_run_forwards() -> None:
    error = refusal("2022-01-19/2022-01-05")
    assert error.code == "date-order"
    assert error.message == "the end of the range, 2022-01-05, is before its start, 2022-01-19"
    assert error.hint == "write the earlier date first"


DAY = "2022-01-05"
TIME_FORM = "write hours and minutes, such as 07:30 or 23:00"


@pytest.mark.parametrize(
    ("value", "code", "key", "message", "hint"),
    [
        (
            {"date": DAY, "time": "25:00"},
            "date-invalid",
            "time",
            "“25:00” is not a time: there is no hour 25",
            "hours go from 00 to 23, minutes from 00 to 59",
        ),
        (
            {"date": DAY, "time": "12:60"},
            "date-invalid",
            "time",
            "“12:60” is not a time: there is no minute 60",
            "hours go from 00 to 23, minutes from 00 to 59",
        ),
        (
            {"date": DAY, "time": "24:00"},
            "date-invalid",
            "time",
            "“24:00” is not a time: the day ends with 23:59",
            "midnight is 00:00 of the next day: write that date",
        ),
        ({"date": DAY, "time": "7:30"}, "date-invalid", "time", "“7:30” is not a time as written here", "write 07:30"),
        (
            {"date": DAY, "time": "4.30 pm"},
            "date-invalid",
            "time",
            "“4.30 pm” is not a time as written here",
            "write 16:30",
        ),
        (
            {"date": DAY, "time": "12:10 a.m."},
            "date-invalid",
            "time",
            "“12:10 a.m.” is not a time as written here",
            "write 00:10",
        ),
        ({"date": DAY, "time": "noon"}, "date-invalid", "time", "“noon” is not a time as written here", TIME_FORM),
        (
            {"date": "2022-01", "time": "01:30"},
            "date-invalid",
            "time",
            "a time needs one day, and 2022-01 is not one",
            "write the day in date, or leave time out",
        ),
        (
            {"date": "2022-01-05/2022-01-05", "time": "01:30"},
            "date-invalid",
            "time",
            "a time needs one day, and 2022-01-05/2022-01-05 is not one",
            "write the day in date, or leave time out",
        ),
        (
            {"date": DAY, "until": "2022-01-01"},
            "date-order",
            "until",
            "the end, “until” 2022-01-01, is before the start, “date” 2022-01-05",
            "write the earlier of the two in date",
        ),
        (
            {"date": DAY, "until": "05:00"},
            "date-invalid",
            "until",
            "this ends at 05:00 but has no time to start at",
            "add time, or write until as a date",
        ),
        (
            {"date": DAY, "until": ".."},
            "date-invalid",
            "until",
            "“until” holds no date",
            "leave until out, and write date: 2022-01-05/..",
        ),
        (
            {"date": DAY, "until": "2022-01-07/2022-01-09"},
            "date-invalid",
            "until",
            "“until” is one date, and 2022-01-07/2022-01-09 is a range",
            "write its end only",
        ),
        (
            {"date": "2022-01-05/2022-01-06", "until": "2022-01-08"},
            "date-invalid",
            "until",
            "the date 2022-01-05/2022-01-06 is a range, which has an end already",
            "write the range in date, and leave until out",
        ),
        (
            {"date": DAY, "until": "2022-01-06 05:00"},
            "date-invalid",
            "until",
            "“2022-01-06 05:00” holds a time",
            "write the day alone, or for an event {date: 2022-01-06, time: 05:00}",
        ),
        (
            {"date": DAY, "approximate": "yes"},
            "bool",
            "approximate",
            "“yes” is neither true nor false",
            "write true or false, here true",
        ),
        ({"date": DAY, "tiem": "01:30"}, "key-unknown", "tiem", "“tiem” is not a key here", "did you mean time?"),
        (
            {1: "x"},
            "key-unknown",
            "1",
            "“1” is not a key here",
            "the keys here are date, time, until, zone, approximate",
        ),
        (
            {"date": [DAY]},
            "type",
            "date",
            "“date” wants one text",
            "write a date such as 2022-01-05, or {date: 2022-01-05, time: 07:30}",
        ),
        (
            [DAY],
            "type",
            None,
            "this is neither a date nor a set of keys",
            "write a date such as 2022-01-05, or {date: 2022-01-05, time: 07:30}",
        ),
        ({"date": DAY, "time": " "}, "required", "time", "“time” is empty", "write a value, or leave the line out"),
        ({"time": "01:30"}, "required", None, "“date” is missing", "write date: 2022-01-05"),
        ({}, "required", None, "“date” is missing", "write date: 2022-01-05"),
    ],
)
def test_a_wrong_moment_names_its_key_and_the_remedy(
    value: object, code: str, key: str | None, message: str, hint: str
) -> None:
    error = refusal(value)
    assert (error.code, error.key, error.message, error.hint) == (code, key, message, hint)


IANA = "write an IANA name such as Asia/Almaty, not an offset or a country: offsets change with the date"


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("UTC+6", IANA),
        ("+06:00", IANA),
        ("GMT+6", IANA),
        ("Kazakhstan", IANA),
        ("../../etc/passwd", IANA),
        ("Almaty", "did you mean Asia/Almaty?"),
        ("new york", "did you mean America/New_York?"),
        ("asia/almaty", "did you mean Asia/Almaty?"),
        ("Asia/Almatty", "did you mean Asia/Almaty?"),
    ],
)
def test_an_unknown_zone_is_refused_with_the_iana_name_that_was_meant(name: str, hint: str) -> None:
    error = refusal({"date": DAY, "zone": name})
    assert (error.code, error.key) == ("date-zone", "zone")
    assert (error.message, error.hint) == (f"“{name}” is not the name of a time zone", hint)


# -- zones


def test_almaty_was_six_hours_ahead_in_2022_and_is_five_now() -> None:
    assert offset("Asia/Almaty", date(2022, 1, 5)) == timedelta(hours=6)
    assert utc_label("Asia/Almaty", date(2026, 1, 5)) == "UTC+5"


@pytest.mark.parametrize(
    ("name", "day", "label"),
    [
        ("UTC", date(2022, 1, 5), "UTC"),
        ("Asia/Kolkata", date(2022, 1, 5), "UTC+5:30"),
        ("America/St_Johns", date(2022, 1, 5), "UTC−3:30"),
        ("America/New_York", date(2022, 7, 5), "UTC−4"),
        ("Asia/Almaty", date(1900, 1, 1), "UTC+5:07:48"),
    ],
)
def test_the_label_of_a_zone_is_that_of_the_date(name: str, day: date, label: str) -> None:
    assert utc_label(name, day) == label


@given(ZONES, st.datetimes())
def test_a_zone_is_what_zoneinfo_makes_of_the_tzdata_package(name: str, local: datetime) -> None:
    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        reference = zoneinfo.ZoneInfo.from_file(file)
    expected = local.replace(tzinfo=reference).utcoffset()
    assert offset(name, local.date(), local.time()) == expected


def test_the_list_of_zones_is_read_once_and_a_zone_is_kept() -> None:
    datezones.zone_names.cache_clear()
    for name in ("Almaty", "Berlin", "Nowhere"):
        with pytest.raises(DateError):
            zone(name)
    assert datezones.zone_names.cache_info().misses == 1
    assert zone("Asia/Almaty") is zone("Asia/Almaty")


def test_the_bounds_in_utc_are_as_wide_as_what_is_written() -> None:
    def hours(value: str | dict[str, str]) -> tuple[float, float]:
        midnight = date(2022, 1, 5).toordinal() * 86_400
        start, end = utc_bounds(Moment.parse(value), "Asia/Almaty")
        return round((start - midnight) / 3600, 1), round((end - midnight) / 3600, 1)

    assert hours(DAY) == (-6, 18)
    assert hours({"date": DAY, "time": "07:30"}) == (1.5, 1.5)
    assert hours({"date": DAY, "time": "07:30", "approximate": "true"}) == (-6, 18)
    assert hours({"date": DAY, "time": "20:00", "until": "05:00"}) == (14, 23)
    assert hours({"date": DAY, "time": "20:00", "until": "22:00", "approximate": "true"}) == (-6, 18)
    assert hours({"date": DAY, "time": "20:00", "until": "2022-01-06"}) == (14, 42)
    assert hours({"date": DAY, "zone": "UTC"}) == (0, 24)


# -- laws


@given(st.text(max_size=30) | LIKE_DATES | st.from_regex(r"[0-9XY./ :T–-]{1,25}[~?%]?", fullmatch=True))
def test_every_text_is_a_date_or_a_plain_refusal(text: str) -> None:
    try:
        parsed = Date.parse(text)
    except DateError as error:
        assert error.code in ("date-invalid", "date-order") and error.message and error.hint
    else:
        assert parsed.first <= parsed.last and parsed.text == text.strip() and str(parsed)


@given(
    st.dictionaries(
        st.sampled_from(["date", "time", "until", "zone", "approximate"]) | st.text(max_size=6) | st.integers(),
        LIKE_DATES | st.times().map("{:%H:%M}".format) | st.sampled_from(["true", "UTC", ""]) | st.text() | st.none(),
    )
    | st.none()
    | st.lists(st.text(max_size=3), max_size=2)
)
def test_every_mapping_is_a_moment_or_a_plain_refusal(value: Any) -> None:
    try:
        parsed = Moment.parse(value)
    except DateError as error:
        assert error.code and error.message
    else:
        assert parsed.first <= parsed.last and str(parsed)


@given(LIKE_DATES)
def test_a_hint_that_says_what_to_write_is_a_date_itself(text: str) -> None:
    try:
        Date.parse(text)
    except DateError as error:
        written = error.hint.removeprefix("write ")
        if written[:4].isdigit() and " " not in written:
            assert Date.parse(written)


@given(st.dates())
def test_a_whole_day_is_itself(day: date) -> None:
    parsed = Date.parse(day.isoformat())
    assert parsed.first == parsed.last == day and parsed.is_day and parsed.is_sure
    assert iso(parsed) == day.isoformat() and parsed.ends == (parsed, parsed)


@given(st.dates())
def test_what_is_less_precise_contains_what_is_more_precise(day: date) -> None:
    text = day.isoformat()
    wider = [text, text[:7], text[:4], *(t for t in (f"{text[:3]}X", f"{text[:2]}XX") if int(t.replace("X", "0")))]
    bounds = [Date.parse(each) for each in wider]
    for inner, outer in pairwise(bounds):
        assert outer.first <= inner.first and inner.last <= outer.last


@given(DATES)
def test_a_range_spans_from_its_start_to_its_end(parsed: Date) -> None:
    start, end = parsed.ends
    assert parsed.first == (start.first if start else date.min)
    assert parsed.last == (end.last if end else date.max)
    assert parsed.is_range == ("/" in parsed.text)
    assert parsed.is_sure == all(each.is_sure for each in (start, end) if each)


@given(DATES)
def test_str_is_what_is_shown_and_shows_no_more_than_is_written(parsed: Date) -> None:
    assert str(parsed) == str(Moment(parsed))
    assert display_time(Moment(parsed)) == ""
    assert ("about" in str(parsed)) == parsed.approximate
    assert ("uncertain" in str(parsed)) == parsed.uncertain
    assert ":" not in str(parsed) and "day" not in str(parsed)
    if not any(len(part.rstrip("~?%").replace("-XX", "")) == 10 for part in parsed.text.split("/")):
        assert all(not word.isdigit() or len(word) == 4 for word in str(parsed).replace("AD ", "AD").split())


MOMENTS = st.builds(
    lambda day, clock: Moment.parse({"date": day.text, "time": f"{clock:%H:%M}"} if clock and day.is_day else day.text),
    DATES,
    st.none() | st.times(),
)


@given(st.lists(MOMENTS, min_size=3, max_size=3))
def test_the_order_agrees_with_the_days(moments: list[Moment]) -> None:
    first, second, third = sorted(moments, key=lambda moment: moment.sort_key)
    assert first.first <= second.first <= third.first


def test_what_has_no_time_comes_before_what_has_one() -> None:
    assert Moment.parse(DAY).sort_key < Moment.parse({"date": DAY, "time": "00:00"}).sort_key


@given(MOMENTS, ZONES)
def test_bounds_in_utc_run_forwards_in_every_zone(moment: Moment, name: str) -> None:
    start, end = utc_bounds(moment, name)
    assert start <= end


@given(DATES, ZONES)
def test_dates_and_moments_survive_a_process_pool(parsed: Date, name: str) -> None:
    moment = Moment(parsed, time(20), time(5), name, True)
    for value in (parsed, moment):
        assert pickle.loads(pickle.dumps(value)) == value
        assert hash(pickle.loads(pickle.dumps(value))) == hash(value)


def test_a_refusal_survives_a_process_pool_whole() -> None:
    error = refusal({"date": DAY, "tiem": "01:30"})
    copy = pickle.loads(pickle.dumps(error))
    assert (copy.code, copy.message, copy.hint, copy.key) == (error.code, error.message, error.hint, error.key)
    assert str(copy) == error.message


def test_seasons_span_what_people_mean_by_them() -> None:
    assert (Date.parse("2022-24").first, Date.parse("2022-24").last) == (date(2021, 12, 1), date(2023, 3, 20))
    assert (Date.parse("2022-22").first, Date.parse("2022-22").last) == (date(2022, 6, 1), date(2022, 9, 23))
    assert (Date.parse("0001-24").first, Date.parse("9999-24").last) == (date.min, date.max)


@pytest.mark.parametrize(
    ("value", "last"),
    [
        ({"date": DAY, "time": "20:00", "until": "05:00"}, date(2022, 1, 6)),
        ({"date": DAY, "time": "05:00", "until": "20:00"}, date(2022, 1, 5)),
        ({"date": "9999-12-31", "time": "20:00", "until": "05:00"}, date(9999, 12, 31)),
        ({"date": DAY, "until": "2022-01-19"}, date(2022, 1, 19)),
        ({"date": "2022-01", "until": "2022-01-19"}, date(2022, 1, 31)),
    ],
)
def test_a_moment_lasts_until_its_end(value: dict[str, str], last: date) -> None:
    assert Moment.parse(value).last == last


@pytest.mark.parametrize(
    ("value", "sure"),
    [
        (DAY, True),
        ("2022-01-05~", False),
        ("2022-01-05/2022-01-19?", False),
        ({"date": DAY, "until": "2022-01-19~"}, False),
        ({"date": DAY, "approximate": "true"}, False),
        ({"date": DAY, "time": "17:00", "approximate": "true"}, True),
        ("2022-01-05/..", True),
    ],
)
def test_only_what_is_neither_about_nor_uncertain_is_sure(value: str | dict[str, str], sure: bool) -> None:
    assert Moment.parse(value).is_sure is sure


# -- weekdays in prose


@pytest.mark.parametrize(
    ("text", "weekday", "day", "year"),
    [
        ("On Wednesday, 5 January 2022, crowds gathered.", "Wednesday", 5, 2022),
        ("On Wednesday 5 January crowds gathered.", "Wednesday", 5, None),
        ("Wednesday, January 5, 2022", "Wednesday", 5, 2022),
        ("January 5, 2022, was a Wednesday", "Wednesday", 5, 2022),
        ("5 January 2022 was a Wednesday", "Wednesday", 5, 2022),
        ("5 January 2022, which was a Wednesday", "Wednesday", 5, 2022),
        ("on 5 January 2022, a Wednesday, the", "Wednesday", 5, 2022),
        ("on 5 January (Wednesday) the", "Wednesday", 5, None),
        ("on 5 January (a Wednesday)", "Wednesday", 5, None),
        ("on 5 January, a Wednesday morning, the", "Wednesday", 5, None),
        ("on 2022-01-05, a Wednesday", "Wednesday", 5, 2022),
        ("Thursday evening, 6 January", "Thursday", 6, None),
        ("Thursday (6 January 2022)", "Thursday", 6, 2022),
        ("on Thursday, the 6th of January", "Thursday", 6, None),
        ("on Thurs. 6 Jan. 2022 they", "Thursday", 6, 2022),
        ("on **Thursday**, 6\nJanuary", "Thursday", 6, None),
        ("from Wednesday 5 to Friday 7 January", "Friday", 7, None),
        ("On Wednesday 5 January 1377 people were held", "Wednesday", 5, None),
        ("On Wednesday 5 January 2000 protesters came", "Wednesday", 5, None),
        ("On Wednesday 5 January 2022 was", "Wednesday", 5, 2022),
        ("On Wednesday,\u202f5\u00a0January\u20092022, it was", "Wednesday", 5, 2022),
        ("On Wednesday 5 January 2022, 14 people", "Wednesday", 5, 2022),
    ],
)
def test_a_weekday_beside_a_date_is_found(text: str, weekday: str, day: int, year: int | None) -> None:
    (claim,) = weekday_claims(text)
    assert (claim.weekday, claim.day, claim.month, claim.year) == (weekday, day, 1, year)
    assert text[claim.offset :].startswith((weekday[:3], str(day), "January", "2022"))


@pytest.mark.parametrize(
    "text",
    [
        "On 5 January 2022 crowds gathered.",
        "They met on Thursday. 5 January was quiet.",
        "The Sun, 5 January 2022",
        "On 5 January, a Wednesday newspaper said",
        "Wednesday’s 5 January edition",
        "By Thursday, 5 January’s crowd had gone.",
        "In January Thursday markets close.",
        "On Wednesday 5 people died in January.",
        "Wednesday, January 2022",
        "Wednesday, January 5.5 million",
        "a Wednesday in January",
        "",
    ],
)
def test_what_may_be_read_another_way_is_no_claim(text: str) -> None:
    assert weekday_claims(text) == []


def test_claims_come_in_the_order_of_the_text() -> None:
    claims = weekday_claims("5 January was a Wednesday. On Thursday, 6 January, it went on.")
    assert [(claim.offset, claim.weekday) for claim in claims] == [(0, "Wednesday"), (30, "Thursday")]


def test_named_years_are_neither_counts_nor_parts_of_words() -> None:
    text = "In 2019 and (2021) 2,022 people, 1377 dead, [@wiki-2018], 2020.5, 1986–87."
    assert [year for _, year in named_years(text)] == [2019, 2021, 1986]


@given(st.text(max_size=60))
def test_any_prose_can_be_searched_for_weekdays(text: str) -> None:
    prose = f"{text} Wednesday, 5 January; {text}"
    assert (len(text) + 1, "Wednesday") in [(claim.offset, claim.weekday) for claim in weekday_claims(prose)]
