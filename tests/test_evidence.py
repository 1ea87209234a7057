"""The quotation contract: what is not in the archived text is never found, what is there is, and no more is shown."""

import html
import json
import random
import re
import textwrap
import time
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import STARTER, Project
from hypothesis import assume, given
from hypothesis import strategies as st

from generator.build import Build, build
from generator.evidence import AROUND, State, passage
from generator.finding import Reason, find
from generator.folding import APOSTROPHES, DOUBLE_QUOTES, fold
from generator.inputs import Inputs, read
from generator.parse import parse_file
from generator.records import Quote, Section, Source

ROOT = Path(__file__).parent.parent
STARTED = read(STARTER)


def built(texts: Iterable[str], archives: Mapping[str, str]) -> Build:
    """The starter with these quotations, `id of the source|words`, and these sources with archived texts."""
    content, seeds = dict(STARTED.content), {}
    for name, text in archives.items():
        seeds[f"seeds/{name}.txt"] = text.encode()
        content[f"content/sources/{name}.yaml"] = source(text, f"{name}.txt").encode()
    for number, text in enumerate(texts):
        name, _, words = text.partition("|")
        content[f"content/quotes/q{number}.yaml"] = quotation(words, name).encode()
    return build(Inputs(content, STARTED.templates, seeds))


def source(text: str, file: str, more: str = "") -> str:
    digest = sha256(text.encode()).hexdigest()
    return (
        "title: A text\npublisher: The Valley Post\nkind: newspaper\nlanguage: en\npublished: 2025-03-05\nseen: whole\n"
        f"text: {{file: {file}, sha256: {digest}, captured: 2025-03-06}}\n{more}"
    )


def quotation(words: str, cited: str, more: str = "") -> str:
    # JSON is how YAML writes any text on one line.
    return (
        f"text: {json.dumps(words)}\nspeaker: mayor\nsaid: 2025-03-04\ncite: {cited}\ncontext: It was asked.\n"
        f"event: bridge-closed\n{more}"
    )


def codes(made: Build) -> list[str]:
    return [diagnostic.code for diagnostic in made.diagnostics if diagnostic.is_error]


def states(made: Build) -> list[State]:
    assert made.site
    evidence = {ref.id: found for ref, found in made.site.evidence.items() if ref.kind == "quote"}
    return [evidence[f"q{number}"][0].state for number in range(sum(name.startswith("q") for name in evidence))]


# -- quotations to break -------------------------------------------------------------------------------------------


def archived_texts() -> dict[str, str]:
    """The seed; the words of the content's quotations and readings, and its prose; and texts that were made up."""
    inputs = read(ROOT)
    seed = "\n".join(data.decode("utf-8-sig") for path, data in sorted(inputs.seeds.items()))
    quotes = [words for quote in records(inputs, Quote) for words in (quote.text, getattr(quote.original, "text", ""))]
    readings = [passage.text for source in records(inputs, Source) for passage in source.passages]
    bodies = [section.body.plain for section in records(inputs, Section)]
    return {"seed": seed, "quoted": "\n".join([*quotes, *readings]), "prose": "\n\n".join(bodies), "made": made_up()}


def records(inputs: Inputs, kind: type[Any]) -> list[Any]:
    files = (file for file in sorted(inputs.content.items()) if file[0].startswith(f"content/{kind.folder}/"))
    parsed = [parse_file(path, data, kind)[0] for path, data in files]
    return [found.record for found in parsed if found]


def made_up() -> str:
    """Sentences with numbers, hyphens, apostrophes and accents, in several scripts."""
    chance = random.Random(11)
    words = (
        "the minister’s council rejected a well-known claim from Zürich and Ağrı that did not reach 1,500 people on 5 "
        "January, 3.7 per cent of voters said; президент заявил о порядке в городе қауіпсіздік кеңесі le café n’était "
        "pas fermé “at all” (or nearly so) 20–30 officers were not hurt 164 238 9,900"
    ).split()
    return " ".join(f"{' '.join(chance.choices(words, k=chance.randint(8, 20))).capitalize()}." for _ in range(400))


def runs_of_words(texts: Mapping[str, str], count: int, chance: random.Random) -> Iterable[tuple[str, list[str]]]:
    """So many runs of 6 to 25 words, each standing once in its text, with the name of the text."""
    split = {name: text.split() for name, text in texts.items()}
    plain = {name: " ".join(words) for name, words in split.items()}
    while count:
        name = chance.choice(sorted(texts))
        start, length = chance.randrange(len(split[name]) - 25), chance.randint(6, 25)
        words = split[name][start : start + length]
        if plain[name].count(" ".join(words)) == 1 and not set("[]…") & set(" ".join(words)):
            count -= 1
            yield name, words


def changed(words: list[str], others: list[str], chance: random.Random) -> list[str]:
    at = chance.randrange(len(words))
    return [*words[:at], chance.choice([word for word in others if word != words[at]]), *words[at + 1 :]]


def dropped(words: list[str], others: list[str], chance: random.Random) -> list[str]:
    at = chance.randrange(1, len(words) - 1)
    return [*words[:at], *words[at + 1 :]]


def swapped(words: list[str], others: list[str], chance: random.Random) -> list[str]:
    at = chance.randrange(len(words) - 1)
    return [*words[:at], words[at + 1], words[at], *words[at + 2 :]]


def negated(words: list[str], others: list[str], chance: random.Random) -> list[str]:
    if "not" in words[1:-1]:
        return [word for number, word in enumerate(words) if word != "not" or number in (0, len(words) - 1)]
    at = chance.randrange(1, len(words))
    return [*words[:at], chance.choice(["not", "never", "no", "не"]), *words[at:]]


def renumbered(words: list[str], others: list[str], chance: random.Random) -> list[str]:
    numbered = [number for number, word in enumerate(words) if any(map(str.isdigit, word))]
    if not numbered:
        return words
    at = chance.choice(numbered)
    place = chance.choice([place for place, character in enumerate(words[at]) if character.isdigit()])
    digit = chance.choice([digit for digit in "0123456789" if digit != words[at][place]])
    return [*words[:at], words[at][:place] + digit + words[at][place + 1 :], *words[at + 1 :]]


def spliced(words: list[str], others: list[str], chance: random.Random) -> list[str]:
    start, half = chance.randrange(len(others) - 12), len(words) // 2
    return [*words[:half], *others[start : start + 6]]


BREAKS: tuple[Callable[[list[str], list[str], random.Random], list[str]], ...] = (
    changed,
    dropped,
    swapped,
    negated,
    renumbered,
    spliced,
)


def broken(texts: Mapping[str, str], count: int) -> list[str]:
    """So many quotations that are not in their text, one way to break after the other."""
    chance = random.Random(7)
    plain = {name: " ".join(text.split()) for name, text in texts.items()}
    found: list[str] = []
    for name, words in runs_of_words(texts, 6 * count, chance):
        mutated = BREAKS[len(found) % len(BREAKS)](words, texts[name].split(), chance)
        if " ".join(mutated) not in plain[name]:
            found.append(f"{name}|{' '.join(mutated)}")
        if len(found) == count:
            break
    return found


def test_not_one_of_500_broken_quotations_passes() -> None:
    texts = archived_texts()
    quotations = broken(texts, 500)
    made = built(quotations, texts)
    assert len(quotations) == 500
    assert codes(made) == ["quote-not-found"] * 500
    assert states(made) == [State.NOT_FOUND] * 500


# -- quotations that are only typed otherwise ----------------------------------------------------------------------


def any_of(family: str, chance: random.Random, found: re.Match[str]) -> str:
    return chance.choice(family)


def typed_otherwise(words: list[str], chance: random.Random) -> str:
    """The same words with other marks, spaces, invisible characters, letters in parts, elisions and insertions."""
    text = " ".join(words)
    for family in (DOUBLE_QUOTES + '"', APOSTROPHES + "'"):
        text = re.sub(f"[{family}]", partial(any_of, family, chance), text)
    way = chance.randrange(7)
    if way == 0:
        text = re.sub(" ", lambda found: chance.choice(" \u00a0\u202f\u2009"), text)
    elif way == 1:
        text = re.sub(" ", lambda found: chance.choice([" ", "\n", " \n  ", "\t"]), text)
    elif way == 2:
        text = "".join(c + chance.choice(["", "", "\u200b", "\u00ad", "\u2060"]) for c in text)
    elif way == 3:
        text = unicodedata.normalize("NFD", text)
    elif way == 4:
        middle = len(words) // 2
        text = f"{' '.join(words[: middle - 1])} {chance.choice(['…', '[…]', '[...]'])} {' '.join(words[middle + 1 :])}"
    elif way == 5:
        at = chance.randrange(1, len(words))
        text = f"{' '.join(words[:at])} [he said] {' '.join(words[at:])}"
    return text


def typeset(text: str, chance: random.Random) -> str:
    """The text in lines of 60 characters, some of its spaces and words with what a web page puts there."""
    lines = textwrap.fill(text, 60, break_long_words=False, break_on_hyphens=False)
    spaced = re.sub(" ", lambda found: chance.choice("    \u00a0"), lines)
    return re.sub(r"(?<=\w)(?=\w)", lambda found: chance.choice(["", "", "", "", "\u00ad", "\u200b", "\ufeff"]), spaced)


def test_at_least_297_of_300_true_quotations_pass_however_they_are_typed() -> None:
    texts, chance = archived_texts(), random.Random(3)
    quotations = [f"{name}|{typed_otherwise(words, chance)}" for name, words in runs_of_words(texts, 300, chance)]
    found = states(built(quotations, {name: typeset(text, chance) for name, text in texts.items()}))
    assert len(found) == 300
    assert sum(state in (State.EXACT, State.FOLDED) for state in found) >= 297
    assert State.CANNOT_CHECK not in found


# -- laws ----------------------------------------------------------------------------------------------------------

TEXTS = st.text(st.sampled_from("ab é'’\"“«-–— \n\u00a0\u00ad\u200b\u0301가\u1100\u1161.,15ж"), min_size=1, max_size=60)


@given(TEXTS)
def test_folding_twice_is_folding_once(text: str) -> None:
    once = fold(text).text
    assert fold(once).text == once


@given(TEXTS)
def test_letters_in_parts_fold_to_the_same_text(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)).text == fold(text).text


@given(TEXTS, st.data())
def test_what_a_folded_span_comes_from_folds_to_it(text: str, data: st.DataObject) -> None:
    folded = fold(text)
    start = data.draw(st.integers(0, len(folded.text)))
    end = data.draw(st.integers(start, len(folded.text)))
    cut = text[folded.start_in_original(start) : folded.end_in_original(end)] if start < end else ""
    # A letter and its accent, cut from what they follow, are folded alone; so only whole runs can be compared.
    assume(not any(unicodedata.combining(c) or c in "\u1100\u1161" for c in cut))
    assert fold(cut).text == folded.text[start:end]


@given(TEXTS)
def test_only_typing_is_folded(text: str) -> None:
    kept = [c for c in unicodedata.normalize("NFC", re.sub("[\u00ad\u200b]", "", text)) if c.isalnum() or c in ".,"]
    assert [c for c in fold(text).text if c.isalnum() or c in ".,"] == kept


WORDS = st.lists(st.sampled_from("one two three don’t 1,500 well-known élan “so” порядок —".split()), min_size=1)


@given(WORDS, WORDS, WORDS)
def test_words_of_a_text_are_found_or_stand_there_twice(before: list[str], words: list[str], after: list[str]) -> None:
    assume(any(any(map(str.isalnum, word)) for word in words))
    found = find(" ".join(words), " ".join([*before, *words, *after]))
    assert found.state is State.EXACT or found.reason is Reason.AMBIGUOUS


@given(WORDS, WORDS)
def test_what_is_found_is_what_stands_at_the_place_that_is_shown(words: list[str], text: list[str]) -> None:
    archived = " ".join(text)
    found = find(" ".join(words), archived)
    shown = [archived[start:end] for start, end in found.spans]
    assert shown == ([" ".join(words).strip()] if found.is_found else [])


# -- the contract, line by line ------------------------------------------------------------------------------------

TEXT = (
    "The governor’s office said on 5 January that it had not ordered 1,500 police to fire. "
    "It had ordered them to wait. “We are not\nleaving”, said one. “We are not leaving”, said another. "
    "Temperatures fell to -15 at night, and well-known streets were empty."
)


@pytest.mark.parametrize(
    ("words", "state"),
    [
        ("The governor’s office said", State.EXACT),
        ("The governor's office said", State.FOLDED),
        ("it had not ordered […] police to fire", State.EXACT),
        ("it had not ordered … police to fire.", State.EXACT),
        ("it had not ordered [as many as] 1,500 police", State.EXACT),
        ("[I]t had ordered them to wait", State.EXACT),
        ("the governor’s office said", State.NOT_FOUND),  # case
        ("it had ordered 1,500 police", State.NOT_FOUND),
        ("ordered 1500 police", State.NOT_FOUND),
        ("ordered 1,50", State.NOT_FOUND),
        ("500 police to fire", State.NOT_FOUND),  # part of a number
        ("ordered 1,500 polic", State.NOT_FOUND),  # part of a word
        ("fell to 15 at night", State.NOT_FOUND),
        ("15 at night", State.NOT_FOUND),  # the sign belongs to the number
        ("known streets were empty", State.NOT_FOUND),  # the hyphen belongs to the word
        ("We are not leaving", State.NOT_FOUND),  # twice
        ("police to fire … had not ordered", State.NOT_FOUND),  # order
        ("…", State.NOT_FOUND),
        ("it had not ordered ... police to fire", State.NOT_FOUND),
    ],
)
def test_the_contract_line_by_line(words: str, state: State) -> None:
    assert find(words, TEXT).state is state


def test_a_prefix_or_a_suffix_chooses_one_of_several_places() -> None:
    first = find("We are not leaving", TEXT, prefix="wait. “")
    second = find("We are not leaving", TEXT, suffix="”, said another")
    assert first.is_found and second.is_found and first.spans < second.spans
    assert find("We are not leaving", TEXT, prefix="night").reason is Reason.ELSEWHERE


def test_pieces_stand_within_600_characters() -> None:
    def apart(count: int) -> str:
        return f"one start {'x' * count} the end"

    near, far = apart(600 - len("one start  the end")), apart(601 - len("one start  the end"))
    assert find("one start … the end", near).is_found
    assert find("one start … the end", far).reason is Reason.APART


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a b " * 250_000, "a b " * 2_000 + "c"),
        ("a" * 1_000_000, "a" * 300_000 + "b"),
        (("a " * 150 + "bx" * 150 + " ") * 1_664, "a … b"),
        ("b " * 250_000 + "a " * 250_000, "a … b"),
        ("the same words again and ", "the same … again"),
        ("e\u0301" + "\u200b" * 1_000_000, "e\u0301" * 200),
        ("“ " * 500_000, "“ “ “ x"),
    ],
)
def test_a_long_text_that_repeats_itself_costs_little(text: str, words: str) -> None:
    started = time.process_time()
    assert not find(words, text * (1_000_000 // len(text))).is_found
    assert time.process_time() - started < 10


def test_typing_that_keeps_the_length_takes_no_memory() -> None:
    folded = fold("“a–b”\n" * 1_000)
    assert not folded.starts and folded.text.startswith('"a-b" "a-b" ')


def test_a_text_is_taken_apart_once_for_all_the_quotations_that_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    folded, taken = fold("the words of a text " * 1_000), list[str]()

    def findall(text: str) -> list[str]:
        taken.append(text)
        return re.findall(r"\w+", text)

    monkeypatch.setattr("generator.nearwords._TOKEN", SimpleNamespace(findall=findall))
    assert {find(f"quite other words {number}", folded).reason for number in range(20)} == {Reason.MISSING}
    assert taken.count(folded.text) == 1


# -- through the front door ----------------------------------------------------------------------------------------


def hold(project: Project, text: str, name: str = "post", more: str = "") -> None:
    (project.root / "seeds").mkdir(exist_ok=True)
    (project.root / f"seeds/{name}.txt").write_bytes(text.encode())
    project.write(f"sources/{name}.yaml", source(text, f"{name}.txt", more))


def test_a_quotation_that_is_not_there_is_an_error_with_a_word_diff(project: Project) -> None:
    hold(project, "The mayor said: we will not close the old bridge this year, or next year.")
    project.write("quotes/old-bridge.yaml", quotation("we will close the old bridge this year", "post"))
    result = project.run("check")
    assert (
        "content/quotes/old-bridge.yaml:1:7: error[quote-not-found]: these words are not in the archived text of "
        "“post”\n  hint: the source has “we will {not} close the old bridge this year”; "
        "{words} are only there, [-words-] only here\n"
    ) in result.output
    assert result.exit_code == 1


def test_words_that_differ_in_capitals_alone_are_near(project: Project) -> None:
    hold(project, "The mayor said: The Old Bridge Will Close.")
    project.write("quotes/old-bridge.yaml", quotation("the old bridge will close.", "post"))
    assert "hint: the source has “{The Old Bridge Will Close} [-the old" in project.run("check").output


def test_an_archived_text_of_more_than_four_million_bytes_is_told_where_it_is_named(project: Project) -> None:
    hold(project, "a " * 2_100_000)
    assert (
        "content/sources/post.yaml:7:14: error[limit]: seeds/post.txt has 4,200,000 bytes; 4,194,304 is the most\n"
        "  hint: keep the chapters that are quoted, each as the text of a source of its own\n"
    ) in project.run("check").output


def test_texts_are_looked_for_by_their_hashes_once(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        hold(project, f"Text {number}.", f"post{number}")
        (project.root / f"seeds/post{number}.txt").rename(project.root / f"seeds/other{number}.txt")
    hashed = list[bytes]()

    def counted(held: bytes) -> object:
        hashed.append(held)
        return sha256(held)

    monkeypatch.setattr("generator.archives.sha256", counted)
    output = project.run("check").output
    assert all(f"the text is in seeds/other{number}.txt" in output for number in range(5)) and len(hashed) == 5


def test_words_with_nothing_near_them_are_said_to_be_nowhere(project: Project) -> None:
    hold(project, "The mayor said: we will not close the old bridge this year.")
    project.write("quotes/other.yaml", quotation("Taxes shall rise from March onward", "post"))
    assert "hint: nothing like them is there: copy the words from it, or name the source" in project.run("check").output


def test_an_ambiguous_quotation_says_how_to_choose(project: Project) -> None:
    hold(project, "We wait for spring. And again: We wait for spring.")
    project.write("quotes/wait.yaml", quotation("We wait for spring", "post"))
    assert (
        "error[quote-not-found]: these words stand more than once in the archived text of “post”\n"
        "  hint: quote more of the sentence; or add prefix: or suffix: to a cite, with the words just before or after\n"
    ) in project.run("check").output


def test_a_text_that_is_not_the_one_described_is_an_error(project: Project) -> None:
    hold(project, "We wait for spring.")
    (project.root / "seeds/post.txt").write_text("We wait for autumn.", encoding="utf-8")
    digest = sha256(b"We wait for autumn.").hexdigest()
    project.write("quotes/wait.yaml", quotation("We wait for autumn", "post"))
    assert (
        "content/sources/post.yaml:7:32: error[text-hash]: the archived text is not the one described\n"
        f"  hint: restore seeds/post.txt; or, if it had to change, write {digest}, its SHA-256 now\n"
    ) in project.run("check").output


def test_a_hash_may_be_written_in_capitals(project: Project) -> None:
    hold(project, "We wait for spring.")
    digest = sha256(b"We wait for spring.").hexdigest()
    project.edit("sources/post.yaml", digest, digest.upper())
    project.write("quotes/wait.yaml", quotation("We wait for spring", "post"))
    assert project.run("check").exit_code == 0


def test_the_folder_of_the_archived_texts_may_be_named(project: Project) -> None:
    hold(project, "We wait for spring.")
    project.edit("sources/post.yaml", "post.txt", "seeds/post.txt")
    project.write("quotes/wait.yaml", quotation("We wait for autumn", "post"))
    assert project.run("check").exit_code == 1
    project.write("quotes/wait.yaml", quotation("We wait for spring", "post"))
    assert project.run("check").exit_code == 0


def test_a_translation_is_looked_for_in_the_language_of_its_source_wherever_that_is_spoken(project: Project) -> None:
    hold(project, "Мост закрыт для всех.")
    project.edit("sources/post.yaml", "language: en", "language: ru-KZ")
    spoken = "original: {language: ru, text: Мост закрыт для всех.}\n"
    project.write("quotes/closed.yaml", quotation("The bridge is closed to all", "post") + spoken)
    assert project.run("check").exit_code == 0


def test_words_in_another_script_than_their_source_are_looked_for_as_the_source_has_them(project: Project) -> None:
    hold(project, "Көпір жабық тұр.")
    project.edit("sources/post.yaml", "language: en", "language: kk-Cyrl")
    said = "language: kk-Latn\noriginal: {language: kk-Cyrl, text: Көпір жабық тұр.}\n"
    project.write("quotes/closed.yaml", quotation("Köpir jabyq tūr.", "post") + said)
    assert project.run("check").exit_code == 0


def test_a_text_that_is_not_there_is_an_error(project: Project) -> None:
    hold(project, "We wait for spring.")
    (project.root / "seeds/post.txt").unlink()
    project.write("quotes/wait.yaml", quotation("We wait for spring", "post"))
    assert (
        "content/sources/post.yaml:7:14: error[file-missing]: seeds/post.txt does not exist\n"
        "  hint: put the file there, or correct the name\n"
    ) in project.run("check").output


def test_an_archived_text_that_was_renamed_is_found_by_its_hash(project: Project) -> None:
    hold(project, "We wait for spring.")
    (project.root / "seeds/post.txt").rename(project.root / "seeds/article.txt")
    project.write("terms/wait.yaml", "term: Wait\nshort: “We wait for spring” it is said.[@post]\n")
    output = project.run("check").output
    assert "  hint: the text is in seeds/article.txt: write article.txt\n" in output
    assert "quote-unrecorded" not in output  # it would follow from the other


def test_line_ends_that_a_program_changed_are_called_so(project: Project) -> None:
    hold(project, "We wait\nfor spring.")
    (project.root / "seeds/post.txt").write_bytes(b"We wait\r\nfor spring.")
    said = "  hint: only its line ends differ: save seeds/post.txt with LF, not CRLF\n"
    assert said in project.run("check").output


def test_full_stops_for_words_left_out_are_told_beside_the_nearest_words(project: Project) -> None:
    hold(project, "We wait for the warm and windless spring.")
    project.write("quotes/wait.yaml", quotation("We wait for the warm ... spring", "post"))
    assert "; for words left out write … or […], not three full stops\n" in project.run("check").output


def test_a_passage_and_a_variant_are_held_to_the_same(project: Project) -> None:
    more = "passages: [{text: We wait for autumn., verdict: supported, finding: So it is.}]\n"
    hold(project, "We wait for spring.", more=more)
    variants = "variants: [{text: We wait for winter, cite: post}]\n"
    project.write("quotes/wait.yaml", quotation("We wait for spring", "post", variants))
    shown = [line for line in project.run("check").output.splitlines() if "quote-not-found" in line]
    assert [line.split(":", 3)[0] for line in shown] == ["content/quotes/wait.yaml", "content/sources/post.yaml"]


def test_what_was_found_says_when_the_text_was_archived(project: Project) -> None:
    hold(project, "They said: We wait for spring. So they left.")
    project.write("quotes/wait.yaml", quotation("We wait for spring", "post"))
    assert project.run("build").exit_code == 0
    for path in ("site/quotes/wait/index.html", "site/sources/post/index.html"):
        page = (project.root / path).read_text(encoding="utf-8")
        assert "These words appear in the source, archived on 6 March 2025" in page
        assert "They said: <mark>We wait for spring</mark>. So they left." in page


def test_a_note_has_the_words_that_are_quoted_from_where_it_points(project: Project) -> None:
    hold(project, "They said: We wait for spring. So they left, with a song.")
    variants = "variants: [{text: with a song, cite: {source: post, locator: p. 2}}]\n"
    project.write("quotes/wait.yaml", quotation("We wait for spring", "{source: post, locator: p. 1}", variants))
    assert project.run("build").exit_code == 0
    page = (project.root / "site/quotes/wait/index.html").read_text(encoding="utf-8")
    notes = page.split('<li id="note-')[1:]
    assert [re.findall(r"p\. [12]|<q.*?>(.*?)</q>", note) for note in notes] == [
        ["", "We wait for spring"],
        ["", "with a song"],
    ]


def test_what_cannot_be_checked_is_never_shown_as_found(project: Project) -> None:
    assert project.run("build").exit_code == 0
    page = (project.root / "site/quotes/new-bridge/index.html").read_text(encoding="utf-8")
    assert "Not checked: no archived copy is held" in page
    pages = {path: data.decode() for path, data in project.tree().items() if path.endswith(".html")}
    for claim in ("appear in the source, archived", "In its passage", "<mark>", "verified"):
        assert not [path for path, text in pages.items() if claim in text]


def test_a_source_says_where_all_its_quotations_stand(project: Project) -> None:
    more = "passages: [{text: So they left., verdict: altered, finding: They had stayed.}]\n"
    hold(project, "They said: We wait for spring. So they left.", more=more)
    project.write("quotes/wait.yaml", quotation("We wait for spring", "post"))
    assert project.run("build").exit_code == 0
    page = (project.root / "site/sources/post/index.html").read_text(encoding="utf-8")
    quote = (project.root / "site/quotes/wait/index.html").read_text(encoding="utf-8")
    assert 'href="../../quotes/wait/"' in page
    assert 'href="../../sources/post/#q-wait"' in quote and 'id="q-wait"' in page
    assert "Altered" in page and "<mark>So they left.</mark>" in page and "They had stayed." in page


def test_words_in_marks_must_be_recorded_or_in_a_cited_text(project: Project) -> None:
    hold(project, "They said: We wait for spring. So they left.")
    told = "text: They wrote “We wait for autumn” and “We wait for spring” and “never mind”. The town closed"
    project.edit("events/bridge-closed.yaml", "text: The town closed", told)
    project.edit("events/bridge-closed.yaml", "[@town-notice]", "[@town-notice; @post]")
    shown = [line for line in project.run("check").output.splitlines() if "quote-unrecorded" in line]
    assert shown == [
        "content/events/bridge-closed.yaml:4:18: warning[quote-unrecorded]: “We wait for autumn” is no quote record’s "
        "words, nor in an archived text cited here"
    ]


# -- what is published of an archived text -------------------------------------------------------------------------

NUMBERED = [f"w{number:04}ord" for number in range(3000)]


def test_no_more_of_an_archived_text_is_published_than_passages(project: Project) -> None:
    text = "".join(word + (".\n" if number % 9 == 8 else " ") for number, word in enumerate(NUMBERED))
    more = f"passages: [{{text: {' '.join(NUMBERED[2000:2006])}, verdict: supported, finding: So it is.}}]\n"
    hold(project, text, more=more)
    project.write("quotes/first.yaml", quotation(" ".join(NUMBERED[900:904]), "post"))
    project.write("quotes/second.yaml", quotation(f"{NUMBERED[1500]} … {NUMBERED[1510]}", "post"))
    assert project.run("build").exit_code == 0
    published = {word.decode() for data in project.tree().values() for word in re.findall(rb"w\d{4}ord", data)}
    allowed: set[str] = set()
    for first, last in ((900, 903), (1500, 1510), (2000, 2005)):
        start, end = text.index(NUMBERED[first]), text.index(NUMBERED[last]) + len(NUMBERED[last])
        allowed |= set(re.findall(r"w\d{4}ord", text[start - AROUND : end + AROUND]))
    assert published <= allowed
    assert len(published) > 100  # that is: the passages are there


@given(st.text(st.sampled_from("ab. \n"), max_size=2000), st.data())
def test_a_passage_is_its_words_and_at_most_300_characters_either_side(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    assume(text[start:end].strip())
    runs = passage(text, [(start, end)])
    marked = next(number for number, (_, is_quoted) in enumerate(runs) if is_quoted)
    assert runs[marked][0] == re.sub(r"\s+", " ", text[start:end])
    sides = runs[:marked], runs[marked + 1 :]
    around = ["".join(words for words, _ in side).replace("…", "").strip() for side in sides]
    assert all(len(words) <= AROUND for words in around)
    assert re.sub(r"\s+", " ", text[max(start - AROUND, 0) : start]).strip().endswith(around[0])
    assert re.sub(r"\s+", " ", text[end : end + AROUND]).strip().startswith(around[1])


def test_what_could_hide_or_reorder_text_is_not_shown(project: Project) -> None:
    hold(project, "They said \u202e\u0007backwards\u202c: We wait for spring.")
    project.write("quotes/wait.yaml", quotation("We wait for spring", "post"))
    assert project.run("build").exit_code == 0
    page = html.unescape((project.root / "site/quotes/wait/index.html").read_text(encoding="utf-8"))
    assert "They said backwards: " in page
    assert not re.search("[\u202a-\u202e\u0007]", page)
