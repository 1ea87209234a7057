"""Markdown as this site writes it: plain CommonMark and tables, citations, links to records, and placed records."""

import re

from generator.prose import Problem, Prose
from generator.simpleprose import simple_prose

MAX_PROSE = 20_000
MAX_BRACKETS = 1_000  # the parser looks for the end of each, so that many take the square of their number


def read(text: str) -> Prose:
    """The text as prose. Never raises: what is wrong with it stands in `problems`, in order."""
    if len(text) > MAX_PROSE:
        return _too_much(text, MAX_PROSE, f"this text has {len(text):,} characters; {MAX_PROSE:,} is the most")
    if text.count("[") > MAX_BRACKETS:
        place = [found.start() for found in re.finditer(r"\[", text)][MAX_BRACKETS]
        return _too_much(text, place, f"this text has {text.count('['):,} marks “[”; {MAX_BRACKETS:,} is the most")
    if prose := simple_prose(text):
        return prose
    from generator.markdownprose import parsed_prose  # few texts need the parser, which takes a while to load

    return parsed_prose(text)


def _too_much(text: str, place: int, message: str) -> Prose:
    return Prose(text, (), "", (Problem(place, "limit", message, "split the text"),))
