"""What starting or stopping an environment would do, in which order and for how long; changes nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from chalicelib.core import estimate, order
from chalicelib.core.keeps_billing import Held
from chalicelib.core.model import Definition, Desired, Observed, ResourceState
from chalicelib.flows.assess import essential, needed, present, supplementary, usual, watching
from chalicelib.flows.keeping_billing import ASKING, asked_once, of_environment
from chalicelib.flows.ports import World
from chalicelib.kinds import databases

Target = Desired
States = Mapping[str, ResourceState]


@dataclass(frozen=True, slots=True)
class Spared:
    """One resource that the plan leaves alone, because."""

    key: str
    id: str
    because: str


@dataclass(frozen=True, slots=True)
class Warned:
    """What the owner of one resource should know before it is stopped."""

    key: str
    id: str
    warning: str


@dataclass(frozen=True, slots=True)
class Planned:
    """Waves of resource keys, what is blocked and by what, what is left alone, and how long it all takes.

    `without_database` is how long, on the way down, the application runs without its database.
    `cost_per_hour` is None: not known. `keeps_billing` is what bills on while it rests, None where nobody asked AWS;
    `notes` say what of that could not be told. `on_request` are the keys that stay down until somebody asks for them.
    """

    waves: tuple[tuple[str, ...], ...]
    blocked: tuple[tuple[str, tuple[str, ...]], ...]
    estimated: timedelta
    without_database: timedelta
    cost_per_hour: Decimal | None = None
    keeps_billing: tuple[Held, ...] | None = None
    notes: tuple[str, ...] = ()
    ineligible: tuple[Spared, ...] = ()
    on_request: tuple[str, ...] = ()
    warnings: tuple[Warned, ...] = ()


def planned(definition: Definition, target: Desired, states: States | None = None) -> Planned:
    """The plan to bring everything to `target` (up or down); without states, as if all were in the opposite one."""
    definition = present(definition, states or {})
    needs = needed(definition)
    before = order.towards(target, needs, definition.stop_order)
    keys = [resource.key for resource in definition.resources]
    stuck = frozenset(state.key for state in (states or {}).values() if _cannot_move(state, target))
    moving = {key for key in keys if _moves(key, target, states)}
    on_request = moving & _on_request(definition) if target is Desired.UP else set()
    moving -= on_request
    blocked = _blocked(before, moving, stuck) if target is Desired.UP else ()
    moving -= {key for key, _ in blocked}
    staged = order.staged(target, before, supplementary(definition), watching(definition))
    waves = tuple(tuple(key for key in wave if key in moving) for wave in order.waves(staged))
    times = usual(definition, target)
    stores = [
        resource.key for resource in definition.resources if resource.kind in databases() and resource.key in moving
    ]
    return Planned(
        tuple(wave for wave in waves if wave),
        blocked,
        estimate.length(target, needs, definition.stop_order, times, _counted(definition, target, moving)),
        estimate.without_database(needs, definition.stop_order, times, stores)
        if target is Desired.DOWN
        else timedelta(),
        ineligible=_spared(target, states),
        on_request=tuple(sorted(on_request)),
        warnings=_warnings(states or {}) if target is Desired.DOWN else (),
    )


def with_billing(world: World, definition: Definition, states: States, plan: Planned) -> Planned:
    """The plan with what keeps billing of what the last pass saw; AWS is asked now, for a while."""
    everything = asked_once(world, world.clock.elapsed() + ASKING)
    billed = of_environment(definition, {state.id for state in states.values()}, everything)
    return replace(plan, keeps_billing=billed.held, notes=billed.notes)


def _counted(definition: Definition, target: Desired, moving: Collection[str]) -> Collection[str]:
    """An environment is ready without what is supplementary; it is asleep only when all of it is."""
    return set(moving) & essential(definition) if target is Desired.UP else moving


def _on_request(definition: Definition) -> set[str]:
    return {resource.key for resource in definition.resources if resource.on_request}


def _moves(key: str, target: Desired, states: States | None) -> bool:
    """Some member of the key can be brought to where it is not yet; without states, all of it can."""
    mine = [state for state in (states or {}).values() if state.key == key]
    return not mine or any(not _there(state, target) and not _cannot_move(state, target) for state in mine)


def _there(state: ResourceState, target: Desired) -> bool:
    if target is Desired.UP:
        return state.seen is Observed.UP and state.healthy
    return state.seen is Observed.DOWN


def _spared(target: Desired, states: States | None) -> tuple[Spared, ...]:
    """What is never moved and is not there already, with AWS's no to a stop among the reasons."""
    found = (states or {}).values()
    told = [(state, state.ineligible or (state.barred if target is Desired.DOWN else None)) for state in found]
    return tuple(Spared(one.key, one.id, why) for one, why in told if why and not _there(one, target))


def _warnings(states: States) -> tuple[Warned, ...]:
    """What a stop would mean for what is not at rest yet."""
    awake = [state for state in states.values() if not _there(state, Desired.DOWN)]
    return tuple(Warned(state.key, state.id, text) for state in awake for text in state.warnings)


def _cannot_move(state: ResourceState, target: Desired) -> bool:
    if state.seen in (Observed.MISSING, Observed.BROKEN):
        return True
    barred = state.barred is not None and target is Desired.DOWN
    return (barred or state.ineligible is not None) and not (target is Desired.UP and state.seen is Observed.UP)


def _blocked(
    before: order.Before, moving: Collection[str], stuck: Collection[str]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each moving key that needs, directly or through others, one that cannot move, with those."""
    result = []
    for key in before:
        culprits = sorted((order.with_needs([key], before) - {key}) & set(stuck))
        if key in moving and culprits:
            result.append((key, tuple(culprits)))
    return tuple(result)
