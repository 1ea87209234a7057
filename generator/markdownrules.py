"""The Markdown parser with what this site adds to it: citations, placed records, and marks that were meant as either.

It makes HTML with holes (`generator.prose`), and keeps of each token where in the text it stands.
"""

import re
from collections.abc import Callable, Sequence
from functools import cache
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from generator.prose import MARK, RIGHT_TO_LEFT, Heading, record_named
from generator.refs import ID
from generator.urls import wire_form

# Of records, which are made of texts and cannot be asked here; only hints need them.
KINDS = ("event", "quote", "source", "actor", "place", "figure", "dispute", "term", "section", "update")


@cache
def parser() -> MarkdownIt:
    """The parser, one for all texts: plain CommonMark, tables, and what this site adds."""
    made = MarkdownIt("commonmark", {"html": True, "typographer": False, "linkify": False, "maxNesting": 100})
    made.enable("table")
    made.validateLink = lambda url: True  # type: ignore[method-assign]  # refused later, with a position
    made.normalizeLink = lambda url: url  # type: ignore[method-assign]  # kept as written
    made.inline.ruler.before("link", "citation", _citation_rule)
    made.inline.ruler.before("citation", "footnote", _footnote_rule)
    made.inline.ruler.push("loose", _loose_rule)
    for rule in made.inline.ruler.__rules__:
        if rule.name in ("link", "image", "autolink", "html_inline"):
            rule.fn = _positioned(rule.fn)
    made.inline.ruler.__cache__ = None
    for name, renderer in _RENDERERS.items():
        made.add_render_rule(name, renderer)
    return made


def _positioned(rule: Callable[[StateInline, bool], bool]) -> Callable[[StateInline, bool], bool]:
    def with_position(state: StateInline, silent: bool) -> bool:
        start, count = state.pos, len(state.tokens)
        done = rule(state, silent)
        if done and not silent:
            for token in state.tokens[count:]:
                token.meta.setdefault("at", start)
        return done

    return with_position


def _bracket_rule(name: str, mark: str) -> Callable[[StateInline, bool], bool]:
    def rule(state: StateInline, silent: bool) -> bool:
        if not state.src.startswith(mark, state.pos):
            return False
        end = state.src.find("]", state.pos)
        if end < 0 or end >= state.posMax or (mark == "[@" and "[" in state.src[state.pos + 1 : end]):
            return False
        if not silent:
            token = state.push(name, "", 0)
            token.content = state.src[state.pos + 1 : end].replace("\n", " ")
            token.meta["at"] = state.pos
        state.pos = end + 1
        return True

    return rule


_citation_rule = _bracket_rule("citation", "[@")
_footnote_rule = _bracket_rule("footnote", "[^")

_OPEN_CITATION = re.compile(r"\[@([a-z0-9-]*)")
# What the rule for links has left: `[words](kind:id`, `[words(kind:id)`, `words](kind:id)`; after a link, `](https://`.
_OPEN_LINK = re.compile(r"\[[^\[\]]*\]\([a-z]+:\S|(?:\[[^\[\]()]*\]? ?|\])\(([a-z]+:[a-z0-9-]+)\)|\]\(https?://\S")
_SPACED_LINK = re.compile(rf"\[[^\[\]]*\]\(({'|'.join(KINDS)}): +({ID.pattern})\)")
_SPACED_ADDRESS = re.compile(r"\[[^\[\]]*\]\(https?://[^\s()<>]*[ \t][^()<>\n]*\)")
_TARGET_ONLY = re.compile(r"\[([a-z]+:[a-z0-9-]+)\](?!\()")
# What browsers take for a tag though CommonMark does not: `<svg/onload=…>`, `<o:p>`, `</p x>`, `<img src="a"alt="b">`.
_TAG = re.compile(r"<(?=[^<>]*>)(?:/[A-Za-z]|[A-Za-z](?:[\w-]*[/:]|[\w:-]*\s[^<>]*=))")
NO_HTML = "md-html", "HTML is not allowed in texts", "write it in Markdown, or put the text in `backticks`"
_BARE_SOURCE = re.compile(r"@([a-z0-9]+(?:-[a-z0-9]+)*)(?!\.?[\w@/-])")


def _loose_rule(state: StateInline, silent: bool) -> bool:
    """A bracket or an @ no other rule wants, where a citation, a link or a tag was meant."""
    told = None if silent else _meant(state.src, state.pos)
    if told:
        token = state.push("loose", "", 0)
        token.content = state.src[state.pos]
        token.meta = {"at": state.pos, "told": told}
        state.pos += 1
    return told is not None


def _meant(text: str, at: int) -> tuple[str, str, str] | None:
    """Code, message and hint for the mark at this place, if it is a mistake."""
    if text[at] == "<":
        return NO_HTML if _TAG.match(text, at) else None
    if found := _OPEN_CITATION.match(text, at):
        hint = f"write ] after the source, as in [@{found[1] or 'source-id'}]"
        return "md-citation", f"“{found[0]}” is not closed", hint
    if (found := _SPACED_ADDRESS.match(text, at)) and "\\]" not in found[0]:
        return "url-chars", "an address cannot hold a space (U+0020)", "delete it; or, if it belongs there, write %20"
    found = _OPEN_LINK.match(text, at)
    if found and (found[1] is None or record_named(found[1])) and not _is_shown(text, found):
        return "md-link", "this link is not complete", f"write [the words]({found[1] or 'event:its-id'})"
    if found := _SPACED_LINK.match(text, at):
        return "md-link", "a space stands inside the address of this link", f"write ({found[1]}:{found[2]})"
    if (found := _TARGET_ONLY.match(text, at)) and found[1].partition(":")[0] in KINDS:
        return "md-link", f"“{found[0]}” is no link", f"write [the words]({found[1]})"
    if (found := _BARE_SOURCE.match(text, at)) and _is_source(text, at, found):
        hint = f"write [{found[0]}]; if it is somebody’s name, write \\{found[0]}"
        return "md-citation", f"“{found[0]}” is no citation without [ ]", hint
    return None


def _is_shown(text: str, link: re.Match[str]) -> bool:
    r"""Whether a bracket of what looks like a link is escaped, `\[` or `\]`: then the marks themselves are meant."""
    opening = text.rfind("\\[", 0, link.start())
    return "\\]" in link[0] or (link[0][0] == "]" and opening >= 0 and "]" not in text[opening : link.start()])


def _is_source(text: str, at: int, found: re.Match[str]) -> bool:
    """Names of accounts hold no hyphens; between brackets a source's id may do without one too."""
    before = text[max(at - 2, 0) : at]
    if before.endswith("(") or before in ("( ", "[ "):
        return "-" in found[1] or text[found.end() : found.end() + 1] in tuple("),;]")
    return (not before or before[-1] in " \n*_“‘\"'—–,;:") and "-" in found[1] and any(map(str.isdigit, found[1]))


# -- HTML with holes -----------------------------------------------------------------------------------------------

Renderer = Callable[[Any, Sequence[Token], int, OptionsDict, Any], str]


def _hole_mark(renderer: Any, tokens: Sequence[Token], index: int, options: OptionsDict, env: Any) -> str:
    token = tokens[index]
    return MARK.format(token.meta["hole"]) if "hole" in token.meta else ""


def _link(renderer: Any, tokens: Sequence[Token], index: int, options: OptionsDict, env: Any) -> str:
    token = tokens[index]
    if "hole" in token.meta:
        return MARK.format(token.meta["hole"])
    href = str(token.attrs["href"])
    wire = wire_form(href) if not href.isascii() else None
    title = f' title="{escape(wire)}"' if wire else ""
    return f'<a href="{escape(href)}" rel="external noopener"{title}>'


def _heading(renderer: Any, tokens: Sequence[Token], index: int, options: OptionsDict, env: Any) -> str:
    token = tokens[index]
    env["holes"].append(Heading(int(token.tag[1]), token.nesting < 0))
    return MARK.format(len(env["holes"]) - 1)


def _text(renderer: Any, tokens: Sequence[Token], index: int, options: OptionsDict, env: Any) -> str:
    html = escape(tokens[index].content, quote=False)
    return html if html.isascii() else RIGHT_TO_LEFT.sub(r"<bdi>\g<0></bdi>", html)


def _shown(renderer: Any, tokens: Sequence[Token], index: int, options: OptionsDict, env: Any) -> str:
    """HTML has been refused by now; should it ever get through, it is text."""
    return escape(tokens[index].content)


def _nothing(renderer: Any, tokens: Sequence[Token], index: int, options: OptionsDict, env: Any) -> str:
    return ""


def _space(renderer: Any, tokens: Sequence[Token], index: int, options: OptionsDict, env: Any) -> str:
    """Where an editor's lines end says nothing: broken in another way, a text is the same bytes."""
    return " "


def _table(renderer: Any, tokens: Sequence[Token], index: int, options: OptionsDict, env: Any) -> str:
    return '<table class="prose-table">\n'


_RENDERERS: dict[str, Renderer] = {
    "citation": _hole_mark,
    "image": _hole_mark,
    "link_open": _link,
    "heading_open": _heading,
    "heading_close": _heading,
    "text": _text,
    "loose": _text,
    "footnote": _nothing,
    "softbreak": _space,
    "table_open": _table,
    "html_block": _shown,
    "html_inline": _shown,
}
