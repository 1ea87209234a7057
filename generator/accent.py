"""The explainer's own colour in both themes, and whether it stands out from their paper."""

import re
from collections.abc import Iterator, Mapping

from generator.diagnostics import Diagnostic, Severity
from generator.site import Site

# Of what is not text: <https://www.w3.org/TR/WCAG22/#non-text-contrast>.
NEEDED = 3.0

_PAPER = re.compile(rb"--paper:\s*(#[0-9a-fA-F]{6})\b")


def for_the_dark(accent: str) -> str:
    """Half white, a colour chosen for light paper stands out from dark paper too."""
    return "#" + "".join(f"{(part + 255) // 2:02x}" for part in bytes.fromhex(accent[1:]))


def accent_is_seen(site: Site, templates: Mapping[str, bytes]) -> Iterator[Diagnostic]:
    """The accent stands out from the paper of the light theme, which is the file's first, and of the dark one."""
    accent = site.explainer.accent
    papers = [paper.decode() for paper in _PAPER.findall(templates.get("assets/theme.css", b""))]
    if not accent or not papers:
        return
    themes = ("light", accent, papers[0]), ("dark", for_the_dark(accent), papers[-1])
    ratio, theme, paper = min((_contrast(colour, paper), theme, paper) for theme, colour, paper in themes)
    if ratio < NEEDED:
        said = f"{accent} has a contrast of {int(ratio * 100) / 100:.2f} with the paper of the {theme} theme, {paper}"
        other = "lighter" if _luminance(paper) < _luminance("#777777") else "darker"
        hint = f"choose a {other} colour: bars need at least {NEEDED:g}"
        yield Diagnostic(site.at(site.explainer.ref, ("accent",)), "conf-accent", said, hint, Severity.WARNING)


def _contrast(one: str, other: str) -> float:
    """As WCAG 2 defines it: <https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio>."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = (part / 255 for part in bytes.fromhex(colour[1:]))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
