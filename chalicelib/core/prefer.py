"""What an owner would pay not to lose a node: the one number that separates cheapest, balanced and steady."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

REPLACED_AFTER = timedelta(minutes=5)
"""How long a node that spot took away is missing until its replacement runs and has joined.

It is also how long both are paid for when a node is moved with the new one running before the old one goes.
"""


class Prefer(StrEnum):
    """How the owner weighs money against lost nodes."""

    CHEAPEST = "cheapest"
    BALANCED = "balanced"
    STEADY = "steady"

    @property
    def lost_minute(self) -> float:
        """The price of one lost node-minute, in on-demand node-minutes."""
        return LOST_MINUTE[self]


LOST_MINUTE = {Prefer.CHEAPEST: 0.0, Prefer.BALANCED: 5.0, Prefer.STEADY: 50.0}


def price_of_a_loss(prefer: Prefer, price: float) -> float:
    """What losing one node costs, in on-demand node-minutes: its minutes, and the replacement paid before it serves.

    `price` is that of the replacement, as a share of on-demand.
    """
    return (prefer.lost_minute + price) * _minutes(REPLACED_AFTER)


def price_of_a_move(price: float) -> float:
    """What moving one node costs, in on-demand node-minutes: the old one is paid until the new one serves.

    `price` is that of the old one, as a share of on-demand.
    """
    return price * _minutes(REPLACED_AFTER)


def break_even(prefer: Prefer, price: float) -> timedelta:
    """How long a spot node has to last until it has saved what losing it, and coming back to spot, costs.

    Never longer than a day, so that a pool that saves next to nothing is not held for ever.
    """
    costs = (prefer.lost_minute + 1) * _minutes(REPLACED_AFTER)
    saving = max(1 - price, 0.01)
    return min(timedelta(minutes=costs / saving), timedelta(days=1))


def _minutes(span: timedelta) -> float:
    return span / timedelta(minutes=1)
