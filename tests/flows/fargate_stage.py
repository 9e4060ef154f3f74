"""A stage whose environment is one ECS service with a capacity mix."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from chalicelib.core.capacity import Capacity
from chalicelib.core.mix_memory import MixMemory
from chalicelib.core.model import Definition, Resource
from chalicelib.flows.events import Event, What
from chalicelib.flows.hear import hear
from tests.fakes.fargate_cloud import FargateCloud
from tests.flows.stage import Stage, definition

SERVICE = Resource("web", "ecs-service", ids=("shop/web",))
POLICY = Capacity("web", on_demand_base=2, shares=(0.0, 0.75))
SIZES = {"min": 2, "max": 20, "desired": 10}


class FargateStage(Stage):
    """One service of ten tasks, of which two are always on-demand and up to six are spot."""

    cloud: FargateCloud

    def __post_init__(self) -> None:
        super().__post_init__()
        self.cloud = FargateCloud(self.clock)
        self.world = replace(self.world, cloud=self.cloud)
        self.arn = self.cloud.service()

    def start(self, *policies: Capacity, **other: object) -> Definition:
        """The environment is applied, and nothing has run yet."""
        return self.apply(definition(SERVICE, capacity=policies or (POLICY,), **other))  # type: ignore[arg-type]

    def without(self) -> None:
        """The file says nothing of a mix any more."""
        self.apply(definition(SERVICE))

    def hear_interruption(self) -> None:
        """EventBridge tells of a task that is about to be taken back."""
        detail = {
            "clusterArn": "arn:aws:ecs:eu-central-1:111122223333:cluster/shop",
            "group": "service:web",
            "stopCode": "SpotInterruption",
        }
        where = {"account": "111122223333", "region": "eu-central-1", "source": "aws.ecs"}
        hear(self.world, {**where, "detail-type": "ECS Task State Change", "detail": detail})

    @property
    def mix(self) -> tuple[int, int]:
        return self.cloud.mix(self.arn)

    @property
    def fields(self) -> dict[str, Any]:
        return self.cloud.things[self.arn].fields

    @property
    def memory(self) -> MixMemory:
        mix = self.store.states("orders-qa")[self.arn].mix
        assert mix is not None
        return mix

    @property
    def switched(self) -> list[Event]:
        return self.events(What.REMIXED)

    def mix_calls(self) -> list[dict[str, Any]]:
        """The parameters of each call that set a strategy."""
        return [dict(call.parameters) for call in self.cloud.made if "capacityProviderStrategy" in call.parameters]
