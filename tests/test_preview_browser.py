"""What an editor sees: open pages follow the files, and keep the place."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from conftest import Project
from playwright.sync_api import Browser, Page, expect
from previewing import Running, running

from generator import answers

EVENT = "events/bridge-closed.yaml"
TEMPLATES = Path(__file__).parent.parent / "templates"
PANEL = ".preview.panel"
# Run before anything else on every page: what the strict policy stopped is a mistake of the preview.
LISTEN = 'addEventListener("securitypolicyviolation", (e) => console.error("CSP", e.violatedDirective, e.blockedURI))'


@pytest.fixture
def story(project: Project) -> Project:
    """Enough events to scroll, some of them folded."""
    text = (project.root / "content" / EVENT).read_text(encoding="utf-8")
    for number in range(40):
        more = text.replace("The town closes the bridge", f"Event number {number}")
        project.write(f"events/event-{number}.yaml", more.replace("importance: 1", f"importance: {1 + number % 3}"))
    return project


@pytest.fixture
def preview(story: Project) -> Iterator[Running]:
    with running(story.root) as found:
        yield found


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page on which any complaint of the browser fails the test."""
    context = chromium.new_context(viewport={"width": 1000, "height": 700}, reduced_motion="reduce")
    context.add_init_script(LISTEN)
    found = context.new_page()
    found.set_default_timeout(20_000)
    complaints: list[str] = []
    found.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    found.on("pageerror", lambda error: complaints.append(str(error)))
    yield found
    context.close()
    away = ("WebSocket connection to", "net::ERR_CONNECTION_REFUSED", "status of 404")
    assert [said for said in complaints if not any(word in said for word in away)] == []


def _visit(page: Page, preview: Running, path: str) -> None:
    """Open a page, and mark it, so that a reload is noticed."""
    with page.expect_response("**/-/state.json*"):
        page.goto(preview.url.rstrip("/") + path)
    page.evaluate("window.isTheSame = true")


def _is_the_same(page: Page) -> bool:
    return bool(page.evaluate("window.isTheSame === true"))


def _with_a_script_of_its_own(story: Project) -> None:
    """One that does not say that it stands a page that changes in place."""
    own = story.root / "templates"
    (own / "assets").mkdir(parents=True)
    (own / "assets/own.js").write_text("document.body.dataset.own = document.title;")
    base = (TEMPLATES / "base.html").read_text(encoding="utf-8")
    script = "<script defer src=\"{{ view.asset('own.js') }}\"></script>\n</head>"
    (own / "base.html").write_text(base.replace("</head>", script), encoding="utf-8")


@pytest.mark.parametrize("is_in_place", [True, False], ids=["in place", "loaded anew"])
def test_an_edit_is_seen_and_the_place_on_the_page_kept(page: Page, story: Project, is_in_place: bool) -> None:
    if not is_in_place:
        _with_a_script_of_its_own(story)
    with running(story.root) as preview:
        _visit(page, preview, "/timeline/")
        page.locator("main details").last.evaluate("fold => fold.open = true")
        page.evaluate("scrollTo(0, 1234)")
        page.get_by_role("link", name="Event number 39", exact=True).evaluate("a => a.focus({ preventScroll: true })")
        scrolled = page.evaluate("scrollY")
        assert scrolled > 1000
        for before, after in pairwise(["The town closes", "The council closes", "The mayor closes"]):
            story.edit(EVENT, before, after)
            expect(page.get_by_role("link", name=after).first).to_be_attached()
            page.wait_for_load_state()
            assert _is_the_same(page) == is_in_place
            assert page.locator("main details").last.evaluate("fold => fold.open")
            assert abs(page.evaluate("scrollY") - scrolled) <= 2
            assert page.evaluate("document.activeElement.textContent") == "Event number 39"


def test_what_did_not_change_stays_the_very_same_and_what_is_selected_selected(
    page: Page, preview: Running, story: Project
) -> None:
    _visit(page, preview, "/events/bridge-closed/")
    page.evaluate(
        """() => {
            window.kept = [...document.querySelectorAll("main *")];
            const words = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
            while (!words.currentNode.data?.includes("after the inspection")) words.nextNode();
            const start = words.currentNode.data.indexOf("inspection");
            getSelection().setBaseAndExtent(words.currentNode, start, words.currentNode, start + 10);
        }"""
    )
    story.edit(EVENT, "after the inspection", "some time after the inspection")
    expect(page.locator("main")).to_contain_text("some time after the inspection")
    assert page.evaluate("getSelection().toString()") == "inspection"
    assert page.evaluate("window.kept.every((element) => element.isConnected)")
    assert _is_the_same(page)


def test_the_focus_goes_along_with_what_goes_to_another_day(page: Page, preview: Running, story: Project) -> None:
    _visit(page, preview, "/timeline/")
    page.get_by_role("link", name="Event number 3", exact=True).evaluate("link => link.focus()")
    story.edit("events/event-3.yaml", "2025-03-03", "2025-03-05")
    expect(page.locator("#d-2025-03-05").get_by_role("link", name="Event number 3", exact=True)).to_be_focused()
    assert _is_the_same(page)


def test_the_title_and_what_machines_read_change_too(page: Page, preview: Running, story: Project) -> None:
    _visit(page, preview, "/events/bridge-closed/")
    story.edit(EVENT, "The town closes the bridge", "The council closes the bridge")
    expect(page).to_have_title(re.compile("^The council closes the bridge"))
    data = page.locator('script[type="application/ld+json"]').text_content()
    assert data and "The council closes the bridge" in data and "The town closes" not in data
    assert _is_the_same(page)


def test_a_timeline_that_is_narrowed_stays_so(page: Page, preview: Running, story: Project) -> None:
    text = (story.root / "content" / EVENT).read_text(encoding="utf-8")
    shown, status = page.locator("li[data-lists]:not([hidden])"), page.get_by_role("status")
    _visit(page, preview, "/timeline/#only-place-altdorf")
    expect(status).to_have_text("41 of 41 events: Altdorf")
    story.edit("events/event-3.yaml", "where: [altdorf]\n", "")
    expect(status).to_have_text("40 of 41 events: Altdorf")
    story.write(
        "events/boat.yaml", text.replace("The town closes the bridge", "A boat is lent").replace("03-03", "03-05")
    )
    expect(status).to_have_text("41 of 42 events: Altdorf")
    expect(shown).to_have_count(41)
    expect(shown.last).to_contain_text("A boat is lent")
    (story.root / "content/events/event-5.yaml").unlink()
    expect(status).to_have_text("40 of 41 events: Altdorf")
    expect(page.get_by_role("link", name="Event number 5", exact=True)).to_have_count(0)
    page.locator("a[data-only='']").evaluate("link => link.click()")
    expect(status).to_have_text("41 events")
    expect(shown).to_have_count(41)
    assert _is_the_same(page)


def test_a_narrowed_timeline_keeps_closed_what_was_closed_and_opens_what_is_new(
    page: Page, preview: Running, story: Project
) -> None:
    text = (story.root / "content" / EVENT).read_text(encoding="utf-8")
    folds = page.locator(".day details")
    _visit(page, preview, "/timeline/#only-place-altdorf")
    expect(folds).to_have_count(1)
    assert folds.evaluate("fold => fold.open")
    folds.evaluate("fold => fold.open = false")
    story.edit(EVENT, "The town closes", "The council closes")
    expect(page.get_by_role("link", name="The council closes").first).to_be_attached()
    assert not folds.evaluate("fold => fold.open")
    for title, importance in {"A boat is lent": 1, "A raft is seen": 3}.items():
        more = text.replace("The town closes the bridge", title).replace("03-03", "03-05")
        story.write(f"events/{title[2:6]}.yaml", more.replace("importance: 1", f"importance: {importance}"))
    expect(folds).to_have_count(2)
    expect(page.get_by_role("status")).to_have_text("43 of 43 events: Altdorf")
    assert folds.evaluate_all("folds => folds.map((fold) => fold.open)") == [False, True]
    assert _is_the_same(page)


def test_a_card_stays_open_until_its_own_words_change(page: Page, preview: Running, story: Project) -> None:
    _visit(page, preview, "/events/bridge-closed/")
    page.locator("main sup.cite a").first.click()
    card = page.get_by_role("dialog")
    expect(card).to_be_visible()
    story.edit(EVENT, "after the inspection", "after an inspection")
    expect(page.locator("main")).to_contain_text("after an inspection")
    expect(card).to_be_visible()
    story.edit("sources/town-notice.yaml", "title: ", "title: Again, ")
    expect(page.locator("#note-1")).to_contain_text("Again, ")
    expect(card).to_have_count(0)
    assert page.locator("main sup.cite a").first.evaluate("link => link === document.activeElement")
    assert _is_the_same(page)


def test_a_card_goes_with_the_number_that_opened_it(page: Page, preview: Running, story: Project) -> None:
    cited = "after the inspection.[@town-notice]"
    story.edit(EVENT, cited, f"{cited} It said so.[@town-notice]")
    preview.until(lambda: preview.text("/events/bridge-closed/").count('class="cite"') == 2)
    _visit(page, preview, "/events/bridge-closed/")
    page.locator("main sup.cite a").last.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    story.edit(EVENT, "It said so.[@town-notice]", "It said so.")
    expect(page.locator("main sup.cite a")).to_have_count(1)
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert _is_the_same(page)


def test_a_page_that_is_gone_is_loaded_anew(page: Page, preview: Running, story: Project) -> None:
    _visit(page, preview, "/events/event-3/")
    (story.root / "content/events/event-3.yaml").unlink()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Event number 3")
    assert not _is_the_same(page)


@pytest.mark.parametrize("way", ["key", "click"])
def test_what_was_just_added_leads_to_its_line_and_is_marked(
    page: Page, preview: Running, story: Project, way: str
) -> None:
    text = (story.root / "content" / EVENT).read_text(encoding="utf-8")
    _visit(page, preview, "/timeline/")
    more = text.replace("The town closes the bridge", "A boat is lent")
    story.write("events/boat.yaml", f"# On loan.\nstatus: draft\n{more}")
    link = page.get_by_role("link", name="A boat is lent")
    expect(link.and_(page.locator("[data-preview-draft]")).first).to_be_attached()
    if way == "key":
        link.first.evaluate("a => a.focus()")
        page.keyboard.press("e")
    else:
        page.locator('[data-record="event:boat"] p').last.click(modifiers=["Alt"])
    page.wait_for_url("**/-/source/content/events/boat.yaml#L2")
    expect(page.locator("li:target")).to_contain_text("status: draft")


def test_what_the_address_says_is_kept(page: Page, preview: Running, story: Project) -> None:
    _visit(page, preview, "/timeline/?any=thing#note-1")
    story.edit(EVENT, "The town closes the bridge", "The council closes the bridge")
    expect(page.get_by_role("link", name="The council closes the bridge").first).to_be_attached()
    assert page.url.endswith("/timeline/?any=thing#note-1")


def test_a_page_that_did_not_change_is_left_alone(page: Page, preview: Running, story: Project) -> None:
    _visit(page, preview, "/terms/inspection/")
    with page.expect_response("**/-/state.json*"):
        story.edit(EVENT, "after the inspection", "after an inspection")
    preview.until(lambda: "after an inspection" in preview.text("/events/bridge-closed/"))
    assert _is_the_same(page)


def test_a_mistake_is_shown_over_the_last_good_page_until_it_is_mended(
    page: Page, preview: Running, story: Project
) -> None:
    _visit(page, preview, "/events/bridge-closed/")
    page.get_by_role("link", name="Altdorf").first.focus()
    story.edit(EVENT, "section: what-happened", "section: what-hapened")
    expect(page.get_by_role("alert")).to_contain_text("Not built: 1 error")
    expect(page.locator(f"{PANEL} mark")).to_have_text("what-hapened")
    expect(page.get_by_role("heading", level=1)).to_have_text("The town closes the bridge")
    assert page.evaluate("document.activeElement.textContent") == "Altdorf"
    assert _is_the_same(page)
    story.edit(EVENT, "section: what-hapened", "section: what-happened")
    expect(page.locator(PANEL)).to_have_count(0)
    assert _is_the_same(page)


def test_a_mistake_leads_to_its_line(page: Page, preview: Running, story: Project) -> None:
    _visit(page, preview, "/")
    story.edit(EVENT, "section: what-happened", "section: what-hapened")
    page.locator(f"{PANEL} .at a").click()
    page.wait_for_url(f"**/-/source/content/{EVENT}#L3")
    expect(page.locator("li:target")).to_contain_text("section: what-hapened")
    expect(page.locator("li:target")).to_contain_text("did you mean")
    story.edit(EVENT, "section: what-hapened", "section: what-happened")
    expect(page.locator("li:target")).not_to_contain_text("did you mean")


@pytest.mark.parametrize("way", ["Escape", "Close"])
def test_the_panel_is_closed_and_comes_back_with_another_mistake(
    page: Page, preview: Running, story: Project, way: str
) -> None:
    _visit(page, preview, "/")
    story.edit(EVENT, "section: what-happened", "section: what-hapened")
    expect(page.locator(PANEL)).to_be_visible()
    if way == "Escape":
        page.keyboard.press("Escape")
    else:
        page.get_by_role("button", name="Close").click()
    expect(page.locator(PANEL)).to_have_count(0)
    story.edit(EVENT, "section: what-hapened", "section: nowhere")
    expect(page.locator(f"{PANEL} mark")).to_have_text("nowhere")


def test_the_first_good_build_takes_the_place_of_what_was_wrong(page: Page, story: Project) -> None:
    story.edit("explainer.yaml", "title:", "titel:")
    with running(story.root) as preview:
        page.goto(preview.url + "-/source/content/explainer.yaml")
        expect(page.locator("main .error").first).to_be_visible()
        story.edit("explainer.yaml", "titel:", "title:")
        expect(page.locator("main .error")).to_have_count(0)


def test_a_changed_style_is_swapped_and_the_page_stays(page: Page, preview: Running, story: Project) -> None:
    _visit(page, preview, "/")
    links = page.locator("link[rel=stylesheet]").count()
    own = story.root / "templates/assets/theme.css"
    own.parent.mkdir(parents=True)
    for colour in ("1, 2, 3", "4, 5, 6"):
        own.write_text(f"body {{ background: rgb({colour}) !important }}")
        expect(page.locator("body")).to_have_css("background-color", f"rgb({colour})")
    assert _is_the_same(page)
    expect(page.locator("link[rel=stylesheet]")).to_have_count(links)


def test_a_page_finds_the_server_again_and_catches_up(page: Page, story: Project) -> None:
    with running(story.root) as preview:
        _visit(page, preview, "/events/bridge-closed/")
    story.edit(EVENT, "The town closes the bridge", "The council closes the bridge")
    with running(story.root, port=preview.port):
        expect(page.get_by_role("heading", level=1)).to_have_text("The council closes the bridge")
        assert _is_the_same(page)
        story.edit(EVENT, "The council closes the bridge", "The mayor closes the bridge")
        expect(page.get_by_role("heading", level=1)).to_have_text("The mayor closes the bridge")
        assert _is_the_same(page)


def test_a_page_of_another_version_of_the_preview_is_loaded_anew(
    page: Page, story: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(story.root) as preview:
        _visit(page, preview, "/events/bridge-closed/")
    monkeypatch.setattr(answers, "VERSION", "another")
    with running(story.root, port=preview.port):
        page.wait_for_function("() => window.isTheSame !== true")


def test_alt_and_a_click_lead_to_the_line_of_a_record(page: Page, preview: Running) -> None:
    _visit(page, preview, "/timeline/")
    page.locator('[data-record="event:event-3"] p').last.click(modifiers=["Alt"])
    page.wait_for_url("**/-/source/content/events/event-3.yaml#L1")
    expect(page.locator("li:target")).to_contain_text("title: Event number 3")


def test_alt_and_a_click_on_a_link_lead_to_what_it_names(page: Page, preview: Running) -> None:
    _visit(page, preview, "/events/bridge-closed/")
    page.locator("main").get_by_role("link", name="Altdorf").first.click(modifiers=["Alt"])
    page.wait_for_url("**/-/source/content/places/altdorf.yaml#L1")


def test_a_key_leads_to_the_record_that_has_the_focus_or_is_the_page(page: Page, preview: Running) -> None:
    _visit(page, preview, "/timeline/")
    page.get_by_role("link", name="Event number 3", exact=True).first.focus()
    page.keyboard.press("e")
    page.wait_for_url("**/-/source/content/events/event-3.yaml#L1")
    _visit(page, preview, "/events/bridge-closed/")
    page.keyboard.press("e")
    page.wait_for_url(f"**/-/source/content/{EVENT}#L1")


def test_a_letter_typed_is_a_letter(page: Page, preview: Running) -> None:
    _visit(page, preview, "/events/bridge-closed/")
    page.evaluate("document.querySelector('main').prepend(document.createElement('input'))")
    page.locator("input").press_sequentially("here")
    assert page.locator("input").input_value() == "here"
    assert page.url.endswith("/events/bridge-closed/")


def test_drafts_and_what_leads_to_them_are_marked(page: Page, preview: Running, story: Project) -> None:
    story.edit("events/event-3.yaml", "title:", "status: draft\ntitle:")
    preview.until(lambda: preview.state("/")["drafts"] == ["/events/event-3/"])
    _visit(page, preview, "/timeline/")
    link = page.get_by_role("link", name="Event number 3", exact=False).and_(page.locator("[data-preview-draft]"))
    expect(link.first).to_be_attached()
    assert "draft" in link.first.evaluate("link => getComputedStyle(link, '::after').content")
    _visit(page, preview, "/events/event-3/")
    expect(page.locator(f"{PANEL} .draft")).to_contain_text("This page is in no build.")
    expect(page.locator("main [data-preview-draft]").first).to_be_attached()


def test_warnings_are_a_count_that_unfolds_and_stays_so(page: Page, preview: Running, story: Project) -> None:
    story.write("notes.txt", "not read")
    preview.until(lambda: "1 warning" in preview.panel())
    _visit(page, preview, "/events/bridge-closed/")
    problems = page.locator(f"{PANEL} .problems")
    expect(problems).not_to_be_visible()
    page.locator(f"{PANEL} summary").click()
    expect(problems).to_contain_text("content/notes.txt:1:1")
    story.edit(EVENT, "The town closes the bridge", "The council closes the bridge")
    expect(page.get_by_role("heading", level=1)).to_have_text("The council closes the bridge")
    expect(problems).to_be_visible()
    (story.root / "content/notes.txt").unlink()
    expect(page.locator(PANEL)).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_panel_can_be_read_in_every_light(page: Page, preview: Running, story: Project, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    _visit(page, preview, "/")
    story.edit(EVENT, "section: what-happened", "section: what-hapened")
    texts = page.locator(f"{PANEL} :is(p, strong, b, a, button, pre)")
    expect(texts.first).to_be_visible()
    ground = texts.first.evaluate("text => getComputedStyle(text.closest('.preview')).backgroundColor")
    for text in texts.all():
        assert _contrast(text.evaluate("text => getComputedStyle(text).color"), ground) >= 7, text.inner_text()


def _contrast(one: str, other: str) -> float:
    """The contrast of two colours, as WCAG 2 counts it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in colour.removeprefix("rgb(").removesuffix(")").split(",")]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
