"""What reports rest on beside a month's books stays as it was once no day of the month is closed again.

So the exchange rate of December, or a Savings Plan that AWS tells of in January, changes nothing of November. What
people say of a month later on, by a bill, still counts.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from chalicelib.flows.closing import AGAIN
from chalicelib.flows.ports import World
from chalicelib.flows.publishing import months, over

STAYS = AGAIN + timedelta(days=1)
"""So long after a month is over the last of its days is closed for the last time."""


def settle(world: World) -> None:
    """Of months that are over for so long, what reports rest on beside their books is kept, once."""
    now = world.clock.now()
    for month in months(now):
        if over(month, now - STAYS) and world.store.kept_beside(month) is None and world.store.closed(month):
            world.store.keep_beside(month, replace(world.ledger.beside(month), bill=None, final=None))
