"""Where the name of an area stands on a map: inside what is seen of it, on nothing else."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise

from generator.drawing import ASCENT, DESCENT, Box, Point, Span, Words, around, text_width
from generator.marklabels import Taken

Stretch = tuple[float, float]
Row = tuple[float, list[Stretch]]
Rings = Sequence[Sequence[Point]]

_STEP = 3.0
_MOST_TRIES, _TRIES_IN_ALL = 3_000, 30_000
_ROOMY = 4  # times its width is more room than a name needs
_LETTERSPACED = 1.12  # `.land-name` in drawings.css


def area_labels(areas: Iterable[tuple[str, Rings, str]], frame: Box, taken: Taken) -> Iterator[Words]:
    """A label for each area that has a name, rings and a class, if there is room for it; what it covers is taken."""
    tries = iter(range(_TRIES_IN_ALL))
    for name, rings, css in areas:
        label = _label(name, rings, frame, taken, tries, css) if name else None
        if label:
            taken.add(label.box)
            yield label


def _label(name: str, rings: Rings, frame: Box, taken: Taken, tries: Iterator[int], css: str) -> Words | None:
    """The name where the area is widest, with air above and below if there is some; None where there is no room."""
    width = text_width(name) * _LETTERSPACED + 6
    rows = _rows(rings)
    airy = [
        (y, _common(_common(above, here), below))
        for (_, above), (y, here), (_, below) in zip(rows, rows[2:], rows[4:], strict=False)
    ]
    for places, margin in ((_places(airy, width), 2), (_places(rows, width), 0)):
        for (x, y), _ in zip(islice(places, _MOST_TRIES), tries, strict=False):
            label = Box(x - width / 2, y + 4 - ASCENT, x + width / 2, y + 4 + DESCENT)
            if frame.holds(label) and not taken.touches(label.grown(margin)):
                return Words(round(x, 1), round(y + 4, 1), (Span(name),), "middle", css)
    return None


def _places(rows: Sequence[Row], width: float) -> Iterator[Point]:
    """Where the middle of a label of this width can stand: first in the widest rows, then in those near the middle."""
    middle = (rows[0][0] + rows[-1][0]) / 2 if rows else 0
    fits = [(y, left, right) for y, stretches in rows for left, right in stretches if right - left >= width]
    for y, left, right in sorted(fits, key=lambda fit: (-min(fit[2] - fit[1], _ROOMY * width), abs(fit[0] - middle))):
        slack = (right - left - width) / 2
        for number in range(int(slack / _STEP) + 1):
            yield (left + right) / 2 + number * _STEP, y
            yield (left + right) / 2 - number * _STEP, y


def _rows(rings: Rings) -> list[Row]:
    """Where horizontal lines run inside the rings; what they cut out twice is outside."""
    box = around([point for ring in rings for point in ring])
    heights = [box.top + 3 + _STEP * number for number in range(int((box.bottom - box.top) / _STEP) + 1)]
    cuts: list[list[float]] = [[] for _ in heights]
    for ring in rings:
        for (x1, y1), (x2, y2) in pairwise((*ring, ring[0])):
            first, last = (int((y - heights[0]) / _STEP) for y in (min(y1, y2), max(y1, y2)))
            for number in range(max(first, 0), min(last + 1, len(heights))):
                y = heights[number]
                if (y1 <= y) != (y2 <= y):
                    cuts[number].append(x1 + (x2 - x1) * (y - y1) / (y2 - y1))
    return [(y, _pairs(sorted(found))) for y, found in zip(heights, cuts, strict=True)]


def _pairs(cuts: Sequence[float]) -> list[Stretch]:
    return list(zip(cuts[::2], cuts[1::2], strict=False))


def _common(some: Sequence[Stretch], others: Sequence[Stretch]) -> list[Stretch]:
    """What two rows of stretches share, each sorted from left to right."""
    found, one, other = [], 0, 0
    while one < len(some) and other < len(others):
        (left, right), (start, end) = some[one], others[other]
        found.append((max(left, start), min(right, end)))
        if right < end:
            one += 1
        else:
            other += 1
    return [(left, right) for left, right in found if left < right]
