"""The planted faults of the spot decision: which pool each node of a group runs in."""

from __future__ import annotations

from tests.mutants.faults import Fault

SPOT = "tests/properties/test_spot.py"
SPOT_FAULTS = (
    Fault(
        "on-demand base ignored",
        (),
        "chalicelib/core/mix.py",
        "        return max(size - self.on_demand_base, 0)\n",
        "        return size\n",
        (f"{SPOT}::test_on_demand_is_never_below_its_base",),
    ),
    Fault(
        "highest spot share ignored",
        (),
        "chalicelib/core/mix.py",
        "        return floor(self._above(size) * self.highest_share + ROUNDING)\n",
        "        return self._above(size)\n",
        (f"{SPOT}::test_spot_is_never_above_its_highest_share_nor_below_its_lowest_while_pools_may_be_asked",),
    ),
    Fault(
        "lowest spot share ignored",
        (),
        "chalicelib/core/spot.py",
        "    given = max(given, policy.least(size) - on_spot)\n",
        "",
        (f"{SPOT}::test_spot_is_never_above_its_highest_share_nor_below_its_lowest_while_pools_may_be_asked",),
    ),
    Fault(
        "a change of mix changes the size",
        (),
        "chalicelib/core/spot.py",
        "    target = Mix(present.size - sum(spot.values()), spot)\n",
        "    target = Mix(present.mix.on_demand, spot)\n",
        (f"{SPOT}::test_the_size_of_a_group_never_changes_and_no_number_is_below_0",),
    ),
    Fault(
        "a pool on hold is asked",
        (),
        "chalicelib/core/weighed.py",
        "self.cheapest_first(pool for pool in self.costs if self.memory.of(pool).may_be_asked(now))",
        "self.cheapest_first(pool for pool in self.costs if now)",
        (f"{SPOT}::test_no_pool_on_hold_or_without_capacity_is_given_nodes",),
    ),
    Fault(
        "a failing pool keeps its nodes",
        (),
        "chalicelib/core/spot.py",
        "        count = 0 if weighed.memory.of(pool).failing else min(mix.spot[pool], room)\n",
        "        count = min(mix.spot[pool], room)\n",
        (f"{SPOT}::test_once_every_pool_fails_all_is_on_demand_in_the_same_step",),
    ),
    Fault(
        "a group never goes back to spot",
        (),
        "chalicelib/core/spot.py",
        "    given = replaced + _going_back(weighed, into, room - replaced)\n",
        "    given = replaced\n",
        (f"{SPOT}::test_after_any_trouble_the_group_comes_back_to_spot_by_itself",),
    ),
    Fault(
        "holds never end",
        (),
        "chalicelib/core/pools.py",
        "        return self.hold_until is None or now >= self.hold_until\n",
        "        return self.hold_until is None\n",
        (f"{SPOT}::test_after_any_trouble_the_group_comes_back_to_spot_by_itself",),
    ),
    Fault(
        "the go-back window is ignored",
        (),
        "chalicelib/core/spot.py",
        "    if not weighed.quiet or present.go_back_at is not None or not weighed.worth(None, into):\n",
        "    if not weighed.quiet or not weighed.worth(None, into):\n",
        (f"{SPOT}::test_nodes_go_back_to_spot_only_in_the_go_back_window",),
    ),
    Fault(
        "switches to spot are not counted",
        (),
        "chalicelib/core/spot.py",
        "    return memory.changed(present.now, given)\n",
        "    return memory.changed(present.now, 0)\n",
        (
            f"{SPOT}::test_no_storm_makes_a_group_switch_more_often_than_the_days_limit",
            f"{SPOT}::test_a_long_storm_is_sat_out_on_demand_or_in_the_pool_that_is_left",
        ),
    ),
    Fault(
        "the day's limit of switches is ignored",
        (),
        "chalicelib/core/spot.py",
        "    if not weighed.memory.fills_left(weighed.present.now):\n        return None\n",
        "",
        (f"{SPOT}::test_no_storm_makes_a_group_switch_more_often_than_the_days_limit",),
    ),
    Fault(
        "news is taken in the order in which it comes",
        (),
        "chalicelib/core/group_memory.py",
        "    for one in sorted(news, key=lambda each: (each.at, each.what, each.pool)):\n",
        "    for one in news:\n",
        (f"{SPOT}::test_news_out_of_order_or_twice_decides_the_same",),
    ),
    Fault(
        "a failure heard twice counts twice",
        (),
        "chalicelib/core/pools.py",
        "    if not memory.may_be_asked(at):\n        return memory\n",
        "",
        (f"{SPOT}::test_news_that_was_heard_before_changes_nothing",),
    ),
    Fault(
        "a loss that was heard is heard anew",
        (),
        "chalicelib/core/pools.py",
        "    if memory.up_since is None or at < memory.up_since:\n",
        "    if memory.up_since is None:\n",
        (f"{SPOT}::test_news_that_was_heard_before_changes_nothing",),
    ),
)
