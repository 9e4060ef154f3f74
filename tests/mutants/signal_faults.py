"""The planted faults of what else moves a mix: a shortage of on-demand, and a budget that burns too fast."""

from __future__ import annotations

from tests.mutants.faults import Fault

SIGNALS = "tests/properties/test_signals.py"
SHORT = "tests/core/test_spot_short.py"
SIGNAL_FAULTS = (
    Fault(
        "a shortage moves nodes beyond the day's limit",
        (),
        "chalicelib/core/spot.py",
        "    if not weighed.memory.fills_left(weighed.present.now):\n",
        "    if not weighed.short and not weighed.memory.fills_left(weighed.present.now):\n",
        (
            f"{SIGNALS}::test_nodes_are_given_to_spot_so_often_a_day_at_most_and_each_time_is_on_record",
            f"{SHORT}::test_the_days_limit_of_switches_holds_here_too",
        ),
    ),
    Fault(
        "a pull moves nodes beyond the day's limit",
        (),
        "chalicelib/core/spot.py",
        "    if not weighed.memory.fills_left(weighed.present.now):\n",
        "    pulled = weighed.policy.lowest_share == weighed.policy.highest_share\n"
        "    if not pulled and not weighed.memory.fills_left(weighed.present.now):\n",
        (f"{SIGNALS}::test_nodes_are_given_to_spot_so_often_a_day_at_most_and_each_time_is_on_record",),
    ),
    Fault(
        "types alternate beyond the day's limit",
        (),
        "chalicelib/core/remix.py",
        "    if stays or memory.fills_left(at) or not weighed.present.mix.size:\n",
        "    if True:\n",
        (f"{SIGNALS}::test_nodes_are_given_to_spot_so_often_a_day_at_most_and_each_time_is_on_record",),
    ),
    Fault(
        "a shortage takes more spot than is allowed",
        (),
        "chalicelib/core/spot.py",
        "    replaced = min(_lost(weighed), room) if weighed.replaces(into) else 0\n",
        "    replaced = min(_lost(weighed), size if weighed.short else room) if weighed.replaces(into) else 0\n",
        (
            f"{SIGNALS}::test_what_aws_is_told_keeps_the_base_and_the_highest_share",
            f"{SHORT}::test_never_more_than_the_highest_share",
        ),
    ),
    Fault(
        "a pull takes more spot than is allowed",
        (),
        "chalicelib/core/burn.py",
        "    return replace(policy, lowest_share=policy.highest_share)\n",
        "    return replace(policy, lowest_share=1.0, highest_share=1.0)\n",
        (f"{SIGNALS}::test_what_aws_is_told_keeps_the_base_and_the_highest_share",),
    ),
    Fault(
        "a pull asks pools on hold",
        (),
        "chalicelib/core/burn.py",
        "    return replace(weighed, policy=pulled(policy)), because(rate, policy)\n",
        "    eager = replace(weighed, memory=replace(weighed.memory, pools={}), policy=pulled(policy))\n"
        "    return eager, because(rate, policy)\n",
        (f"{SIGNALS}::test_no_pool_on_hold_is_asked_whatever_is_short_and_however_fast_it_burns",),
    ),
    Fault(
        "a pull has no hysteresis",
        (),
        "chalicelib/core/burn.py",
        "(rate > PULLS_ABOVE or (pulled and rate >= PULLS_UNTIL_BELOW))\n",
        "rate > PULLS_ABOVE\n",
        (f"{SIGNALS}::test_a_pull_never_turns_without_the_burn_rate_crossing_both_limits",),
    ),
    Fault(
        "a failed launch heard twice counts twice",
        (),
        "chalicelib/core/shortage.py",
        "    if before or (known.hold_until is not None and at < known.hold_until):\n",
        "    if before:\n",
        (
            f"{SIGNALS}::test_news_of_pools_and_launches_out_of_order_or_twice_decides_the_same",
            "tests/core/test_shortage.py::test_launches_heard_in_any_order_or_twice_tell_the_same",
        ),
    ),
    Fault(
        "launches are taken in the order in which they are heard",
        (),
        "chalicelib/core/shortage.py",
        "    for launch in sorted(launches):\n",
        "    for launch in launches:\n",
        ("tests/core/test_shortage.py::test_launches_heard_in_any_order_or_twice_tell_the_same",),
    ),
    Fault(
        "a shortage is never forgotten",
        (),
        "chalicelib/core/shortage.py",
        "    return Shortage(launched_at=max(at, known.launched_at or at))\n",
        "    return replace(known, launched_at=at)\n",
        ("tests/flows/test_shortage.py::test_aws_goes_on_trying_and_the_shortage_is_forgotten_once_a_launch_succeeds",),
    ),
    Fault(
        "members move to on-demand while that is short",
        (),
        "chalicelib/core/spot.py",
        "        return kept if weighed.short else _eased(weighed, kept, leaving)\n",
        "        return _eased(weighed, kept, leaving)\n",
        (f"{SHORT}::test_no_node_moves_to_on_demand_that_need_not",),
    ),
    Fault(
        "members that could not be launched count as there",
        (),
        "chalicelib/core/mixed.py",
        "    return Mix(on_demand if launched is None else min(launched, on_demand), counts)\n",
        "    return Mix(on_demand, counts)\n",
        ("tests/flows/test_shortage.py::test_what_is_missing_comes_from_spot_within_one_pass_and_it_says_so",),
    ),
    Fault(
        "a group without a member is not looked at",
        (),
        "chalicelib/kinds/mixing.py",
        '    if not pools and not sighting.sizes.get("desired"):\n',
        "    if not pools:\n",
        (
            "tests/flows/test_shortage.py::"
            "test_a_group_that_comes_up_without_any_on_demand_finds_out_though_it_has_no_member",
        ),
    ),
    Fault(
        "the spend of the last month is carried over",
        (),
        "chalicelib/core/accrual.py",
        "    month = known if known.at > began else Spend(began, began)\n",
        "    month = known\n",
        (
            "tests/core/test_accrual.py::test_a_new_month_begins_at_nothing_and_takes_the_hours_since_its_beginning",
            "tests/flows/test_budget_pull.py::test_a_new_month_begins_without_a_pull",
        ),
    ),
    Fault(
        "nodes of twins are counted with neither",
        (),
        "chalicelib/core/accrual.py",
        "    return cost(memory, ran(state, twin)) if memory.told else None\n",
        "    return cost(memory, ran(state, None)) if memory.told else None\n",
        (
            "tests/core/test_accrual.py::test_twins_are_counted_once_with_what_each_has",
            "tests/flows/test_budget_pull.py::test_twins_are_pulled_and_counted_too",
        ),
    ),
    Fault(
        "hours are counted twice",
        (),
        "chalicelib/core/accrual.py",
        "_hours(max(now - month.at, timedelta()))",
        "_hours(max(now - month.since, timedelta()))",
        ("tests/flows/test_budget_pull.py::test_the_spend_of_a_month_is_the_hours_times_what_runs",),
    ),
)
