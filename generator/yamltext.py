"""The bytes of a file as text an editor can see, and where in it the characters of a value stand.

Checked before any YAML is read, because YAML readers take UTF-16 and invisible characters without a word.
"""

import re
from array import array
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, islice

from generator.diagnostics import Diagnostic, Location

Value = str | list["Value"] | dict[str, "Value"]
"""What YAML can say here: texts, and lists and maps of them."""

LARGEST = 262_144  # bytes of one record file
LONGEST_LIST = 500  # items, or keys side by side

_CONTROL = "\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff"
_BIDI = "\u202a-\u202e\u2066-\u2069"
_NOT_CHARACTERS = "\ud800-\udfff\ufdd0-\ufdef" + "".join(
    chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF)
)
FORBIDDEN = re.compile(f"[{_CONTROL}{_BIDI}{_NOT_CHARACTERS}]")
_IS_BIDI = re.compile(f"[{_BIDI}]")
_IS_CONTROL = re.compile(f"[{_CONTROL}]")
_CONFLICT_MARKS = ("<" * 7, "=" * 7, ">" * 7, "|" * 7)
_CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7}|\|{7})(?: .*)?$", re.MULTILINE)
_BLANK = " \t\n"
_ESCAPE_OR_CHARACTER = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)|[^ \t\n]", re.DOTALL)
_DOUBLED_OR_CHARACTER = re.compile(r"''|[^ \t\n]")
_CHARACTER = re.compile(r"[^ \t\n]")

_WIDE_MARKS = (
    (b"\xff\xfe\0\0", "UTF-32"),
    (b"\0\0\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
# Where the NUL bytes of the first four lie when the file begins with plain letters and has no mark.
_WIDE_PATTERNS: Mapping[tuple[bool, ...], str] = {
    (False, True, True, True): "UTF-32",
    (True, True, True, False): "UTF-32",
    (False, True, False, True): "UTF-16",
    (True, False, True, False): "UTF-16",
}
_SAVE = "Save the file again with the encoding UTF-8."
_OTHER_FORMATS = {
    b"{\\rtf": "rich text (RTF)",
    b"PK\x03\x04": "a Word document or an archive",
    b"\xd0\xcf\x11\xe0": "an old Word document",
    b"%PDF-": "a PDF",
    b"<!DOCTYPE ": "a web page",
    b"<html": "a web page",
}
# What UTF-8 looks like when it is read as Windows-1252: “â€œ” for “, “Ã©” for é, “Ð‘Ñƒ” for Бу.
_HIGH = re.escape(bytes(range(0x80, 0xC0)).decode("cp1252", "ignore"))
# It begins with a set of letters, for which Python looks ten times as fast as for one pattern or another.
DAMAGED = re.compile(
    f"[\ufffdâÂÃÐÑ](?:(?<=\ufffd)|(?<=â)€[{_HIGH}]?|(?<=Â)[\xa1-\xbf]|(?<=Â)(?<!\\sÂ)\xa0|(?<=Ã)[\xa1-\xba\xbc-\xbf]"
    f"|(?<=[ÐÑ])[{_HIGH}](?:[ÐÑ][{_HIGH}])+)"
)


def decoded(path: str, content: bytes) -> tuple[str, list[Diagnostic]]:
    """The text without its byte-order mark and with line feeds only, and what makes it unusable."""
    start = Location(path)
    if len(content) > LARGEST:
        message = f"the file has {len(content):,} bytes; a record may have at most {LARGEST:,} (256 kB)"
        return "", [Diagnostic(start, "limit", message, "Split the record, or shorten its longest text.")]
    if wide := _wide_encoding(content):
        return "", [Diagnostic(start, "enc", f"the file is saved as {wide}, not as UTF-8", _SAVE)]
    if content.startswith(tuple(_OTHER_FORMATS)):
        other = next(name for begin, name in _OTHER_FORMATS.items() if content.startswith(begin))
        hint = "Save it again as plain text, with the encoding UTF-8."
        return "", [Diagnostic(start, "enc", f"the file is {other}, not plain text", hint)]
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        return "", [_not_utf8(path, content, error.start)]
    text = _line_feeds(text.removeprefix("\ufeff"))
    return text, [*_forbidden(path, text), *_damaged(path, text), *_conflict(path, text)]


def position(text: str, index: int) -> tuple[int, int]:
    """Line and column, from 1, of the character at `index`."""
    return text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)


def source_index(text: str, start: int, value: str, offset: int) -> int:
    """The index in `text` of character `offset` of the scalar `value` that is written at `start`.

    Folding and indentation only ever change spaces and line breaks, so the other characters are counted: the
    n-th of the value is the n-th of the source, in every style. A blank is placed after the one before it.
    """
    offset = min(offset, len(value))
    count = _visible(value, offset)
    if offset < len(value) and value[offset] not in _BLANK:
        return _bounds(text, start, value)[2 * count]
    if not count:
        return start
    after = _bounds(text, start, value)[2 * count - 1]
    blanks = offset - len(value[:offset].rstrip(_BLANK))
    line_end = text.find("\n", after)
    return min(after + blanks, line_end if line_end >= 0 else len(text))


def _visible(value: str, end: int) -> int:
    """How many characters before `end` are neither space nor line break."""
    return end - sum(value.count(blank, 0, end) for blank in _BLANK)


@lru_cache(maxsize=2)  # a text can hold thousands of mistakes, which are told one after the other
def _bounds(text: str, start: int, value: str) -> Sequence[int]:
    """Start and end, in turn, of each character of the value in the file that is neither space nor line break."""
    opening = text[start]
    found: Iterator[re.Match[str]]
    if opening == '"':
        found = (m for m in _ESCAPE_OR_CHARACTER.finditer(text, start + 1) if not _is_blank_escape(m[1]))
    elif opening == "'":
        found = _DOUBLED_OR_CHARACTER.finditer(text, start + 1)
    else:
        found = _CHARACTER.finditer(text, text.index("\n", start) if opening in "|>" else start)
    spans = (m.span() for m in islice(found, _visible(value, len(value))))
    return array("I", chain.from_iterable(spans))


def _is_blank_escape(escape: str | None) -> bool:
    """Whether `\\` and this give a blank: `\\n`, `\\t`, `\\ `, a line break left out, or the code of one."""
    if escape is None or len(escape) == 1:
        return escape is not None and escape in "nt \t\n"
    return chr(int(escape[1:], 16)) in _BLANK


def index_at(text: str, line: int, column: int) -> int:
    """The index of the character at this line and column, both from 1: the reverse of `position`."""
    return _line_starts(text)[line - 1] + column - 1


@lru_cache(maxsize=2)
def _line_starts(text: str) -> Sequence[int]:
    return array("I", (0, *(found.end() for found in re.finditer("\n", text))))


def written_at(text: str, index: int) -> str:
    """The escape in double quotes that is written at `index`, such as `\\x1b`."""
    found = _ESCAPE_OR_CHARACTER.match(text, index)
    return found[0] if found else ""


def forbidden(location: Location, character: str, written: str = "") -> Diagnostic:
    """Why a character that FORBIDDEN finds cannot stay; `written` is how it is typed, if not as itself."""
    name = f"U+{ord(character):04X}" + (f", written as {written}" if written else "")
    if _IS_BIDI.match(character):
        message = f"an invisible character ({name}) changes the direction in which the text is read"
        return Diagnostic(location, "text-bidi", message, "Delete it; the page sets the direction itself.")
    if _IS_CONTROL.match(character):
        message = f"an invisible control character ({name}) is in the text"
        return Diagnostic(location, "text-control", message, "Delete it, and type the text around it again.")
    message = f"a code that stands for no character ({name}) is in the text"
    return Diagnostic(location, "text-surrogate", message, "Delete it, or type the character that is meant.")


def _line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _wide_encoding(content: bytes) -> str:
    for mark, name in _WIDE_MARKS:
        if content.startswith(mark):
            return name
    return _WIDE_PATTERNS.get(tuple(byte == 0 for byte in content[:4]), "")


def _not_utf8(path: str, content: bytes, index: int) -> Diagnostic:
    before = _line_feeds(content[:index].decode().removeprefix("\ufeff"))
    at = Location(path, *position(before, len(before)))
    message = f"the byte {content[index]:02X} here is not UTF-8; {_guess(content)}"
    return Diagnostic(at, "enc", message, _SAVE)


def _guess(content: bytes) -> str:
    read = content.decode(errors="replace")
    if sum(character > "\x7f" and character != "\ufffd" for character in read) > read.count("\ufffd"):
        return "the rest of the file is, so this character was damaged"
    cyrillic = re.search(rb"[\xa8\xb8\xc0-\xff]{3}", content)  # Latin letters with accents stand alone
    return f"the file looks as if saved in Windows-{1251 if cyrillic else 1252}"


def _forbidden(path: str, text: str) -> list[Diagnostic]:
    if text.replace("\n", " ").replace("\t", " ").isprintable():  # nearly every file, and 20 times as fast
        return []
    first: dict[str, int] = {}
    for match in FORBIDDEN.finditer(text):
        first.setdefault(match[0], match.start())
    return [forbidden(Location(path, *position(text, index)), found) for found, index in first.items()]


def _damaged(path: str, text: str) -> list[Diagnostic]:
    """The first of the characters that a program has ruined; whoever mends it sees the others."""
    if text.isascii() or not (found := DAMAGED.search(text)):
        return []
    return [damaged(Location(path, *position(text, found.start())), found[0])]


def damaged(at: Location, written: str) -> Diagnostic:
    """Why what DAMAGED finds cannot stay."""
    if written == "\ufffd":
        message = "a character was lost here: � (U+FFFD) stands in its place"
        return Diagnostic(at, "enc", message, "Type the character that was meant.")
    meant = written.encode("cp1252", "ignore").decode("utf-8", "ignore")
    message = f"“{written}” is what becomes of {f'“{meant}”' if meant else 'a character'} in the wrong encoding"
    return Diagnostic(at, "enc", message, "Type the characters that were meant, here and in the rest of the file.")


def _conflict(path: str, text: str) -> list[Diagnostic]:
    if not any(mark in text for mark in _CONFLICT_MARKS) or not (found := _CONFLICT.search(text)):
        return []
    at = Location(path, *position(text, found.start()))
    message = f"two versions of this file were not merged: the line starts with {found[0][:7]}"
    hint = "Keep one version of the text, and delete the lines that start with <<<<<<<, ======= and >>>>>>>."
    return [Diagnostic(at, "git-conflict", message, hint)]
