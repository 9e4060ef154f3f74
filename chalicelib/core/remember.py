"""How the memory of one resource changes with what is seen, intended and answered.

Restore points are opened once per descent, before the first call, and stay as they are until the return is
verified (DESIGN.md section 4, Restore points).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.core.model import Desired, Observed, ResourceState, RestorePoint, Sighting, Sizes

KEPT_RESTORE_POINTS = 10
MOST_ATTEMPTS = 6
FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(minutes=16)
SEVEN_DAYS = timedelta(days=7)
"""AWS starts a stopped database after seven consecutive days (Amazon RDS User Guide, "Stopping an Amazon RDS DB
instance temporarily")."""


def remembered(before: ResourceState | None, key: str, sighting: Sighting, whole: bool, now: datetime) -> ResourceState:
    """The state with this sighting in it; everything intended is kept."""
    state = before or ResourceState(
        sighting.arn, sighting.id, key, sighting.kind, sighting.location, sighting.observed, now
    )
    return replace(
        state,
        key=key,
        seen=sighting.observed,
        seen_since=state.seen_since if state.seen is sighting.observed else now,
        healthy=sighting.healthy,
        whole=whole,
        ineligible=sighting.ineligible,
        note=sighting.note,
    )


def arrived(state: ResourceState, desired: Desired, sized: bool, now: datetime) -> ResourceState:
    """The state with its tries settled if it is where it was sent, its return verified if it is back.

    A return is verified once: sizes as intended, and seen up (a group with its sizes back may still be rising).
    Being up when up is desired counts as a return, whoever started it; but a stop that was tried a moment ago
    may still land, so its restore point stays open until that moment has passed.
    """
    if state.intent is Desired.DOWN and state.seen is Observed.DOWN:
        return replace(state, attempts=0, tried_at=None, refusal=None, rested_at=state.rested_at or now)
    if state.intent is Desired.DOWN and (due := retry_at(state)) is not None and now < due:
        return state
    back = state.seen is Observed.UP or (sized and state.seen is Observed.RISING)
    if desired is Desired.UP and back and state.whole and (state.intent is not Desired.UP or state.restore):
        state = replace(_archived(state), intent=Desired.UP, rested_at=None)
    if state.intent is Desired.UP and desired is Desired.DOWN and state.seen is Observed.DOWN:
        return replace(state, attempts=0, tried_at=None, refusal=None)  # the next return has all its tries
    if state.intent is Desired.UP and state.seen is Observed.UP and state.healthy and state.whole:
        return replace(state, attempts=0, tried_at=None, refusal=None)
    return state


def _archived(state: ResourceState) -> ResourceState:
    if state.restore is None:
        return state
    kept = (*state.kept, state.restore)[-KEPT_RESTORE_POINTS:] if state.restore.sizes else state.kept
    return replace(state, restore=None, theirs={}, kept=kept)


def return_point(state: ResourceState) -> RestorePoint | None:
    """What to come back to: the open restore point, with what somebody set since and we had to overwrite."""
    if state.restore is None or not state.theirs:
        return state.restore
    return replace(state.restore, sizes={**state.restore.sizes, **state.theirs})


def intended(
    state: ResourceState, desired: Desired, sizes: Sizes, left: Sizes, theirs: Sizes, now: datetime
) -> ResourceState:
    """The state with one more try recorded, and on a descent's first try a restore point opened.

    A restore point that is open is never overwritten: what is seen during a descent is not a size. What somebody
    set meanwhile, and this stop overwrites, is remembered beside it as `theirs`.
    """
    first = state.intent is not desired or state.attempts == 0
    state = replace(
        state,
        intent=desired,
        intent_at=now if first else state.intent_at,
        tried_at=now,
        attempts=1 if first else state.attempts + 1,
        refusal=None,
        rested_at=None,
    )
    if desired is Desired.DOWN and state.restore is None:
        descent = state.descent + 1
        return replace(state, descent=descent, restore=RestorePoint(descent, now, dict(sizes), dict(left)))
    return replace(state, theirs={**state.theirs, **theirs}) if desired is Desired.DOWN else state


def not_tried(state: ResourceState) -> ResourceState:
    """The state as if its last try had not been recorded: its call was never made."""
    return replace(state, attempts=max(0, state.attempts - 1), tried_at=None)


def forgiven(state: ResourceState, retry_after: datetime | None) -> ResourceState:
    """The state without the tries made before a person asked to try again."""
    if retry_after is None or state.tried_at is None or state.tried_at >= retry_after:
        return state
    return replace(state, attempts=0, tried_at=None, refusal=None)


def retry_at(state: ResourceState) -> datetime | None:
    """When the next try may be made: 1 min after the first, doubling to 16 min; None when at once."""
    if state.tried_at is None:
        return None
    doubled: timedelta = FIRST_RETRY * 2 ** (max(1, state.attempts) - 1)
    return state.tried_at + min(doubled, LONGEST_RETRY)


def stuck(state: ResourceState, now: datetime) -> bool:
    """All tries are used up, and the last has had its time."""
    due = retry_at(state)
    return state.attempts >= MOST_ATTEMPTS and due is not None and due <= now


def overdue(state: ResourceState, desired: Desired, usual: timedelta, now: datetime) -> bool:
    """It has taken twice its usual time on the way to where it is desired.

    What moves is timed from when it set out. What has not begun to move is timed from its last try, and only
    until the next is due: a try whose call was never made (the worker died) must not let others go ahead.
    """
    if state.seen in (Observed.RISING, Observed.FALLING):
        sent = state.intent is desired and state.attempts > 0
        began = state.intent_at if sent else state.seen_since
    else:
        due = retry_at(state)
        began = state.tried_at if state.intent is desired and due is not None and now < due else None
    return began is not None and now >= began + 2 * usual


def started_outside(before: ResourceState, observed: Observed, restarts_itself: bool, now: datetime) -> bool:
    """Somebody else started what we had put to rest: our last intent was stop, it was seen down since, and
    it is not AWS ending a database's seven days (`restarts_itself`)."""
    if before.intent is not Desired.DOWN or before.rested_at is None or before.seen is not Observed.DOWN:
        return False
    if restarts_itself and now >= before.rested_at + SEVEN_DAYS - timedelta(hours=1):
        return False
    return observed in (Observed.RISING, Observed.UP)
