"""The planted faults of reconciliation: what agrees, what a bill makes of commitments, which of its lines count."""

from __future__ import annotations

from tests.mutants.faults import Fault

MONEY = "chalicelib/core/money"
ALWAYS = "tests/properties/test_money.py"
AGREEMENT = "tests/core/money/test_agreement.py"
IDLE = "tests/core/money/test_idle.py"
BILLED = "tests/flows/test_billed.py"
LINES = "tests/entrypoints/test_bill_lines.py"
WITHIN = f"{ALWAYS}::test_what_a_bill_says_of_commitments_leaves_the_claim_within_its_range"
ENDS = f"{ALWAYS}::test_a_bill_that_says_all_was_unused_leaves_the_least_and_one_that_says_none_the_most"
BILL_FAULTS = (
    Fault(
        "what lay idle is avoided",
        (),
        f"{MONEY}/idle.py",
        "borne.elsewhere[at] * (freed - idle) // freed\n",
        "borne.elsewhere[at]\n",
        (ENDS, f"{IDLE}::test_what_lay_idle_is_not_avoided"),
    ),
    Fault(
        "what was used elsewhere is not avoided",
        (),
        f"{MONEY}/idle.py",
        "        borne.lost[at] -= borne.elsewhere[at] * (freed - idle) // freed\n",
        "",
        (ENDS, f"{IDLE}::test_what_was_used_elsewhere_is_avoided"),
    ),
    Fault(
        "more lies idle than was freed",
        (),
        f"{MONEY}/idle.py",
        "_shared(min(use.unused, sum(room)), room)",
        "_shared(use.unused, room)",
        (WITHIN, ENDS, f"{IDLE}::test_no_more_lies_idle_than_was_freed"),
    ),
    Fault(
        "what was unused is counted twice",
        (),
        f"{MONEY}/idle.py",
        "        room = [freed[at] - idle[at] for at in use.hours]\n",
        "        room = [freed[at] for at in use.hours]\n",
        (f"{IDLE}::test_what_is_said_of_hours_goes_before_what_is_said_of_the_month",),
    ),
    Fault(
        "a bill that says nothing of an hour closes its range",
        (),
        f"{MONEY}/idle.py",
        "    return (at for at in range(HOURS) if cost[at] and cost[at] >=",
        "    return (at for at in range(HOURS) if commitments or cost[at] >=",
        (f"{IDLE}::test_hours_of_which_the_bill_does_not_tell_stay_open",),
    ),
    Fault(
        "one account's bill closes the range of all",
        (),
        f"{MONEY}/idle.py",
        "if cost[at] and cost[at] >= TOLD * _committed(commitments, first + at * HOUR))",
        "if cost[at] and cost[at] >= Decimal(0) * _committed(commitments, first + at * HOUR))",
        (f"{IDLE}::test_a_bill_that_accounts_for_a_part_of_the_commitments_says_nothing",),
    ),
    Fault(
        "a report with a range is final",
        (),
        f"{MONEY}/statement.py",
        'any(each.provisional or any(each.columns["elsewhere"]) for each in sheets)',
        "any(each.provisional for each in sheets)",
        (f"{IDLE}::test_a_report_is_final_only_when_no_range_is_left",),
    ),
    Fault(
        "too much of one resource hides too little of another",
        (),
        f"{MONEY}/agreement.py",
        "        return sum((abs(each.ours - each.billed) for each in self.resources), NOTHING)\n",
        "        return abs(self.ours - self.billed)\n",
        (
            f"{ALWAYS}::test_what_a_bill_has_under_another_resource_is_off_twice",
            f"{AGREEMENT}::test_too_much_of_one_resource_hides_nothing_of_another",
        ),
    ),
    Fault(
        "a tenth off agrees",
        (),
        f"{MONEY}/agreement.py",
        'SHARE = Decimal("0.01")\n',
        'SHARE = Decimal("0.1")\n',
        (f"{AGREEMENT}::test_an_environment_agrees_when_it_is_off_by_a_hundredth_of_the_bill_at_most",),
    ),
    Fault(
        "what the bill has and the ledger lacks is not compared",
        (),
        f"{MONEY}/agreement.py",
        "    resources = sorted(ran.keys() | charged.keys())\n",
        "    resources = sorted(ran)\n",
        (f"{AGREEMENT}::test_what_the_bill_has_and_the_ledger_lacks_is_off_by_all_of_it",),
    ),
    Fault(
        "the hash does not know the bill",
        (),
        f"{MONEY}/snapshot.py",
        "*inputs.budgets, *bill, *inputs.unknown, *roll_ups)",
        "*inputs.budgets, *inputs.unknown, *roll_ups)",
        ("tests/core/money/test_snapshot.py::test_other_inputs_have_another_hash",),
    ),
    Fault(
        "days that are not computable are compared",
        (),
        "chalicelib/flows/billed.py",
        "        return self.first <= day <= self.last and day not in self.unknown\n",
        "        return self.first <= day <= self.last\n",
        (f"{BILLED}::test_only_local_days_that_the_ledger_knows_are_compared",),
    ),
    Fault(
        "a member of a group is taken for itself",
        (),
        "chalicelib/flows/billed.py",
        "    for kind, id in groups(tags):\n",
        "    for kind, id in ():\n",
        (f"{BILLED}::test_a_line_is_of_what_it_names_or_of_the_group_that_awss_tags_name",),
    ),
    Fault(
        "what was unused of a commitment is taken for used",
        (),
        "chalicelib/entrypoints/backfill/charging.py",
        '        case "Unused":\n            unused =',
        '        case "Unused":\n            used =',
        (f"{LINES}::test_what_is_left_of_a_commitment_is_unused_and_of_no_resource",),
    ),
    Fault(
        "a developer keeps a bill",
        (),
        "chalicelib/flows/people.py",
        "    if actor.role not in roles:\n",
        "    if actor.role in () and roles:\n",
        ("tests/entrypoints/test_http_bills.py::test_finance_and_operators_may",),
    ),
    Fault(
        "a bill that has nothing of what ran is kept",
        (),
        "chalicelib/flows/bill.py",
        "and not any(each.billed for each in statement.agreements)",
        "and False",
        ("tests/entrypoints/cli/test_bill.py::test_a_bill_that_has_nothing_of_what_ran_is_shown_and_not_kept",),
    ),
)
