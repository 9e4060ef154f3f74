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
NO_SPOT = "Could not launch Spot Instances. InsufficientInstanceCapacity - There is no Spot capacity available."
NO_ON_DEMAND = (
    "Could not launch On-Demand Instances. InsufficientInstanceCapacity - We currently do not have sufficient m5.large "
    "capacity in the Availability Zone you requested. Launching EC2 instance failed."
)
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

    `dry` are pools that have no spot, `prices` what the others cost; with `no_on_demand` there is none of that,
    `asked_at` says when it was asked for. `on_demand` is the list price of any type that `listed` gives no price of its
    own, None where the price list does not answer. `past` are prices before now, oldest first. Groups launch from a
    template of type `own`. AWS brings a group to what its policy says at each look, and ends no member before there is
    another in its place.
    """

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.dry: set[Pool] = set()
        self.no_on_demand = False
        self.asked_at: list[datetime] = []
        self.prices: dict[Pool, str] = {}
        self.on_demand: str | None = "0.10"
        self.listed: dict[str, str] = {}
        self.past: dict[Pool, list[tuple[datetime, str]]] = {}
        self.own: str = "m5.large"
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
        self._cut(thing, on_demand)
        thing.fields["Instances"] = [_shown(member) for member in members if not member.gone]

    def _fit(self, thing: Thing, have: list[Member], wanted: int, types: tuple[str, ...], spot: bool) -> None:
        pools = [Pool(name, zone) for name in types for zone in thing.fields["AvailabilityZones"]]
        missing = wanted - len(have)
        for number in range(missing):
            if spot:
                self.asked_of += [(self.clock.now(), pool) for pool in pools]
            else:
                self.asked_at.append(self.clock.now())
            able = [pool for pool in pools if (pool not in self.dry if spot else not self.no_on_demand)]
            if not able:
                self._failed(thing, NO_SPOT if spot else NO_ON_DEMAND)
                return
            pool = able[number % len(able)]
            member = Member(f"i-{next(self.ids)}", pool, "fulfilled" if spot else "")
            self.members[thing.arn].append(member)
            self._told(thing, "Successful", Description=f"Launching a new EC2 instance: {member.id}")

    def _cut(self, thing: Thing, on_demand: int) -> None:
        """What there is too much of goes, once there is something in its place."""
        alive = [member for member in self.members[thing.arn] if not member.gone and member.since is None]
        kept = {False: on_demand, True: thing.sizes["desired"] - on_demand}
        spare = len(alive) - thing.sizes["desired"]
        for member in reversed(alive):
            lot = [one for one in alive if not one.gone and bool(one.request) is bool(member.request)]
            if spare > 0 and len(lot) > kept[bool(member.request)]:
                member.gone, spare = True, spare - 1
                member.request = member.request and "instance-terminated-by-user"

    def _failed(self, thing: Thing, said: str) -> None:
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
        """What changed from its beginning on, and what each pool cost then; newest first."""
        begins, now = asked["StartTime"], self.clock.now()
        zones = [zone for one in asked.get("Filters", ()) for zone in one["Values"]]
        steps = {pool: [*self.past.get(pool, ()), (now, price)] for pool, price in self.prices.items()}
        rows = [
            {"InstanceType": pool.instance_type, "AvailabilityZone": pool.zone, "SpotPrice": price, "Timestamp": at}
            for pool, known in steps.items()
            if pool.instance_type in asked["InstanceTypes"] and (not zones or pool.zone in zones)
            for at, price in _from(known, begins)
        ]
        return {"SpotPriceHistory": sorted(rows, key=lambda row: row["Timestamp"], reverse=True)}

    def _versions(self, asked: Mapping[str, Any]) -> Answer:
        return {"LaunchTemplateVersions": [{"LaunchTemplateData": {"InstanceType": self.own}}]}

    def _matching(self, asked: Mapping[str, Any]) -> Answer:
        """Every type that has a price."""
        return {"InstanceTypes": [{"InstanceType": name} for name in sorted({p.instance_type for p in self.prices})]}

    def _products(self, asked: Mapping[str, Any]) -> Answer:
        fields = {one["Field"]: one["Value"] for one in asked["Filters"]}
        price = self.listed.get(fields["instanceType"], self.on_demand)
        if price is None:
            return {"PriceList": []}
        return {"PriceList": [json.dumps(product("A", price, f"BoxUsage:{fields['instanceType']}"))]}


def _from(steps: list[tuple[datetime, str]], begins: datetime) -> list[tuple[datetime, str]]:
    """The steps from then on, and the one in force then."""
    before = [step for step in steps if step[0] < begins]
    return [*before[-1:], *(step for step in steps if step[0] >= begins)]


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
    "DescribeLaunchTemplateVersions": MixedCloud._versions,
    "GetProducts": MixedCloud._products,
    "GetInstanceTypesFromInstanceRequirements": MixedCloud._matching,
}
