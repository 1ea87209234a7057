"""Numbers in words: how a figure’s value reads."""

from decimal import Decimal

from generator.records import Value


def number(value: Decimal | int) -> str:
    """`2030` as `2,030`, `-4` as `−4`; decimals as written, and never as a power of ten."""
    written = f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"
    return written.replace("-", "−")


def amount(value: Value) -> str:
    """A figure's value in words: `225`, `about 5,800`, `at least 18`, `100–120`, `−5 to −3`."""
    return " ".join(filter(None, amount_parts(value)))


def amount_parts(value: Value) -> tuple[str, str]:
    """As `amount`: how sure the number is, and the number."""
    low, high = value.bounds
    numbers = [number(bound) for bound in (low, high) if bound is not None]
    hedge = "at least" if high is None else "at most" if low is None else ""
    between = "–" if value.low is not None and value.low >= 0 else " to "
    words = numbers[0] if value.value is not None else between.join(numbers)
    return f"{'about' if value.approximate else ''} {hedge}".strip(), words
