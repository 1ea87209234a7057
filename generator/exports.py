"""Files that are not pages: data, schemas, feed, sitemap, and what static hosts look for."""

import csv
import io
import json
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, partial
from html import escape
from itertools import accumulate, chain
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from generator.dates import Date, Moment
from generator.diagnostics import first_words
from generator.fields import Part, Party
from generator.parallel import slices, together
from generator.plan import Page
from generator.prose import Prose
from generator.records import Figure, Record, Update, Value
from generator.refs import Ref
from generator.site import Site
from generator.sitefiles import SiteFiles

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class Lists:
    """The records of one kind as they stand in a file of JSON and in one of CSV."""

    records: tuple[Record, ...]
    columns: tuple[str, ...]
    filled: tuple[tuple[str, ...], ...]
    """Which columns each record fills."""
    lengths: "tuple[array[int], array[int]]"
    """In bytes, of the line of each record in the two files."""


@dataclass
class Exported:
    """What one build leaves for the next: the lists of each kind of records, their files, and the schema of each."""

    lists: dict[str, Lists] = field(default_factory=dict)
    files: SiteFiles = field(default_factory=SiteFiles)
    schemas: dict[type[Record], bytes] = field(default_factory=dict)


def exports(site: Site, pages: tuple[Page, ...], base_url: str, known: Exported, jobs: int) -> SiteFiles:
    """Every file that is not a page, by its path. `known` has what was made before, and then what is made now."""
    files = dict(_data(site, known))
    files["sitemap.xml"] = _sitemap(pages, base_url)
    files["robots.txt"] = _robots(base_url)
    files["feed.xml"] = _feed(site, base_url)
    files["_headers"] = _headers()
    files[".nojekyll"] = b""
    _renew_lists(known, site, jobs)
    return known.files | files


def _data(site: Site, known: Exported) -> Iterator[tuple[str, bytes]]:
    for kind in site.kinds:
        if kind not in known.schemas:
            known.schemas[kind] = _schema_file(kind)
        yield f"data/schema/{kind.kind}.json", known.schemas[kind]
    yield "data/explainer.json", _json(as_data(site.explainer))
    for figure in site.of_kind("figure"):
        assert isinstance(figure, Figure)
        yield f"data/figures/{figure.id}.csv", _values(figure)


def _renew_lists(known: Exported, site: Site, jobs: int) -> None:
    for kind in site.kinds:
        before, records = known.lists.get(kind.kind), site.of_kind(kind.kind)
        if kind.kind != "explainer" and (before is None or before.records is not records):
            paths = f"data/{kind.folder}.json", f"data/{kind.folder}.csv"
            old = [known.files.view(path) if before else b"" for path in paths]
            known.lists[kind.kind], files = _lists(records, before, old, jobs)
            known.files |= dict(zip(paths, files, strict=True))


def _lists(
    records: tuple[Record, ...], before: Lists | None, files: Sequence[bytes | memoryview], jobs: int
) -> tuple[Lists, tuple[bytes, bytes]]:
    """The lists of these records, and their files; what is as it was `before` is copied from the `files` of then."""
    known = {id(record): number for number, record in enumerate(before.records)} if before else {}
    places = [known.get(id(record)) for record in records]
    fresh = [record for record, place in zip(records, places, strict=True) if place is None]
    shapes = {shape: shape for shape in _distinct(before.filled if before else ())}
    now = iter([shapes.setdefault(shape, shape) for shape in map(_filled, fresh)])
    filled = tuple([before.filled[place] if before and place is not None else next(now) for place in places])
    names = set(chain.from_iterable(_distinct(filled)))
    columns = ("id", *(_columns(type(records[0]), names) if records else ()))
    if before and before.columns != columns:
        return _lists(records, None, (b"", b""), jobs)
    tasks = [partial(_lines, part, columns) for part in slices(fresh, jobs, _MANY)]
    lines = list(chain.from_iterable(together(tasks, jobs)))
    head = _csv_line(columns)
    lengths: tuple[Sequence[int], Sequence[int]] = before.lengths if before else ((), ())
    old_objects = _Lines(files[0], len(_OPEN), lengths[0], len(_BETWEEN))
    old_table = _Lines(files[1], len(head), lengths[1], 0)
    objects, object_lengths = _copied(old_objects, places, (line for line, _ in lines))
    table, row_lengths = _copied(old_table, places, (line for _, line in lines))
    made = Lists(records, columns, filled, (object_lengths, row_lengths))
    return made, (_json_lines(objects), b"".join([head, *table]))


class _Lines(NamedTuple):
    """A file of lines: where the first begins, how long each is, and how far it is from one to the next."""

    file: bytes | memoryview
    start: int
    lengths: Sequence[int]
    gap: int


def _copied(
    old: _Lines, places: Sequence[int | None], fresh: Iterator[bytes]
) -> tuple[list[bytes | memoryview], "array[int]"]:
    """The lines that stood at these places, in runs of neighbours, and fresh ones between; how long each line is."""
    edges = list(accumulate((length + old.gap for length in old.lengths), initial=old.start))
    pieces, lengths, view = list[bytes | memoryview](), array("I"), memoryview(old.file)
    for run in _runs(places):
        pieces.append(view[edges[run.start] : edges[run.stop] - old.gap] if run else next(fresh))
        lengths.extend(old.lengths[run.start : run.stop] if run else (len(pieces[-1]),))
    return pieces, lengths


def _runs(places: Iterable[int | None]) -> Iterator[range | None]:
    """Places that follow one on the other, together; None stays alone."""
    start = stop = 0
    for place in places:
        if place is None or place != stop or start == stop:
            if start < stop:
                yield range(start, stop)
            if place is None:
                yield None
                start = stop = 0
                continue
            start = place
        stop = place + 1
    if start < stop:
        yield range(start, stop)


def _distinct(shapes: Iterable[tuple[str, ...]]) -> Iterable[tuple[str, ...]]:
    """Each once: they are few, and equal ones are one object."""
    return {id(shape): shape for shape in shapes}.values()


_MANY = 500  # for fewer records another process costs more than it spares


def _lines(records: Sequence[Record], columns: Sequence[str]) -> list[tuple[bytes, bytes]]:
    """Each record as a line of JSON and as one of CSV."""
    lines = []
    for record in records:
        data = {"id": record.id, **as_data(record)}
        row = _csv_line([_cell(data[name]) if name in data else "" for name in columns])
        lines.append((_line(data).encode(), row))
    return lines


def _values(figure: Figure) -> bytes:
    rows: list[dict[str, Any]] = [as_data(value) for value in figure.values]
    columns = _columns(Value, set(chain.from_iterable(rows)))
    lines = [[_cell(row[name]) if name in row else "" for name in columns] for row in rows]
    return b"".join(map(_csv_line, [columns, *lines]))


@cache
def _schema_file(kind: type[Record]) -> bytes:
    return _json(schema(kind, is_published=bool(kind.folder)))


def schema(kind: type[Record], is_published: bool = False) -> dict[str, Any]:
    """The JSON Schema of a kind's files, for completion and hover help in editors.

    If it `is_published`, of the records in the lists on the site: there each has the id that is its file's name here.
    """
    made = kind.model_json_schema()
    if not is_published:
        made["properties"].pop("id", None)
        made["required"] = [name for name in made.get("required", ()) if name != "id"]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made}


def as_data(value: Any) -> Any:
    """A record as plain data: what an editor would have typed, and nothing of what is not published."""
    form = _FORMS.get(type(value))
    if form is not None:
        return form(value)
    if isinstance(value, Part):
        pairs = [(shown, getattr(value, name)) for name, shown in _published(type(value))]
        return {name: as_data(item) for name, item in pairs if item is not None and item != ()}
    return value


def _columns(part: type[Part], filled: Set[str]) -> tuple[str, ...]:
    return tuple([name for _, name in _published(part) if name in filled])


def _filled(record: Record) -> tuple[str, ...]:
    """The columns that `as_data` fills."""
    return tuple([name for field, name in _published(type(record)) if getattr(record, field) not in (None, ())])


@cache
def _published(part: type[Part]) -> tuple[tuple[str, str], ...]:
    """The fields that are published, and what an editor calls them; those that every record has come last."""
    fields, common = part.model_fields, Record.model_fields if issubclass(part, Record) else {}
    own = [name for name in fields if name not in common]
    names = own + [name for name in common if name not in ("id", "note", "status")]
    return tuple((name, fields[name].alias or name) for name in names)


def _moment(value: Moment) -> Any:
    data: dict[str, Any] = {"date": value.date.text}
    if value.time:
        data["time"] = f"{value.time:%H:%M}"
    if value.until:
        data["until"] = value.until.text if isinstance(value.until, Date) else f"{value.until:%H:%M}"
    if value.zone:
        data["zone"] = value.zone
    if value.about:
        data["approximate"] = True
    return data


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


_FORMS: Mapping[type, Callable[[Any], Any]] = {
    str: str,
    Prose: attrgetter("text"),
    Date: attrgetter("text"),
    Moment: _moment,
    Party: attrgetter("text"),
    Ref: str,
    Decimal: _number,
    tuple: lambda values: [as_data(value) for value in values],
}


def _json(data: Any) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


_OPEN, _BETWEEN, _CLOSE = b"[\n", b",\n", b"\n]\n"


def _json_lines(lines: Sequence[bytes | memoryview]) -> bytes:
    """A JSON list with one record on each line, so that two versions compare well."""
    opened = [_OPEN, *chain.from_iterable((line, _BETWEEN) for line in lines)]
    return b"".join([*opened[:-1], _CLOSE]) if lines else b"[]\n"


def _csv_line(cells: Sequence[Any]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue().encode()


def _cell(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        value = _line(value)
    # A spreadsheet would run what starts like a formula.
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


_line = json.JSONEncoder(ensure_ascii=False).encode


def _sitemap(pages: tuple[Page, ...], base_url: str) -> bytes:
    """Addresses must be absolute here, so without a base address the list is empty."""
    listed = [page.address for page in pages if page.listed] if base_url else []
    rows = "".join(f"  <url><loc>{escape(base_url + address)}</loc></url>\n" for address in listed)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return f"{head}{rows}</urlset>\n".encode()


def _robots(base_url: str) -> bytes:
    sitemap = f"\nSitemap: {base_url}sitemap.xml\n" if base_url else ""
    return f"User-agent: *\nAllow: /\n{sitemap}".encode()


def _feed(site: Site, base_url: str) -> bytes:
    explainer = site.explainer
    updates = [update for update in site.of_kind("update") if isinstance(update, Update)]
    updated = max((update.on.text for update in updates), default=explainer.as_of.text)
    entries = "".join(_entry(explainer.title, update, base_url) for update in updates)
    authors = "".join(f"  <author><name>{escape(author)}</name></author>\n" for author in explainer.authors)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{escape(explainer.language)}">\n'
        f"  <title>{escape(explainer.title)}: updates</title>\n"
        f"  <id>{_feed_id(explainer.title, '', base_url)}</id>\n"
        f"  <updated>{updated}T00:00:00Z</updated>\n"
        f'  <link rel="alternate" href="{escape(base_url)}updates/"/>\n'
        f"{authors}{entries}</feed>\n"
    ).encode()


def _entry(title: str, update: Update, base_url: str) -> str:
    return (
        "  <entry>\n"
        f"    <title>{escape(update.type.capitalize())}: {escape(first_words(update.summary.plain, 120))}</title>\n"
        f"    <id>{_feed_id(title, update.id, base_url)}</id>\n"
        f"    <updated>{update.on.text}T00:00:00Z</updated>\n"
        f'    <link rel="alternate" href="{escape(base_url + update.address)}"/>\n'
        f"    <summary>{escape(update.summary.plain)}</summary>\n"
        "  </entry>\n"
    )


def _feed_id(title: str, update: str, base_url: str) -> str:
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'{base_url or title}#{update}')}"


def _headers() -> bytes:
    return (
        "/*\n"
        f"  Content-Security-Policy: {POLICY}\n"
        "  X-Content-Type-Options: nosniff\n"
        "  Referrer-Policy: no-referrer\n"
        "/assets/*\n"
        "  Cache-Control: public, max-age=31536000, immutable\n"
    ).encode()
