"""The site’s quotations held against the archived texts: quote records, other wordings, and passages of sources."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote as percent_encoded

from generator.archives import Unusable, archived, held
from generator.diagnostics import Diagnostic, Path
from generator.evidence import Evidence, passage
from generator.finding import REACH, Finding, Reason, find
from generator.folding import Folded
from generator.nearwords import LEGEND
from generator.pieces import Piece, pieces_of
from generator.quotemarks import unrecorded
from generator.records import Quote, Record, Source
from generator.refs import Ref
from generator.site import Site


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
        text = archived(site, source)
        finding = find(quoted.words, text, quoted.prefix, quoted.suffix)
        if finding.reason:
            problems.append(_not_found(site, quoted, finding))
        evidence.append(_evidence(quoted, source, finding, text))
    return Examined(tuple(evidence), (*problems, *unrecorded(site, record)))


def _archive_problems(site: Site, record: Record) -> Iterator[Diagnostic]:
    wrong = held(site, record) if isinstance(record, Source) else None
    if isinstance(wrong, Unusable):
        yield Diagnostic(site.at(record.ref, ("text", wrong.key)), wrong.code, wrong.message, wrong.hint)


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
        hint = f"the source has “{finding.near}”; {LEGEND}"
        hint += f"; {_LEFT_OUT}" if has_dots else ""
    elif has_dots:
        hint = _LEFT_OUT
    where = site.at(quoted.record, quoted.written)
    return Diagnostic(where, "quote-not-found", message.format(quoted.source.id), hint)


_LEFT_OUT = "for words left out write … or […], not three full stops"
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


def _evidence(quoted: Quoted, source: Source, finding: Finding, text: Folded | None) -> Evidence:
    return Evidence(
        path=quoted.path,
        words=quoted.words,
        language=quoted.language,
        source=source.ref,
        anchor=quoted.anchor,
        state=finding.state,
        passage=passage(text.original, finding.spans) if text and finding.is_found else (),
        captured=source.text.captured if source.text else None,
        address=_with_text_fragment(source.url, quoted.words) if source.url else "",
        is_original=quoted.written != quoted.path,
    )


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
