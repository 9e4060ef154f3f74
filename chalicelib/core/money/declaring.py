"""What an owner says would have run without Curfew: windows, as probabilities by the hour of the week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from chalicelib.core.localtime import day_bounds, zone
from chalicelib.core.money.baselines import WEEK
from chalicelib.core.money.profiling import shares, stretch
from chalicelib.core.timetable import Change, changes
from chalicelib.core.uptime import Uptime
from chalicelib.core.windows import Window, describe

YEAR = timedelta(weeks=52)
"""Windows of some dates only ("1st mon") are open in their part of the weeks of a year."""

ALWAYS_ON = (Decimal(1),) * WEEK


@dataclass(frozen=True, slots=True)
class Declared:
    """Windows in which everything would have been up; `timezone` is theirs where they have none of their own."""

    windows: tuple[Window, ...]
    timezone: str = "UTC"

    @property
    def source(self) -> str:
        """Who says so, and what, in words."""
        return f"declared: {', '.join(describe(window) for window in self.windows)} ({self.timezone})"


@lru_cache(maxsize=512)
def declared_shares(declared: Declared, timezone: str, first: date) -> tuple[Decimal, ...]:
    """For each hour of the week of `timezone` the part of it in which windows are open, in the year from that date."""
    where = zone(timezone)
    begins, ends = day_bounds(where, first)[0], day_bounds(where, first + YEAR)[0]
    uptime = Uptime(declared.timezone, declared.windows)
    rows = [*changes((uptime,), begins, ends), Change(ends, "down", "")]
    open_ = [stretch(one.at, other.at) for one, other in pairwise(rows) if one.desired == "up"]
    return shares(open_, [stretch(begins, ends)], timezone)
