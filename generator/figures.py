"""Figures held to their own ledgers: what is shown first stands, totals are sums, and prose says what was stated.

A number in prose speaks of a figure where it is the words of a link to it, stands right before the link, or follows
it after a verb that gives a number: “[238 people](figure:deaths)”, “[the toll](figure:deaths) rose to 238”.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from generator.dates import MONTHS
from generator.diagnostics import Diagnostic, Location, Path, Severity
from generator.highlights import leading_value
from generator.language import lexicon_of
from generator.lexicon import Words
from generator.prose import Prose
from generator.records import Figure, Record, Value, citations
from generator.refs import Ref
from generator.sentences import Link, Sentence, Span, sentences
from generator.site import Site

Bound = Decimal | None


def preferred(site: Site, figure: Record) -> Iterator[Diagnostic]:
    """The value that a figure prefers was not replaced. That all were withdrawn may be so, or an oversight."""
    if not isinstance(figure, Figure):
        return
    for number, value in enumerate(figure.values):
        if value.preferred and value.status == "superseded":
            said, hint = "a superseded value is preferred", "prefer the value that replaced it, or correct its status:"
            yield Diagnostic(site.at(figure.ref, ("values", number, "preferred")), "figure-preferred", said, hint)
    if not any(value.status in ("current", "disputed") for value in figure.values):
        said, hint = "no value of this figure stands", "add the one that replaced them, if there is one"
        yield Diagnostic(site.at(figure.ref, ("values",)), "figure-preferred", said, hint, Severity.WARNING)


# -- totals --------------------------------------------------------------------------------------------------------


def totals(site: Site, figure: Record) -> Iterator[Diagnostic]:
    """A total is the sum of its parts. What is about proves nothing, and an open end only what lies on its side."""
    if not isinstance(figure, Figure) or not figure.total_of:
        return
    total = leading_value(figure)
    parts = [leading_value(part) for ref in figure.total_of if isinstance(part := site.records[ref], Figure)]
    if total.approximate or any(part.approximate for part in parts):
        return
    least, most = _sum([part.bounds[0] for part in parts]), _sum([part.bounds[1] for part in parts])
    low, high = total.bounds
    if (most is not None and low is not None and most < low) or (
        least is not None and high is not None and high < least
    ):
        sum_of = _list_of([_shown(part.bounds) for part in parts], " + ")
        said = f"the total is {_shown(total.bounds)}, but its parts are {sum_of} = {_shown((least, most))}"
        hint = "correct the number that is wrong, or total_of:"
        yield Diagnostic(site.at(figure.ref, ("total_of",)), "figure-total", said, hint)


def _sum(bounds: Sequence[Bound]) -> Bound:
    known = [bound for bound in bounds if bound is not None]
    return sum(known, Decimal()) if len(known) == len(bounds) else None


def _shown(bounds: tuple[Bound, Bound]) -> str:
    low, high = bounds
    if low == high:
        return f"{low:,f}"
    if low is None or high is None:
        return f"at most {high:,f}" if low is None else f"at least {low:,f}"
    return f"{low:,f}–{high:,f}"


# -- numbers in prose ----------------------------------------------------------------------------------------------

_DIGITS = r"(?<![\w.,:/-])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?![\w/:-]|[.,]\d)"
_NUMBER = re.compile(_DIGITS)
_POINT_OR_THOUSANDS = re.compile(r"[1-9]\d{0,2}\.\d{3}")
_BEFORE_LINK = re.compile(rf"({_DIGITS}) $")
# A verb that gives a number, and what may stand between them.
_AFTER_LINK = re.compile(
    r"(?:,? which)? (?:is|are|was|were|stands at|stood at|reached|rose to|fell to|grew to|came to|climbed to) "
    rf"(?:[a-z]+ ){{0,2}}({_DIGITS})"
)
_AFTER_NUMBER = re.compile(r" ?(\w+|%)")
# What stands beside a number that is an amount, where no unit does. A stop ends the phrase.
_EXACT = frozenset(["", "the", "all", "of", "to", "and", "or", "between", "from", "is", "are", "was", "were", "at"])
_ROUNDED = frozenset(
    "about around some nearly almost over under than least most roughly approximately up only reached".split()
)
_JOINING = frozenset(["", "and", "or", "to"])
_IS_DATE = re.compile(rf" (?:{'|'.join(filter(None, MONTHS))})\b")
_TOLERANCE = Decimal("0.25")


@dataclass(frozen=True, slots=True)
class Named:
    """A number that a sentence gives for a figure, and where in the sentence."""

    number: Decimal
    start: int
    written: str
    figure: Figure
    is_rounded: bool


def contradicted(site: Site, record: Record) -> Iterator[Diagnostic]:
    """A number in prose that names a figure is one of its ledger."""
    for path, text in _texts(record):
        for sentence in sentences(text) if "](figure:" in text else ():
            for named in _named(site, sentence):
                read = _readings(named, site.explainer.language)
                if not any(_fits(value, reading) for value in named.figure.values for reading in read):
                    yield _contradiction(named, site.at(record.ref, path, sentence.offset(named.start)))


def _readings(named: Named, language: str) -> tuple[Named, ...]:
    """What the number can be: in most languages `1.310` is what English writes `1,310`."""
    if language.partition("-")[0] == "en" or not _POINT_OR_THOUSANDS.fullmatch(named.written):
        return (named,)
    return named, replace(named, number=named.number * 1000)


def _texts(record: Record) -> Iterator[tuple[Path, str]]:
    """The texts that speak of numbers: not what an update says was there, nor the reason in a ledger’s row."""
    for path, value in record.leaves:
        if isinstance(value, Prose) and record.kind != "update" and path[-1] != "reason":
            yield path, value.text


def _named(site: Site, sentence: Sentence) -> Iterator[Named]:
    for link in sentence.links:
        figure = site.records.get(link.ref)
        if isinstance(figure, Figure) and not sentence.is_quoted(link.start):
            for start, end in _spans(sentence.text, link, _words(figure.unit)):
                number = Decimal(sentence.text[start:end].replace(",", ""))
                is_rounded = _word_before(sentence.text, start) in _ROUNDED
                yield Named(number, start, sentence.text[start:end], figure, is_rounded)


def _spans(text: str, link: Link, units: frozenset[str]) -> Iterator[Span]:
    """Where numbers stand in the phrase around a link, and are the figure’s by the words beside them."""
    before = _BEFORE_LINK.search(text, 0, link.start)
    if before and _words(text[link.start : link.end].split(" ", 1)[0]) & units:
        yield before.span(1)
    for found in _NUMBER.finditer(text, link.start, link.end):
        if _is_value(text[link.start : link.end], found.start() - link.start, found.end() - link.start, units):
            yield found.span()
    after = _AFTER_LINK.match(text, link.end)
    if after and _is_value(text, *after.span(1), units):
        yield after.span(1)


def _is_value(phrase: str, start: int, end: int, units: frozenset[str]) -> bool:
    """Whether a number gives an amount, and is no date, place in a list, or count of something else."""
    after = _AFTER_NUMBER.match(phrase, end)
    word = after[1].lower() if after else ""
    if word in units:
        return True
    is_year = re.fullmatch("(?:19|20)[0-9][0-9]", phrase[start:end])
    return not is_year and word in _JOINING and _word_before(phrase, start) in _EXACT | _ROUNDED


def _word_before(text: str, start: int) -> str:
    return text[:start].rstrip(" ").rpartition(" ")[2].lower()


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W\d]+", text.lower()))


def _fits(value: Value, named: Named) -> bool:
    low, high = value.bounds
    if low is not None and high is not None and low <= named.number <= high:
        return True
    slack = named.number * _TOLERANCE if named.is_rounded else Decimal()
    return any(bound is not None and abs(bound - named.number) <= slack for bound in (low, high))


def _contradiction(named: Named, where: Location) -> Diagnostic:
    ledger = _list_of(list(dict.fromkeys(_shown(value.bounds) for value in named.figure.values)), ", ")
    said = f"{named.written} is not in the ledger of the figure “{named.figure.id}”, which has {ledger}"
    return Diagnostic(where, "figure-contradicted", said, "write a number of the ledger, or add this one to it")


def _list_of(numbers: Sequence[str], mark: str) -> str:
    more = len(numbers) - _MOST_SHOWN
    return mark.join(numbers[:_MOST_SHOWN]) + (f" and {more} more" if more > 0 else "")


_MOST_SHOWN = 20


# -- withdrawn numbers ---------------------------------------------------------------------------------------------


def unlabelled(site: Site, record: Record) -> Iterator[Diagnostic]:
    """A number that was withdrawn does not stand in prose, beside a source that gave it, as if it still stood."""
    withdrawn = site.derived(_withdrawn)
    if not withdrawn:
        return
    lexicon = site.derived(lexicon_of)
    cited = {citation.ref for citation in citations(record)} & withdrawn.keys()
    for path, text in _texts(record) if cited and lexicon["withdrawn"] else ():
        read = sentences(text)
        for place, sentence in enumerate(read):
            told = Words.of(" ".join(near.text for near in read[max(place - 1, 0) : place + 2])).folded
            for found in _NUMBER.finditer(sentence.text):
                if _IS_DATE.match(sentence.text, found.end()):
                    continue
                number = Decimal(found[0].replace(",", ""))
                if _is_withdrawn(number, sentence, withdrawn) and not any(lexicon["withdrawn"].find(told)):
                    where = site.at(record.ref, path, sentence.offset(found.start()))
                    said, hint = f"{found[0]} was withdrawn by those who gave it", "say so in the same sentence"
                    yield Diagnostic(where, "figure-unlabelled", said, hint, Severity.WARNING)


def _is_withdrawn(number: Decimal, sentence: Sentence, withdrawn: Mapping[Ref, frozenset[Decimal]]) -> bool:
    return any(number in withdrawn.get(citation.ref, ()) for citation in sentence.citations)


def _withdrawn(site: Site) -> Mapping[Ref, frozenset[Decimal]]:
    """For each source the numbers it gives that were withdrawn, and that no value which stands has too."""
    given: dict[bool, dict[Ref, set[Decimal]]] = {True: {}, False: {}}
    for figure in site.of_kind("figure"):
        for value in figure.values if isinstance(figure, Figure) else ():
            for cite in value.cites:
                numbers = given[value.status == "retracted"].setdefault(cite.source, set())
                numbers |= {bound for bound in value.bounds if bound is not None}
    return {ref: frozenset(numbers - given[False].get(ref, set())) for ref, numbers in given[True].items()}
