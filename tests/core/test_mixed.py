"""A setting says of a mix what AWS can be told: base, percentage, types."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.core.group_memory import GroupMemory
from chalicelib.core.mix import Mix, SpotPolicy
from chalicelib.core.mixed import Setting, by_type, running, wanted, without_held
from chalicelib.core.pools import Pool, PoolMemory

NOW = datetime(2027, 3, 8, 12, tzinfo=UTC)
A, B, OTHER = Pool("m5.large", "a"), Pool("m5.large", "b"), Pool("m6i.large", "a")


@pytest.mark.parametrize(
    ("setting", "size", "on_demand"),
    [
        (Setting(), 10, 10),
        (Setting(2, 0), 10, 2),
        (Setting(2, 50), 10, 6),
        (Setting(2, 30), 9, 5),  # 2.1 of 7, rounded up
        (Setting(4, 0), 3, 3),
        (Setting(0, 0), 0, 0),
    ],
)
def test_aws_counts_the_base_first_and_rounds_up_in_favour_of_on_demand(
    setting: Setting, size: int, on_demand: int
) -> None:
    assert setting.on_demand(size) == on_demand


@pytest.mark.parametrize("size", [3, 7, 10, 55, 237])
@pytest.mark.parametrize("spot", [0, 1, 3, 5])
@pytest.mark.parametrize("highest", [0.0, 0.6, 0.75, 1.0])
def test_a_setting_never_has_less_on_demand_than_wanted_nor_more_spot_than_allowed(
    size: int, spot: int, highest: float
) -> None:
    policy = SpotPolicy(on_demand_base=2, highest_share=highest)
    target = Mix(size - min(spot, policy.most(size)), {A: min(spot, policy.most(size))})
    setting = wanted(policy, target, Setting(), ("m5.large",))
    assert setting.on_demand(size) >= target.on_demand
    for grown in range(size, size + 20):
        assert grown - setting.on_demand(grown) <= policy.most(grown)


@pytest.mark.parametrize("size", [3, 7, 10, 55, 102])
def test_a_group_of_up_to_a_hundred_above_its_base_gets_exactly_the_spot_that_is_wanted(size: int) -> None:
    for spot in range(size - 1):
        target = Mix(size - spot, {A: spot})
        assert wanted(SpotPolicy(on_demand_base=2), target, Setting(), ("m5.large",)).on_demand(size) == size - spot


def test_a_group_that_grows_is_not_set_anew_while_its_percentage_still_fits() -> None:
    policy = SpotPolicy(on_demand_base=2, highest_share=0.6)
    now = Setting(2, 40, ("m5.large",))
    assert wanted(policy, Mix(5, {A: 4}), now, ("m5.large",)) == now


def test_what_is_still_being_replaced_counts_as_aws_was_told() -> None:
    """Ten are on-demand yet; AWS was told to make five of them spot, of which two came so far."""
    assert running(Setting(0, 50), [A, A], 10) == Mix(5, {A: 2})


def test_spot_beyond_the_setting_is_on_its_way_out() -> None:
    assert running(Setting(0, 80), [A, A, B, B], 10) == Mix(8, {A: 2})


def test_a_hold_on_one_pool_holds_its_type_in_all_zones() -> None:
    until = NOW + timedelta(hours=1)
    memory = by_type(GroupMemory({A: PoolMemory(hold_until=until)}), [A, B, OTHER])
    assert [memory.of(pool).hold_until for pool in (A, B, OTHER)] == [until, until, None]


def test_types_keep_their_order_and_all_stay_where_none_may_be_asked() -> None:
    types = ("m5.large", "m6i.large")
    assert without_held(types, [OTHER]) == ("m6i.large",)
    assert without_held(types, []) == types
