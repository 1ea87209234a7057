"""Pages and templates to files."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from hashlib import sha256

from jinja2 import TemplateError, TemplateSyntaxError

from generator.diagnostics import Diagnostic, Location
from generator.parallel import slices, together
from generator.plan import Page
from generator.site import Site
from generator.templating import View, environment

STYLES = ("theme.css", "layout.css", "content.css", "drawings.css", "print.css")


def assets(templates: Mapping[str, bytes]) -> tuple[dict[str, bytes], dict[str, str]]:
    """The files under `assets/`, named by their content, and where each name leads. The styles become one file."""
    css = b"\n".join(templates[f"assets/{name}"] for name in STYLES if f"assets/{name}" in templates)
    found = {name.removeprefix("assets/"): data for name, data in templates.items() if name.startswith("assets/")}
    found = {name: data for name, data in found.items() if name not in STYLES} | {"style.css": css}
    files, names = {}, {}
    for name, data in sorted(found.items()):
        stem, dot, suffix = name.rpartition(".")
        path = f"assets/{stem}.{sha256(data).hexdigest()[:12]}{dot}{suffix}"
        files[path], names[name] = data, path
    return files, names


def render(
    site: Site,
    pages: Iterable[Page],
    templates: Mapping[str, bytes],
    *,
    portable: bool = False,
    base_url: str = "",
    jobs: int = 1,
) -> tuple[dict[str, bytes], list[Diagnostic]]:
    """The files of all pages and their assets. A mistake in a template is a diagnostic that names its line."""
    files, names = assets(templates)
    env = environment(templates)

    def some(pages: Sequence[Page]) -> tuple[dict[str, bytes], list[Diagnostic]]:
        made: dict[str, bytes] = {}
        for page in pages:
            view = View(site, page, env, names, portable, base_url)
            try:
                made[page.path] = env.get_template(page.template).render(view=view, page=page, site=site).encode()
            except TemplateError as error:
                return {}, [_explained(error, page)]
        return made, []

    for made, problems in together([partial(some, part) for part in slices(tuple(pages), jobs, 100)]):
        if problems:
            return {}, problems
        files |= made
    return files, []


def _explained(error: TemplateError, page: Page) -> Diagnostic:
    if isinstance(error, TemplateSyntaxError):
        where, code = Location(f"templates/{error.name or page.template}", error.lineno), "tpl-syntax"
    else:
        where, code = _last_template_line(error, page), "tpl-undefined"
    return Diagnostic(
        where,
        code,
        error.message or type(error).__name__,
        "templates/README.md lists what a template can use",
    )


def _last_template_line(error: TemplateError, page: Page) -> Location:
    """Jinja rewrites the traceback so that its frames carry the template's own lines."""
    where, trace = Location(f"templates/{page.template}"), error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_globals.get("__jinja_template__")
        if trace.tb_frame.f_code.co_filename == "<template>" or name is not None:
            template = trace.tb_frame.f_globals.get("name") or page.template
            where = Location(f"templates/{template}", trace.tb_lineno)
        trace = trace.tb_next
    return where
