"""The commonest texts without the Markdown parser, some fifteen times as fast: words, emphasis, citations, links.

Only what can mean nothing else is read here; for every other text there is the parser. Both give the same prose
wherever this one gives any, which a test holds true.
"""

import re

from generator.prose import (
    MARK,
    RIGHT_TO_LEFT,
    Cited,
    Hole,
    Prose,
    RecordLink,
    assembled,
    parsed_citations,
    record_named,
)

# An escape, code, an entity, HTML, a table; what starts a block.
_SPECIAL = re.compile(r"[\\`_<>&~|\t\r\x00\x0b\x0c]")
_BLOCK = re.compile(r"[ #>+=:-]|\*[^*A-Za-z]|[0-9]+[.)]")
# Emphasis that opens after a space and closes before one or a stop; a citation; a link to a record. Each branch begins
# with a character, which keeps the search fast.
_MARKUP = re.compile(
    r"\*(?<![^ \n(]\*)(?P<second>\*?)(?P<marked>[A-Za-z0-9](?:[^*\[\]@]*[A-Za-z0-9])?)\*(?P=second)(?![^ \n.,;:!?)])"
    r"|\[(?P<cited>@[^\[\]*]*)\]"
    r"|\[(?P<link>[^\[\]*^@\s][^\[\]*@]*)\]\((?P<target>[a-z]+:[a-z0-9-]+)\)"
)
_LEFT_OVER = re.compile(r"[*\[\]@]")


def simple_prose(text: str) -> Prose | None:
    """The prose of a text that holds nothing out of the ordinary, else None."""
    if _SPECIAL.search(text) or "]:" in text or "![" in text:
        return None
    paragraphs = text.split("\n\n")
    if not all(part and part == part.strip() and _is_paragraph(part) for part in paragraphs):
        return None
    if not text.isascii() and RIGHT_TO_LEFT.search(text):
        return None
    holes: list[Hole] = []
    html: list[str] = []
    words: list[str] = []
    start = 0
    for part in paragraphs:
        if not _read(part, start, html, words, holes):
            return None
        start += len(part) + 2
    return assembled(text, "".join(html), holes, "".join(words))


def _is_paragraph(text: str) -> bool:
    """Whether every line is one of a paragraph, and ends without a space."""
    if "\n" not in text:
        return not _BLOCK.match(text)
    return not any(line[-1:] in ("", " ") or _BLOCK.match(line) for line in text.split("\n"))


def _read(text: str, start: int, html: list[str], words: list[str], holes: list[Hole]) -> bool:
    """Add one paragraph, which begins `start` characters into the text; False if it needs the parser."""
    text, end = text.replace("\n", " "), 0
    html.append("<p>")
    for found in _MARKUP.finditer(text):
        before = text[end : found.start()]
        if _LEFT_OVER.search(before):
            return False
        end = found.end()
        if inner := found["marked"]:
            tag = "strong" if found["second"] else "em"
            html += (before, f"<{tag}>{inner}</{tag}>")
            words += (before, inner)
        elif found["cited"]:
            citations, wrong = parsed_citations(found["cited"], start + found.start())
            if wrong:
                return False
            html += (before, MARK.format(len(holes)))
            words += (before, "\x00")
            holes.append(Cited(citations))
        elif ref := record_named(found["target"]):
            html += (before, MARK.format(len(holes)), found["link"], "</a>")
            words += (before, found["link"])
            holes.append(RecordLink(ref, start + found.start()))
        else:
            return False
    rest = text[end:]
    html += (rest, "</p>\n")
    words += (rest, " ")
    return not _LEFT_OVER.search(rest)
