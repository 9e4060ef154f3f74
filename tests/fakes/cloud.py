"""AWS in memory: answers the kinds' own looks and calls, its resources take their time on a fake clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Any

from chalicelib.core.model import Location
from chalicelib.core.refusal import Remedy, remedy
from chalicelib.core.rights import Permission
from chalicelib.flows.ports import Clock, Refusal
from chalicelib.kinds.contract import Answer, Call, Look
from tests.fakes.groups import members
from tests.fakes.services import BY_SERVICE
from tests.fakes.things import ANSWERS, WORDS, Thing, cluster_members

HERE = Location("111122223333", "eu-central-1")

SIZED = {"auto-scaling-group", "ecs-service", "eks-node-group"}

SIZES_SET = {
    "UpdateAutoScalingGroup": {"min": "MinSize", "max": "MaxSize", "desired": "DesiredCapacity"},
    "RegisterScalableTarget": {"min": "MinCapacity", "max": "MaxCapacity"},
    "UpdateService": {"desired": "desiredCount"},
    "UpdateNodegroupConfig": {"min": "minSize", "max": "maxSize", "desired": "desiredSize"},
}
"""Which size each call sets by which parameter."""

STARTS = {"StartInstances", "StartDBInstance", "StartDBCluster", "ResumeCluster", "EnableAlarmActions"}
STOPS = {"StopInstances", "StopDBInstance", "StopDBCluster", "PauseCluster", "DisableAlarmActions"}

WRONG_STATE = {
    "rds-instance": "InvalidDBInstanceState",
    "rds-cluster": "InvalidDBClusterStateFault",
    "redshift-cluster": "InvalidClusterState",
}
"""What AWS answers when a call comes in another state than the one it leads away from."""


class FakeCloud:
    """Implements the Cloud port for all kinds.

    `refusals` maps an operation name or an ARN to AWS's answer to every look or call that touches it; `answers`
    scripts what a look of no kind is answered, by operation, or before all else by service:operation; `never_arrive`
    and `never_healthy` hold ARNs, `short` instance types AWS has none of; `looks` and `calls` count by operation,
    `made` lists all calls in order.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.things: dict[str, Thing] = {}
        self.refusals: dict[str, Refusal] = {}
        self.answers: dict[str, Answer] = {"LookupEvents": {"Events": []}}
        self.never_arrive: set[str] = set()
        self.never_healthy: set[str] = set()
        self.short: set[str] = set()
        self.looks: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()
        self.made: list[Call] = []
        self.asked: Counter[str] = Counter()

    def add(
        self,
        kind: str,
        id: str,
        *,
        up: bool = True,
        location: Location = HERE,
        tags: Mapping[str, str] | None = None,
        sizes: tuple[int, int, int] = (2, 6, 3),
        start: timedelta = timedelta(minutes=4),
        stop: timedelta = timedelta(minutes=2),
        **fields: Any,
    ) -> str:
        """A resource at rest, up or down; returns its ARN. `sizes` are min, max, desired of a group.

        `fields` are added to what a describe shows (Engine="aurora-mysql").
        """
        words = WORDS[kind]
        arn = "arn:aws:" + words.arn.format(place=f"{location.region}:{location.account}", id=id)
        status = words.up if up else words.down
        thing = Thing(kind, id, arn, location, status, start, stop, dict(tags or {}), fields=fields)
        if kind in SIZED:
            at_rest = (0, sizes[1] if kind == "eks-node-group" else 0, 0)
            thing.sizes = dict(zip(("min", "max", "desired"), sizes if up else at_rest, strict=True))
            thing.serving = thing.sizes["desired"]
        self.things[arn] = thing
        return arn

    def remove(self, arn: str) -> None:
        """Somebody deleted it."""
        del self.things[arn]

    def status(self, arn: str) -> str:
        """Its state in AWS's word (up, down, rising, falling for a group)."""
        return self._settled(arn).status

    def move(self, arn: str, up: bool) -> None:
        """Somebody starts or stops it by console (a group: use resize)."""
        self._settled(arn).depart(up, self.clock.now(), arn not in self.never_arrive)

    def resize(self, arn: str, **sizes: int) -> None:
        """Somebody, or an autoscaler, sets min, max or desired of a group."""
        thing = self._settled(arn)
        thing.sizes.update(sizes)
        desired, before = thing.sizes["desired"], thing.serving
        thing.serving = min(before, desired)
        if desired != before or thing.arrives_at is not None:
            thing.depart(desired > before, self.clock.now(), arn not in self.never_arrive)

    def look(self, location: Location, service: str, looks: Sequence[Look]) -> tuple[Answer, ...] | Refusal:
        """All pages (one each) of all looks."""
        answers = []
        for look in looks:
            self.looks[look.operation] += 1
            if refusal := self.refusals.get(look.operation):
                return refusal
            answers.append(self._answer(location, look.service or service, look))
        return tuple(answers)

    def act(self, location: Location, calls: Sequence[Call]) -> Iterator[tuple[Call, Refusal | None]]:
        """Each call, made when it is asked for."""
        for call in calls:
            yield call, self._make(location, call)

    def may(self, location: Location, calls: Sequence[Call]) -> tuple[Permission, ...]:
        """Whether each would be refused for want of a right; counted in `asked`, nothing is made."""
        return tuple(self._permission(location, call) for call in calls)

    def _permission(self, location: Location, call: Call) -> Permission:
        self.asked[call.operation] += 1
        refusal = next((self.refusals[name] for name in (call.operation, *call.arns) if name in self.refusals), None)
        denied = refusal is not None and remedy(refusal.code) is Remedy.RIGHTS
        action = f"{call.service}:{call.operation}"
        return Permission(location, action, not denied, str(refusal) if denied else "")

    def _make(self, location: Location, call: Call) -> Refusal | None:
        for first in call.before:
            refused = self._make(location, first)
            if refused is not None and refused.code not in first.benign:
                return replace(refused, operation=first.operation)
        self.calls[call.operation] += 1
        self.made.append(call)
        refusal = self._refusal(location, call)
        if refusal is None:
            self._do(call)
        return refusal

    def _settled(self, arn: str) -> Thing:
        thing = self.things[arn]
        thing.settle(self.clock.now())
        return thing

    def _answer(self, location: Location, service: str, look: Look) -> Answer:
        here = [self._settled(arn) for arn, thing in self.things.items() if thing.location == location]
        if f"{service}:{look.operation}" in self.answers:
            return self.answers[f"{service}:{look.operation}"]
        if (service, look.operation) in BY_SERVICE:
            return BY_SERVICE[(service, look.operation)](here, look.parameters)
        if look.operation in self.answers:
            return self.answers[look.operation]
        if look.operation not in ANSWERS:
            return {}  # nothing of the sort is here
        kind, answer = ANSWERS[look.operation]
        found = [thing for thing in here if thing.kind == kind and _matches(thing, look.parameters)]
        if look.operation == "DescribeInstances" and not found:
            return members(here, look.parameters)
        if look.operation == "DescribeDBInstances" and not found:
            return cluster_members(here, look.parameters)
        if look.operation == "DescribeInstanceStatus":
            found = [thing for thing in found if self._passed(thing)]
        return answer(found)

    def _passed(self, thing: Thing) -> bool:
        """Both status checks are passed."""
        if thing.status != "running" or thing.arn in self.never_healthy:
            return False
        return thing.healthy_at is None or thing.healthy_at <= self.clock.now()

    def _refusal(self, location: Location, call: Call) -> Refusal | None:
        """What AWS would refuse: what a test scripted, what is not there, a move from the wrong state."""
        for name in (call.operation, *call.arns):
            if name in self.refusals:
                return self.refusals[name]
        for arn in call.arns:
            if arn not in self.things or self.things[arn].location != location:
                return Refusal("NotFound", f"{arn} does not exist")
            if code := _wrong_state(call, self._settled(arn)):
                return Refusal(code, f"{arn} is {self.things[arn].status}")
            if call.operation == "StartInstances" and self.things[arn].fields.get("InstanceType") in self.short:
                return Refusal("InsufficientInstanceCapacity", "no capacity for that type right now")
        return None

    def _do(self, call: Call) -> None:
        sizes = SIZES_SET.get(call.operation, {})
        given = {**call.parameters, **call.parameters.get("scalingConfig", {})}
        changed = {name: given[theirs] for name, theirs in sizes.items() if theirs in given}
        up = call.operation in STARTS
        for arn in call.arns:
            thing = self.things[arn]
            if call.operation == "ModifyInstanceAttribute":
                thing.fields["InstanceType"] = call.parameters["InstanceType"]["Value"]
            for name, suspended in call.parameters.get("SuspendedState", {}).items():
                (thing.suspended.add if suspended else thing.suspended.discard)(name)
            for name in call.parameters.get("ScalingProcesses", ()):
                (thing.suspended.add if call.operation == "SuspendProcesses" else thing.suspended.discard)(name)
            if changed:
                self.resize(arn, **changed)
            elif (up or call.operation in STOPS) and thing.status not in _there(thing, up):
                self.move(arn, up)


def _there(thing: Thing, up: bool) -> tuple[str, str]:
    """The states in which a start (or stop) has nothing to do."""
    words = thing.words
    return (words.rising, words.up) if up else (words.falling, words.down)


def _wrong_state(call: Call, thing: Thing) -> str | None:
    if call.operation not in STARTS | STOPS:
        return None
    up = call.operation in STARTS
    settled = thing.words.down if up else thing.words.up
    if thing.kind == "ec2-instance" and thing.status not in (settled, *_there(thing, up)):
        return "IncorrectInstanceState"
    if thing.kind in WRONG_STATE and thing.status != settled:
        return WRONG_STATE[thing.kind]
    return None


def _like_any(text: str | None, values: Sequence[str]) -> bool:
    """EC2's filters know * and ?."""
    return text is not None and any(text == value or fnmatchcase(text, value) for value in values)


def _matches(thing: Thing, asked: Mapping[str, Any]) -> bool:
    """Whether a describe with these parameters shows it."""
    for name in ("InstanceIds", "AutoScalingGroupNames"):
        if name in asked and thing.id not in asked[name]:
            return False
    for one in asked.get("Filters", ()):
        name, values = one["Name"], one["Values"]
        if name.startswith("tag:") and not _like_any(thing.tags.get(name[4:]), values):
            return False
        if name == "instance-id" and not _like_any(thing.id, values):
            return False
        if name in ("db-instance-id", "db-cluster-id") and thing.id not in values:
            return False
    return True
