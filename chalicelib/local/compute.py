"""EC2 instances that take their time to start, to pass their checks, to stop and to go away."""

import copy
from collections.abc import Callable
from functools import partial
from typing import Any

from moto.ec2.models.instances import StateReason

from chalicelib.local import refusals, spot
from chalicelib.local.durations import TERMINATED_IS_SHOWN, Journey
from chalicelib.local.events import Place, instance_state_changed
from chalicelib.local.faults import Breakage
from chalicelib.local.staleness import Staleness
from chalicelib.local.world import World

CODES = {"pending": 0, "running": 16, "shutting-down": 32, "terminated": 48, "stopping": 64, "stopped": 80}
"""https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceState.html"""

DROPPED = {
    "Client.InternalError": "Client error on launch",
    "Client.VolumeLimitExceeded": "Volume limit exceeded",
    "Server.InsufficientInstanceCapacity": "Insufficient capacity to satisfy instance request",
    "Server.InternalError": "Internal error on launch",
}
"""Why AWS drops a start that it has accepted, as a describe then shows it.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StateReason.html
"""

STUCK = {("pending", Breakage.NEVER_ARRIVES), ("stopping", Breakage.NEVER_STOPS)}

Moves = list[tuple[Any, Any]]
Watcher = Callable[[Any], Any]


def place_of(instance: Any) -> Place:
    """Where the instance is."""
    return Place(instance.ec2_backend.account_id, instance.ec2_backend.region_name)


def arn_of(instance: Any) -> str:
    """The ARN of the instance."""
    return place_of(instance).arn("ec2", f"instance/{instance.id}")


class Compute:
    """The journeys of EC2 instances; moto's objects carry the state."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.stale = Staleness(world)
        self._checks: dict[str, str] = {}
        self._watchers: list[Watcher] = []

    def watch(self, watcher: Watcher) -> None:
        """`watcher` is called with an instance after each change of its state."""
        self._watchers.append(watcher)

    def launch(self, launch: Callable[[], Any], group: Any = None) -> Any:
        """The reservation that `launch` makes, its instances pending and members of `group`, if any."""
        reservation = launch()
        for instance in reservation.instances:
            if group is not None:
                instance.autoscaling_group = group
            instance.spot_request = spot.request_for(instance, self._world.now())
            instance.launch_time = self._world.now().replace(tzinfo=None)
            for interface in instance.nics.values():
                interface.delete_on_termination = True  # as AWS does; moto keeps them and runs out of addresses
            self._set_off(instance, "pending", Journey.EC2_LAUNCH, self._run)
        return reservation

    def start(self, instances: list[Any], switch_on: Callable[[Any], Any]) -> Moves:
        """All of them are on their way up; if AWS refuses one, none is."""
        for instance in instances:
            refusals.check_instance_start(instance)
            self._check_capacity(instance)
        return [self._start(instance, switch_on) for instance in instances]

    def stop(self, instances: list[Any], switch_off: Callable[[Any], Any]) -> Moves:
        """All of them are on their way down; if AWS refuses one, none is."""
        for instance in instances:
            refusals.check_instance_stop(instance, has_run=instance.id in self._checks)
        return [self._stop(instance, switch_off) for instance in instances]

    def hibernate(self, instances: list[Any], stop: Callable[[], Any]) -> Any:
        """What `stop` answers, all of them on their way into hibernation; if AWS refuses one, none is."""
        for instance in instances:
            refusals.check_hibernation(instance, agent_is_ready=self.checks(instance) == "ok")
        answer = stop()
        for instance in instances:
            self._stopped_for(instance, refusals.HIBERNATED, "User initiated hibernate")
        return answer

    def terminate(self, instance: Any, take_apart: Callable[[Any], Any]) -> Any:
        """The instance is shutting down for good; the answer is the state it had."""
        before = copy.copy(instance._state)
        if instance.state not in ("shutting-down", "terminated"):
            stopped = instance.state == "stopped"
            code = spot.TERMINATED_BY_SERVICE if stopped else spot.TERMINATED_BY_USER
            spot.mark_by_user(instance, code, self._world.now())
            take_apart(instance)
            self._set_off(instance, "shutting-down", Journey.EC2_TERMINATE, self._bury)
        return before

    def checks(self, instance: Any) -> str:
        """What both status checks say: ok, initializing, impaired, or not-applicable when not running.

        https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceStatusSummary.html
        """
        if instance.state != "running":
            return "not-applicable"
        return self._checks.get(instance.id, "initializing")

    def _start(self, instance: Any, switch_on: Callable[[Any], Any]) -> tuple[Any, Any]:
        before = copy.copy(instance._state)
        if instance.state == "stopped":
            self.stale.keep_state(instance)
            switch_on(instance)
            spot.mark_by_user(instance, spot.FULFILLED, self._world.now())
            instance.launch_time = self._world.now().replace(tzinfo=None)
            self._set_off(instance, "pending", Journey.EC2_START, self._run)
        return instance, before

    def _stop(self, instance: Any, switch_off: Callable[[Any], Any]) -> tuple[Any, Any]:
        before = copy.copy(instance._state)
        if instance.state in ("pending", "running"):
            self.stale.keep_state(instance)
            switch_off(instance)
            spot.mark_by_user(instance, spot.STOPPED_BY_USER, self._world.now())
            self._set_off(instance, "stopping", Journey.EC2_STOP, self._rest)
        return instance, before

    def _set_off(self, instance: Any, state: str, journey: Journey, arrive: Callable[[Any], Any]) -> None:
        self._enter(instance, state)
        arrival = partial(arrive, instance)
        culprit, breakage = self._world.faults.of(*_arns(instance))
        if (state, breakage) in STUCK:
            self._world.park(arn_of(instance), culprit, arrival)
        elif (state, breakage) == ("pending", Breakage.FALLS_BACK):
            self._world.begin(journey, arn_of(instance), partial(self._drop, instance, culprit))
        else:
            self._world.begin(journey, arn_of(instance), arrival)

    def _run(self, instance: Any) -> None:
        self._checks[instance.id] = "initializing"
        self._enter(instance, "running")
        _, breakage = self._world.faults.of(*_arns(instance))
        verdict = partial(self._judge, instance.id, "impaired" if breakage is Breakage.NEVER_HEALTHY else "ok")
        self._world.begin(Journey.EC2_CHECKS, arn_of(instance), verdict)

    def _judge(self, instance_id: str, verdict: str) -> None:
        self._checks[instance_id] = verdict

    def _rest(self, instance: Any) -> None:
        self._enter(instance, "stopped")

    def _drop(self, instance: Any, culprit: str) -> None:
        code = self._world.faults.causes.get(culprit, "Server.InternalError")
        self._stopped_for(instance, code, DROPPED[code])
        self._rest(instance)

    def _stopped_for(self, instance: Any, code: str, words: str) -> None:
        instance.state_reason = StateReason(f"{code}: {words}", code)

    def _bury(self, instance: Any) -> None:
        self._enter(instance, "terminated")
        self._world.after(TERMINATED_IS_SHOWN, arn_of(instance), partial(self._forget, instance))

    def _forget(self, instance: Any) -> None:
        backend = instance.ec2_backend
        self._checks.pop(instance.id, None)
        backend.tags.pop(instance.id, None)
        for reservation in list(backend.reservations.values()):
            if instance in reservation.instances:
                reservation.instances.remove(instance)
                if not reservation.instances:
                    del backend.reservations[reservation.id]
                return

    def _enter(self, instance: Any, state: str) -> None:
        instance._state.name, instance._state.code = state, CODES[state]
        place = place_of(instance)
        self._world.announce(instance_state_changed(place, instance.id, state, self._world.now()))
        for watcher in self._watchers:
            watcher(instance)

    def _check_capacity(self, instance: Any) -> None:
        place, kind, zone = place_of(instance), instance.instance_type, instance.availability_zone
        status = self._world.faults.shortage(place.account, place.region, kind, zone)
        if instance.state == "stopped" and status is not None:
            raise refusals.no_capacity(kind, status)


def _arns(instance: Any) -> list[str]:
    """The instance's own ARN, and that of its group: a broken group breaks its members."""
    group = getattr(instance, "autoscaling_group", None)
    return [arn_of(instance)] + ([group.arn] if group else [])
