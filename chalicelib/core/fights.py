"""Something else keeps undoing what we do: after two reversals within a day we stop, and leave it to people.

Another scheduler, Terraform, an autoscaler or a budget action would else be fought all night, for the price of both.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.core.model import Desired, Observed, ResourceState, Sighting
from chalicelib.core.remember import known, started_outside

MOST_REVERSALS = 2
LASTS = timedelta(hours=24)
"""How long a reversal counts, and so how long a resource is left alone at most."""


BY_AWS = "Server."
"""What each of AWS's own reasons for a stop begins with: Spot capacity taken back, a host retired, a fault.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StateReason.html
"""


def reversal(before: ResourceState, seen: Sighting, restarts_after: timedelta | None, now: datetime) -> bool:
    """Somebody undid what we had done: it left the state we had brought it to.

    AWS is nobody: it starts some after so long at rest (`restarts_after`), and stops what it takes back.
    """
    if before.intent is Desired.DOWN:
        return started_outside(before, seen.observed, restarts_after, now)
    stood = before.intent is Desired.UP and known(before) is Observed.UP and before.healthy and before.attempts == 0
    left = stood and seen.observed in (Observed.FALLING, Observed.DOWN)
    return left and not (seen.cause or "").startswith(BY_AWS)


def with_reversal(state: ResourceState, now: datetime) -> ResourceState:
    """The state with one more reversal; those older than a day are forgotten.

    With the second it is a fight, and the sizes that it was fought with are nobody's wish until it is back.
    """
    reversals = (*_recent(state, now), now)[-MOST_REVERSALS:]
    if len(reversals) < MOST_REVERSALS:
        return replace(state, reversals=reversals)
    return replace(state, reversals=reversals, theirs={}, disputed=state.restore is not None)


def contested(state: ResourceState, now: datetime) -> str | None:
    """Why it is left alone: somebody undid what we did twice within a day. None when nobody did."""
    recent = _recent(state, now)
    if len(recent) < MOST_REVERSALS:
        return None
    times = " and ".join(f"{at:%H:%MZ}" for at in recent)
    turn, latest = "stop" if state.intent is Desired.UP else "start", recent[0] + LASTS
    return (
        f"something else undid what Curfew did at {times}; "
        f"left alone until its next {turn}, or {latest:%Y-%m-%dT%H:%MZ} at the latest"
    )


def _recent(state: ResourceState, now: datetime) -> tuple[datetime, ...]:
    return tuple(at for at in state.reversals if now < at + LASTS)
