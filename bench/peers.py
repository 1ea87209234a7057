"""The synthetic site written for other generators: the same words on the same pages, templates as small as can be.

`write_hugo`, `write_eleventy` and `write_pelican` each fill a folder.
"""

import json
from collections import defaultdict
from pathlib import Path

from bench.synthetic import Event, Story, follows


def write_hugo(made: Story, folder: Path) -> None:
    _write(folder / "hugo.toml", 'baseURL = "https://example.org/"\ntitle = "A synthetic story"\n' + _HUGO_OPTIONS)
    for event in made.events:
        _write(folder / f"content/events/{event.id}.md", _front_matter(_facts(event, made)) + _body(event))
    for source in made.sources:
        facts: dict[str, object] = {"title": source.title, "publisher": "The Valley Post", "id": source.id}
        _write(folder / f"content/sources/{source.id}.md", _front_matter(facts))
    for name, text in _HUGO.items():
        _write(folder / "layouts" / name, text)


def write_eleventy(made: Story, folder: Path) -> None:
    _write(folder / "eleventy.config.js", _ELEVENTY_CONFIG)
    _write(folder / "package.json", '{"type": "module"}\n')
    cited = _cited(made)
    for event in made.events:
        facts = {"layout": "event.njk", "permalink": f"/events/{event.id}/", "tags": ["event"]}
        _write(folder / f"src/events/{event.id}.md", _front_matter({**facts, **_facts(event, made)}) + _body(event))
    for source in made.sources:
        facts = {"layout": "source.njk", "permalink": f"/sources/{source.id}/", "publisher": "The Valley Post"}
        listed = [{"id": event.id, "title": event.title} for event in cited[source.id]]
        _write(
            folder / f"src/sources/{source.id}.md", _front_matter({**facts, "title": source.title, "events": listed})
        )
    for name, text in _ELEVENTY.items():
        _write(folder / "src" / name, text)


def write_pelican(made: Story, folder: Path) -> None:
    _write(folder / "pelicanconf.py", _PELICAN_CONFIG)
    for event in made.events:
        facts = _facts(event, made)
        head = f"Title: {event.title}\nDate: {event.day}\nSlug: {event.id}\nCategory: events\n"
        more = "".join(f"X-{key}: {value}\n" for key, value in facts.items() if key not in ("title", "date", "id"))
        _write(folder / f"content/events/{event.id}.md", head + more.replace("X-", "") + "\n" + _body(event))
    for source in made.sources:
        head = f"Title: {source.title}\nSlug: {source.id}\npublisher: The Valley Post\n"
        _write(folder / f"content/pages/{source.id}.md", head + "\n.\n")
    for name, text in _PELICAN.items():
        _write(folder / "theme/templates" / name, text)
    (folder / "theme/static").mkdir(parents=True, exist_ok=True)


def _facts(event: Event, made: Story) -> dict[str, object]:
    source = made.sources[event.source]
    facts: dict[str, object] = {
        "title": event.title,
        "date": event.day.isoformat(),
        "id": event.id,
        "part": f"What happened in part {event.section}?",
        "part_id": f"part-{event.section}",
        "source_id": source.id,
        "source_title": source.title,
    }
    if event.earlier and follows(event, made):
        facts["earlier_id"] = event.earlier
        facts["earlier_title"] = made.events[int(event.earlier.removeprefix("event-"))].title
    if event.quote:
        facts["quote"] = event.quote.text
        facts["speaker"] = "The speaker"
    return facts


def _body(event: Event) -> str:
    return "\n\n".join(event.paragraphs) + "\n"


def _cited(made: Story) -> dict[str, list[Event]]:
    found: dict[str, list[Event]] = defaultdict(list)
    for event in made.events:
        found[made.sources[event.source].id].append(event)
    return found


def _front_matter(facts: dict[str, object]) -> str:
    return "---\n" + "".join(f"{key}: {json.dumps(value)}\n" for key, value in facts.items()) + "---\n"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


_HUGO_OPTIONS = """\
disableKinds = ["taxonomy", "term", "rss", "sitemap", "robotsTXT", "404"]
[markup.goldmark.renderer]
unsafe = false
"""
_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>TITLE</title>
<link rel="stylesheet" href="../../style.css">
</head>
<body>
<nav><a href="../../">A synthetic story</a> <a href="../../timeline/">Timeline</a></nav>
<main>
MAIN
</main>
<footer><p>Checked on 2025-01-01</p></footer>
END
</body>
</html>
"""


def _page(title: str, main: str, end: str = "") -> str:
    return _PAGE.replace("TITLE", title).replace("MAIN", main).replace("END", end)


_HUGO_EVENT = """\
<h1>{{ .Title }}</h1>
<p><time datetime="{{ .Date.Format "2006-01-02" }}">{{ .Date.Format "2 January 2006" }}</time>
<a href="../../{{ .Params.part_id }}/">{{ .Params.part }}</a></p>
{{ .Content }}<sup class="cite"><a id="cite-1" href="#note-1">1</a></sup>
{{ with .Params.earlier_id }}<p>After <a href="../../events/{{ . }}/">{{ $.Params.earlier_title }}</a></p>{{ end }}
{{ with .Params.quote }}<blockquote><p>{{ . }}</p></blockquote>
<p><a href="../../actors/speaker/">{{ $.Params.speaker }}</a></p>{{ end }}"""
_HUGO_NOTES = """\
<ol>
<li id="note-1"><a href="../../sources/{{ .Params.source_id }}/">The Valley Post: {{ .Params.source_title }}</a></li>
</ol>"""
_HUGO_SOURCE = """\
<h1>{{ .Title }}</h1>
<p>{{ .Params.publisher }}</p>
<ul>
{{ range where (where site.RegularPages "Section" "events") "Params.source_id" .Params.id }}
<li><a href="../../events/{{ .Params.id }}/">{{ .Title }}</a></li>
{{ end }}
</ul>"""
_HUGO_LIST = """\
<h1>{{ .Title }}</h1>
<ol>
{{ range .RegularPages }}
<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>
{{ end }}
</ol>"""
_HUGO = {
    "events/single.html": _page("{{ .Title }}", _HUGO_EVENT, _HUGO_NOTES),
    "sources/single.html": _page("{{ .Title }}", _HUGO_SOURCE),
    "_default/list.html": _page("{{ .Title }}", _HUGO_LIST),
    "index.html": _page("{{ .Title }}", "<h1>{{ .Title }}</h1>"),
}
_NUNJUCKS_EVENT = """\
<h1>{{ title }}</h1>
<p><time datetime="{{ date }}">{{ date | day }}</time> <a href="../../{{ part_id }}/">{{ part }}</a></p>
{{ content | safe }}<sup class="cite"><a id="cite-1" href="#note-1">1</a></sup>
{% if earlier_id %}<p>After <a href="../../events/{{ earlier_id }}/">{{ earlier_title }}</a></p>{% endif %}
{% if quote %}<blockquote><p>{{ quote }}</p></blockquote>
<p><a href="../../actors/speaker/">{{ speaker }}</a></p>{% endif %}"""
_NUNJUCKS_NOTES = """\
<ol>
<li id="note-1"><a href="../../sources/{{ source_id }}/">The Valley Post: {{ source_title }}</a></li>
</ol>"""
_ELEVENTY = {
    "_includes/event.njk": _page("{{ title }}", _NUNJUCKS_EVENT, _NUNJUCKS_NOTES),
    "_includes/source.njk": _page(
        "{{ title }}",
        "<h1>{{ title }}</h1>\n<p>{{ publisher }}</p>\n<ul>\n{% for event in events %}"
        '<li><a href="../../events/{{ event.id }}/">{{ event.title }}</a></li>\n{% endfor %}</ul>',
    ),
    "timeline.njk": "---\npermalink: /timeline/\n---\n"
    + _page(
        "Timeline",
        "<h1>Timeline</h1>\n<ol>\n{% for page in collections.event %}"
        '<li><a href="..{{ page.url }}">{{ page.data.title }}</a></li>\n{% endfor %}</ol>',
    ),
    "index.njk": "---\npermalink: /\n---\n" + _page("A synthetic story", "<h1>A synthetic story</h1>"),
}
_ELEVENTY_CONFIG = """\
export default function (config) {
  config.setQuietMode(true);
  config.addFilter("day", (value) =>
    new Date(value).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }));
  return { dir: { input: "src", output: "_site" }, markdownTemplateEngine: false };
}
"""
_PELICAN_CONFIG = """\
SITENAME = "A synthetic story"
SITEURL = ""
PATH = "content"
THEME = "theme"
TIMEZONE = "UTC"
DEFAULT_LANG = "en"
DEFAULT_DATE_FORMAT = "%-d %B %Y"
RELATIVE_URLS = False
ARTICLE_PATHS = ["events"]
ARTICLE_URL = "events/{slug}/"
ARTICLE_SAVE_AS = "events/{slug}/index.html"
PAGE_URL = "sources/{slug}/"
PAGE_SAVE_AS = "sources/{slug}/index.html"
ARCHIVES_SAVE_AS = "timeline/index.html"
DIRECT_TEMPLATES = ["index", "archives"]
DEFAULT_PAGINATION = False
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
AUTHOR_SAVE_AS = CATEGORY_SAVE_AS = TAG_SAVE_AS = ""
"""
_JINJA_EVENT = """\
<h1>{{ article.title }}</h1>
<p><time datetime="{{ article.date.strftime('%Y-%m-%d') }}">{{ article.locale_date }}</time>
<a href="../../{{ article.part_id }}/">{{ article.part }}</a></p>
{{ article.content }}<sup class="cite"><a id="cite-1" href="#note-1">1</a></sup>
{% if article.earlier_id %}<p>After <a href="../../events/{{ article.earlier_id }}/">{{ article.earlier_title }}</a></p>
{% endif %}
{% if article.quote %}<blockquote><p>{{ article.quote }}</p></blockquote>
<p><a href="../../actors/speaker/">{{ article.speaker }}</a></p>{% endif %}"""
_JINJA_NOTES = """\
<ol>
<li id="note-1"><a href="../../sources/{{ article.source_id }}/">The Valley Post: {{ article.source_title }}</a></li>
</ol>"""
_PELICAN = {
    "article.html": _page("{{ article.title }}", _JINJA_EVENT, _JINJA_NOTES),
    "page.html": _page(
        "{{ page.title }}",
        "<h1>{{ page.title }}</h1>\n<p>{{ page.publisher }}</p>\n<ul>\n"
        "{% for article in articles if article.source_id == page.slug %}"
        '<li><a href="../../{{ article.url }}">{{ article.title }}</a></li>\n{% endfor %}</ul>',
    ),
    "archives.html": _page(
        "Timeline",
        "<h1>Timeline</h1>\n<ol>\n{% for article in articles %}"
        '<li><a href="../{{ article.url }}">{{ article.title }}</a></li>\n{% endfor %}</ol>',
    ),
    "index.html": _page("A synthetic story", "<h1>A synthetic story</h1>"),
}
