"""How a page shows things: the half of what templates use that knows which page it is for.

What draws is loaded when something is drawn: most builds make a few pages, and few pages hold a drawing.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from itertools import count, takewhile
from typing import TYPE_CHECKING, Any, TypeGuard

from markupsafe import Markup, escape

from generator.dates import Date, Moment, iso, utc_label
from generator.datewords import short_months
from generator.evidence import Evidence
from generator.fields import Part, Party
from generator.independence import Support, flag, support
from generator.plan import Page, picture_address
from generator.prose import Citation, Cited, Embed, Heading, Hole, Prose, RecordLink, unbroken
from generator.reads import EXISTS, NoticingSite
from generator.records import Event, Figure, Record, Source, Update
from generator.refs import Ref
from generator.stripdays import lane_css
from generator.structured import linked_data
from generator.templating import Templates, reads_exactly

if TYPE_CHECKING:
    from generator.charts import Chart
    from generator.map import PlaceMap
    from generator.strip import Strip


@lru_cache(maxsize=8192)
def _time(when: Date | Moment) -> Markup:
    words, machine = escape(str(when)), iso(when)
    return Markup(f'<time datetime="{machine}">{words}</time>') if machine else words


@lru_cache(maxsize=8192)
def _title(words: str) -> Markup:
    return escape(unbroken(words))


def _opens(segment: object) -> TypeGuard[Heading]:
    return isinstance(segment, Heading) and not segment.is_closing


def _heading_words(text: Prose, at: int) -> str:
    """The words of the heading that opens with this segment."""
    words = takewhile(lambda segment: not isinstance(segment, Heading), text.segments[at + 1 :])
    return Markup("").join(Markup(part) for part in words if isinstance(part, str)).striptags()


def _cited_at(record: Record, path: Sequence[str | int]) -> str:
    """The locator beside the quotation that is written there in its record."""
    holder: Any = record
    for step in path[:-1]:
        holder = holder[step] if isinstance(step, int) else getattr(holder, step)
    return holder.cite.locator or ""


_HARMLESS = {ord(character): f"\\u{ord(character):04x}" for character in "<>&"}

# Languages written in other letters than Latin ones.
_NOT_LATIN = frozenset(
    "am ar be bg bn ckb dv el fa gu he hi hy ja ka kk km kn ko ky lo mk ml mn mr my ne pa ps ru sd si ta te tg th ti "
    "ug uk ur yi zh".split()
)
# Compiled when it is first used, since that takes a while.
_OTHER_LETTERS = "[\u0370-\u1dff\u2c00-\uabff\uac00-\ufdff\ufe70-\ufeff]"

# More bars than this stand in the way of the text that a figure is placed in.
MOST_ROWS = 9


class View:
    """One page's way to show things: links relative to it, notes numbered as they are first cited on it.

    The one thing here that changes is the list of notes, which lives and dies with the page.
    """

    def __init__(
        self, site: NoticingSite, page: Page, env: Templates, assets: Mapping[str, str], portable: bool, base: str
    ) -> None:
        self.site, self.page, self.explainer = site, page, site.raw.explainer
        self._note, self._records = site.noticed.note, site.raw.records
        for name in ("language", "timezone", "sections"):
            self._note(self.explainer.ref, name)
        self.base, self._env, self._assets, self.is_portable = base, env, assets, portable
        self._notes: dict[tuple[str, str], int] = {}
        self._terms: dict[Ref, None] = {}
        self._supporting: dict[tuple[Ref, str], dict[str, Evidence]] = {}
        self._anchored: set[Ref] = set()
        self._is_embedding, self._drawn = False, 0
        self._shown: Ref | None = None

    @cached_property
    def _up(self) -> str:
        return "../" * self.page.address.count("/")

    def href(self, address: str) -> str:
        """The way from this page to an address of the site."""
        path, mark, anchor = address.partition("#")
        if self.is_portable and (path.endswith("/") or not path):
            path += "index.html"
        return (self._up + path or "./") + mark + anchor

    def _public(self, address: str) -> str:
        """The whole address where the site has one, else the way from this page."""
        return self.base + address if self.base else self.href(address)

    def asset(self, name: str) -> str:
        self._note(("asset", name))
        return self.href(self._assets[name])

    @reads_exactly
    def to(self, record: Record | Ref) -> str:
        """The way to a record: to its page, or where everything stands on one page, to its place there."""
        seen = self._seen(record, "address")
        if self.page.is_whole and seen.kind == "source":
            noted = (f"#note-{note}" for (source, _), note in self._notes.items() if source == seen.id)
            return next(noted, self.href(seen.address))
        if self.page.is_whole and seen.kind != "explainer":
            return f"#{seen.kind}-{seen.id}"
        return self.href(seen.address)

    @reads_exactly
    def anchor(self, record: Record | Ref) -> Markup:
        """The id of the place that `to` leads to, where everything stands on one page; the first place alone has it."""
        ref = self._seen(record, EXISTS).ref
        if not self.page.is_whole or ref in self._anchored:
            return Markup("")
        self._anchored.add(ref)
        return Markup(f' id="{ref.kind}-{ref.id}"')

    @reads_exactly
    def record(self, ref: Record | Ref) -> Record:
        return self._seen(ref, EXISTS)

    def _seen(self, ref: Record | Ref, *attributes: str) -> Record:
        """The record, of which these attributes are read."""
        record = ref if isinstance(ref, Record) else self._records[ref]
        for attribute in attributes:
            self._note(record.ref, attribute)
        return record

    @reads_exactly
    def link(self, ref: Record | Ref, text: str | None = None) -> Markup:
        """A link to a record, under its heading or another text; the text alone, where it would lead to itself."""
        record = self._seen(ref, "heading")
        words = _title(text or record.heading)
        if self.page.is_whole and record.ref == self._shown:
            return words
        attributes = Markup("")
        if isinstance(record, Source) and not text:
            self._note(record.ref, "language")
            attributes = self.lang(record.language, record.heading)
        return Markup(f'<a href="{self.to(record)}"{attributes}>{words}</a>')

    def name(self, party: Party) -> str:
        """Who holds or states something, in words."""
        if party.ref and party.ref in self.site.records:
            return self._seen(party.ref, "heading").heading
        return party.text

    def party(self, party: Party) -> Markup:
        """Who holds or states something: a link where there is a record."""
        if party.ref and party.ref in self.site.records:
            return self.link(party.ref)
        return escape(party.text)

    def time(self, when: Date | Moment) -> Markup:
        """A date in words, as `<time>` where HTML can hold it; on the page that is made for paper, the words."""
        return escape(str(when)) if self.page.is_whole else _time(when)

    def zone_of(self, event: Event) -> str:
        """The label of the zone of an event's clock time on its day, such as `UTC+6`; where its places differ, none."""
        for ref in event.where:
            self._note(ref, "timezone")
        zones = self.site.raw.zones_of(event)
        labels = {utc_label(zone, event.when.first, event.when.time) for zone in zones}
        return labels.pop() if len(labels) == 1 else "local time"

    def prose(self, text: Prose, shift: int = 0, anchor: str = "") -> Markup:
        """A text as HTML. `shift` sets its headings deeper; `anchor` makes `anchor-1` and so on their ids."""
        return Markup("".join(self._filled(text, shift, anchor)))

    def _filled(self, text: Prose, shift: int, anchor: str) -> Iterator[str]:
        numbers = count(1)
        for segment, following in zip(text.segments, (*text.segments[1:], ""), strict=True):
            if isinstance(segment, str):
                yield segment
            elif _opens(segment):
                yield self._heading(segment, shift, anchor and f"{anchor}-{next(numbers)}")
            else:
                yield self._hole(segment, shift, following)

    def parts(self, text: Prose, anchor: str) -> list[tuple[str, str]]:
        """The headings of a text: `(id, words)`, as `prose` with the same `anchor` makes them."""
        opened = [number for number, segment in enumerate(text.segments) if _opens(segment)]
        return [(f"{anchor}-{number}", _heading_words(text, at)) for number, at in enumerate(opened, 1)]

    def inline(self, text: Prose) -> Markup:
        """A text of one paragraph, without the paragraph."""
        html = self.prose(text)
        found = re.fullmatch(r"\s*<p>(.*)</p>\s*", html, re.S)
        return Markup(found[1]) if found and "<p>" not in found[1] else html

    def _hole(self, hole: Hole, shift: int, following: object) -> str:
        match hole:
            case Cited():
                return self.marks(hole.citations)
            case Heading():
                return f"</h{min(hole.level + shift, 6)}>\n"
            case RecordLink():
                css = ' class="term"' if hole.ref.kind == "term" else ""
                if css and hole.ref != self._own:
                    self._terms[hole.ref] = None
                return f'<a href="{self.to(hole.ref)}"{css}{self._as_named(hole.ref, following)}>'
            case Embed():
                return self.embed(hole.ref)

    def _as_named(self, ref: Ref, following: object) -> Markup:
        """The attributes of a link's words where the term they lead to has them as its name in another language."""
        if ref.kind != "term" or not isinstance(following, str):
            return Markup("")
        words = Markup(following.partition("</a>")[0]).striptags()
        names = getattr(self._seen(ref, "names"), "names", ())
        return self.lang(next((name.language for name in names if name.text == words), None))

    @staticmethod
    def _heading(segment: Heading, shift: int, name: str) -> str:
        named = f' id="{name}"' if name else ""
        return f"<h{min(segment.level + shift, 6)}{named}>"

    @cached_property
    def _own(self) -> Ref | None:
        return self.page.record.ref if self.page.record else None

    def embed(self, ref: Ref) -> Markup:
        """A record set into a text; inside another one only a link, so that nothing can hold itself.

        Where everything stands on one page, a link too where it already stands.
        """
        anchor = "" if self._is_embedding else self.anchor(ref)  # a link takes the place of none
        if self._is_embedding or (self.page.is_whole and not anchor):
            return Markup("<p>{}</p>\n").format(self.link(ref))
        self._is_embedding = True
        try:
            shown = self.show(ref, "embed")
            return Markup("<div{}>{}</div>\n").format(anchor, shown) if anchor else shown
        finally:
            self._is_embedding = False

    @reads_exactly
    def show(self, ref: Record | Ref, form: str) -> Markup:
        """A record through its kind's template, in one of its forms: `full`, `embed`, `item` or another that it has."""
        record = self.record(ref)
        name = f"records/{record.kind}.html"
        module = self._env.get_template(name).module
        outer, self._shown = self._shown, record.ref
        try:
            return Markup(getattr(module, form)(record, self))
        finally:
            self._shown = outer

    def marks(self, citations: Iterable[Citation]) -> Markup:
        """The numbers after a sentence, each a link to its note."""
        return Markup("".join(map(self._mark, citations)))

    def cites(self, parts: Iterable[Any], *texts: Prose | None) -> Markup:
        """The numbers for a record's list of sources, without those that its texts cite themselves."""
        marked = {(mark.source, mark.locator) for text in texts if text for mark in text.citations}
        listed = (part.citation for part in parts)
        return self.marks(mark for mark in listed if (mark.source, mark.locator) not in marked)

    def _mark(self, citation: Citation) -> str:
        key = (citation.source, citation.locator)
        first = key not in self._notes
        note = self._notes.setdefault(key, len(self._notes) + 1)
        source = self._seen(citation.ref, "publisher")
        name = source.publisher if isinstance(source, Source) else source.heading
        if self.page.is_whole:
            return f'<sup><a href="#note-{note}">{note}</a></sup>'
        anchor = f' id="cite-{note}"' if first else ""
        mark = f'<sup class="cite"><a{anchor} href="#note-{note}" title="{escape(name)}">{note}</a></sup>'
        return mark + self._in_margin(note, source, name) if first else mark

    def _in_margin(self, note: int, source: Record, name: str) -> str:
        """The note again, short, for the margin of a wide page; those who cannot see it there have the list."""
        link = f'<a href="{self.to(source)}" tabindex="-1">{escape(name)}</a>'
        more = ""
        if isinstance(source, Source):
            self._seen(source, "published", "control")
            more = f", {escape(short_months(str(source.published)))}" if source.published else ""
            more = more[:2] + more[2:].replace(" ", "\u00a0")
            more += f", {source.control}" if source.control in ("state", "party") else ""
        return f'<small class="margin" aria-hidden="true"><b>{note}</b>{link}{more}</small>'

    @property
    def terms(self) -> list[Record]:
        """The terms that the page’s texts lead to, as they first do."""
        return [self.record(ref) for ref in self._terms]

    @cached_property
    def title(self) -> tuple[str, str]:
        """The site's title up to its colon, and the rest; the rest is empty without a colon."""
        self._note(self.explainer.ref, "title")
        first, _, rest = self.explainer.title.partition(": ")
        return first, rest

    @reads_exactly
    def lane(self, record: Record | Ref) -> str:
        """The class of a section's colour, for a section or a record that belongs to one; else nothing."""
        section, order = self._section(self.record(record)), self.explainer.sections
        return lane_css(order.index(section)) if section in order else ""

    @reads_exactly
    def social(self, page: Page) -> str:
        """The whole address of the picture that other sites show for a page; nothing without a public address."""
        section = self._section(page.record) if page.record else None
        path = picture_address(section.id if section and section in self.explainer.sections else None)
        return self.base + path if self.base else ""

    def _section(self, record: Record) -> Ref | None:
        """The section that a record is or belongs to."""
        return record.ref if record.kind == "section" else getattr(self._seen(record, "section"), "section", None)

    @property
    def notes(self) -> list[tuple[int, Record, str]]:
        """What was cited so far: `(number, source, locator)`."""
        return [(note, self.record(Ref("source", source)), locator) for (source, locator), note in self._notes.items()]

    @reads_exactly
    def referring(self, record: Record) -> list[tuple[str, tuple[Record, ...]]]:
        """What names this record: `(plural of the kind, records)`, kinds in the site's order."""
        found = (
            (kind.plural, self.site.listed_referring(record.ref, kind.kind))
            for kind in self.site.kinds
            if kind.kind != "explainer"
        )
        return [(plural, records) for plural, records in found if records]

    @reads_exactly
    def unplaced(self, section: Record) -> list[tuple[str, tuple[Record, ...]]]:
        """The figures, quotations and disputes of a section that its own texts do not lead to, as `referring`."""
        self._note(section.ref)
        named = {ref for ref, _, _ in section.references}
        found = []
        for kind in self.site.kinds:
            if kind.kind in ("figure", "quote", "dispute"):
                records = self.site.listed_referring(section.ref, kind.kind)
                own = [record for record in records if self._is_of(record, section) and record.ref not in named]
                found += [(kind.plural, tuple(own))] if own else []
        return found

    def _is_of(self, record: Record, section: Record) -> bool:
        self._note(record.ref, "section")
        return bool(getattr(record, "section", None) == section.ref)

    def last_change(self, record: Record) -> Update | None:
        """The newest update that affects a record."""
        return next(iter(self._updates(record)), None)

    def corrections(self, record: Record) -> list[Update]:
        """What was corrected, clarified or withdrawn in a record, newest first."""
        return [update for update in self._updates(record) if update.type != "addition"]

    def _updates(self, record: Record) -> list[Update]:
        found = self.site.referring(record.ref, "update")
        return [update for update in found if isinstance(update, Update) and record.ref in update.affects]

    @reads_exactly
    def neighbours(self, section: Record) -> tuple[Ref | None, Ref | None]:
        """The sections before and after this one, in reading order; none, if it is not in that."""
        order = self.explainer.sections
        if section.ref not in order:
            return None, None
        place = order.index(section.ref)
        return order[place - 1] if place else None, order[place + 1] if place + 1 < len(order) else None

    def chart(self, figure: Figure) -> "Chart | None":
        """The figure's chart, where it wants one; where everything stands on one page, at the width for any window."""
        from generator.charts import chart

        self._drawn += 1
        found = chart(figure, self.site, f"chart-{self._drawn}")
        return replace(found, drawings=found.drawings[:1]) if found and self.page.is_whole else found

    @staticmethod
    def is_tall(figure: Figure) -> bool:
        """Whether the figure's chart would take most of a screen: a row for each of many values."""
        return figure.chart == "bars" and len(figure.drawn) > MOST_ROWS

    @property
    def linked_data(self) -> Markup | None:
        """What the page is in schema.org's words, as JSON that no `</script>` can end."""
        if self.page.record:
            self._note(self.page.record.ref)
        made = linked_data(self.site, self.page, self._public)
        return Markup(json.dumps(made, ensure_ascii=False).translate(_HARMLESS)) if made else None

    @reads_exactly
    def strip(self) -> "Strip | None":
        """The days of the crisis, drawn, where there is a run of days."""
        from generator.strip import strip

        return self.site.derived(strip)

    def map(self) -> "PlaceMap | None":
        """The places on a map, where the explainer names a file for one."""
        from generator.map import place_map

        return self.site.derived(place_map)

    def evidence(self, record: Record, *path: str | int) -> Evidence | None:
        """What was found of a record’s quotation; `path` leads to another than its `text`."""
        found = self.site.evidence.get(record.ref, ())
        shown = next((evidence for evidence in found if evidence.path == (path or ("text",))), None)
        if shown and shown.is_found and record.ref != shown.source:
            locator = _cited_at(record, shown.path)
            self._supporting.setdefault((shown.source, locator), {})[shown.words] = shown
        return shown

    @reads_exactly
    def supporting(self, source: Record, locator: str) -> list[Evidence]:
        """What this page quotes from there in a source, of which the words were found in its archived text."""
        return list(self._supporting.get((source.ref, locator), {}).values())

    @reads_exactly
    def quoted(self, source: Record) -> list[tuple[Record, Evidence]]:
        """The quotes from a source, each with its evidence."""
        quotes = self.site.listed_referring(source.ref, "quote")
        found = ((quote, evidence) for quote in quotes for evidence in self.site.evidence.get(quote.ref, ()))
        return [(quote, evidence) for quote, evidence in found if evidence.source == source.ref]

    def support(self, source: Source) -> Support:
        """What rests on a source."""
        return support(self.site, source)

    def flag(self, part: Part) -> str:
        """“one source” or “no source”, beside a leading statement with no more under it; else nothing."""
        return flag(self.site, part)

    def lang(self, language: str | None, words: str = "") -> Markup:
        """The attributes of a foreign string; nothing for the site's own language.

        A title in Latin letters of what is written in others was put into the site's language by its editors.
        """
        if language is None or language == self.explainer.language:
            return Markup("")
        if words and language.partition("-")[0] in _NOT_LATIN and not re.search(_OTHER_LETTERS, words):
            return Markup("")
        return Markup(' lang="{}" dir="auto"').format(language)
