"""What can be read off the pages without a browser: their markup, their structured data, their colours."""

import json
import re
import warnings
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest
from browser import Site
from conftest import STARTER, Project
from hypothesis import given, settings
from hypothesis import strategies as st

from generator import inputs
from generator.build import build
from generator.diagnostics import as_text
from generator.records import Source
from generator.render import assets

ASSETS = Path(__file__).parent.parent / "templates" / "assets"
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; "
    "base-uri 'none'; form-action 'none'"
)
FOREIGN = re.compile("[\u0400-\u052f]")


@pytest.fixture(scope="module")
def trees(real_site: Site) -> dict[str, Element]:
    """Every page, read by a parser that forgives nothing."""
    found = {}
    for path, html in real_site.pages():
        parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # html5lib warns of its own future
            found[path] = parser.parse(html)
    return found


def test_headings_go_down_a_level_at_a_time_and_the_first_is_the_only_h1(trees: dict[str, Element]) -> None:
    for path, tree in trees.items():
        levels = [int(element.tag[1]) for element in tree.iter() if re.fullmatch("h[1-6]", str(element.tag))]
        assert levels[0] == 1 and levels.count(1) == 1, path
        assert all(after <= before + 1 for before, after in pairwise(levels)), (path, levels)


def test_ids_are_one_of_a_kind_and_what_names_an_element_exists(trees: dict[str, Element]) -> None:
    for path, tree in trees.items():
        ids = [element.get("id") for element in tree.iter() if element.get("id")]
        assert len(ids) == len(set(ids)), path
        for element in tree.iter():
            for name in ("aria-labelledby", "aria-describedby", "for"):
                assert set((element.get(name) or "").split()) <= set(ids), (path, name)


def test_foreign_letters_stand_in_an_element_that_says_their_language(trees: dict[str, Element]) -> None:
    def unmarked(element: Element, language: str) -> Iterator[str]:
        language = element.get("lang") or language
        for text in (element.text if language == "en" else "", *(child.tail for child in element if language == "en")):
            if FOREIGN.search(text or ""):
                yield str(text)
        for child in element:
            yield from unmarked(child, language)

    assert {path: found for path, tree in trees.items() if (found := list(unmarked(tree, "en")))} == {}


def _in_their_language(tree: Element) -> Iterator[tuple[str, str]]:
    """Every text of a page's body, with the language it is said to be in."""

    def within(element: Element, language: str) -> Iterator[tuple[str, str]]:
        language = element.get("lang") or language
        if element.tag != "script":
            yield " ".join((element.text or "").split()), language
            for child in element:
                yield from within(child, language)
                yield " ".join((child.tail or "").split()), language

    body = tree.find("body")
    assert body is not None
    return within(body, tree.get("lang") or "")


CYRILLIC = ("ru", "kk", "ky")


def test_what_a_record_says_in_another_language_is_marked_wherever_it_stands(
    real_site: Site, trees: dict[str, Element]
) -> None:
    site = real_site.made.site
    assert site
    said: list[tuple[str, str | None]] = []
    for record in site.records.values():
        names = getattr(record, "names", ())
        said += [(getattr(name, "text", "") or name.name, name.language) for name in names]
        said += [(part.text, part.language) for part in [getattr(record, "original", None)] if part]
        said += [(record.title, record.language)] if isinstance(record, Source) else []
    # Editors put most titles into English; those are English.
    foreign = {words: of for words, of in said if of != "en" and (of not in CYRILLIC or FOREIGN.search(words))}
    texts = {text for tree in trees.values() for text in _in_their_language(tree)}
    found = {(w, of) for text, of in texts for w in foreign if text == w or (len(w) > 20 and w in text)}
    assert {words for words, of in found if of != foreign[words]} == set()
    assert len(found) > 20
    assert [words for words, of in texts if of in CYRILLIC and words and not FOREIGN.search(words)] == []


def test_every_page_carries_the_policy_and_nothing_inline(trees: dict[str, Element]) -> None:
    for path, tree in trees.items():
        policy = tree.find(".//meta[@http-equiv='Content-Security-Policy']")
        assert policy is not None and policy.get("content") == POLICY, path
        assert not list(tree.iter("style")), path
        for element in tree.iter():
            assert not [name for name in element.attrib if name == "style" or name.startswith("on")], path
            is_data = element.get("type") == "application/ld+json"
            assert element.tag != "script" or is_data or element.get("src"), path


def test_every_note_in_the_margin_is_in_the_list_and_leads_to_the_same_source(trees: dict[str, Element]) -> None:
    for path, tree in trees.items():
        listed = tree.iterfind(".//section[@class='sheet notes']//li")
        notes = {note.get("id"): [link.get("href") for link in note.iter("a")] for note in listed}
        margin = tree.findall(".//small[@class='margin']")
        for note in margin:
            number, link = note.find("b"), note.find("a")
            assert number is not None and link is not None
            assert link.get("href") in notes[f"note-{number.text}"], path
        assert len(margin) == len(notes) or path == "all/index.html", path


def test_on_the_page_with_everything_each_record_stands_once_and_its_links_stay_there(
    real_site: Site, trees: dict[str, Element]
) -> None:
    tree, site = trees["all/index.html"], real_site.made.site
    assert site
    ids = {element.get("id") for element in tree.iter()}
    placed = {str(ref).replace(":", "-", 1) for ref in site.records if ref.kind not in ("explainer", "source")}
    assert placed <= ids
    main = tree.find(".//main")
    assert main is not None
    targets = {str(link.get("href")) for link in main.iter("a")}
    assert [target for target in targets if not re.match(r"#|https?:", target)] == []
    holding = [figure for figure in main.iter("table") if "ledger" in str(figure.get("class"))]
    assert len(holding) == len(site.of_kind("figure"))


@pytest.mark.parametrize(
    ("authors", "said"),
    [("[The editors]", "By the editors"), ("[Ana Lee, The desk, Bo Ek]", "By Ana Lee, the desk and Bo Ek")],
)
def test_authors_are_named_as_in_a_sentence(project: Project, authors: str, said: str) -> None:
    text = (project.root / "content/explainer.yaml").read_text(encoding="utf-8")
    project.write("explainer.yaml", re.sub(r"authors:.*\n(?:[ -].*\n)*", f"authors: {authors}\n", text))
    files = build(inputs.read(project.root)).files
    assert f"<li>{said}</li>".encode() in files["index.html"] and f"{said}.</p>".encode() in files["about/index.html"]


def test_the_end_of_a_line_parts_no_date_in_a_title_and_files_for_machines_hold_it_as_written(project: Project) -> None:
    project.edit("events/bridge-closed.yaml", "The town closes the bridge", "Closed from 3 March to 5 May")
    project.edit("sections/what-happened.yaml", "Why is the bridge closed?", "Why is it closed since 3 March?")
    files = {path: data.decode(errors="replace") for path, data in build(inputs.read(project.root)).files.items()}
    event, section = "Closed from 3\u00a0March to 5\u00a0May", "Why is it closed since 3\u00a0March?"
    assert f'<h1 class="over">{event}</h1>' in files["events/bridge-closed/index.html"]
    assert f'<h1 class="over">{section}</h1>' in files["what-happened/index.html"]
    assert f'">{section}</a></h2>' in files["index.html"] and f">{event}</a>" in files["timeline/index.html"]
    assert not [path for path, text in files.items() if not path.endswith(".html") and "3\u00a0March" in text]
    assert "<title>Closed from 3 March to 5 May –" in files["events/bridge-closed/index.html"]


def test_an_old_address_is_a_page_like_the_others(project: Project) -> None:
    project.edit("events/bridge-closed.yaml", "importance: 1", "importance: 1\naliases: [closure]")
    page = build(inputs.read(project.root)).files["events/closure/index.html"].decode()
    assert POLICY in page and 'rel="stylesheet"' in page and "This page has moved" in page


# -- what a page says of itself -------------------------------------------------------------------------------------


def _data(site: Site, path: str) -> Any:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', site.files[path].decode())
    return json.loads(found[1]) if found else None


def test_sections_say_that_they_are_background_and_what_they_cite(real_site: Site) -> None:
    article, site = _data(real_site, "causes/index.html"), real_site.made.site
    assert site
    assert (article["@type"], article["dateModified"], article["inLanguage"]) == (
        "BackgroundNewsArticle",
        site.explainer.as_of.text,
        "en",
    )
    assert len(article["citation"]) > 10 and all(cited["publisher"]["name"] for cited in article["citation"])


def test_events_figures_and_quotations_have_their_types(real_site: Site) -> None:
    event = _data(real_site, "events/internet-blackout/index.html")
    assert event["@type"] == "Event" and event["startDate"].startswith("2022-01-05")
    figure = _data(real_site, "figures/deaths/index.html")
    assert figure["@type"] == "Dataset" and figure["distribution"][0]["contentUrl"].endswith("data/figures/deaths.csv")
    assert _data(real_site, "quotes/order-to-fire/index.html")["creator"]["name"] == "Kassym-Jomart Tokayev"


def test_nobody_is_made_the_author_of_words_that_are_not_theirs(real_site: Site) -> None:
    quotation = _data(real_site, "quotes/seed-dozens-killed/index.html")
    assert quotation["@type"] == "Quotation" and "creator" not in quotation


def test_data_cannot_end_its_script(project: Project) -> None:
    project.edit("explainer.yaml", "title: ", 'title: "</script><b>A</b> & ')
    text = (project.root / "content/explainer.yaml").read_text()
    first = next(line for line in text.splitlines() if line.startswith("title: "))
    project.edit("explainer.yaml", first, first.rstrip('"') + '"')
    page = build(inputs.read(project.root)).files["index.html"].decode()
    assert page.count("</script>") == 2 and "\\u003c/script\\u003e" in page


def test_with_a_public_address_pages_name_it_and_without_they_do_not(project: Project) -> None:
    without = build(inputs.read(project.root)).files["timeline/index.html"]
    assert b'rel="canonical"' not in without and b"og:url" not in without
    files = build(inputs.read(project.root), base_url="https://example.org/flood").files
    page = files["timeline/index.html"].decode()
    assert '<link rel="canonical" href="https://example.org/flood/timeline/">' in page
    assert '<meta property="og:url" content="https://example.org/flood/timeline/">' in page
    assert '"url": "https://example.org/flood/"' in files["index.html"].decode()


def test_the_comments_of_the_styles_stay_at_home() -> None:
    css = b"/* Ours,\n   alone. */\na { color: red; }\n  /* This too. */\nb::before { content: '/* said */'; }\n"
    files, names = assets({"assets/theme.css": css}, None)
    assert files[names["style.css"]] == b"\na { color: red; }\nb::before { content: '/* said */'; }\n"


def test_only_the_files_of_the_assets_are_named_in_the_styles(real_site: Site) -> None:
    (styles,) = (data.decode() for path, data in real_site.files.items() if path.endswith(".css"))
    addresses = re.findall(r"url\(([^)]*)\)", styles)
    assert len(addresses) == 4 and all(f"assets/{address}" in real_site.files for address in addresses)
    assert "http" not in styles


# -- colours ---------------------------------------------------------------------------------------------------------

LANES = [f"lane-{number}" for number in range(1, 7)]
# What stands on what, and how far apart they must be: text 7, what is secondary 4.5, lines and rings 3.
PAIRS = [
    *[(text, ground, 7.0) for text in ("ink", "soft", "link", "signal") for ground in ("paper",)],
    *[("ink", ground, 7.0) for ground in ("note", "mark", "home", "land")],
    *[(lane, ground, 4.5) for lane in LANES for ground in ("paper", "note")],
    *[("soft", ground, 4.5) for ground in ("home", "land", "sea")],
    *[(text, "note", 4.5) for text in ("soft", "link", "signal")],
    ("seen", "paper", 4.5),
    *[(line, "paper", 3.0) for line in ("edge", "link", "ink")],
    ("signal", "home", 3.0),
]


def _tokens(scheme: str) -> dict[str, str]:
    text = (ASSETS / "theme.css").read_text(encoding="utf-8")
    dark = re.findall(r"@media \(prefers-color-scheme: dark\) \{\s*:root \{(.*?)\}", text, re.S)
    light = re.findall(r"^:root \{(.*?)\}", text, re.S | re.M)
    declared = "".join([*light, *(dark if scheme == "dark" else [])])
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})\b", declared))


def _luminance(colour: str) -> float:
    """As WCAG 2 defines it: <https://www.w3.org/TR/WCAG22/#dfn-relative-luminance>."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_stand_far_enough_apart(scheme: str) -> None:
    tokens = _tokens(scheme)
    too_near = {
        f"{text} on {ground}": round(contrast(tokens[text], tokens[ground]), 2)
        for text, ground, least in PAIRS
        if contrast(tokens[text], tokens[ground]) < least
    }
    assert too_near == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_in_the_colour_of_a_section_can_be_read(scheme: str) -> None:
    tokens = _tokens(scheme)
    (share,) = re.findall(r"--lane-ink: color-mix\(in srgb, var\(--lane\) (\d+)%", (ASSETS / "content.css").read_text())
    inks = {lane: _mixed(tokens[lane], tokens["ink"], int(share) / 100) for lane in LANES}
    assert {lane: ink for lane, ink in inks.items() if contrast(ink, tokens["paper"]) < 7} == {}


def _mixed(one: str, other: str, share: float) -> str:
    pairs = zip(*(bytes.fromhex(colour[1:]) for colour in (one, other)), strict=True)
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in pairs)


def test_every_colour_of_the_site_is_declared_once_for_each_theme() -> None:
    for style in ("layout.css", "content.css", "drawings.css"):
        assert not re.findall(r"#[0-9a-f]{3,8}\b", (ASSETS / style).read_text(encoding="utf-8")), style
    assert _tokens("light").keys() == _tokens("dark").keys() >= {*LANES, "sea", "land", "home"}


def test_an_accent_replaces_the_colour_of_bars_in_both_themes(project: Project) -> None:
    def styles() -> str:
        files = build(inputs.read(project.root)).files
        return next(data.decode() for path, data in files.items() if path.endswith(".css"))

    before = styles()
    project.edit("explainer.yaml", "language: en", 'language: en\naccent: "#204060"')
    after = styles()
    assert after.startswith(before) and re.findall(r"--accent: (.*?);", after.removeprefix(before)) == [
        "#204060",
        "#8f9faf",
    ]
    assert before.count("var(--lane, var(--accent))") == 2 and "--accent: var(--ink)" in before


@pytest.mark.parametrize(
    ("accent", "theme", "said", "hint"),
    [
        ("#f0e0a0", "", "a contrast of 1.25 with the paper of the light theme, #fbf9f4", "darker"),
        ("#000000", "--paper: #707070", "a contrast of 1.23 with the paper of the dark theme, #707070", "lighter"),
        ("#ffffff", "--paper: #101010", "", ""),
        ("#204060", "", "", ""),
    ],
)
def test_an_accent_that_nobody_could_see_is_a_warning(
    project: Project, accent: str, theme: str, said: str, hint: str
) -> None:
    project.edit("explainer.yaml", "language: en", f'language: en\naccent: "{accent}"')
    if theme:
        own = project.root / "templates/assets/theme.css"
        own.parent.mkdir(parents=True)
        own.write_text(f":root {{ {theme}; }}", encoding="utf-8")
    text = (project.root / "content/explainer.yaml").read_text(encoding="utf-8")
    line = text[: text.index("accent:")].count("\n") + 1
    expected = (
        f"content/explainer.yaml:{line}:9: warning[conf-accent]: {accent} has {said}\n"
        f"  hint: choose a {hint} colour: bars need at least 3"
    )
    assert [as_text(found) for found in build(inputs.read(project.root)).diagnostics] == [expected] * bool(said)


@settings(max_examples=25)
@given(st.integers(0, 0xFFFFFF))
def test_the_least_contrast_of_an_accent_in_either_theme_decides(number: int) -> None:
    accent, started = f"#{number:06x}", inputs.read(STARTER)
    path = "content/explainer.yaml"
    content = {**started.content, path: started.content[path] + f'accent: "{accent}"\n'.encode()}
    found = build(replace(started, content=content)).diagnostics
    in_the_dark = "#" + "".join(f"{(part + 255) // 2:02x}" for part in bytes.fromhex(accent[1:]))
    papers = _tokens("light")["paper"], _tokens("dark")["paper"]
    least = min(contrast(accent, papers[0]), contrast(in_the_dark, papers[1]))
    assert [one.code for one in found] == ["conf-accent"] * (least < 3)


def test_contrast_is_what_the_standard_says() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_a_record_placed_in_a_placed_record_stands_on_the_whole_page_where_it_is_listed(project: Project) -> None:
    context = "context: |\n  She was asked.\n\n  ![](event:bridge-closed)"
    project.edit("quotes/new-bridge.yaml", "context: She was asked whether the old bridge could be saved.", context)
    page = build(inputs.read(project.root)).files["all/index.html"].decode()
    assert page.count('id="event-bridge-closed"') == 1 and 'href="#event-bridge-closed"' in page
