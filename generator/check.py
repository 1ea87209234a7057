"""Rules over the whole site, and over the files made from it. Each is a function of one argument, listed below."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date as Day
from posixpath import dirname, join, normpath

from generator.dates import Date, DateError, Moment, weekday_claims, zone
from generator.diagnostics import Diagnostic, Location, Severity
from generator.independence import single_source
from generator.prose import Prose
from generator.records import Event, Explainer, Place, Source, citations, values
from generator.refs import collision_key
from generator.site import Site
from generator.urls import url_problem, without_tracking

Rule = Callable[[Site], Iterator[Diagnostic]]


def event_order(site: Site) -> Iterator[Diagnostic]:
    """An effect is not earlier than its cause; a part lies within its whole."""
    for event in site.of_kind("event"):
        assert isinstance(event, Event)
        for number, link in enumerate(event.links):
            other = site.records[link.event]
            assert isinstance(other, Event)
            where = site.at(event.ref, ("links", number, "event"))
            if link.relation in ("caused-by", "response-to") and event.when.last < other.when.first:
                yield Diagnostic(
                    where,
                    "date-order",
                    f"this is earlier than “{other.title}”, to which it is {link.relation}",
                    "check both dates",
                )
            if link.relation == "part-of" and (
                event.when.last < other.when.first or event.when.first > other.when.last
            ):
                yield Diagnostic(
                    where,
                    "date-order",
                    f"this lies outside “{other.title}”, of which it is a part",
                    "check both dates",
                )


def source_age(site: Site) -> Iterator[Diagnostic]:
    """A source is not older than the event it is the only support of: it would have to announce it."""
    for event in site.of_kind("event"):
        cited = [site.records[citation.ref] for citation in citations(event)]
        dated = [source for source in cited if isinstance(source, Source) and source.published]
        if not isinstance(event, Event) or not dated or len(dated) != len(cited):
            continue
        if all(source.published and source.published.last < event.when.first for source in dated):
            yield Diagnostic(
                site.at(event.ref, ("when",)),
                "date-source",
                "every source is older than this event",
                "check the dates",
                Severity.WARNING,
            )


def nothing_after(site: Site) -> Iterator[Diagnostic]:
    """Nothing happens after the day on which the content was checked."""
    limit = site.explainer.as_of.last
    for record in site.records.values():
        for path, value in values(record):
            first = value.first if isinstance(value, Date | Moment) else None
            if first is not None and first > limit and first != Day.min:
                yield Diagnostic(
                    site.at(record.ref, path),
                    "date-order",
                    f"this is after as_of ({site.explainer.as_of})",
                    "check the date, or move as_of in explainer.yaml",
                )


def weekdays(site: Site) -> Iterator[Diagnostic]:
    """A weekday written beside a date agrees with it."""
    for record in site.records.values():
        year = record.when.first.year if isinstance(record, Event) else None
        for path, value in values(record):
            for claim in weekday_claims(value.text) if isinstance(value, Prose) else ():
                try:
                    day = Day(claim.year or year or 0, claim.month, claim.day)
                except ValueError:
                    continue
                if day.strftime("%A") != claim.weekday:
                    where = site.at(record.ref, path, claim.offset)
                    yield Diagnostic(
                        where,
                        "date-weekday",
                        f"{claim.day}.{claim.month}.{day.year} was a {day:%A}, not a {claim.weekday}",
                        f"write {day:%A}",
                    )


def zones(site: Site) -> Iterator[Diagnostic]:
    for record in (site.explainer, *site.of_kind("place")):
        assert isinstance(record, Place | Explainer)
        try:
            zone(record.timezone)
        except DateError as error:
            yield Diagnostic(site.at(record.ref, ("timezone",)), error.code, error.message, error.hint)


def addresses(site: Site) -> Iterator[Diagnostic]:
    """No two records or aliases share an address, also where case or accents are folded."""
    taken: dict[str, str] = {}
    for record in site.records.values():
        for position, record_id in enumerate((record.id, *record.aliases)):
            address = record.address_of(record_id)
            path = ("aliases", position - 1) if position else ()
            other = taken.setdefault(collision_key(address), str(record.ref))
            if other != str(record.ref) or (position and record_id == record.id):
                yield Diagnostic(
                    site.at(record.ref, path),
                    "path-collision",
                    f"{address or '/'} is the address of {other} too",
                    "choose another id",
                )


def unused(site: Site) -> Iterator[Diagnostic]:
    """Sources that support nothing, and records that nothing leads to."""
    shown = {ref for kind in ("explainer", "section", "event", "update") for ref in (r.ref for r in site.of_kind(kind))}
    for record in site.records.values():
        if record.ref in shown or site.backlinks.get(record.ref):
            continue
        code = "source-unused" if record.kind == "source" else "record-orphan"
        said = "no record cites this source" if record.kind == "source" else f"nothing leads to this {record.kind}"
        yield Diagnostic(site.at(record.ref), code, said, "use it, or make it a draft", Severity.WARNING)
    listed = set(site.explainer.sections)
    for section in site.of_kind("section"):
        if section.ref not in listed:
            yield Diagnostic(
                site.at(section.ref),
                "section-unlisted",
                "explainer.yaml does not list this section",
                f"add {section.id} to sections:",
            )


def links_out(site: Site) -> Iterator[Diagnostic]:
    for source in site.of_kind("source"):
        assert isinstance(source, Source)
        if source.url and source.url.lower().startswith("http:"):
            yield Diagnostic(
                site.at(source.ref, ("url",)),
                "url-http",
                "this address is not encrypted",
                "use https:// if the site has it",
                Severity.WARNING,
            )
        if source.url and (clean := without_tracking(source.url)):
            yield Diagnostic(
                site.at(source.ref, ("url",)),
                "url-tracking",
                "this address carries tracking parameters",
                f"write {clean}",
                Severity.WARNING,
            )


def base_url(site: Site) -> Iterator[Diagnostic]:
    base = site.explainer.base_url
    if base and (problem := url_problem(base)):
        yield Diagnostic(site.at(site.explainer.ref, ("base_url",)), "conf-url", problem.message, problem.hint)


RULES: tuple[Rule, ...] = (
    event_order,
    source_age,
    nothing_after,
    weekdays,
    zones,
    addresses,
    unused,
    links_out,
    base_url,
    single_source,
)


def check_site(site: Site) -> Iterator[Diagnostic]:
    for rule in RULES:
        yield from rule(site)


# -- over the files -------------------------------------------------------------------------------------------------

# Templates are held to quoted attributes, so that a pattern finds every one of them.
_TARGET = re.compile(r'(?<=\s)(?:href|src)="([^"]*)"')
_ANCHOR = re.compile(r'(?<=\s)id="([^"]*)"')


def check_files(files: Mapping[str, bytes]) -> Iterator[Diagnostic]:
    """Every internal link and anchor leads somewhere. Locations name the made file."""
    pages = {path: data.decode() for path, data in files.items() if path.endswith(".html")}
    anchors = {path: set(_ANCHOR.findall(text)) for path, text in pages.items()}
    for path, text in pages.items():
        for target in dict.fromkeys(_TARGET.findall(text)):
            if not _resolves(path, target, files, anchors):
                line = text.count("\n", 0, text.find(f'"{target}"')) + 1
                yield Diagnostic(Location(f"site/{path}", line), "link-broken", f"“{target}” leads nowhere")


def _resolves(path: str, target: str, files: Mapping[str, bytes], anchors: Mapping[str, set[str]]) -> bool:
    if re.match(r"[a-z]+:", target):
        return True
    address, _, anchor = target.partition("#")
    goal = normpath(join(dirname(path), address)) if address else path
    if address.endswith("/") or address in (".", ".."):
        goal = normpath(join(goal, "index.html"))
    return goal in files and (not anchor or anchor in anchors.get(goal, ()))
