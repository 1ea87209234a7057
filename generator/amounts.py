"""Numbers in words: how a figure’s value reads."""

from decimal import Decimal
from typing import Any

from generator.records import Value


def number(value: Any) -> str:
    """`2030` as `2,030`; decimals as written, and never as a power of ten."""
    return f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"


def amount(value: Value) -> str:
    """A figure's value in words: `225`, `about 5,800`, `at least 18`, `100–120`."""
    return " ".join(filter(None, amount_parts(value)))


def amount_parts(value: Value) -> tuple[str, str]:
    """As `amount`: how sure the number is, and the number."""
    low, high = value.bounds
    hedge, words = "", number(high if low is None else low)
    if value.low is not None:
        words += f"–{number(high)}"
    elif value.value is None and low is not None and high is not None:
        words += f" to {number(high)}"
    elif value.value is None:
        hedge = "at least" if high is None else "at most"
    return f"{'about' if value.approximate else ''} {hedge}".strip(), words
