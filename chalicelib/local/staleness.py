"""What EC2 still shows of what has just changed: its API is eventually consistent.

https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html
"""

from datetime import datetime
from typing import Any

from chalicelib.local.world import World

State = tuple[str, int]


class Staleness:
    """The states and tags that describes show for a while after a call changed them (`faults.lag`)."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._states: dict[str, tuple[datetime, State]] = {}
        self._tags: dict[str, tuple[datetime, dict[str, str]]] = {}

    def keep_state(self, instance: Any) -> None:
        """Its state of now is shown until the lag has passed."""
        if self._world.faults.lag:
            self._states[instance.id] = self._until(), (instance.state, instance.state_code)

    def keep_tags(self, backend: Any, resource_ids: list[str]) -> None:
        """Their tags of now are shown until the lag has passed."""
        if self._world.faults.lag:
            self._tags |= {name: (self._until(), dict(backend.tags.get(name, {}))) for name in resource_ids}

    def state(self, instance: Any) -> State:
        """The state that a describe shows, by name and code."""
        until, state = self._states.get(instance.id, (None, None))
        return state if until and state and self._world.now() < until else (instance.state, instance.state_code)

    def tags(self, instance: Any) -> dict[str, str]:
        """The tags that a describe shows, and that its filters know."""
        until, tags = self._tags.get(instance.id, (None, None))
        if until and tags is not None and self._world.now() < until:
            return tags
        found: dict[str, str] = instance.ec2_backend.tags.get(instance.id, {})
        return found

    def _until(self) -> datetime:
        return self._world.now() + self._world.faults.lag
