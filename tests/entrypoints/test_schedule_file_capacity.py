"""What a file may say of a mix: of pools and members, and of node groups, which come in twins."""

from __future__ import annotations

import pytest

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


@pytest.mark.parametrize(
    ("nodes", "message"),
    [
        ("{on_demand_base: true}", "true is not a number; write a whole number, e.g. 2"),
        ("{on_demand_base: 2.5}", "on_demand_base must be a whole number, not 2.5; write on_demand_base: 2"),
        (
            "balanced",
            "nodes must be a mapping of keys to values, not balanced; "
            "write nodes: {on_demand_base: 2, spot_share: 0..80%}",
        ),
        ("{pools: {types: [M5.Large]}}", '"M5.Large" is not an instance type; write e.g. m6i.large'),
        ("{pools: {zones: []}}", '"[]" is neither all nor a list of zones; write all, or e.g. [eu-central-1a]'),
        ("{pools: {zones: some}}", '"some" is neither all nor a list of zones; write all, or e.g. [eu-central-1a]'),
    ],
)
def test_what_cannot_be_meant_is_said_with_what_to_write(nodes: str, message: str) -> None:
    assert told(f"{GOOD}capacity: {{nodes: {nodes}}}\n") == [f"1.yaml:15: {message}"]


def test_a_type_that_is_there_twice_makes_no_more_pools() -> None:
    (advice,) = told(f"{GOOD}capacity: {{nodes: {{pools: {{types: [m5.large, m5.large]}}}}}}\n")
    assert "capacity of nodes has 3 pools of type and zone" in advice


def test_a_zone_of_another_region_than_the_files_is_warned_of() -> None:
    text = GOOD.replace("stage: dev", 'locations: [{account: "444455556666", region: eu-central-1}]')
    assert told(f"{text}capacity: {{nodes: {{pools: {{zones: [eu-central-1b, ap-south-1a]}}}}}}\n") == [
        "1.yaml:15: warning: capacity of nodes has zone ap-south-1a, which is not in eu-central-1; "
        "write zones of it, e.g. eu-central-1a"
    ]
