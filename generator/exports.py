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
from itertools import chain
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from generator.dates import Date, Moment
from generator.fields import Part, Party
from generator.parallel import slices, together
from generator.plan import Page
from generator.prose import Prose
from generator.records import Figure, Record, Update, Value
from generator.refs import Ref
from generator.site import Site

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class Row(NamedTuple):
    """A record as a line of JSON and as one of CSV, and the columns that it fills."""

    record: Record
    filled: tuple[str, ...]
    json: bytes
    csv: bytes


@dataclass(frozen=True, slots=True)
class Lists:
    """The records of one kind as files of JSON and of CSV; the rows can be cut out of them again."""

    records: tuple[Record, ...]
    columns: tuple[str, ...]
    filled: tuple[tuple[str, ...], ...]
    files: tuple[bytes, bytes]
    lengths: "tuple[array[int], array[int]]"
    """In bytes, of the line of each record."""

    def rows(self) -> Iterator[Row]:
        objects = _cut(self.files[0], len(_OPEN), self.lengths[0], len(_BETWEEN))
        table = _cut(self.files[1], len(_csv_line(self.columns)), self.lengths[1], 0)
        return map(Row, self.records, self.filled, objects, table)


def _cut(file: bytes, start: int, lengths: Iterable[int], gap: int) -> Iterator[bytes]:
    for length in lengths:
        yield file[start : start + length]
        start += length + gap


@dataclass
class Exported:
    """What one build leaves for the next: the lists of each kind of records, and the schema of each."""

    lists: dict[str, Lists] = field(default_factory=dict)
    schemas: dict[type[Record], bytes] = field(default_factory=dict)


def exports(
    site: Site, pages: tuple[Page, ...], base_url: str = "", known: Exported | None = None, jobs: int = 1
) -> dict[str, bytes]:
    """Every file that is not a page, by its path. `known` has what was made before, and then what is made now."""
    files = dict(_data(site, known or Exported(), jobs))
    files["sitemap.xml"] = _sitemap(pages, base_url)
    files["robots.txt"] = _robots(base_url)
    files["feed.xml"] = _feed(site, base_url)
    files["_headers"] = _headers()
    files[".nojekyll"] = b""
    return files


def _data(site: Site, known: Exported, jobs: int) -> Iterator[tuple[str, bytes]]:
    for kind in site.kinds:
        if kind not in known.schemas:
            known.schemas[kind] = _schema_file(kind)
        yield f"data/schema/{kind.kind}.json", known.schemas[kind]
        if kind.kind == "explainer":
            yield "data/explainer.json", _json(as_data(site.explainer))
            continue
        lists = known.lists[kind.kind] = _lists(site.of_kind(kind.kind), known.lists.get(kind.kind), jobs)
        yield from zip((f"data/{kind.folder}.json", f"data/{kind.folder}.csv"), lists.files, strict=True)
    for figure in site.of_kind("figure"):
        assert isinstance(figure, Figure)
        yield f"data/figures/{figure.id}.csv", _values(figure)


def _lists(records: tuple[Record, ...], before: Lists | None, jobs: int) -> Lists:
    """The lists of these records; the rows of those that are as they were `before` are not made again."""
    if before and before.records is records:
        return before
    rows = {id(row.record): row for row in before.rows()} if before else {}
    rows = {id(record): row for record in records if (row := rows.get(id(record)))}
    shapes = {row.filled: row.filled for row in rows.values()}  # few differ
    fresh = [(record, _filled(record)) for record in records if id(record) not in rows]
    shapes |= {filled: filled for _, filled in fresh}
    names = set(chain.from_iterable(shapes))
    columns = ("id", *(_columns(type(records[0]), names) if records else ()))
    if before and before.columns != columns:
        return _lists(records, None, jobs)
    tasks = [partial(_lines, [record for record, _ in part], columns) for part in slices(fresh, jobs, _MANY)]
    made = chain.from_iterable(together(tasks, jobs))
    rows |= {
        id(record): Row(record, shapes[filled], *lines) for (record, filled), lines in zip(fresh, made, strict=True)
    }
    in_order = [rows[id(record)] for record in records]
    objects, table = [row.json for row in in_order], [row.csv for row in in_order]
    files = _json_lines(objects), b"".join([_csv_line(columns), *table])
    lengths = array("I", map(len, objects)), array("I", map(len, table))
    return Lists(records, columns, tuple([row.filled for row in in_order]), files, lengths)


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
    return _json(schema(kind))


def schema(kind: type[Record]) -> dict[str, Any]:
    """The JSON Schema of a kind's files, for completion and hover help in editors."""
    made = kind.model_json_schema()
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


def _json_lines(lines: list[bytes]) -> bytes:
    """A JSON list with one record on each line, so that two versions compare well."""
    return _OPEN + _BETWEEN.join(lines) + _CLOSE if lines else b"[]\n"


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
        f"    <title>{escape(update.type.capitalize())}: {escape(update.summary.plain[:120])}</title>\n"
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
