"""Checks, from the embedded cloud alone and not from what Curfew says, that order, sizes and states were right.

It looks after each step of the driver, straight into moto's memory: no call is made, so none is counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from moto.autoscaling.models import autoscaling_backends
from moto.ec2.models import ec2_backends
from moto.rds.models import rds_backends

from chalicelib.core.model import Definition, Desired
from chalicelib.core.order import towards
from chalicelib.flows.assess import needed
from chalicelib.local.sample import Part


class Stand(StrEnum):
    """How a real resource stands."""

    UP = "up"
    DOWN = "down"
    RISING = "rising"
    FALLING = "falling"


@dataclass(slots=True)
class Account:
    """What was seen of one environment: hours, and how its mornings and returns went."""

    off: timedelta = timedelta()
    on: timedelta = timedelta()
    mornings: int = 0
    in_time: int = 0
    returns: int = 0
    whole: int = 0


@dataclass(slots=True)
class Inspector:
    """Watches the parts of all environments; `faults` are what was wrong, in words."""

    parts: tuple[Part, ...]
    definitions: dict[str, Definition]
    now: datetime
    accounts: dict[str, Account] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    stands: dict[str, Stand] = field(default_factory=dict)
    excused: set[str] = field(default_factory=set)
    sizes: dict[str, tuple[int, int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.accounts = {part.environment: Account() for part in self.parts}
        self.sizes = {part.id: part.sizes for part in self.parts if part.sizes}
        self.stands = {part.id: self._stand(part) for part in self.parts}

    def excuse(self, id: str) -> None:
        """Somebody moves this one by hand: its order is not Curfew's until it is at rest again."""
        self.excused.add(id)

    def look(self, now: datetime) -> None:
        """Time until now is accounted for, and what changed since the last look is checked."""
        for name, account in self.accounts.items():
            if self._all(name, Stand.DOWN):
                account.off += now - self.now
            else:
                account.on += now - self.now
        self.now = now
        before, self.stands = self.stands, {part.id: self._stand(part) for part in self.parts}
        for part in self.parts:
            self._check(part, before[part.id], self.stands[part.id])

    def morning(self, name: str) -> None:
        """The environment's window opens now: it should be up."""
        self.accounts[name].mornings += 1
        if self._all(name, Stand.UP):
            self.accounts[name].in_time += 1
        else:
            self.faults.append(f"{self.now:%a %d %H:%M}Z {name} was not ready at its opening: {self._late(name)}")

    def should_be(self, name: str, desired: Desired) -> None:
        """The environment has had time enough to be up, or down, and should be."""
        wanted = Stand.UP if desired is Desired.UP else Stand.DOWN
        if not self._all(name, wanted):
            self.faults.append(f"{self.now:%a %d %H:%M}Z {name} should be {desired} and is not: {self._late(name)}")

    def _check(self, part: Part, before: Stand, after: Stand) -> None:
        if after is before:
            return
        if part.id in self.excused:
            if after is Stand.DOWN:
                self.excused.discard(part.id)
            return
        if before is Stand.UP and after in (Stand.FALLING, Stand.DOWN):
            self._check_order(part, Desired.DOWN)
        if before is Stand.DOWN and after in (Stand.RISING, Stand.UP):
            self._check_order(part, Desired.UP)
        if after is Stand.UP and before is not Stand.UP and part.sizes:
            self._check_size(part)

    def _check_order(self, part: Part, direction: Desired) -> None:
        definition = self.definitions[part.environment]
        wanted = Stand.UP if direction is Desired.UP else Stand.DOWN
        for key in towards(direction, needed(definition), definition.stop_order)[part.key]:
            if not self._all(part.environment, wanted, key):
                self.faults.append(
                    f"{self.now:%a %d %H:%M}Z {part.environment}: {part.key} went {direction} before {key} was {wanted}"
                )

    def _check_size(self, part: Part) -> None:
        """A group that is up again has the sizes it had."""
        account, found = self.accounts[part.environment], _sizes(part)
        account.returns += 1
        if found == self.sizes[part.id]:
            account.whole += 1
        else:
            self.faults.append(f"{self.now:%a %d %H:%M}Z {part.id} came back as {found}, not as {self.sizes[part.id]}")

    def _all(self, name: str, wanted: Stand, key: str | None = None) -> bool:
        mine = (part for part in self.parts if part.environment == name and key in (None, part.key))
        return all(self.stands[part.id] is wanted for part in mine)

    def _late(self, name: str) -> str:
        mine = (part for part in self.parts if part.environment == name)
        return ", ".join(sorted({f"{part.key} {self.stands[part.id]}" for part in mine}))

    def _stand(self, part: Part) -> Stand:
        members = next(
            resource.ready.members
            for resource in self.definitions[part.environment].resources
            if resource.key == part.key
        )
        return STANDS[part.kind](part, members)


def _database(part: Part, members: int) -> Stand:
    return DATABASE[rds_backends[part.account][part.region].databases[part.id].status]


def _cluster(part: Part, members: int) -> Stand:
    return DATABASE[rds_backends[part.account][part.region].clusters[part.id].status]


def _instance(part: Part, members: int) -> Stand:
    instance = ec2_backends[part.account][part.region].get_instance(part.id)
    if instance.state == "running":
        return Stand.UP if instance.instance_status["Status"] == "ok" else Stand.RISING
    return {"pending": Stand.RISING, "stopping": Stand.FALLING, "stopped": Stand.DOWN}[instance.state]


def _group(part: Part, members: int) -> Stand:
    group: Any = autoscaling_backends[part.account][part.region].autoscaling_groups[part.id]
    if group.desired_capacity == 0:
        return Stand.FALLING if group.instance_states else Stand.DOWN
    serving = sum(state.lifecycle_state == "InService" for state in group.instance_states)
    return Stand.UP if serving * 100 >= group.desired_capacity * members else Stand.RISING


def _sizes(part: Part) -> tuple[int, int, int]:
    group: Any = autoscaling_backends[part.account][part.region].autoscaling_groups[part.id]
    return group.min_size, group.max_size, group.desired_capacity


DATABASE: Mapping[str, Stand] = {
    "available": Stand.UP,
    "stopped": Stand.DOWN,
    "starting": Stand.RISING,
    "stopping": Stand.FALLING,
}
STANDS = {
    "rds-instance": _database,
    "rds-cluster": _cluster,
    "ec2-instance": _instance,
    "auto-scaling-group": _group,
}
