"""When an environment that is asked for now would be ready."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from chalicelib.core import estimate
from chalicelib.core.model import Definition, Desired, Observed, ResourceState
from chalicelib.core.order import with_needs
from chalicelib.flows.assess import essential, needed, usual
from chalicelib.flows.stored import Notes


def ready_at(
    definition: Definition,
    states: Mapping[str, ResourceState],
    only: Collection[str],
    notes: Notes,
    now: datetime,
) -> datetime:
    """When it should be ready (or `only` these keys and what they need); `now` if it is already.

    What it uses and is not ready comes up before it does.
    """
    wanted = with_needs(only or essential(definition), needed(definition))
    up = {key for key in wanted if _up(states, key)}
    times = usual(definition, Desired.UP, notes.starts)
    own = estimate.length(Desired.UP, needed(definition), definition.stop_order, times, wanted - up)
    return now + own + (notes.used.start if own and notes.used.unready else timedelta())


def _up(states: Mapping[str, ResourceState], key: str) -> bool:
    mine = [state for state in states.values() if state.key == key]
    return bool(mine) and all(state.seen is Observed.UP and state.healthy and state.whole for state in mine)
