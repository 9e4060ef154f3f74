"""Node groups of EKS whose nodes take their time: launched, taken back and ended one by one by the groups behind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.core.model import Location
from chalicelib.core.pools import Pool
from chalicelib.flows.ports import Clock, Refusal
from chalicelib.kinds.contract import Answer, Call, Look
from tests.fakes.mixed_cloud import NO_ON_DEMAND, NO_SPOT, NOTICE, ZONES, Member, MixedCloud
from tests.fakes.things import Thing

TYPES = ("m5.large", "m6i.large")
NODE_STARTS = timedelta(minutes=3)
EKS_TAKES = timedelta(seconds=20)
"""So long it is updating after a call, and takes no other."""
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass
class Node(Member):
    """A member that serves from `serves_at` on."""

    serves_at: datetime = NEVER


@dataclass(frozen=True)
class Ended:
    """A size was lowered, and nodes that served were ended: how many serve on in the pair, and in that twin."""

    arn: str
    together: int
    alone: int


class TwinCloud(MixedCloud):
    """The fake cloud with node groups. Whoever lowers a size loses nodes that serve before those that do not.

    `ended` tells each time that a lowered size ended nodes that served.
    """

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.ended: list[Ended] = []
        self.updating: dict[str, datetime] = {}

    def node_group(self, name: str, sizes: tuple[int, int, int], spot: bool = False, cluster: str = "shop") -> str:
        """A node group, its desired nodes in service."""
        types = list(TYPES if spot else TYPES[:1])
        fields: dict[str, Any] = {"capacityType": "SPOT" if spot else "ON_DEMAND", "instanceTypes": types}
        arn = self.add("eks-node-group", f"{cluster}/{name}", sizes=sizes, tags={"App": "shop"}, **fields)
        self.members[arn] = []
        self._converge(self.things[arn])
        for node in self._nodes(arn):
            node.serves_at = self.clock.now()
        return arn

    def serving(self, arn: str) -> int:
        """How many nodes serve and are not about to be taken back."""
        self._converge(self.things[arn])
        return self._serving(arn)

    def sizes(self, arn: str) -> tuple[int, int, int]:
        """Minimum, maximum and desired size."""
        now = self.things[arn].sizes
        return now["min"], now["max"], now["desired"]

    def remove(self, arn: str) -> None:
        """Somebody deleted it."""
        super().remove(arn)
        del self.members[arn]

    def scale(self, arn: str, desired: int) -> None:
        """An autoscaler, or a person, sets its desired size."""
        self.things[arn].sizes["desired"] = desired
        self._converge(self.things[arn])

    def _nodes(self, arn: str) -> list[Node]:
        return [node for node in self.members[arn] if isinstance(node, Node) and not node.gone]

    def _serving(self, arn: str) -> int:
        return sum(node.serves_at <= self.clock.now() and node.since is None for node in self._nodes(arn))

    def _converge(self, thing: Thing) -> None:
        now = self.clock.now()
        for node in self._nodes(thing.arn):
            if node.since is not None and now >= node.since + NOTICE:
                node.gone, node.request = True, "instance-terminated-no-capacity"
        alive, desired = self._nodes(thing.arn), thing.sizes["desired"]
        for node in sorted(alive, key=lambda one: one.serves_at)[: max(len(alive) - desired, 0)]:
            node.gone, node.request = True, node.request and "instance-terminated-by-user"
        for number in range(desired - len(alive)):
            if not self._launched(thing, number):
                break

    def _launched(self, thing: Thing, number: int) -> bool:
        spot = thing.fields["capacityType"] == "SPOT"
        pools = [Pool(name, zone) for name in thing.fields["instanceTypes"] for zone in ZONES]
        if spot:
            self.asked_of += [(self.clock.now(), pool) for pool in pools]
        able = [pool for pool in pools if not spot or pool not in self.dry]
        if not able:
            self._failed(thing, NO_SPOT if spot else NO_ON_DEMAND)
            return False
        id, pool = f"i-{next(self.ids)}", able[number % len(able)]
        starts = self.clock.now() + NODE_STARTS
        self.members[thing.arn].append(Node(id, pool, "fulfilled" if spot else "", serves_at=starts))
        return True

    def _failed(self, thing: Thing, said: str) -> None:
        thing.fields["AvailabilityZones"] = list(ZONES)
        super()._failed(thing, said)
        for activity in self.activities[-len(ZONES) :]:
            activity["AutoScalingGroupName"] = _behind(thing)

    def _answer(self, location: Location, service: str, look: Look) -> Answer:
        answer = super()._answer(location, service, look)
        for group in answer.get("AutoScalingGroups", ()):
            self._filled(group)
        if look.operation == "DescribeNodegroup":
            arn = answer["nodegroup"]["nodegroupArn"]
            changing = self.updating.get(arn, self.clock.now()) > self.clock.now()
            answer["nodegroup"]["status"] = "UPDATING" if changing else "ACTIVE"
        return answer

    def _filled(self, group: dict[str, Any]) -> None:
        """The group behind a node group as AWS shows it."""
        thing = next(one for one in self.things.values() if _behind(one) == group["AutoScalingGroupName"])
        group["AvailabilityZones"], now = list(ZONES), self.clock.now()
        group["Instances"] = [
            {
                "InstanceId": node.id,
                "InstanceType": node.pool.instance_type,
                "AvailabilityZone": node.pool.zone,
                "LifecycleState": "InService" if node.serves_at <= now else "Pending",
            }
            for node in self._nodes(thing.arn)
        ]

    def _refusal(self, location: Location, call: Call) -> Refusal | None:
        if refusal := super()._refusal(location, call):
            return refusal
        if call.operation != "UpdateNodegroupConfig":
            return None
        (arn,), now = call.arns, self.clock.now()
        if self.updating.get(arn, now) > now:
            return Refusal("ResourceInUseException", "it is currently not in Active State")
        lowest, highest, desired = (_asked(self.things[arn], call)[name] for name in ("min", "max", "desired"))
        wrong = highest < 1 or not lowest <= desired <= highest
        return Refusal("InvalidParameterException", f"{lowest} <= {desired} <= {highest}") if wrong else None

    def _do(self, call: Call) -> None:
        if call.operation != "UpdateNodegroupConfig":
            super()._do(call)
            return
        (arn,) = call.arns
        before = self._serving(arn)
        self.things[arn].sizes = _asked(self.things[arn], call)
        self.updating[arn] = self.clock.now() + EKS_TAKES
        self._converge(self.things[arn])
        if self._serving(arn) < before:
            self.ended.append(Ended(arn, sum(map(self._serving, self.members)), self._serving(arn)))


def _behind(thing: Thing) -> str:
    return f"eks-{thing.id.partition('/')[2]}"


def _asked(thing: Thing, call: Call) -> dict[str, int]:
    config = call.parameters["scalingConfig"]
    return {name: config.get(f"{name}Size", now) for name, now in thing.sizes.items()}
