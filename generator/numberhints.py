"""What to type instead of a number or a flag that cannot be read: text in, a hint out. It never guesses between two
readings.
"""

import re

_NUMBER = r"-?\d+(?:\.\d+)?"
_GROUPED = re.compile(r"-?\d{1,3}(?:(?:[ ,_’'\u00a0\u2009\u202f])\d{3})+(?:\.\d+)?")
_COMMA = re.compile(r"(-?\d+),(\d{1,2}|\d{4,})")
_UNUSUAL = re.compile(r"(?=.*\d)([+−]?)(\d*)(?:\.(\d*))?", re.ASCII)  # a plus, a minus that is no hyphen, .5 and 5.
_ABOUT = re.compile(rf"(?i)(?:~|≈|about|around|approximately|approx\.?|circa|ca?\.|some) *({_NUMBER})", re.ASCII)
_AT_LEAST = re.compile(rf"(?i)(?:(?:>=?|≥|over|more than|at least) *({_NUMBER})|({_NUMBER}) *\+)", re.ASCII)
_AT_MOST = re.compile(rf"(?i)(?:<=?|≤|under|less than|fewer than|up to|at most) *({_NUMBER})", re.ASCII)
_RANGE = re.compile(rf"({_NUMBER}) *(?:-|–|—|to) *({_NUMBER})", re.ASCII)
_WITH_SIGNS = re.compile(rf"[^\w.,+-]*({_NUMBER})[^\w.,+-]*", re.ASCII)
_WITH_WORDS = re.compile(rf"[^\w.,+-]*({_NUMBER}) ?[^\W\d]{{2}}\D*")


_DEGREES = re.compile(
    r"(\d{1,3}(?:[.,]\d+)?) *°? *(?:(\d{1,2}) *['’′] *)?(?:(\d{1,2}(?:\.\d+)?) *[\"”″] *)?([NSEW]?)", re.ASCII
)


_FLAGS = {"true": ("true", "yes", "y", "on", "1"), "false": ("false", "no", "n", "off", "0")}


def flag_hint(text: str) -> str:
    """What to write instead where only true and false are known."""
    meant = next((f", here {flag}" for flag, words in _FLAGS.items() if text.lower() in words), "")
    return f"write true or false{meant}"


def number_hint(text: str, field: str) -> str:
    """What to write instead in this field, if that is sure."""
    return _degrees_hint(text) if field in ("lat", "lon") else _amount_hint(text, field)


def _degrees_hint(text: str) -> str:
    """Maps give minutes and seconds, and the side of the earth as a letter."""
    found = _DEGREES.fullmatch(text)
    if not found:
        return "write degrees, with a point for decimals: 43.24"
    degrees, minutes, seconds, side = found.groups()
    plain = degrees.replace(",", ".")
    if minutes or seconds:
        plain = f"{float(plain) + float(minutes or 0) / 60 + float(seconds or 0) / 3600:.4f}"
    return f"write -{plain}: south and west are below zero" if side in ("S", "W") else f"write {plain}"


def _amount_hint(text: str, field: str) -> str:
    plain = _GROUPED.sub(lambda found: re.sub(r"[^\d.-]", "", found[0]), text, count=2)
    if found := re.fullmatch(r"(-?\d{1,3}),(\d{3})", text, re.ASCII):
        return f"write {found[1]}{found[2]}, or {found[1]}.{found[2]} if the comma is for decimals"
    if plain != text and re.fullmatch(_NUMBER, plain, re.ASCII):
        return f"write {plain}: the page sets the separators itself"
    if found := _UNUSUAL.fullmatch(text):
        point = f".{found[3]}" if found[3] else ""
        return f"write {'-' if found[1] == '−' else ''}{found[2] or '0'}{point}"
    if found := _COMMA.fullmatch(text):
        return f"write {found[1]}.{found[2]}, with a point for decimals"
    if found := _ABOUT.fullmatch(plain):
        return f"write {found[1]}, and approximate: true on a line of its own"
    if found := _AT_LEAST.fullmatch(plain):
        return _bound("at_least", found[1] or found[2], field)
    if found := _AT_MOST.fullmatch(plain):
        return _bound("at_most", found[1], field)
    if found := _RANGE.fullmatch(plain):
        instead = "" if field in ("low", "high") else f" in place of {field}:"
        return f"write low: {found[1]} and high: {found[2]}{instead}"
    if found := _WITH_SIGNS.fullmatch(plain):
        return f"write {found[1]} alone"
    if found := _WITH_WORDS.fullmatch(plain):
        return f"write {found[1]} alone, without the unit; or all digits, if the word is one like million"
    return "write digits, with a point for decimals: 1237 or 68.05"


def _bound(key: str, number: str, field: str) -> str:
    return f"write {number} alone" if key == field else f"write {key}: {number} in place of {field}:"
