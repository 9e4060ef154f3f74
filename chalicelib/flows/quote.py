"""When an environment that is asked for now would be ready."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from chalicelib.core import estimate
from chalicelib.core.learn import Starts
from chalicelib.core.model import Definition, Desired, Observed, ResourceState
from chalicelib.core.order import with_needs
from chalicelib.flows.assess import needed, usual


def ready_at(
    definition: Definition,
    states: Mapping[str, ResourceState],
    only: Collection[str],
    starts: Starts,
    now: datetime,
) -> datetime:
    """When everything (or `only` these keys and what they need) should be healthy; `now` if it is already."""
    wanted = with_needs(only or [resource.key for resource in definition.resources], needed(definition))
    up = {key for key in wanted if _up(states, key)}
    times = usual(definition, Desired.UP, starts)
    return now + estimate.length(Desired.UP, needed(definition), definition.stop_order, times, wanted - up)


def _up(states: Mapping[str, ResourceState], key: str) -> bool:
    mine = [state for state in states.values() if state.key == key]
    return bool(mine) and all(state.seen is Observed.UP and state.healthy and state.whole for state in mine)
