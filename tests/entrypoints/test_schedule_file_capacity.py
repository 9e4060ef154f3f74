"""What a file may say of the mix of node groups, which come in twins."""

from __future__ import annotations

from tests.entrypoints.schedule_texts import GOOD, read, told

TWINS = GOOD.replace("kind: auto-scaling-group\n    ids: [orders-nodes]", "kind: eks-node-group\n    names: [shop/*]")


def test_the_mix_of_node_groups_is_effective() -> None:
    text = f"{TWINS}capacity: {{nodes: {{on_demand_base: 2, spot_share: 0..75%}}}}\n"
    assert told(text) == []
    (found,) = read(text).definitions
    assert [(each.resource, each.shares) for each in found.definition.capacity] == [("nodes", (0.0, 0.75))]


def test_pools_have_no_effect_where_types_and_zones_cannot_be_changed() -> None:
    pools = "pools: {types: [m5.large], zones: all}"
    assert told(f"{TWINS}capacity: {{nodes: {{spot_share: 75%, {pools}}}}}\n") == [
        "1.yaml:15: warning: capacity of nodes has pools, which has no effect: "
        "the types and zones of its spot twin are its own; take pools out"
    ]
