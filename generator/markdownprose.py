"""A text through the Markdown parser: what it says as prose, and what is wrong with it, where."""

import re
from collections.abc import Iterable, Iterator, Sequence
from html import unescape
from typing import Any

from markdown_it.common.utils import normalizeReference
from markdown_it.token import Token

from generator.diagnostics import Location
from generator.markdownrules import KINDS, NO_HTML, parser
from generator.prose import (
    Cited,
    Embed,
    Hole,
    Problem,
    Prose,
    RecordLink,
    assembled,
    parsed_citations,
    record_named,
)
from generator.refs import ID, id_problem, nearest
from generator.urls import UrlProblem, url_problem
from generator.yamltext import FORBIDDEN, forbidden

MAX_DEPTH = 6  # quotes or lists inside each other
MAX_COLUMNS = 20
_FLATTEN = "take some of the marks > or - away, or make sections of it"
_ANY_REF = "write kind:id, such as event:curfew"
_CODE = re.compile(r"&#?\w{1,32};")  # the longest that has a meaning
_ELEMENT = re.compile(r"</?[a-z0-9-]*")
_TIGHT_HEADING = re.compile(r"^#{2,6}(?=[^\s#])", re.MULTILINE)


def parsed_prose(text: str) -> Prose:
    """As `markdown.read`, always through the parser."""
    return _Reading(text).prose()


class _Reading:
    """The work on one text: tokens in, segments and problems out."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.problems: list[Problem] = []
        self.holes: list[Hole] = []
        self.plain: list[str] = []
        self.defined: set[str] = set()
        self.footnotes: dict[str, int] = {}
        self.line_starts = [0, *(m.end() for m in re.finditer("\n", text))]

    def prose(self) -> Prose:
        env: dict[str, Any] = {}
        tokens = parser().parse(self.text, env)
        self._check_definitions([*env.get("references", {}).items(), *_labelled(env.get("duplicate_refs", ()))])
        self._read_blocks(tokens)
        for offset in self.footnotes.values():
            self._report(offset, "md-footnote", "texts here have no footnotes", "cite a source instead: [@source-id]")
        if "&" in self.text:
            self._check_codes()
        html = str(parser().renderer.render(tokens, parser().options, {"holes": self.holes}))
        return assembled(self.text, html, self.holes, "".join(self.plain), self.problems)

    def _report(self, offset: int, code: str, message: str, hint: str = "") -> None:
        self.problems.append(Problem(offset, code, message, hint))

    def _check_definitions(self, definitions: Iterable[tuple[str, dict[str, Any]]]) -> None:
        """Addresses given apart from their links, as `[label]: address`: told where they are given, and once."""
        for label, definition in definitions:
            at = self.text.index("[", self.line_starts[definition["map"][0]])
            self.defined.add(str(definition["href"]))
            if label.startswith("^"):
                self._note(label, at)
            elif not record_named(str(definition["href"])):
                self._check_address(str(definition["href"]), at)

    def _check_codes(self) -> None:
        """A character that no file may hold does not come in by its code, `&#8238;`, either."""
        shown = "".join(self.plain)
        for code in _CODE.finditer(self.text):
            character = unescape(code[0])
            if FORBIDDEN.fullmatch(character) and character in shown:  # not where the code itself is shown
                told = forbidden(Location(""), character, code[0])
                self._report(code.start(), told.code, told.message, told.hint)

    def _note(self, label: str, at: int) -> None:
        self.footnotes[label] = min(at, self.footnotes.get(label, at))

    def _read_blocks(self, tokens: Sequence[Token]) -> None:
        depth = columns = table = 0
        for index, token in enumerate(tokens):
            start = self.line_starts[token.map[0]] if token.map else 0
            match token.type:
                case "html_block":
                    self._refuse_html(self.text.index("<", start))
                case "blockquote_open" | "bullet_list_open" | "ordered_list_open":
                    depth += 1
                    if depth == MAX_DEPTH + 1:
                        self._report(start, "md-depth", f"quotes and lists can be nested {MAX_DEPTH} deep", _FLATTEN)
                case "blockquote_close" | "bullet_list_close" | "ordered_list_close":
                    depth -= 1
                case "heading_open" if token.tag == "h1":
                    hint = "start this heading with ##"
                    self._report(start, "md-heading", "the page has its heading already", hint)
                case "table_open":
                    columns, table = 0, start
                case "th_open":  # no row has more cells than the head
                    columns += 1
                    if columns == MAX_COLUMNS + 1:
                        message = f"a table can have {MAX_COLUMNS} columns at most"
                        self._report(table, "limit", message, "make two tables of it, or turn rows into columns")
                case "fence" | "code_block":
                    self.plain.append(token.content)
                case "inline":
                    self._read_text(tokens, index, start)

    def _read_text(self, tokens: Sequence[Token], index: int, start: int) -> None:
        """The inline token at `index`, between those that open and close its block."""
        before, token, after = tokens[index - 1 : index + 2]
        in_paragraph = before.type == "paragraph_open"
        if in_paragraph:
            self._check_tight_headings(token)
        self._read_inline(token, start, in_paragraph)
        self.plain.append(" ")
        if _is_placed_alone(token):
            before.hidden = after.hidden = True  # it is no part of a paragraph

    def _check_tight_headings(self, paragraph: Token) -> None:
        for mark in _TIGHT_HEADING.finditer(paragraph.content):
            at = _Position(self.text, self.line_starts, paragraph)(mark.start())
            hint = f"write {mark[0]} and a space before the heading; or \\{mark[0]} to show the marks"
            self._report(at, "md-heading", f"a space is missing after {mark[0]}", hint)

    def _read_inline(self, block: Token, start: int, in_paragraph: bool) -> None:
        children = block.children or []
        where = _Position(self.text, self.line_starts, block)
        alone = len(children) == 1 and in_paragraph
        elements: set[str] = set()
        is_open = False  # one forgotten bracket leaves others behind
        for number, token in enumerate(children):
            at = where(token.meta.get("at", 0)) if token.meta else start
            match token.type:
                case "text" | "code_inline":
                    self.plain.append(token.content)
                case "softbreak" | "hardbreak":
                    self.plain.append(" ")
                case "html_inline":
                    element = _ELEMENT.findall(token.content.lower())[0]
                    if element.replace("/", "") not in elements or "/" not in element:  # else told where it opens
                        self._refuse_html(at)
                    elements.add(element)
                case "link_open":
                    if _holds_nothing(children[number + 1 :]):
                        self._report(at, "md-link", "this link has no words", "write [the words](event:its-id)")
                    self._read_link(token, at)
                case "image":
                    self._read_image(token, at, alone)
                case "citation":
                    self._read_citation(token, at)
                case "footnote":
                    self._note(normalizeReference(token.content), at)
                case "loose" if not is_open:
                    self._report(at, *token.meta["told"])
                    is_open = token.content != "@"
                case _:
                    pass

    def _refuse_html(self, offset: int) -> None:
        self._report(offset, *NO_HTML)

    def _read_link(self, token: Token, at: int) -> None:
        href = str(token.attrs["href"])
        if ref := record_named(href):
            token.meta["hole"] = self._hole(RecordLink(ref, at))
        elif href not in self.defined:
            self._check_address(href, at)

    def _check_address(self, href: str, at: int) -> None:
        problem = _address_problem(href)
        if problem:
            self._report(at, problem.code, problem.message, problem.hint)

    def _read_image(self, token: Token, at: int, alone: bool) -> None:
        source = str(token.attrs["src"])
        if ref := record_named(source):
            if not alone:
                self._report(at, "md-embed", "a record is placed alone in a paragraph", "put blank lines around it")
            token.meta["hole"] = self._hole(Embed(ref, at))
        elif re.match(r"(?i)(?:https?:)?//", source):
            self._report(at, "md-image-remote", "pictures from other sites are not allowed", "link to the page instead")
        elif ":" in source and (problem := _address_problem(source)):
            self._report(at, problem.code, problem.message, problem.hint)
        else:
            self._report(at, "md-image", "texts hold no pictures", "place a record: ![](figure:its-id)")

    def _read_citation(self, token: Token, at: int) -> None:
        citations, wrong = parsed_citations(token.content, at)
        if "" in wrong:
            self._report(at, "md-citation", "a ; in this citation has no source beside it", "take it out")
        elif wrong and (sources := _sources_meant(token.content)):
            hint = f"write [@{'; @'.join(sources)}]"
            self._report(at, "md-citation", f"“{wrong[0]}” is not a citation", hint)
        else:
            for item in wrong:
                hint = "write [@source-id] or [@source-id, p. 4; @other-id]"
                self._report(at, "md-citation", f"“{item}” is not a citation", hint)
        self.plain.append("\x00")
        token.meta["hole"] = self._hole(Cited(citations))

    def _hole(self, hole: Hole) -> int:
        self.holes.append(hole)
        return len(self.holes) - 1


def _sources_meant(content: str) -> list[str]:
    """The ids in what is no citation as it is written, if it holds nothing else."""
    named = re.compile(r"@ *(?:source:)?([\w-]*\w)")
    ids = [source.lower().replace("_", "-") for source in named.findall(content)]
    is_all = not named.sub("", content).strip(" ,;")
    return ids if is_all and all(map(ID.fullmatch, ids)) else []


def _labelled(duplicates: Iterable[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    return ((str(definition["label"]), definition) for definition in duplicates)


def _holds_nothing(after: Sequence[Token]) -> bool:
    """Whether a link ends before it says anything: there would be nothing to see or to press."""
    said = next(token for token in after if token.type == "link_close" or token.content.strip())
    return said.type == "link_close"


def _is_placed_alone(block: Token) -> bool:
    """Whether the block is a placed record and nothing else."""
    return [(token.type, "hole" in token.meta) for token in block.children or ()] == [("image", True)]


class _Position:
    """Where a character of an inline token stands in the text: markdown-it has cut off indents and markers."""

    def __init__(self, text: str, line_starts: Sequence[int], block: Token) -> None:
        self._text, self._starts, self._block = text, line_starts, block

    def __call__(self, offset: int) -> int:
        content = self._block.content
        line = content.count("\n", 0, offset)
        line_start = content.rfind("\n", 0, offset) + 1
        wanted = content[line_start:].partition("\n")[0]
        number = min((self._block.map or [0])[0] + line, len(self._starts) - 1)
        start = self._starts[number]
        found = self._text[start:].partition("\n")[0].find(wanted)
        return start + max(found, 0) + offset - line_start


def _address_problem(href: str) -> UrlProblem | None:
    if not href:
        return UrlProblem("url-relative", "this link leads nowhere", "give it an address: [text](https://…)")
    named, _, name = href.partition(":")
    if named in KINDS and (found := id_problem(name)):
        return UrlProblem(*found) if name else UrlProblem("ref-form", f"“{href}” does not say which record", _ANY_REF)
    if href.startswith("//") or re.match(r"\s*[A-Za-z][A-Za-z0-9+.\-\s]*:", href):
        problem = url_problem(href, mail=True)
        if problem and problem.code == "url-scheme" and (kind := _kind_meant(href)):
            return UrlProblem("url-scheme", problem.message, f"did you mean a record: {kind}?")
        return problem
    hint = "link by record id: [text](event:its-id)"
    return UrlProblem("url-relative", f"“{href}” is a relative address", hint)


def _kind_meant(href: str) -> str | None:
    kind, _, name = href.partition(":")
    near = nearest(kind, KINDS, 0.75)
    return f"{near}:{name.lower().replace(' ', '-')}" if near else None
