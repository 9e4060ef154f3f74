"""A stage whose environment is a pair of node groups, one on-demand and one spot, with a capacity mix."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.core.capacity import Capacity
from chalicelib.core.mix_memory import MixMemory
from chalicelib.core.model import Definition, Resource
from chalicelib.core.pools import Pool
from chalicelib.flows.events import Event, What
from chalicelib.flows.hear import hear
from tests.fakes.mixed_cloud import ZONES
from tests.fakes.twin_cloud import TYPES, TwinCloud
from tests.flows.stage import Stage, definition

POOLS = tuple(Pool(name, zone) for name in TYPES for zone in ZONES)
NODES = Resource("nodes", "eks-node-group", names=("shop/*",))
POLICY = Capacity("nodes", on_demand_base=2, shares=(0.0, 0.75))


class TwinStage(Stage):
    """Ten nodes in two twins, of which two are always on-demand and up to six are spot."""

    cloud: TwinCloud

    def __post_init__(self) -> None:
        super().__post_init__()
        self.cloud = TwinCloud(self.clock)
        self.cloud.prices = dict.fromkeys(POOLS, "0.03")
        self.world = replace(self.world, cloud=self.cloud)
        self.on_demand = self.cloud.node_group("on-demand", (0, 12, 10))
        self.spot = self.cloud.node_group("spot", (0, 12, 0), spot=True)

    def start(self, *policies: Capacity, resource: Resource = NODES, **other: object) -> Definition:
        """The environment is applied, and nothing has run yet."""
        return self.apply(definition(resource, capacity=policies or (POLICY,), **other))  # type: ignore[arg-type]

    def without(self, **other: object) -> None:
        """The file says nothing of a mix any more."""
        self.apply(definition(NODES, **other))  # type: ignore[arg-type]

    def hear_interruption(self) -> None:
        """EventBridge tells of each node that is about to be taken back."""
        for node in self.cloud.members[self.spot]:
            if node.request == "marked-for-termination":
                where = {"account": "111122223333", "region": "eu-central-1", "source": "aws.ec2"}
                kind = "EC2 Spot Instance Interruption Warning"
                hear(self.world, {**where, "detail-type": kind, "detail": {"instance-id": node.id}})

    @property
    def mix(self) -> tuple[int, int]:
        """How many serve, on-demand and spot."""
        return self.cloud.serving(self.on_demand), self.cloud.serving(self.spot)

    @property
    def desired(self) -> tuple[int, int]:
        """The desired sizes of both."""
        return self.cloud.sizes(self.on_demand)[2], self.cloud.sizes(self.spot)[2]

    @property
    def memory(self) -> MixMemory:
        mix = self.store.states("orders-qa")[self.spot].mix
        assert mix is not None
        return mix

    @property
    def switched(self) -> list[Event]:
        """The events that tell of another mix, without those that tell of a further step to it."""
        return [event for event in self.events(What.REMIXED) if event.data["spot"] != event.data["spot_before"]]
