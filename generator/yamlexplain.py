"""The mistake behind an error of libyaml's.

libyaml names the place where it gave up, often far from the mistake, in terms of its grammar. Each rule below
knows one kind of mistake by its traces; the first rule that recognises its own is the one that speaks.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from generator.diagnostics import Diagnostic, Location
from generator.yamltext import position
from generator.yamlwords import ODD_SPACE, SMART_QUOTES, odd_space, refusal

_FIELD = r"[A-Za-z_][\w-]*"
_FIELD_LINE = re.compile(rf"^[ ]*(?:- +)*{_FIELD} *:(?:[ \t]|$)", re.MULTILINE)
_ODD_FIELD = re.compile(
    rf"^(?:[ ]*(?={ODD_SPACE.pattern})|[ -]*(?:{_FIELD} ?:|-)(?={ODD_SPACE.pattern}))", re.MULTILINE
)
_FIRST_FIELD = re.compile(r"(?:[ ]*(?:#.*)?\n)*([ ]*)")
_TIGHT_COLON = re.compile(rf"[ ]*(?:- +)*{_FIELD}:(?=[^\s/])")
_TIGHT_DASH = re.compile(rf"[ ]*(?=-{_FIELD}:)")
_TAB_INDENT = re.compile(r"[ ]*(?:- *)*(?=\t)")
_SURROGATES = re.compile(r"\\u([dD][89a-fA-F][0-9a-fA-F]{2})(?:\\u([dD][c-fC-F][0-9a-fA-F]{2}))?")
_BLOCK_TEXT = re.compile(r"([ ]*(?:- +)*)[\w-]+ *: +[|>][-+1-9]*[ ]*(?:#.*)?")
_TEXT_STARTS = tuple("[@*`>!\"'({")  # no field starts like this, but Markdown does
_ITEM_STARTS = ("'", '"', "[", "{")
_MARKED_IDS = re.compile(r"@[\w-]+(?:(?:, *@?[\w-]+)*\])?")
_REMARK = re.compile(r"[ \t]#")
_NOTHING = re.compile(r"(?:(?:[ \t]*|---[ \t]*|\.\.\.[ \t]*)(?:(?<!\S)#[^\n]*)?(?:\n|\Z))*")
LONGEST_KEY = 64
_LONGEST_SIMPLE_KEY = 1000  # libyaml stops taking a text for a key after 1,024 bytes of it


@dataclass(frozen=True, slots=True)
class Seen:
    """What had been read when libyaml gave up; the marks are where lists and maps in brackets start."""

    last: Any
    opened: Any
    closed: Any
    documents: int


def explain(path: str, text: str, error: yaml.YAMLError, seen: Seen) -> Diagnostic:
    """The mistake behind the error with which libyaml gave up."""
    trouble = _Trouble(path, text, error, seen)
    for rule in _RULES:
        if found := rule(trouble):
            return found
    return trouble.refuse("yaml-syntax", trouble.index)


def outdented(path: str, text: str, found: Diagnostic) -> Diagnostic:
    """What was found, or that its line has slipped out of the block text above it."""
    lines = text.split("\n")[: found.location.line]
    line = lines.pop()
    begin = _indent(line)
    if found.code in ("yaml-tab", "yaml-nbsp") or _FIELD_LINE.match(line):
        return found
    block = _block_above(lines, begin)
    if block and block.heading:
        at = Location(path, block.heading)
    elif block and begin < block.spaces and (begin > block.column or line.strip().startswith(_TEXT_STARTS)):
        at = Location(path, found.location.line, begin + 1)
    else:
        return found
    return refusal("yaml-indent-text", at, above=block.line, spaces=block.spaces)


@dataclass(frozen=True, slots=True)
class _Block:
    """A block text: the line and column (from 0) of its key, and by how many spaces its lines are set in.

    `heading` is the line of a Markdown heading that ended it, since YAML takes that for a remark.
    """

    line: int
    column: int
    spaces: int
    heading: int | None


def _block_above(lines: Sequence[str], begin: int) -> _Block | None:
    """The block text to which a line that begins in this column may belong, if the last of these lines do."""
    inside: list[int] = []
    heading = None
    for number, line in reversed(list(enumerate(lines, 1))):
        if not line.strip():
            continue
        if line.startswith("##"):
            heading, begin = number, 0
            continue
        opens = _BLOCK_TEXT.fullmatch(line.rstrip())
        if opens and all(indent > len(opens[1]) for indent in inside):
            return _Block(number, len(opens[1]), inside[-1] if inside else len(opens[1]) + 2, heading)
        if _indent(line) <= begin:
            return None
        inside.append(_indent(line))
    return None


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


class _Trouble:
    """An error of libyaml's, with the questions the rules ask of it."""

    def __init__(self, path: str, text: str, error: yaml.YAMLError, seen: Seen) -> None:
        self.path = path
        self.text = text
        self.seen = seen
        self.context = str(getattr(error, "context", None) or "")
        self.problem = str(getattr(error, "problem", None) or "")
        mark = getattr(error, "problem_mark", None)
        self.index = min(mark.index, len(text)) if mark else 0
        context = getattr(error, "context_mark", None)
        self.start = context.index if context else self.index
        self.char = text[self.index : self.index + 1]
        self.end = seen.last.end_mark.index if seen.last else 0
        self.is_scalar = isinstance(seen.last, yaml.ScalarEvent)

    def refuse(self, name: str, index: int, /, **words: object) -> Diagnostic:
        return refusal(name, Location(self.path, *position(self.text, index)), **words)

    def line(self, index: int) -> int:
        return self.text.count("\n", 0, index) + 1

    def line_start(self, index: int) -> int:
        return self.text.rfind("\n", 0, index) + 1

    def rest_of_line(self, index: int) -> str:
        return self.text[index:].split("\n", 1)[0].rstrip()

    @property
    def scalar(self) -> tuple[int, int, str]:
        """Start, end and style of the text read last."""
        last = self.seen.last
        return last.start_mark.index, last.end_mark.index, last.style or ""

    def follows(self, end: int) -> bool:
        """Whether the trouble comes right after `end`, on the same line."""
        return self.char not in ("", "\n") and not self.text[end : self.index].strip(" \t")

    def begins_line(self, index: int) -> bool:
        return not self.text[self.line_start(index) : index].strip(" -")


def _explain_nothing(trouble: _Trouble) -> Diagnostic | None:
    """The mark that ends a record, `...`, with nothing before it."""
    return refusal("yaml-empty", Location(trouble.path)) if _NOTHING.fullmatch(trouble.text) else None


def _explain_odd_space(trouble: _Trouble) -> Diagnostic | None:
    first = 0
    if trouble.is_scalar:
        start, end, style = trouble.scalar
        first = trouble.line_start(end if style else start)
    for found in _ODD_FIELD.finditer(trouble.text, first, trouble.index + 1):
        if ODD_SPACE.match(trouble.text, found.end()):
            return odd_space(trouble.path, trouble.text, found.end())
    return None


def _explain_tab(trouble: _Trouble) -> Diagnostic | None:
    if trouble.char == "\t" or "tab character" in trouble.problem:
        found = _TAB_INDENT.match(trouble.text, trouble.line_start(trouble.index))
        return trouble.refuse("yaml-tab", found.end() if found else trouble.index)
    return None


def _explain_reference(trouble: _Trouble) -> Diagnostic | None:
    for word, name in (("alias", "yaml-alias"), ("anchor", "yaml-anchor")):
        if trouble.context.endswith(word):
            return trouble.refuse(name, trouble.start)
    return None


def _explain_tag(trouble: _Trouble) -> Diagnostic | None:
    is_tag = trouble.context.endswith(" a tag") or "tag handle" in trouble.problem
    return trouble.refuse("yaml-tag", trouble.start) if is_tag else None


def _explain_directive(trouble: _Trouble) -> Diagnostic | None:
    is_directive = "directive" in trouble.context + trouble.problem or "incompatible" in trouble.problem
    if not is_directive and not ("document start" in trouble.problem and not trouble.seen.documents):
        return None
    start = trouble.line_start(trouble.start) if is_directive else trouble.text.index("%")
    line = trouble.rest_of_line(start)
    if line.startswith("%TAG"):
        return trouble.refuse("yaml-tag-directive", start)
    if re.match(r"%[A-Z]+(?: |$)", line):
        return trouble.refuse("yaml-directive", start)
    return trouble.refuse("yaml-start", start, found="%", hint="Put the text in quotes.")


def _explain_escape(trouble: _Trouble) -> Diagnostic | None:
    if "escape" not in trouble.problem and "hexdecimal" not in trouble.problem:  # sic
        return None
    start = trouble.text.rindex("\\", 0, trouble.index + 1)
    if half := _SURROGATES.match(trouble.text, start):
        name = "yaml-surrogate-pair" if half[2] else "yaml-surrogate"
        return trouble.refuse(name, start, written=half[0], character=_joined(half))
    written = re.match(r"\\(?:[xuU][0-9a-fA-F]{0,8}|.?)", trouble.text[start:])
    return trouble.refuse("yaml-escape", start, written=written[0] if written else "\\")


def _joined(halves: re.Match[str]) -> str:
    if not halves[2]:
        return ""
    return bytes.fromhex(halves[1] + halves[2]).decode("utf-16-be")


def _explain_open_quote(trouble: _Trouble) -> Diagnostic | None:
    if trouble.context != "while scanning a quoted scalar":
        return None
    return _open_quote(trouble, trouble.start)


def _open_quote(trouble: _Trouble, start: int) -> Diagnostic:
    quote = trouble.text[start]
    return trouble.refuse("yaml-quote-open", start, quote=quote, hint=_inner_quote(quote))


def _inner_quote(quote: str) -> str:
    if quote == "'":
        return "Write an apostrophe inside single quotes twice (''), or use double quotes around the value."
    return 'Write a double quote inside double quotes with a backslash (\\"), or use curly ones inside.'


def _explain_long_key(trouble: _Trouble) -> Diagnostic | None:
    """libyaml takes what is too long for a key as a text, and then stumbles over the colon."""
    name = "yaml-key-long"
    if "simple key" in trouble.context:
        line = trouble.rest_of_line(trouble.start)
        if re.match(rf".{{{_LONGEST_SIMPLE_KEY},}}?:(?: |$)", line):
            return trouble.refuse(name, trouble.start, start=line[:20], longest=LONGEST_KEY)
    elif trouble.char == ":" and trouble.is_scalar and len(trouble.seen.last.value) > _LONGEST_SIMPLE_KEY:
        start = trouble.scalar[0]
        if not re.search(r":[ \t]+$", trouble.text[trouble.line_start(start) : start]):
            return trouble.refuse(name, start, start=trouble.seen.last.value[:20], longest=LONGEST_KEY)
    return None


def _explain_curly_quote(trouble: _Trouble) -> Diagnostic | None:
    if not trouble.is_scalar:
        return None
    start, _, style = trouble.scalar
    quote = trouble.text[start : start + 1]
    if style or quote not in tuple(SMART_QUOTES):
        return None
    return trouble.refuse("yaml-quote-curly", start, quote=quote)


def _explain_closed_quote(trouble: _Trouble) -> Diagnostic | None:
    """`'it's'`: the quote that ended the text too early, or its opening one if it swallowed later lines."""
    if not trouble.is_scalar:
        return None
    start, end, style = trouble.scalar
    if style not in ("'", '"') or not trouble.follows(end):
        return None
    if trouble.seen.opened and trouble.char in _ITEM_STARTS:  # a missing comma
        return None
    if "\n" in trouble.text[start:end] and _FIELD_LINE.search(trouble.text, start, trouble.index + 1):
        return _open_quote(trouble, start)
    hint = _inner_quote(style)
    if trouble.char == ":":
        hint = "Put the quotes around the whole value."
    return trouble.refuse("yaml-quote-closed", end - 1, hint=hint)


def _explain_closed_bracket(trouble: _Trouble) -> Diagnostic | None:
    if trouble.seen.opened or not isinstance(trouble.seen.last, yaml.CollectionEndEvent):
        return None
    closing = trouble.text[trouble.end - 1 : trouble.end]
    if closing not in ("]", "}") or not trouble.follows(trouble.end):
        return None
    start = trouble.seen.closed.index
    opening = trouble.text[start]
    return trouble.refuse("yaml-bracket-closed", start, opening=opening, closing=closing, kind=_kind(opening))


def _kind(opening: str) -> str:
    return "list" if opening == "[" else "group of fields"


def _explain_start(trouble: _Trouble) -> Diagnostic | None:
    if trouble.context == "while scanning a block scalar":
        return trouble.refuse("yaml-start-block", trouble.start, found=trouble.text[trouble.start])
    hint = "Put the whole value in quotes."
    rest = trouble.rest_of_line(trouble.index)
    is_item = trouble.text[trouble.line_start(trouble.index) : trouble.index].strip() == "-"
    if (trouble.seen.opened or is_item) and _MARKED_IDS.fullmatch(rest):
        hint = "In a list, write the ids alone, without @."
    if "cannot start any token" in trouble.problem or trouble.context == "while parsing a block node":
        return trouble.refuse("yaml-start", trouble.index, found=trouble.char, hint=hint)
    if "block sequence entries" in trouble.problem or "mapping keys are not" in trouble.problem:
        if trouble.char == "-":
            hint += " To write a list, put each item on a line of its own."
        return trouble.refuse("yaml-start", trouble.index, found=f"{trouble.char} and a space", hint=hint)
    return None


def _explain_tight_colon(trouble: _Trouble) -> Diagnostic | None:
    start = trouble.start if "simple key" in trouble.context else None
    if "mapping values" in trouble.problem and trouble.is_scalar and trouble.begins_line(trouble.scalar[0]):
        start = trouble.scalar[0]
    if start is not None and (found := _TIGHT_COLON.match(trouble.text, trouble.line_start(start))):
        return trouble.refuse("yaml-colon-space", found.end() - 1)
    return None


def _explain_colon(trouble: _Trouble) -> Diagnostic | None:
    in_line = trouble.char == ":" and trouble.line(trouble.start) == trouble.line(trouble.index)
    if "mapping values" not in trouble.problem and not (in_line and "',' or" in trouble.problem):
        return None
    line_start = trouble.line_start(trouble.index)
    if trouble.text.startswith("--- ", line_start):
        return trouble.refuse("yaml-syntax-dashes", line_start)
    start = trouble.scalar[0] if trouble.is_scalar else trouble.index
    if start < line_start and _FIELD_LINE.match(trouble.text, line_start):
        indent = _indent(trouble.rest_of_line(line_start))
        if trouble.begins_line(start) and start - trouble.line_start(start) == indent:
            return trouble.refuse("yaml-colon-missing", start)
        above = trouble.line_start(start)
        if found := _TIGHT_DASH.match(trouble.text, above):
            return trouble.refuse("yaml-indent-dash-space", found.end())
        return trouble.refuse("yaml-indent-field", line_start + indent, above=trouble.line(start))
    is_value = not trouble.text[trouble.end : trouble.index].strip()
    value = trouble.rest_of_line(start) if is_value and start >= line_start else ""
    return trouble.refuse("yaml-colon", trouble.index, hint=_put_in_quotes(value))


def _put_in_quotes(value: str) -> str:
    """How, with the value as it then reads if that is short and sure."""
    if '"' in value and "'" in value:
        return "Write > after the key’s colon, and the text on the next line, indented by two spaces."
    quote, name = ("'", "single") if '"' in value else ('"', "double")
    fits = 0 < len(value) <= 60 and value.isprintable() and not set(value) & set("\\#[]{},")
    example = f", as in {quote}{value}{quote}" if fits else ""
    return f"Put {name} quotes ({quote}) around the whole value{example}."


def _explain_hash(trouble: _Trouble) -> Diagnostic | None:
    """A text that goes on after a remark: `a: b #c` and then an indented line."""
    if "expected key" not in trouble.problem or not trouble.is_scalar or trouble.scalar[2]:
        return None
    end = trouble.scalar[1]
    between = trouble.text[end : trouble.index]
    if not between.lstrip().startswith("#"):
        return None
    index = end + between.index("#")
    return trouble.refuse("yaml-hash", index, line=trouble.line(trouble.index))


def _explain_second_document(trouble: _Trouble) -> Diagnostic | None:
    if "document start" in trouble.problem and re.search(
        r"^\.\.\.(?:\s|$)", trouble.text[: trouble.index], re.MULTILINE
    ):
        return trouble.refuse("yaml-documents", trouble.index)
    return None


def _explain_bracket(trouble: _Trouble) -> Diagnostic | None:
    if not trouble.seen.opened or ("',' or" not in trouble.problem and "flow node" not in trouble.context):
        return None
    start = trouble.start if "',' or" in trouble.problem else trouble.seen.opened.index
    opening = trouble.text[start]
    line = trouble.line(trouble.index)
    words: dict[str, object] = {
        "opening": opening,
        "closing": "]" if opening == "[" else "}",
        "kind": _kind(opening),
        "found": trouble.char,
        "opened": trouble.line(start),
        "line": line,
    }
    if trouble.char in ("]", "}") and trouble.char != words["closing"]:
        return trouble.refuse("yaml-bracket-wrong", start, **words)
    if "flow node" in trouble.context and trouble.char in (",", "]", "}"):
        return trouble.refuse("yaml-bracket-empty", trouble.index, **words)
    if trouble.follows(trouble.end) and trouble.char in _ITEM_STARTS:
        return trouble.refuse("yaml-bracket-comma", trouble.index, **words)
    before = f" before line {line}" if trouble.char else ""
    if lost := _lost_mark(trouble.text, start, trouble.index, str(words["closing"])):
        return trouble.refuse("yaml-hash-bracket", lost[0], mark=lost[1], **words)
    return trouble.refuse("yaml-bracket-open", start, before=before, **words)


def _lost_mark(text: str, start: int, end: int, closing: str) -> tuple[int, str] | None:
    """Where a remark begins in this list that has its closing bracket, or right before its end a comma; and which."""
    comma = None
    for line in text[start:end].split("\n"):
        remark, mark = _REMARK.search(line), line.rstrip()[-1:]
        if remark and mark == closing:
            return start + remark.start() + 1, mark
        if line.strip():
            comma = (start + remark.start() + 1, mark) if remark and mark == "," else None
        start += len(line) + 1
    return comma


def _explain_loose(trouble: _Trouble) -> Diagnostic | None:
    if "simple key" not in trouble.context:
        return None
    is_item = re.match(r"-\w", trouble.text[trouble.start :]) and trouble.begins_line(trouble.start)
    return trouble.refuse("yaml-indent-dash-space" if is_item else "yaml-indent-loose", trouble.start)


def _explain_indent(trouble: _Trouble) -> Diagnostic | None:
    start = trouble.line_start(trouble.index)
    if "did not find expected" not in trouble.problem or trouble.text[start : trouble.index].strip(" "):
        return None
    if trouble.char == ":":
        return trouble.refuse("yaml-key-empty", trouble.index)
    if trouble.text[trouble.index : trouble.index + 2].strip() == "-" and "expected key" in trouble.problem:
        return trouble.refuse("yaml-indent-list", trouble.index)
    column = trouble.index - start + 1
    if trouble.char == "-" and trouble.text[trouble.index + 1 :][:1] not in "- \n":
        return trouble.refuse("yaml-indent-dash-space", trouble.index)
    if "'-' indicator" in trouble.problem and column == trouble.start - trouble.line_start(trouble.start) + 1:
        return trouble.refuse("yaml-indent-dash", trouble.index)
    first = _FIRST_FIELD.match(trouble.text)
    if column == 1 and first and first[1]:
        return trouble.refuse("yaml-indent-first", first.end(), column=len(first[1]) + 1)
    return trouble.refuse("yaml-indent", trouble.index, column=column)


_RULES: tuple[Callable[[_Trouble], Diagnostic | None], ...] = (
    _explain_nothing,
    _explain_odd_space,
    _explain_tab,
    _explain_reference,
    _explain_tag,
    _explain_directive,
    _explain_escape,
    _explain_open_quote,
    _explain_long_key,
    _explain_curly_quote,
    _explain_closed_quote,
    _explain_closed_bracket,
    _explain_start,
    _explain_tight_colon,
    _explain_colon,
    _explain_hash,
    _explain_second_document,
    _explain_bracket,
    _explain_loose,
    _explain_indent,
)
