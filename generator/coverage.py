"""Which sentences need a source, and which of them have one.

A sentence needs one if it holds a number, a quotation, a superlative, somebody’s act or words, or a cause. It has
one if it cites, or if it links or places a record that does. A text is not looked at where the record lists its sources
for the whole of it: it would only make the shares look better than the sentences are.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from generator.diagnostics import Diagnostic, Path, first_words
from generator.fields import Part, each_value
from generator.language import lexicon_of
from generator.lexicon import Lexicon, Span, Words, overlap
from generator.prose import Prose
from generator.records import Record, Section
from generator.refs import Ref
from generator.remarks import Remark, located
from generator.sentences import Sentence, sentences
from generator.site import Share, Site

EVIDENCE = frozenset({"figure", "quote", "event", "dispute", "source"})
"""Kinds of records that name their sources: a sentence that leads to one has its evidence there."""

# What the editors did, what a source is, and what a ledger counts rest on nothing but the record itself.
_OWN_WORDS = frozenset({("explainer", "method"), ("figure", "counts")})
_OWN_KINDS = frozenset({"source", "update"})


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence that needs a source: why, and the words that show it."""

    reason: str
    words: str
    offset: int


NONE = Share()


@dataclass(frozen=True, slots=True)
class Survey:
    """What came of one record’s sentences."""

    coverage: Share = NONE
    remarks: tuple[Remark, ...] = ()


def survey(site: Site, record: Record) -> Survey:
    """Which sentences of a record need a source, and which of these have none."""
    claims, remarks, lexicon = 0, list[Remark](), site.derived(lexicon_of)
    for path, text in _texts(record, ()) if record.kind not in _OWN_KINDS else ():
        if (record.kind, path[0]) in _OWN_WORDS:
            continue
        for sentence in sentences(text.text):
            if claim := claim_in(sentence, lexicon):
                claims += 1
                if not _has_source(sentence):
                    remarks.append(_uncited(path, claim))
    return Survey(Share(claims - len(remarks), claims), tuple(remarks))


def uncited(site: Site, found: Mapping[Ref, Survey]) -> Iterator[Diagnostic]:
    """The sentences that need a source and have none."""
    for ref, surveyed in found.items():
        yield from located(site, ref, surveyed.remarks)


def shares(site: Site) -> Mapping[Section | None, Share]:
    """The share of each section in order, with that of the records that name it; under None, of all others."""
    found = {ref: Share() for ref in (*site.explainer.sections, None)}
    for ref, share in site.coverage.items():
        section = ref if ref.kind == "section" else getattr(site.records[ref], "section", None)
        found[section] = found.get(section, Share()) + share
    sections = {section.ref: section for section in site.of_kind("section") if isinstance(section, Section)}
    return {sections[ref] if ref else None: share for ref, share in found.items()}


def _texts(part: Part, path: Path) -> Iterator[tuple[Path, Prose]]:
    """The texts for which no sources are listed, neither in their part of the record nor around it."""
    if getattr(part, "cites", ()) or getattr(part, "cite", None):
        return
    for where, value in each_value(part, path):
        if isinstance(value, Prose):
            yield where, value
        elif isinstance(value, Part):
            yield from _texts(value, where)


def _has_source(sentence: Sentence) -> bool:
    named = (*(link.ref for link in sentence.links), *sentence.embeds)
    return bool(sentence.citations) or any(ref.kind in EVIDENCE for ref in named)


def _uncited(path: Path, claim: Claim) -> Remark:
    message = f"this sentence holds {claim.reason}, “{claim.words}”, and names no source"
    hint = "cite one at its end, [@source-id], or link the figure, quote or event that has it"
    return Remark(path, claim.offset, "uncited", message, hint)


# -- what needs a source -------------------------------------------------------------------------------------------

_DIGITS = re.compile(r"(?<![A-Za-z])(?<![A-Z]-)\d[\d.,:]*")
_QUESTION = re.compile(r"\?[\"”»’)]*$")
_ASKING = frozenset({"what", "who", "whom", "whose", "which", "whether", "how", "why", "where", "when"})
_SHORTEST_QUOTATION = 2  # one word in marks is a term


def claim_in(sentence: Sentence, lexicon: Lexicon) -> Claim | None:
    """The first reason why this sentence needs a source; a heading or a question needs none."""
    if sentence.is_heading:
        return None
    if quotation := _quotation(sentence):
        return _claim(sentence, "a quotation", quotation)
    if _QUESTION.search(sentence.text):
        return None
    if digits := _DIGITS.search(sentence.text):
        return _claim(sentence, "a number", digits.span())
    words = Words.of(sentence.text)
    for reason, found in _reasons(sentence, words, lexicon):
        if found:
            return _claim(sentence, reason, (words.spans[found[0]][0], words.spans[found[1] - 1][1]))
    return None


def _reasons(sentence: Sentence, words: Words, lexicon: Lexicon) -> Iterator[tuple[str, Span | None]]:
    yield "a number", _first("numbers", words, lexicon)
    yield "a superlative", _first("superlatives", words, lexicon) or _superlative(words, lexicon)
    if words.folded and not _is_told_elsewhere(words, lexicon):
        yield "what somebody did or said", _report(words, lexicon) or _act(sentence, words, lexicon)
        yield "a cause", _first("causes", words, lexicon)


def _is_told_elsewhere(words: Words, lexicon: Lexicon) -> bool:
    """“Who gave the order is unclear” says nothing of who did; “This section …” speaks of the site."""
    own = (start for start, _ in lexicon["own"].find(words.folded))
    return words.folded[0] in _ASKING or next(own, None) == 0


def _claim(sentence: Sentence, reason: str, span: Span) -> Claim:
    return Claim(reason, _shown(sentence.text[slice(*span)]), sentence.offset(span[0]))


def _shown(words: str) -> str:
    return first_words(words.strip('“”"„«».,:'), 40)


def _quotation(sentence: Sentence) -> Span | None:
    if sentence.is_quotation:
        return 0, len(sentence.text)
    long = (span for span in sentence.quoted if len(sentence.text[slice(*span)].split()) >= _SHORTEST_QUOTATION)
    return next(long, None)


def _first(name: str, words: Words, lexicon: Lexicon) -> Span | None:
    """The first phrase of a list that is not part of one in the list `not_…`."""
    found = list(lexicon[name].find(words.folded))
    if not found:
        return None
    refused = list(lexicon[f"not_{name}"].find(words.folded))
    return next((span for span in found if not overlap(span, refused)), None)


def _superlative(words: Words, lexicon: Lexicon) -> Span | None:
    if not lexicon["superlatives"]:  # of English the lists know which words end so by chance
        return None
    refused = lexicon["not_superlatives"]
    for at, word in enumerate(words.folded):
        if word.endswith("est") and len(word) > 4 and word not in refused:
            return at, at + 1
    return None


def _report(words: Words, lexicon: Lexicon) -> Span | None:
    spans = (span for span in lexicon["reports"].find(words.folded) if not _is_no_act(span[0], words))
    return next(spans, None)


_REACH = 7  # words between who acts and the act
_AUXILIARIES = frozenset({"was", "has", "had"})
_NO_ACT_AFTER = frozenset({"is", "are", "be", "being", "to", "a", "an", "the", "of", "as", "not"})


def _act(sentence: Sentence, words: Words, lexicon: Lexicon) -> Span | None:
    """Somebody, by name or by office, and then a verb in the past."""
    if not lexicon["past"]:
        return None
    agent = None
    for at, word in enumerate(words.folded):
        if agent is not None and at - agent <= _REACH and _is_past(at, words, lexicon):
            return agent, at + 1
        if word in lexicon["agents"] or _is_name(at, sentence, words, lexicon):
            agent = at
    return None


def _is_past(at: int, words: Words, lexicon: Lexicon) -> bool:
    word = words.folded[at]
    if _is_no_act(at, words):
        return False
    return word in lexicon["past"] or (word.endswith("ed") and len(word) > 3 and word not in lexicon["not_past"])


def _is_no_act(at: int, words: Words) -> bool:
    return at > 0 and words.folded[at - 1] in _NO_ACT_AFTER


def _is_name(at: int, sentence: Sentence, words: Words, lexicon: Lexicon) -> bool:
    start = words.spans[at][0]
    if not sentence.text[start].isupper():
        return False
    # A sentence begins with a capital anyway: there, a name is what another capital or a verb in the past follows.
    if at or at + 1 == len(words.spans):
        return bool(at)
    word, follows = sentence.text[slice(*words.spans[0])], words.spans[1][0]
    if word[1:] != word[1:].lower() or sentence.text[follows].isupper():
        return True
    return not word.endswith("s") and (words.folded[1] in _AUXILIARIES or _is_past(1, words, lexicon))
