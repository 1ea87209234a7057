"""The pictures for links: right in size, the same twice, never wider than they are, and led to by every page."""

import re
from dataclasses import replace
from io import BytesIO

import pytest
from conftest import STARTER
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from generator.build import build
from generator.inputs import Inputs, read
from generator.social import SIZE, Card, Look, Motif, look_of, picture

STARTING = read(STARTER)
LOOK = look_of(STARTING.templates)
NOTHING = Motif((), ())
EDGE = 60
KAZAKH = "Әр ғасыр қаңтарда: өң, ұлт, үн, һәм іс. ӘҒҚҢӨҰҮҺІ"


def pixels(png: bytes) -> Image.Image:
    return Image.open(BytesIO(png)).convert("RGB")


def drawn(title: str, look: Look = LOOK) -> Image.Image:
    return pixels(picture(Card("", title, "", "", NOTHING), look))


def ink(image: Image.Image) -> tuple[int, int, int, int]:
    """The box of all that is not paper."""
    found = ImageChops.difference(image, Image.new("RGB", image.size, image.getpixel((0, 0)))).getbbox()
    assert found is not None
    return found


def with_title(title: str) -> Inputs:
    path = "content/explainer.yaml"
    text = re.sub(r"^title:.*$", lambda _: f"title: {title}", STARTING.content[path].decode(), count=1, flags=re.M)
    return replace(STARTING, content={**STARTING.content, path: text.encode()})


def test_the_site_and_each_section_have_a_picture_of_the_agreed_size() -> None:
    files = build(STARTING, base_url="https://example.org/bridge/").files
    found = {path for path in files if path.startswith("social")}
    assert found == {"social.png", "social/what-happened.png"}
    for path in found:
        assert files[path].startswith(b"\x89PNG\r\n\x1a\n")
        assert Image.open(BytesIO(files[path])).size == SIZE == (1200, 630)
        assert len(files[path]) < 60_000


def test_every_page_leads_to_the_picture_of_its_section_or_of_the_site() -> None:
    files = build(STARTING, base_url="https://example.org/bridge/").files
    addresses = {
        path: re.findall(rb'<meta property="og:image" content="([^"]+)">', page)
        for path, page in files.items()
        if path.endswith(".html")
    }
    site, section = [b"https://example.org/bridge/social.png"], [b"https://example.org/bridge/social/what-happened.png"]
    assert addresses["index.html"] == addresses["terms/index.html"] == addresses["about/index.html"] == site
    assert addresses["what-happened/index.html"] == addresses["events/bridge-closed/index.html"] == section
    assert all(found in (site, section) for found in addresses.values())


def test_without_a_public_address_no_picture_is_made_and_none_is_named() -> None:
    files = build(STARTING).files
    assert not [path for path in files if path.startswith("social")]
    assert not [path for path, page in files.items() if b"og:image" in page]


def test_the_same_inputs_give_the_same_bytes() -> None:
    base = "https://example.org/"
    first = build(STARTING, base_url=base).files["social.png"]
    picture.cache_clear()
    assert build(STARTING, base_url=base).files["social.png"] == first


def test_another_title_gives_another_picture() -> None:
    base = "https://example.org/"
    pictures = [build(with_title(title), base_url=base).files["social.png"] for title in ("One", "Two")]
    assert pictures[0] != pictures[1]


@settings(max_examples=25)
@given(st.text(st.sampled_from("abcWM ,.—“Қңі😀漢\u0301\t"), min_size=1, max_size=400))
def test_no_title_is_wider_than_the_picture_or_runs_into_the_line_below(title: str) -> None:
    left, top, right, bottom = ink(drawn(title))
    assert left >= EDGE and right <= SIZE[0] - EDGE and top >= 40
    # The line on which the strip stands is the lowest thing where there are no days.
    assert bottom == 568
    assert ink(drawn(title).crop((0, 0, SIZE[0], 560)).convert("RGB"))[3] < 545 if _has_letters(title) else True


def _has_letters(title: str) -> bool:
    return any(character in ("abcWM,.—“Қңі" if "漢" not in title else "abcWMҚңі") for character in title)


@pytest.mark.parametrize("letter", sorted(set(KAZAKH) - set(" :,.")))
def test_kazakh_letters_are_drawn_and_each_is_another(letter: str) -> None:
    blank, other = drawn("漢"), drawn("н" if letter != "н" else "к")
    assert drawn(letter).tobytes() not in (blank.tobytes(), other.tobytes())


def test_letters_that_no_typeface_holds_are_left_out_not_drawn_as_boxes() -> None:
    assert drawn("Bridge 漢字").tobytes() == drawn("Bridge ").tobytes()
    assert drawn("ماذا حدث بين 2 و 21؟").tobytes() == drawn("漢").tobytes() != drawn("2 21").tobytes()


def test_a_letter_with_a_rare_mark_is_drawn_without_it() -> None:
    assert drawn("M\u0301ost").tobytes() == drawn("Most").tobytes()


def test_colours_are_those_of_the_stylesheet() -> None:
    theme = STARTING.templates["assets/theme.css"].replace(b"--paper: #fbf9f4", b"--paper: #102030")
    changed = look_of({**STARTING.templates, "assets/theme.css": theme})
    for look, paper in ((LOOK, (0xFB, 0xF9, 0xF4)), (changed, (0x10, 0x20, 0x30))):
        found = drawn("Bridge", look).getpixel((0, 0))
        assert isinstance(found, tuple)
        assert all(abs(one - other) <= 2 for one, other in zip(found, paper, strict=True))  # the palette is small


def test_templates_without_typefaces_or_colours_still_give_pictures() -> None:
    assert drawn("Bridge", look_of({})).size == SIZE


def test_the_icon_for_home_screens_shows_the_rectangles_of_the_other_one() -> None:
    icon = pixels(STARTING.templates["assets/icon-180.png"])
    assert icon.size == (180, 180)
    shown: dict[tuple[int, int], str] = {}
    for fill, path in re.findall(
        r'<path fill="(#[0-9a-f]{6})" d="([^"]+)"', STARTING.templates["assets/icon.svg"].decode()
    ):
        for x, y, width, height in (map(int, found) for found in re.findall(r"M(\d+) (\d+)h(\d+)v(\d+)", path)):
            shown |= {(a, b): fill for a in range(x, x + width) for b in range(y, y + height)}
    assert len(shown) == 32 * 32
    for (x, y), fill in shown.items():
        found = icon.getpixel((int((x + 0.5) * 180 / 32), int((y + 0.5) * 180 / 32)))
        assert isinstance(found, tuple)
        assert "#{:02x}{:02x}{:02x}".format(*found[:3]) == fill
