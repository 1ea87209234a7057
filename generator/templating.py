"""Jinja, and what templates get beside a page and its `View`. They decide nothing; `templates/README.md` lists it."""

import re
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from contextlib import suppress
from itertools import groupby
from operator import attrgetter
from typing import Any, TypeVar

from jinja2 import BytecodeCache, Environment, FunctionLoader, StrictUndefined, Template, TemplateSyntaxError
from jinja2.bccache import Bucket
from jinja2.runtime import Context, Macro

from generator.amounts import amount, amount_parts, number
from generator.coverage import shares
from generator.dates import display_time, iso
from generator.highlights import exhibits, grouped, numbers_that_matter, reading
from generator.labels import label
from generator.prose import Prose, unbroken
from generator.reads import Noticed, NoticingSite, Unnoticed
from generator.records import Record
from generator.same import differing
from generator.sentences import sentences
from generator.timeline import clock_or_dates, days_of, lengths_of_lists, list_keys, timeline_lists

Function = TypeVar("Function", bound=Callable[..., Any])


def reads_exactly(function: Function) -> Function:
    """Mark a function that notes itself what it reads of a record it is given; of others all counts as read."""
    function.reads_exactly = True  # type: ignore[attr-defined]
    return function


class _Calls(Context):
    """Calls what a template calls, without Jinja’s look for functions that want more of it: only macros do here."""

    def call(
        self, called: Callable[..., Any], /, *args: Any, _block_vars: Any = None, _loop_vars: Any = None, **kwargs: Any
    ) -> Any:
        if isinstance(called, Macro):
            return called(self.eval_ctx, *args, **kwargs)
        return called(*args, **kwargs)


class _NoticedCalls(_Calls):
    """Notes the records that a template hands to Python."""

    def call(self, called: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        if not (isinstance(called, Macro) or hasattr(called, "reads_exactly")):
            self.environment.note_given((*args, *kwargs.values()))  # type: ignore[attr-defined]
        return super().call(called, *args, **kwargs)


class Compiled(BytecodeCache):
    """What Jinja made of templates, by a key that holds their text."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if kept := self._kept.get(bucket.key):
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


class Templates(Environment):
    """Jinja, which here looks for attributes before it asks anything else."""

    context_class = _Calls
    noticed: Noticed = Unnoticed()
    sources: Mapping[str, bytes]

    def __reduce__(self) -> tuple[Callable[..., "Templates"], tuple[Any, ...]]:
        """In a pickle, templates are their sources and what was compiled of them."""
        return environment, (self.sources, isinstance(self, NoticingTemplates), self.bytecode_cache)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """One dict, since every page copies it; Jinja’s own chain of them takes ten times as long to copy."""
        return {**self.globals, **(d or {})}

    def getattr(self, obj: Any, attribute: str) -> Any:
        try:
            return getattr(obj, attribute)
        except AttributeError:
            if isinstance(obj, NoticingSite):
                return self.undefined(f"the site has no “{attribute}”")
            return super().getattr(obj, attribute)


class NoticingTemplates(Templates):
    """Notices every attribute of a record that a template looks at, and every other template it uses."""

    context_class = _NoticedCalls

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, Record):
            self.noticed.note(obj.ref, attribute)
        elif isinstance(obj, NoticingSite):
            with suppress(AttributeError):
                return obj.for_templates(attribute)
        return super().getattr(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, Record):
            self.noticed.note(obj.ref, argument)
        return super().getitem(obj, argument)

    def get_template(self, name: Any, *args: Any, **kwargs: Any) -> Template:
        self.noticed.note(("template", name))
        return super().get_template(name, *args, **kwargs)

    def select_template(self, names: Any, *args: Any, **kwargs: Any) -> Template:
        for name in names:
            self.noticed.note(("template", name))
        return super().select_template(names, *args, **kwargs)

    def note_given(self, values: Iterable[Any]) -> None:
        for value in values:
            if isinstance(value, Record):
                self.noticed.note(value.ref)
            elif isinstance(value, tuple | list):
                self.note_given(value)


def environment(
    templates: Mapping[str, bytes], notices: bool = False, compiled: BytecodeCache | None = None
) -> Templates:
    """Jinja over these templates: escaping always on, undefined names are errors.

    It `notices` what they read, and does not compile again what is `compiled`.
    """

    def load(name: str) -> tuple[str, str, None] | None:
        found = templates.get(name)
        return (_template(name, found), f"templates/{name}", None) if found is not None else None

    made = (NoticingTemplates if notices else Templates)(
        loader=FunctionLoader(load),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        bytecode_cache=compiled or Compiled(),
    )
    made.sources = templates
    made.filters.update(FILTERS)
    made.globals.update(GLOBALS)
    return made


def _template(name: str, data: bytes) -> str:
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise TemplateSyntaxError("this file is not UTF-8: save it again with that encoding", line, name) from None
    if (found := _EXTENDS.search(text)) and found[2] == name:
        # Jinja would take a thousand turns to notice.
        said = "this template extends itself, for a project’s own takes the place of the one that is shipped"
        raise TemplateSyntaxError(said, text.count("\n", 0, found.start()) + 1, name)
    return text


_EXTENDS = re.compile(r"""\{%-?\s*extends\s+(["'])(.*?)\1""")


def compiled(templates: Mapping[str, bytes]) -> Compiled:
    """What Jinja makes of all these templates. What is wrong with one is told where it is used."""
    done = Compiled()
    env = environment(templates, compiled=done)
    for name in templates:
        if name.endswith(".html"):
            with suppress(Exception):
                env.get_template(name)
    return done


def differing_templates(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> set[str]:
    """The templates that differ, or are made of one that does."""
    found = differing(before, after)
    used = {name: set(_NAMED.findall(data)) for name, data in after.items() if name.endswith(".html")} if found else {}
    grown = bool(found)
    while grown:
        more = {name for name, names in used.items() if not names.isdisjoint(map(str.encode, found))}
        grown = not more <= found
        found |= more
    return found


# A page notes what it loads. But a module of macros is made once, and loads what it imports for the first page alone:
# whatever stands in quotes in it may be the name of that.
_NAMED = re.compile(rb"""["']([^"'\s]+)(?=["'])""")


def words_of(text: str, count: int = 30) -> str:
    """The first words of a text, for descriptions."""
    words = text.split()
    return " ".join(words[:count]) + ("…" if len(words) > count else "")


def opening(text: Prose, most: int) -> str:
    """The first whole sentences of a text, in `most` words or fewer; the first words where its first one has more."""
    found: list[str] = []
    plain = _before_headings(text)
    for sentence in sentences(plain):
        if len(" ".join([*found, sentence.text]).split()) > most:
            break
        found.append(sentence.text)
    return " ".join(found) or words_of(plain, most)


def _before_headings(text: Prose) -> str:
    """The words of a text as far as its first heading; one that it begins with is left out."""
    if "#" not in text.text:
        return text.plain
    parts = groupby(sentences(text.text), attrgetter("is_heading"))
    return next((" ".join(sentence.text for sentence in part) for is_heading, part in parts if not is_heading), "")


def byline(authors: Iterable[str]) -> str:
    """Who answers for the content, as it reads after “By”."""
    names = [re.sub(r"^The\b", "the", author) for author in authors]
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def sentence(text: str) -> str:
    """What an editor wrote with or without a full stop, with one."""
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


FILTERS: Mapping[str, Callable[..., Any]] = {
    "amount": amount,
    "amount_parts": amount_parts,
    "byline": byline,
    "iso": iso,
    "number": number,
    "opening": opening,
    "sentence": sentence,
    "unbroken": unbroken,
    "words": words_of,
    "clock": display_time,
    "label": label,
}
# The records that a template hands to a function are noticed; those it hands to a filter are not.
GLOBALS: Mapping[str, Callable[..., Any]] = {
    "clock_or_dates": clock_or_dates,
    "days_of": days_of,
    "exhibits": exhibits,
    "grouped": grouped,
    "lengths_of_lists": lambda site: site.derived(lengths_of_lists),
    "list_keys": list_keys,
    "numbers_that_matter": numbers_that_matter,
    "shares": lambda site: site.derived(shares),
    "reading": reading,
    "timeline_lists": lambda site: site.derived(timeline_lists),
}
