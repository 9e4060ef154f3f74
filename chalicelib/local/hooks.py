"""Lifecycle hooks: a member that comes or goes waits until somebody says so, or until the hook's timeout is over.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks-overview.html
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from chalicelib.local.world import World

LAUNCHING = "autoscaling:EC2_INSTANCE_LAUNCHING"
TERMINATING = "autoscaling:EC2_INSTANCE_TERMINATING"
CONTINUE = "CONTINUE"

GoOn = Callable[[bool], None]
"""Is told whether the member goes on (CONTINUE) or is given up (ABANDON)."""


class Hooks:
    """Who waits for whom."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._waiting: dict[str, GoOn] = {}

    def holds(self, member: Any, transition: str, go_on: GoOn) -> bool:
        """Whether a hook of the group holds the member; then `go_on` is called when that ends."""
        hook = _hook_of(member.auto_scaling_group, transition)
        if hook is None:
            return False
        self._waiting[member.instance_id] = go_on
        timeout = partial(self.complete, member.instance_id, hook.default_result)
        self._world.after(timedelta(seconds=hook.heartbeat_timeout), _key(member.instance_id), timeout)
        return True

    def complete(self, instance_id: str, result: str) -> None:
        """The member waits no more; nothing happens to one that does not wait."""
        go_on = self.release(instance_id)
        if go_on:
            go_on(result == CONTINUE)

    def release(self, instance_id: str) -> GoOn | None:
        """The member is forgotten; what it waited for does not happen."""
        self._world.transitions.cancel(_key(instance_id))
        return self._waiting.pop(instance_id, None)


def _hook_of(group: Any, transition: str) -> Any:
    hooks = group.autoscaling_backend.lifecycle_hooks.values()
    own = (hook for hook in hooks if hook.auto_scaling_group_name == group.name)
    return next((hook for hook in own if hook.lifecycle_transition == transition), None)


def _key(instance_id: str) -> str:
    return f"{instance_id}/hook"
