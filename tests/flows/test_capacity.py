"""The capacity mix of a group, pass by pass."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from chalicelib.core.capacity import Requirements
from chalicelib.core.model import Mode
from chalicelib.core.pools import Pool
from chalicelib.core.windows import parse_window
from chalicelib.flows.mixes import mixes
from chalicelib.flows.ports import Refusal
from tests.fakes.mixed_cloud import TEMPLATE, ZONES
from tests.flows.mixed_stage import POLICY, POOLS, MixedStage, at, minutes


def test_a_group_goes_to_spot_as_far_as_its_owner_allows() -> None:
    stage = MixedStage()
    stage.start()
    stage.run_for(minutes(120))
    assert stage.mix == (4, 6)


def test_a_change_of_mix_names_no_size() -> None:
    stage = MixedStage()
    stage.start()
    stage.run_for(minutes(120))
    assert stage.mix_calls()
    assert not [call for call in stage.mix_calls() if {"MinSize", "MaxSize", "DesiredCapacity"} & call.keys()]
    assert stage.cloud.things[stage.arn].sizes == {"min": 2, "max": 20, "desired": 10}


def test_each_switch_is_in_the_journal_before_its_call_with_what_it_changes_in_the_price() -> None:
    stage = MixedStage()
    stage.start()
    stage.run_for(minutes(5))
    first = stage.switched[0]
    assert first.data["on_demand_before"] == "10"
    assert Decimal(first.data["price_difference"]) == Decimal("-0.07") * int(first.data["spot"])
    assert "in m" in first.text


def test_a_price_that_nobody_knows_is_left_out() -> None:
    stage = MixedStage()
    stage.cloud.on_demand = None
    stage.start()
    stage.run_for(minutes(5))
    assert {event.data["price_difference"] for event in stage.switched} == {""}


def test_a_group_asleep_is_not_woken_by_its_mix_and_comes_up_right_the_first_time() -> None:
    stage = MixedStage()
    stage.start()
    stage.run_until(at(stage, 21))
    assert stage.mix == (0, 0)
    made = len(stage.mix_calls())
    stage.run_until(at(stage, 7, day=9))
    assert len(stage.mix_calls()) == made
    stage.cloud.asked_of.clear()
    stage.run_until(at(stage, 9, day=9))
    assert stage.mix == (4, 6)
    ids = {member.id for member in stage.cloud.members[stage.arn] if not member.gone}
    assert len(stage.cloud.members[stage.arn]) - len(ids) == len([m for m in stage.cloud.members[stage.arn] if m.gone])


def test_a_mix_is_set_before_the_sizes_are() -> None:
    stage = MixedStage()
    stage.start(windows="mon-fri 08:00-20:00")
    stage.run_until(at(stage, 21))
    stage.cloud.takes_back(POOLS[0])
    stage.cloud.made.clear()
    stage.run_until(at(stage, 9, day=9))
    sizes = next(n for n, call in enumerate(stage.cloud.made) if call.parameters.get("DesiredCapacity"))
    assert all("MixedInstancesPolicy" in call.parameters for call in stage.cloud.made[:sizes])


def test_a_mix_that_aws_refuses_keeps_nothing_from_starting() -> None:
    stage = MixedStage()
    stage.start()
    stage.run_until(at(stage, 21))
    stage.refuses_mixes()
    stage.cloud.dry = set(POOLS)
    stage.run_until(at(stage, 9, day=9))
    assert stage.cloud.things[stage.arn].sizes == {"min": 2, "max": 20, "desired": 10}


def test_with_every_pool_failing_the_group_is_all_on_demand_within_one_pass_and_comes_back_by_itself() -> None:
    stage = MixedStage()
    stage.start()
    stage.run_until(at(stage, 14))
    assert stage.mix == (4, 6)
    for pool in POOLS:
        stage.cloud.takes_back(pool)
    stage.hear_interruption()
    stage.run_for(minutes(1))
    assert stage.mix == (10, 0)
    stage.cloud.dry.clear()
    stage.run_until(at(stage, 19))
    assert stage.mix == (4, 6)


def test_one_pool_that_fails_is_left_and_the_others_stay() -> None:
    stage = MixedStage()
    stage.start()
    stage.run_until(at(stage, 14))
    stage.cloud.takes_back(POOLS[0])
    stage.hear_interruption()
    stage.run_for(minutes(30))
    on_demand, spot = stage.mix
    assert on_demand + spot == 10
    assert spot >= 3
    held = stage.memory.group.of(POOLS[0])
    assert held.hold_until is not None


def test_no_pool_on_hold_is_asked_before_its_time() -> None:
    stage = MixedStage()
    stage.start()
    stage.run_until(at(stage, 14))
    stage.cloud.takes_back(POOLS[0])
    stage.hear_interruption()
    stage.run_for(minutes(1))
    until = stage.memory.group.of(POOLS[0]).hold_until
    assert until is not None
    known = stage.clock.now()
    stage.cloud.takes_back(POOLS[2])
    stage.hear_interruption()
    stage.run_until(at(stage, 19))
    early = [pool for when, pool in stage.cloud.asked_of if known < when < until and pool == POOLS[0]]
    assert early == []


def test_types_that_have_what_is_required_are_found_once_and_the_cheapest_are_asked_for_first() -> None:
    stage = MixedStage()
    stage.cloud.prices[POOLS[2]] = "0.01"
    stage.start(replace(POLICY, types=(), requirements=Requirements((2, 2), (8, 8))))
    stage.run_until(at(stage, 15))
    assert stage.memory.found == ("m6i.large", "m5.large")
    assert stage.cloud.looks["GetInstanceTypesFromInstanceRequirements"] == 1
    assert stage.mix == (4, 6)


def test_members_go_back_only_while_the_window_for_it_is_open() -> None:
    stage = MixedStage()
    stage.start(replace(POLICY, go_back=(parse_window("mon-fri 16:00-17:00"),)))
    stage.run_until(at(stage, 15))
    assert stage.mix == (10, 0)
    told = stage.memory.told
    assert told is not None
    assert told.until == at(stage, 16)
    stage.run_until(at(stage, 17))
    assert stage.mix == (4, 6)


def test_a_hold_as_is_leaves_the_mix_as_it_is() -> None:
    stage = MixedStage()
    stage.start(mode=Mode.OBSERVE)
    stage.run_until(at(stage, 15))
    assert stage.mix_calls() == []


def test_holds_that_end_one_after_another_do_not_make_a_dry_afternoon_restless() -> None:
    stage = MixedStage()
    types = ("m5.large", "m5a.large", "m6i.large", "m6a.large", "m7i.large", "m7a.large", "c5.large", "r5.large")
    pools = [Pool(name, zone) for name in types for zone in ZONES]
    stage.cloud.prices = dict.fromkeys(pools, "0.03")
    stage.start(replace(POLICY, types=types))
    stage.run_until(at(stage, 13))
    for pool in pools:
        stage.cloud.takes_back(pool)
    stage.hear_interruption()
    stage.run_for(minutes(1))
    stage.holds_end({Pool(name, zone): 7 * number for number, name in enumerate(types, 1) for zone in ZONES})
    before = len(stage.switched)
    for _ in range(4 * 60):
        stage.hear_failed_launch()
        stage.run_for(minutes(1))
    assert len(stage.switched) - before <= 20
    stage.cloud.dry.clear()
    stage.run_for(minutes(90))
    assert stage.mix == (4, 6)


def test_who_owns_a_spot_member_is_forgotten_when_it_is_gone() -> None:
    stage = MixedStage()
    stage.start()
    stage.run_until(at(stage, 14))
    member = next(one for one in stage.cloud.members[stage.arn] if one.request == "fulfilled")
    arn = f"arn:aws:ec2:eu-central-1:111122223333:instance/{member.id}"
    assert stage.store.owner(arn) == "orders-qa"
    stage.run_until(at(stage, 22))
    assert stage.store.owner(arn) is None


def test_what_cannot_be_looked_at_is_left_as_it_is() -> None:
    stage = MixedStage()
    stage.cloud.refusals["DescribeSpotInstanceRequests"] = Refusal("UnauthorizedOperation", "no")
    stage.start()
    stage.run_for(minutes(60))
    assert stage.mix_calls() == []


def test_a_group_without_a_launch_template_is_left_alone() -> None:
    stage = MixedStage()
    del stage.cloud.things[stage.arn].fields["LaunchTemplate"]
    stage.start()
    stage.run_for(minutes(60))
    assert stage.mix_calls() == []


def saving(stage: MixedStage) -> Decimal | None:
    (only,) = mixes(stage.world, "orders-qa").groups
    return only.saving


def test_savings_are_against_the_type_that_the_group_would_launch_by_itself_not_that_of_the_file() -> None:
    stage = MixedStage()
    stage.cloud.own = "c5.large"
    stage.cloud.listed = {"c5.large": "0.07", "m5.large": "0.10"}
    stage.start()
    stage.run_until(at(stage, 14))
    assert stage.mix == (4, 6)
    assert saving(stage) == Decimal("0.7") - (4 * Decimal("0.10") + 6 * Decimal("0.03"))


def test_its_own_type_stays_what_it_is_measured_against_while_its_policy_is_ours() -> None:
    stage = MixedStage()
    stage.cloud.own = "c5.large"
    stage.cloud.listed = {"c5.large": "0.07", "m5.large": "0.10"}
    stage.start()
    stage.run_until(at(stage, 14))
    stage.cloud.listed["c5.large"] = "0.08"
    stage.run_until(at(stage, 16))
    assert saving(stage) == Decimal("0.8") - (4 * Decimal("0.10") + 6 * Decimal("0.03"))


def test_of_types_of_which_aws_takes_the_cheapest_the_cheapest_counts() -> None:
    stage = MixedStage()
    stage.cloud.listed = {"c5.large": "0.09", "c5a.large": "0.08"}
    overrides = [{"InstanceType": "c5.large"}, {"InstanceType": "c5a.large"}]
    stage.cloud.things[stage.arn].fields["MixedInstancesPolicy"] = {
        "LaunchTemplate": {"LaunchTemplateSpecification": TEMPLATE, "Overrides": overrides},
        "InstancesDistribution": {
            "OnDemandAllocationStrategy": "lowest-price",
            "OnDemandBaseCapacity": 0,
            "OnDemandPercentageAboveBaseCapacity": 100,
        },
    }
    stage.start()
    stage.run_until(at(stage, 14))
    assert saving(stage) == Decimal("0.8") - (4 * Decimal("0.10") + 6 * Decimal("0.03"))


def test_without_knowing_its_own_type_what_it_saves_is_not_computable() -> None:
    stage = MixedStage()
    stage.cloud.refusals["DescribeLaunchTemplateVersions"] = Refusal("UnauthorizedOperation", "no")
    stage.start()
    stage.run_until(at(stage, 14))
    assert stage.mix == (4, 6)
    assert saving(stage) is None


def test_prices_are_asked_for_once_an_hour() -> None:
    stage = MixedStage()
    stage.start()
    stage.run_for(minutes(59))
    assert (stage.cloud.looks["GetProducts"], stage.cloud.looks["DescribeLaunchTemplateVersions"]) == (2, 1)


def test_the_switches_of_a_group_are_shown_from_the_journal_the_newest_last() -> None:
    stage = MixedStage()
    stage.start()
    stage.run_until(at(stage, 14))
    (only,) = mixes(stage.world, "orders-qa").groups
    assert only.switches == tuple(stage.switched)
    assert len(only.switches) > 1
    stage.run_until(at(stage, 12, day=16))
    (later,) = mixes(stage.world, "orders-qa").groups
    assert [event for event in only.switches if event in later.switches] == []
