"""What other capacity policies of an environment would have cost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.core.capacity import Requirements
from chalicelib.core.model import Location
from chalicelib.core.prefer import Prefer
from chalicelib.core.uptime import Uptime
from chalicelib.core.what_if import OtherPolicy
from chalicelib.core.windows import parse_window
from chalicelib.flows import what_if as flow
from chalicelib.flows.errors import RefusedError, UnknownError
from chalicelib.flows.ports import Refusal
from chalicelib.flows.what_if import GroupPriced, Row, what_if
from tests.flows.fargate_stage import FargateStage
from tests.flows.mixed_stage import POLICY, POOLS, MixedStage, at, minutes

DAYS = timedelta(days=1)
HOURS_UP = Decimal(21 * 12)
"""Weekdays from 08:00 to 20:00, of the 30 days before Monday 20:00."""
USUAL = ["present", "all on-demand", "prefer=cheapest", "prefer=balanced", "prefer=steady", "spot_share=100%"]


@pytest.fixture
def stage() -> MixedStage:
    """A group of ten that spot would have cost a third for a month; it is 20:00."""
    stage = MixedStage()
    for pool in POOLS:
        stage.cloud.past[pool] = [(stage.clock.now() - 40 * DAYS, "0.03")]
    stage.start()
    stage.run_until(at(stage, 20))
    return stage


def priced(stage: MixedStage, **others: OtherPolicy) -> GroupPriced:
    (only,) = what_if(stage.world, "orders-qa", others).groups
    return only


def row(group: GroupPriced, title: str) -> Row:
    return next(each for each in group.rows if each.policy == title)


def test_the_usual_policies_are_priced_the_present_one_first(stage: MixedStage) -> None:
    group = priced(stage)
    assert [each.policy for each in group.rows] == USUAL
    assert (group.size, group.hours, len(group.pools), group.unpriced) == (10, HOURS_UP, 4, ())
    assert row(group, "all on-demand").cost == HOURS_UP
    assert row(group, "present").cost == Decimal("0.58") * HOURS_UP
    assert row(group, "spot_share=100%").cost == Decimal("0.44") * HOURS_UP
    assert row(group, "spot_share=100%").difference == Decimal("-0.14") * HOURS_UP
    assert row(group, "present").an_hour == Decimal("0.58")


def test_nothing_is_changed_by_it(stage: MixedStage) -> None:
    before, made = stage.store.states("orders-qa"), len(stage.cloud.made)
    priced(stage)
    assert (stage.store.states("orders-qa"), len(stage.cloud.made)) == (before, made)


def test_policies_that_a_person_names_are_priced_too(stage: MixedStage) -> None:
    group = priced(stage, mine=OtherPolicy(6, (0.0, 1.0), Prefer.CHEAPEST))
    assert [each.policy for each in group.rows] == [*USUAL[:2], "mine", *USUAL[2:]]
    assert row(group, "mine").cost == Decimal("0.72") * HOURS_UP


def test_a_history_is_asked_for_once_a_type_for_thirty_days_in_the_zones_of_its_pools(stage: MixedStage) -> None:
    asked: list[Any] = []
    _heard(stage, lambda looks: asked.extend(look.parameters for look in looks))
    priced(stage)
    assert [each["InstanceTypes"] for each in asked] == [["m5.large"], ["m6i.large"]]
    assert {each["EndTime"] - each["StartTime"] for each in asked} == {30 * DAYS}
    assert asked[0]["Filters"] == [{"Name": "availability-zone", "Values": ["eu-central-1a", "eu-central-1b"]}]
    assert asked[0]["ProductDescriptions"] == ["Linux/UNIX"]


def test_a_group_asleep_is_priced_at_its_full_size(stage: MixedStage) -> None:
    stage.run_until(at(stage, 23))
    assert priced(stage).size == 10


def test_a_pool_without_prices_is_named_and_the_others_are_priced(stage: MixedStage) -> None:
    del stage.cloud.prices[POOLS[3]]
    group = priced(stage)
    assert group.unpriced == ("m6i.large in eu-central-1b: AWS tells no prices of it",)
    assert row(group, "present").cost is not None


def test_what_aws_refuses_to_tell_is_named(stage: MixedStage) -> None:
    stage.cloud.refusals["DescribeSpotPriceHistory"] = Refusal("UnauthorizedOperation", "no")
    group = priced(stage)
    assert group.unpriced[0] == "m5.large: UnauthorizedOperation: no"
    assert {each.cost for each in group.rows} == {None}
    assert {each.because for each in group.rows} == {"AWS tells no spot prices of its pools"}


def test_an_unknown_on_demand_price_is_never_nothing() -> None:
    stage = MixedStage()
    stage.cloud.on_demand = None
    for pool in POOLS:
        stage.cloud.past[pool] = [(stage.clock.now() - 40 * DAYS, "0.03")]
    stage.start()
    stage.run_until(at(stage, 15))
    group = priced(stage, all_spot=OtherPolicy(0, (1.0, 1.0)))
    assert (row(group, "present").cost, row(group, "present").because) == (None, "the on-demand price is not known")
    assert row(group, "all on-demand").because == "the on-demand price of its own type is not known"
    known = row(group, "all_spot")
    assert known.cost is not None
    assert known.difference is None


def test_a_group_that_no_pass_has_seen_is_not_there_and_one_without_members_says_so() -> None:
    stage = MixedStage()
    stage.start()
    assert what_if(stage.world, "orders-qa", {}).groups == ()
    stage.cloud.resize(stage.arn, min=0, max=0, desired=0)
    stage.run_for(minutes(5))
    assert {each.because for each in priced(stage).rows} == {"no pass has seen its members yet"}


def test_a_calendar_that_wants_it_up_at_no_hour_leaves_nothing_to_price() -> None:
    stage = MixedStage()
    stage.start(uptime=(Uptime("UTC", (parse_window("1st sun 08:00-08:30"),), start="on-demand"),))
    stage.run_for(minutes(5))
    assert {each.because for each in priced(stage).rows} == {"its calendar wanted it up at no hour"}


def test_what_there_is_no_time_for_is_said(stage: MixedStage) -> None:
    _heard(stage, lambda looks: stage.clock.advance(timedelta(seconds=9)))
    group = priced(stage)
    assert group.unpriced == ("m6i.large: there was no time left to ask for its prices",)
    assert row(group, "present").cost is not None


def test_a_policy_that_there_is_no_time_to_replay_is_said(stage: MixedStage) -> None:
    _heard(stage, lambda looks: stage.clock.advance(flow.REPLAYING))
    group = priced(stage)
    assert row(group, "all on-demand").cost is not None
    assert {each.because for each in group.rows if each.capacity} == {flow.NO_TIME}


def test_only_so_many_types_are_priced(stage: MixedStage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.flows.spot_history.MOST_TYPES", 1)
    assert priced(stage).unpriced == ("m6i.large: only 1 types are priced",)


def test_types_that_are_required_are_those_that_a_pass_found() -> None:
    stage = MixedStage()
    stage.start(replace(POLICY, types=(), requirements=Requirements((2, 2), (8, 8))))
    stage.run_until(at(stage, 15))
    assert {pool.instance_type for pool in priced(stage).pools} == {"m5.large", "m6i.large"}


def test_one_resource_may_be_asked_for_and_one_without_a_mix_is_refused(stage: MixedStage) -> None:
    assert [each.resource for each in what_if(stage.world, "orders-qa", {}, "nodes").groups] == ["nodes"]
    with pytest.raises(RefusedError, match="gives database no mix; its capacity: names nodes"):
        what_if(stage.world, "orders-qa", {}, "database")
    with pytest.raises(UnknownError):
        what_if(stage.world, "nobody", {})


def test_what_has_no_price_history_is_not_computable_and_not_asked_for() -> None:
    stage = FargateStage()
    stage.start()
    stage.run_until(at(stage, 15))
    (group,) = what_if(stage.world, "orders-qa", {}).groups
    assert {each.because for each in group.rows} == {"AWS tells no history of what its spot cost"}
    assert stage.cloud.looks["DescribeSpotPriceHistory"] == 0


def _heard(stage: MixedStage, hear: Callable[[Sequence[Any]], object]) -> None:
    """Each look at prices is heard of before it is answered."""
    answer = stage.cloud.look

    def look(location: Location, service: str, looks: Sequence[Any]) -> Any:
        hear([each for each in looks if each.operation == "DescribeSpotPriceHistory"])
        return answer(location, service, looks)

    stage.cloud.look = look  # type: ignore[method-assign]
