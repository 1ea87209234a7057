"""The site’s quotations held against the archived texts: quote records, wordings, passages, and marks in prose."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import quote as percent_encoded

from generator.diagnostics import Diagnostic, Path, Severity, first_words
from generator.evidence import Evidence, Run, passage
from generator.finding import REACH, Finding, Reason, find
from generator.folding import Folded, fold
from generator.nearwords import nearest_words
from generator.pieces import Piece, pieces_of
from generator.prose import Prose
from generator.records import Quote, Record, Source, citations
from generator.refs import Ref
from generator.site import Site

LONGEST_TEXT = 4 * 1024 * 1024
FEWEST_WORDS = 4
"""Fewer words between quotation marks in prose are a name, a term or irony."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words that must stand in a source. `path` is where the record quotes them, `written` where they are typed."""

    record: Ref
    path: Path
    written: Path
    words: str
    language: str
    source: Ref
    anchor: str
    prefix: str = ""
    suffix: str = ""


class Examined(NamedTuple):
    """What was found of a record's quotations, in the order of its fields, and what is wrong with them."""

    evidence: tuple[Evidence, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


def examine(site: Site, record: Record) -> Examined:
    """Every quotation of the record held against the text it is said to stand in."""
    evidence, problems = [], list(_archive_problems(site, record))
    for quoted in quotations(site, record):
        source = site.records[quoted.source]
        assert isinstance(source, Source)
        held = archived(site, source)
        finding = find(quoted.words, held, quoted.prefix, quoted.suffix)
        if finding.reason:
            problems.append(_not_found(site, quoted, finding))
        evidence.append(_evidence(quoted, source, finding, held))
    return Examined(tuple(evidence), (*problems, *_unrecorded(site, record)))


@dataclass(frozen=True, slots=True)
class _Wrong:
    """Why an archived text cannot be used: the key it is about, and what is told."""

    key: str
    code: str
    message: str
    hint: str


def archived(site: Site, source: Source) -> Folded | None:
    """The archived text of a source, if it is there and is the one that was archived."""
    found = _text(site, source)
    return found if isinstance(found, Folded) else None


def _archive_problems(site: Site, record: Record) -> Iterator[Diagnostic]:
    wrong = _text(site, record) if isinstance(record, Source) else None
    if isinstance(wrong, _Wrong):
        yield Diagnostic(site.at(record.ref, ("text", wrong.key)), wrong.code, wrong.message, wrong.hint)


def _text(site: Site, source: Source) -> Folded | _Wrong | None:
    if source.text is None:
        return None
    name = f"seeds/{source.text.file.removeprefix('seeds/')}"
    held = site.seeds.get(name)
    if held is None:
        return _Wrong("file", "file-missing", f"{name} does not exist", _where_it_went(site, source.text.sha256))
    if len(held) > LONGEST_TEXT:
        said = f"{name} has {len(held):,} bytes; {LONGEST_TEXT:,} is the most"
        return _Wrong(
            "file", "limit", said, "keep the chapters that are quoted, each as the text of a source of its own"
        )
    return _read(name, held, source.text.sha256.lower())  # Windows prints capitals


def _where_it_went(site: Site, wanted: str) -> str:
    if path := site.derived(_paths_of_texts).get(wanted.lower()):
        return f"the text is in {path}: write {path.removeprefix('seeds/')}"
    return "put the file there, or correct the name"


def _paths_of_texts(site: Site) -> Mapping[str, str]:
    paths: dict[str, str] = {}
    for path, held in site.seeds.items():
        paths.setdefault(sha256(held).hexdigest(), path)
    return paths


@lru_cache(maxsize=64)
def _read(name: str, held: bytes, wanted: str) -> Folded | _Wrong:
    if (found := sha256(held).hexdigest()) != wanted:
        hint = f"restore {name}; or, if it had to change, write {found}, its SHA-256 now"
        if sha256(held.replace(b"\r\n", b"\n")).hexdigest() == wanted:
            hint = f"only its line ends differ: save {name} with LF, not CRLF"
        return _Wrong("sha256", "text-hash", "the archived text is not the one described", hint)
    try:
        return fold(held.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return _Wrong("file", "enc", f"{name} is not UTF-8", "save it as UTF-8, and renew its sha256:")


def quotations(site: Site, record: Record) -> Iterator[Quoted]:
    """Every quotation of a record that names its source."""
    if isinstance(record, Quote):
        yield _quote(site, record)
        yield from _variants(site, record)
    elif isinstance(record, Source):
        for number, read in enumerate(record.passages):
            path: Path = ("passages", number, "text")
            yield Quoted(record.ref, path, path, read.text, record.language, record.ref, f"p-{number + 1}")


def _variants(site: Site, record: Quote) -> Iterator[Quoted]:
    for number, variant in enumerate(record.variants):
        source, cite = site.records[variant.cite.source], variant.cite
        assert isinstance(source, Source)
        path, anchor = ("variants", number, "text"), f"q-{record.id}--{number + 1}"
        context = cite.prefix or "", cite.suffix or ""
        yield Quoted(record.ref, path, path, variant.text, source.language, source.ref, anchor, *context)


def _quote(site: Site, record: Quote) -> Quoted:
    """The words as the source has them: of a translation made for this site, the original."""
    source = site.records[record.cite.source]
    assert isinstance(source, Source)
    words, language, original = record.text, record.language or site.explainer.language, record.original
    written: Path = ("text",)
    if original and _is_source_language(original.language, source.language, language):
        words, language, written = original.text, original.language, ("original", "text")
    context = record.cite.prefix or "", record.cite.suffix or ""
    return Quoted(record.ref, ("text",), written, words, language, source.ref, f"q-{record.id}", *context)


def _is_source_language(original: str, source: str, other: str) -> bool:
    """Whether the original is what the source has, and not the other text, which may differ in its script alone.

    What is spoken in `ru` may be printed in `ru-KZ`.
    """
    spoken = [language.partition("-")[0] for language in (original, source, other)]
    return original == source != other or spoken[0] == spoken[1] != spoken[2]


# -- what is said to the editor ------------------------------------------------------------------------------------


def _not_found(site: Site, quoted: Quoted, finding: Finding) -> Diagnostic:
    message, hint = _SAID[finding.reason or Reason.MISSING]
    has_dots = finding.reason is Reason.MISSING and "..." in quoted.words
    if finding.near:
        hint = f"the source has “{finding.near}”; {_LEGEND}"
        hint += f"; {_LEFT_OUT}" if has_dots else ""
    elif has_dots:
        hint = _LEFT_OUT
    where = site.at(quoted.record, quoted.written)
    return Diagnostic(where, "quote-not-found", message.format(quoted.source.id), hint)


_LEFT_OUT = "for words left out write … or […], not three full stops"
_LEGEND = "{words} are only there, [-words-] only here"
_SAID = {
    Reason.NO_WORDS: ("this quotation holds no words", "write the words of the source"),
    Reason.MISSING: (
        "these words are not in the archived text of “{}”",
        "nothing like them is there: copy the words from it, or name the source that has them",
    ),
    Reason.APART: (
        f"the parts of this quotation do not stand in this order, within {REACH} characters, in “{{}}”",
        "make a quotation of each part",
    ),
    Reason.AMBIGUOUS: (
        "these words stand more than once in the archived text of “{}”",
        "quote more of the sentence; or add prefix: or suffix: to a cite, with the words just before or after",
    ),
    Reason.ELSEWHERE: (
        "these words are in the archived text of “{}”, but not between prefix: and suffix:",
        "copy the words just before and just after, with their punctuation",
    ),
}


# -- what a page shows ---------------------------------------------------------------------------------------------


def _evidence(quoted: Quoted, source: Source, finding: Finding, held: Folded | None) -> Evidence:
    runs: tuple[Run, ...] = passage(held.original, finding.spans) if held and finding.is_found else ()
    captured = source.text.captured if source.text else None
    address = _with_text_fragment(source.url, quoted.words) if source.url else ""
    words = quoted.words, quoted.language
    is_original = quoted.written != quoted.path
    state = finding.state
    return Evidence(quoted.path, *words, source.ref, quoted.anchor, state, runs, captured, address, is_original)


_FRAGMENT_WORDS = 4


def _with_text_fragment(url: str, quotation: str) -> str:
    """The address that makes a browser show these words: their first and last few, if they are many.

    <https://wicg.github.io/scroll-to-text-fragment/>: `-` and `,` have a meaning there, so they are encoded too.
    """
    pieces = [words for piece in pieces_of(quotation) if (words := _whole_words(piece))]
    if not pieces:
        return url
    first, last = pieces[0], pieces[-1]
    if len(pieces) == 1 and len(first) <= 2 * _FRAGMENT_WORDS:
        ends: Sequence[Sequence[str]] = [first]
    else:
        ends = [first[:_FRAGMENT_WORDS], last[-_FRAGMENT_WORDS:]]
    encoded = (percent_encoded(" ".join(words), safe="").replace("-", "%2D") for words in ends)
    return f"{url}{'' if '#' in url else '#'}:~:text={','.join(encoded)}"


def _whole_words(piece: Piece) -> list[str]:
    words = piece.written.split()
    return words[piece.open_start : len(words) - piece.open_end]


# -- quotation marks in prose --------------------------------------------------------------------------------------

_IN_MARKS = re.compile('“([^“”]*)”|„([^„“”]*)[“”]|«([^«»]*)»|»([^«»]*)«|"([^"]*)"')
_PARAGRAPH_END = re.compile(r"\n[ \t]*\n")
_LINK = re.compile(r"\[([^\[\]]*)\]\([^()\s]*\)")
_MARKUP = re.compile(r"\[@[^\]]*\]|[*`\\]")
_WORD = re.compile(r"\w+")


def _in_marks(text: str) -> Iterator[tuple[int, str]]:
    """The words between quotation marks in a text, `FEWEST_WORDS` or more, and where they start."""
    start = 0
    for end in [*(found.span() for found in _PARAGRAPH_END.finditer(text)), (len(text), len(text))]:
        for found in _IN_MARKS.finditer(text, start, end[0]):
            words = _MARKUP.sub("", _LINK.sub(r"\1", next(filter(None, found.groups()), "")))
            if len(words.split()) >= FEWEST_WORDS:
                # The stop before a closing mark is often the writer's.
                yield found.start(), " ".join(words.split()).rstrip(",.;")
        start = end[1]


def _unrecorded(site: Site, record: Record) -> Iterator[Diagnostic]:
    for path, value in record.leaves:
        for offset, words in _in_marks(value.text) if isinstance(value, Prose) else ():
            if any(isinstance(_text(site, source), _Wrong) for source in _cited_sources(site, record)):
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
        return f"recorded is “{near}”; {_LEGEND}; a changed letter or word stands in [ ]"
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
        fewest = min(holding, key=lambda numbers: len(numbers), default=())
        return [self.texts[number] for number in sorted(fewest)]


def recorded(site: Site) -> Recorded:
    return Recorded(tuple(_folded(words) for record in site.of_kind("quote") for words in _wordings(record)))


_folded = lru_cache(maxsize=8192)(fold)


def _wordings(record: Record) -> Iterator[str]:
    assert isinstance(record, Quote)
    yield record.text
    if record.original:
        yield record.original.text
    yield from (variant.text for variant in record.variants)
