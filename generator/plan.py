"""Which pages exist, at which address and from which template: decided before anything is rendered."""

from collections.abc import Iterator
from dataclasses import dataclass

from generator.records import Record, Section
from generator.site import Site
from generator.timeline import timeline_lists

# Kinds without pages of their own: shown on the front page, as a section, or on /updates/.
_NO_PAGE = ("explainer", "update")
_NO_COLLECTION = ("explainer", "section", "event")
_COLLECTION_TEMPLATES = {"source": "pages/sources.html", "place": "pages/places.html", "actor": "pages/actors.html"}


@dataclass(frozen=True)
class Page:
    """One page. `address` is relative to the site's root and ends in `/`; `records` is what a collection lists."""

    address: str
    template: str
    title: str
    description: str = ""
    record: Record | None = None
    records: tuple[Record, ...] = ()
    listed: bool = True
    is_whole: bool = False
    """Whether everything stands on it: once, without navigation, and with links that stay on it."""

    @property
    def path(self) -> str:
        """The file it becomes."""
        return f"{self.address}index.html" if self.address.endswith("/") or not self.address else self.address


def plan(site: Site) -> tuple[Page, ...]:
    """Every page, in the order of the sitemap."""
    explainer = site.explainer
    pages = [Page("", "pages/home.html", explainer.title, explainer.standfirst.plain)]
    pages += [_section(site, ref.id) for ref in explainer.sections]
    pages.append(
        Page(
            "timeline/",
            "pages/timeline.html",
            "Timeline",
            "Every recorded event, day by day.",
            records=site.of_kind("event"),
        )
    )
    pages += _timeline_lists(site)
    pages += _collections(site)
    pages += _record_pages(site)
    pages.append(Page("about/", "pages/about.html", "How this was made", explainer.method.plain[:200]))
    pages.append(
        Page(
            "all/",
            "pages/all.html",
            f"{explainer.title}: everything on one page",
            explainer.standfirst.plain,
            listed=False,
            is_whole=True,
        )
    )
    pages.append(Page("404.html", "pages/404.html", "Page not found", listed=False))
    pages += _redirects(site)
    return tuple(pages)


def _section(site: Site, section_id: str) -> Page:
    section = next(s for s in site.of_kind("section") if s.id == section_id)
    assert isinstance(section, Section)
    return Page(section.address, "pages/section.html", section.question, section.answer.plain, section)


def _timeline_lists(site: Site) -> Iterator[Page]:
    for found in site.derived(timeline_lists):
        title = f"Timeline: {found.label}"
        record, events = site.records[found.ref], tuple(site.records[ref] for ref in found.events)
        description = f"Every recorded event, narrowed to: {record.heading}"
        yield Page(found.address, "pages/timeline.html", title, description, record, events)


def _collections(site: Site) -> Iterator[Page]:
    for kind in site.kinds:
        if kind.kind not in _NO_COLLECTION:
            records = site.of_kind(kind.kind)
            yield Page(
                f"{kind.folder}/",
                _COLLECTION_TEMPLATES.get(kind.kind, "pages/collection.html"),
                kind.plural,
                f"{kind.plural}: {len(records)}",
                records=records,
            )


def _record_pages(site: Site) -> Iterator[Page]:
    for kind in site.kinds:
        if kind.kind not in (*_NO_PAGE, "section"):
            for record in site.of_kind(kind.kind):
                yield Page(record.address, "pages/record.html", record.heading, record.heading, record)


def _redirects(site: Site) -> Iterator[Page]:
    for record in site.records.values():
        for alias in record.aliases:
            address = record.address_of(alias)
            if "#" not in address:
                yield Page(address, "pages/redirect.html", record.heading, record=record, listed=False)
