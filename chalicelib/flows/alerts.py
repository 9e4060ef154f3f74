"""What an owner must be told, once: not ready, still up, stuck, about to stop, broken file, production.

Each alert has a key that says what it is about; keys already told are remembered with the environment.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.core.decide import MARGIN, Decision, Facts, decide
from chalicelib.core.model import Definition, Desired, Observed
from chalicelib.core.phase import Phase
from chalicelib.core.plan import Member
from chalicelib.core.wishes import Wishes
from chalicelib.flows.assess import Assessment
from chalicelib.flows.events import Event, What
from chalicelib.flows.holidays_ahead import estimates_ahead
from chalicelib.flows.maintenance import unread
from chalicelib.flows.observing import weekly
from chalicelib.flows.stored import Notes

MOST_TOLD = 20
MOST_MINDED = 10
"""Warnings told in one notice; the others are in the status."""
STILL_UP_AFTER = timedelta(minutes=30)

Alert = tuple[str, Event]
"""The key of what is told, and the event that tells it."""


def told(notes: Notes, alerts: Iterator[Alert]) -> tuple[Notes, list[Event]]:
    """The events not told before, and the notes that remember them; what is still so is remembered longest."""
    current = dict(alerts)
    past = [key for key in notes.told if key not in current]
    fresh = [event for key, event in current.items() if key not in notes.told]
    return replace(notes, told=(*past, *current)[-MOST_TOLD:]), fresh


def alerts(
    definition: Definition, wishes: Wishes, known: Facts, assessment: Assessment, notes: Notes, now: datetime
) -> Iterator[Alert]:
    """Everything an owner should know of this assessment, told before or not."""
    name = definition.environment
    last = max((at for at in (notes.since, wishes.retry_after) if at is not None), default=now)
    yield from _stuck(name, assessment, last, now)
    if known.production:
        text = f"left as it is: {known.production}, a mark of production; take the tag off, or it out of the file"
        yield f"production {known.production}", Event(What.BROKEN_FILE, name, now, text)
    if notes.since is not None:
        yield from _late(name, known, assessment, notes.since, now)
    yield from _stop_warning(definition, wishes, known, assessment, now)
    yield from estimates_ahead(definition, now)
    yield from unread(definition, notes.maintenance, now)
    yield from weekly(definition, notes.observation, now)


def next_deadline(known: Facts, assessment: Assessment, notes: Notes) -> datetime | None:
    """When the environment should be ready, or down, at the latest; None when neither is wanted."""
    if notes.since is None or all(member.arrived for member in _counted(assessment)):
        return None
    if assessment.decision.desired is Desired.UP:
        return notes.since + known.pace.start + MARGIN
    return notes.since + STILL_UP_AFTER if assessment.decision.desired is Desired.DOWN else None


def warning_at(definition: Definition, wishes: Wishes, known: Facts, assessment: Assessment) -> datetime | None:
    """When to warn of the coming stop; None when what comes next is no stop, or nobody wants a warning."""
    decision = assessment.decision
    if decision.until is None or decision.desired is Desired.DOWN or not definition.stop_warning:
        return None
    after = decide(definition, wishes, known, decision.until)
    stops = after.desired is Desired.DOWN or _going(assessment, after)
    return decision.until - definition.stop_warning if stops else None


def _going(assessment: Assessment, after: Decision) -> list[str]:
    """The keys that run, and that the next decision sends to rest while the others stay up: they start on request."""
    running = {one.key for one in assessment.members if one.observed in (Observed.UP, Observed.RISING)}
    now = assessment.decision.resources
    down = {key for key, desired in after.resources.items() if desired is Desired.DOWN}
    return sorted(key for key in running & down if now.get(key) is not Desired.DOWN)


def _stuck(name: str, assessment: Assessment, since: datetime, now: datetime) -> Iterator[Alert]:
    """What is stuck since the desired state changed, or since a person asked to try again."""
    lost = [member for member in assessment.members if member.stuck]
    if lost:
        keys = ", ".join(sorted({member.key for member in lost}))
        notes = "; ".join(sorted({member.note for member in lost if member.note}))
        text = (
            f"{keys} did not move after all tries ({notes or 'AWS gave no reason'}); mend it, then: curfew retry {name}"
        )
        yield f"stuck {keys} {since:%Y-%m-%dT%H:%MZ}", Event(What.STUCK, name, now, text)


def _late(name: str, known: Facts, assessment: Assessment, since: datetime, now: datetime) -> Iterator[Alert]:
    desired = assessment.decision.desired
    waiting = sorted({member.key for member in _counted(assessment) if not member.arrived})
    if desired is Desired.UP and waiting and now >= since + known.pace.start + MARGIN:
        text = f"not ready when it should be: waiting for {', '.join(waiting)}"
        yield f"not-ready {since:%Y-%m-%dT%H:%MZ}", Event(What.NOT_READY, name, now, text)
    up = sorted({member.key for member in _still_up(assessment, since, now)}) if desired is Desired.DOWN else []
    if up:
        text = f"not down half an hour after it should be: {', '.join(up)}"
        yield f"still-up {since:%Y-%m-%dT%H:%MZ}", Event(What.STILL_UP, name, now, text)


def _counted(assessment: Assessment) -> Iterator[Member]:
    """Those that must have arrived in time: what is desired up counts only where the environment needs it."""
    return (one for one in assessment.members if one.essential or (one.desired is Desired.DOWN and not one.watches))


def _still_up(assessment: Assessment, since: datetime, now: datetime) -> Iterator[Member]:
    """What could go down and has not for half an hour too long, what cannot be looked at included: it may run."""
    for member in assessment.members:
        up_since = max(since, assessment.states[member.arn].seen_since)
        goes_down = member.desired is Desired.DOWN and member.ineligible is None and not member.watches
        down = member.observed in (Observed.DOWN, Observed.MISSING)
        if goes_down and not down and now >= up_since + STILL_UP_AFTER:
            yield member


def _stop_warning(
    definition: Definition, wishes: Wishes, known: Facts, assessment: Assessment, now: datetime
) -> Iterator[Alert]:
    at = warning_at(definition, wishes, known, assessment)
    until = assessment.decision.until
    if at is None or until is None or now < at or assessment.phase is Phase.DOWN:
        return
    name = definition.environment
    after = decide(definition, wishes, known, until)
    part = [] if after.desired is Desired.DOWN else _going(assessment, after)
    which, only = f"{', '.join(part)}: " if part else "", "".join(f" --only {key}" for key in part)
    wake = f"curfew wake {name}{only} --for 2h"
    text = f"{which}goes to sleep at {until:%H:%MZ}; keep it up with: {wake}{_minded(assessment)}"
    yield f"stop-warning {until:%Y-%m-%dT%H:%MZ}", Event(What.STOP_WARNING, name, now, text)


def _minded(assessment: Assessment) -> str:
    """What the owner should know of the resources before they are stopped, told with the warning; empty for nothing."""
    states = sorted(assessment.states.values(), key=lambda state: (state.key, state.id))
    told = [f"{state.id}: {warning}" for state in states for warning in state.warnings]
    more = f"; and {len(told) - MOST_MINDED} more: curfew status" if len(told) > MOST_MINDED else ""
    return f". Mind: {'; '.join(told[:MOST_MINDED])}{more}" if told else ""
