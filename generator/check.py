"""Rules over the site. Each is a function that looks at one record, and at others through the site; see `RULES`."""

from collections.abc import Callable, Iterator
from typing import Any

from generator.daterules import clock, event_order, name_periods, nothing_after, reviewed, source_age, weekdays, zones
from generator.diagnostics import Diagnostic, Path, Severity
from generator.figures import contradicted, preferred, totals, unlabelled
from generator.independence import single_source
from generator.language import language
from generator.maprules import map_is_sound
from generator.records import Explainer, Record, Section, Source
from generator.refs import Ref, collision_key
from generator.site import Site
from generator.urls import base_problem, without_tracking

Rule = Callable[[Site, Record], Iterator[Diagnostic]]


def unused(site: Site, record: Record) -> Iterator[Diagnostic]:
    """Sources support something, and something leads to every record."""
    # What names its event or section is listed there.
    if record.kind in _LISTED or getattr(record, "event", None) or getattr(record, "section", None):
        return
    if not site.backlinks.get(record.ref) and record.status == "ready":
        code = "source-unused" if record.kind == "source" else "record-orphan"
        said = "no record cites this source" if record.kind == "source" else f"nothing leads to this {record.kind}"
        yield Diagnostic(site.at(record.ref), code, said, "use it, or make it a draft", Severity.WARNING)


_LISTED = ("explainer", "section", "event", "update")


def cited_twice(site: Site, record: Record) -> Iterator[Diagnostic]:
    """A list of sources names each of them once, or different places in it."""
    listed = [(path, ref) for ref, path, offset in record.references if offset is None and path[-1] == "source"]
    if len({(path[:-2], ref) for path, ref in listed}) == len(listed):
        return
    values, seen = dict(record.leaves), set[tuple[Path, Ref, Any]]()
    for path, ref in listed:
        named = path[:-2], ref, values.get((*path[:-1], "locator"))
        if named in seen:
            said, hint = f"this list names {ref.id} twice", "delete one of them, or tell the places apart by a locator:"
            yield Diagnostic(site.at(record.ref, path[:-1]), "source-twice", said, hint, Severity.WARNING)
        seen.add(named)


def unlisted(site: Site, section: Record) -> Iterator[Diagnostic]:
    """The explainer lists every section."""
    is_ready = isinstance(section, Section) and section.status == "ready"
    if is_ready and section.ref not in site.explainer.sections:
        said, hint = "explainer.yaml does not list this section", f"add {section.id} to sections:"
        yield Diagnostic(site.at(section.ref), "section-unlisted", said, hint, Severity.WARNING)


def links_out(site: Site, source: Record) -> Iterator[Diagnostic]:
    """Addresses of sources are encrypted, and tell nobody where the reader comes from."""
    if not isinstance(source, Source) or not source.url:
        return
    if source.url.lower().startswith("http:"):
        said, hint = "this address is not encrypted", "use https:// if the site has it"
        yield Diagnostic(site.at(source.ref, ("url",)), "url-http", said, hint, Severity.WARNING)
    if clean := without_tracking(source.url):
        said = "this address carries tracking parameters"
        yield Diagnostic(site.at(source.ref, ("url",)), "url-tracking", said, f"write {clean}", Severity.WARNING)


def base_url(site: Site, explainer: Record) -> Iterator[Diagnostic]:
    """The public address of the site can be one."""
    base = explainer.base_url if isinstance(explainer, Explainer) else None
    if base and (problem := base_problem(base)):
        yield Diagnostic(site.at(explainer.ref, ("base_url",)), "conf-url", problem.message, problem.hint)


RULES: tuple[Rule, ...] = (
    name_periods,
    nothing_after,
    reviewed,
    zones,
    unused,
    cited_twice,
    unlisted,
    links_out,
    base_url,
    preferred,
    map_is_sound,
    language,
)
# These look at other records too, and so again when one of those differs.
COMPARING: tuple[Rule, ...] = (
    clock,
    event_order,
    source_age,
    weekdays,
    single_source,
    totals,
    contradicted,
    unlabelled,
)


def check_record(site: Site, record: Record) -> tuple[Diagnostic, ...]:
    """What the rules find in one record by itself."""
    return tuple(diagnostic for rule in RULES for diagnostic in rule(site, record))


def compare_record(site: Site, record: Record) -> tuple[Diagnostic, ...]:
    """What the rules find in one record beside others."""
    return tuple(diagnostic for rule in COMPARING for diagnostic in rule(site, record))


def check_addresses(site: Site, before: Site | None = None) -> list[Diagnostic]:
    """No two records or aliases share an address, also where case or accents are folded. In `before` none did."""
    if before and before.order is site.order and before.renamed is site.renamed:
        return []
    return list(_collisions(site))


def _collisions(site: Site) -> Iterator[Diagnostic]:
    taken: dict[str, str] = {}
    claims: list[tuple[Record, str, Path]] = [(record, record.id, ()) for record in site.records.values()]
    for record in site.renamed:  # after all ids: it is the alias that has to give way
        claims += [(record, alias, ("aliases", number)) for number, alias in enumerate(record.aliases)]
    for record, record_id, path in claims:
        address = record.address_of(record_id)
        other = taken.setdefault(collision_key(address), str(record.ref))
        if other != str(record.ref) or (path and record_id == record.id):
            message = f"{address or '/'} is the address of {other} too"
            is_own = path and record_id == record.id
            hint = "delete it: the record has this id now" if is_own else "choose another id"
            yield Diagnostic(site.at(record.ref, path), "path-collision", message, hint)
