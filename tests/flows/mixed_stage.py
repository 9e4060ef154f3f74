"""A stage whose environment is one group with a capacity mix."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.core.capacity import Capacity
from chalicelib.core.mix_memory import MixMemory
from chalicelib.core.model import Definition, Location, Resource
from chalicelib.core.pools import Pool
from chalicelib.flows.events import Event, What
from chalicelib.flows.hear import hear
from chalicelib.flows.ports import Refusal
from chalicelib.kinds.contract import Call
from tests.fakes.mixed_cloud import POLICY_KEYS, ZONES, MixedCloud
from tests.flows.stage import Stage, definition

TYPES = ("m5.large", "m6i.large")
POOLS = tuple(Pool(name, zone) for name in TYPES for zone in ZONES)
GROUP = Resource("nodes", "auto-scaling-group", ids=("orders-nodes",))
POLICY = Capacity("nodes", on_demand_base=2, shares=(0.0, 0.75), types=TYPES)


class MixedStage(Stage):
    """One group of ten, of which two are always on-demand and up to six are spot."""

    cloud: MixedCloud

    def __post_init__(self) -> None:
        super().__post_init__()
        self.cloud = MixedCloud(self.clock)
        self.cloud.prices = dict.fromkeys(POOLS, "0.03")
        self.world = replace(self.world, cloud=self.cloud)
        self.arn = self.cloud.group()

    def start(self, *policies: Capacity, **other: object) -> Definition:
        """The environment is applied, and nothing has run yet."""
        return self.apply(definition(GROUP, capacity=policies or (POLICY,), **other))  # type: ignore[arg-type]

    def without(self) -> None:
        """The file says nothing of a mix any more."""
        self.apply(definition(GROUP))

    def hear_interruption(self) -> None:
        """EventBridge tells of each member that is about to be taken back."""
        for member in self.cloud.members[self.arn]:
            if member.request == "marked-for-termination":
                where = {"account": "111122223333", "region": "eu-central-1", "source": "aws.ec2"}
                kind = "EC2 Spot Instance Interruption Warning"
                hear(self.world, {**where, "detail-type": kind, "detail": {"instance-id": member.id}})

    def hear_failed_launch(self) -> None:
        """EventBridge tells that the group could not launch."""
        where = {"source": "aws.autoscaling", "resources": [self.arn]}
        hear(self.world, {**where, "detail-type": "EC2 Instance Launch Unsuccessful"})

    def refuses_mixes(self) -> Callable[[], None]:
        """AWS refuses each mix until what is given back is called."""
        whole = self.cloud._refusal

        def refusal(location: Location, call: Call) -> Refusal | None:
            return Refusal("ValidationError", "no") if POLICY_KEYS[0] in call.parameters else whole(location, call)

        def mends() -> None:
            self.cloud._refusal = whole  # type: ignore[method-assign]

        self.cloud._refusal = refusal  # type: ignore[method-assign]
        return mends

    def holds_end(self, after: Mapping[Pool, int]) -> None:
        """The hold of each of these pools ends so many minutes from now."""
        kept, now = self.store.kept["orders-qa"], self.clock.now()
        held = {
            pool: replace(self.memory.group.of(pool), hold_until=now + minutes(number))
            for pool, number in after.items()
        }
        group = replace(self.memory.group, pools={**self.memory.group.pools, **held})
        state = kept.states[self.arn]
        kept.states = {**kept.states, self.arn: replace(state, mix=self.memory.with_group(group))}

    def ends(self, number: int) -> None:
        """So many on-demand members end by themselves."""
        alive = [one for one in self.cloud.members[self.arn] if not one.gone and not one.request]
        for member in alive[:number]:
            member.gone = True

    @property
    def mix(self) -> tuple[int, int]:
        return self.cloud.mix(self.arn)

    @property
    def memory(self) -> MixMemory:
        mix = self.store.states("orders-qa")[self.arn].mix
        assert mix is not None
        return mix

    @property
    def switched(self) -> list[Event]:
        return self.events(What.REMIXED)

    def mix_calls(self) -> list[dict[str, object]]:
        """The parameters of each call that set a mix."""
        made = [call for call in self.cloud.made if call.operation == "UpdateAutoScalingGroup"]
        return [dict(call.parameters) for call in made if "CapacityRebalance" in call.parameters]


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def at(stage: Stage, hour: int, day: int = 8) -> datetime:
    return stage.clock.now().replace(day=day, hour=hour, minute=0)
