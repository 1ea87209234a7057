from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.dates import (
    Date,
    DateError,
    Moment,
    display,
    display_long,
    iso,
    offset,
    utc_label,
    weekday_claims,
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2022-01-05", "5 January 2022"),
        ("2022-01", "January 2022"),
        ("2022", "2022"),
        ("2022-01-05~", "about 5 January 2022"),
        ("2022-01-05?", "5 January 2022 (uncertain)"),
        ("2022-01-05/2022-01-19", "from 5 to 19 January 2022"),
        ("2021-12-30/2022-01-02", "from 30 December 2021 to 2 January 2022"),
        ("2022-01-05/2022-03-01", "from 5 January to 1 March 2022"),
        ("2022-01-05/..", "from 5 January 2022"),
        ("../2022-01-05", "until 5 January 2022"),
        ("2022-21", "spring 2022"),
        ("201X", "the 2010s"),
        ("2022-01-XX", "January 2022"),
    ],
)
def test_a_date_reads_as_exactly_as_it_is_written(text: str, words: str) -> None:
    assert display(Date.parse(text)) == words


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("2024-02-30", "February 2024 has 29 days", ""),
        ("2023-02-29", "February 2023 has 28 days", ""),
        ("2024-06-31", "June 2024 has 30 days", ""),
        ("2024-13-01", "there is no month 13", ""),
        ("2024-00-10", "there is no month 00", ""),
        ("2024-1-2", "", "write 2024-01-02"),
        ("2024–01–02", "", "write 2024-01-02"),
        ("5 January 2022", "", "write 2022-01-05"),
        ("2022-01-05T01:30", "holds a time", ""),
        ("0000", "no year 0000", ""),
        ("", "empty", ""),
        ("٢٠٢٢", "is not a date", ""),
        ("/", "not a range", ""),
    ],
)
def test_an_impossible_date_is_refused_in_plain_words(text: str, message: str, hint: str) -> None:
    with pytest.raises(DateError) as caught:
        Date.parse(text)
    assert caught.value.code == "date-invalid"
    assert message in caught.value.message and hint in caught.value.hint


def test_a_range_must_run_forwards() -> None:
    with pytest.raises(DateError) as caught:
        Date.parse("2022-01-19/2022-01-05")
    assert caught.value.code == "date-order"


def test_almaty_was_six_hours_ahead_in_2022_and_is_five_now() -> None:
    assert offset("Asia/Almaty", date(2022, 1, 5)) == timedelta(hours=6)
    assert utc_label("Asia/Almaty", date(2026, 1, 5)) == "UTC+5"


def test_a_moment_shows_a_time_only_when_one_is_written() -> None:
    assert str(Moment.parse("2022-01-05")) == "5 January 2022"
    assert str(Moment.parse({"date": "2022-01-05", "time": "01:30"})) == "5 January 2022, 01:30"
    assert str(Moment.parse({"date": "2022-01-05", "time": "20:00", "until": "05:00"})) == "5 January 2022, 20:00–05:00"
    assert str(Moment.parse({"date": "2022-01-05", "approximate": "true"})) == "about 5 January 2022"
    assert str(Moment.parse({"date": "2022-01-13", "until": "2022-01-19"})) == "from 13 to 19 January 2022"


@pytest.mark.parametrize(
    ("value", "code", "key"),
    [
        ({"date": "2022-01-05", "time": "25:00"}, "date-invalid", "time"),
        ({"date": "2022-01", "time": "01:30"}, "date-invalid", "time"),
        ({"date": "2022-01-05", "zone": "Asia/Almatty"}, "date-zone", "zone"),
        ({"date": "2022-01-05", "until": "2022-01-01"}, "date-order", "until"),
        ({"date": "2022-01-05", "tiem": "01:30"}, "key-unknown", "tiem"),
        ({"date": "2022-01-05", "approximate": "yes"}, "bool", "approximate"),
        ({"time": "01:30"}, "required", None),
    ],
)
def test_a_wrong_moment_names_the_key(value: dict[str, str], code: str, key: str | None) -> None:
    with pytest.raises(DateError) as caught:
        Moment.parse(value)
    assert (caught.value.code, caught.value.key) == (code, key)


def test_weekdays_beside_dates_are_found() -> None:
    (claim,) = weekday_claims("On Wednesday, 5 January 2022, crowds gathered.")
    assert (claim.offset, claim.weekday, claim.day, claim.month, claim.year) == (3, "Wednesday", 5, 1, 2022)


@given(st.dates(min_value=date(1, 1, 1)))
def test_a_whole_day_is_itself(day: date) -> None:
    parsed = Date.parse(day.isoformat())
    assert parsed.first == parsed.last == day and parsed.is_day and iso(parsed) == day.isoformat()
    assert display_long(parsed).startswith(f"{day:%A}")


@given(st.text(max_size=30))
def test_any_text_is_a_date_or_a_plain_refusal(text: str) -> None:
    try:
        parsed = Date.parse(text)
    except DateError as error:
        assert error.message
    else:
        assert parsed.first <= parsed.last and parsed.text == text.strip() and display(parsed)
