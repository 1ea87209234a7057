"""What a page says of itself in schema.org's words, for search engines and archives: only what the page shows too."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from generator.dates import Date, Moment, iso
from generator.plan import Page
from generator.prose import Citation
from generator.records import Event, Figure, Quote, Section, Source, Update, citations
from generator.refs import Ref
from generator.site import Site

Data = dict[str, Any]
Href = Callable[[str], str]
"""The way to an address of the site, from the page or from anywhere."""


def linked_data(site: Site, page: Page, href: Href) -> Data | None:
    """The JSON-LD of a page, where schema.org has a word for what it is."""
    made: Data | None = None
    match page.record:
        case None if not page.address:
            made = _front(site, href)
        case Section() as section if page.address == section.address:
            about: Data = {"headline": section.question, "description": section.answer.plain}
            about["isPartOf"] = {"@type": "CreativeWork", "name": site.explainer.title}
            made = _article(site, section.ref, about, citations(section), href)
        case Event() as event if page.address == event.address:
            made = _event(site, event)
        case Quote() as quote:
            made = _quotation(site, quote)
        case Figure() as figure:
            made = _dataset(site, figure, href)
    return made and {"@context": "https://schema.org", **made, "url": href(page.address)}


def _front(site: Site, href: Href) -> Data:
    explainer = site.explainer
    texts = (explainer.standfirst, *(point.text for point in explainer.key_points))
    about = {"headline": explainer.title, "description": explainer.standfirst.plain}
    return _article(site, explainer.ref, about, (cited for text in texts for cited in text.citations), href)


def _article(site: Site, ref: Ref, about: Data, cited: Iterable[Citation], href: Href) -> Data:
    explainer = site.explainer
    return _without_gaps(
        {
            "@type": "BackgroundNewsArticle",
            **about,
            "inLanguage": explainer.language,
            "dateModified": iso(explainer.as_of),
            "author": [{"@type": "Organization", "name": author} for author in explainer.authors],
            "license": explainer.licence,
            "keywords": list(explainer.keywords),
            "correction": _corrections(site, ref),
            "publishingPrinciples": href("about/"),
            "citation": list(_cited(site, cited)),
        }
    )


def _corrections(site: Site, ref: Ref) -> list[Data]:
    """What was corrected or withdrawn in a record. Only creative works have such a property; an event has none."""
    updates = [update for update in site.referring(ref, "update") if isinstance(update, Update)]
    return [
        {"@type": "CorrectionComment", "text": update.summary.plain, "datePublished": iso(update.on)}
        for update in updates
        if update.type in ("correction", "retraction") and ref in update.affects
    ]


def _cited(site: Site, cited: Iterable[Citation]) -> Iterable[Data]:
    for ref in dict.fromkeys(citation.ref for citation in cited):
        source = site.records[ref]
        if isinstance(source, Source):
            yield _work(source)


def _work(source: Source) -> Data:
    return _without_gaps(
        {
            "@type": "CreativeWork",
            "name": source.title,
            "publisher": {"@type": "Organization", "name": source.publisher},
            "datePublished": _exactly(source.published),
            "inLanguage": source.language,
            "url": source.url,
        }
    )


def _event(site: Site, event: Event) -> Data:
    start, end = event.when.ends
    return _without_gaps(
        {
            "@type": "Event",
            "name": event.title,
            "description": event.text.plain,
            "startDate": _exactly(event.when) or _exactly(start),
            "endDate": _exactly(end) if end != start else None,
            "location": [{"@type": "Place", "name": site.records[ref].heading} for ref in event.where],
            "subjectOf": list(_cited(site, citations(event))),
        }
    )


def _quotation(site: Site, quote: Quote) -> Data:
    source = site.records[quote.cite.source]
    # A quotation that was examined and found to be nobody's words is not given to anybody here either.
    is_theirs = quote.audit is None or quote.audit.verdict == "verbatim"
    speaker = {"@type": "Person", "name": site.records[quote.speaker].heading} if is_theirs else None
    return _without_gaps(
        {
            "@type": "Quotation",
            "correction": _corrections(site, quote.ref),
            "text": quote.text,
            "inLanguage": quote.language or site.explainer.language,
            "creator": speaker,
            "dateCreated": _exactly(quote.said) if is_theirs else None,
            "isBasedOn": _work(source) if isinstance(source, Source) else None,
        }
    )


def _dataset(site: Site, figure: Figure, href: Href) -> Data:
    file = href(f"data/figures/{figure.id}.csv")
    download = {"@type": "DataDownload", "encodingFormat": "text/csv", "contentUrl": file}
    return _without_gaps(
        {
            "@type": "Dataset",
            "correction": _corrections(site, figure.ref),
            "name": figure.label,
            "description": figure.counts.plain,
            "variableMeasured": figure.unit,
            "dateModified": iso(site.explainer.as_of),
            "license": site.explainer.licence,
            "distribution": [download],
            "citation": list(_cited(site, citations(figure))),
        }
    )


def _exactly(when: Date | Moment | None) -> str:
    return iso(when) if when else ""


def _without_gaps(data: Mapping[str, Any]) -> Data:
    return {name: value for name, value in data.items() if value not in (None, "", [])}
