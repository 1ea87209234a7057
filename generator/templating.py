"""Everything a template can use. `templates/README.md` lists it; templates decide nothing."""

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape

from generator.charts import Chart, chart
from generator.dates import Date, Moment, display_long, display_time, iso, utc_label
from generator.evidence import Evidence
from generator.fields import Part
from generator.independence import Support, flag, support
from generator.plan import Page, events_by_day
from generator.prose import Citation, Cited, Embed, Heading, Prose, RecordLink
from generator.records import Event, Figure, Record, Source, Value
from generator.refs import Ref
from generator.site import Site


def environment(templates: Mapping[str, bytes]) -> Environment:
    """Jinja over these templates: escaping always on, undefined names are errors."""

    def load(name: str) -> str | None:
        found = templates.get(name)
        return found.decode() if found is not None else None

    made = Environment(
        loader=FunctionLoader(load),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters.update(FILTERS)
    made.globals["by_day"] = events_by_day
    return made


def number(value: Any) -> str:
    """`2030` as `2,030`; decimals as written."""
    return f"{value:,}"


def amount(value: Value) -> str:
    """A figure's value in words: `225`, `about 5,800`, `at least 18`, `100–120`."""
    if value.value is not None:
        words = number(value.value)
    elif value.low is not None:
        words = f"{number(value.low)}–{number(value.high)}"
    elif value.at_least is not None and value.at_most is not None:
        words = f"{number(value.at_least)} to {number(value.at_most)}"
    else:
        words = (
            f"at least {number(value.at_least)}" if value.at_least is not None else f"at most {number(value.at_most)}"
        )
    return f"about {words}" if value.approximate else words


def day_heading(text: str) -> str:
    """`2022-01-05` as `Wednesday, 5 January 2022`."""
    return display_long(Date.parse(text)) if text else ""


def words_of(text: str, count: int = 30) -> str:
    """The first words of a text, for descriptions."""
    words = text.split()
    return " ".join(words[:count]) + ("…" if len(words) > count else "")


FILTERS = {
    "amount": amount,
    "day_heading": day_heading,
    "iso": iso,
    "number": number,
    "words": words_of,
    "clock": display_time,
}


class View:
    """One page's way to show things: links relative to it, notes numbered as they are first cited on it.

    The one thing here that changes is the list of notes, which lives and dies with the page.
    """

    def __init__(
        self, site: Site, page: Page, env: Environment, assets: Mapping[str, str], portable: bool, base: str
    ) -> None:
        self.site, self.page, self.explainer = site, page, site.explainer
        self.base, self._env, self._assets, self._portable = base, env, assets, portable
        self._notes: dict[tuple[str, str], int] = {}
        self._embedding = self._drawn = 0

    @cached_property
    def _up(self) -> str:
        return "../" * self.page.address.count("/")

    def href(self, address: str) -> str:
        """The way from this page to an address of the site."""
        path, mark, anchor = address.partition("#")
        if self._portable and (path.endswith("/") or not path):
            path += "index.html"
        return (self._up + path or "./") + mark + anchor

    def asset(self, name: str) -> str:
        return self.href(self._assets[name])

    def to(self, record: Record | Ref) -> str:
        """The way to a record."""
        return self.href(self.record(record).address)

    def record(self, ref: Record | Ref) -> Record:
        return ref if isinstance(ref, Record) else self.site.records[ref]

    def link(self, ref: Record | Ref, text: str | None = None) -> Markup:
        """A link to a record, under its heading or another text."""
        record = self.record(ref)
        return Markup(f'<a href="{self.to(record)}">{escape(text or record.heading)}</a>')

    def party(self, party: Any) -> Markup:
        """Who holds or states something: a link where there is a record."""
        if party.ref in self.site.records:
            return self.link(party.ref)
        return escape(party.text)

    def time(self, when: Date | Moment) -> Markup:
        """A date in words, as `<time>` where HTML can hold it."""
        machine = iso(when)
        return Markup('<time datetime="{}">{}</time>').format(machine, str(when)) if machine else escape(str(when))

    def zone_of(self, event: Event) -> str:
        """The label of the zone of an event's clock time on its day, such as `UTC+6`."""
        name = event.when.zone
        if not name:
            places = [self.site.records[ref] for ref in event.where]
            name = next((getattr(place, "timezone", None) for place in places), None)
        return utc_label(name or self.explainer.timezone, event.when.first, event.when.time)

    def prose(self, text: Prose, shift: int = 0) -> Markup:
        """A text as HTML. `shift` sets its headings deeper."""
        return Markup("").join(self._segment(segment, shift) for segment in text.segments)

    def inline(self, text: Prose) -> Markup:
        """A text of one paragraph, without the paragraph."""
        html = self.prose(text)
        found = re.fullmatch(r"\s*<p>(.*)</p>\s*", html, re.S)
        return Markup(found[1]) if found and "<p>" not in found[1] else html

    def _segment(self, segment: Any, shift: int) -> Markup:
        match segment:
            case str():
                return Markup(segment)
            case Cited():
                return self.marks(segment.citations)
            case Heading():
                level = min(segment.level + shift, 6)
                return Markup(f"</h{level}>\n" if segment.closing else f"<h{level}>")
            case RecordLink():
                css = ' class="term"' if segment.ref.kind == "term" else ""
                return Markup(f'<a href="{self.to(segment.ref)}"{css}>')
            case Embed():
                return self.embed(segment.ref)
        raise TypeError(segment)

    def embed(self, ref: Ref) -> Markup:
        """A record set into a text; inside another one only a link, so that nothing can hold itself."""
        if self._embedding:
            return Markup("<p>{}</p>\n").format(self.link(ref))
        self._embedding += 1
        try:
            return self.show(ref, "embed")
        finally:
            self._embedding -= 1

    def show(self, ref: Record | Ref, form: str) -> Markup:
        """A record through its kind's template: `full`, `embed` or `item`."""
        record = self.record(ref)
        module = self._env.get_template(f"records/{record.kind}.html").module
        return Markup(getattr(module, form)(record, self))

    def marks(self, citations: Iterable[Citation]) -> Markup:
        """The numbers after a sentence, each a link to its note."""
        return Markup("").join(self._mark(citation) for citation in citations)

    def cites(self, parts: Iterable[Any]) -> Markup:
        """The numbers for a record's list of sources."""
        return self.marks(part.citation for part in parts)

    def _mark(self, citation: Citation) -> Markup:
        key = (citation.source, citation.locator)
        first = key not in self._notes
        note = self._notes.setdefault(key, len(self._notes) + 1)
        source = self.site.records[citation.ref]
        name = source.publisher if isinstance(source, Source) else source.heading
        anchor = f' id="cite-{note}"' if first else ""
        return Markup(f'<sup class="cite"><a{anchor} href="#note-{note}" title="{escape(name)}">{note}</a></sup>')

    @property
    def notes(self) -> list[tuple[int, Record, str]]:
        """What was cited so far: `(number, source, locator)`."""
        return [
            (note, self.site.records[Ref("source", source)], locator) for (source, locator), note in self._notes.items()
        ]

    def referring(self, record: Record) -> list[tuple[str, tuple[Record, ...]]]:
        """What names this record: `(plural of the kind, records)`, kinds in the site's order."""
        found = (
            (kind.plural, self.site.referring(record.ref, kind.kind))
            for kind in self.site.kinds
            if kind.kind != "explainer"
        )
        return [(plural, records) for plural, records in found if records]

    def neighbours(self, section: Record) -> tuple[Ref | None, Ref | None]:
        """The sections before and after this one, in reading order."""
        order = self.explainer.sections
        place = order.index(section.ref)
        return order[place - 1] if place else None, order[place + 1] if place + 1 < len(order) else None

    def chart(self, figure: Figure) -> Chart | None:
        """The figure's chart, where it wants one."""
        self._drawn += 1
        return chart(figure, self.site, amount, f"chart-{self._drawn}")

    def evidence(self, record: Record, *path: str | int) -> Evidence | None:
        """What was found of a record’s quotation; `path` leads to another than its `text`."""
        found = self.site.evidence.get(record.ref, ())
        return next((evidence for evidence in found if evidence.path == (path or ("text",))), None)

    def quoted(self, source: Record) -> list[tuple[Record, Evidence]]:
        """The quotes from a source, each with its evidence."""
        quotes = self.site.referring(source.ref, "quote")
        found = ((quote, evidence) for quote in quotes for evidence in self.site.evidence.get(quote.ref, ()))
        return [(quote, evidence) for quote, evidence in found if evidence.source == source.ref]

    def support(self, source: Source) -> Support:
        """What rests on a source."""
        return support(self.site, source)

    def flag(self, part: Part) -> str:
        """“one source”, beside a leading statement that has no more under it."""
        return flag(self.site, part)

    def lang(self, language: str | None) -> Markup:
        """The attributes of a foreign string; nothing for the site's own language."""
        if language is None or language == self.explainer.language:
            return Markup("")
        return Markup(' lang="{}" dir="auto"').format(language)
