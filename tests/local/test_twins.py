"""Twin node groups of EKS, one on-demand and one on spot: spot runs dry in one, nodes are added in the other."""

from collections.abc import Callable
from datetime import timedelta

from chalicelib.local.estate import Site
from chalicelib.local.node_estate import NodeGroup, add_twins
from chalicelib.local.spot_market import ENDLESS
from chalicelib.local.spot_traces import play
from tests.local.spot_sites import dry, pool, split

Wait = Callable[[timedelta], None]
A_WHILE = timedelta(minutes=6)
TYPES = ("c7i.large", "c7a.large")


def behind(site: Site, name: str) -> str:
    found = site.client("eks").describe_nodegroup(clusterName="qa", nodegroupName=name)["nodegroup"]
    return str(found["resources"]["autoScalingGroups"][0]["name"])


def status(site: Site, name: str) -> str:
    found = site.client("eks").describe_nodegroup(clusterName="qa", nodegroupName=name)["nodegroup"]
    return f"{found['status']} {found['capacityType']}"


def scale(site: Site, name: str, desired: int) -> None:
    sizes = {"desiredSize": desired}
    site.client("eks").update_nodegroup_config(clusterName="qa", nodegroupName=name, scalingConfig=sizes)


def test_nodes_move_from_a_twin_without_spot_to_the_other(site: Site, wait: Wait) -> None:
    add_twins(site, NodeGroup("qa", "workers", 0, 6, 10, TYPES), on_spot=4)
    on_demand, spot = behind(site, "workers-on-demand"), behind(site, "workers-spot")
    assert (split(site, on_demand), split(site, spot)) == ((2, 0), (0, 4))
    dry(site, *TYPES)
    wait(A_WHILE)
    assert (split(site, spot), status(site, "workers-spot")) == ((0, 0), "DEGRADED SPOT")
    scale(site, "workers-on-demand", 6)
    scale(site, "workers-spot", 0)
    wait(A_WHILE)
    assert (split(site, on_demand), split(site, spot)) == ((6, 0), (0, 0))
    dry(site, *TYPES, capacity=ENDLESS)
    scale(site, "workers-spot", 4)
    wait(A_WHILE)
    assert (split(site, spot), status(site, "workers-spot")) == ((0, 4), "ACTIVE SPOT")


def test_a_trace_is_played_on_the_simulated_clock(site: Site, wait: Wait) -> None:
    add_twins(site, NodeGroup("qa", "traced", 0, 3, 3, ("r7i.large",)), on_spot=3)
    dry(site, "r7i.large")
    now, step = site.cloud.clock.now(), timedelta(minutes=10)
    play(site.cloud, pool(site, "r7i.large"), [0, 0, 2, 2, 1], now, step)
    seen = []
    for _ in range(5):
        wait(step - timedelta(seconds=1))
        seen.append(split(site, behind(site, "traced-spot"))[1])
        wait(timedelta(seconds=1))
    assert seen == [0, 0, 2, 2, 1]
