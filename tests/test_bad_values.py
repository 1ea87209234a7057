"""Values, ids, references, dates and addresses that a record cannot hold, and those that only look wrong."""

import json

import pytest
from conftest import Project
from hypothesis import given
from hypothesis import strategies as st
from refusals import accepted, placed, refused, refused_text

from generator.refs import RESERVED, collision_key, id_problem

TERM = "term: {}\nshort: What carries a bridge.\n"
EVENT = "title: A day\nwhen: {}\nsection: what-happened\ntext: Something.\ncites: [town-notice]\n"
EVENT_AND = EVENT.format("2025-03-01") + "{}\n"
SOURCE = "title: A page\npublisher: Valley Post\nkind: newspaper\nlanguage: en\npublished: 2025-03-02\nurl: {}\n"
SOURCE_AND = SOURCE.format("https://example.org/") + "{}\n"
PLACE = "name: A\nkind: city\ntimezone: Europe/Vienna\npart_of: {}\n"
FIGURE = (
    "label: Trains\ncounts: Trains a day.\nunit: trains\nsection: what-happened\nvalues:\n"
    "- stated_by: Valley Post\n  stated_on: 2025-03-01\n  cites: [valley-post]\n  value: {}\n"
)

TYPES = {
    "nothing": (TERM.replace(": {", ":{"), "▸", "required"),
    "an empty text": (TERM, '▸""', "required"),
    "only spaces": (TERM, "▸'   '", "required"),
    "only a zero-width space": (TERM, "▸\u200b", "required"),
    "only a soft hyphen": (TERM, '▸"\\u00ad"', "required"),
    "only a remark": (TERM.replace(": {", ":{"), "▸  # later", "required"),
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

REFERENCES = {
    "to nothing": (EVENT_AND, "where: [▸altdrof]", "ref-missing"),
    "to another kind": (EVENT_AND, "where: [▸event:bridge-closed]", "id-chars"),
    "with its kind where that is fixed": (EVENT_AND, "where: [▸place:altdorf]", "ref-form"),
    "without a kind where that is open": ("on: 2025-03-01\nkind: correction\naffects: [▸{}]\nsummary: x\n", "altdorf", ""),
    "with capitals": (EVENT_AND, "where: [▸Altdorf]", "id-chars"),
    "with a slash": (EVENT_AND, "where: [▸a/b]", "id-chars"),
    "with a backslash": (EVENT_AND, "where: [▸a\\b]", "id-chars"),
    "from the root of a disk": (EVENT_AND, "where: [▸/abs]", "id-chars"),
    "up and away": (EVENT_AND, "where: [▸../x]", "id-chars"),
    "in percent codes": (EVENT_AND, "where: [▸'%2e%2e%2fx']", "id-chars"),
    "to a device": (EVENT_AND, "where: [▸NUL]", "id-reserved"),
    "to itself": (PLACE, "▸case", "ref-self"),
    "to itself as an event": (EVENT_AND, "links: [{relation: part-of, event: ▸case}]", "ref-self"),
    "to itself in its text": (EVENT_AND, "note: x\nactors: [mayor]\nwhere: [altdorf]", ""),
    "to a city as a person": (EVENT_AND, "actors: [▸altdorf]", "ref-missing"),
    "to an alias of its own": (EVENT_AND, "aliases: [▸case]", "path-collision"),
    "to an alias that is taken": (EVENT_AND, "aliases: [▸bridge-closed]", "path-collision"),
}
REFERENCES = {what: row for what, row in REFERENCES.items() if row[2]}

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
    "a year for the day of an update": ("on: {}\nkind: addition\naffects: [place:altdorf]\nsummary: x\n", "▸2025", ""),
    "of a source, that does not exist": (SOURCE_AND, "accessed: ▸2025-02-30", "date-invalid"),
}
DATES["a year for the day of an update"] = (*DATES["a year for the day of an update"][:2], "date-invalid")

URLS = {
    "a script": "▸javascript:alert(1) url-scheme",
    "a script in capitals": "▸JaVaScRiPt:alert(1) url-scheme",
    "data": "▸data:text/html,x url-scheme",
    "an image as data": "▸data:image/svg+xml,x url-scheme",
    "vbscript": "▸vbscript:x url-scheme",
    "a file": "▸file:///etc/passwd url-scheme",
    "a blob": "▸blob:https://example.org/x url-scheme",
    "ftp": "▸ftp://example.org/ url-scheme",
    "no scheme, two slashes": "▸//evil.example/x url-scheme",
    "no scheme": "▸example.org/x url-scheme",
    "a path": "▸../x url-scheme",
    "a backslash": "https://good.example▸\\@evil.example/ url-chars",
    "a space": "https://example.org/a▸ b url-chars",
    "a tab": '"https://example.org/▸\\tb" url-chars',
    "a line break": '"https://example.org/▸\\nb" url-chars',
    "a quote": "https://example.org/▸'b url-chars",
    "an angle": "https://example.org/▸<b> url-chars",
    "a broken percent code": "https://example.org/▸%zz url-chars",
    "a percent code of a control character": "https://example.org/▸%0a url-chars",
    "a port that is too large": "https://example.org:▸99999/ url-port",
    "port 0": "https://example.org:▸0/ url-port",
    "an empty port": "https://example.org:▸/ url-port",
    "a name and password": "https://▸me:secret@example.org/ url-userinfo",
    "only a dot": "https://▸. url-host",
    "two dots": "https://▸a..b/ url-host",
    "a hyphen in front": "https://▸-a.org/ url-host",
    "a label of 64 characters": f"https://▸{'a' * 64}.org/ url-host",
    "a host of 254 characters": f"https://▸{'a' * 50}.{'.'.join(['abcdef'] * 28)}.abcdefg/ url-host",
    "this machine": "https://▸localhost/ url-host",
    "this machine by number": "https://▸127.0.0.1/ url-host",
    "a private network": "https://▸192.168.0.1/ url-host",
    "this machine in hexadecimal": "https://▸0x7f000001/ url-host",
    "this machine, IPv6": "https://▸[::1]/ url-host",
    "an escaped change of direction": "▸https://example.org/%E2%80%AEx text-bidi",
    "2,049 characters": f"▸https://example.org/{'a' * 2029} limit",
}

NAMES = {
    "capitals": ("Case.yaml", "id-chars"),
    "an accent": ("café.yaml", "id-chars"),
    "a sharp s": ("ß.yaml", "id-chars"),
    "a dotless i": ("ı.yaml", "id-chars"),
    "a ligature": ("ﬁ.yaml", "id-chars"),
    "the sign for kelvin": ("\u212a.yaml", "id-chars"),
    "a hyphen in front": ("-rf.yaml", "id-chars"),
    "a hyphen at the end": ("case-.yaml", "id-chars"),
    "a dot at the end": ("case..yaml", "id-chars"),
    "a space at the end": ("case .yaml", "id-chars"),
    "a space": ("my case.yaml", "id-chars"),
    "an underscore": ("my_case.yaml", "id-chars"),
    "a backslash": ("a\\b.yaml", "id-chars"),
    "a disk": ("C:\\x.yaml", "id-chars"),
    "percent codes": ("%2e%2e%2fx.yaml", "id-chars"),
    "a folder": ("a/b.yaml", "id-chars"),
    "65 characters": ("a" * 65 + ".yaml", "id-chars"),
    "a device": ("nul.yaml", "id-reserved"),
    "a device in capitals": ("CON.yaml", "id-reserved"),
    "a device with a number": ("com1.yaml", "id-reserved"),
    "a printer": ("lpt9.yaml", "id-reserved"),
    "an auxiliary device": ("aux.yaml", "id-reserved"),
    "a device with an ending": ("con.txt.yaml", "id-reserved"),
}


@pytest.mark.parametrize("what", TYPES)
def test_a_value_is_refused_that_is(built: Project, what: str) -> None:
    template, value, code = TYPES[what]
    refused_text(built, _path(template), template.replace("{}", value), code)


@pytest.mark.parametrize("what", REFERENCES)
def test_a_reference_is_refused(built: Project, what: str) -> None:
    template, value, code = REFERENCES[what]
    refused_text(built, _path(template), template.replace("{}", value), code)


@pytest.mark.parametrize("what", DATES)
def test_a_date_is_refused_with(built: Project, what: str) -> None:
    template, value, code = DATES[what]
    refused_text(built, _path(template), template.replace("{}", value), code)


@pytest.mark.parametrize("what", URLS)
def test_an_address_is_refused_with(built: Project, what: str) -> None:
    url, _, code = URLS[what].rpartition(" ")
    refused_text(built, "sources/case.yaml", SOURCE.replace("{}", url), code)


@pytest.mark.parametrize("what", NAMES)
def test_a_file_is_refused_whose_name_has(built: Project, what: str) -> None:
    name, code = NAMES[what]
    built.write(f"terms/{name}", TERM.format("Pier"))
    (row,) = refused(built, f"content/terms/{name}:1:1 {code}")
    assert name.removesuffix(".yaml")[:40] in row["message"] or code == "id-chars"


def _path(template: str) -> str:
    kinds = {TERM: "terms", TERM.replace(": {", ":{"): "terms", PLACE: "places", FIGURE: "figures", SOURCE: "sources", SOURCE_AND: "sources"}
    return f"{kinds.get(template, 'updates' if template.startswith('on:') else 'events')}/case.yaml"


def test_names_that_are_one_file_elsewhere_are_told_apart_from_their_letters(built: Project) -> None:
    built.write("terms/abc.yaml", TERM.format("Pier"))
    built.write("terms/Abc.yaml", TERM.format("Arch"))
    rows = refused(built, "content/terms/Abc.yaml:1:1 id-chars", "content/terms/abc.yaml:1:1 path-collision")
    assert rows[1]["message"] == "many systems take this for the same file as Abc.yaml"


@pytest.mark.parametrize(
    ("one", "other"), [("ß", "ss"), ("ﬁ", "fi"), ("\u212a", "k"), ("ABC", "abc"), ("é", "e\u0301"), ("ＡＢ", "ab")]
)
def test_spellings_that_a_file_system_folds_share_a_key(one: str, other: str) -> None:
    assert collision_key(one) == collision_key(other)


def test_spellings_that_no_file_system_folds_keep_their_own() -> None:
    assert len({collision_key(name) for name in ("ı", "i", "e", "é", "a-b", "ab")}) == 6


@given(st.text())
def test_the_key_of_a_key_is_itself(text: str) -> None:
    assert collision_key(collision_key(text)) == collision_key(text)


@given(st.text(max_size=70) | st.from_regex(r"[a-z0-9]+(-[a-z0-9]+)*", fullmatch=True))
def test_an_id_is_safe_as_the_name_of_a_file_and_as_an_address(text: str) -> None:
    if id_problem(text) is None:
        assert text.isascii() and text == text.lower() and 1 <= len(text) <= 64
        assert not set(text) - set("abcdefghijklmnopqrstuvwxyz0123456789-") and text not in RESERVED
        assert collision_key(text) == text and text.strip("-") == text


def test_a_circle_of_ten_thousand_places_is_told_once_with_the_first_ten(built: Project) -> None:
    for number in range(10_000):
        built.write(f"places/p{number}.yaml", PLACE.format(f"p{(number + 1) % 10_000}"))
    result = built.run("check", "--format", "json")
    (row,) = json.loads(result.stdout)
    assert result.exit_code == 1 and row["code"] == "ref-cycle"
    assert row["message"].startswith("these lead back to each other: p0, p1") and row["message"].endswith("more")
    assert row["message"].count(", ") == 9


def test_circles_of_events_parts_and_sums_are_told(built: Project) -> None:
    link = "links: [{{relation: {}, event: {}}}]"
    built.write("events/a.yaml", EVENT_AND.format(link.format("caused-by", "b")))
    built.write("events/b.yaml", EVENT_AND.format(link.format("part-of", "a")))
    built.write("events/c.yaml", EVENT_AND.format(link.format("contradicts", "d")))
    built.write("events/d.yaml", EVENT_AND.format(link.format("contradicts", "c")))
    built.write("figures/a.yaml", FIGURE.format(1) + "total_of: [b]\n")
    built.write("figures/b.yaml", FIGURE.format(1) + "total_of: [a]\n")
    built.write("sources/a.yaml", SOURCE_AND.format("derived_from: b"))
    built.write("sources/b.yaml", SOURCE_AND.format("derived_from: a"))
    rows = refused(
        built,
        "content/events/b.yaml:6:36 ref-cycle",
        "content/figures/b.yaml:10:12 ref-cycle",
        "content/sources/b.yaml:7:15 ref-cycle",
    )
    assert {row["message"] for row in rows} == {"these lead back to each other: a, b"}


def test_a_reference_in_a_text_is_told_where_it_stands(built: Project) -> None:
    text = "title: A day\nwhen: 2025-03-01\nsection: what-happened\ntext: |\n\n  Of [it](event:{}).[@town-notice]\n"
    built.write("events/case.yaml", text.format("nope"))
    refused(built, "content/events/case.yaml:6:6 ref-missing")
    built.write("events/case.yaml", text.format("case"))
    refused(built, "content/events/case.yaml:6:6 ref-self")


def test_dates_are_kept_as_exact_as_they_are_written(built: Project) -> None:
    for number, (when, shown) in enumerate([("2024", "2024"), ("2024-05", "May 2024"), ("2024~", "about 2024")]):
        built.write(f"events/e{number}.yaml", EVENT.format(when))
        accepted(built)
        page = built.tree()[f"events/e{number}/index.html"].decode()
        assert shown in page and "1 January 2024" not in page and "2024-01-01" not in page


TEXTS = ["NO", "no", "190:20:30", "017", "0899", "0123456", "=", "1e3", "1.0e+3", "~", "null", "2022-01-05", "true", "<<"]


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


def test_addresses_that_are_good_but_could_be_better_are_warned_about(built: Project) -> None:
    built.write("sources/case.yaml", SOURCE.format("http://example.org/?a=1&utm_source=x"))
    built.write("terms/case.yaml", TERM.format("Pier") + "cites: [case]\n")
    rows = accepted(built)
    told = {row["code"]: (row["line"], row["hint"]) for row in rows if "sources/case" in row["path"]}
    assert told["url-http"] == (6, "use https:// if the site has it")
    assert told["url-tracking"] == (6, "write http://example.org/?a=1")


@pytest.mark.parametrize(("host", "wire"), [("münchen.example", "xn--mnchen-3ya.example"), ("例え.jp", "xn--r8jz45g.jp")])
def test_an_international_host_is_kept_and_its_other_form_shown(built: Project, host: str, wire: str) -> None:
    built.write("sources/case.yaml", SOURCE.format(f"https://{host}/"))
    accepted(built)
    page = built.tree()["sources/case/index.html"].decode()
    assert f'href="https://{host}/"' in page and f'title="https://{wire}/"' in page


def test_two_mistakes_in_two_files_are_both_told(built: Project) -> None:
    first, at_first = placed(EVENT.format("▸2024-02-30"))
    second, at_second = placed("term: Pier\n▸\tshort: x\n")
    built.write("events/case.yaml", first)
    built.write("terms/case.yaml", second)
    refused(
        built, f"content/events/case.yaml:{at_first} date-invalid", f"content/terms/case.yaml:{at_second} yaml-tab"
    )
