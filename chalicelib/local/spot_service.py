"""EC2's spot side: capacity that a script gives and takes back, with the notice that AWS gives.

Who loses an instance when a pool shrinks is AWS's choice; here it is the youngest. Each interruption is announced two
minutes before, together with a rebalance recommendation; a script that wants the recommendation earlier says so by
`recommend`.
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/rebalance-recommendations.html
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from moto.ec2.models import ec2_backends
from moto.ec2.models.instances import StateReason

from chalicelib.local import spot
from chalicelib.local.events import Place, interruption_warned, rebalance_recommended
from chalicelib.local.spot_market import SpotPool
from chalicelib.local.world import World

NOTICE = timedelta(minutes=2)

Watcher = Callable[[Any], None]
"""Is given an instance at risk."""
PoolWatcher = Callable[[SpotPool], None]
"""Is given a pool whose capacity was just set."""


class SpotService:
    """Spot Instances on their way out; moto's objects carry the state."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._watchers: list[Watcher] = []
        self._pool_watchers: list[PoolWatcher] = [self._shrink]

    def watch(self, watcher: Watcher) -> None:
        """`watcher` is called with each instance that AWS recommends to replace."""
        self._watchers.append(watcher)

    def watch_pools(self, watcher: PoolWatcher) -> None:
        """`watcher` is called with each pool whose capacity was set."""
        self._pool_watchers.append(watcher)

    def set_capacity(self, pool: SpotPool, capacity: int, at: datetime) -> None:
        """The pool has room for so many from that instant on; what is too much then gets its notice."""
        if at > self._world.now():
            step = partial(self._apply, pool, capacity)
            self._world.transitions.schedule(f"{pool}/{at.isoformat()}", at, step)
        else:
            self._apply(pool, capacity)

    def recommend(self, instance: Any) -> None:
        """The instance is at an elevated risk of interruption, and whoever listens knows; it runs on."""
        place, now = _place(instance), self._world.now()
        self._world.announce(rebalance_recommended(place, instance.id, now))
        for watcher in self._watchers:
            watcher(instance)

    def interrupt(self, instance: Any) -> None:
        """The instance has two minutes left; one that has its notice already, or runs no more, is let be."""
        if instance.state not in spot.USES or spot.is_marked(instance):
            return
        now, action = self._world.now(), _action(instance)
        spot.mark(instance, spot.MARKED_FOR_STOP if action == "stop" else spot.TERMINATED, now)
        self._world.announce(interruption_warned(_place(instance), instance.id, action, now))
        self.recommend(instance)
        self._world.after(NOTICE, f"{instance.id}/interruption", partial(self._take_back, instance))

    def _apply(self, pool: SpotPool, capacity: int) -> None:
        self._world.market.set_capacity(pool, capacity)
        for watcher in self._pool_watchers:
            watcher(pool)

    def _shrink(self, pool: SpotPool) -> None:
        staying = [instance for instance in running_in(pool) if not spot.is_marked(instance)]
        oldest_first = sorted(staying, key=lambda instance: (instance.launch_time, instance.id))
        for instance in reversed(oldest_first[self._world.market.capacity(pool) :]):
            self.interrupt(instance)

    def _take_back(self, instance: Any) -> None:
        if instance.state not in spot.USES:
            return
        stops = _action(instance) == "stop"
        code = "Server.SpotInstanceShutdown" if stops else "Server.SpotInstanceTermination"
        if stops:
            instance.ec2_backend.stop_instances([instance.id])
            spot.mark(instance, spot.STOPPED, self._world.now())
        else:
            instance.terminate()
        instance.state_reason = StateReason(f"{code}: Spot instance {'shutdown' if stops else 'termination'}", code)


def running_in(pool: SpotPool) -> list[Any]:
    """The Spot Instances that take up room in the pool."""
    reservations = ec2_backends[pool.account][pool.region].all_reservations()
    return [
        instance
        for reservation in reservations
        for instance in reservation.instances
        if instance.lifecycle == "spot"
        and instance.state in spot.USES
        and (instance.instance_type, instance.availability_zone) == (pool.instance_type, pool.zone)
    ]


def find(account: str, region: str, instance_id: str) -> Any:
    """The Spot Instance of that id. Raises ValueError for one that is on-demand; it is never interrupted."""
    instance = ec2_backends[account][region].get_instance(instance_id)
    if instance.lifecycle != "spot":
        raise ValueError(f"{instance_id} is on-demand, which AWS does not interrupt; name a Spot Instance")
    return instance


def _action(instance: Any) -> str:
    return str(instance.spot_request["InstanceInterruptionBehavior"])


def _place(instance: Any) -> Place:
    return Place(instance.ec2_backend.account_id, instance.ec2_backend.region_name)
