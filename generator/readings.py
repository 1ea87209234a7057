"""One number of a figure as a chart reads it: in words and as bounds, by whom and when, and what became of it."""

import re
from dataclasses import dataclass
from decimal import Decimal

from generator.drawing import NO_BREAK, Line, Span, fitted
from generator.labels import LABELS

_INSIDE_DATE = re.compile(r"(?<=[0-9]) (?=[A-Z])|(?<=[a-z]) (?=[0-9]{4})")


@dataclass(frozen=True, slots=True)
class Reading:
    """`low` or `high` is None where the number is open; `when` is the day it was said, and of what day if of another.

    `first` and `last` are ordinals of the days that the number is about.
    """

    words: str
    low: Decimal | None
    high: Decimal | None
    who: str
    when: str
    first: int
    last: int
    status: str = "current"
    series: str = ""
    preferred: bool = False

    @property
    def middle(self) -> Decimal:
        """The number to draw it at."""
        if self.low is None or self.high is None:
            return self.low if self.low is not None else self.high or Decimal(0)
        return (self.low + self.high) / 2

    @property
    def is_open(self) -> bool:
        return self.low is None or self.high is None

    @property
    def about(self) -> str:
        """Who said it and when, with dates that the end of a line does not part."""
        return f"{self.who}, {_INSIDE_DATE.sub(NO_BREAK, self.when)}"

    @property
    def css(self) -> str:
        return "preferred" if self.preferred else self.status


def said(status: str) -> str:
    """The word that goes with a number that does not stand as it was said; empty for the others."""
    return LABELS["value"].get(status, "")


def number_line(reading: Reading) -> Line:
    """`164 withdrawn`, the number struck through."""
    number = fitted(reading.words, 180, "strong")
    struck = "strong struck" if reading.status == "retracted" else "strong"
    status = f" {said(reading.status)}" if said(reading.status) else ""
    return (Span(number, struck), Span(status, "flag")) if status else (Span(number, struck),)


def in_words(reading: Reading) -> str:
    """`164, withdrawn (Government-run Telegram channel, 9 January 2022)`."""
    row = f"{reading.series}: " if reading.series else ""
    status = f", {said(reading.status)}" if said(reading.status) else ""
    return f"{row}{reading.words}{status} ({reading.who}, {reading.when})"
