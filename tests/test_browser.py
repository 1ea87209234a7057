"""The pages as a reader has them: in Chromium, narrow and wide, light and dark, on paper, with and without scripts.

The real content, the largest page of each kind; one browser for the file, which takes a minute or two.
"""

import os
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import browser
import pytest
from browser import Reader, Site, weight
from playwright.sync_api import Browser, ViewportSize, expect

from generator import inputs
from generator.build import build

PHONE: ViewportSize = {"width": 360, "height": 800}
DESK: ViewportSize = {"width": 1440, "height": 900}

# -- what can be measured of a page that is open ------------------------------------------------------------------

SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Words of one drawing that cover each other by more than a hair; notes in the margin, and blocks, that do.
COVERED = """(() => {
  const seen = (e) => e.checkVisibility() && e.getBoundingClientRect().width;
  const covered = [];
  const compare = (all) => all.forEach((one, i) => all.slice(i + 1).forEach((other) => {
    const a = one.getBoundingClientRect(), b = other.getBoundingClientRect();
    const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (across > 1 && down > 3) covered.push(one.textContent.trim() + " / " + other.textContent.trim());
  }));
  for (const svg of document.querySelectorAll("svg")) compare([...svg.querySelectorAll("text")].filter(seen));
  for (const sheet of document.querySelectorAll(".sheet")) compare([...sheet.children].filter(seen));
  compare([...document.querySelectorAll(".margin")].filter(seen).slice(0, 150));
  return covered;
})()"""
# What sticks out of the window, although the page does not scroll.
OUTSIDE = """[...document.querySelectorAll("main *")].filter((e) => {
  const box = e.getBoundingClientRect();
  return e.checkVisibility({ visibilityProperty: true }) && box.width > 1 && !e.closest(".hidden, thead")
    && (box.right > document.documentElement.clientWidth + 1 || box.left < -1);
}).map((e) => e.tagName + "." + e.className + " " + e.textContent.trim().slice(0, 40)).slice(0, 3)"""
SHIFT = "(window.shifts || []).reduce((all, one) => all + one, 0)"


@pytest.fixture
def phone(chromium: Browser, real_site: Site) -> Iterator[Reader]:
    """A reader on a phone whose browser runs no scripts."""
    with browser.reader(chromium, real_site.base, viewport=PHONE, java_script_enabled=False) as made:
        yield made


@pytest.fixture
def desk(chromium: Browser, real_site: Site) -> Iterator[Reader]:
    with browser.reader(chromium, real_site.base, viewport=DESK) as made:
        yield made


def _faults(reader: Reader, where: str) -> Iterator[str]:
    if sideways := reader.finds(SIDEWAYS):
        yield f"{where} scrolls sideways by {sideways}px: {reader.finds(OUTSIDE)}"
    yield from (f"{where} covers words: {words}" for words in reader.finds(COVERED))


@pytest.mark.parametrize(
    ("scheme", "scripts"), [("light", True), ("dark", False)], ids=["light with scripts", "dark without"]
)
def test_every_kind_of_page_fits_every_width_and_nothing_goes_wrong(
    chromium: Browser, real_site: Site, scheme: Any, scripts: bool
) -> None:
    faults: list[str] = []
    for first, then in ((PHONE, 320), (DESK, 768)):
        options = {"color_scheme": scheme, "viewport": first, "java_script_enabled": scripts}
        with browser.reader(chromium, real_site.base, **options) as reader:
            for kind, address in real_site.kinds.items():
                page = reader.opens(address)
                faults += _faults(reader, f"{kind} at {first['width']}px")
                shift = reader.finds(SHIFT)
                faults += [f"{kind} shifts by {shift}"] if shift else []
                page.set_viewport_size({"width": then, "height": 900})
                faults += _faults(reader, f"{kind} at {then}px")
                faults += [f"{kind}: {trouble}" for trouble in reader.troubles()]
                page.set_viewport_size(first)
    assert faults == []


def test_with_text_twice_as_large_nothing_scrolls_sideways(chromium: Browser, real_site: Site) -> None:
    """400% zoom of a desktop is a window of 320px, seen above; this is a phone whose owner reads large text."""
    wide = []
    with browser.reader(chromium, real_site.base, viewport=PHONE) as reader:
        settings = reader.context.new_cdp_session(reader.page)
        settings.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
        for kind, address in real_site.kinds.items():
            reader.opens(address)
            wide += [f"{kind}: {reader.finds(OUTSIDE)}"] * bool(reader.finds(SIDEWAYS))
        assert reader.finds("getComputedStyle(document.documentElement).fontSize") == "32px"
    assert wide == []


def test_colours_that_a_reader_chose_leave_the_marks_of_sections_to_be_seen(chromium: Browser, real_site: Site) -> None:
    with browser.reader(chromium, real_site.base, viewport=DESK, forced_colors="active") as reader:
        reader.opens("timeline/")
        of = "getComputedStyle(document.querySelector('{}'), '{}').backgroundColor".format
        marks = (".kicker", ".top a.lane-2", ".timeline > .lane-2.weight-2")
        painted = {mark: reader.finds(of(mark, "::before")) for mark in marks}
        paper = reader.finds(of("body", ""))
    assert [mark for mark, colour in painted.items() if colour == paper] == []


def test_on_paper_everything_is_there_and_fits(chromium: Browser, real_site: Site) -> None:
    faults = []
    with browser.reader(chromium, real_site.base, viewport={"width": 700, "height": 1000}) as reader:
        reader.page.emulate_media(media="print")
        for kind, address in real_site.kinds.items():
            reader.opens(address)
            faults += list(_faults(reader, kind))
            missing = reader.finds("""[...document.querySelectorAll("main details > :not(summary), .notes li")]
              .filter((e) => !e.closest(".filters") && !e.offsetHeight).map((e) => e.outerHTML.slice(0, 80))""")
            faults += [f"{kind}: not on paper: {missing}"] * bool(missing)
            shown = reader.finds("""[...document.querySelectorAll(".top nav, .onward, .onscreen, .notes .links")]
              .filter((e) => e.offsetHeight).map((e) => e.className)""")
            faults += [f"{kind}: what leads nowhere on paper: {shown}"] * bool(shown)
            unsaid = reader.finds("""[...document.querySelectorAll(".notes a[href^=http]")]
              .filter((e) => !getComputedStyle(e, "::after").content.includes(e.getAttribute("href")))
              .map((e) => e.outerHTML)""")
            faults += [f"{kind}: sources without their addresses on paper: {unsaid}"] * bool(unsaid)
    assert faults == []


def test_everything_prints_to_a_pdf_with_headings_kept_to_their_text(desk: Reader) -> None:
    page = desk.opens("all/")
    pdf = page.pdf(format="A4", prefer_css_page_size=True)
    pages = len(re.findall(rb"/Type\s*/Page\b", pdf))
    # Half as many would mean that something too wide for the paper made the browser shrink it all.
    assert pdf.startswith(b"%PDF") and 65 < pages < 400, pages
    page.emulate_media(media="print")
    breaks = "[...document.querySelectorAll('h1, h2, h3')].map((e) => getComputedStyle(e).breakAfter)"
    assert set(desk.finds(breaks)) == {"avoid"}


def test_text_with_scripts_is_the_text_without(chromium: Browser, real_site: Site) -> None:
    texts: list[dict[str, str]] = []
    for scripts in (True, False):
        with browser.reader(chromium, real_site.base, viewport=DESK, java_script_enabled=scripts) as reader:
            found = {}
            for address in real_site.every if os.environ.get("EXPLAINER_NIGHTLY") else real_site.extremes:
                reader.opens(address)
                found[address] = reader.finds("document.body.innerText")
            texts.append(found)
    assert texts[0] == texts[1]


NO_CONTRAST = {"rules": {"color-contrast": {"enabled": False}}}
CONTRAST = {"runOnly": ["color-contrast"]}


def test_axe_finds_nothing_on_any_page(chromium: Browser, real_site: Site) -> None:
    found = browser.violations(chromium, real_site.base, real_site.every, NO_CONTRAST, viewport=DESK)
    print(f"\n{len(real_site.every)} pages, {len(found)} violations")
    assert found == []


@pytest.mark.parametrize(("scheme", "viewport"), [("light", DESK), ("dark", PHONE)], ids=["light", "dark"])
def test_axe_finds_no_text_too_faint(chromium: Browser, real_site: Site, scheme: Any, viewport: Any) -> None:
    # Its slowest rule by far: on every page in the nightly run, and always on the two ends of each kind.
    pages = real_site.every if os.environ.get("EXPLAINER_NIGHTLY") else real_site.extremes
    found = browser.violations(chromium, real_site.base, pages, CONTRAST, viewport=viewport, color_scheme=scheme)
    print(f"\n{len(pages)} pages, {len(found)} violations")
    assert found == []


def test_axe_finds_nothing_in_what_scripts_open(desk: Reader) -> None:
    for address, opener in (
        ("causes/", "sup.cite a"),
        ("causes/", "a.term"),
        ("timeline/", "a[data-only=place-almaty]"),
    ):
        page = desk.opens(address)
        page.locator(f"main {opener}").first.evaluate("link => link.click()")
        desk.finds(browser.axe())
        found = desk.finds("axe.run({ resultTypes: ['violations'] })")["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], address


def test_axe_would_find_what_is_wrong(chromium: Browser, real_site: Site) -> None:
    wrong = b'<main id="main"><img src="../icon.png"><p style="color: #ccc">Too faint on paper.</p>'
    files = {
        **real_site.files,
        "wrong/index.html": real_site.files["about/index.html"].replace(b'<main id="main">', wrong),
    }
    with browser.served(files) as base:
        ids = [
            found.split(": ")[1]
            for rules in (NO_CONTRAST, CONTRAST)
            for found in browser.violations(chromium, base, ["wrong/", "about/"], rules)
            if found.startswith("wrong/")
        ]
    assert ids == ["image-alt", "color-contrast"]


# -- what scripts add -----------------------------------------------------------------------------------------------


def test_a_citation_opens_a_card_and_gives_the_focus_back(desk: Reader) -> None:
    page = desk.opens("causes/")
    mark = page.locator("sup.cite a").first
    entry = page.locator("#note-1 > div > p").first.inner_text()
    mark.focus()
    page.keyboard.press("Enter")
    card = page.get_by_role("dialog")
    assert entry in card.inner_text() and "All its uses" in card.inner_text()
    assert page.evaluate("document.activeElement.className") == "card"
    page.keyboard.press("Tab")
    assert page.evaluate("!!document.activeElement.closest('.card')")
    page.keyboard.press("Escape")
    assert card.count() == 0 and mark.evaluate("e => e === document.activeElement")
    mark.click()
    assert card.count() == 1
    mark.click()
    assert card.count() == 0
    mark.click()
    page.locator("h1").click()
    assert card.count() == 0 and desk.troubles() == []


def test_a_card_stays_in_the_window_of_a_phone(chromium: Browser, real_site: Site) -> None:
    with browser.reader(chromium, real_site.base, viewport={"width": 320, "height": 640}) as reader:
        page = reader.opens("causes/")
        for number in range(12):
            page.locator("sup.cite a").nth(number).click()
            box = page.get_by_role("dialog").bounding_box()
            assert box and box["x"] >= 0 and box["x"] + box["width"] <= 320, number
            assert not reader.finds(SIDEWAYS)
            page.keyboard.press("Escape")


def test_a_term_opens_its_meaning_in_place(desk: Reader) -> None:
    page = desk.opens("causes/")
    term = page.locator("main a.term").first
    term.focus()
    page.keyboard.press("Enter")
    card = page.get_by_role("dialog")
    assert len(card.inner_text()) > 40 and page.url.endswith("/causes/")
    page.keyboard.press("Escape")
    assert card.count() == 0 and term.evaluate("e => e === document.activeElement")


def test_the_timeline_narrows_in_place_and_its_address_says_so(desk: Reader, real_site: Site) -> None:
    page = desk.opens("timeline/")
    every = page.locator("li[data-lists]").count()
    page.get_by_text("By place").click()
    link = page.locator("a[data-only='place-almaty']")
    listed = real_site.files["timeline/place-almaty/index.html"].count(b"data-lists=")
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("location.hash === '#only-place-almaty'")
    expect(page.get_by_role("status")).to_have_text(f"{listed} of {every} events: Almaty")
    assert page.locator("li[data-lists]:visible").count() == listed
    empty = "[...document.querySelectorAll('.day:not([hidden])')].filter((e) => !e.querySelector('li:not([hidden])'))"
    assert page.evaluate(f"{empty}.length") == 0
    page.reload()
    assert page.locator("li[data-lists]:visible").count() == listed
    page.go_back()
    page.wait_for_function("location.hash === ''")
    expect(page.get_by_role("status")).to_have_text(f"{every} events")
    assert desk.troubles() == []


def test_a_link_is_copied(chromium: Browser, real_site: Site) -> None:
    permissions = ["clipboard-read", "clipboard-write"]
    with browser.reader(chromium, real_site.base, permissions=permissions) as reader:
        page = reader.opens("events/internet-blackout/")
        page.get_by_text("Link to this event").click()
        page.get_by_text("Link copied").wait_for()
        assert page.evaluate("navigator.clipboard.readText()") == real_site.base + "events/internet-blackout/"


# -- twelve things that a reader wants to do, without scripts -------------------------------------------------------


def test_find_who_says_a_number(phone: Reader) -> None:
    page = phone.opens("")
    page.locator(".rows .row a", has_text="People killed").click()
    row = page.locator("table.ledger tr.preferred")
    assert re.search(r"238[^§]*Prosecutor", row.inner_text()) and row.locator("sup.cite a").count()


def test_open_a_passage(phone: Reader) -> None:
    page = phone.opens("sources/seed/")
    page.locator("details.passage summary").first.click()
    assert page.locator("details.passage mark").first.is_visible()


def test_follow_a_correction(phone: Reader) -> None:
    page = phone.opens("")
    page.locator(".checked a", has_text="update").click()
    page.locator("main a", has_text="Nur-Sultan").first.click()
    assert page.locator("h1").inner_text() == "Nur-Sultan"


def test_filter_by_place(phone: Reader) -> None:
    page = phone.opens("timeline/")
    page.get_by_text("By place").click()
    page.locator("nav.filters a", has_text="Zhanaozen").click()
    assert page.url.endswith("timeline/place-zhanaozen/")
    assert re.fullmatch(r"\d+ of \d+ events", page.get_by_role("status").inner_text())


def test_find_a_person(phone: Reader) -> None:
    page = phone.opens("")
    page.get_by_role("link", name="Who’s who").click()
    page.locator("main a", has_text="Kassym-Jomart Tokayev").first.click()
    assert "President of Kazakhstan" in page.locator("main").inner_text()


def test_read_a_term(phone: Reader) -> None:
    page = phone.opens("causes/")
    meaning = page.locator(".words div", has_text="autogas").first
    assert len(meaning.inner_text()) > 30
    page.locator("main a.term", has_text="autogas").first.click()
    assert "terms/autogas/" in page.url


def test_cite_the_page(phone: Reader) -> None:
    page = phone.opens("response/")
    words = page.locator(".citing").inner_text()
    assert page.locator("h1").inner_text() in words and "checked" in words


def test_download_a_figures_data(phone: Reader) -> None:
    page = phone.opens("figures/deaths/")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert "238" in Path(download.value.path()).read_text(encoding="utf-8")


def test_share_one_event(phone: Reader) -> None:
    page = phone.opens("timeline/")
    page.locator(".event .name a").nth(4).click()
    assert "/events/" in page.url
    shared = page.get_by_role("link", name="Link to this event").evaluate("e => e.href")
    assert shared == page.url


def test_print(phone: Reader) -> None:
    assert phone.opens("causes/").pdf(format="A5").startswith(b"%PDF")


def test_find_what_is_unknown(phone: Reader) -> None:
    page = phone.opens("")
    unknown = page.get_by_role("region", name="What is not known")
    assert unknown.locator("li").count() >= 5 and unknown.locator("sup.cite a").count()


def test_see_what_rests_on_one_source(phone: Reader) -> None:
    page = phone.opens("causes/")
    page.locator("#note-1").get_by_role("link", name="All its uses").click()
    uses = page.get_by_role("region", name="Where this is used")
    assert uses.locator("a", has_text="Why did a fuel price").count()


# -- budgets, and from disk -----------------------------------------------------------------------------------------


MOST, MOST_REQUESTS, MOST_FONTS = 80_000, 6, 120_000


def test_the_budgets_hold_on_every_page(chromium: Browser, real_site: Site) -> None:
    css, js = (_assets_weight(real_site, end) for end in (".css", ".js"))
    faces = list(_faces(real_site))
    weighed = {address: weight(real_site.page(address)) + css + js for address in real_site.every}
    may_ask = {address: _may_ask_for(real_site.page(address).decode(), faces) for address in real_site.every}
    over = [f"/{address}: {total} bytes" for address, total in weighed.items() if total > MOST]
    print(f"\nCSS {css / 1000:.1f} kB, JS {js / 1000:.1f} kB, gzipped; the largest of {len(weighed)} pages, by kind:")
    largest = {kind: max(addresses, key=weighed.__getitem__) for kind, addresses in real_site.by_kind.items()}
    asked = {}
    for kind, address in largest.items():
        asked[address] = _asked_for(chromium, real_site, address)
        assert asked[address] <= may_ask[address], kind
        print(f"{weighed[address] / 1000:6.1f} kB  {len(asked[address])} requests  {kind}: /{address}")
    for address, most in may_ask.items():
        if len(most) > MOST_REQUESTS or _fonts_weight(real_site, most) > MOST_FONTS:
            paths = asked.get(address) or _asked_for(chromium, real_site, address)
            over += [f"/{address}: {sorted(paths)}"] * (len(paths) > MOST_REQUESTS)
            # Cyrillic and the rare letters of the serif lie in a file of their own, for pages with one of them.
            is_plain = not re.search("[\u0400-\u1fff]", real_site.page(address).decode())
            over += [f"/{address}: fonts"] * (is_plain and _fonts_weight(real_site, paths) > MOST_FONTS)
    assert (css <= 14_000, js <= 10_000, over) == (True, True, [])


def _assets_weight(site: Site, end: str) -> int:
    return sum(weight(data) for path, data in site.files.items() if path.startswith("assets/") and path.endswith(end))


def _fonts_weight(site: Site, paths: set[str]) -> int:
    return sum(len(site.files[path]) for path in paths if path.endswith(".woff2"))


def _faces(site: Site) -> Iterator[tuple[str, bool, set[str]]]:
    """The fonts of the styles: path, whether italic, and for which characters."""
    (styles,) = (data.decode() for path, data in site.files.items() if path.endswith(".css"))
    for face, path in re.findall(r"@font-face \{([^}]*url\(([^)]*)\)[^}]*)\}", styles):
        written = face.partition("unicode-range: U+")[2].rstrip("; ") or "0-10FFFF"
        ranges = [part.split("-") for part in written.split(", U+")]
        letters = {chr(letter) for part in ranges for letter in range(int(part[0], 16), int(part[-1], 16) + 1)}
        yield f"assets/{path}", "italic" in face, letters


def _may_ask_for(html: str, faces: list[tuple[str, bool, set[str]]]) -> set[str]:
    """All that a first view of a page may load: what it names, and a font wherever it has a letter of it."""
    named = re.findall(r'<(?:link rel="(?:preload|stylesheet)"|script defer|img)[^>]*? (?:href|src)="([^"]*)"', html)
    text = re.sub(r"<script.*?</script>|<[^>]*>", "", html, flags=re.S)
    italic = "".join(re.findall(r"<(?:em|i|dfn|var|address)>(.*?)</", html, re.S))
    fonts = {path for path, is_italic, letters in faces if letters & set(unescape(italic if is_italic else text))}
    return {"", *(path.replace("../", "") for path in named), *fonts}


def _asked_for(chromium: Browser, site: Site, address: str) -> set[str]:
    """What a first view loads; the icon is asked for by the window, not the page."""
    with browser.reader(chromium, site.base, viewport=DESK) as reader:
        reader.opens(address)
        paths = {url.removeprefix(site.base) for url in reader.requests if "/assets/icon" not in url}
        return {"" if path == address else path for path in paths}


def test_from_disk_the_site_works_whole(chromium: Browser, tmp_path: Path) -> None:
    made = build(inputs.read(browser.ROOT), portable=True)
    assert made.is_good, made.diagnostics
    for path, data in made.files.items():
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    with browser.reader(chromium, f"{tmp_path.as_uri()}/", viewport=DESK) as reader:
        page = reader.opens("index.html")
        page.get_by_role("navigation", name="Sections").get_by_role("link", name="Causes").click()
        page.wait_for_url("**/causes/index.html")
        page.locator("sup.cite a").first.click()
        assert page.get_by_role("dialog").count() == 1
        page.keyboard.press("Escape")
        page.get_by_role("link", name="Timeline").click()
        page.wait_for_url("**/timeline/index.html")
        page.locator("a[data-only='section-causes']").click()
        expect(page.get_by_role("status")).to_contain_text(" of ")
        assert page.evaluate("document.fonts.check('1em \"Explainer Serif\"')")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgba(0, 0, 0, 0)"
        assert reader.troubles() == []
