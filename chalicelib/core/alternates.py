"""Which instance type to start as when AWS has none of its own left.

A round begins with the preferred type and goes through those that its owner allows, each asked for once and without
a pause between. When AWS had none of them there is a pause, and the next round begins, again with the preferred
type. So it is back on the preferred type at the first start for which AWS has it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from chalicelib.core import remember
from chalicelib.core.model import Desired, Observed, ResourceState
from chalicelib.core.refusal import Remedy, remedy

TYPE = "type"
"""Under this name the details of a resource say which instance type it is."""
FIXED = "type_fixed"
"""Under this name they say why its type must not be changed now, if so."""
SHORTAGE = "InsufficientInstanceCapacity"
"""How EC2 words that it has none of a type.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
"""


def preferred(before: ResourceState | None, seen: str | None, allowed: Sequence[str]) -> str | None:
    """The type to go back to, given the type seen now: the one kept until now, unless its owner changed it.

    While a return is under way a change to the kept or an allowed type is ours; any other change is the owner's, and
    theirs is preferred from now on. None for what has no type.
    """
    if before is None or before.preferred_type is None:
        return seen
    returning = before.intent is Desired.UP and before.attempts > 0
    ours = seen == before.details.get(TYPE) or (returning and seen in (before.preferred_type, *allowed))
    return before.preferred_type if ours else seen


def choices(state: ResourceState, allowed: Sequence[str]) -> tuple[str, ...]:
    """The types of one round, the preferred first; only its own where that must not be changed, none without one."""
    own = state.details.get(TYPE)
    if own is None:
        return ()
    if FIXED in state.details:
        return (own,)
    return tuple(dict.fromkeys((state.preferred_type or own, *allowed)))


def next_type(state: ResourceState, allowed: Sequence[str]) -> str | None:
    """What the next start should make it; None for what has no type."""
    types = choices(state, allowed)
    return types[state.shortages % len(types)] if types else None


def retry_at(state: ResourceState, allowed: Sequence[str]) -> datetime | None:
    """When the next try may be made; None when at once.

    While AWS lacks capacity: at once as long as the round has another type, then 1 min, doubling to 16 min with each
    round. In all other cases as for every resource.
    """
    types = choices(state, allowed)
    if state.tried_at is None or not types or not _short(state):
        return remember.retry_at(state)
    return state.tried_at + pause(len(types), state.shortages)


def pause(types: int, shortages: int) -> timedelta:
    """How long to wait after so many shortages, with so many types in a round: nothing within a round."""
    rounds, begun = divmod(shortages, types)
    return timedelta() if begun or not rounds else remember.doubled(rounds)


def not_fitting(state: ResourceState, asked: str | None, said: str) -> str | None:
    """That AWS has none of the preferred type and does not take the alternate that was asked for, as people read it.

    None where it was the preferred type that was asked for, or what AWS said is mended by time or by a right.
    """
    own = state.preferred_type or state.details.get(TYPE)
    alternate = state.intent is Desired.UP and FIXED not in state.details and asked not in (None, own)
    if not alternate or remedy(said) not in (Remedy.NEVER, Remedy.RETRY):
        return None
    return f"AWS has no {own} now, and does not start it as {asked} ({said})"


def standing_in(state: ResourceState) -> str | None:
    """That it runs on an alternate, as people read it; None when it does not."""
    own = state.details.get(TYPE)
    if state.seen not in (Observed.UP, Observed.RISING) or own is None or state.preferred_type in (None, own):
        return None
    return f"runs as {own}, as AWS had no {state.preferred_type}: goes back at its next start"


def _short(state: ResourceState) -> bool:
    """The last try came to nothing because AWS had no capacity: it said no, or dropped what it had accepted."""
    said = state.refusal or state.cause
    return state.shortages > 0 and remedy(said) is Remedy.CAPACITY
