"""The capacity mix of twin node groups, pass by pass."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from chalicelib.core.capacity import Capacity
from chalicelib.core.model import Desired, Mode, Observed, Resource
from chalicelib.core.twin_memory import Split
from chalicelib.core.windows import parse_window
from chalicelib.flows.events import What
from chalicelib.flows.mixes import mixes
from chalicelib.flows.plans import planned
from chalicelib.flows.ports import Refusal
from chalicelib.flows.retire import retire
from chalicelib.flows.status import status
from chalicelib.flows.wake import Asked, wake
from tests.flows.mixed_stage import at, minutes
from tests.flows.stage import DEV, OPERATOR
from tests.flows.twin_stage import NODES, POLICY, POOLS, TwinStage

ORDERS = "orders-qa"


def settled() -> TwinStage:
    """Four on-demand, six on spot, at 14:00."""
    stage = TwinStage()
    stage.start()
    stage.run_until(at(stage, 14))
    assert (stage.desired, stage.mix) == ((4, 6), (4, 6))
    return stage


def all_taken(stage: TwinStage) -> None:
    for pool in POOLS:
        stage.cloud.takes_back(pool)
    stage.hear_interruption()


def sizes_asked(stage: TwinStage) -> list[tuple[str, dict[str, int]]]:
    return [(call.parameters["nodegroupName"], call.parameters["scalingConfig"]) for call in stage.cloud.made]


# ---- shifts


def test_nodes_shift_to_spot_and_none_goes_before_the_new_ones_serve() -> None:
    stage = settled()
    assert all(ended.together >= 10 for ended in stage.cloud.ended)
    assert all(ended.alone >= 2 for ended in stage.cloud.ended)


def test_a_shift_names_a_desired_size_and_no_bound() -> None:
    stage = settled()
    assert sizes_asked(stage)[:2] == [("spot", {"desiredSize": 5}), ("on-demand", {"desiredSize": 5})]
    assert stage.cloud.sizes(stage.on_demand)[:2] == stage.cloud.sizes(stage.spot)[:2] == (0, 12)


def test_each_shift_is_in_the_journal_before_its_call_with_what_it_changes_in_the_price() -> None:
    stage = TwinStage()
    stage.start()
    stage.run_for(minutes(2))
    (first,) = stage.events(What.REMIXED)
    assert first.at <= stage.clock.now()
    assert (first.data["on_demand_before"], first.data["spot"]) == ("10", "5")
    assert Decimal(first.data["price_difference"]) == Decimal("-0.35")
    assert first.id == "shop/on-demand and shop/spot"


def test_a_further_step_is_in_the_journal_and_no_further_switch() -> None:
    stage = settled()
    told = [event.text for event in stage.events(What.REMIXED)]
    assert "a further step to 4 on-demand and 6 spot" in told
    assert len(stage.switched) == 2


def test_with_every_pool_failing_all_is_asked_for_on_demand_within_one_pass_and_comes_back_by_itself() -> None:
    stage = settled()
    all_taken(stage)
    stage.run_for(minutes(1))
    assert stage.desired[0] == 10
    stage.run_for(minutes(6))
    assert (stage.desired, stage.mix) == ((10, 0), (10, 0))
    stage.cloud.dry.clear()
    stage.run_until(at(stage, 19))
    assert (stage.desired, stage.mix) == ((4, 6), (4, 6))


def test_spot_that_does_not_launch_falls_back_too() -> None:
    stage = TwinStage()
    stage.cloud.dry = set(POOLS)
    stage.start()
    stage.run_for(minutes(30))
    assert stage.mix == (10, 0)
    assert stage.desired == (10, 0)
    assert stage.memory.group.of(POOLS[0]).failing


def test_a_twin_without_nodes_is_up_with_its_twin_and_nobodys_reversal() -> None:
    stage = settled()
    all_taken(stage)
    stage.run_for(minutes(15))
    spot = stage.store.states(ORDERS)[stage.spot]
    assert (spot.seen, spot.healthy, spot.note, spot.reversals) == (
        Observed.UP,
        True,
        "its twin has all nodes for now",
        (),
    )
    assert status(stage.world, ORDERS).ready


def test_while_nodes_shift_the_environment_stays_ready() -> None:
    stage = TwinStage()
    stage.start()
    stage.run_until(at(stage, 14))
    assert not [event for event in stage.events(What.SEEN) if event.data["now"] == "rising"]


def test_a_pool_on_hold_keeps_the_pair_from_asking_for_spot() -> None:
    stage = settled()
    stage.cloud.takes_back(POOLS[0])
    stage.hear_interruption()
    stage.run_for(minutes(1))
    until = stage.memory.group.of(POOLS[0]).hold_until
    assert until is not None
    raised = [size for name, size in sizes_asked(stage) if name == "spot" and size.get("desiredSize", 0) > 6]
    assert raised == []


# ---- bounds


def test_a_bound_is_not_exceeded_and_is_told() -> None:
    stage = settled()
    stage.cloud.things[stage.on_demand].sizes["max"] = 7
    all_taken(stage)
    stage.run_for(minutes(8))
    assert stage.desired == (7, 3)
    told = stage.memory.told
    assert told is not None
    assert "shop/on-demand is to have 10, and its maximum is 7: raise that" in told.because


def test_a_minimum_stays() -> None:
    stage = TwinStage()
    stage.cloud.things[stage.on_demand].sizes["min"] = 6
    stage.start()
    stage.run_until(at(stage, 14))
    assert stage.desired == (6, 4)


# ---- what others change


def test_what_an_autoscaler_adds_is_kept() -> None:
    stage = settled()
    stage.cloud.scale(stage.spot, 8)
    stage.run_for(minutes(60))
    assert sum(stage.desired) == 12


def test_what_an_autoscaler_takes_back_is_not_brought_back() -> None:
    stage = settled()
    stage.cloud.scale(stage.on_demand, 3)
    stage.run_for(minutes(60))
    assert sum(stage.desired) == 9


def test_the_overlap_of_a_shift_is_no_size_even_if_an_autoscaler_ends_it() -> None:
    stage = TwinStage()
    stage.start()
    stage.run_for(minutes(4))
    assert stage.desired == (10, 5)
    stage.cloud.scale(stage.on_demand, 8)
    stage.run_until(at(stage, 14))
    assert sum(stage.desired) == 10


def test_a_call_that_aws_refuses_is_no_change_of_size_and_is_made_again() -> None:
    stage = TwinStage()
    stage.cloud.refusals["UpdateNodegroupConfig"] = Refusal("ResourceInUseException", "being updated")
    stage.start()
    stage.run_for(minutes(3))
    assert stage.memory.refusal
    assert stage.cloud.calls["UpdateNodegroupConfig"] == 1
    stage.cloud.refusals.clear()
    stage.run_until(at(stage, 14))
    assert stage.desired == (4, 6)
    assert not stage.memory.refusal


def test_a_size_that_aws_would_not_lower_is_nobodys_wish() -> None:
    stage = TwinStage()
    stage.cloud.refusals[stage.on_demand] = Refusal("ResourceInUseException", "being updated")
    stage.start()
    stage.run_for(minutes(30))
    assert stage.desired[0] == 10
    assert stage.memory.twins is not None
    assert stage.memory.twins.own.total == 10
    stage.cloud.refusals.clear()
    stage.run_until(at(stage, 14))
    assert stage.desired == (4, 6)


# ---- asleep and starting


def test_asleep_nothing_is_touched_and_both_come_up_right_the_first_time() -> None:
    stage = settled()
    stage.run_until(at(stage, 21))
    assert stage.desired == (0, 0)
    stage.cloud.made.clear()
    stage.run_until(at(stage, 7, day=9))
    assert stage.cloud.made == []
    stage.run_until(at(stage, 9, day=9))
    assert (stage.desired, stage.mix) == ((4, 6), (4, 6))
    assert len(stage.cloud.made) == 2


def test_when_spot_failed_before_the_night_the_start_leads_to_what_is_wanted_now() -> None:
    stage = settled()
    stage.run_until(at(stage, 19))
    all_taken(stage)
    stage.run_until(at(stage, 21))
    points = {arn: state.restore for arn, state in stage.store.states(ORDERS).items()}
    assert [point.sizes["desired"] for point in points.values() if point] == [10, 0]
    stage.cloud.dry.clear()
    stage.cloud.made.clear()
    stage.run_until(at(stage, 9, day=9))
    assert len(stage.cloud.made) == 2
    assert stage.desired == (4, 6)
    kept = [state.kept[-1] for state in stage.store.states(ORDERS).values()]
    assert kept == list(points.values())


def test_a_descent_in_the_middle_of_a_shift_remembers_no_overlap() -> None:
    stage = TwinStage()
    stage.start(windows="mon-tue 08:00-12:03")
    stage.run_until(at(stage, 13))
    points = [state.restore for state in stage.store.states(ORDERS).values()]
    assert sum(point.sizes["desired"] for point in points if point) == 15
    stage.run_until(at(stage, 9, day=9))
    assert sum(stage.desired) == 10


def test_spot_that_is_dry_in_the_morning_is_replaced_at_once() -> None:
    stage = settled()
    stage.run_until(at(stage, 21))
    stage.cloud.dry = set(POOLS)
    stage.run_until(at(stage, 8, day=9) + minutes(15))
    assert (stage.desired, stage.mix) == ((10, 0), (10, 0))
    assert all(state.restore is None for state in stage.store.states(ORDERS).values())


def test_a_twin_that_is_to_have_no_nodes_returns_with_its_twin() -> None:
    stage = settled()
    stage.run_until(at(stage, 20) - minutes(20))
    all_taken(stage)
    stage.run_until(at(stage, 21))
    stage.start(replace(POLICY, shares=(0.0, 0.0)))
    stage.run_until(at(stage, 9, day=9))
    assert (stage.desired, stage.mix) == ((10, 0), (10, 0))
    assert status(stage.world, ORDERS).ready
    assert all(state.restore is None for state in stage.store.states(ORDERS).values())


def test_a_bound_that_somebody_sets_at_night_holds_and_what_the_mix_sets_is_not_told_as_theirs() -> None:
    stage = settled()
    stage.run_until(at(stage, 21))
    stage.cloud.things[stage.on_demand].sizes.update(min=6, desired=6)
    stage.run_until(at(stage, 10, day=9))
    assert stage.cloud.sizes(stage.on_demand) == (6, 12, 6)
    assert stage.desired == (6, 4)
    assert [event.text.partition(" ")[0] for event in stage.events(What.KEPT)] == ["min"]


# ---- light wakes


def light(stage: TwinStage, size: int) -> None:
    stage.run_until(at(stage, 21))
    wake(stage.world, DEV, ORDERS, Asked(sizes={"nodes": size}))
    stage.run_for(minutes(15))


def test_a_light_wake_is_of_both_together_and_on_demand() -> None:
    stage = settled()
    light(stage, 3)
    assert stage.mix == (3, 0)
    assert status(stage.world, ORDERS).ready
    assert stage.cloud.sizes(stage.on_demand) == (3, 3, 3)


def test_a_light_wake_of_more_than_the_on_demand_twin_had_takes_what_it_may() -> None:
    stage = settled()
    light(stage, 6)
    assert stage.mix == (6, 0)


def test_only_what_the_on_demand_twin_may_not_have_comes_on_spot() -> None:
    stage = TwinStage()
    stage.cloud.things[stage.on_demand].sizes.update(max=5, desired=5)
    stage.cloud.scale(stage.spot, 5)
    stage.start()
    light(stage, 7)
    assert stage.mix == (5, 2)


@pytest.mark.parametrize("size", [3, 6])
def test_the_window_after_a_light_wake_brings_all_of_both(size: int) -> None:
    stage = settled()
    light(stage, size)
    stage.run_until(at(stage, 9, day=9))
    assert (stage.desired, stage.mix) == ((4, 6), (4, 6))
    assert stage.cloud.sizes(stage.on_demand)[:2] == (0, 12)
    assert all(state.restore is None for state in stage.store.states(ORDERS).values())


def test_a_light_wake_goes_back_to_sleep_and_the_total_stays() -> None:
    stage = settled()
    light(stage, 3)
    stage.run_until(at(stage, 3, day=9))
    assert stage.desired == (0, 0)
    assert stage.memory.twins is not None
    assert stage.memory.twins.own.total == 10


def test_the_quote_of_a_light_wake_counts_both_as_one() -> None:
    stage = settled()
    stage.run_until(at(stage, 21))
    quoted = wake(stage.world, DEV, ORDERS, Asked(sizes={"nodes": 6}))
    assert [(one.key, one.size, one.full) for one in quoted.sizes] == [("nodes", 6, 10)]


# ---- no pair


@pytest.mark.parametrize(
    ("others", "says"),
    [
        (((), False), "make one EKS managed node group spot in shop with the same types"),
        ((("more", True), True), "2 (shop/more, shop/spot) spot in shop: give each pair its own entry"),
    ],
    ids=["no spot twin", "two spot groups"],
)
def test_what_is_no_pair_says_why_and_what_to_do(others: tuple[tuple[str, bool] | tuple[()], bool], says: str) -> None:
    stage = TwinStage()
    more, keeps_spot = others
    if more:
        stage.cloud.node_group(more[0], (0, 4, 1), spot=more[1])
    if not keeps_spot:
        stage.cloud.remove(stage.spot)
    stage.start()
    stage.run_for(minutes(30))
    assert stage.cloud.made == []
    assert all(says in one.because for one in mixes(stage.world, ORDERS).groups)
    shown = status(stage.world, ORDERS).resources
    assert all(says in one.warnings[-1] for one in shown)
    plan = planned(stage.start(), Desired.DOWN, stage.store.states(ORDERS))
    assert all(says in one.warning for one in plan.warnings)


def test_each_cluster_that_an_entry_selects_has_its_own_pair() -> None:
    stage = TwinStage()
    other = [
        stage.cloud.node_group("d", (0, 9, 4), cluster="crm"),
        stage.cloud.node_group("s", (0, 9, 0), True, "crm"),
    ]
    stage.start(resource=Resource("nodes", "eks-node-group", tags=(("App", "shop"),)))
    stage.run_until(at(stage, 14))
    assert stage.desired == (4, 6)
    assert [stage.cloud.sizes(arn)[2] for arn in other] == [3, 1]
    assert [one.id for one in mixes(stage.world, ORDERS).groups] == ["crm/d and crm/s", "shop/on-demand and shop/spot"]


def test_a_twin_that_must_not_be_touched_keeps_the_other_as_it_is() -> None:
    stage = TwinStage()
    stage.cloud.things[stage.spot].tags["curfew:never"] = "true"
    stage.start()
    stage.run_for(minutes(60))
    assert stage.cloud.made == []


def test_what_cannot_be_looked_at_is_left_as_it_is() -> None:
    stage = TwinStage()
    stage.cloud.scale(stage.spot, 2)
    stage.cloud.refusals["DescribeSpotInstanceRequests"] = Refusal("UnauthorizedOperation", "no")
    stage.start()
    stage.run_for(minutes(60))
    assert stage.cloud.made == []


# ---- back


def test_their_own_sizes_come_back_when_the_file_gives_them_no_mix_any_more() -> None:
    stage = settled()
    stage.without()
    stage.run_until(at(stage, 16))
    assert (stage.desired, stage.mix) == ((10, 0), (10, 0))
    assert all(ended.together >= 10 for ended in stage.cloud.ended)
    states = stage.store.states(ORDERS).values()
    assert [(state.mix, state.share) for state in states] == [(None, None), (None, None)]
    assert stage.events(What.REMIXED)[-1].text.startswith("its file gives it no mix any more")


def test_their_own_sizes_have_what_others_changed_since_in_them() -> None:
    stage = settled()
    stage.cloud.scale(stage.on_demand, 6)
    stage.run_until(at(stage, 15))
    stage.without()
    stage.run_until(at(stage, 17))
    assert stage.desired == (12, 0)


def test_asleep_their_own_sizes_come_back_with_their_start() -> None:
    stage = settled()
    stage.run_until(at(stage, 21))
    stage.without()
    stage.cloud.made.clear()
    stage.run_until(at(stage, 9, day=9))
    assert stage.desired == (10, 0)
    assert [state.mix for state in stage.store.states(ORDERS).values()] == [None, None]


def test_an_environment_is_retired_once_their_own_sizes_are_back() -> None:
    stage = settled()
    retire(stage.world, OPERATOR, ORDERS)
    stage.run_for(minutes(30))
    assert stage.store.head(ORDERS) is None
    assert stage.desired == (10, 0)


def test_where_nothing_was_ever_shifted_nothing_keeps_an_environment_from_being_retired() -> None:
    stage = TwinStage()
    stage.start(mode=Mode.OBSERVE)
    stage.run_for(minutes(30))
    assert stage.cloud.made == []
    assert not stage.memory.changed


def test_while_an_update_goes_on_a_size_that_shows_is_nobodys_wish() -> None:
    stage = settled()
    stage.cloud.updating[stage.spot] = stage.clock.now() + minutes(20)
    stage.cloud.things[stage.spot].sizes["desired"] = 5
    stage.run_for(minutes(18))
    assert stage.memory.twins is not None
    assert stage.memory.twins.own.total == 10


def test_a_pair_that_lost_a_twin_is_forgotten_once_the_file_gives_it_no_mix() -> None:
    stage = settled()
    stage.cloud.remove(stage.on_demand)
    stage.without()
    stage.run_for(minutes(30))
    assert stage.store.states(ORDERS)[stage.spot].mix is None


# ---- what people see


def test_a_pair_is_one_row() -> None:
    stage = settled()
    (row,) = mixes(stage.world, ORDERS).groups
    assert (row.id, row.now.on_demand, row.now.on_spot) == ("shop/on-demand and shop/spot", 4, 6)
    assert (row.wanted_on_demand, row.wanted_spot, row.saving) == (4, 6, Decimal("0.4200"))
    assert {shown.pool.pool for shown in row.pools} == set(POOLS)


def test_the_overlap_of_a_shift_saves_nothing() -> None:
    stage = TwinStage()
    stage.start()
    stage.run_for(minutes(5))
    (row,) = mixes(stage.world, ORDERS).groups
    assert (row.now.on_demand, row.now.on_spot) == (10, 5)
    assert row.saving == Decimal("-0.1500")


def test_asleep_there_is_no_mix() -> None:
    stage = settled()
    stage.run_until(at(stage, 22))
    (row,) = mixes(stage.world, ORDERS).groups
    assert row.now.size == 0


def test_a_file_may_allow_more_spot_by_time() -> None:
    stage = TwinStage()
    stage.start(replace(POLICY, go_back=(parse_window("mon-fri 16:00-17:00"),)))
    stage.run_until(at(stage, 15))
    assert stage.desired == (10, 0)
    stage.run_until(at(stage, 17))
    assert stage.desired == (4, 6)


def test_without_a_mix_in_the_file_nothing_is_decided() -> None:
    stage = TwinStage()
    stage.start(Capacity("other"), resource=NODES)
    stage.run_for(minutes(30))
    assert (stage.cloud.made, stage.events(What.REMIXED)) == ([], [])
    assert [state.share for state in stage.store.states(ORDERS).values()] == [None, None]


def test_what_the_pair_had_is_remembered_once() -> None:
    stage = settled()
    assert stage.memory.twins is not None
    assert stage.memory.twins.own == Split(10, 0)
