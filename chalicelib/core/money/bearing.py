"""An environment's rows bear what commitments had paid for anyway, day by day.

What was lost is borne by the rows that avoided something, in proportion to it. What was gained goes to those that ran
while a baseline holds, in proportion to what that cost, so that none has avoided more than it would have cost. Where
there are none that day, those whose baseline is known bear it alike: a row that is not computable shows nothing.
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
    """The columns `commitment`, `unused` and `elsewhere` of the sheet hold what its environment bears."""
    rows: defaultdict[int, list[int]] = defaultdict(list)
    for number, day in enumerate(sheet.day):
        rows[day].append(number)
    claimed = {day for number, day in enumerate(sheet.day) if sheet.claims(number)}
    by_day: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    days = _days(sheet.belongs.timezone, month)
    for hour, amounts in borne.hours():
        day = next(day for day in days[hour] if day in claimed)
        by_day[day] = list(map(sum, zip(by_day[day], amounts, strict=True)))
    for day, (lost, unused, elsewhere) in by_day.items():
        _bear(sheet, rows[day], {"commitment": -lost, "unused": unused, "elsewhere": elsewhere})


@lru_cache(maxsize=64)
def _days(timezone: str, month: str) -> Mapping[int, Sequence[int]]:
    """The days in which each hour in UTC lies: one, or two where clocks are half an hour off."""
    days: defaultdict[int, list[int]] = defaultdict(list)
    for cell in cells(timezone, month):
        days[cell.hour].append(cell.day.toordinal())
    return days


def _bear(sheet: Sheet, numbers: Sequence[int], amounts: Mapping[str, int]) -> None:
    gained = amounts["commitment"] > 0
    weights = list(map(sheet.claimed.__getitem__, numbers) if gained else _avoided(sheet, numbers))
    if not any(weights):
        weights = [int(sheet.claims(number)) for number in numbers]
    for name, amount in amounts.items():
        for number, mine in zip(numbers, shared(abs(amount), weights), strict=True):
            sheet.columns[name][number] += mine if amount > 0 else -mine


def _avoided(sheet: Sheet, numbers: Iterable[int]) -> Iterator[int]:
    causes = [sheet.columns[name] for name in ("hours", "size", "spot")]
    return (max(sum(cause[number] for cause in causes), 0) for number in numbers)
