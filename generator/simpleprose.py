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

# What starts a block, an entity, an escape, code, HTML, a table, or a line that is more than a part of a paragraph.
_OTHER = re.compile(r"[\\`_<>&~|\t\r\x00\x0b\x0c]|[ \n]\n|\]:|!\[|(?:^|\n)(?:[ #>+=:-]|\*[^*A-Za-z]|[0-9]+[.)])|\n\Z")
# Emphasis that opens after a space and closes before one or a stop; a citation; a link to a record.
_MARKUP = re.compile(
    r"(?<![^ \n(])(?P<stars>\*\*?)(?P<strong>[A-Za-z0-9](?:[^*\[\]]*[A-Za-z0-9])?)(?P=stars)(?![^ \n.,;:!?)])"
    r"|\[(?P<cited>@[^\[\]*]*)\]"
    r"|\[(?P<link>[^\[\]*^][^\[\]*]*)\]\((?P<target>[a-z]+:[a-z0-9-]+)\)"
)
_LEFT_OVER = re.compile(r"[*\[\]]")
_TAGS = {"*": "em", "**": "strong"}


def simple_prose(text: str) -> Prose | None:
    """The prose of a text that holds nothing out of the ordinary, else None."""
    paragraphs = text.split("\n\n")
    if _OTHER.search(text.replace("\n\n", "\n")) or any(part != part.strip() or not part for part in paragraphs):
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


def _read(text: str, start: int, html: list[str], words: list[str], holes: list[Hole]) -> bool:
    """Add one paragraph, which begins `start` characters into the text; False if it needs the parser."""
    end = 0
    html.append("<p>")
    for found in _MARKUP.finditer(text):
        before = text[end : found.start()]
        if _LEFT_OVER.search(before):
            return False
        end = found.end()
        if found["stars"]:
            tag, inner = _TAGS[found["stars"]], found["strong"]
            html += (before, f"<{tag}>{inner}</{tag}>")
            words += (before, inner)
        elif found["cited"]:
            citations, wrong = parsed_citations(found["cited"].replace("\n", " "), start + found.start())
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
