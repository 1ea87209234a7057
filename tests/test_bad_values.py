"""Values and dates that a record cannot hold, and those that only look wrong."""

import json

import pytest
from conftest import Project
from refusals import (
    EVENT,
    EVENT_AND,
    FIGURE,
    PLACE_AND,
    SECTION_AND,
    SOURCE_AND,
    TERM,
    UPDATE,
    accepted,
    path_of,
    placed,
    refused,
    refused_text,
)

TYPES = {
    "nothing": ("term:{}\nshort: x\n", "▸", "required"),
    "an empty text": (TERM, '▸""', "required"),
    "only spaces": (TERM, "▸'   '", "required"),
    "only a zero-width space": (TERM, "▸\u200b", "required"),
    "only a soft hyphen": (TERM, '▸"\\u00ad"', "required"),
    "only a remark": ("term:{}\nshort: x\n", "▸  # later", "required"),
    "an empty block": (TERM, "▸|", "required"),
    "a list for a text": (TERM, "▸[Pier, Arch]", "type"),
    "fields for a text": (TERM, "▸{a: Pier}", "type"),
    "a text for a list": (EVENT_AND, "where: ▸altdorf", "type"),
    "fields for a list": (EVENT_AND, "where: ▸{a: altdorf}", "type"),
    "a text for fields": (EVENT_AND, "links: [▸bridge-closed]", "type"),
    "a list of mixed kinds": (EVENT_AND, "where: [altdorf, ▸{a: b}, altdorf]", "type"),
    "a list in a list": (EVENT_AND, "where: [altdorf, ▸[altdorf]]", "type"),
    "an empty list item": (EVENT_AND, "where: [altdorf, ▸'']", "required"),
    "a list for a date": (EVENT, "▸[2025-03-01]", "type"),
    "a list for a date below its key": (EVENT, "{date: ▸[2025-03-01]}", "type"),
    "yes for true below a date": (EVENT, "{date: 2025-03-01, approximate: ▸yes}", "bool"),
    "a list for a choice": (EVENT_AND, "certainty: ▸[confirmed]", "type"),
    "a choice in capitals": (EVENT_AND, "certainty: ▸Confirmed", "choice"),
    "a choice misspelt": (EVENT_AND, "certainty: ▸confimed", "choice"),
    "no choice at all": (EVENT_AND, "certainty: ▸maybe so", "choice"),
    "a colour by name": (SOURCE_AND, "control: ▸red", "choice"),
    "yes for true": (FIGURE, "1\n  preferred: ▸yes", "bool"),
    "True for true": (FIGURE, "1\n  approximate: ▸True", "bool"),
    "1 for true": (FIGURE, "1\n  approximate: ▸1", "bool"),
    "a number in base 60": (FIGURE, "▸190:20:30", "number"),
    "an underscore in a number": (FIGURE, "▸1_000", "number"),
    "a comma in a number": (FIGURE, "▸1,000", "number"),
    "a space in a number": (FIGURE, "▸1 000", "number"),
    "a number of 5,000 digits": (FIGURE, "▸" + "7" * 5000, "number"),
    "a number with 5,000 powers": (FIGURE, "▸1e5000", "number"),
    "not a number": (FIGURE, "▸.nan", "number"),
    "an infinite number": (FIGURE, "▸.inf", "number"),
    "digits of another script": (FIGURE, "▸١٢٣", "number"),
    "a power in a whole number": (EVENT_AND, "order: ▸1e3", "number"),
    "a point in a whole number": (EVENT_AND, "order: ▸1.0", "number"),
    "a hexadecimal number": (EVENT_AND, "order: ▸0x10", "number"),
    "an importance of 4": (EVENT_AND, "importance: ▸4", "choice"),
    "fewer days than none": (SECTION_AND, "stale_after: ▸-1", "number"),
    "an unknown key": (EVENT_AND, "▸colour: red", "key-unknown"),
    "a key in capitals": (EVENT_AND, "▸Where: [altdorf]", "key-unknown"),
    "a key with a space": (EVENT_AND, "▸wh ere: [altdorf]", "key-unknown"),
    "an unknown key below": (EVENT_AND, "links: [{relation: part-of, event: bridge-closed, ▸evnt: x}]", "key-unknown"),
    "an id inside the file": (EVENT_AND, "▸id: case", "key-unknown"),
    "a text that is cut by #": (TERM, "A ▸#1 hit", "yaml-hash"),
    "a text of 501 characters": (TERM, "▸" + "x" * 501, "limit"),
    "a language by its name": (SOURCE_AND, "archives: []\ntext: {file: a, sha256: ▸abc, captured: 2025}", "hash"),
    "too many items in a list": (EVENT_AND, "where: [" + "a, " * 500 + "▸a]", "limit"),
}

NUMBERS = {
    "1,200": "write 1200, or 1.200 if the comma is for decimals",
    "1 200 000": "write 1200000: the page sets the separators itself",
    "68,05": "write 68.05, with a point for decimals",
    "−5": "write -5",
    "+5": "write 5",
    ".5": "write 0.5",
    "about 1,200": "write 1200, and approximate: true on a line of its own",
    "~1200": "write 1200, and approximate: true on a line of its own",
    "1200+": "write at_least: 1200 in place of value:",
    "more than 1200": "write at_least: 1200 in place of value:",
    "up to 1200": "write at_most: 1200 in place of value:",
    "1000-1,200": "write low: 1000 and high: 1200 in place of value:",
    "1200 people": "write 1200 alone, without the unit; or all digits, if the word is one like million",
    "68%": "write 68 alone",
    "1.2 million": "write 1.2 alone, without the unit; or all digits, if the word is one like million",
    "5 or 6": "write digits, with a point for decimals: 1237 or 68.05",
    "1.2k": "write digits, with a point for decimals: 1237 or 68.05",
    "twelve": "write digits, with a point for decimals: 1237 or 68.05",
}
BOUNDS = {
    "at_least: ▸1200+": "write 1200 alone",
    "at_most: ▸more than 1200": "write at_least: 1200 in place of at_most:",
    "high: ▸1000-1200": "write low: 1000 and high: 1200",
}
DEGREES = {
    "43,238": "write 43.238",
    "43.24°": "write 43.24",
    "43.24 N": "write 43.24",
    "43°14′N": "write 43.2333",
    "43° 14' 16.8\" N": "write 43.2380",
    "13.2S": "write -13.2: south and west are below zero",
    "about 43": "write degrees, with a point for decimals: 43.24",
    "43-44": "write degrees, with a point for decimals: 43.24",
}
FLAGS = {
    "yes": "write true or false, here true",
    "True": "write true or false, here true",
    "no": "write true or false, here false",
    "maybe": "write true or false",
}

DATES = {
    "a day that does not exist": (EVENT, "▸2024-02-30", "date-invalid"),
    "31 June": (EVENT, "▸2024-06-31", "date-invalid"),
    "month 13": (EVENT, "▸2024-13-01", "date-invalid"),
    "month 0": (EVENT, "▸2024-00-10", "date-invalid"),
    "29 February of no leap year": (EVENT, "▸2023-02-29", "date-invalid"),
    "single digits": (EVENT, "▸2024-1-2", "date-invalid"),
    "a time of 25 hours": (EVENT, "▸2024-01-02 25:00:00", "date-invalid"),
    "an offset of 99 hours": (EVENT, "▸2024-01-02T10:00:00+99:99", "date-invalid"),
    "an en dash": (EVENT, "▸2024–01–02", "date-invalid"),
    "dots": (EVENT, "▸02.01.2024", "date-invalid"),
    "slashes": (EVENT, "▸1/2/2024", "date-invalid"),
    "words": (EVENT, "▸2 January 2024", "date-invalid"),
    "digits of another script": (EVENT, "▸٢٠٢٤-٠١-٠٢", "date-invalid"),
    "year 0": (EVENT, "▸0000-01-01", "date-invalid"),
    "five digits of a year": (EVENT, "▸12024-01-01", "date-invalid"),
    "an end before its start": (EVENT, "▸2024-02-02/2024-02-01", "date-order"),
    "an end before its start, on two lines": (EVENT, "{date: 2024-02-02, until: ▸2024-02-01}", "date-order"),
    "an hour 24": (EVENT, '{date: 2024-02-02, time: ▸"24:00"}', "date-invalid"),
    "a time without its day": (EVENT, '{date: 2024-02, time: ▸"10:00"}', "date-invalid"),
    "a zone that is an offset": (EVENT, "{date: 2024-02-02, zone: ▸UTC+6}", "date-zone"),
    "a zone that does not exist": (EVENT, "{date: 2024-02-02, zone: ▸Mars/Base}", "date-zone"),
    "a key of its own": (EVENT, "{date: 2024-02-02, ▸tyme: '10:00'}", "key-unknown"),
    "no date": (EVENT, "▸{time: '10:00'}", "required"),
    "an empty time": (EVENT, "{date: 2024-02-02, time: ▸''}", "required"),
    "an end after the content was checked": (EVENT, "▸2026-01-01", "date-order"),
    "a year for the day of an update": (UPDATE, "▸2025\naffects: [place:altdorf]", "date-invalid"),
    "a day of an update that is about": (UPDATE, "▸2025-05-01~\naffects: [place:altdorf]", "date-invalid"),
    "a day of an update that is uncertain": (UPDATE, "▸2025-05-01?\naffects: [place:altdorf]", "date-invalid"),
    "of a source, that does not exist": (SOURCE_AND, "accessed: ▸2025-02-30", "date-invalid"),
}


@pytest.mark.parametrize("what", TYPES)
def test_a_value_is_refused_that_is(built: Project, what: str) -> None:
    template, value, code = TYPES[what]
    refused_text(built, path_of(template), template.replace("{}", value), code)


def test_a_quotation_is_refused_that_is_longer_than_a_text_can_be(built: Project) -> None:
    rest = "speaker: mayor\nsaid: 2025-03-04\ncite: valley-post\ncontext: A question.\nsection: what-happened\n"
    refused_text(built, "quotes/case.yaml", f"text: ▸{'word ' * 4000}w\n{rest}", "limit")


@pytest.mark.parametrize("written", NUMBERS)
def test_what_to_write_instead_is_told_of(built: Project, written: str) -> None:
    row = refused_text(built, "figures/case.yaml", FIGURE.format(f"▸{written}"), "number")
    assert (row["message"], row["hint"]) == (f"“{written}” is not a number", NUMBERS[written])


@pytest.mark.parametrize("written", BOUNDS)
def test_what_to_write_instead_goes_by_the_key_it_stands_under(built: Project, written: str) -> None:
    template = FIGURE.replace("value: {}", "{}")
    assert refused_text(built, "figures/case.yaml", template.format(written), "number")["hint"] == BOUNDS[written]


@pytest.mark.parametrize("written", DEGREES)
def test_degrees_are_read_as_maps_give_them(built: Project, written: str) -> None:
    point = f"point:\n  lat: ▸{written}\n  lon: 76.9"
    assert refused_text(built, "places/case.yaml", PLACE_AND.format(point), "number")["hint"] == DEGREES[written]


@pytest.mark.parametrize("written", ["1234567890123456", "0.12345678901"])
def test_a_number_with_too_many_digits_is_told_how_many_are_the_most(built: Project, written: str) -> None:
    row = refused_text(built, "figures/case.yaml", FIGURE.format(f"▸{written}"), "number")
    assert row["message"] == f"“{written}” has too many digits: 15 before the point and 10 after it are the most"
    assert row["hint"] == "round it, or count in a larger unit"


@pytest.mark.parametrize("written", FLAGS)
def test_true_and_false_are_told_by_their_names(built: Project, written: str) -> None:
    row = refused_text(built, "figures/case.yaml", FIGURE.format(f"1\n  approximate: ▸{written}"), "bool")
    assert (row["message"], row["hint"]) == (f"“{written}” is neither true nor false", FLAGS[written])


def test_bounds_the_wrong_way_round_are_told(built: Project) -> None:
    text = FIGURE.replace("value: {}", "at_least: ▸1500\n  at_most: 1200")
    assert refused_text(built, "figures/case.yaml", text, "number")["hint"] == "swap them"


def test_the_second_preferred_value_is_told(built: Project) -> None:
    value = FIGURE.partition("values:\n")[2].format("1\n  preferred: {}")
    text = FIGURE.format("1\n  preferred: true") + value.format("▸true")
    refused_text(built, "figures/case.yaml", text, "choice")


@pytest.mark.parametrize("what", DATES)
def test_a_date_is_refused_with(built: Project, what: str) -> None:
    template, value, code = DATES[what]
    refused_text(built, path_of(template), template.replace("{}", value), code)


def test_dates_are_kept_as_exact_as_they_are_written(built: Project) -> None:
    for number, (when, shown) in enumerate([("2024", "2024"), ("2024-05", "May 2024"), ("2024~", "about 2024")]):
        built.write(f"events/e{number}.yaml", EVENT.format(when))
        accepted(built)
        page = built.tree()[f"events/e{number}/index.html"].decode()
        assert shown in page and "1 January 2024" not in page and "2024-01-01" not in page


@pytest.mark.parametrize("lost", ["# 3", "#", "## Qq", "#\tQq"])
def test_what_may_be_a_remark_or_the_rest_of_a_text_is_not_lost_in_silence(built: Project, lost: str) -> None:
    refused_text(built, "terms/case.yaml", f"term: Pier ▸{lost}\nshort: What carries a bridge.\n", "yaml-hash")


TEXTS = "NO no yes true null ~ = << 190:20:30 017 0899 0123456 1_000 1e3 1.0e+3 2022-01-05 23:00 1.10 0x10 .inf".split()


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_stays_what_it_looks_like(built: Project, text: str) -> None:
    built.write("terms/case.yaml", TERM.format(text))
    accepted(built)
    assert json.loads(built.tree()["data/terms.json"])
    shown = text.replace("<", "&lt;")
    assert f">{shown}</" in built.tree()["terms/case/index.html"].decode()


@pytest.mark.parametrize(("written", "number"), [("1237", "1,237"), ("68.05", "68.05"), ("1e3", "1,000"), ("-4", "−4")])
def test_a_number_is_what_it_says(built: Project, written: str, number: str) -> None:
    built.write("figures/case.yaml", FIGURE.format(written))
    accepted(built)
    page = built.tree()["figures/case/index.html"].decode()
    assert number in page or number.replace("−", "-") in page


def test_two_mistakes_in_two_files_are_both_told(built: Project) -> None:
    first, at_first = placed(EVENT.format("▸2024-02-30"))
    second, at_second = placed("term: Pier\n▸\tshort: x\n")
    built.write("events/case.yaml", first)
    built.write("terms/case.yaml", second)
    refused(built, f"content/events/case.yaml:{at_first} date-invalid", f"content/terms/case.yaml:{at_second} yaml-tab")
