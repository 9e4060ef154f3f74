"""What an environment newly matches is named to its owner before it is first stopped.

A resource that appears under an environment which acts already was in no live preview. The evening's notice names
it; one that appears during a rest is named at once and left running for the default length of a lease, as is what
somebody starts at night.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from chalicelib.core.decide import Decision, Facts, decide
from chalicelib.core.model import Definition, Desired, Mode, Observed, Resource, ResourceState
from chalicelib.core.wishes import Wishes
from chalicelib.flows.alerts import warning_at
from chalicelib.flows.assess import Assessment
from chalicelib.flows.events import Event, What
from chalicelib.flows.seen import UNSEEN, States
from chalicelib.flows.stored import Head
from chalicelib.kinds import kinds

SPARED = "newly matched: its owner is told before it is first stopped"
MOST_NAMED = 20
"""Resources named one by one in a notice; beyond, a count stands for the rest."""


def spared(
    definition: Definition, head: Head, known: Facts, before: States, states: States, now: datetime
) -> dict[str, ResourceState]:
    """The states, with what is newly matched marked, and ineligible while it must not be stopped yet."""
    joining = definition.mode is Mode.ACT and head.notes.since is not None
    marked = {
        arn: replace(state, unnamed=True) if joining and _new(state, before) else state for arn, state in states.items()
    }
    waiting = [state for state in marked.values() if _waits(state, now)]
    if not waiting:
        return marked
    decision = decide(definition, head.wishes, known, now)
    return marked | {state.arn: replace(state, ineligible=SPARED) for state in waiting if _rests(state, decision)}


def named(
    definition: Definition, wishes: Wishes, known: Facts, assessment: Assessment, now: datetime
) -> tuple[dict[str, ResourceState], list[Event]]:
    """The states, with what is named now marked so, and the events that name it, one for each key of the file."""
    states, decision = assessment.states, assessment.decision
    fresh = [state for state in states.values() if _may_be_named(state)]
    evening = _evening(definition, wishes, known, assessment, now)
    told = {state.arn: _told(state, definition, decision, now) for state in fresh if evening or _rests(state, decision)}
    return {**states, **told}, list(_events(definition, told.values(), now))


def _new(state: ResourceState, before: States) -> bool:
    """It was not there at the last look; what only watches the others is never named."""
    return state.arn not in before and not state.arn.startswith(UNSEEN) and not kinds()[state.kind].watches


def _waits(state: ResourceState, now: datetime) -> bool:
    """It runs, nothing else keeps it from being stopped, and its owner was not told in time."""
    soon = state.unnamed or (state.spared_until is not None and now < state.spared_until)
    return soon and state.ineligible is None and state.seen in (Observed.UP, Observed.RISING)


def _may_be_named(state: ResourceState) -> bool:
    """It is new, it is there, and it is not of those that are never stopped anyway."""
    there = state.seen not in (Observed.MISSING, Observed.BROKEN)
    return state.unnamed and there and state.ineligible in (None, SPARED)


def _rests(state: ResourceState, decision: Decision) -> bool:
    return decision.resources.get(state.key, decision.desired) is Desired.DOWN


def _evening(definition: Definition, wishes: Wishes, known: Facts, assessment: Assessment, now: datetime) -> bool:
    """The owner is warned of the coming stop now."""
    at = warning_at(definition, wishes, known, assessment)
    return at is not None and now >= at


def _told(state: ResourceState, definition: Definition, decision: Decision, now: datetime) -> ResourceState:
    """It is named; during a rest it is left for the length of a lease, unless somebody holds the environment down."""
    resting = _rests(state, decision) and state.ineligible == SPARED
    grace = now + definition.wake.default if resting and decision.rule != "hold" else None
    return replace(state, unnamed=False, spared_until=grace)


def _events(definition: Definition, told: Iterable[ResourceState], now: datetime) -> Iterator[Event]:
    resources = {resource.key: resource for resource in definition.resources}
    ordered = sorted(told, key=lambda state: (state.key, state.id))
    for key, group in groupby(ordered, key=lambda state: state.key):
        states = list(group)
        text = f"new: {_ids(states)} ({_matched(resources.get(key), states[0])}); {_what_next(states)}"
        yield Event(What.NEWCOMER, definition.environment, now, text, key)


def _ids(states: Sequence[ResourceState]) -> str:
    more = f" and {len(states) - MOST_NAMED} more" if len(states) > MOST_NAMED else ""
    return ", ".join(state.id for state in states[:MOST_NAMED]) + more


def _matched(resource: Resource | None, state: ResourceState) -> str:
    """By what the entry in the file selects it."""
    if resource is None or {state.id, state.arn} & set(resource.ids):
        return "named by its id"
    tags = [f"{name}={value}" for name, value in resource.tags]
    return f"matched by {'tags' if tags else 'name'} {', '.join(tags or resource.names)}"


def _what_next(states: Sequence[ResourceState]) -> str:
    graces = [state.spared_until for state in states if state.spared_until is not None]
    if not graces:
        return "stopped and started with the others from now on"
    return f"left running until {max(graces):%Y-%m-%dT%H:%MZ}, then put to rest with the others"
