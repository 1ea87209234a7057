"""Neutral words: labels that judge, speakers nobody can name, verbs that take a side, dates that move.

What stands between quotation marks is somebody else’s language, and is never looked at.
"""

from collections.abc import Iterator

from generator.diagnostics import Diagnostic, Path
from generator.lexicon import Lexicon, Span, Words, folded_words, lexicon_for, overlap
from generator.prose import Prose
from generator.records import Record
from generator.remarks import Remark, located
from generator.sentences import Sentence, sentences
from generator.site import Site

WORD_RULES = {
    "weasel": (
        "word-weasel",
        "“{}” names nobody who can be asked",
        "name who says so in the same sentence, or leave it out",
    ),
    "loaded": (
        "word-loaded",
        "“{}” judges, in the site’s own words",
        "write what was done; or say in the same sentence who calls it so, or quote the word",
    ),
    "speech": (
        "word-speech",
        "“{}” takes a side on what was said",
        "write said, told or wrote",
    ),
    "relative": (
        "date-relative",
        "“{}” counts from a day that the reader does not know",
        "write the date",
    ),
}
"""Of each list: the rule’s id, what it says, and what to do. An earlier rule speaks for a later one."""

# Besides prose, what the site says in its own words; a source’s title is its publisher’s.
_HEADINGS = frozenset({"title", "question", "label", "role"})


def lexicon_of(site: Site) -> Lexicon:
    """The lists for the site’s language, and what explainer.yaml adds."""
    explainer = site.explainer
    return lexicon_for(explainer.language, explainer.words.lists if explainer.words else ())


def language(site: Site, record: Record) -> Iterator[Diagnostic]:
    """Words that are not neutral."""
    yield from located(site, record.ref, remarks(record, site.derived(lexicon_of)))


def remarks(record: Record, lexicon: Lexicon) -> Iterator[Remark]:
    """What is not neutral in one record."""
    for path, text in _texts(record):
        yield from remarks_on(text, path, lexicon)


def remarks_on(text: str, path: Path, lexicon: Lexicon) -> Iterator[Remark]:
    """What is not neutral in one text, which stands at `path` in its record."""
    for sentence in sentences(text) if _may_hold(text, lexicon) else ():
        # A position is told by who holds it.
        yield from _in_sentence(sentence, path, lexicon, is_attributed=path[0] == "positions")


def _texts(record: Record) -> Iterator[tuple[Path, str]]:
    for path, value in record.leaves:
        if isinstance(value, Prose):
            yield path, value.text
        elif isinstance(value, str) and path[-1] in _HEADINGS and record.kind != "source":
            yield path, value


def _may_hold(text: str, lexicon: Lexicon) -> bool:
    """Most texts hold none of the words, and need not be taken apart into sentences."""
    return any(True for _ in lexicon["not_neutral"].find(folded_words(text)))


def _in_sentence(sentence: Sentence, path: Path, lexicon: Lexicon, is_attributed: bool) -> Iterator[Remark]:
    words = Words.of(sentence.text)
    found = {name: list(lexicon[name].find(words.folded)) for name in WORD_RULES}
    if sentence.is_quotation or not any(found.values()):
        return
    speaks = list(_attributions(sentence, words, lexicon, found["weasel"] + found["loaded"]))
    done = list(lexicon["neutral"].find(words.folded))
    for name, spans in found.items():
        for span in spans:
            is_name = lexicon.has_capitals_for_names and _is_name(sentence, words, span)
            if not (overlap(span, done) or _is_quoted(sentence, words, span) or is_name):
                done.append(span)
                if not _is_excused(name, span, speaks, is_attributed):
                    yield _remark(name, sentence, words, span, path)


def _attributions(sentence: Sentence, words: Words, lexicon: Lexicon, vague: list[Span]) -> Iterator[Span]:
    """Where somebody speaks who is named; `some say` and `so-called` name nobody."""
    for span in lexicon["attribution"].find(words.folded):
        if not overlap(span, vague) and not _is_quoted(sentence, words, span):
            yield span


def _is_excused(name: str, span: Span, speaks: list[Span], is_attributed: bool) -> bool:
    """A label, by whoever speaks in the sentence; a vague speaker, by a named one who speaks of him."""
    if name == "weasel":
        return is_attributed or any(start < span[0] for start, _ in speaks)
    return name == "loaded" and (is_attributed or bool(speaks))


def _is_quoted(sentence: Sentence, words: Words, span: Span) -> bool:
    return sentence.is_quoted(words.spans[span[0]][0])


def _is_name(sentence: Sentence, words: Words, span: Span) -> bool:
    """Whether a capital shows that this is a name or part of one: `the Anti-Terrorist Centre`."""
    if not _is_capital(sentence, words, span[0]):
        return False
    begins = not any(character.isalnum() for character in sentence.text[: words.spans[span[0]][0]])
    return not begins or (span[1] < len(words.spans) and _is_capital(sentence, words, span[1]))


def _is_capital(sentence: Sentence, words: Words, number: int) -> bool:
    return sentence.text[words.spans[number][0]].isupper()


def _remark(name: str, sentence: Sentence, words: Words, span: Span, path: Path) -> Remark:
    start, end = words.spans[span[0]][0], words.spans[span[1] - 1][1]
    code, message, hint = WORD_RULES[name]
    return Remark(path, sentence.offset(start), code, message.format(sentence.text[start:end]), hint)
