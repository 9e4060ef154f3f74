"""How fast an environment's budget burns, as the last pass left it, for people; asks AWS nothing."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from chalicelib.core.accrual import Spend
from chalicelib.core.budget import Budget
from chalicelib.flows.ports import World
from chalicelib.flows.status import known
from chalicelib.flows.wish import found


@dataclass(frozen=True, slots=True)
class Burning:
    """A budget, what is estimated to have been spent of it, at which burn rate, and whether that pulls spot.

    `spend` and `rate` are None until a pass has counted, and where it cannot.
    """

    budget: Budget
    spend: Spend | None
    rate: Decimal | None
    pulls: bool


def burning(world: World, name: str) -> Burning | None:
    """The budget of the environment; None where its file gives none. Raises UnknownError, RefusedError."""
    budget, notes = known(world, name).definition.budget, found(world, name).notes
    return Burning(budget, notes.spend, notes.burn, notes.pulled) if budget else None
