"""The pictures that other sites show beside a link: one for the site, one for each section, with the strip of days.

They are made only where the public address is known: `og:image` must name a whole address, so that without one nothing
could lead to them. All they use is in the templates (typefaces, colours), so that a designer's changes reach them and
the same inputs give the same bytes. Pillow is loaded only when something is drawn.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

from generator.drawing import Shape, around, cut_to_fit
from generator.plan import picture_address
from generator.records import Section
from generator.site import Site
from generator.strip import along
from generator.stripdays import lane_css, strip_days

if TYPE_CHECKING:
    from PIL import ImageDraw, ImageFont

SIZE = (1200, 630)
_EDGE = 64
_WIDTH = SIZE[0] - 2 * _EDGE
_TITLE_SIZES = (84, 76, 68, 60, 54, 48, 42)
_MOST_LINES = 4
_GROUND = 566  # on which the strip stands
_LEAST_STRIP = 210
_LARGEST = 1.2  # scale of the strip
_LEAD = 1.14  # from line to line
_COLOURS = 64  # of the palette: ink, paper and six lanes, each with its shades at the edges of letters


@dataclass(frozen=True, slots=True)
class Face:
    """One file of a typeface, and the letters that it holds."""

    data: bytes
    ranges: tuple[tuple[int, int], ...]

    def holds(self, character: str) -> bool:
        return any(first <= ord(character) <= last for first, last in self.ranges)


@dataclass(frozen=True, slots=True)
class Look:
    """What the stylesheets say: colours by name, the faces of the text and of the labels."""

    colours: tuple[tuple[str, str], ...]
    text: tuple[Face, ...]
    label: tuple[Face, ...]

    def colour(self, name: str) -> str:
        return dict(self.colours).get(name, "#17191d")


@dataclass(frozen=True, slots=True)
class Block:
    """A block of the strip: its sides in pixels, its ends in units above the ground, the name of its colour."""

    left: int
    right: int
    top: float
    bottom: float
    colour: str
    is_sure: bool


@dataclass(frozen=True, slots=True)
class Motif:
    """The strip of days: its blocks, and the middle and number of each day."""

    blocks: tuple[Block, ...]
    days: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One picture: a line above the title, the title, what follows it, and the strip. With a lane, only that has its
    colour, and so has the line above.
    """

    above: str
    title: str
    below: str
    lane: str
    motif: Motif


def previews(site: Site, templates: Mapping[str, bytes]) -> dict[str, bytes]:
    """The pictures by their paths; `picture_address` in `plan` says which is whose."""
    look = look_of(templates)
    return {path: picture(card, look) for path, card in _cards(site)}


def _cards(site: Site) -> Iterator[tuple[str, Card]]:
    name, _, rest = site.explainer.title.partition(": ")
    motif = _motif(site)
    yield picture_address(None), Card("", name, rest[:1].upper() + rest[1:], "", motif)
    for number, ref in enumerate(site.explainer.sections):
        section = site.records[ref]
        assert isinstance(section, Section)
        yield picture_address(ref.id), Card(f"{section.label} · {name}", section.question, "", lane_css(number), motif)


# -- the strip ------------------------------------------------------------------------------------------------------


def _motif(site: Site) -> Motif:
    """The strip's blocks and days, over the width of the picture."""
    found = strip_days(site)
    if found is None:
        return Motif((), ())
    drawing = along(found, "wide", 960)
    shapes = [shape for mark in drawing.days for shape in mark.shapes]
    columns = around([(x, 0.0) for shape in shapes if shape.css == "hit" for x in (shape.box.left, shape.box.right)])
    blocks = [shape for shape in shapes if shape.css.startswith("block")]
    ground = max(shape.box.bottom for shape in blocks)
    scale = _WIDTH / (columns.right - columns.left)
    step = _WIDTH / len(found.days)
    days = ((round(_EDGE + (number + 0.5) * step), str(day.day.day)) for number, day in enumerate(found.days))
    return Motif(tuple(_block(shape, columns.left, ground, scale) for shape in blocks), tuple(days))


def _block(shape: Shape, left: float, ground: float, scale: float) -> Block:
    first, last = (round(_EDGE + (x - left) * scale) for x in (shape.box.left, shape.box.right))
    top, bottom = ground - shape.box.top, ground - shape.box.bottom
    return Block(first, last, top, bottom, shape.css.split()[1], "unsure" not in shape.css)


# -- what the stylesheets say ---------------------------------------------------------------------------------------

_TOKEN = re.compile(r"(?<![\w-])--([a-z0-9-]+):\s*(#[0-9a-fA-F]{6})\b")
_FAMILY = re.compile(r"--(text|label):\s*\"([^\"]+)\"")
_FACE = re.compile(r"@font-face\s*\{([^{}]*)\}")
_RANGE = re.compile(r"U\+([0-9A-Fa-f]+)(?:-([0-9A-Fa-f]+))?")


def look_of(templates: Mapping[str, bytes]) -> Look:
    """Colours and faces of the light theme, which comes first in the file."""
    css = templates.get("assets/theme.css", b"").decode(errors="replace")  # any bytes can be a comment
    colours = dict(reversed(_TOKEN.findall(css)))
    families = dict(_FAMILY.findall(css))
    faces = {name: tuple(_faces(css, family, templates)) for name, family in families.items()}
    return Look(tuple(sorted(colours.items())), faces.get("text", ()), faces.get("label", ()))


def _faces(css: str, family: str, templates: Mapping[str, bytes]) -> Iterator[Face]:
    for rule in _FACE.findall(css):
        file = re.search(r"url\(([^()]+)\)", rule)
        data = templates.get(f"assets/{file[1]}") if file else None
        if data and f'"{family}"' in rule and "italic" not in rule:
            ranges = _RANGE.findall(rule)
            yield Face(data, tuple((int(first, 16), int(last or first, 16)) for first, last in ranges))


# -- the picture ----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=64)  # a preview builds again and again, and these seldom change
def picture(card: Card, look: Look) -> bytes:
    """The picture as PNG."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", SIZE, look.colour("paper"))
    draw = ImageDraw.Draw(image)
    text, label = _type(look.text, 640), _type(look.label, 600)
    top = _EDGE
    if card.above:
        label.line(draw, label.fitted(card.above, 30, _WIDTH), (_EDGE, top + 22), 30, look.colour(card.lane))
        top += 62
    top = _title(draw, card, text, top, look.colour("ink"))
    if card.below:
        text.line(draw, text.fitted(card.below, 40, _WIDTH), (_EDGE, top + 44), 40, look.colour("soft"))
        top += 60
    _strip(draw, card, label, look, top + 36)
    made = BytesIO()
    image.quantize(_COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(
        made, "PNG", compress_level=3
    )
    return made.getvalue()


def _title(draw: "ImageDraw.ImageDraw", card: Card, text: "_Type", top: int, colour: str) -> int:
    """The title as large as it fits; where it does not, its end is left out. Returns where it ends."""
    room = _GROUND - top - (_LEAST_STRIP if card.motif.blocks else 40) - (60 if card.below else 0)
    size, lines = _in_lines(card.title, text, room)
    for number, line in enumerate(lines):
        at = (_EDGE, round(top + size * (0.82 + number * _LEAD)))
        text.line(draw, text.fitted(line, size, _WIDTH), at, size, colour)
    return round(top + size * _LEAD * len(lines))


def _in_lines(title: str, text: "_Type", room: int) -> tuple[int, list[str]]:
    """The largest size at which the title fits, and its lines. Where none is small enough the last line is too long."""
    for size in _TITLE_SIZES:
        lines, most = text.wrapped(title, size, _WIDTH), min(int(room / (size * _LEAD)), _MOST_LINES)
        if len(lines) <= most and all(text.width(line, size) <= _WIDTH for line in lines):
            return size, lines
    return size, [*lines[: most - 1], *filter(None, [" ".join(lines[most - 1 :])])]


def _strip(draw: "ImageDraw.ImageDraw", card: Card, label: "_Type", look: Look, top: int) -> None:
    """The strip, as high as there is room below `top`."""
    draw.line((_EDGE, _GROUND, SIZE[0] - _EDGE, _GROUND), fill=look.colour("ink"), width=2)
    scale = min((_GROUND - top) / max((block.top for block in card.motif.blocks), default=1), _LARGEST)
    for block in card.motif.blocks:
        high, low = (round(_GROUND - 3 - y * scale) for y in (block.top, block.bottom))
        place = (block.left, high, block.right - 1, max(low - 1, high))
        colour = look.colour(block.colour if card.lane in ("", block.colour) else "line")
        if block.is_sure:
            draw.rectangle(place, fill=colour)
        else:
            draw.rectangle(place, outline=colour, width=2)
    for x, day in card.motif.days:
        at = (round(x - label.width(day, 20) / 2), _GROUND + 28)
        label.line(draw, day, at, 20, look.colour("soft"))


@lru_cache(maxsize=8)
def _type(faces: tuple[Face, ...], weight: int) -> "_Type":
    """Opened once for all pictures."""
    return _Type(faces, weight)


class _Type:
    """A typeface at one weight, out of several files. Letters that none of them holds are left out."""

    def __init__(self, faces: Sequence[Face], weight: int) -> None:
        self._faces, self._weight = faces, weight
        self._fonts: dict[tuple[int, int], ImageFont.FreeTypeFont] = {}

    def _font(self, face: int, size: int) -> "ImageFont.FreeTypeFont":
        from PIL import ImageFont

        if (face, size) not in self._fonts:
            # The basic layout is part of Pillow; the other one differs with what a machine has.
            data = BytesIO(self._faces[face].data)
            font = ImageFont.truetype(data, size, layout_engine=ImageFont.Layout.BASIC)
            font.set_variation_by_axes([_setting(axis, self._weight, size) for axis in font.get_variation_axes()])
            self._fonts[face, size] = font
        return self._fonts[face, size]

    def _runs(self, text: str) -> Iterator[tuple[int, str]]:
        """The text in pieces that one file holds each. Of a script that none holds, its digits alone say nothing."""
        letters = [character for character in text if character.isalpha()]
        if letters and not any(face.holds(letter) for face in self._faces for letter in letters):
            return
        run, last = "", -1
        for character in unicodedata.normalize("NFC", text):
            # A letter without its mark says more than none.
            for form in (character, unicodedata.normalize("NFD", character)[0]):
                face = next((number for number, face in enumerate(self._faces) if face.holds(form)), None)
                if face is not None:
                    break
            else:
                continue
            if face != last and run:
                yield last, run
                run = ""
            run, last = run + form, face
        if run:
            yield last, run

    def width(self, text: str, size: int) -> float:
        return sum(self._font(face, size).getlength(run) for face, run in self._runs(text))

    def line(self, draw: "ImageDraw.ImageDraw", text: str, at: tuple[int, int], size: int, colour: str) -> None:
        """Draws one line from its baseline."""
        x: float = at[0]
        for face, run in self._runs(text):
            font = self._font(face, size)
            draw.text((x, at[1]), run, fill=colour, font=font, anchor="ls")
            x += font.getlength(run)

    def fitted(self, text: str, size: int, width: float) -> str:
        """The text, cut off with … where it is wider than this."""
        return cut_to_fit(text, lambda shown: self.width(shown, size) <= width)

    def wrapped(self, text: str, size: int, width: float) -> list[str]:
        """The text in lines; only a line of a single word is ever wider than it may."""
        lines = [""]
        for word in text.split():
            longer = f"{lines[-1]} {word}".strip()
            lines = [*lines[:-1], longer] if self.width(longer, size) <= width else [*lines, word]
        return [line for line in lines if line]


def _setting(axis: Mapping[str, Any], weight: int, size: int) -> float:
    """What to set an axis of a variable font to: the weight, or the size that letters are drawn for."""
    wanted = {b"Weight": weight, b"Optical Size": size}.get(axis["name"], axis["default"])
    return float(min(max(wanted, axis["minimum"]), axis["maximum"]))
