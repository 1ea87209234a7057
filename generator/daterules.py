"""Rules over dates: order, age, weekdays, zones. Each looks at one record, and at others through the site."""

from collections.abc import Iterator
from datetime import date as Day
from datetime import timedelta

from generator.dates import (
    WEEKDAYS,
    Date,
    DateError,
    Moment,
    WeekdayClaim,
    is_skipped,
    named_years,
    utc_bounds,
    weekday_claims,
    zone,
)
from generator.diagnostics import Diagnostic, Path, Severity
from generator.prose import Prose
from generator.records import Event, Explainer, Place, Record, Section, Source, citations
from generator.refs import Ref
from generator.site import Site


def event_order(site: Site, event: Record) -> Iterator[Diagnostic]:
    """An effect is not earlier than its cause; a part lies within its whole. What is about proves nothing."""
    if not isinstance(event, Event):
        return
    for number, link in enumerate(event.links):
        other = site.records[link.event]
        assert isinstance(other, Event)
        if fault := _fault_in_time(site, event, link.relation, other):
            yield Diagnostic(
                site.at(event.ref, ("links", number, "event")),
                "date-order",
                f"this event, {event.when}{_line_of(site, event.ref)}, {fault} “{other.title}”, "
                f"{other.when}{_line_of(site, other.ref)}",
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
    """The zone of the event's clock; UTC where `zones` finds that one wrong."""
    try:
        return zone(site.zone_of(event)).key
    except DateError:
        return "UTC"


def _line_of(site: Site, ref: Ref, path: Path = ("when",)) -> str:
    """` (line 3 of content/events/curfew.yaml)`: where the other date is written."""
    where = site.at(ref, path)
    return f" (line {where.line} of {where.path})"


def clock(site: Site, event: Record) -> Iterator[Diagnostic]:
    """A time is one that clocks showed: where they are set forward, which is done at night, they leave an hour out."""
    if not isinstance(event, Event) or (time := event.when.time) is None or 4 <= time.hour < 22 or event.when.about:
        return
    zone_name = _zone_of(site, event)
    if is_skipped(zone_name, event.when.first, time):
        yield Diagnostic(
            site.at(event.ref, ("when",)),
            "date-invalid",
            f"no clock in {zone_name} showed {time:%H:%M} on {event.when.date}: they were set forward over it",
            "correct the time or the date; or add zone:, if the clock stood elsewhere",
        )


def name_periods(site: Site, place: Record) -> Iterator[Diagnostic]:
    """A name of a place does not end before it begins."""
    if not isinstance(place, Place):
        return
    for number, name in enumerate(place.names):
        if name.since and name.until and name.until.last < name.since.first:
            path = ("names", number)
            yield Diagnostic(
                site.at(place.ref, (*path, "until")),
                "date-order",
                f"the end, {name.until}, is before the start, {name.since}{_line_of(site, place.ref, (*path, 'from'))}",
                "write the earlier date in from",
            )


def source_age(site: Site, event: Record) -> Iterator[Diagnostic]:
    """Not every source of an event is older than it: they would have to announce it."""
    if not isinstance(event, Event):
        return
    cited = [site.records[citation.ref] for citation in citations(event)]
    dated = [(s.published, s) for s in cited if isinstance(s, Source) and s.published and s.published.is_sure]
    if not event.when.is_sure or not dated or len(dated) != len(cited):
        return
    if event.when.first > site.explainer.as_of.last:  # told already: nothing is after as_of
        return
    newest, source = max(dated, key=lambda found: found[0].last)
    if event.when.first - newest.last > _A_DAY:
        yield Diagnostic(
            site.at(event.ref, ("when",)),
            "date-source",
            f"every source is older than this event, {event.when}: the newest, “{source.title}”, was published "
            f"{newest}{_line_of(site, source.ref, ('published',))}",
            "check the dates, or cite a source that reports the event",
            Severity.WARNING,
        )


_A_DAY = timedelta(days=1)  # what was published far to the west can be dated a day earlier


def reviewed(site: Site, section: Record) -> Iterator[Diagnostic]:
    """A section was reviewed no more days before `as_of` than it allows itself."""
    if not isinstance(section, Section) or section.reviewed is None or section.stale_after is None:
        return
    as_of = site.explainer.as_of
    if (as_of.first - section.reviewed.first).days > section.stale_after:
        yield Diagnostic(
            site.at(section.ref, ("reviewed",)),
            "section-stale",
            f"this section was reviewed on {section.reviewed}, more than {section.stale_after} days before as_of, "
            f"{as_of}{_line_of(site, site.explainer.ref, ('as_of',))}",
            "read it against its sources again, and renew reviewed",
            Severity.WARNING,
        )


def nothing_after(site: Site, record: Record) -> Iterator[Diagnostic]:
    """Nothing begins or ends after the day on which the content was checked."""
    as_of = site.explainer.as_of
    for path, value in record.leaves:
        ends = value.ends if isinstance(value, Date | Moment) else ()
        if any(date and date.first > as_of.last for date in ends):
            yield Diagnostic(
                site.at(record.ref, path),
                "date-order",
                f"{value} is after as_of, {as_of}{_line_of(site, site.explainer.ref, ('as_of',))}",
                "correct the date, or move as_of",
            )


def weekdays(site: Site, record: Record) -> Iterator[Diagnostic]:
    """A weekday written beside a date agrees with it."""
    for path, value in record.leaves:
        for claim in weekday_claims(value.text) if isinstance(value, Prose) else ():
            years = [claim.year] if claim.year else _possible_years(site, claim, value.text, record)
            days = [day for year in years if (day := _day_in(year, claim))]
            if days and claim.weekday not in [WEEKDAYS[day.weekday()] for day in days]:
                true = WEEKDAYS[days[0].weekday()]
                yield Diagnostic(
                    site.at(record.ref, path, claim.offset),
                    "date-weekday",
                    f"{Date.parse(days[0].isoformat())} was a {true}, not a {claim.weekday}",
                    f"write {true}, or correct the date",
                )


def _possible_years(site: Site, claim: WeekdayClaim, text: str, record: Record) -> list[int]:
    """The years a date without one may be of, likeliest first: the record's own, then those named in the text
    (the last one before the date first), else the one in which all events of that day and month were.
    """
    found = [year for _, moment in record.leaves if isinstance(moment, Moment) for year in _years(moment)]
    named = sorted(named_years(text), key=lambda item: (item[0] > claim.offset, -item[0]))
    found += [year for _, year in named]
    if not found:
        events = [event for event in site.of_kind("event") if isinstance(event, Event)]
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


def zones(site: Site, record: Record) -> Iterator[Diagnostic]:
    """A zone has an IANA name."""
    if not isinstance(record, Place | Explainer):
        return
    try:
        zone(record.timezone)
    except DateError as error:
        yield Diagnostic(site.at(record.ref, ("timezone",)), error.code, error.message, error.hint)
