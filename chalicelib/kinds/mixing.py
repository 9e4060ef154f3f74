"""What a kind says whose members may be a mix of on-demand and spot: how the mix is watched, set and put back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.core.mixed import Setting, Watched
from chalicelib.core.model import Location, Sighting
from chalicelib.core.pools import Pool
from chalicelib.kinds.contract import Asked, Call, EventSource, Look

Pools = Mapping[str, Pool]
"""Members, present and former, by id, with the pool that each is from."""


def leads_nowhere(asked: Sequence[Asked]) -> tuple[Look, ...]:
    """Nothing further to ask."""
    return ()


@dataclass(frozen=True, slots=True)
class Mixing:
    """How the mix of a kind is watched, set and put back; no call changes a size.

    `kind` is the name of the kind. `watch` asks what became of these members, and of launches since that instant,
    nothing where there is nothing to ask; `follow` gives the looks that the last ones lead to; `watched` reads them
    all. `reads` are operations that they need besides those of the kind. `change` sets another mix in what the
    sighting shows, `undo` brings back what was changed in the group's own policy, `is_back` says that nothing of it is
    left in a policy. `event` tells of members; `member` is the ARN of one by its id, as the event names it, None where
    it names the group. `on_instances`: its pools are types and zones of EC2, which a file may choose and whose prices
    AWS tells.
    """

    kind: str
    watch: Callable[[Sighting, Pools, datetime], tuple[Look, ...]]
    watched: Callable[[Sighting, Pools, Sequence[Mapping[str, Any]], datetime], Watched]
    change: Callable[[Sighting, str, Setting], Call]
    undo: Callable[[Sighting, str], Call]
    is_back: Callable[[str, str], bool]
    event: EventSource
    member: Callable[[Location, str], str] | None = None
    follow: Callable[[Sequence[Asked]], tuple[Look, ...]] = leads_nowhere
    reads: tuple[str, ...] = ()
    on_instances: bool = True
