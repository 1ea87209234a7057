"""Where the name of an area stands on a map: inside what is seen of it, on nothing else."""

from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

from generator.drawing import ASCENT, DESCENT, Box, Point, Span, Words, around, text_width

Stretch = tuple[float, float]
Row = tuple[float, list[Stretch]]
Rings = Sequence[Sequence[Point]]

_STEP = 3.0
_MOST_TRIES = 3_000
_ROOMY = 4  # times its width is more room than a name needs
_LETTERSPACED = 1.12  # `.land-name` in drawings.css


def area_label(name: str, rings: Rings, frame: Box, taken: Sequence[Box], css: str) -> Words | None:
    """The name where the area is widest, with air above and below if there is some; None where there is no room."""
    if not name:
        return None
    width = text_width(name) * _LETTERSPACED + 6
    near = around([point for ring in rings for point in ring]).grown(ASCENT + DESCENT)
    taken = [box for box in taken if box.touches(near)]
    rows = _rows(rings)
    airy = [
        (y, _common(_common(above, here), below))
        for (_, above), (y, here), (_, below) in zip(rows, rows[2:], rows[4:], strict=False)
    ]
    for places, margin in ((_places(airy, width), 2), (_places(rows, width), 0)):
        for x, y in islice(places, _MOST_TRIES):
            label = Box(x - width / 2, y + 4 - ASCENT, x + width / 2, y + 4 + DESCENT)
            if frame.holds(label) and not any(map(label.grown(margin).touches, taken)):
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
    box = around([point for ring in rings for point in ring])
    heights = [box.top + 3 + _STEP * number for number in range(int((box.bottom - box.top) / _STEP) + 1)]
    return [(y, _inside(rings, y)) for y in heights]


def _inside(rings: Rings, y: float) -> list[Stretch]:
    """Where a horizontal line runs inside the rings; what they cut out twice is outside."""
    cuts = sorted(
        x1 + (x2 - x1) * (y - y1) / (y2 - y1)
        for ring in rings
        for (x1, y1), (x2, y2) in pairwise((*ring, ring[0]))
        if (y1 <= y) != (y2 <= y)
    )
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
