"""What is wrong, where, and what to do about it: the data, and how it looks as text, JSON or CI annotation."""

import json
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a file: path relative to the project's root, line and column counted from 1."""

    path: str
    line: int = 1
    column: int = 1


Path = tuple[str | int, ...]
"""The keys, and numbers in lists, that lead to a value of a record."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake, told once. `code` is stable; `message` says what is wrong, `hint` what to do."""

    location: Location
    code: str
    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR


def in_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The diagnostics sorted by file, line, column; each one once."""
    return sorted(set(diagnostics), key=lambda d: (d.location, d.severity, d.code, d.message, d.hint))


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    return any(diagnostic.is_error for diagnostic in diagnostics)


def counted(diagnostics: Sequence[Diagnostic]) -> str:
    """`2 errors, 1 warning`; errors are named only when there are any."""
    errors = sum(diagnostic.is_error for diagnostic in diagnostics)
    warnings = len(diagnostics) - errors
    parts = [f"{errors} error{'s' * (errors != 1)}"] if errors else []
    return ", ".join([*parts, f"{warnings} warning{'s' * (warnings != 1)}"])


def clipped(text: str) -> str:
    """What an editor wrote, as a message can repeat it."""
    return text if len(text) <= 40 else text[:39] + "…"


def first_words(text: str, most: int) -> str:
    """The text, or as many of its words as fit into so many characters."""
    return text if len(text) <= most else f"{text[:most].rsplit(maxsplit=1)[0]} …"


def printable(text: str) -> str:
    r"""The text with every control, format and surrogate character escaped (`\x1b`), safe for any terminal."""
    return "".join(
        character if unicodedata.category(character) not in _UNPRINTABLE else _escaped(character) for character in text
    )


_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def _escaped(character: str) -> str:
    return character.encode("unicode_escape", "backslashreplace").decode("ascii")


def as_text(diagnostic: Diagnostic) -> str:
    """`path:line:column: error[code]: message`, and the hint on a second line."""
    at = diagnostic.location
    line = (
        f"{printable(at.path)}:{at.line}:{at.column}: "
        f"{diagnostic.severity}[{diagnostic.code}]: {printable(diagnostic.message)}"
    )
    return f"{line}\n  hint: {printable(diagnostic.hint)}" if diagnostic.hint else line


def as_json(diagnostics: Iterable[Diagnostic]) -> str:
    """A JSON list of `{path, line, column, severity, code, message, hint}`."""
    rows = [
        {
            "path": printable(d.location.path),
            "line": d.location.line,
            "column": d.location.column,
            "severity": str(d.severity),
            "code": d.code,
            "message": printable(d.message),
            "hint": printable(d.hint),
        }
        for d in diagnostics
    ]
    return json.dumps(rows, ensure_ascii=False, indent=2)


def as_github(diagnostic: Diagnostic) -> str:
    """A workflow command that GitHub shows at the line in a pull request.

    Escapes as <https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts> does.
    """
    at = diagnostic.location
    body = diagnostic.message + (f" ({diagnostic.hint})" if diagnostic.hint else "")
    properties = f"file={_property(at.path)},line={at.line},col={at.column},title={_property(diagnostic.code)}"
    return f"::{diagnostic.severity} {properties}::{_data(body)}"


def _data(text: str) -> str:
    return printable(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
