"""When an environment that is asked for now would be ready."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from chalicelib.core import estimate, light, light_twins
from chalicelib.core.model import Definition, Desired, Observed, ResourceState
from chalicelib.core.order import with_needs
from chalicelib.flows.assess import essential, needed, usual
from chalicelib.flows.stored import Notes


def ready_at(
    definition: Definition,
    states: Mapping[str, ResourceState],
    only: Collection[str],
    sizes: Mapping[str, int],
    notes: Notes,
    now: datetime,
) -> datetime:
    """When it should be ready (or `only` these keys and what they need) at these light sizes; `now` if it is already.

    What it uses and is not ready comes up before it does.
    """
    wanted = with_needs(only or essential(definition), needed(definition))
    up = {key for key in wanted if _up(states, key, sizes.get(key))}
    times = usual(definition, Desired.UP, notes.starts)
    own = estimate.length(Desired.UP, needed(definition), definition.stop_order, times, wanted - up)
    return now + own + (notes.used.start if own and notes.used.unready else timedelta())


def _up(states: Mapping[str, ResourceState], key: str, size: int | None) -> bool:
    sizes = light_twins.shared(states, {} if size is None else {key: size})
    every = ((state, sizes.get(arn)) for arn, state in states.items() if state.key == key)
    mine = [(state, part) for state, part in every if not light_twins.sleeps_on(state, part)]
    return bool(mine) and all(state.seen is Observed.UP and state.healthy and _of_size(state, n) for state, n in mine)


def _of_size(state: ResourceState, size: int | None) -> bool:
    """It is of its full size, or light and of the size that would be wanted of it."""
    aimed = light.aim(state, size)
    return state.whole or (state.enough and aimed is not None and aimed == state.aimed)
