"""What becomes of the policy, or of the sizes, that a group had before Curfew gave it a mix."""

from __future__ import annotations

import pytest

from chalicelib.core.model import Mode
from chalicelib.flows.errors import RefusedError
from chalicelib.flows.events import What
from chalicelib.flows.retire import leave_as_is, retire
from tests.flows.mixed_stage import POOLS, MixedStage, at, minutes
from tests.flows.stage import OPERATOR
from tests.flows.twin_stage import TwinStage


def test_its_own_policy_comes_back_when_its_file_gives_it_no_mix_any_more() -> None:
    stage = MixedStage()
    before = dict(stage.cloud.things[stage.arn].fields)
    stage.start()
    stage.run_until(at(stage, 14))
    assert "LaunchTemplate" not in stage.cloud.things[stage.arn].fields
    stage.without()
    stage.run_for(minutes(45))
    after = stage.cloud.things[stage.arn].fields
    assert after["LaunchTemplate"]["LaunchTemplateId"] == before["LaunchTemplate"]["LaunchTemplateId"]
    assert "MixedInstancesPolicy" not in after
    assert after["CapacityRebalance"] is False
    assert stage.store.states("orders-qa")[stage.arn].mix is None
    assert stage.mix == (10, 0)


def test_a_mix_that_somebody_set_since_is_kept_when_the_file_gives_it_none_any_more() -> None:
    stage = MixedStage()
    stage.start()
    stage.run_until(at(stage, 14))
    theirs = stage.cloud.things[stage.arn].fields["MixedInstancesPolicy"]["InstancesDistribution"]
    theirs["OnDemandPercentageAboveBaseCapacity"] = 33
    made = len(stage.mix_calls())
    stage.without()
    stage.run_for(minutes(45))
    assert len(stage.mix_calls()) == made


def test_its_own_policy_comes_back_although_the_last_mix_was_refused() -> None:
    stage = MixedStage()
    stage.start()
    stage.run_until(at(stage, 14))
    mends = stage.refuses_mixes()
    for pool in POOLS:
        stage.cloud.takes_back(pool)
    stage.hear_interruption()
    stage.run_for(minutes(10))
    assert stage.memory.refusal
    mends()
    stage.without()
    stage.run_for(minutes(45))
    assert "MixedInstancesPolicy" not in stage.cloud.things[stage.arn].fields


def test_what_is_to_be_left_alone_keeps_the_mix_it_has_when_its_file_gives_it_none_any_more() -> None:
    stage = MixedStage()
    stage.start()
    stage.run_until(at(stage, 14))
    made = len(stage.mix_calls())
    stage.cloud.things[stage.arn].tags["curfew:never"] = "true"
    stage.without()
    stage.run_for(minutes(45))
    assert len(stage.mix_calls()) == made
    del stage.cloud.things[stage.arn].tags["curfew:never"]
    stage.run_for(minutes(45))
    assert "MixedInstancesPolicy" not in stage.cloud.things[stage.arn].fields


def test_a_mix_that_is_left_is_in_the_journal_as_it_was() -> None:
    stage = MixedStage()
    stage.start()
    stage.run_until(at(stage, 14))
    own = stage.memory.own
    leave_as_is(stage.world, OPERATOR, "orders-qa")
    (left,) = [event for event in stage.events(What.RETIRED) if event.id == "orders-nodes"]
    assert (left.text, left.data) == ("left with the mix that Curfew set", {"policy": own})


def test_what_is_only_observed_and_has_our_mix_cannot_be_retired() -> None:
    stage = MixedStage()
    stage.start()
    stage.run_until(at(stage, 14))
    stage.start(mode=Mode.OBSERVE)
    with pytest.raises(RefusedError, match="only observed, and something in it has the mix that Curfew set"):
        retire(stage.world, OPERATOR, "orders-qa")


def test_an_environment_is_retired_once_the_policy_of_its_group_is_back() -> None:
    stage = MixedStage()
    stage.start()
    stage.run_until(at(stage, 14))
    retire(stage.world, OPERATOR, "orders-qa")
    stage.run_for(minutes(45))
    assert stage.store.head("orders-qa") is None
    assert "MixedInstancesPolicy" not in stage.cloud.things[stage.arn].fields


def test_the_sizes_that_twins_had_are_in_the_journal_when_they_are_left() -> None:
    stage = TwinStage()
    stage.start()
    stage.run_until(at(stage, 14))
    assert stage.memory.changed
    leave_as_is(stage.world, OPERATOR, "orders-qa")
    (left,) = [event for event in stage.events(What.RETIRED) if event.resource]
    assert left.text == "left with the mix that Curfew set"
    assert left.data == {"twin": stage.on_demand, "on_demand": "10", "spot": "0"}
