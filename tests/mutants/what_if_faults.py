"""The planted faults of what people are told of a mix: what it saves, and what other policies would have cost."""

from __future__ import annotations

from tests.mutants.faults import Fault

CORE, FLOW = "tests/core/test_what_if.py", "tests/flows/test_what_if.py"
CAPACITY, REPLAYS = "tests/flows/test_capacity.py", "tests/properties/test_what_if.py"
WHAT_IF_FAULTS = (
    Fault(
        "savings are measured against the type of the file",
        (),
        "chalicelib/flows/mixes.py",
        "memory.on_demand if memory.twins else memory.alone\n",
        "memory.on_demand or memory.alone\n",
        (f"{CAPACITY}::test_savings_are_against_the_type_that_the_group_would_launch_by_itself_not_that_of_the_file",),
    ),
    Fault(
        "savings are measured against the policy that Curfew set",
        (),
        "chalicelib/flows/own_price.py",
        "memory.own or mixed.policy, pools)",
        "mixed.policy, pools)",
        (f"{CAPACITY}::test_its_own_type_stays_what_it_is_measured_against_while_its_policy_is_ours",),
    ),
    Fault(
        "a replay sees prices that come",
        (),
        "chalicelib/core/what_if.py",
        "    begins, ends = hour\n    prices = dict(_prices(past, begins))\n",
        "    begins, ends = hour\n    prices = dict(_prices(past, ends))\n",
        (
            f"{CORE}::test_a_price_that_rises_within_an_hour_counts_from_the_next_on",
            f"{REPLAYS}::test_a_decision_sees_nothing_that_comes",
        ),
    ),
    Fault(
        "a replay leaves out pools that count",
        (),
        "chalicelib/core/what_if.py",
        "        most = min(prices.values()) + near\n",
        "        most = min(prices.values())\n",
        (f"{REPLAYS}::test_pools_that_are_left_out_would_have_changed_nothing",),
    ),
    Fault(
        "a price that nobody knows counts as nothing in a replay",
        (),
        "chalicelib/core/what_if.py",
        "if known and len(known) == len(costs) else None",
        "if known or costs else None",
        (f"{CORE}::test_what_needs_a_price_that_nobody_knows_is_not_computable",),
    ),
    Fault(
        "hours are priced in which the calendar wants it down",
        (),
        "chalicelib/core/what_if.py",
        'if desired == "up" for hour',
        'if desired != "" for hour',
        (f"{CORE}::test_hours_are_those_in_which_the_calendar_wants_it_up_counted_from_each_opening",),
    ),
    Fault(
        "prices are asked for when there is no time left",
        (),
        "chalicelib/flows/spot_history.py",
        " if in_time() else None\n",
        " if in_time else None\n",
        (f"{FLOW}::test_what_there_is_no_time_for_is_said",),
    ),
)
