"""Words between quotation marks in prose: those of a quote record, or of an archived text that the record cites."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from generator.archives import Unusable, archived, held
from generator.diagnostics import Diagnostic, Severity, first_words
from generator.finding import Reason, find
from generator.folding import Folded, fold
from generator.nearwords import LEGEND, nearest_words
from generator.pieces import pieces_of
from generator.prose import Prose
from generator.records import Quote, Record, Source, citations
from generator.site import Site

FEWEST_WORDS = 4
"""Fewer words between quotation marks in prose are a name, a term or irony."""

_IN_MARKS = re.compile('“([^“”]*)”|„([^„“”]*)[“”]|«([^«»]*)»|»([^«»]*)«|"([^"]*)"')
_PARAGRAPH_END = re.compile(r"\n[ \t]*\n")
_LINK = re.compile(r"\[([^\[\]]*)\]\([^()\s]*\)")
_MARKUP = re.compile(r"\[@[^\]]*\]|[*`\\]")
_WORD = re.compile(r"\w+")


def _in_marks(text: str) -> Iterator[tuple[int, str]]:
    """The words between quotation marks in a text, `FEWEST_WORDS` or more, and where they start."""
    start = 0
    for end, following in [*(found.span() for found in _PARAGRAPH_END.finditer(text)), (len(text), len(text))]:
        for found in _IN_MARKS.finditer(text, start, end):
            words = _MARKUP.sub("", _LINK.sub(r"\1", next(filter(None, found.groups()), "")))
            if len(words.split()) >= FEWEST_WORDS:
                # The stop before a closing mark is often the writer's.
                yield found.start(), " ".join(words.split()).rstrip(",.;")
        start = following


def unrecorded(site: Site, record: Record) -> Iterator[Diagnostic]:
    """Quotations in the texts of a record that stand nowhere."""
    for path, value in record.leaves:
        for offset, words in _in_marks(value.text) if isinstance(value, Prose) else ():
            if any(isinstance(held(site, source), Unusable) for source in _cited_sources(site, record)):
                return  # what is told of that text has to be mended first
            known = [*site.derived(recorded).like(words), *_cited_texts(site, record)]
            if not any(_stands(words, text) for text in known):
                said = f"“{first_words(words, 60)}” is no quote record’s words, nor in an archived text cited here"
                where = site.at(record.ref, path, offset)
                yield Diagnostic(where, "quote-unrecorded", said, _advice(words, known), Severity.WARNING)


def _cited_texts(site: Site, record: Record) -> Iterator[Folded]:
    for source in _cited_sources(site, record):
        if text := archived(site, source):
            yield text


def _cited_sources(site: Site, record: Record) -> Iterator[Source]:
    for ref in dict.fromkeys([record.ref, *(citation.ref for citation in citations(record))]):
        source = site.records[ref]
        if isinstance(source, Source):
            yield source


def _advice(words: str, known: Iterable[Folded]) -> str:
    near = next(filter(None, (nearest_words(words, text) for text in known)), "")
    if near:
        return f"recorded is “{near}”; {LEGEND}; a changed letter or word stands in [ ]"
    return "add the quotation to quotes/, or tell it without the marks"


def _stands(words: str, text: Folded) -> bool:
    """In prose, words may come from several places."""
    finding = find(words, text)
    return finding.is_found or finding.reason is Reason.AMBIGUOUS


@dataclass(frozen=True)
class Recorded:
    """The words of all quote records, found by the rarest word of what is looked for."""

    texts: tuple[Folded, ...]

    @cached_property
    def _holding(self) -> dict[str, set[int]]:
        """The numbers of the texts that hold a word."""
        holding: dict[str, set[int]] = {}
        for number, text in enumerate(self.texts):
            for word in _WORD.findall(text.text):
                holding.setdefault(word, set()).add(number)
        return holding

    def like(self, words: str) -> list[Folded]:
        """The recorded texts that can hold these words: those with the rarest of them."""
        # The first and last word of a piece may be cut by an insertion.
        inner = [word for piece in pieces_of(words) for word in _WORD.findall(piece.text)[1:-1]]
        holding = [found for word in inner if (found := self._holding.get(word))]
        fewest = min(holding, key=len, default=())
        return [self.texts[number] for number in sorted(fewest)]


def recorded(site: Site) -> Recorded:
    """To be asked for as `site.derived(recorded)`."""
    return Recorded(tuple(_folded(words) for record in site.of_kind("quote") for words in _wordings(record)))


_folded = lru_cache(maxsize=8192)(fold)


def _wordings(record: Record) -> Iterator[str]:
    assert isinstance(record, Quote)
    yield record.text
    if record.original:
        yield record.original.text
    yield from (variant.text for variant in record.variants)
