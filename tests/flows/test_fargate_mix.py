"""The capacity mix of an ECS service, pass by pass: the fall-back that AWS does not do, and the way back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.core.capacity import Requirements
from chalicelib.core.model import Mode
from chalicelib.flows.events import What
from chalicelib.flows.ports import Refusal
from tests.fakes.fargate_cloud import FARGATE, SPOT
from tests.flows.fargate_stage import POLICY, SIZES, FargateStage
from tests.flows.mixed_stage import at, minutes


def spread(stage: FargateStage) -> FargateStage:
    """It is afternoon, and as much is on spot as may be."""
    stage.start()
    stage.run_until(at(stage, 14))
    assert stage.mix == (4, 6)
    return stage


def test_a_service_goes_to_spot_as_far_as_its_owner_allows() -> None:
    stage = spread(FargateStage())
    assert stage.mix_calls()[-1]["capacityProviderStrategy"] == [
        {"capacityProvider": FARGATE, "base": 2, "weight": 25},
        {"capacityProvider": SPOT, "weight": 75},
    ]


def test_a_change_of_strategy_is_a_new_deployment_and_names_no_count_and_no_configuration() -> None:
    stage = spread(FargateStage())
    keys = {"cluster", "service", "capacityProviderStrategy", "forceNewDeployment"}
    assert [call.keys() for call in stage.mix_calls()] == [keys] * len(stage.mix_calls())
    assert stage.cloud.things[stage.arn].sizes == SIZES
    assert stage.cloud.calls["RegisterScalableTarget"] == 0


def test_a_service_serves_while_its_tasks_move() -> None:
    stage = spread(FargateStage())
    assert len(stage.switched) > 1
    assert [event.data["now"] for event in stage.events(What.SEEN)] == ["up"]
    assert stage.events(What.INTENDED) == []


def test_no_price_is_asked_for_and_none_is_made_up() -> None:
    stage = spread(FargateStage())
    assert not {"DescribeSpotPriceHistory", "GetProducts"} & set(stage.cloud.looks)
    assert {event.data["price_difference"] for event in stage.switched} == {""}


def test_when_its_spot_tasks_are_taken_back_all_is_on_demand_within_one_pass_and_goes_back_by_itself() -> None:
    stage = spread(FargateStage())
    stage.cloud.takes_back(stage.arn, most=2)
    stage.hear_interruption()
    stage.run_for(minutes(1))
    assert stage.mix == (10, 0)
    stage.cloud.dry = False
    stage.run_until(at(stage, 19))
    assert stage.mix == (4, 6)


def test_when_spot_runs_dry_as_it_grows_all_is_on_demand_at_the_next_look() -> None:
    stage = spread(FargateStage())
    stage.cloud.dry = True
    stage.cloud.resize(stage.arn, desired=14)
    assert stage.mix == (5, 6)
    stage.run_for(minutes(20))
    assert stage.mix == (14, 0)


def test_where_ecs_repeats_no_event_missing_tasks_are_noticed_all_the_same() -> None:
    stage = spread(FargateStage())
    stage.cloud.dry = stage.cloud.silent = True
    stage.cloud.resize(stage.arn, desired=14)
    stage.run_for(minutes(60))
    assert stage.mix == (14, 0)


def test_without_spot_no_task_is_asked_for_there_until_its_hold_is_over() -> None:
    stage = spread(FargateStage())
    stage.cloud.takes_back(stage.arn)
    stage.hear_interruption()
    stage.run_for(minutes(1))
    until = next(iter(stage.memory.group.pools.values())).hold_until
    assert until is not None
    stage.cloud.asked_for_spot.clear()
    stage.run_until(until)
    assert stage.cloud.asked_for_spot == []


def test_its_mix_is_set_before_its_count_rises() -> None:
    stage = spread(FargateStage())
    stage.run_until(at(stage, 21))
    assert stage.mix == (0, 0)
    stage.fields.pop("capacityProviderStrategy")
    stage.fields["launchType"] = FARGATE
    stage.cloud.made.clear()
    stage.run_until(at(stage, 9, day=9))
    assert stage.mix == (4, 6)
    counts = [number for number, call in enumerate(stage.cloud.made) if call.parameters.get("desiredCount")]
    strategies = [number for number, call in enumerate(stage.cloud.made) if "forceNewDeployment" in call.parameters]
    assert strategies[0] < counts[0]


def test_a_service_asleep_is_not_woken_by_its_mix() -> None:
    stage = spread(FargateStage())
    stage.run_until(at(stage, 21))
    made = len(stage.mix_calls())
    stage.run_until(at(stage, 7, day=9))
    assert len(stage.mix_calls()) == made
    assert stage.mix == (0, 0)


OWN = [{"capacityProvider": SPOT, "weight": 1}, {"capacityProvider": FARGATE, "base": 5, "weight": 1}]


@pytest.mark.parametrize("own", [{"launchType": FARGATE}, {"capacityProviderStrategy": OWN}], ids=["launch", "own"])
def test_its_own_strategy_or_launch_type_comes_back_when_its_file_gives_it_no_mix_any_more(own: dict[str, Any]) -> None:
    stage = FargateStage()
    stage.fields.pop("launchType")
    stage.fields.update(own)
    spread(stage)
    stage.without()
    stage.run_for(minutes(45))
    shown = {name: stage.fields.get(name) for name in ("launchType", "capacityProviderStrategy")}
    by_name = sorted(shown["capacityProviderStrategy"] or [], key=str)
    assert shown["launchType"] == own.get("launchType")
    assert by_name == sorted(own.get("capacityProviderStrategy", []), key=str)
    assert stage.store.states("orders-qa")[stage.arn].mix is None
    calls = len(stage.mix_calls())
    stage.run_for(minutes(45))
    assert len(stage.mix_calls()) == calls


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"launchType": "EC2"}, "give the Auto Scaling group of its cluster a mix instead"),
        ({"deploymentController": {"type": "CODE_DEPLOY"}}, "let ECS deploy it"),
        ({"schedulingStrategy": "DAEMON"}, "Fargate has no such services"),
    ],
)
def test_a_service_that_can_have_no_mix_says_why_and_is_left_alone(fields: dict[str, Any], why: str) -> None:
    stage = FargateStage()
    stage.fields.update(fields)
    stage.start()
    stage.run_for(minutes(60))
    assert stage.mix_calls() == []
    assert stage.memory.told is not None
    assert why in stage.memory.told.because


def test_a_cluster_without_fargate_spot_is_told_and_noticed_once_it_has_it() -> None:
    stage = FargateStage()
    stage.cloud.providers = [FARGATE]
    stage.start()
    stage.run_for(minutes(60))
    assert stage.mix_calls() == []
    assert stage.memory.told is not None
    assert "its cluster shop has no capacity provider FARGATE_SPOT" in stage.memory.told.because
    stage.cloud.providers = [FARGATE, SPOT]
    stage.run_for(minutes(120))
    assert stage.mix == (4, 6)
    assert stage.cloud.looks["DescribeClusters"] < stage.cloud.looks["ListTasks"]


def test_a_service_that_stays_on_demand_is_not_deployed_anew_for_the_base_in_its_file() -> None:
    stage = FargateStage()
    stage.start(replace(POLICY, shares=(0.0, 0.0)))
    stage.run_for(minutes(60))
    assert stage.mix_calls() == []


def test_types_and_requirements_of_a_file_from_before_are_passed_over() -> None:
    stage = FargateStage()
    stage.start(replace(POLICY, types=("m5.large",), requirements=Requirements((2, 2), (8, 8)), zones=("a",)))
    stage.run_until(at(stage, 14))
    assert stage.mix == (4, 6)


def test_no_task_is_owned_by_itself() -> None:
    stage = spread(FargateStage())
    assert set(stage.store.owners) == {stage.arn}


def test_observe_leaves_the_strategy_as_it_is() -> None:
    stage = FargateStage()
    stage.start(mode=Mode.OBSERVE)
    stage.run_for(minutes(90))
    assert stage.mix_calls() == []


def test_what_cannot_be_looked_at_is_left_as_it_is() -> None:
    stage = FargateStage()
    stage.cloud.refusals["DescribeTasks"] = Refusal("AccessDeniedException", "no")
    stage.start()
    stage.run_for(minutes(60))
    assert stage.mix_calls() == []
