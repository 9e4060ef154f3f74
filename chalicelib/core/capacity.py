"""The capacity mix that an owner allows for one entry of a file, and what of it holds at an instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chalicelib.core.mix import SpotPolicy
from chalicelib.core.prefer import Prefer
from chalicelib.core.timetable import verdict
from chalicelib.core.uptime import Uptime
from chalicelib.core.windows import Window

Shares = tuple[float, float]
"""The lowest and the highest share of spot, 0 to 1, of the members above the base."""


@dataclass(frozen=True, slots=True)
class ByTime:
    """Other shares while one of the windows is open."""

    windows: tuple[Window, ...]
    shares: Shares


@dataclass(frozen=True, slots=True)
class Requirements:
    """What an instance type must have, from and to, both included."""

    vcpus: tuple[int, int]
    memory_gib: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Capacity:
    """What one entry under `capacity:` says of the groups that the entry of that key selects.

    `types` empty: those that the group has by itself, or those that have what `requirements` say. `zones` empty: all
    of the group's. `go_back` empty: it may go back to spot at any time. Windows are in `timezone`.
    """

    resource: str
    on_demand_base: int = 0
    shares: Shares = (0.0, 0.0)
    prefer: Prefer = Prefer.BALANCED
    types: tuple[str, ...] = ()
    requirements: Requirements | None = None
    zones: tuple[str, ...] = ()
    go_back: tuple[Window, ...] = ()
    by_time: tuple[ByTime, ...] = ()
    timezone: str = "UTC"


def allowed(capacity: Capacity, now: datetime) -> SpotPolicy:
    """What holds at that instant: of the entries by time the first whose window is open."""
    open_now = (each.shares for each in capacity.by_time if _is_open(each.windows, capacity.timezone, now))
    lowest, highest = next(open_now, capacity.shares)
    return SpotPolicy(capacity.prefer, capacity.on_demand_base, lowest, highest)


def go_back_at(capacity: Capacity, now: datetime) -> datetime | None:
    """When the next window to go back in opens; None while one is open, and when there is none."""
    if not capacity.go_back:
        return None
    said = verdict((Uptime(capacity.timezone, capacity.go_back),), now)
    return None if said.desired == "up" else said.until


def _is_open(windows: tuple[Window, ...], timezone: str, now: datetime) -> bool:
    return verdict((Uptime(timezone, windows),), now).desired == "up"
