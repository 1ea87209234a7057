"""The mistakes editors make most, and the words they are told in: what is wrong, where, and what to type instead."""

import pytest
from conftest import Project
from refusals import as_line, placed, refused, refused_text, rows_of

EVENT = """\
title: A day
when: 2025-03-01
section: what-happened
text: Something.
cites: [town-notice]
"""

TOLD = {
    "a colon without quotes": (
        ("title: A day", "title: Altdorf▸: the bridge is closed"),
        "error[yaml-colon]: a colon followed by a space, or at the end of the line, inside a value without quotes",
        'Put double quotes (") around the whole value, as in "Altdorf: the bridge is closed".',
    ),
    "a colon before words in quotes": (
        ("text: Something.", 'text: She said▸: "never again"'),
        "error[yaml-colon]: a colon followed by a space, or at the end of the line, inside a value without quotes",
        "Put single quotes (') around the whole value, as in 'She said: \"never again\"'.",
    ),
    "a colon among quotes of both kinds": (
        ("text: Something.", 'text: She said▸: "it\'s over"'),
        "error[yaml-colon]: a colon followed by a space, or at the end of the line, inside a value without quotes",
        "Write > after the key’s colon, and the text on the next line, indented by two spaces.",
    ),
    "no space after a colon": (
        ("section: what-happened", "section▸:what-happened"),
        "error[yaml-colon]: the space after the colon is missing",
        "Write a space between the colon and the value, as in “key: value”.",
    ),
    "a tab": (
        ("cites: [town-notice]", "cites:\n▸\t- town-notice"),
        "error[yaml-tab]: a tab stands in the indentation, where YAML allows only spaces",
        "Use spaces instead of the tab, two for each level.",
    ),
    "a field too far to the right": (
        ("section:", "  ▸section:"),
        "error[yaml-indent]: a field cannot start here, because it is indented into the value that begins on line 2",
        "Start it in the same column as the key it belongs beside. If it is text, put the value in quotes.",
    ),
    "a field between two columns": (
        ("when: 2025-03-01", "when:\n  date: 2025-03-01\n ▸time: '10:00'"),
        "error[yaml-indent]: this line starts in column 2, which fits none of the lines above it",
        "Start it in the same column as the lines it belongs with.",
    ),
    "a field too far to the left": (
        ("when: 2025-03-01", "when:\n▸date: 2025-03-01"),
        "error[key-unknown]: “date” is not a key here, but below “when”, line 2",
        "start this line with two spaces more",
    ),
    "a list indented into a text": (
        ("text: Something.", "text: Something\n  ▸- and more"),
        "error[yaml-indent]: this list item is indented into the text that begins on line 4, "
        "and would become part of it",
        "Start all items of a list in the same column, under a key with nothing after its colon. "
        "For a list inside a text, write the text as a block after |.",
    ),
    "a key misspelt": (
        ("when:", "▸wen:"),
        "error[key-unknown]: “wen” is not a key here",
        "did you mean when?",
    ),
    "a key in capitals": (
        ("title:", "▸Title:"),
        "error[key-unknown]: “Title” is not a key here",
        "did you mean title?",
    ),
    "another word for a key": (
        ("title:", "▸headline:"),
        "error[key-unknown]: “headline” is not a key here",
        "did you mean title?",
    ),
    "a key of no kind": (
        ("cites:", "▸colour: red\ncites:"),
        "error[key-unknown]: “colour” is not a key here",
        "the keys here are title, when, section, text, cites, where, actors, importance, certainty, links, order, "
        "status, aliases, note, waive",
    ),
    "an id inside the file": (
        ("title:", "▸id: case\ntitle:"),
        "error[key-unknown]: the id is the file’s name",
        "delete the line; to rename the record, rename the file and list the old id in aliases:",
    ),
    "a reference misspelt": (
        ("text:", "where: [▸altdrof]\ntext:"),
        "error[ref-missing]: there is no place “altdrof”",
        "did you mean altdorf?",
    ),
    "a citation misspelt": (
        ("text: Something.", "text: Something.▸[@town-notce]"),
        "error[ref-missing]: there is no source “town-notce”",
        "did you mean town-notice?",
    ),
    "a reference to what nobody wrote": (
        ("text:", "actors: [▸president]\ntext:"),
        "error[ref-missing]: there is no actor “president”",
        "add actors/president.yaml, or choose one that exists",
    ),
    "a link to a kind misspelt": (
        ("text: Something.", "text: See ▸[it](evnt:bridge-closed)."),
        "error[ref-kind]: “evnt” is not a kind of record",
        "did you mean event:bridge-closed?",
    ),
    "a day that does not exist": (
        ("2025-03-01", "▸2025-02-30"),
        "error[date-invalid]: 2025-02-30 does not exist: February 2025 has 28 days",
        "write a day from 01 to 28, or 2025-02 if the day is not known",
    ),
    "a date without its zeros": (
        ("2025-03-01", "▸2025-3-1"),
        "error[date-invalid]: “2025-3-1” is not a date as written here",
        "write 2025-03-01",
    ),
    "a date with dashes": (
        ("2025-03-01", "▸2025–03–01"),
        "error[date-invalid]: “2025–03–01” has a dash where a hyphen belongs",
        "write 2025-03-01",
    ),
    "an end before the start": (
        ("when: 2025-03-01", "when:\n  date: 2025-03-02\n  until: ▸2025-03-01"),
        "error[date-order]: the end, “until” 2025-03-01, is before the start, “date” 2025-03-02 (line 3)",
        "write the earlier of the two in date",
    ),
    "a field that is missing": (
        ("▸title: A day\nwhen: 2025-03-01\n", "▸title: A day\n"),
        "error[required]: “when” is missing",
        "add a line that starts with “when:”. "
        "`2022-01-05`, `2022-01-05/2022-01-19`, or date:, time: and more below it.",
    ),
    "a field that is empty": (
        ("title: A day", "title:▸"),
        "error[required]: this is empty",
        "write a value",
    ),
    "a field that is empty and may be left out": (
        ("text:", "certainty:▸\ntext:"),
        "error[required]: this is empty",
        "write a value, or delete the line",
    ),
    "a field that a remark leaves empty": (
        ("title: A day", "title:▸ # 1 day"),
        "error[required]: this is empty: what follows # is a remark",
        "write a value; if # begins the text, put it in quotes",
    ),
    "an equals sign for a colon": (
        ("title: A day", "▸title = A day"),
        "error[yaml-colon]: a colon is missing after the name of the field",
        "Write the name, a colon, a space and the value, as in “key: value”.",
    ),
    "no space after a dash": (
        ("cites: [town-notice]", "cites:\n- source: town-notice\n▸-source: valley-post"),
        "error[key-unknown]: “-source” is not a key here",
        "if an item of a list begins here, write a space after the dash",
    ),
    "no space after a dash, indented": (
        ("cites: [town-notice]", "cites:\n  - source: town-notice\n  ▸-source: valley-post"),
        "error[yaml-indent]: a space is missing after the dash that begins a list item",
        "Write the dash, a space, and the item.",
    ),
    "no dash before an item": (
        ("cites: [town-notice]", "cites:\n- source: town-notice\n  locator: a\n  ▸source: valley-post\n  locator: b"),
        "error[yaml-duplicate-key]: “source” is written twice: on line 6 and on line 8",
        "If the next item of the list begins here, start it with a dash and a space; otherwise keep one of the two.",
    ),
    "a first field too far to the right": (
        ("▸title:", " ▸title:"),
        "error[yaml-indent]: the first field starts in column 2, and those after it in column 1",
        "Start it at the beginning of its line, too.",
    ),
    "a heading out of a text": (
        ("text: Something.", "text: |\n  Something.\n\n▸## More\n\n  Much."),
        "error[yaml-indent]: this line is indented less than the text that begins below line 4, "
        "and so is no part of it",
        "If it is part of that text, indent it like the lines above: by 2 spaces.",
    ),
    "citations for ids": (
        ("[town-notice]", "[▸@town-notice, @valley-post]"),
        "error[yaml-start]: a value or key without quotes cannot start with @",
        "In a list, write the ids alone, without @.",
    ),
    "a link to another kind": (
        ("text: Something.", "text: See ▸[it](event:altdorf)."),
        "error[ref-missing]: there is no event “altdorf”",
        "did you mean place:altdorf?",
    ),
    "a reference to another kind": (
        ("text:", "actors: [▸altdorf]\ntext:"),
        "error[ref-missing]: there is no actor “altdorf”",
        "place:altdorf is of another kind; name one of actors/",
    ),
    "a record named twice": (
        ("text:", "where: [altdorf, ▸altdorf]\ntext:"),
        "error[ref-twice]: this list names altdorf twice",
        "delete one of them",
    ),
    "an alias that is the id": (
        ("text:", "aliases: [▸case]\ntext:"),
        "error[path-collision]: events/case/ is the address of event:case too",
        "delete it: the record has this id now",
    ),
    "a source in brackets without @": (
        ("text: Something.", "text: Something. ▸[town-notice]"),
        "error[md-citation]: “[town-notice]” names a source, but is no citation",
        "write [@town-notice]",
    ),
    "a source with @ and no brackets": (
        ("text: Something.", "text: Something.▸@town-notice"),
        "error[md-citation]: “@town-notice” names a source, but is no citation",
        "write [@town-notice]",
    ),
    "a citation with its kind": (
        ("text: Something.", "text: Something.▸[@source:town-notice]"),
        "error[md-citation]: “@source:town-notice” is not a citation",
        "write [@town-notice]",
    ),
    "citations with a comma between": (
        ("text: Something.", "text: Something.▸[@town-notice, @valley-post]"),
        "error[md-citation]: “@town-notice, @valley-post” is not a citation",
        "write [@town-notice; @valley-post]",
    ),
    "a citation with too many marks": (
        ("text: Something.", "text: Something.▸[@town-notice;]"),
        "error[md-citation]: a ; in this citation has no source beside it",
        "take it out",
    ),
    "a link in square brackets": (
        ("text: Something.", "text: See [it]▸[event:bridge-closed]."),
        "error[md-link]: “[event:bridge-closed]” is no link",
        "write [the words](event:bridge-closed)",
    ),
    "a heading without its space": (
        ("text: Something.", "text: |\n  Something.\n  ▸##More"),
        "error[md-heading]: a space is missing after ##",
        "write ## and a space before the heading; or \\## to show the marks",
    ),
    "an id with a letter that only looks Latin": (
        ("text:", "where: [▸\u0430ltdorf]\ntext:"),
        "error[id-chars]: “\u0430ltdorf” cannot be an id",
        "use lower-case letters a-z, digits and single hyphens between them: “\u0430” is CYRILLIC SMALL LETTER A",
    ),
    "an id with a sharp s": (
        ("text:", "where: [▸Straße]\ntext:"),
        "error[id-chars]: “Straße” cannot be an id",
        "use lower-case letters a-z, digits and single hyphens between them, such as strasse",
    ),
    "a page beside a source": (
        ("[town-notice]", "[▸'town-notice, p. 2']"),
        "error[id-chars]: “town-notice, p. 2” cannot be an id",
        "write source: town-notice and, on the next line, locator: p. 2",
    ),
    "no space after the dash of a text": (
        ("[town-notice]", "\n▸-town-notice"),
        "error[yaml-indent]: a space is missing after the dash that begins a list item",
        "Write the dash, a space, and the item.",
    ),
    "a date that is not known": (
        ("2025-03-01", "▸n.d."),
        "error[date-invalid]: “n.d.” is not a date",
        "write what is known of it, such as 2022-01 or 2022; or leave the line out, if there can be none",
    ),
    "ids without commas": (
        ("text:", "where: [▸altdorf altdorf]\ntext:"),
        "error[id-chars]: “altdorf altdorf” cannot be an id",
        "write altdorf-altdorf; to name several, put commas between them: [altdorf, altdorf]",
    ),
    "ids without a list": (
        ("[town-notice]", "▸town-notice; valley-post"),
        "error[type]: a list is wanted here, not a text",
        "write [town-notice, valley-post], or one item a line, each after “- ”",
    ),
    "a text for a list of keys": (
        ("text:", "waive: ▸uncited\ntext:"),
        "error[type]: a list is wanted here, not a text",
        "write each item on a line of its own, with its keys: “- rule:” and, below it, why",
    ),
    "letters that a program ruined": (
        ("A day", "A ▸cafÃ© of “ESPAÑ”".replace("▸caf", "caf▸")),
        "error[enc]: “Ã©” is what becomes of “é” in the wrong encoding",
        "Type the characters that were meant, here and in the rest of the file.",
    ),
    "quotation marks that a program ruined": (
        ("A day", "A ▸â€œdayâ€"),
        "error[enc]: “â€œ” is what becomes of “““ in the wrong encoding".replace("“““", "““”"),
        "Type the characters that were meant, here and in the rest of the file.",
    ),
    "Cyrillic that a program ruined": (
        ("A day", "A ▸Ð‘ÑƒÐ½Ñ‚"),
        "error[enc]: “Ð‘ÑƒÐ½Ñ‚” is what becomes of “Бунт” in the wrong encoding",
        "Type the characters that were meant, here and in the rest of the file.",
    ),
    "ruined letters in codes": (
        ("A day", '"A ▸\\u00c3\\u00a9"'),
        "error[enc]: “Ã©” is what becomes of “é” in the wrong encoding",
        "Type the characters that were meant, here and in the rest of the file.",
    ),
    "a letter that a program lost": (
        ("A day", "A caf▸�"),
        "error[enc]: a character was lost here: � (U+FFFD) stands in its place",
        "Type the character that was meant.",
    ),
    "no source at all": (
        ("▸title: A day", "▸title: A day"),
        "error[required]: this event names no source",
        "add cites: with a source's id, or [@source-id] in text",
    ),
    "a key written twice": (
        ("cites:", "▸title: Another\ncites:"),
        "error[yaml-duplicate-key]: “title” is written twice: on line 1 and on line 5",
        "Keep one of them; if both hold text you need, join them.",
    ),
    "a quote that is not closed": (
        ("title: A day", 'title: ▸"A day'),
        'error[yaml-quote]: the text that opens here with " is never closed',
        'Put " at its end. Write a double quote inside double quotes with a backslash (\\"), or use curly ones inside.',
    ),
    "an apostrophe in single quotes": (
        ("title: A day", "title: 'It▸'s a day'"),
        "error[yaml-quote]: the text in quotes ends here, but the line goes on",
        "Write an apostrophe inside single quotes twice (''), or use double quotes around the value.",
    ),
    "curly quotes around a value with a colon": (
        ("title: A day", "title: ▸“A day: closed”"),
        "error[yaml-quote]: a value that starts with “ is not in quotes for YAML; only straight quotes count",
        'Put straight quotes (") around the whole value; curly ones may stay inside them.',
    ),
    "curly quotes around a date": (
        ("2025-03-01", "▸“2025-03-01”"),
        "error[date-invalid]: ““2025-03-01”” is not a date as written here",
        "write 2025-03-01, without the curly quotes",
    ),
    "curly quotes around an id": (
        ("[town-notice]", "[▸“town-notice”]"),
        "error[id-chars]: ““town-notice”” cannot be an id",
        "write town-notice, without the curly quotes",
    ),
    "curly quotes around a choice": (
        ("text:", "certainty: ▸“confirmed”\ntext:"),
        "error[choice]: ““confirmed”” is not one of the choices",
        "write confirmed, without the curly quotes",
    ),
    "a choice misspelt": (
        ("text:", "certainty: ▸confimed\ntext:"),
        "error[choice]: “confimed” is not one of the choices",
        "did you mean confirmed? Otherwise choose one of confirmed, reported, disputed, denied",
    ),
    "a text for a list": (
        ("[town-notice]", "▸town-notice"),
        "error[type]: a list is wanted here, not a text",
        "write [town-notice], or one item a line, each after “- ”",
    ),
    "a list for a text": (
        ("A day", "▸[A day]"),
        "error[type]: one text is wanted here, not a list",
        "write the text after the colon, without “- ” or [ ], as in key: The text",
    ),
    "an item of another kind": (
        ("[town-notice]", "[town-notice, ▸[valley-post]]"),
        "error[type]: one source is wanted here, not a list",
        "write valley-post alone",
    ),
    "a place in a group of fields": (
        ("text:", "where: [altdorf, ▸{id: altdorf}]\ntext:"),
        "error[type]: one id is wanted here, not key: value lines; this is item 2 of its list",
        "write altdorf alone",
    ),
    "a whole number in a list": (
        ("text:", "importance: ▸[1]\ntext:"),
        "error[type]: one whole number is wanted here, not a list",
        "write its digits after the colon, as in key: 2",
    ),
    "the path of a record for its id": (
        ("text:", "where: [▸content/places/altdorf.yaml]\ntext:"),
        "error[id-chars]: “content/places/altdorf.yaml” cannot be an id",
        "write altdorf",
    ),
    "an address for the id of a source": (
        ("[town-notice]", "[▸https://altdorf.example/x]"),
        "error[id-chars]: “https://altdorf.example/x” cannot be an id",
        "write the id of its record in sources/",
    ),
    "a dash in an id": (
        ("[town-notice]", "[▸town–notice]"),
        "error[id-chars]: “town–notice” cannot be an id",
        "use lower-case letters a-z, digits and single hyphens between them, such as town-notice",
    ),
    "a key that is there already": (
        ("when:", "▸Title: Another day\nwhen:"),
        "error[key-unknown]: “Title” is not a key here",
        "“title” is on line 1 already: keep one of the two",
    ),
    "a source behind #": (
        ("Something.\ncites: [town-notice]", "Something ▸#1 happened.[@town-notice]"),
        "error[yaml-hash]: “#1 happened.[@town-notice]” is left out: without quotes, a space and # end the value",
        "Put double quotes around the whole value. If it is a remark, write it on the line above.",
    ),
    "half a link behind #": (
        ("Something.", "The [bridge ▸#1](event:bridge-closed)."),
        "error[yaml-hash]: “#1](event:bridge-closed).” is left out: without quotes, a space and # end the value",
        "Put double quotes around the whole value. If it is a remark, write it on the line above.",
    ),
    "a key of an item too far to the left": (
        ("cites:", "links:\n- relation: part-of\n▸event: bridge-closed\ncites:"),
        "error[key-unknown]: “event” is not a key here, but below “links”, line 5",
        "start this line in column 3, as the rest of its item",
    ),
    "no space after the dash of an item with two keys": (
        ("cites:", "links:\n▸-relation: part-of\n  event: bridge-closed\ncites:"),
        "error[yaml-indent]: a space is missing after the dash that begins a list item",
        "Write the dash, a space, and the item.",
    ),
    "a full hour": (
        ("2025-03-01", "{date: 2025-03-01, time: ▸4 pm}"),
        "error[date-invalid]: “4 pm” is not a time as written here",
        "write 16:00",
    ),
    "a title of blanks": (
        ("A day", '▸"  "'),
        "error[required]: this is empty",
        "write a value",
    ),
    "a record placed in a heading": (
        ("Something.", '"## ▸![](event:bridge-closed)"'),
        "error[md-embed]: a record is placed alone in a paragraph",
        "put blank lines around it",
    ),
    "a mark of direction by its code": (
        ("Something.", "Some▸&#8238;thing."),
        "error[text-bidi]: an invisible character (U+202E, written as &#8238;) changes the direction in which the text "
        "is read",
        "Delete it; the page sets the direction itself.",
    ),
    "a space in the address of a record": (
        ("Something.", '"See ▸[it](event: bridge-closed)."'),
        "error[md-link]: a space stands inside the address of this link",
        "write (event:bridge-closed)",
    ),
    "a link in a link": (
        ("Something.", "See [it, [there](https://a.example/), too▸](https://b.example/)."),
        "error[md-link]: this link is not complete",
        "write [the words](event:its-id)",
    ),
    "the kind of a placed record in capitals": (
        ("Something.", '"▸![](Event:bridge-closed)"'),
        "error[url-scheme]: addresses that start with “event:” are not allowed",
        "did you mean a record: event:bridge-closed?",
    ),
    "an id that was renamed": (
        ("text:", "where: [▸old-town]\ntext:"),
        "error[ref-missing]: there is no place “old-town”",
        "its id is altdorf now",
    ),
    "words after #": (
        ("A day", "A ▸#1 hit"),
        "error[yaml-hash]: “#1 hit” is left out: without quotes, a space and # end the value",
        "Put double quotes around the whole value. If it is a remark, write it on the line above.",
    ),
    "HTML": (
        ("Something.", "Some▸<br>thing."),
        "error[md-html]: HTML is not allowed in texts",
        "write it in Markdown, or put the text in `backticks`",
    ),
    "an unsafe link": (
        ("Something.", "See ▸[it](javascript:x)."),
        "error[url-scheme]: addresses that start with “javascript:” are not allowed",
        "use https://",
    ),
    "a relative link": (
        ("Something.", "See ▸[it](../x)."),
        "error[url-relative]: “../x” is a relative address",
        "link by record id: [text](event:its-id)",
    ),
}


@pytest.mark.parametrize("what", TOLD)
def test_an_editor_is_told_what_to_type_instead_of(built: Project, what: str) -> None:
    (old, new), said, hint = TOLD[what]
    text = EVENT if "▸" not in old else "▸" + EVENT
    text = text.replace("cites: [town-notice]\n", "") if what == "no source at all" else text
    assert old in text
    text, at = placed(text.replace(old, new, 1))
    if what == "an id that was renamed":
        built.edit("places/altdorf.yaml", "name:", "aliases: [old-town]\nname:")
    built.write("events/case.yaml", text)
    (row,) = refused(built, f"content/events/case.yaml:{at} {said.partition(']')[0].removeprefix('error[')}")
    assert as_line(row) == f"content/events/case.yaml:{at}: {said} | {hint}"


@pytest.mark.parametrize("kind", ["event", "quote", "dispute"])
def test_a_record_is_no_draft_any_more_only_when_its_words_are_written(built: Project, kind: str) -> None:
    built.run("new", kind, "case")
    path = next(built.root.glob("content/*/case.yaml"))
    assert built.run("check").exit_code == 0
    text = path.read_text(encoding="utf-8")
    assert text.startswith("status: draft\n")
    ready = text.removeprefix("status: draft\n")
    path.write_text(ready, encoding="utf-8")
    rows = [row for row in rows_of(built.run("check", "--format", "json"), 1) if row["code"] == "placeholder"]
    left = [number for number, line in enumerate(ready.split("\n"), 1) if line.endswith(": Write here")]
    assert left and [row["line"] for row in rows] == left


def test_a_mistake_makes_one_message_though_others_would_follow_from_it(built: Project) -> None:
    built.write("disputes/case.yaml", "question: A?\npositions:\n- {holder: A, says: B, cites: [a b]}\n- {holder: C}\n")
    rows = refused(
        built,
        "content/disputes/case.yaml:3:32 id-chars",
        "content/disputes/case.yaml:4:3 required",
        "content/disputes/case.yaml:4:3 required",
    )
    assert [row["message"] for row in rows[1:]] == ["“cites” is missing", "“says” is missing"]


def test_an_empty_key_is_told_beside_a_text_that_lost_its_source(built: Project) -> None:
    text = EVENT.replace("title: A day", "title:").replace("Something.", "Something #1 happened.[@town-notice]")
    built.write("events/case.yaml", text.replace("cites: [town-notice]\n", ""))
    refused(built, "content/events/case.yaml:1:7 required", "content/events/case.yaml:4:17 yaml-hash")


def test_a_value_below_its_key_and_too_far_to_the_left_is_one_mistake(built: Project) -> None:
    built.edit("quotes/new-bridge.yaml", "cite:\n  source:", "cite:\nsource:")
    (row,) = refused(built, "content/quotes/new-bridge.yaml:5:1 key-unknown")
    assert row["message"] == "“source” is not a key here, but below “cite”, line 4"


def test_a_record_in_the_folder_of_another_kind_is_one_mistake(built: Project) -> None:
    built.write("quotes/case.yaml", EVENT)
    (row,) = refused(built, "content/quotes/case.yaml:1:1 kind-unknown")
    assert row["message"] == "this is no quote: its keys are those of the kind “event”"
    assert row["hint"] == "move the file to events/"


def test_what_holds_a_draft_back_is_said_with_its_file(built: Project) -> None:
    built.write("places/case.yaml", "status: draft\nname: A\nkind: city\ntimezone: Europe/Vienna\n")
    row = refused_text(built, "events/case.yaml", EVENT.replace("text:", "where: [▸case]\ntext:"), "ref-draft")
    assert row["hint"] == "when it is ready, delete “status: draft” from places/case.yaml; until then, remove this"


def test_what_only_looks_like_a_citation_is_taken(built: Project) -> None:
    text = "Write to a@town-notice.example, see [town-notice](https://a.example/@town-notice), “[T]he `[town-notice]`”"
    text += " and \\[town-notice\\], #bridge; \\@town-notice, [@town-notice; @valley-post]."
    built.write("events/case.yaml", EVENT.replace("text: Something.", f"text: |\n  {text}"))
    assert built.run("check").exit_code == 0, built.run("check").output


def test_the_explainer_in_capitals_is_told_its_name(built: Project) -> None:
    (built.root / "content/explainer.yaml").rename(built.root / "content/Explainer.yaml")
    (row,) = refused(built, "content/Explainer.yaml:1:1 file-missing")
    assert row["hint"] == "rename this file to explainer.yaml, in small letters"


def test_an_explainer_beside_one_in_capitals_is_one_mistake(built: Project) -> None:
    built.write("Explainer.yaml", (built.root / "content/explainer.yaml").read_bytes())
    refused(built, "content/explainer.yaml:1:1 path-collision")


def test_an_event_in_the_future_is_one_mistake(built: Project) -> None:
    built.edit("events/bridge-closed.yaml", "when: {date: 2025-03-03,", "when: {date: 2035-03-03,")
    refused(built, "content/events/bridge-closed.yaml:2:7 date-order")
    assert "date-source" not in built.run("check").output


def test_a_record_pasted_twice_is_one_mistake(built: Project) -> None:
    built.write("events/case.yaml", EVENT * 2)
    (row,) = refused(built, "content/events/case.yaml:6:1 yaml-duplicate-key")
    assert row["message"] == "“title” is written twice: on line 1 and on line 6; so are 4 fields after it"
    assert row["hint"] == "These fields seem to be pasted twice: keep one of the two."


@pytest.mark.parametrize(
    ("start", "what"),
    [
        (b"{\\rtf1\\ansi title: A}", "rich text (RTF)"),
        (b"PK\x03\x04\x14", "a Word document or an archive"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"<!DOCTYPE html>\n", "a web page"),
    ],
)
def test_a_file_of_another_program_is_called_by_its_name(built: Project, start: bytes, what: str) -> None:
    built.write("events/case.yaml", start)
    (row,) = refused(built, "content/events/case.yaml:1:1 enc")
    assert row["message"] == f"the file is {what}, not plain text"


def test_the_start_of_a_list_that_is_too_short_is_told(built: Project) -> None:
    text = "question: A?\npositions: ▸[{holder: A, says: B, cites: [town-notice]}]\n"
    row = refused_text(built, "disputes/case.yaml", text, "limit")
    assert (row["message"], row["hint"]) == ("this list has 1 item; it needs 2 or more", "add 1 more")


def test_a_list_that_is_too_long_says_how_many_to_take_out(built: Project) -> None:
    built.edit("explainer.yaml", "method:", "  - text: Four.\n    see: place:altdorf\n" * 4 + "method:")
    (row,) = refused(built, "content/explainer.yaml:10:3 limit")
    assert (row["message"], row["hint"]) == ("this list has 7 items; 6 is the most", "take 1 out")


SHOWN = [
    "`town-notice` or `a [town-notice] b` or ``[town-notice] ` @town-notice``",
    "See [town-notice].\n\n  [town-notice]: https://example.org/",
    "```\n  ##x\n  [town-notice]\n  ```",
    "Rows.\n\n  | ##5 | b |\n  |---|---|\n  | ##6 | [b] |",
    "«\u00a0Â\u00a0», MANHÃ, “ROMÔ, ESPAÑA – «Ñ», СВОД «Ұлт», ÁÐUR “Ð”",
]


@pytest.mark.parametrize("text", SHOWN)
def test_what_only_looks_like_a_mistake_is_shown(built: Project, text: str) -> None:
    built.write("events/case.yaml", EVENT.replace("text: Something.", f"text: |\n  {text}"))
    assert built.run("check").exit_code == 0, built.run("check").output


def test_remarks_are_remarks_where_no_text_can_be_lost(built: Project) -> None:
    text = EVENT.replace("2025-03-01", "2025-03-01 # a Saturday").replace("A day", "A day#1")
    built.write("events/case.yaml", text.replace("[town-notice]", "[town-notice] # more to come"))
    assert built.run("check").exit_code == 0
