"""What is wrong with a YAML file, in an editor's words: every sentence in one place."""

import re
import unicodedata
from collections.abc import Mapping

from generator.diagnostics import Diagnostic, Location
from generator.yamltext import position

# Spaces that look like one but are not one to YAML: no-break, typographic, ideographic, zero-width.
ODD_SPACE = re.compile("[\u00a0\u1680\u180e\u2000-\u200b\u202f\u205f\u2060\u3000]")
SMART_QUOTES = "“”„«»‘’‚‹›"

_QUOTE_IT = "If it is text, put it in quotes."
_SIMPLER_KEY = "Write each field as a short name, a colon, a space and its value."

_REFUSALS: Mapping[str, tuple[str, str, str]] = {
    "yaml-alias": (
        "yaml-anchor",
        "a value or key that starts with * points to another part of the file, which records do not use",
        f"{_QUOTE_IT} Otherwise repeat the text, or refer to a record by its id.",
    ),
    "yaml-anchor": (
        "yaml-anchor",
        "a value or key that starts with & names a part of the file, which records do not use",
        f"{_QUOTE_IT} Otherwise delete the word with the &, and repeat the text where it is needed.",
    ),
    "yaml-bracket-closed": (
        "yaml-bracket",
        "a value that starts with {opening} is a {kind}, but more follows after its {closing}",
        "If the value is text, put all of it in quotes.",
    ),
    "yaml-bracket-comma": (
        "yaml-bracket",
        "a comma is missing before this in the {kind} that opens on line {opened}",
        "Put a comma between the items.",
    ),
    "yaml-bracket-empty": (
        "yaml-bracket",
        "“{found}” stands where an item is expected in the {kind} that opens on line {opened}",
        "Write the items with one comma between each, and close with {closing}.",
    ),
    "yaml-bracket-open": (
        "yaml-bracket",
        "the {kind} that opens here with {opening} is not closed{before}",
        "Close it with {closing}. If the value is text, put all of it in quotes.",
    ),
    "yaml-bracket-wrong": (
        "yaml-bracket",
        "the {kind} that opens here with {opening} is closed with {found} on line {line}",
        "Close it with {closing}.",
    ),
    "yaml-colon": (
        "yaml-colon",
        "a colon followed by a space, or at the end of the line, inside a value without quotes",
        "{hint}",
    ),
    "yaml-colon-space": (
        "yaml-colon",
        "the space after the colon is missing",
        "Write a space between the colon and the value, as in “key: value”.",
    ),
    "yaml-colon-missing": (
        "yaml-colon",
        "a colon is missing after the name of the field",
        "Write the name, a colon, a space and the value, as in “key: value”.",
    ),
    "yaml-depth": (
        "yaml-depth",
        "lists and fields lie more than {deepest} levels deep in each other",
        "Records need few levels; check the indentation, or put text that starts with [ or {{ in quotes.",
    ),
    "yaml-directive": (
        "yaml-directive",
        "a line that starts with % gives the YAML reader an instruction, which records do not use",
        "Delete the line, and the line --- after it.",
    ),
    "yaml-documents": (
        "yaml-documents",
        "a second record starts here; a file holds one",
        "Move what follows to a file of its own, or delete the line --- or ... .",
    ),
    "yaml-duplicate-key": (
        "yaml-duplicate-key",
        "“{key}” is written twice: {where}",
        "Keep one of them; if both hold text you need, join them.",
    ),
    "yaml-duplicate-item": (
        "yaml-duplicate-key",
        "“{key}” is written twice: {where}",
        "If the next item of the list begins here, start it with a dash and a space; otherwise keep one of the two.",
    ),
    "yaml-duplicate-record": (
        "yaml-duplicate-key",
        "“{key}” is written twice: {where}; so are {more} fields after it",
        "These fields seem to be pasted twice: keep one of the two.",
    ),
    "yaml-empty": ("yaml-empty", "the file is empty", "A record starts with key: value."),
    "yaml-escape": (
        "yaml-escape",
        "“{written}” means nothing inside double quotes, where a backslash starts a code",
        "To show a backslash, write it twice (\\\\), or use single quotes around the value.",
    ),
    "yaml-hash": (
        "yaml-hash",
        "a space and # end the value, so the text that follows on line {line} belongs to nothing",
        "If the # is part of the text, put the value in quotes; otherwise move the remark above the key.",
    ),
    "yaml-hash-bracket": (
        "yaml-hash",
        "a space and # end the line here, so the {kind} that opens on line {opened} lacks the “{mark}” after it",
        "If the # is part of the text, put the text in quotes; otherwise move the remark above the key.",
    ),
    "yaml-indent": (
        "yaml-indent",
        "this line starts in column {column}, which fits none of the lines above it",
        "Start it in the same column as the lines it belongs with.",
    ),
    "yaml-indent-dash": (
        "yaml-indent",
        "this line stands among the items of a list but does not start with a dash",
        "Start it with a dash and a space, or in the column of the key it belongs beside.",
    ),
    "yaml-indent-dash-space": (
        "yaml-indent",
        "a space is missing after the dash that begins a list item",
        "Write the dash, a space, and the item.",
    ),
    "yaml-indent-field": (
        "yaml-indent",
        "a field cannot start here, because it is indented into the value that begins on line {above}",
        "Start it in the same column as the key it belongs beside. If it is text, put the value in quotes.",
    ),
    "yaml-indent-first": (
        "yaml-indent",
        "the first field starts in column {column}, and those after it in column 1",
        "Start it at the beginning of its line, too.",
    ),
    "yaml-indent-item": (
        "yaml-indent",
        "this list item is indented into the text that begins on line {above}, and would become part of it",
        "Start all items of a list in the same column, under a key with nothing after its colon. "
        "For a list inside a text, write the text as a block after |.",
    ),
    "yaml-indent-list": (
        "yaml-indent",
        "a list item stands where a field is expected",
        "Write list items under the key they belong to, with nothing after its colon.",
    ),
    "yaml-indent-loose": (
        "yaml-indent",
        "this line is neither “key: value” nor indented as part of the text above it",
        "If it is a field, write a colon and a space after its name. If it is text, indent it.",
    ),
    "yaml-indent-text": (
        "yaml-indent",
        "this line is indented less than the text that begins below line {above}, and so is no part of it",
        "If it is part of that text, indent it like the lines above: by {spaces} spaces.",
    ),
    "yaml-key-empty": ("yaml-key", "a colon without a key before it", _SIMPLER_KEY),
    "yaml-key-explicit": (
        "yaml-key",
        "a key that is announced with ? is not used in records",
        _SIMPLER_KEY,
    ),
    "yaml-key-kind": (
        "yaml-key",
        "a list or a group of fields stands where the name of a field is expected",
        "Write a short name, a colon, a space and the value. Put text that starts with [ or {{ in quotes.",
    ),
    "yaml-key-long": (
        "yaml-key",
        "the key that starts with “{start}” is longer than {longest} characters",
        _SIMPLER_KEY,
    ),
    "limit": (
        "limit",
        "the list has more than {longest} items",
        "Shorten the list, or split the record.",
    ),
    "limit-keys": (
        "limit",
        "more than {longest} keys stand side by side here",
        "Records have few; an item of a list starts with a dash and a space.",
    ),
    "yaml-merge": (
        "yaml-merge",
        "<< copies fields from another part of the file, which records do not use",
        "Write the fields themselves.",
    ),
    "yaml-nbsp": (
        "yaml-nbsp",
        "this is not an ordinary space but {name} (U+{code:04X}), which YAML does not read as a space",
        "{hint}",
    ),
    "yaml-quote-closed": (
        "yaml-quote",
        "the text in quotes ends here, but the line goes on",
        "{hint}",
    ),
    "yaml-quote-curly": (
        "yaml-quote",
        "a value that starts with {quote} is not in quotes for YAML; only straight quotes count",
        'Put straight quotes (") around the whole value; curly ones may stay inside them.',
    ),
    "yaml-quote-key": (
        "yaml-quote",
        "a key starts with {quote}, which YAML takes for part of its name",
        "Write the key without quotes.",
    ),
    "yaml-quote-open": (
        "yaml-quote",
        "the text that opens here with {quote} is never closed",
        "Put {quote} at its end. {hint}",
    ),
    "yaml-start": (
        "yaml-start",
        "a value or key without quotes cannot start with {found}",
        "{hint}",
    ),
    "yaml-start-block": (
        "yaml-start",
        "after {found} at the start of a value, the text begins on the next line",
        "Move the text to the next line and indent it, or put the whole value in quotes.",
    ),
    "yaml-surrogate": (
        "text-surrogate",
        "“{written}” is half of a character, which cannot stand alone",
        "Delete it, or type the character that is meant.",
    ),
    "yaml-surrogate-pair": (
        "text-surrogate",
        "“{written}” gives the halves of one character, which YAML does not join",
        "Type the character itself: {character}",
    ),
    "yaml-syntax": (
        "yaml-syntax",
        "this cannot be read as YAML",
        "Compare it with the lines above: a quote, bracket, colon or space may be missing or too much.",
    ),
    "yaml-syntax-dashes": (
        "yaml-syntax",
        "a field cannot stand on the same line as ---",
        "Delete the ---, or start the field on the next line.",
    ),
    "yaml-tab": (
        "yaml-tab",
        "a tab stands in the indentation, where YAML allows only spaces",
        "Use spaces instead of the tab, two for each level.",
    ),
    "yaml-tag": (
        "yaml-tag",
        "a value or key that starts with ! names a type, which records do not use",
        f"{_QUOTE_IT} Otherwise delete the word with the !.",
    ),
    "yaml-tag-directive": (
        "yaml-tag",
        "a line that starts with %TAG renames types, which records do not use",
        "Delete the line, and the line --- after it.",
    ),
    "yaml-top": (
        "yaml-top",
        "the file holds {kind}; a record starts with key: value",
        "Write each field on a line of its own: its name, a colon, a space and its value.",
    ),
    "yaml-top-colon": (
        "yaml-top",
        "the file holds {kind}; a record starts with key: value",
        "Put a space after the colon.",
    ),
}


def refusal(name: str, at: Location, /, **words: object) -> Diagnostic:
    """The diagnostic kept under `name`, with the words it asks for filled in."""
    code, message, hint = _REFUSALS[name]
    return Diagnostic(at, code, message.format(**words), hint.format(**words))


def odd_space(path: str, text: str, index: int) -> Diagnostic:
    """Why the character at `index`, one of ODD_SPACE, cannot separate anything."""
    name = unicodedata.name(text[index], "space").lower()
    between_letters = text[index - 1 : index].isalnum() and text[index + 1 : index + 2].isalnum()
    hint = "Delete it." if between_letters and "zero" in name else "Replace it with an ordinary space."
    name = f"{'an' if name[0] in 'aeiou' else 'a'} {name}"
    return refusal("yaml-nbsp", Location(path, *position(text, index)), name=name, code=ord(text[index]), hint=hint)
