"""What a kind says whose members may be a mix of on-demand and spot: how the mix is watched, set and put back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.core.mixed import Setting, Watched
from chalicelib.core.mixed_policy import template_of
from chalicelib.core.model import Location, Sighting
from chalicelib.core.pools import Pool
from chalicelib.kinds.contract import Call, EventSource, Look

Pools = Mapping[str, Pool]
"""Members, present and former, by id, with the pool that each is from."""


@dataclass(frozen=True, slots=True)
class Mixing:
    """How the mix of a kind is watched, set and put back; no call changes a size.

    `watch` asks what became of these members, and of launches since that instant; `watched` reads it. `change` sets
    another mix in what the sighting shows, `undo` brings back what was changed in the group's own policy. `member` is
    the ARN of a member by its id, as `event` names it.

    `template` asks for what its own policy launches from, where that says the type; `alone` reads, of such a policy and
    what was answered, the types of which it would launch on-demand members by itself: one, or those of which AWS takes
    the cheapest. A kind without `alone` would launch the first type of its pools.
    """

    watch: Callable[[Sighting, Pools, datetime], tuple[Look, ...]]
    watched: Callable[[Sighting, Pools, Sequence[Mapping[str, Any]], datetime], Watched]
    change: Callable[[Sighting, str, Setting], Call]
    undo: Callable[[Sighting, str], Call]
    member: Callable[[Location, str], str]
    event: EventSource
    template: Callable[[str], tuple[Look, ...]] = lambda policy: ()
    alone: Callable[[str, Sequence[Mapping[str, Any]]], tuple[str, ...]] | None = None


def launch_template(policy: str) -> tuple[Look, ...]:
    """One look at the version of the launch template of such a policy, where that names the type."""
    asked = template_of(policy)
    return (Look("DescribeLaunchTemplateVersions", asked, "ec2"),) if asked else ()
