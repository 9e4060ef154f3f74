"""The planted faults of commitments: what would take them for less, or for more, than they are."""

from __future__ import annotations

from tests.mutants.faults import Fault

MONEY = "chalicelib/core/money"
STATEMENT = "tests/core/money/test_statement.py"
COVERING = "tests/core/money/test_covering.py"
TOLD = "tests/flows/test_told_commitments.py"
DEPLOYED = "tests/entrypoints/test_http_commitments.py"
NO_MORE = "tests/properties/test_money.py::test_a_commitment_covers_no_more_than_it_pays_for_and_no_more_than_ran"

COMMITMENT_FAULTS = (
    Fault(
        "each part of a plan is a plan of its own",
        (),
        f"{MONEY}/covering.py",
        "        room = (part.usd_per_hour - paid) / (1 - part.discount)\n",
        "        room = part.usd_per_hour / (1 - part.discount)\n",
        (NO_MORE, f"{COVERING}::test_a_plan_is_spent_once_on_its_highest_discounts_first"),
    ),
    Fault(
        "the lowest discount comes first",
        (),
        f"{MONEY}/commitments.py",
        "    return -part.discount, part.id,",
        "    return part.discount, part.id,",
        (f"{COVERING}::test_a_plan_is_spent_once_on_its_highest_discounts_first",),
    ),
    Fault(
        "what our own usage took over of a plan counts as free",
        (),
        f"{MONEY}/burden.py",
        "        free = min(lost, int((effect.free / MICRO).to_integral_value())) if unused else 0\n",
        "        free = max(lost, 0)\n",
        ("tests/core/money/test_idle.py::test_what_our_own_usage_takes_over_is_free_for_nobody_and_leaves_no_range",),
    ),
    Fault(
        "a row that is not computable bears what commitments had paid for",
        (),
        f"{MONEY}/bearing.py",
        "        weights = [int(sheet.claims(number)) for number in numbers]\n",
        "        weights[0] = 1\n",
        (f"{STATEMENT}::test_a_row_that_is_not_computable_bears_nothing_so_that_rows_add_up_to_what_is_shown",),
    ),
    Fault(
        "what runs next month under a plan makes this month's report another one",
        (),
        f"{MONEY}/burden.py",
        "        return in_use(self._commitments, self._ran.keys() | self._removed.keys())\n",
        "        return tuple(self._commitments)\n",
        (
            "tests/core/money/test_snapshot.py"
            "::test_what_a_commitment_covers_of_what_is_not_there_in_the_month_makes_no_difference",
        ),
    ),
    Fault(
        "what AWS refuses now leaves a month unknown of which it told",
        (),
        "chalicelib/flows/commitments.py",
        "        if each.refused and (each.at is None or each.at < ends):\n",
        "        if each.refused:\n",
        (f"{TOLD}::test_a_refusal_after_the_month_leaves_nothing_of_it_unknown",),
    ),
    Fault(
        "a reservation covers each of its sizes",
        (),
        f"{MONEY}/covering.py",
        "        units -= taken / cost\n",
        "        units -= 0 * taken\n",
        (NO_MORE, f"{COVERING}::test_a_reservation_of_several_sizes_is_used_once"),
    ),
    Fault(
        "a plan is taken for its first discount",
        (),
        f"{MONEY}/plan_rates.py",
        "            discount = max(1 - usd / listed[key], Decimal(0)).quantize(SHARE)\n",
        '            discount = Decimal("0.27")\n',
        (f"{TOLD}::test_a_plan_takes_off_each_list_price_what_its_own_rates_say",),
    ),
    Fault(
        "a reservation of one size covers no other",
        (),
        f"{MONEY}/reserved.py",
        "    return reserved.count * mine / other\n",
        "    return None\n",
        (
            f"{TOLD}::test_a_reservation_of_one_size_covers_the_others_by_their_size",
            f"{TOLD}::test_a_reserved_database_covers_smaller_ones_of_its_class_and_engine",
        ),
    ),
    Fault(
        "what was paid at once is forgotten",
        (),
        f"{MONEY}/reserved.py",
        '    return Decimal(str(row["FixedPrice"])) / hours + ',
        "    return 0 * hours + ",
        (f"{TOLD}::test_a_reservation_of_one_size_covers_the_others_by_their_size",),
    ),
    Fault(
        "a refusal is taken for no commitments",
        (),
        "chalicelib/flows/told_commitments.py",
        "        return replace(before or now, refused=now.refused)\n",
        "        return replace(now, refused=now.refused)\n",
        (
            f"{TOLD}::test_a_refusal_keeps_the_last_answer_and_is_told",
            f"{TOLD}::test_a_refusal_of_rates_is_one_of_the_plan",
        ),
    ),
    Fault(
        "a refusal is not told",
        (),
        "chalicelib/flows/kept_ledger.py",
        "            unknown=self.commitments.unknown(month),\n",
        "            unknown=(),\n",
        (f"{TOLD}::test_a_refusal_keeps_the_last_answer_and_is_told",),
    ),
    Fault(
        "what is declared and told counts twice",
        (),
        "chalicelib/flows/commitments.py",
        "for each in told if not _among(each, declared)))\n",
        "for each in told))\n",
        (f"{TOLD}::test_of_two_with_one_id_the_declared_one_counts",),
    ),
    Fault(
        "what was sold still covers",
        (),
        "chalicelib/flows/told_commitments.py",
        "        return state == ACTIVE or (state == RETIRED and ends <= self.now)\n",
        "        return state in (ACTIVE, RETIRED)\n",
        (f"{TOLD}::test_what_is_not_in_force_does_not_count",),
    ),
    Fault(
        "what an organisation declares does not reach its reports",
        (),
        "chalicelib/entrypoints/http/applying.py",
        "said.exchange, said.commitments, said.reporting)\n",
        "said.exchange, (), said.reporting)\n",
        (
            f"{DEPLOYED}::test_with_a_savings_plan_over_half_of_the_compute_the_claim_is_half_the_list_claim",
            f"{DEPLOYED}::test_what_is_declared_is_in_the_export_and_back",
        ),
    ),
)
