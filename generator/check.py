"""Rules over the whole site, and over the files made from it. Each is a function of one argument, listed below."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date as Day
from datetime import timedelta
from functools import partial
from posixpath import dirname, join, normpath

from generator.dates import (
    WEEKDAYS,
    Date,
    DateError,
    Moment,
    WeekdayClaim,
    named_years,
    utc_bounds,
    weekday_claims,
    zone,
)
from generator.diagnostics import Diagnostic, Location, Severity
from generator.independence import single_source
from generator.memo import Table
from generator.prose import Prose
from generator.records import Event, Explainer, Place, Record, Source, citations, values
from generator.refs import Ref, collision_key
from generator.site import Site
from generator.urls import base_problem, without_tracking
from generator.yamlfile import Path

Rule = Callable[[Site], Iterator[Diagnostic]]


def event_order(site: Site) -> Iterator[Diagnostic]:
    """An effect is not earlier than its cause; a part lies within its whole. What is about proves nothing."""
    for event in site.of_kind("event"):
        assert isinstance(event, Event)
        for number, link in enumerate(event.links):
            other = site.records[link.event]
            assert isinstance(other, Event)
            if fault := _fault_in_time(site, event, link.relation, other):
                yield Diagnostic(
                    site.at(event.ref, ("links", number, "event")),
                    "date-order",
                    f"this event, {event.when}{_placed(site, event.ref)}, {fault} “{other.title}”, "
                    f"{other.when}{_placed(site, other.ref)}",
                    "correct the date that is wrong, or the link",
                )


def _fault_in_time(site: Site, event: Event, relation: str, other: Event) -> str:
    """What the two dates contradict, in words that the other event follows; empty if they prove nothing."""
    if not (event.when.is_sure and other.when.is_sure):
        return ""
    zone_name, (start, end) = _zone_of(site, event), utc_bounds(other.when, _zone_of(site, other))
    if relation in ("caused-by", "response-to") and utc_bounds(event.when, zone_name)[1] < start:
        return "is earlier than its cause" if relation == "caused-by" else "is earlier than what it responds to,"
    if relation == "part-of":
        for date in filter(None, event.when.ends):
            first, last = utc_bounds(Moment(date, zone=event.when.zone), zone_name)
            if last < start or end < first:
                return "reaches outside the event of which it is a part,"
    return ""


def _zone_of(site: Site, event: Event) -> str:
    """The zone of the event's clock, from its place or the explainer; UTC where `zones` finds that one wrong."""
    places = [place for ref in event.where if isinstance(place := site.records[ref], Place)]
    name = places[0].timezone if places else site.explainer.timezone
    try:
        return zone(name).key
    except DateError:
        return "UTC"


def _placed(site: Site, ref: Ref, path: Path = ("when",)) -> str:
    where = site.at(ref, path)
    return f" (line {where.line} of {where.path})"


def name_periods(site: Site) -> Iterator[Diagnostic]:
    """A name of a place does not end before it begins."""
    for place in site.of_kind("place"):
        assert isinstance(place, Place)
        for number, name in enumerate(place.names):
            if name.since and name.until and name.until.last < name.since.first:
                path = ("names", number)
                yield Diagnostic(
                    site.at(place.ref, (*path, "until")),
                    "date-order",
                    f"the end, {name.until}, is before the start, {name.since}"
                    f"{_placed(site, place.ref, (*path, 'from'))}",
                    "write the earlier date in from",
                )


def source_age(site: Site) -> Iterator[Diagnostic]:
    """Not every source of an event is older than it: they would have to announce it."""
    for event in site.of_kind("event"):
        cited = [site.records[citation.ref] for citation in citations(event)]
        dated = [(s.published, s) for s in cited if isinstance(s, Source) and s.published and s.published.is_sure]
        if not isinstance(event, Event) or not event.when.is_sure or not dated or len(dated) != len(cited):
            continue
        newest, source = max(dated, key=lambda found: found[0].last)
        if newest.last < event.when.first - _A_DAY:
            yield Diagnostic(
                site.at(event.ref, ("when",)),
                "date-source",
                f"every source is older than this event, {event.when}: the newest, “{source.title}”, was published "
                f"{newest}{_placed(site, source.ref, ('published',))}",
                "check the dates, or cite a source that reports the event",
                Severity.WARNING,
            )


_A_DAY = timedelta(days=1)  # what was published far to the west can be dated a day earlier


def nothing_after(site: Site) -> Iterator[Diagnostic]:
    """Nothing begins or ends after the day on which the content was checked."""
    as_of = site.explainer.as_of
    for record in site.records.values():
        for path, value in values(record):
            ends = value.ends if isinstance(value, Date | Moment) else ()
            if any(date and date.first > as_of.last for date in ends):
                yield Diagnostic(
                    site.at(record.ref, path),
                    "date-order",
                    f"{value} is after as_of, {as_of}{_placed(site, site.explainer.ref, ('as_of',))}",
                    "correct the date, or move as_of",
                )


def weekdays(site: Site) -> Iterator[Diagnostic]:
    """A weekday written beside a date agrees with it."""
    events = [event for event in site.of_kind("event") if isinstance(event, Event)]
    for record in site.records.values():
        for path, value in values(record):
            for claim in weekday_claims(value.text) if isinstance(value, Prose) else ():
                years = [claim.year] if claim.year else _possible_years(claim, value.text, record, events)
                days = [day for year in years if (day := _day_in(year, claim))]
                if days and claim.weekday not in [WEEKDAYS[day.weekday()] for day in days]:
                    true = WEEKDAYS[days[0].weekday()]
                    yield Diagnostic(
                        site.at(record.ref, path, claim.offset),
                        "date-weekday",
                        f"{Date.parse(days[0].isoformat())} was a {true}, not a {claim.weekday}",
                        f"write {true}, or correct the date",
                    )


def _possible_years(claim: WeekdayClaim, text: str, record: Record, events: list[Event]) -> list[int]:
    """The years a date without one may be of, likeliest first: the record's own, then those named in the text
    (the last one before the date first), else the one in which all events of that day and month were.
    """
    found = [year for _, moment in values(record) if isinstance(moment, Moment) for year in _years(moment)]
    named = sorted(named_years(text), key=lambda item: (item[0] > claim.offset, -item[0]))
    found += [year for _, year in named]
    if not found:
        same = {day.year for event in events if (day := event.when.first) and _is_on(event.when, claim)}
        every = same or {year for event in events for year in _years(event.when)}
        found = list(every) if len(every) == 1 else []
    return found


def _is_on(when: Moment, claim: WeekdayClaim) -> bool:
    return when.date.is_day and (when.first.month, when.first.day) == (claim.month, claim.day)


def _years(when: Moment) -> range:
    """The years a moment lies in; none where that is too wide to say anything."""
    span = range(when.first.year, when.last.year + 1)
    return span if len(span) <= 10 else range(0)


def _day_in(year: int, claim: WeekdayClaim) -> Day | None:
    try:
        return Day(year, claim.month, claim.day)
    except ValueError:
        return None


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
    # What names its event or section is listed there.
    shown |= {r.ref for r in site.records.values() if getattr(r, "event", None) or getattr(r, "section", None)}
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
    if base and (problem := base_problem(base)):
        yield Diagnostic(site.at(site.explainer.ref, ("base_url",)), "conf-url", problem.message, problem.hint)


RULES: tuple[Rule, ...] = (
    event_order,
    name_periods,
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
_TARGET = re.compile(rb'\s(?:href|src)="([^"]*)"')
_ANCHOR = re.compile(rb'\sid="([^"]*)"')
_SCHEME = re.compile(rb"[a-z]+:")


@dataclass(frozen=True, slots=True)
class Links:
    """What a page leads to (file and anchor, by the target as written), and the anchors it has."""

    targets: dict[bytes, tuple[str, bytes]]
    anchors: frozenset[bytes]


def check_files(files: Mapping[str, bytes], memo: Table[str, Links] | None = None) -> Iterator[Diagnostic]:
    """Every internal link and anchor leads somewhere. Locations name the made file."""
    memo = memo or Table()
    known = {path: memo.get(path, page, partial(_links, path, page)) for path, page in files.items() if _is_page(path)}
    memo.forget()
    for path, links in known.items():
        for target, (goal, anchor) in links.targets.items():
            if goal not in files or (anchor and not (goal in known and anchor in known[goal].anchors)):
                page = files[path]
                line = page.count(b"\n", 0, page.find(b'"' + target + b'"')) + 1
                message = f"“{target.decode()}” leads nowhere"
                yield Diagnostic(Location(f"site/{path}", line), "link-broken", message)


def _is_page(path: str) -> bool:
    return path.endswith(".html")


def _links(path: str, page: bytes) -> Links:
    targets = dict.fromkeys(_TARGET.findall(page))
    inside = {target: _goal(path, target) for target in targets if not _SCHEME.match(target)}
    return Links(inside, frozenset(_ANCHOR.findall(page)))


def _goal(path: str, target: bytes) -> tuple[str, bytes]:
    """The file, from the site's root, and the anchor that a target on this page leads to."""
    address, _, anchor = target.partition(b"#")
    if not address:
        return path, anchor
    goal = normpath(join(dirname(path), address.decode()))
    if address.endswith((b"/", b"/.", b"/..")) or address in (b".", b".."):
        goal = normpath(join(goal, "index.html"))
    return goal, anchor
