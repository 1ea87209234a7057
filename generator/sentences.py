"""A text in sentences, each with the sources it cites, the records it names, what it quotes, and where it was written.

Read from the text as the editor typed it, because a `Prose` keeps no positions. Only what a paragraph can hold is
looked at: links, emphasis and citations; code is left out.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from generator.datewords import GERMAN_MONTHS
from generator.prose import Citation, parsed_citations, record_named
from generator.refs import Ref

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Link:
    """Words of a sentence, from `start` to `end`, that lead to a record."""

    start: int
    end: int
    ref: Ref


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence without its marks. `quoted`: the spans in marks; `embeds`: what is placed right after."""

    text: str
    marks: tuple[Span, ...]
    """Where each run of `text` was written: index in `text`, offset in the text as typed; sorted."""
    citations: tuple[Citation, ...] = ()
    links: tuple[Link, ...] = ()
    quoted: tuple[Span, ...] = ()
    embeds: tuple[Ref, ...] = ()
    is_heading: bool = False
    is_quotation: bool = False

    def offset(self, index: int) -> int:
        """Where the character `index` of the sentence stands in the text as typed."""
        plain, written = self.marks[max(bisect_right(self.marks, (index, _FAR)) - 1, 0)]
        return written + index - plain

    def is_quoted(self, index: int) -> bool:
        return self.is_quotation or any(start <= index < end for start, end in self.quoted)


_FAR = 1 << 60  # past every offset
_QUOTE_MARKS = re.compile("[\"“”„«»'‘’]")
# An opening mark without its fellow quotes to the end of the paragraph, as in long quotations.
_QUOTED = re.compile(
    '„[^“”]*[“”]?|“[^”]*”?|«[^»]*»?|»[^«»]*«|"[^"]*"'
    "|‘(?=\\S)[^‘]*?\\S’(?!\\w)|(?<!\\w)'(?=\\w)[^'\n]{1,200}?(?<=\\S)'(?!\\w)"
)
_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")
_NEW_ITEM = re.compile(r"\n(?=[ \t]*(?:[-*+>|#]|1[.)])[ \t])|\n(?=[ \t]*\|)")
_NUMBERED = re.compile(r"\n(?=[ \t]*[0-9]{1,9}[.)][ \t])")
_MARKER = re.compile(r"[ \t]*((?:[-*+>]|#{1,6}|[0-9]{1,9}[.)]|\|)[ \t]+)+")
_FENCE = re.compile(r"^(```|~~~)[^\n]*\n.*?(?:^\1[^\n]*$|\Z)", re.MULTILINE | re.DOTALL)
# Each branch begins with a character of its own, which keeps the search fast.
_MARKUP = re.compile(
    r"\[(?:(?P<cited>@[^\]]*)\]|(?P<link>[^\[\]]+)\]\((?P<target>[^()\s]*)\))"
    r"|!\[[^\]]*\]\((?P<placed>[^)]*)\)"
    r"|(?P<drop>[*`]+|_(?!\w)|_(?<!\w_)|\\(?=\W))"
    r"|(?P<space>\n[ \t]*|  +|\|[ \t]*)"
)
# Only from the first stop of several, and without giving any back: what does not end here ends nowhere in them.
_END = re.compile("(?<![.!?…])[.!?…]++[\"”»’')\\]“]*+(?= )")
_OPENING = "\"“„«‘'([–—"
_ABBREVIATIONS = frozenset(
    "bzw evtl sog mr mrs ms dr prof st gen col lt sgt capt sen rep gov pres hon rev vs cf approx ca c e.g i.e "
    "jan feb mar apr jun jul aug sept sep oct nov dec op".split()
)
_BEFORE_NUMBERS = frozenset("no nos nr p pp vol fig art abs sec para".split())
# German: “am 7. April”, “im 19. Jahrhundert”. Other languages that write such numbers go on with a small letter.
_ORDINAL = re.compile("[0-9]{1,2}")
_MONTH = re.compile(rf"(?:{'|'.join(GERMAN_MONTHS)})\b")
_BEFORE_ORDINALS = frozenset("am beim dem den der des im ins vom zum zur".split())
_STARTERS = frozenset(
    "The A An It He She They We I In On At By But And This That These Those There After Before When While As Its His "
    "Her Their For From Some Most Many One".split()
)


@lru_cache(maxsize=64)
def sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text, in order; a placed record belongs to the sentence before it."""
    found: list[Sentence] = []
    for start, unit in _units(text):
        made = list(_unit_sentences(unit, start))
        if not made or made[0].text:
            found += made
        elif found:
            # A line of citations or a placed record: it speaks of the sentence before.
            last, more = found[-1], made[0]
            found[-1] = replace(last, citations=last.citations + more.citations, embeds=last.embeds + more.embeds)
    return tuple(found)


def quoted_spans(text: str) -> tuple[Span, ...]:
    """Where quotation marks, curly, angled or straight, enclose something; marks included."""
    if not _QUOTE_MARKS.search(text):
        return ()
    return tuple(found.span() for found in _QUOTED.finditer(text))


def _units(text: str) -> Iterator[tuple[int, str]]:
    """Paragraphs, headings, list items and rows, each with its offset."""
    if "```" in text or "~~~" in text:
        text = _FENCE.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    at = 0
    for separator in [*_BLANK_LINES.finditer(text), None]:
        block = text[at : separator.start() if separator else len(text)]
        if block.strip():
            yield from _items(block, at)
        at = separator.end() if separator else at


def _items(block: str, at: int) -> Iterator[tuple[int, str]]:
    if "\n" not in block:
        yield at, block
        return
    if ">" in block:
        block = _with_whole_quotations(block)
    cuts = {found.end() for found in _NEW_ITEM.finditer(block)}
    stripped = block.lstrip()
    if stripped.startswith("#"):
        cuts.add(block.find("\n") + 1)
    if stripped[0].isdigit():
        cuts |= {found.end() for found in _NUMBERED.finditer(block)}
    ends = sorted(cuts)
    for start, end in zip([0, *ends], [*ends, len(block)], strict=True):
        if block[start:end].strip():
            yield at + start, block[start:end]


def _with_whole_quotations(block: str) -> str:
    """The block, as long as it was, without the marks and line ends inside a quotation of several lines."""
    lines = block.split("\n")
    made = lines[0]
    for before, line in pairwise(lines):
        is_more = before.lstrip().startswith(">") and line.lstrip().startswith(">")
        made += " " + line.replace(">", " ", 1) if is_more else "\n" + line
    return made


class _Plain:
    """A unit without its marks, as it is put together."""

    def __init__(self) -> None:
        self.text = ""
        self.marks: list[Span] = []
        self.citations: list[tuple[int, Citation]] = []
        self.links: list[Link] = []
        self.embeds: list[Ref] = []

    def add(self, words: str, offset: int) -> None:
        if words:
            self.marks.append((len(self.text), offset))
            self.text += words


def _unit_sentences(unit: str, start: int) -> Iterator[Sentence]:
    marker = _MARKER.match(unit)
    begin = marker.end() if marker else len(unit) - len(unit.lstrip())
    kind = unit[:begin].strip()
    plain = _plain(unit.rstrip(), begin, start)
    quoted = quoted_spans(plain.text)
    if not plain.text.strip():
        yield Sentence("", (), tuple(c for _, c in plain.citations), embeds=tuple(plain.embeds))
        return
    first = 0
    for end in _ends(plain.text, quoted):
        yield _cut(plain, quoted, first, end, kind)
        first = end + 1


def _plain(unit: str, begin: int, start: int) -> _Plain:
    plain, at = _Plain(), begin
    for found in _MARKUP.finditer(unit, begin):
        words = unit[at : found.start()]
        plain.add(words.rstrip(" \t\n") if found["space"] or found["cited"] else words, start + at)
        at = found.end()
        if found["cited"] is not None:
            plain.text = plain.text.rstrip(" ")
            offset = start + found.start("cited") - 1
            cited, _ = parsed_citations(found["cited"].replace("\n", " "), offset)
            plain.citations += [(len(plain.text), citation) for citation in cited]
        elif found["placed"] is not None:
            plain.embeds += [ref] if (ref := record_named(found["placed"])) else []
        elif found["link"] is not None:
            words = found["link"].replace("\n", " ").replace("*", "")
            if ref := record_named(found["target"]):
                plain.links.append(Link(len(plain.text), len(plain.text) + len(words), ref))
            plain.add(words, start + found.start("link"))
        elif found["space"] is not None and plain.text and at < len(unit) and plain.text[-1] != " ":
            plain.add(" ", start + found.start())
    plain.add(unit[at:], start + at)
    return plain


def _ends(text: str, quoted: tuple[Span, ...]) -> Iterator[int]:
    """Where each sentence ends: a stop, then a space, then what can begin one; not inside a quotation."""
    for found in _END.finditer(text):
        end = found.end()
        after = text[end + 1 : end + 40].lstrip(_OPENING)
        if not after or after[0].islower() or any(start < end < stop for start, stop in quoted):
            continue
        if found[0] == "." and _is_abbreviation(text, found.start(), after):
            continue
        yield end
    yield len(text)


def _is_abbreviation(text: str, stop: int, after: str) -> bool:
    start = text.rfind(" ", 0, stop) + 1
    word = text[start:stop].lstrip(_OPENING)
    if word.isdigit():
        return _is_ordinal(word, text[:start].split()[-1:], after)
    if "." in word:
        starts_new = after.split(" ", 1)[0] in _STARTERS
        return word.replace(".", "").isalpha() and not starts_new
    if len(word) == 1:
        return word.isupper() or word == "z"  # z. B.
    return word.lower() in _ABBREVIATIONS or (word.lower() in _BEFORE_NUMBERS and after[0].isdigit())


def _is_ordinal(number: str, before: list[str], after: str) -> bool:
    if not _ORDINAL.fullmatch(number):
        return False
    names_what = bool(before) and before[0].lower() in _BEFORE_ORDINALS and after.split(" ", 1)[0] not in _STARTERS
    return names_what or _MONTH.match(after) is not None


def _cut(plain: _Plain, quoted: tuple[Span, ...], first: int, end: int, kind: str) -> Sentence:
    """The sentence from `first` to `end`; what follows its stop without a word between belongs to it."""
    low = max(bisect_right(plain.marks, (first, _FAR)) - 1, 0)
    high = bisect_right(plain.marks, (end, _FAR))
    marks = tuple((place - first, offset) for place, offset in plain.marks[low:high])
    is_last = end == len(plain.text)
    return Sentence(
        plain.text[first:end],
        marks,
        tuple(c for place, c in plain.citations if (first < place or first == 0) and place <= end),
        tuple(Link(at.start - first, at.end - first, at.ref) for at in plain.links if first <= at.start < end),
        tuple((start - first, stop - first) for start, stop in quoted if start < end and stop > first),
        tuple(plain.embeds) if is_last else (),
        is_heading=kind.startswith("#"),
        is_quotation=kind.startswith(">"),
    )
