"""What to type instead of a number that cannot be read: text in, a hint out. It never guesses between two readings."""

import re

_NUMBER = r"-?\d+(?:\.\d+)?"
_GROUPED = re.compile(r"-?\d{1,3}(?:(?:[ ,_’'\u00a0\u2009\u202f])\d{3})+(?:\.\d+)?")
_COMMA = re.compile(r"(-?\d+),(\d{1,2}|\d{4,})")
_ABOUT = re.compile(rf"(?i)(?:~|≈|about|around|approximately|approx\.?|circa|ca?\.|some) *({_NUMBER})", re.ASCII)
_AT_LEAST = re.compile(rf"(?i)(?:(?:>=?|≥|over|more than|at least) *({_NUMBER})|({_NUMBER}) *\+)", re.ASCII)
_AT_MOST = re.compile(rf"(?i)(?:<=?|≤|under|less than|fewer than|up to|at most) *({_NUMBER})", re.ASCII)
_RANGE = re.compile(rf"({_NUMBER}) *(?:-|–|—|to) *({_NUMBER})", re.ASCII)
_WITH_SIGNS = re.compile(rf"[^\w.,+-]*({_NUMBER})[^\w.,+-]*", re.ASCII)
_WITH_WORDS = re.compile(rf"[^\w.,+-]*({_NUMBER}) ?[^\W\d]{{2}}\D*")


def number_hint(text: str) -> str:
    """What to write instead, if that is sure."""
    plain = _GROUPED.sub(lambda found: re.sub(r"[^\d.-]", "", found[0]), text, count=2)
    if found := re.fullmatch(r"(-?\d{1,3}),(\d{3})", text, re.ASCII):
        return f"write {found[1]}{found[2]}, or {found[1]}.{found[2]} if the comma is for decimals"
    if plain != text and re.fullmatch(_NUMBER, plain, re.ASCII):
        return f"write {plain}: the page sets the separators itself"
    if found := _COMMA.fullmatch(text):
        return f"write {found[1]}.{found[2]}, with a point for decimals"
    if found := _ABOUT.fullmatch(plain):
        return f"write {found[1]}, and approximate: true on a line of its own"
    if found := _AT_LEAST.fullmatch(plain):
        return f"write at_least: {found[1] or found[2]} in place of value:"
    if found := _AT_MOST.fullmatch(plain):
        return f"write at_most: {found[1]} in place of value:"
    if found := _RANGE.fullmatch(plain):
        return f"write low: {found[1]} and high: {found[2]} in place of value:"
    if found := _WITH_SIGNS.fullmatch(plain):
        return f"write {found[1]} alone"
    if found := _WITH_WORDS.fullmatch(plain):
        return f"write {found[1]} alone, without the unit; or all digits, if the word is one like million"
    return "write digits, with a point for decimals: 1237 or 68.05"
