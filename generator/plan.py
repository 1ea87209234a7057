"""Which pages exist, at which address and from which template: decided before anything is rendered."""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from generator.records import Record, Section
from generator.refs import Ref
from generator.site import Site
from generator.timeline import timeline_lists

# Kinds without pages of their own: shown on the front page, as a section, or on /updates/.
_NO_PAGE = ("explainer", "update")
_NO_COLLECTION = ("explainer", "section", "event")
_COLLECTION_TEMPLATES = {"source": "pages/sources.html", "place": "pages/places.html", "actor": "pages/actors.html"}


class Page(NamedTuple):
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


def plan(site: Site, known: dict[Ref, Page] | None = None, only: Collection[str] | None = None) -> Iterator[Page]:
    """Every page, in the order of the sitemap; with `only`, those are left out that are costly and not named there.

    `known` has the pages of records as they were planned before, and then as they are.
    """
    explainer, sections = site.explainer, _sections(site)
    yield Page("", "pages/home.html", explainer.title, explainer.standfirst.plain)
    yield from map(_section, sections)
    description = "Every recorded event, day by day."
    yield Page("timeline/", "pages/timeline.html", "Timeline", description, records=site.of_kind("event"))
    if only is None or any(path.startswith("timeline/") for path in only):
        yield from _timeline_lists(site)
    yield from _collections(site)
    yield from _record_pages(site, {} if known is None else known, only)
    yield Page("about/", "pages/about.html", "How this was made", explainer.method.plain[:200])
    yield Page(
        "all/",
        "pages/all.html",
        f"{explainer.title}: everything on one page",
        explainer.standfirst.plain,
        records=sections,
        listed=False,
        is_whole=True,
    )
    yield Page("404.html", "pages/404.html", "Page not found", listed=False)
    yield from _redirects(site)


def _sections(site: Site) -> tuple[Section, ...]:
    """The sections in reading order, then those that the explainer does not list: something may lead to them."""
    refs = dict.fromkeys((*site.explainer.sections, *(section.ref for section in site.of_kind("section"))))
    return tuple(section for ref in refs if isinstance(section := site.records[ref], Section))


def _section(section: Section) -> Page:
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


def _record_pages(site: Site, known: dict[Ref, Page], only: Collection[str] | None) -> Iterator[Page]:
    for kind in site.kinds:
        if kind.kind not in (*_NO_PAGE, "section"):
            for record in site.of_kind(kind.kind) if only is None else _named(site, kind, only):
                page = known.get(record.ref)
                if page is None or page.record is not record:
                    page = Page(record.address, "pages/record.html", record.heading, record.heading, record)
                    known[record.ref] = page
                yield page


def _named(site: Site, kind: type[Record], files: Collection[str]) -> Iterator[Record]:
    """The records of one kind whose pages are among these files."""
    for file in files:
        folder, _, name = file.removesuffix("/index.html").partition("/")
        if folder == kind.folder and (record := site.records.get(Ref(kind.kind, name))):
            yield record


def _redirects(site: Site) -> Iterator[Page]:
    for record in site.renamed:
        for alias in record.aliases:
            address = record.address_of(alias)
            if "#" not in address and address != record.address:  # updates and the front page lie in one place
                yield Page(address, "pages/redirect.html", record.heading, record=record, listed=False)


def picture_address(section: str | None) -> str:
    """Where the picture lies that other sites show beside a link: of a section, or of the site."""
    return f"social/{section}.png" if section else "social.png"
