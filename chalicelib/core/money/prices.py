"""What one unit of a rate key costs over a stretch of time, whatever its rate does meanwhile."""

from __future__ import annotations

from bisect import bisect_right
from decimal import Decimal

from chalicelib.core.money.rates import Book

Hourly = Decimal
"""US dollars an hour, times seconds: 3,600 of them are a dollar, and no division has rounded them."""


class Prices:
    """The rates of a book, by second. A rate holds from the second in which it begins."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._steps: dict[str, tuple[list[int], list[Decimal]]] = {}

    def cost(self, key: str, begins: int, ends: int) -> Hourly | None:
        """The hourly rate x seconds, added up over its steps; None when at any of these seconds none is known."""
        begun, hourly = self._known(key)
        number = bisect_right(begun, begins) - 1
        if number < 0:
            return None
        total = Decimal(0)
        while number + 1 < len(begun) and begun[number + 1] < ends:
            total += hourly[number] * (begun[number + 1] - begins)
            begins = begun[number + 1]
            number += 1
        return total + hourly[number] * (ends - begins)

    def _known(self, key: str) -> tuple[list[int], list[Decimal]]:
        if key not in self._steps:
            rates = self._book.get(key, ())
            begun = [int(rate.begins.timestamp() // 1) for rate in rates]
            self._steps[key] = begun, [rate.hourly for rate in rates]
        return self._steps[key]
