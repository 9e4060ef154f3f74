"""ECS services on Fargate whose tasks follow a capacity provider strategy, with spot that may be dry or taken back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from chalicelib.core.model import Location
from chalicelib.flows.ports import Clock, Refusal
from chalicelib.kinds.contract import Answer, Call, Look
from tests.fakes.cloud import FakeCloud
from tests.fakes.things import Thing

FARGATE, SPOT = "FARGATE", "FARGATE_SPOT"
NOTICE = timedelta(minutes=2)
NO_ROOM = (
    "(service web) was unable to place a task. Reason: Capacity is unavailable at this time. Please try again later."
)
STEADY = "(service web) has reached a steady state."


@dataclass
class Task:
    """One task; `deployment` is the number of the one that started it, `warned` when AWS began to take it back."""

    id: str
    provider: str
    deployment: int
    warned: datetime | None = None
    gone: datetime | None = None


class FargateCloud(FakeCloud):
    """The fake cloud with services whose tasks have an id and a capacity provider.

    `dry`: there is no spot; `silent`: AWS repeats no event of it. `providers` are those of the cluster. AWS brings a
    service to what its strategy says at each look, new tasks before old ones go.
    """

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.dry = False
        self.silent = False
        self.providers = [FARGATE, SPOT]
        self.tasks: dict[str, list[Task]] = {}
        self.asked_for_spot: list[datetime] = []
        self.ids = count(1)

    def service(self, **fields: Any) -> str:
        """A service of ten tasks on Fargate, up, and autoscaled between two and twenty."""
        given: dict[str, Any] = {
            "launchType": FARGATE,
            "events": [],
            "deployment": 1,
            "begun": self.clock.now(),
        } | fields
        arn = self.add("ecs-service", "shop/web", sizes=(2, 20, 10), **given)
        self.tasks[arn] = []
        return arn

    def mix(self, arn: str) -> tuple[int, int]:
        """How many tasks run on-demand and how many on spot, without those about to be taken back."""
        self._converge(self._settled(arn))
        staying = [task for task in self.tasks[arn] if task.gone is None and task.warned is None]
        spot = sum(task.provider == SPOT for task in staying)
        return len(staying) - spot, spot

    def takes_back(self, arn: str, most: int = 1000) -> None:
        """Spot runs dry, and so many of its tasks have two minutes."""
        self.dry = True
        spot = [task for task in self.tasks[arn] if task.provider == SPOT and task.gone is None]
        for task in spot[:most]:
            task.warned = task.warned or self.clock.now()

    def _answer(self, location: Location, service: str, look: Look) -> Answer:
        for arn in self.tasks:
            self._converge(self._settled(arn))
        if service == "ecs" and look.operation in ANSWERING:
            return ANSWERING[look.operation](self, look.parameters)
        return super()._answer(location, service, look)

    def _refusal(self, location: Location, call: Call) -> Refusal | None:
        if "capacityProviderStrategy" in call.parameters:
            named = {one["capacityProvider"] for one in call.parameters["capacityProviderStrategy"]}
            if not call.parameters.get("forceNewDeployment") or not named <= set(self.providers):
                return Refusal("InvalidParameterException", "no such strategy, or no new deployment")
        return super()._refusal(location, call)

    def _do(self, call: Call) -> None:
        super()._do(call)
        if "capacityProviderStrategy" not in call.parameters:
            return
        for arn in call.arns:
            fields, strategy = self.things[arn].fields, call.parameters["capacityProviderStrategy"]
            fields |= {"deployment": fields["deployment"] + 1, "begun": self.clock.now()}
            fields |= {"capacityProviderStrategy": strategy} if strategy else {"launchType": FARGATE}
            fields.pop("launchType" if strategy else "capacityProviderStrategy", None)

    def _converge(self, thing: Thing) -> None:
        now, tasks, newest = self.clock.now(), self.tasks[thing.arn], thing.fields["deployment"]
        for task in tasks:
            if task.gone is None and task.warned is not None and now >= task.warned + NOTICE:
                task.gone = now
        desired = thing.sizes["desired"]
        for provider, wanted in _wanted(thing, desired).items():
            self._fit(thing, provider, wanted)
        alive = [task for task in tasks if task.gone is None]
        placed = [task for task in alive if task.deployment == newest and task.warned is None]
        older = [task for task in alive if task.deployment != newest]
        for task in older[: len(older) - max(desired - len(placed), 0)]:
            task.gone = now
        if len(placed) == desired:
            self._says(thing, STEADY)

    def _fit(self, thing: Thing, provider: str, wanted: int) -> None:
        newest = thing.fields["deployment"]
        own = [task for task in self.tasks[thing.arn] if task.provider == provider and task.deployment == newest]
        have = [task for task in own if task.gone is None and task.warned is None]
        for task in have[wanted:]:
            task.gone = self.clock.now()
        missing = wanted - len(have)
        if missing > 0 and provider == SPOT:
            self.asked_for_spot.append(self.clock.now())
            if self.dry:
                self._says(thing, NO_ROOM)
                return
        self.tasks[thing.arn] += [Task(f"{next(self.ids):032x}", provider, newest) for _ in range(missing)]

    def _says(self, thing: Thing, what: str) -> None:
        """ECS repeats no event while its cause lasts."""
        events = thing.fields["events"]
        last = events[0]["message"] if events else ""
        if what != last and not (self.silent and what == NO_ROOM):
            thing.fields["events"] = [{"message": what, "createdAt": self.clock.now()}, *events]

    def _services(self, asked: Mapping[str, Any]) -> Answer:
        found = super()._answer(self._place(), "ecs", Look("DescribeServices", asked))
        return {"services": [self._shown(one) for one in found["services"]]}

    def _shown(self, service: Mapping[str, Any]) -> dict[str, Any]:
        thing = self.things[service["serviceArn"]]
        running = [task for task in self.tasks[thing.arn] if task.gone is None]
        numbers = sorted({thing.fields["deployment"], *(task.deployment for task in running)}, reverse=True)
        deployments = [
            {
                "status": "ACTIVE" if place else "PRIMARY",
                "taskDefinition": "web:7",
                "runningCount": sum(task.deployment == number for task in running),
                "createdAt": thing.fields["begun"],
            }
            for place, number in enumerate(numbers)
        ]
        return {**service, "runningCount": len(running), "pendingCount": 0, "deployments": deployments}

    def _place(self) -> Location:
        return next(thing.location for thing in self.things.values())

    def _listed(self, asked: Mapping[str, Any]) -> Answer:
        stopping = asked["desiredStatus"] == "STOPPED"
        return {"taskArns": [arn for arn, task in self._every() if bool(task.gone or task.warned) is stopping]}

    def _described(self, asked: Mapping[str, Any]) -> Answer:
        return {"tasks": [_task(arn, task) for arn, task in self._every() if arn in asked["tasks"]], "failures": []}

    def _every(self) -> Iterator[tuple[str, Task]]:
        for service, tasks in self.tasks.items():
            for task in tasks:
                yield f"{service.replace(':service/', ':task/').rpartition('/')[0]}/{task.id}", task

    def _clusters(self, asked: Mapping[str, Any]) -> Answer:
        return {"clusters": [{"clusterName": name, "capacityProviders": self.providers} for name in asked["clusters"]]}


def _wanted(thing: Thing, desired: int) -> dict[str, int]:
    """How many tasks ECS runs on each provider; what does not divide goes to on-demand."""
    items = {one["capacityProvider"]: one for one in thing.fields.get("capacityProviderStrategy", ())}
    weights = {name: one.get("weight", 0) for name, one in items.items()}
    if not weights.get(SPOT):
        return {FARGATE: desired, SPOT: 0}
    base = min(items.get(FARGATE, {}).get("base", 0), desired)
    spot = (desired - base) * weights[SPOT] // sum(weights.values())
    return {FARGATE: desired - spot, SPOT: spot}


def _task(arn: str, task: Task) -> dict[str, Any]:
    stopping = {"desiredStatus": "STOPPED"} if task.warned or task.gone else {"desiredStatus": "RUNNING"}
    taken = {"stopCode": "SpotInterruption", "stoppingAt": task.warned} if task.warned else {}
    status = "STOPPED" if task.gone else "RUNNING"
    return {"taskArn": arn, "capacityProviderName": task.provider, "lastStatus": status, **stopping, **taken}


ANSWERING = {
    "DescribeServices": FargateCloud._services,
    "ListTasks": FargateCloud._listed,
    "DescribeTasks": FargateCloud._described,
    "DescribeClusters": FargateCloud._clusters,
}
