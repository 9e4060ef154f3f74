"""Days and nights of twin node groups with a capacity mix on the embedded cloud: the flows over real boto3 calls."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from chalicelib.core.capacity import Capacity
from chalicelib.core.model import Resource
from chalicelib.flows.events import What
from chalicelib.local.estate import Site
from chalicelib.local.node_estate import NodeGroup, add_twins
from chalicelib.local.spot_market import ENDLESS
from tests.local.night import HOUR, MINUTE, WHOLE_NIGHT, Night
from tests.local.spot_sites import dry, split

TYPES = ("c6i.large", "c6a.large")
POLICY = Capacity("nodes", on_demand_base=2, shares=(0.0, 0.75))
Split = tuple[int, int]


class Twins(Night):
    """Ten nodes, all on-demand, in an environment that rests from 20:00 to 08:00."""

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        tags = {"Env": self.name}
        add_twins(site, NodeGroup(self.name, "workers", 0, 10, 12, TYPES, tags=tags), on_spot=0)
        entry = Resource("nodes", "eks-node-group", tags=(("Env", self.name),))
        self.begin(entry, windows=WHOLE_NIGHT, capacity=(POLICY,))
        self.stage.run_for(HOUR - 30 * MINUTE)

    def sizes(self) -> tuple[int, int]:
        """Both desired sizes, on-demand first."""
        return self._desired("workers-on-demand"), self._desired("workers-spot")

    def nodes(self) -> tuple[Split, Split]:
        """On-demand and spot nodes of each, the on-demand twin first."""
        on_demand, spot = (split(self.site, self._behind(f"workers-{which}")) for which in ("on-demand", "spot"))
        return on_demand, spot

    def _behind(self, name: str) -> str:
        return str(self._described(name)["resources"]["autoScalingGroups"][0]["name"])

    def _desired(self, name: str) -> int:
        return int(self._described(name)["scalingConfig"]["desiredSize"])

    def _described(self, name: str) -> dict[str, Any]:
        found = self.site.client("eks").describe_nodegroup(clusterName=self.name, nodegroupName=name)
        return dict(found["nodegroup"])


def test_a_pair_shifts_to_spot_sleeps_comes_up_right_and_falls_back_when_spot_runs_dry(site: Site) -> None:
    night = Twins(site)
    assert (night.sizes(), night.nodes()) == ((4, 6), ((4, 0), (0, 6)))
    night.until(2 * HOUR)
    assert (night.sizes(), night.nodes()) == ((0, 0), ((0, 0), (0, 0)))
    night.site.cloud.calls.clear()
    night.until(13 * HOUR)
    assert (night.sizes(), night.nodes()) == ((4, 6), ((4, 0), (0, 6)))
    assert night.times("UpdateNodegroupConfig") == 2
    dry(site, *TYPES)
    night.until(13 * HOUR + 30 * MINUTE)
    assert (night.sizes(), night.nodes()) == ((10, 0), ((10, 0), (0, 0)))
    assert night.told(What.STUCK) == []
    dry(site, *TYPES, capacity=ENDLESS)
    night.until(20 * HOUR)
    assert (night.sizes(), night.nodes()) == ((4, 6), ((4, 0), (0, 6)))


def test_spot_that_is_dry_in_the_morning_is_on_demand_soon(site: Site) -> None:
    night = Twins(site)
    night.until(2 * HOUR)
    dry(site, *TYPES)
    night.until(12 * HOUR + timedelta(minutes=20))
    assert night.nodes() == ((10, 0), (0, 0))
    dry(site, *TYPES, capacity=ENDLESS)
