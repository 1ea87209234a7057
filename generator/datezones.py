"""Time zones by IANA name, as they were on a date: Almaty was six hours ahead of UTC in 2022, and is five now.

They come from the tzdata package alone, never from the machine, so that the same content gives the same bytes.
"""

from datetime import date as Day
from datetime import datetime, timedelta
from datetime import time as Clock
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from generator.datehints import unknown_zone


@cache
def zone(name: str) -> ZoneInfo:
    """The zone of that name. Raises `DateError`."""
    if name not in zone_names():
        raise unknown_zone(name, zone_names())
    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


@cache
def zone_names() -> frozenset[str]:
    """Every name there is."""
    return frozenset(files("tzdata").joinpath("zones").read_text(encoding="utf-8").split())


def offset(name: str, day: Day, clock: Clock | None = None) -> timedelta:
    """How far the zone's clocks were ahead of UTC on that day, at noon if no time is given.

    A time that clocks show twice is the first of the two; one that they skip goes by what held before (PEP 495).
    """
    local = datetime.combine(day, Clock(12) if clock is None else clock, zone(name))
    return local.utcoffset() or timedelta(0)


def is_skipped(name: str, day: Day, clock: Clock) -> bool:
    """Whether the zone's clocks never showed that time, having been set forward over it."""
    before = datetime.combine(day, clock, zone(name))
    after = before.replace(fold=1)
    return (after.utcoffset() or timedelta(0)) > (before.utcoffset() or timedelta(0))


def utc_label(name: str, day: Day, clock: Clock | None = None) -> str:
    """`UTC+6`, `UTC+5:30`, `UTC−3` (a minus sign), `UTC`; seconds only where a zone of long ago had them."""
    seconds = round(offset(name, day, clock).total_seconds())
    hours, rest = divmod(abs(seconds), 3600)
    minutes = f":{rest // 60:02}" if rest else ""
    minutes += f":{rest % 60:02}" if rest % 60 else ""
    return f"UTC{'+' if seconds > 0 else '−'}{hours}{minutes}" if seconds else "UTC"
