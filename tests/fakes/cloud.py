"""AWS in memory: answers the kinds' own looks and calls, its resources take their time on a fake clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from chalicelib.core.model import Location
from chalicelib.flows.ports import Clock, Refusal
from chalicelib.kinds.contract import Answer, Call, Look
from tests.fakes.things import ANSWERS, WORDS, Thing

HERE = Location("111122223333", "eu-central-1")


class FakeCloud:
    """Implements the Cloud port for the four kinds.

    `refusals` maps an operation name or an ARN to AWS's answer to every look or call that touches it;
    `never_arrive` and `never_healthy` hold ARNs; `looks` and `calls` count by operation, `made` lists all
    calls in order.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.things: dict[str, Thing] = {}
        self.refusals: dict[str, Refusal] = {}
        self.never_arrive: set[str] = set()
        self.never_healthy: set[str] = set()
        self.looks: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()
        self.made: list[Call] = []

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
        if kind == "auto-scaling-group":
            thing.sizes = dict(zip(("min", "max", "desired"), sizes if up else (0, 0, 0), strict=True))
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
            answers.append(self._answer(location, look))
        return tuple(answers)

    def act(self, location: Location, calls: Sequence[Call]) -> Iterator[tuple[Call, Refusal | None]]:
        """Each call, made when it is asked for."""
        for call in calls:
            self.calls[call.operation] += 1
            self.made.append(call)
            refusal = self._refusal(location, call)
            if refusal is None:
                self._do(call)
            yield call, refusal

    def _settled(self, arn: str) -> Thing:
        thing = self.things[arn]
        thing.settle(self.clock.now())
        return thing

    def _answer(self, location: Location, look: Look) -> Answer:
        kind, answer = ANSWERS[look.operation]
        here = [arn for arn, thing in self.things.items() if thing.kind == kind and thing.location == location]
        found = [thing for thing in map(self._settled, here) if _matches(thing, look.parameters)]
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
        return None

    def _do(self, call: Call) -> None:
        for arn in call.arns:
            thing = self.things[arn]
            if thing.kind == "auto-scaling-group":
                names = {"min": "MinSize", "max": "MaxSize", "desired": "DesiredCapacity"}
                self.resize(arn, **{name: call.parameters[theirs] for name, theirs in names.items()})
            elif thing.status not in _there(thing, up=call.operation.startswith("Start")):
                self.move(arn, up=call.operation.startswith("Start"))


def _there(thing: Thing, up: bool) -> tuple[str, str]:
    """The states in which a start (or stop) has nothing to do."""
    words = thing.words
    return (words.rising, words.up) if up else (words.falling, words.down)


def _wrong_state(call: Call, thing: Thing) -> str | None:
    up = call.operation.startswith("Start")
    settled = thing.words.down if up else thing.words.up
    if thing.kind == "ec2-instance" and thing.status not in (settled, *_there(thing, up)):
        return "IncorrectInstanceState"
    if thing.kind == "rds-instance" and thing.status != settled:
        return "InvalidDBInstanceState"
    if thing.kind == "rds-cluster" and thing.status != settled:
        return "InvalidDBClusterStateFault"
    return None


def _matches(thing: Thing, asked: Mapping[str, Any]) -> bool:
    """Whether a describe with these parameters shows it."""
    for name in ("InstanceIds", "AutoScalingGroupNames"):
        if name in asked and thing.id not in asked[name]:
            return False
    for one in asked.get("Filters", ()):
        name, values = one["Name"], one["Values"]
        if name.startswith("tag:") and thing.tags.get(name[4:]) not in values:
            return False
        if name in ("instance-id", "db-instance-id", "db-cluster-id") and thing.id not in values:
            return False
    return True
