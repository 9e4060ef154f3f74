"""What of a capacity mix ran when it was last looked at."""

from __future__ import annotations

from chalicelib.core.mix import Mix
from chalicelib.core.mix_memory import MixMemory
from chalicelib.core.model import Observed, ResourceState


def runs(state: ResourceState) -> bool:
    """It is up, or on its way there."""
    return state.seen in (Observed.UP, Observed.RISING)


def ran(state: ResourceState, on_demand: ResourceState | None) -> Mix:
    """The mix of a group, or of a spot twin with its on-demand twin; nothing while they sleep."""
    memory = state.mix or MixMemory()
    if on_demand is None:
        return memory.ran if runs(state) else Mix(0)
    return _of_twins(on_demand, state, memory)


def _of_twins(on_demand: ResourceState, spot: ResourceState, memory: MixMemory) -> Mix:
    """What each was set to, and of spot what was there; during a shift they overlap."""
    sizes = on_demand.sizes.get("desired", 0) if runs(on_demand) else 0
    return Mix(sizes, memory.by_pool if runs(spot) else {})
