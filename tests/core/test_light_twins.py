"""A light size of twins is that of both together."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from chalicelib.core.light_twins import Wanted, full_sizes, shared, wanted
from chalicelib.core.mix_memory import MixMemory
from chalicelib.core.model import Desired, Location, Observed, ResourceState, RestorePoint
from chalicelib.core.twin_memory import Split, begun

NOW = datetime(2027, 3, 8, 12, tzinfo=UTC)
PLACE = Location("111122223333", "eu-central-1")
POINT = RestorePoint(1, NOW, {"min": 0, "max": 5, "desired": 4})


def state(arn: str, key: str = "nodes") -> ResourceState:
    down = ResourceState(arn, arn, key, "eks-node-group", PLACE, Observed.DOWN, NOW)
    return replace(down, intent=Desired.DOWN, restore=POINT)


TWINS = MixMemory(twins=begun("od", Split(4, 6)))
STATES = {
    "od": replace(state("od"), share=4),
    "sp": replace(state("sp"), share=6, mix=TWINS),
    "other": state("other", "workers"),
}


def test_it_comes_on_demand_and_only_what_is_beyond_the_maximum_on_spot() -> None:
    assert shared(STATES, {"nodes": 3}) == {"od": 3, "sp": 0}
    assert shared(STATES, {"nodes": 7, "workers": 2}) == {"od": 5, "sp": 2, "other": 2}
    assert shared(STATES, {}) == {}


def test_a_twin_without_a_part_sleeps_on() -> None:
    up = dict.fromkeys(STATES, Desired.UP)
    found = wanted(STATES, up, {"nodes": 3})
    assert found == {
        "od": Wanted(Desired.UP, 3),
        "sp": Wanted(Desired.DOWN, None),
        "other": Wanted(Desired.UP, None),
    }


def test_a_twin_that_is_up_is_not_put_to_rest_by_a_light_wish() -> None:
    states = {**STATES, "sp": replace(STATES["sp"], intent=Desired.UP, seen=Observed.UP)}
    assert wanted(states, dict.fromkeys(states, Desired.UP), {"nodes": 3})["sp"].desired is Desired.UP


def test_all_of_twins_are_as_many_as_both_have_without_curfew() -> None:
    assert full_sizes(STATES) == [10, 4]
