"""How environments are doing, from what the last pass saw and the rules as of now; asks AWS nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.core.decide import Decision, Facts, calendar, decide
from chalicelib.core.light_twins import full_size
from chalicelib.core.localtime import day_bounds, zone
from chalicelib.core.model import Definition, Desired, ResourceState
from chalicelib.core.nights import Tally, tally
from chalicelib.core.phase import Phase
from chalicelib.core.plan import Blocked, Member
from chalicelib.core.readiness import is_ready, is_usable
from chalicelib.core.wishes import Lease, Wishes
from chalicelib.flows.assess import Assessment, assess, facts
from chalicelib.flows.errors import unreadable
from chalicelib.flows.newcomers import SPARED
from chalicelib.flows.plans import Planned, planned, with_billing
from chalicelib.flows.ports import World
from chalicelib.flows.stored import Head, Loaded, Notes
from chalicelib.flows.wish import found

LOOK_AHEAD = timedelta(days=35)
"""How far the next change is looked for; a month covers windows on one day of the month."""


@dataclass(frozen=True, slots=True)
class Size:
    """How many members a group has been set to, how many it should have (None: as many as it has), how many are all."""

    now: int
    wanted: int | None
    full: int


@dataclass(frozen=True, slots=True)
class Shown:
    """One resource in a status. `note` says what keeps it, in words; `warnings` what to know before a stop.

    `size` is None for what has no size.
    """

    member: Member
    blocked_by: tuple[str, ...]
    note: str | None
    warnings: tuple[str, ...] = ()
    size: Size | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """One environment: phase, decision, resources, live leases, and the next change of the desired state.

    The phase is None before the first look.
    `usable` and `ready` are as of the last pass, `usable_at` and `ready_at` when it first was so since it was last
    desired up; `observed` are the nights in observe mode.
    """

    environment: str
    owner: str
    phase: Phase | None
    decision: Decision | None
    resources: tuple[Shown, ...]
    leases: tuple[Lease, ...]
    next_change: tuple[datetime, Decision] | None
    problem: str | None = None
    usable_at: datetime | None = None
    ready_at: datetime | None = None
    usable: bool = False
    ready: bool = False
    observed: Tally | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """An environment with everything its rules need to be asked."""

    definition: Definition
    wishes: Wishes
    facts: Facts
    loaded: Loaded


def known(world: World, name: str) -> Known:
    """The environment as stored. Raises UnknownError, and RefusedError when its definition cannot be read."""
    head = found(world, name)
    loaded = world.store.load(head)
    if loaded.definition is None:
        raise unreadable(name, loaded.broken)
    return _known(head, loaded, loaded.definition)


def status(world: World, name: str) -> Status:
    """How one environment is doing. Raises UnknownError."""
    head = found(world, name)
    loaded = world.store.load(head)
    if loaded.definition is None:
        return Status(
            name, "", None, None, (), head.wishes.leases, None, f"its definition cannot be read: {loaded.broken}"
        )
    return _status(_known(head, loaded, loaded.definition), head.notes, world.clock.now())


def statuses(world: World, after: str | None = None, limit: int = 50) -> tuple[Status, ...]:
    """How the environments after `after` are doing, at most `limit`, in alphabetical order."""
    return tuple(status(world, name) for name in world.store.names(after, limit))


def explained(world: World, name: str, at: datetime | None) -> Decision:
    """The decision for an instant (now when None), with the wishes that are known today."""
    asked = known(world, name)
    return decide(asked.definition, asked.wishes, asked.facts, at or world.clock.now())


def calendar_of(world: World, name: str, start: datetime, end: datetime) -> Iterator[tuple[datetime, Decision]]:
    """A decision at `start`, then one at each change of the desired state before `end`."""
    asked = known(world, name)
    return calendar(asked.definition, asked.wishes, asked.facts, start, end)


def this_week(world: World, name: str) -> tuple[datetime, datetime]:
    """From when to when the present week lasts, Monday to Sunday, in the environment's first time zone."""
    where = zone(known(world, name).definition.uptime[0].timezone)
    today = world.clock.now().astimezone(where).date()
    monday = today - timedelta(days=today.weekday())
    return day_bounds(where, monday)[0], day_bounds(where, monday + timedelta(days=6))[1]


def plan_of(world: World, name: str, target: Desired) -> Planned:
    """The plan to bring the environment up or down from where the last pass saw it."""
    asked = known(world, name)
    states = asked.loaded.states
    return with_billing(world, asked.definition, states, planned(asked.definition, target, states or None))


def _known(head: Head, loaded: Loaded, definition: Definition) -> Known:
    known_facts = facts(definition, loaded.switches, head.notes.production, head.notes, loaded.states)
    return Known(definition, head.wishes, known_facts, loaded)


def _status(asked: Known, notes: Notes, now: datetime) -> Status:
    assessment = assess(asked.definition, asked.wishes, asked.facts, asked.loaded.states, now)
    changes = calendar(asked.definition, asked.wishes, asked.facts, now, now + LOOK_AHEAD)
    return Status(
        asked.definition.environment,
        asked.definition.owner.name,
        _phase(asked, assessment, notes),
        assessment.decision,
        tuple(_shown(asked.definition, assessment)),
        tuple(lease for lease in asked.wishes.leases if lease.until > now),
        next((change for change in changes if change[0] > now), None),
        usable_at=notes.usable_at,
        ready_at=notes.ready_at,
        usable=is_usable(assessment.members),
        ready=is_ready(assessment.members),
        observed=tally(notes.observation.nights) if notes.observation else None,
    )


def _phase(asked: Known, assessment: Assessment, notes: Notes) -> Phase | None:
    """How it is doing: before a pass has been there nobody knows whether it is up or down."""
    looked_at = notes.since is not None or asked.loaded.states
    return assessment.phase if looked_at or assessment.phase not in (Phase.UP, Phase.DOWN) else None


def _shown(definition: Definition, assessment: Assessment) -> Iterator[Shown]:
    """The members in the order of the file."""
    waiting = {entry.arn: entry for entry in assessment.plan.blocked}
    position = {resource.key: number for number, resource in enumerate(definition.resources)}
    for member in sorted(assessment.members, key=lambda one: (position.get(one.key, len(position)), one.id)):
        state = assessment.states[member.arn]
        yield Shown(member, *_why(member, waiting.get(member.arn)), state.warnings, _size(member, state))


def _size(member: Member, state: ResourceState) -> Size | None:
    if not state.sizes:
        return None
    full = full_size(state)
    wanted = {Desired.UP: member.light or full, Desired.DOWN: 0, Desired.AS_IS: None}
    return Size(state.sizes.get("desired", 0), wanted[member.desired], full)


def _why(member: Member, blocked: Blocked | None) -> tuple[tuple[str, ...], str | None]:
    by = blocked.by if blocked else ()
    reasons = [f"blocked by {', '.join(by)}" if by else None]
    reasons += [_ineligible(member)]
    reasons += ["stuck" if member.stuck else "slow" if member.overdue and not member.arrived else None, member.note]
    return by, "; ".join(reason for reason in reasons if reason) or None


def _ineligible(member: Member) -> str | None:
    """Why it is left alone; a newcomer is so for one evening only."""
    return member.ineligible if member.ineligible in (None, SPARED) else f"ineligible: {member.ineligible}"
