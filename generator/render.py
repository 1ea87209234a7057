"""Pages and templates to files."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from hashlib import sha256

from jinja2 import TemplateError, TemplateNotFound, TemplateSyntaxError

from generator.accent import for_the_dark
from generator.changes import Since
from generator.diagnostics import Diagnostic, Location
from generator.filecheck import Links, links_of
from generator.looks import deriving, with_derived
from generator.parallel import Ahead, slices, together
from generator.plan import Page
from generator.readers import Readers
from generator.reads import Noticed, NoticingSite, Reads, Subject, Unnoticed
from generator.same import Edited, differing, replaced
from generator.site import Site
from generator.sitefiles import SiteFiles
from generator.templating import Compiled, Templates, differing_templates, environment
from generator.view import View

STYLES = ("theme.css", "layout.css", "content.css", "drawings.css", "print.css")


def assets(templates: Mapping[str, bytes], accent: str | None) -> tuple[dict[str, bytes], dict[str, str]]:
    """The files under `assets/`, named by their content, and where each name leads. The styles become one file.

    That one is without the comments on lines of their own, which are for designers, and ends with the explainer's own
    accent, where it has one.
    """
    found = {name.removeprefix("assets/"): data for name, data in templates.items() if name.startswith("assets/")}
    styles = [found.pop(name) for name in STYLES if name in found]
    names = {name: _named_by_content(name, data) for name, data in sorted(found.items())}
    files = {names[name]: data for name, data in sorted(found.items())}
    css = _COMMENT.sub(b"", b"\n".join([b"", *styles]))
    css = _ADDRESS.sub(lambda match: _address_in_css(match[1], names), css)
    css += _ACCENT.format(accent, for_the_dark(accent)).encode() if accent else b""
    names["style.css"] = _named_by_content("style.css", css)
    return {**files, names["style.css"]: css}, names


_ACCENT = """
:root {{ --accent: {0}; }}
@media (prefers-color-scheme: dark) {{ :root {{ --accent: {1}; }} }}
"""
_COMMENT = re.compile(rb"\n */\*(?:.*?\*/|.*)", re.S)  # one that nothing ends runs on to the end
_ADDRESS = re.compile(rb"url\(([^()]*)\)")


def _named_by_content(name: str, data: bytes) -> str:
    stem, dot, suffix = name.rpartition(".")
    return f"assets/{stem}.{sha256(data).hexdigest()[:12]}{dot}{suffix}"


def _address_in_css(written: bytes, names: Mapping[str, str]) -> bytes:
    """Where a stylesheet finds another asset: beside itself, under the name that holds its hash."""
    known = names.get(written.decode(errors="replace"))
    return b"url(%b)" % (known.removeprefix("assets/").encode() if known else written)


@dataclass(frozen=True)
class Rendering:
    """All pages as they were made, and all they were made of; it spares the next rendering what is still right.

    Mappings by path instead of an object for each page: a build may have thousands of them read again, and use few.
    """

    site: Site
    templates: Mapping[str, bytes]
    env: Templates
    assets: Mapping[str, str]
    options: tuple[bool, str]
    pages: Mapping[str, Page]
    readers: Readers[str]
    """What each page read as it was made."""
    links: Mapping[str, Links]
    """Where each page leads."""
    files: SiteFiles
    """What came of the pages."""
    fresh: int
    """How many of the pages were made anew."""


def render(
    site: Site,
    pages: Iterable[Page],
    templates: Mapping[str, bytes],
    *,
    portable: bool,
    base_url: str,
    before: Rendering | None,
    since: Since,
    compiling: Ahead[Compiled] | None,
    is_hasty: bool = False,
) -> tuple[SiteFiles, list[Diagnostic], Rendering | None]:
    """The files of all pages and their assets. A mistake in a template is a diagnostic that names its line.

    What a rendering `before` made is taken over where nothing differs that it was made of. One that `is_hasty` makes a
    few pages that somebody waits for, and nothing goes on from it.
    """
    own, names = assets(templates, site.explainer.accent)
    options = (portable, base_url)
    env = _environment(templates, since.remembers, before, compiling)
    by_path = _by_path(pages, before.pages if before else {})
    known = before if before and before.options == options else _nothing(site, env, since)
    stale = _stale(by_path, templates, names, known, since) if known.pages else by_path.keys()
    missing = [page for path, page in by_path.items() if path in stale]
    parts = slices(missing, since.jobs, 40)
    tasks = [deriving(site, partial(_rendered, part, site, env, names, options)) for part in parts]
    answers = together(tasks, since.jobs)
    contents, digests, reads, links = dict[str, bytes](), dict[str, str](), dict[str, Reads](), dict[str, Links]()
    for part, (made, problems) in zip(parts, with_derived(site, answers), strict=True):
        if problems:
            return SiteFiles(), problems, None
        for page, (content, digest, read, leads) in zip(part, made, strict=True):
            path = page.path
            contents[path], digests[path], reads[path], links[path] = content, digest, read, leads
    files = known.files.renewed(by_path, SiteFiles(contents, digests))
    made_files = SiteFiles(own) | files
    if is_hasty:
        return made_files, [], None
    gone = known.pages.keys() - by_path.keys()
    readers, all_links = known.readers.renewed(reads, gone), Edited(known.links, links, gone)
    rendering = Rendering(site, templates, env, names, options, by_path, readers, all_links, files, len(missing))
    return made_files, [], rendering


def _by_path(pages: Iterable[Page], before: Mapping[str, Page]) -> dict[str, Page]:
    """The pages by their paths; one that is the same object as before has the same path."""
    known = {id(page): path for path, page in before.items()}
    return {known.get(id(page)) or page.path: page for page in pages}


def _nothing(site: Site, env: Templates, since: Since) -> Rendering:
    """The rendering before the first one."""
    return Rendering(site, {}, env, {}, (False, ""), {}, since.readers(), {}, SiteFiles(), 0)


def _environment(
    templates: Mapping[str, bytes], remembers: bool, before: Rendering | None, compiling: Ahead[Compiled] | None
) -> Templates:
    """Jinja for these templates, with what was compiled of them elsewhere or `before`; it has noticed nothing yet."""
    if before and before.templates == templates:
        env = before.env
    else:
        done = before.env.bytecode_cache if before else compiling.result() if compiling else None
        env = environment(templates, remembers, done)
    env.noticed = Noticed() if remembers else Unnoticed()
    return env


def _rendered(
    pages: Iterable[Page], site: Site, env: Templates, names: Mapping[str, str], options: tuple[bool, str]
) -> tuple[list[tuple[bytes, str, Reads, Links]], list[Diagnostic]]:
    """Of each page its content, a digest, what it read and where it leads: pages themselves go through no pickle."""
    noticed = env.noticed
    noticing = NoticingSite(site, noticed)
    made = []
    for page in pages:
        view = View(noticing, page, env, names, *options)
        try:
            content = env.get_template(page.template).render(view=view, page=page, site=noticing).encode()
        except Exception as error:  # a template can do anything wrong that Python can
            return [], [_explained(error, page)]
        made.append((content, sha256(content).hexdigest(), noticed.taken(), links_of(page.path, content)))
    return made, []


def _stale(
    pages: Mapping[str, Page], templates: Mapping[str, bytes], names: Mapping[str, str], before: Rendering, since: Since
) -> set[str]:
    """The pages that are new, or others, or read something which is different now."""
    different: set[Subject] = {("asset", name) for name in differing(before.assets, names)}
    different |= {("template", name) for name in differing_templates(before.templates, templates)}
    replaced_pages = {path: pages[path] for path in replaced(before.pages, pages) if path in pages}
    others = {path for path, page in replaced_pages.items() if not _is_same(page, before.pages.get(path))}
    return others | since(before.site).affected(before.readers, pages, different)


def _is_same(page: Page, old: Page | None) -> bool:
    return old is not None and _identity(page) == _identity(old)


def _identity(page: Page) -> tuple[object, ...]:
    """What a page is, apart from what its records say."""
    record = page.record.ref if page.record else None
    return page.template, page.title, page.description, page.listed, record, [listed.ref for listed in page.records]


def _explained(error: Exception, page: Page) -> Diagnostic:
    where, message = _last_template_line(error, page), str(error) or type(error).__name__
    if isinstance(error, TemplateSyntaxError):
        where, code = Location(f"templates/{error.name or page.template}", error.lineno), "tpl-syntax"
        message = error.message or message
    elif isinstance(error, TemplateNotFound):
        code, message = "tpl-undefined", f"there is no template {error.name}"
    elif isinstance(error, TemplateError):
        code = "tpl-undefined"
    elif isinstance(error, RecursionError):
        code, message = "tpl-error", "this template leads back to itself without an end, perhaps through others"
    else:
        code, message = "tpl-error", f"{type(error).__name__}: {error}"
    return Diagnostic(where, code, message, "templates/README.md lists what a template can use")


def _last_template_line(error: Exception, page: Page) -> Location:
    """Jinja rewrites the traceback so that its frames carry the template's own file and lines."""
    where, trace = Location(f"templates/{page.template}"), error.__traceback__
    while trace is not None:
        path = trace.tb_frame.f_code.co_filename
        if path.startswith("templates/"):
            where = Location(path, trace.tb_lineno)
        trace = trace.tb_next
    return where
