"""What is under way and when it arrives: a heap of changes, each due at an instant."""

import heapq
from collections.abc import Callable
from datetime import datetime
from itertools import count

Change = Callable[[], None]


class Transitions:
    """Changes that wait for their instant; per key at most one, and the newer replaces the older."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, int, str, Change]] = []
        self._latest: dict[str, int] = {}
        self._numbers = count()

    def schedule(self, key: str, at: datetime, change: Change) -> None:
        """`change` is due at `at`; what was waiting under `key` never happens."""
        number = next(self._numbers)
        self._latest[key] = number
        heapq.heappush(self._heap, (at, number, key, change))

    def cancel(self, key: str) -> None:
        """Nothing waits under `key`."""
        self._latest.pop(key, None)

    def next_at(self) -> datetime | None:
        """When the next change is due; None when nothing is under way."""
        self._drop_replaced()
        return self._heap[0][0] if self._heap else None

    def pop_due(self, until: datetime) -> tuple[datetime, Change] | None:
        """The earliest change due at or before `until`, taken out; None when there is none."""
        due = self.next_at()
        if due is None or due > until:
            return None
        at, _, key, change = heapq.heappop(self._heap)
        del self._latest[key]
        return at, change

    def _drop_replaced(self) -> None:
        while self._heap and self._latest.get(self._heap[0][2]) != self._heap[0][1]:
            heapq.heappop(self._heap)
