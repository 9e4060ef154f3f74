"""Groups whose members are a mix: launched as AWS launches them, over pools that may be dry or taken back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from math import ceil
from typing import Any

from chalicelib.core.model import Location
from chalicelib.core.pools import Pool
from chalicelib.flows.ports import Clock
from chalicelib.kinds.contract import Answer, Call, Look
from tests.fakes.cloud import FakeCloud
from tests.fakes.things import Thing
from tests.prices import product

ZONES = ("eu-central-1a", "eu-central-1b")
TEMPLATE = {"LaunchTemplateId": "lt-1", "LaunchTemplateName": "orders", "Version": "3"}
NOTICE = timedelta(minutes=2)
POLICY_KEYS = ("MixedInstancesPolicy", "LaunchTemplate", "CapacityRebalance")


@dataclass
class Member:
    """One instance; `request` is the status of its Spot request, "" where it is on-demand."""

    id: str
    pool: Pool
    request: str = ""
    since: datetime | None = None
    gone: bool = False


class MixedCloud(FakeCloud):
    """The fake cloud with members that have an id, a pool and a life cycle.

    `dry` are pools that have no spot, `prices` what the others cost; `on_demand` is the list price of any type, None
    where the price list does not answer. AWS brings a group to what its policy says at each look.
    """

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.dry: set[Pool] = set()
        self.prices: dict[Pool, str] = {}
        self.on_demand: str | None = "0.10"
        self.members: dict[str, list[Member]] = {}
        self.activities: list[dict[str, Any]] = []
        self.asked_of: list[tuple[datetime, Pool]] = []
        self.ids = count(1)

    def group(self, name: str = "orders-nodes", **fields: Any) -> str:
        """A group of ten, on-demand, from a launch template; up."""
        given = {"LaunchTemplate": TEMPLATE, "AvailabilityZones": list(ZONES)} | fields
        sizes = given.pop("sizes", (2, 20, 10))
        arn = self.add("auto-scaling-group", name, sizes=sizes, **given)
        self.members[arn] = []
        return arn

    def mix(self, arn: str) -> tuple[int, int]:
        """How many members are on-demand and how many spot, without those about to be taken back."""
        self._converge(self._settled(arn))
        alive = [member for member in self.members[arn] if not member.gone and member.since is None]
        spot = sum(bool(member.request) for member in alive)
        return len(alive) - spot, spot

    def takes_back(self, pool: Pool) -> None:
        """The pool runs dry, and its members have two minutes."""
        self.dry.add(pool)
        for member in self._every():
            if member.pool == pool and member.request == "fulfilled":
                member.request, member.since = "marked-for-termination", self.clock.now()

    def recommends_rebalance(self, arn: str, id: str) -> None:
        """The group replaces the member because it is at risk."""
        cause = f"instance {id} was taken out of service in response to an EC2 instance rebalance recommendation"
        self._told(self.things[arn], "Successful", Cause=cause, Description=f"Terminating EC2 instance: {id}")

    def _every(self) -> Iterator[Member]:
        return (member for members in self.members.values() for member in members)

    def _answer(self, location: Location, service: str, look: Look) -> Answer:
        for arn in self.members:
            self._converge(self._settled(arn))
        if look.operation in ANSWERING:
            return ANSWERING[look.operation](self, look.parameters)
        return super()._answer(location, service, look)

    def _do(self, call: Call) -> None:
        super()._do(call)
        for arn in call.arns if call.operation == "UpdateAutoScalingGroup" else ():
            fields = self.things[arn].fields
            for key in POLICY_KEYS:
                if key in call.parameters:
                    fields[key] = call.parameters[key]
            if "LaunchTemplate" in call.parameters:
                fields.pop("MixedInstancesPolicy", None)
            if "MixedInstancesPolicy" in call.parameters:
                fields.pop("LaunchTemplate", None)

    def _converge(self, thing: Thing) -> None:
        members = self.members[thing.arn]
        for member in members:
            if member.since is not None and self.clock.now() >= member.since + NOTICE:
                member.gone, member.request = True, "instance-terminated-no-capacity"
        on_demand, types = _wanted(thing)
        desired = thing.sizes["desired"]
        alive = [member for member in members if not member.gone and member.since is None]
        self._fit(thing, [member for member in alive if not member.request], on_demand, types[:1], spot=False)
        self._fit(thing, [member for member in alive if member.request], desired - on_demand, types, spot=True)
        thing.fields["Instances"] = [_shown(member) for member in members if not member.gone]

    def _fit(self, thing: Thing, have: list[Member], wanted: int, types: tuple[str, ...], spot: bool) -> None:
        for member in have[wanted:]:
            member.gone = True
            member.request = member.request and "instance-terminated-by-user"
        pools = [Pool(name, zone) for name in types for zone in thing.fields["AvailabilityZones"]]
        missing = wanted - len(have)
        for number in range(missing):
            if spot:
                self.asked_of += [(self.clock.now(), pool) for pool in pools]
            able = [pool for pool in pools if not spot or pool not in self.dry]
            if not able:
                self._failed(thing)
                return
            pool = able[number % len(able)]
            self.members[thing.arn].append(Member(f"i-{next(self.ids)}", pool, "fulfilled" if spot else ""))

    def _failed(self, thing: Thing) -> None:
        said = "Could not launch Spot Instances. InsufficientInstanceCapacity - There is no Spot capacity available."
        for zone in thing.fields["AvailabilityZones"]:
            self._told(thing, "Failed", StatusMessage=said, Details=json.dumps({"Availability Zone": zone}))

    def _told(self, thing: Thing, code: str, **more: str) -> None:
        own = {"AutoScalingGroupName": thing.id, "StartTime": self.clock.now(), "StatusCode": code}
        self.activities.append({**own, "Description": "Launching a new EC2 instance", "Cause": "", **more})

    def _requests(self, asked: Mapping[str, Any]) -> Answer:
        wanted = asked["Filters"][0]["Values"]
        found = [member for member in self._every() if member.id in wanted and member.request]
        return {"SpotInstanceRequests": [_request(member, self.clock.now()) for member in found]}

    def _activities(self, asked: Mapping[str, Any]) -> Answer:
        lower = [datetime.fromisoformat(one["Values"][0]) for one in asked["Filters"] if "Lower" in one["Name"]]
        rows = [one for one in self.activities if one["AutoScalingGroupName"] == asked["AutoScalingGroupName"]]
        return {"Activities": [one for one in rows if not lower or one["StartTime"] >= lower[0]]}

    def _history(self, asked: Mapping[str, Any]) -> Answer:
        rows = [
            {
                "InstanceType": p.instance_type,
                "AvailabilityZone": p.zone,
                "SpotPrice": price,
                "Timestamp": self.clock.now(),
            }
            for p, price in self.prices.items()
            if p.instance_type in asked["InstanceTypes"]
        ]
        return {"SpotPriceHistory": rows}

    def _matching(self, asked: Mapping[str, Any]) -> Answer:
        """Every type that has a price."""
        return {"InstanceTypes": [{"InstanceType": name} for name in sorted({p.instance_type for p in self.prices})]}

    def _products(self, asked: Mapping[str, Any]) -> Answer:
        if self.on_demand is None:
            return {"PriceList": []}
        [instance_type] = (each["Value"] for each in asked["Filters"] if each["Field"] == "instanceType")
        return {"PriceList": [json.dumps(product("A", self.on_demand, f"BoxUsage:{instance_type}"))]}


def _wanted(thing: Thing) -> tuple[int, tuple[str, ...]]:
    """How many members AWS makes on-demand, and of which types all are."""
    desired, policy = thing.sizes["desired"], thing.fields.get("MixedInstancesPolicy")
    if policy is None:
        return desired, ("m5.large",)
    said = policy["InstancesDistribution"]
    base = min(desired, said["OnDemandBaseCapacity"])
    above = ceil((desired - base) * said["OnDemandPercentageAboveBaseCapacity"] / 100)
    return base + above, tuple(one["InstanceType"] for one in policy["LaunchTemplate"]["Overrides"])


def _shown(member: Member) -> dict[str, str]:
    pool = {"InstanceType": member.pool.instance_type, "AvailabilityZone": member.pool.zone}
    return {"InstanceId": member.id, "LifecycleState": "InService", **pool}


def _request(member: Member, now: datetime) -> dict[str, Any]:
    status = {"Code": member.request, "UpdateTime": member.since or now}
    return {"InstanceId": member.id, "State": "closed" if member.gone else "active", "Status": status}


ANSWERING = {
    "DescribeSpotInstanceRequests": MixedCloud._requests,
    "DescribeScalingActivities": MixedCloud._activities,
    "DescribeSpotPriceHistory": MixedCloud._history,
    "GetProducts": MixedCloud._products,
    "GetInstanceTypesFromInstanceRequirements": MixedCloud._matching,
}
