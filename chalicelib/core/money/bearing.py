"""An environment's rows bear what commitments had paid for anyway, day by day.

What was lost is borne by the rows that avoided something, in proportion to it. What was gained goes to those that ran
while a baseline holds, in proportion to what that cost, so that none has avoided more than it would have cost.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from chalicelib.core.money.amounts import shared
from chalicelib.core.money.burden import Borne
from chalicelib.core.money.cells import cells
from chalicelib.core.money.sheet import Sheet


def bear(sheet: Sheet, borne: Borne, month: str) -> None:
    """The columns `commitment` and `unused` of the sheet hold what its environment bears."""
    rows: defaultdict[int, list[int]] = defaultdict(list)
    for number, day in enumerate(sheet.day):
        rows[day].append(number)
    lost: defaultdict[int, int] = defaultdict(int)
    unused: defaultdict[int, int] = defaultdict(int)
    days = _days(sheet.belongs.timezone, month)
    for hour, amount, idle in borne.hours():
        day = next(day for day in days[hour] if day in rows)
        lost[day] += amount
        unused[day] += idle
    for day, amount in lost.items():
        _bear(sheet, rows[day], amount, unused[day])


@lru_cache(maxsize=64)
def _days(timezone: str, month: str) -> Mapping[int, Sequence[int]]:
    """The days in which each hour in UTC lies: one, or two where clocks are half an hour off."""
    days: defaultdict[int, list[int]] = defaultdict(list)
    for cell in cells(timezone, month):
        days[cell.hour].append(cell.day.toordinal())
    return days


def _bear(sheet: Sheet, numbers: Sequence[int], lost: int, unused: int) -> None:
    weights = list(_avoided(sheet, numbers) if lost > 0 else map(sheet.claimed.__getitem__, numbers))
    if not any(weights):
        weights[0] = 1
    for number, amount, idle in zip(numbers, shared(lost, weights), shared(unused, weights), strict=True):
        sheet.columns["commitment"][number] -= amount
        sheet.columns["unused"][number] += idle


def _avoided(sheet: Sheet, numbers: Iterable[int]) -> Iterator[int]:
    causes = [sheet.columns[name] for name in ("hours", "size", "spot")]
    return (max(sum(cause[number] for cause in causes), 0) for number in numbers)
