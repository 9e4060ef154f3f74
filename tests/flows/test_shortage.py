"""A group that AWS has no on-demand capacity for, pass by pass."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.core.prefer import Prefer
from tests.flows.mixed_stage import POLICY, POOLS, MixedStage, at, minutes

STEADY = replace(POLICY, prefer=Prefer.STEADY)
"""At the price of DEAR such an owner has no spot by choice."""
DEAR = "0.099"


@pytest.fixture
def stage() -> MixedStage:
    """Ten on-demand members; spot is hardly cheaper."""
    stage = MixedStage()
    stage.cloud.prices = dict.fromkeys(POOLS, DEAR)
    stage.start(STEADY, windows="24/7")
    stage.run_for(minutes(30))
    assert stage.mix == (10, 0)
    return stage


def fails(stage: MixedStage, number: int) -> None:
    """So many members end, and AWS has nothing in their place."""
    stage.cloud.no_on_demand = True
    stage.ends(number)
    assert stage.mix == (10 - number, 0)
    stage.hear_failed_launch()


def because(stage: MixedStage) -> str:
    told = stage.memory.told
    assert told is not None
    return told.because


def test_what_is_missing_comes_from_spot_within_one_pass_and_it_says_so(stage: MixedStage) -> None:
    fails(stage, 3)
    stage.run_for(minutes(1))
    assert stage.mix == (7, 3)
    assert "on-demand is short until" in because(stage)
    assert "on-demand is short until" in stage.switched[-1].text


def test_never_above_the_highest_share_and_never_below_the_base_in_what_aws_is_told(stage: MixedStage) -> None:
    fails(stage, 10)
    stage.run_for(minutes(30))
    assert stage.mix == (0, 6)
    told = stage.cloud.things[stage.arn].fields["MixedInstancesPolicy"]["InstancesDistribution"]
    assert told["OnDemandBaseCapacity"] == 2
    assert stage.cloud.things[stage.arn].sizes == {"min": 2, "max": 20, "desired": 10}


def test_aws_goes_on_trying_and_the_shortage_is_forgotten_once_a_launch_succeeds(stage: MixedStage) -> None:
    fails(stage, 10)
    stage.run_for(minutes(40))
    assert stage.memory.shortage.failures > 1
    stage.cloud.no_on_demand = False
    stage.run_for(minutes(20))
    assert stage.memory.shortage.failures == 0
    assert sum(stage.mix) == 10
    assert "short" not in because(stage)


def test_no_member_moves_to_on_demand_while_that_is_short(stage: MixedStage) -> None:
    fails(stage, 3)
    stage.run_for(minutes(1))
    made = len(stage.mix_calls())
    while stage.memory.shortage.until(stage.clock.now()):
        stage.run_for(minutes(1))
        assert stage.mix == (7, 3)
    assert len(stage.mix_calls()) <= made + 1


def test_with_both_dry_all_is_on_demand_again_and_it_comes_back_by_itself(stage: MixedStage) -> None:
    stage.cloud.dry = set(POOLS)
    fails(stage, 3)
    stage.run_for(minutes(5))
    assert stage.mix == (7, 0)
    setting = stage.memory.set_to
    assert setting is None or setting.percent == 100
    stage.cloud.no_on_demand = False
    stage.run_for(minutes(1))
    assert stage.mix == (10, 0)


def test_spot_that_runs_dry_during_a_shortage_leaves_the_rest_to_aws(stage: MixedStage) -> None:
    fails(stage, 3)
    stage.run_for(minutes(1))
    for pool in POOLS:
        stage.cloud.takes_back(pool)
    stage.hear_interruption()
    stage.run_for(minutes(3))
    assert stage.mix == (7, 0)
    assert stage.memory.set_to is not None
    assert stage.memory.set_to.percent == 100


def test_a_group_that_comes_up_without_any_on_demand_finds_out_though_it_has_no_member() -> None:
    stage = MixedStage()
    stage.cloud.prices = dict.fromkeys(POOLS, DEAR)
    stage.start(STEADY)
    stage.run_until(at(stage, 21))
    stage.cloud.no_on_demand = True
    stage.run_until(at(stage, 8, day=9))
    assert stage.mix == (0, 6)
    stage.cloud.no_on_demand = False
    stage.run_for(minutes(30))
    assert sum(stage.mix) == 10


def test_a_day_of_shortage_asks_seldom_and_switches_seldom(stage: MixedStage) -> None:
    fails(stage, 3)
    stage.run_for(timedelta(hours=24))
    assert len(stage.switched) <= 24
