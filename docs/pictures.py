"""Makes the pictures of the README from the real content, as Chromium shows it: `make pictures`."""

import sys
from io import BytesIO
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

import browser  # noqa: E402

# What to show of which page: from which height, in which colours.
PICTURES = {
    "front": ("", 0, "light"),
    "section": ("causes/", 0, "light"),
    "timeline": ("timeline/#d-2022-01-04", None, "light"),
    "figure": ("figures/deaths/", 0, "light"),
    "quotation": ("quotes/seed-dozens-killed/", 0, "dark"),
    "source": ("sources/seed/", 850, "light"),
}
SIZE = {"width": 1280, "height": 1000}
MOST_BYTES = 300_000


def main() -> None:
    site = browser.real_site()
    with browser.served(site.files) as base, browser.chromium() as chromium:
        for name, (address, top, scheme) in PICTURES.items():
            with browser.reader(chromium, base, viewport=SIZE, color_scheme=scheme) as reader:
                page = reader.opens(address)
                page.reload()  # the fonts are in the cache now
                to_anchor = "document.querySelector(location.hash).scrollIntoView()"
                page.evaluate(to_anchor if top is None else f"scrollTo(0, {top})")
                _keep(name, page.screenshot())


def _keep(name: str, screenshot: bytes) -> None:
    """In 256 colours, which is all that a page of text needs; small spots of colour keep theirs."""
    image = Image.open(BytesIO(screenshot)).convert("RGB")
    image = image.quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    target = ROOT / "docs" / f"{name}.png"
    image.save(target, optimize=True)
    size = target.stat().st_size
    assert size < MOST_BYTES, f"{target} has {size:,} bytes"
    print(f"{target.relative_to(ROOT)}: {size:,} bytes")


if __name__ == "__main__":
    main()
