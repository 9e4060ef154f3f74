"""How the memory of one resource changes with what is seen, intended and answered.

Restore points are opened once per descent, before the first call, and stay as they are until the return is
verified (DESIGN.md section 4, Restore points).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from chalicelib.core.model import Desired, Observed, ResourceState, RestorePoint, Sighting, Sizes
from chalicelib.core.refusal import AT_FIRST, Remedy, remedy

KEPT_RESTORE_POINTS = 10
BARRED_FOR = timedelta(days=7)
"""How long a stop that AWS will not make is not tried again; its owner may change what bars it meanwhile."""
SOON = timedelta(seconds=30)
"""When to try again what was only asked too fast."""
MOST_ATTEMPTS = 6
FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(minutes=16)
SEVEN_DAYS = timedelta(days=7)
"""AWS starts a stopped database after seven consecutive days (Amazon RDS User Guide, "Stopping an Amazon RDS DB
instance temporarily")."""


def remembered(
    before: ResourceState | None, key: str, sighting: Sighting, whole: bool, unlifted: bool, now: datetime
) -> ResourceState:
    """The state with this sighting in it; everything intended is kept."""
    state = before or ResourceState(
        sighting.arn, sighting.id, key, sighting.kind, sighting.location, sighting.observed, now
    )
    if sighting.blind:
        return replace(_now_seen(state, sighting.observed, now), key=key, note=sighting.note, last_known=known(state))
    return replace(
        _now_seen(state, sighting.observed, now),
        key=key,
        last_known=None,
        healthy=sighting.healthy,
        whole=whole,
        unlifted=unlifted,
        ineligible=sighting.ineligible,
        note=sighting.note,
        cause=sighting.cause,
        busy=sighting.busy,
        warnings=sighting.warnings,
        details=sighting.details,
        sizes=sighting.sizes,
        shortages=state.shortages + _dropped_for_capacity(state, sighting),
    )


def known(state: ResourceState) -> Observed:
    """What was last seen of it, by a look that AWS allowed."""
    return state.last_known or state.seen


def _now_seen(state: ResourceState, observed: Observed, now: datetime) -> ResourceState:
    return state if state.seen is observed else replace(state, seen=observed, seen_since=now)


def _dropped_for_capacity(before: ResourceState, sighting: Sighting) -> int:
    """1 when a start that AWS accepted has just come to nothing for want of capacity, else 0."""
    fell = before.intent is Desired.UP and known(before) is Observed.RISING and sighting.observed is Observed.DOWN
    return int(fell and remedy(sighting.cause) is Remedy.CAPACITY)


def arrived(
    state: ResourceState, desired: Desired, sized: bool, now: datetime, light: int | None = None
) -> ResourceState:
    """The state with its tries settled if it is where it was sent, its return verified if it is back.

    A return is verified once: sizes as intended, and seen up (a group with its sizes back may still be rising).
    Being up when up is desired counts as a return, whoever started it; but a stop that was tried a moment ago
    may still land, so its restore point stays open until that moment has passed. `light` is the light size that is
    wanted of it and that it has: then it is where it was sent, and has not returned.
    """
    if state.intent is Desired.DOWN and state.seen is Observed.DOWN:
        return replace(_settled(state), rested_at=state.rested_at or now)
    if state.intent is Desired.DOWN and (due := retry_at(state)) is not None and now < due:
        return state
    back = state.seen is Observed.UP or (sized and state.seen is Observed.RISING)
    full = state.whole and not state.unlifted
    if desired is Desired.UP and back and full and (state.intent is not Desired.UP or state.restore):
        state = replace(_archived(state), intent=Desired.UP, rested_at=None, reversals=())
    elif desired is Desired.UP and back and light is not None and state.intent is not Desired.UP:
        state = replace(state, intent=Desired.UP, aimed=light, rested_at=None, reversals=())
    if state.intent is Desired.UP and desired is Desired.DOWN and state.seen is Observed.DOWN:
        return _settled(state)  # the next return has all its tries
    there = full or light is not None
    if state.intent is Desired.UP and state.seen is Observed.UP and state.healthy and there:
        return _settled(state)
    return state


def _settled(state: ResourceState) -> ResourceState:
    """The state with nothing tried any more."""
    return replace(state, attempts=0, tried_at=None, refusal=None, shortages=0)


def _archived(state: ResourceState) -> ResourceState:
    if state.restore is None:
        return state
    kept = (*state.kept, state.restore)[-KEPT_RESTORE_POINTS:] if state.restore.sizes else state.kept
    return replace(state, restore=None, theirs={}, disputed=False, kept=kept, light=(), aimed=None)


def opened(state: ResourceState) -> RestorePoint | None:
    """The open restore point, which knows the light sizes that we set since."""
    point = state.restore
    if point is None or not state.light:
        return point
    return replace(point, ours=tuple(dict.fromkeys(point.sizes, size) for size in state.light))


def return_point(state: ResourceState) -> RestorePoint | None:
    """What to come back to: the open restore point, with what somebody set since and we had to overwrite, and with the
    size that its capacity mix gives it."""
    point = opened(state)
    if point is None:
        return None
    share = {} if state.share is None else {"desired": state.share}
    return replace(point, sizes={**point.sizes, **state.theirs, **share}) if state.theirs or share else point


def back_to(state: ResourceState, shown: Sizes) -> RestorePoint | None:
    """What to come back to, given the sizes it shows: those that something fought for count as if we had left them."""
    point = return_point(state)
    return replace(point, left=dict(shown)) if point is not None and state.disputed else point


@dataclass(frozen=True, slots=True)
class Aim:
    """What its kind says of a resource that is about to be moved: its sizes now, those we leave, those somebody set
    since our stop, and what a stop suspends of it. `light` is the light size that a start leads to, None for the full
    one."""

    sizes: Sizes = field(default_factory=dict)
    left: Sizes = field(default_factory=dict)
    theirs: Sizes = field(default_factory=dict)
    suspended: tuple[str, ...] = ()
    light: int | None = None


def intended(state: ResourceState, desired: Desired, aim: Aim, now: datetime) -> ResourceState:
    """The state with one more try recorded, and on a descent's first try a restore point opened.

    A restore point that is open is never overwritten: what is seen during a descent is not a size. What somebody
    set meanwhile, and this stop overwrites, is remembered beside it as `theirs`. The last refusal stays until AWS
    accepts a try, so that the next knows of it. A start that leads to another size than the last is a first try.
    """
    first = state.intent is not desired or state.attempts == 0 or state.aimed != aim.light
    state = replace(
        state,
        intent=desired,
        intent_at=now if first else state.intent_at,
        tried_at=now,
        attempts=1 if first else state.attempts + 1,
        refusal=state.refusal if state.intent is desired else None,
        shortages=state.shortages if state.intent is desired else 0,
        reversals=state.reversals if state.intent is desired else (),  # a fight is over what we want now
        rested_at=None,
        aimed=aim.light,
        light=_with_light(state.light, aim.light),
    )
    if desired is Desired.DOWN and state.restore is None:
        descent = state.descent + 1
        point = RestorePoint(descent, now, dict(aim.sizes), dict(aim.left), aim.suspended)
        return replace(state, descent=descent, restore=point)
    wish = desired is Desired.DOWN and not state.disputed
    return replace(state, theirs={**state.theirs, **aim.theirs}) if wish else state


def _with_light(before: tuple[int, ...], size: int | None) -> tuple[int, ...]:
    return before if size is None or size in before else (*before, size)


def not_tried(state: ResourceState) -> ResourceState:
    """The state as if its last try had not been recorded: its call was never made."""
    return replace(state, attempts=max(0, state.attempts - 1), tried_at=None)


def answered(state: ResourceState, said: str | None, now: datetime) -> ResourceState:
    """The state with AWS's answer to its last try: None when it was accepted.

    Only AWS's no to the stop itself bars that: a snapshot before it that is refused may be taken another day.
    """
    if said is None:
        return replace(state, refusal=None)
    helps = remedy(said)
    if helps is Remedy.NEVER and state.intent is Desired.DOWN and AT_FIRST not in said:
        return replace(state, attempts=0, tried_at=None, refusal=None, barred=said, barred_at=now)
    return replace(state, refusal=said, shortages=state.shortages + (helps is Remedy.CAPACITY))


def barred(state: ResourceState, now: datetime) -> str | None:
    """Why AWS will not stop it, as it said within the last seven days; else None."""
    lately = state.barred_at is not None and now < state.barred_at + BARRED_FOR
    return f"AWS will not stop it: {state.barred}" if lately else None


def forgiven(state: ResourceState, retry_after: datetime | None) -> ResourceState:
    """The state without the tries, the no of AWS and the fights from before a person asked to try again."""
    if retry_after is None:
        return state
    if state.tried_at is not None and state.tried_at < retry_after:
        state = _settled(state)
    if state.barred_at is not None and state.barred_at < retry_after:
        state = replace(state, barred=None, barred_at=None)
    return replace(state, reversals=tuple(at for at in state.reversals if at >= retry_after))


def retry_at(state: ResourceState) -> datetime | None:
    """When the next try may be made: 1 min after the first, doubling to 16 min; None when at once.

    What was only asked too fast is tried again in half a minute.
    """
    if state.tried_at is None:
        return None
    if remedy(state.refusal) is Remedy.SLOWER:
        return state.tried_at + SOON
    return state.tried_at + doubled(state.attempts)


def doubled(tries: int) -> timedelta:
    """How long to wait after so many tries."""
    doublings = min(max(1, tries) - 1, 10)  # what waits for capacity may be tried for days
    wait: timedelta = FIRST_RETRY * 2**doublings
    return min(wait, LONGEST_RETRY)


PATIENT = (Remedy.SLOWER, Remedy.CAPACITY, Remedy.WAIT)
"""Against these only time helps: they are tried again for as long as they last, and no person needs to mend them."""


def stuck(state: ResourceState, now: datetime) -> bool:
    """All tries are used up, the last has had its time, and waiting would not help."""
    due = retry_at(state)
    used_up = state.attempts >= MOST_ATTEMPTS and due is not None and due <= now
    return used_up and remedy(state.refusal) not in PATIENT


def overdue(state: ResourceState, desired: Desired, usual: timedelta, now: datetime) -> bool:
    """It has taken twice its usual time on the way to where it is desired.

    What moves is timed from when it set out. What has not begun to move is timed from its last try, and only
    until the next is due: a try whose call was never made (the worker died) must not let others go ahead.
    """
    if desired is Desired.UP and state.seen is Observed.UP and not state.healthy:
        began: datetime | None = state.seen_since
    elif state.seen in (Observed.RISING, Observed.FALLING):
        sent = state.intent is desired and state.attempts > 0
        began = state.intent_at if sent else state.seen_since
    else:
        due = retry_at(state)
        began = state.tried_at if state.intent is desired and due is not None and now < due else None
    return began is not None and now >= began + 2 * usual


def restarted_by_aws(rested_since: datetime, restarts_after: timedelta | None, now: datetime) -> bool:
    """It has rested so long that AWS starts it by itself; never where that is None."""
    return restarts_after is not None and now >= rested_since + restarts_after - timedelta(hours=1)


def started_outside(before: ResourceState, observed: Observed, restarts_after: timedelta | None, now: datetime) -> bool:
    """Somebody else started what we had put to rest: our last intent was stop, it was seen down since, and
    it is not AWS starting it after so long at rest (`restarts_after`)."""
    if before.intent is not Desired.DOWN or before.rested_at is None or known(before) is not Observed.DOWN:
        return False
    if restarted_by_aws(before.rested_at, restarts_after, now):
        return False
    return observed in (Observed.RISING, Observed.UP)
