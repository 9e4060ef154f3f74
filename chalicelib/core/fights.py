"""Something else keeps undoing what we do: after two reversals within a day we stop, and leave it to people.

Another scheduler, Terraform, an autoscaler or a budget action would else be fought all night, for the price of both.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.core.model import Desired, Observed, ResourceState
from chalicelib.core.remember import started_outside

MOST_REVERSALS = 2
LASTS = timedelta(hours=24)
"""How long a reversal counts, and so how long a resource is left alone at most."""


def reversal(before: ResourceState, observed: Observed, restarts_after: timedelta | None, now: datetime) -> bool:
    """Somebody undid what we had done: it left the state we had brought it to.

    AWS starting it after so long at rest (`restarts_after`) is nobody.
    """
    if before.intent is Desired.DOWN:
        return started_outside(before, observed, restarts_after, now)
    stood = before.intent is Desired.UP and before.seen is Observed.UP and before.healthy and before.attempts == 0
    return stood and observed in (Observed.FALLING, Observed.DOWN)


def with_reversal(state: ResourceState, now: datetime) -> ResourceState:
    """The state with one more reversal; those older than a day are forgotten."""
    return replace(state, reversals=(*_recent(state, now), now)[-MOST_REVERSALS:])


def contested(state: ResourceState, now: datetime) -> str | None:
    """Why it is left alone: somebody undid what we did twice within a day. None when nobody did."""
    recent = _recent(state, now)
    if len(recent) < MOST_REVERSALS:
        return None
    times = " and ".join(f"{at:%H:%MZ}" for at in recent)
    return f"something else undid what Curfew did at {times}; left alone until {recent[0] + LASTS:%Y-%m-%dT%H:%MZ}"


def _recent(state: ResourceState, now: datetime) -> tuple[datetime, ...]:
    return tuple(at for at in state.reversals if now < at + LASTS)
