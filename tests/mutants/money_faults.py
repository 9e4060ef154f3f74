"""The planted faults of the ledger: what would make its figures untrue."""

from __future__ import annotations

from tests.mutants.faults import Fault

MONEY = "chalicelib/core/money"
ALWAYS = "tests/properties/test_money.py"
ATTRIBUTION = "tests/core/money/test_attribution.py"
BILLING = "tests/core/money/test_billing.py"
COVERING = "tests/core/money/test_covering.py"
STATEMENT = "tests/core/money/test_statement.py"
SNAPSHOT = "tests/core/money/test_snapshot.py"

SUMS = f"{ALWAYS}::test_parts_sum_to_the_whole_to_the_cent_in_every_grouping"
LINE = f"{ALWAYS}::test_the_parts_of_a_line_are_what_it_would_have_cost_less_what_it_did"
CEILING = f"{ALWAYS}::test_avoided_is_never_above_the_baseline_cost_of_what_could_be_stopped"
LIFE = f"{ALWAYS}::test_nothing_is_billed_or_claimed_before_creation_or_after_deletion"
ONCE = f"{ALWAYS}::test_one_resource_hour_is_in_one_bucket"
SAME = f"{ALWAYS}::test_the_same_inputs_give_the_same_statement_whatever_their_order"
BORNE = f"{ALWAYS}::test_what_a_plan_lost_is_borne_whole"
BILLED = f"{BILLING}::test_a_run_is_billed_as_its_service_bills"
CAUSES = f"{ATTRIBUTION}::test_what_was_avoided_is_put_down_to_hours_size_and_spot"
HALF = f"{COVERING}::test_with_a_savings_plan_over_half_of_the_compute_the_claim_is_half_the_list_claim"

MONEY_FAULTS = (
    Fault(
        "cents are rounded one by one",
        (11,),
        f"{MONEY}/amounts.py",
        "                running += micro * times\n",
        "                running, given = micro * times, 0\n",
        (SUMS, f"{STATEMENT}::test_cents_are_given_where_the_sum_passes_them_and_none_is_lost"),
    ),
    Fault(
        "a group leaves out a row",
        (11,),
        f"{MONEY}/grouping.py",
        "        yield _keys(sheet, grains, resource, day), numbers\n",
        "        yield _keys(sheet, grains, resource, day), numbers[:-1] or numbers\n",
        (SUMS,),
    ),
    Fault(
        "the surplus of billing is no part of what it cost",
        (),
        f"{MONEY}/attribution.py",
        "    whole = _usd(tally.would - tally.own - tally.surplus)\n",
        "    whole = _usd(tally.would - tally.own)\n",
        (LINE, CAUSES),
    ),
    Fault(
        "size is counted twice",
        (),
        f"{MONEY}/attribution.py",
        "    return Parts(whole - size - spot, size, spot)\n",
        "    return Parts(whole - spot, size, spot)\n",
        (LINE, CAUSES),
    ),
    Fault(
        "hours that a person would have stopped are claimed",
        (),
        f"{MONEY}/metering.py",
        "                    tally.would += share * cost\n",
        "                    tally.would += cost\n",
        (CEILING, CAUSES),
    ),
    Fault(
        "what keeps billing is claimed",
        (),
        f"{MONEY}/metering.py",
        "            if not key.startswith(KEEP):\n                yield",
        "            if key:\n                yield",
        (f"{ATTRIBUTION}::test_what_keeps_billing_avoids_exactly_nothing",),
    ),
    Fault(
        "what could not be stopped is claimed",
        (),
        f"{MONEY}/metering.py",
        "        bound = [self._stretch(span) for span in kept if not span.rate.startswith(KEEP)]\n",
        "        bound: list[Interval] = []\n",
        (f"{ATTRIBUTION}::test_what_could_not_be_stopped_claims_nothing_meanwhile",),
    ),
    Fault(
        "a resource would have run before it was created",
        (),
        f"{MONEY}/metering.py",
        "        return without([self.frame.within(second(baseline.begins), ends)], bound)\n",
        "        return without([self.frame.within(self.frame.begins, ends)], bound)\n",
        (LIFE, f"{ATTRIBUTION}::test_nothing_would_have_run_before_the_resource_was_there_nor_after_it_was_gone"),
    ),
    Fault(
        "a resource would have run after it was deleted",
        (),
        f"{MONEY}/metering.py",
        "        ends = self.frame.ends if baseline.ends is None else second(baseline.ends)\n",
        "        ends = self.frame.ends\n",
        (LIFE, f"{ATTRIBUTION}::test_nothing_would_have_run_before_the_resource_was_there_nor_after_it_was_gone"),
    ),
    Fault(
        "a surplus is billed after its run",
        (),
        f"{MONEY}/metering.py",
        "        span, last = surplus.last, second(surplus.last.ends) - 1\n",
        "        span, last = surplus.last, second(surplus.last.ends)\n",
        (f"{BILLING}::test_a_run_that_ends_at_midnight_has_its_surplus_before_it",),
    ),
    Fault(
        "a second is in two hours",
        (),
        f"{MONEY}/cells.py",
        "            yield cell, begins, min(cell.ends, ends)\n",
        "            yield cell, cell.begins, min(cell.ends, ends)\n",
        (ONCE,),
    ),
    Fault(
        "every day has 24 hours",
        (),
        f"{MONEY}/cells.py",
        "        lasts[cell.day] = lasts.get(cell.day, 0) + cell.seconds\n",
        "        lasts[cell.day] = 86400\n",
        (ONCE, "tests/core/money/test_cells.py::test_a_day_has_the_hours_its_zone_gives_it"),
    ),
    Fault(
        "SUSE is billed by the second",
        (),
        f"{MONEY}/billing.py",
        'rest[2:3] == ["suse"]',
        'rest[2:3] == ["sles"]',
        (BILLED,),
    ),
    Fault(
        "a start of EC2 has no minimum",
        (),
        f"{MONEY}/billing.py",
        '    "ec2": Rule(least=MINUTE),\n',
        '    "ec2": Rule(),\n',
        (BILLED,),
    ),
    Fault(
        "a start of RDS costs a minute at least",
        (),
        f"{MONEY}/billing.py",
        '    "rds": Rule(least=10 * MINUTE),\n',
        '    "rds": Rule(least=MINUTE),\n',
        (BILLED,),
    ),
    Fault(
        "a group is one member",
        (),
        f"{MONEY}/metering.py",
        "own = span.units * self._cost(span.rate, start, end, tally.missing)\n                tally.own += own\n",
        "own = self._cost(span.rate, start, end, tally.missing)\n                tally.own += own\n",
        (f"{ATTRIBUTION}::test_the_members_of_a_group_are_its_size", LINE),
    ),
    Fault(
        "a spot price holds for the whole stretch",
        (),
        f"{MONEY}/prices.py",
        "        while number + 1 < len(begun) and begun[number + 1] < ends:\n",
        "        while begun[number + 1 :] and begun[number + 1] < begins:\n",
        (f"{ATTRIBUTION}::test_a_spot_price_that_steps_within_an_hour_counts_from_its_second",),
    ),
    Fault(
        "a missing rate is nothing",
        (),
        f"{MONEY}/metering.py",
        "            missing.add(key)\n            return Decimal(0)\n",
        "            return Decimal(0)\n",
        (
            f"{ALWAYS}::test_a_missing_rate_poisons_only_its_own_resource",
            f"{ATTRIBUTION}::test_without_a_rate_a_line_is_not_computable_and_names_it",
        ),
    ),
    Fault(
        "a missing rate poisons its environment",
        (),
        f"{MONEY}/attribution.py",
        "        if tally.computable:\n",
        "        if all(each.computable for days in metered.values() for each in days.values()):\n",
        (f"{ALWAYS}::test_a_missing_rate_poisons_only_its_own_resource",),
    ),
    Fault(
        "a plan covers its commitment at list price",
        (),
        f"{MONEY}/covering.py",
        "        room = (part.usd_per_hour - paid) / (1 - part.discount)\n",
        "        room = part.usd_per_hour - paid\n",
        (HALF, BORNE),
    ),
    Fault(
        "what commitments had paid for is claimed",
        (),
        f"{MONEY}/burden.py",
        "        if lost:\n            parts",
        "        if lost < 0:\n            parts",
        (BORNE, f"{STATEMENT}::test_under_a_savings_plan_the_claim_is_a_range_from_the_marginal_saving"),
    ),
    Fault(
        "every environment bears all of it",
        (),
        f"{MONEY}/burden.py",
        "                each.lost[at] += mine\n",
        "                each.lost[at] += lost\n",
        (BORNE, f"{STATEMENT}::test_what_commitments_had_paid_for_is_borne_by_those_who_removed_it"),
    ),
    Fault(
        "what ran without a baseline is given what commitments paid for",
        (),
        f"{MONEY}/bearing.py",
        "map(sheet.claimed.__getitem__, numbers)",
        'map(sheet.columns["actual"].__getitem__, numbers)',
        (f"{STATEMENT}::test_what_an_unused_plan_paid_for_belongs_to_what_ran_under_a_baseline",),
    ),
    Fault(
        "plans are spent before reservations",
        (),
        f"{MONEY}/covering.py",
        "    return isinstance(parts[0], SavingsPlan), -parts[0].discount, parts[0].id\n",
        "    return isinstance(parts[0], Reservation), -parts[0].discount, parts[0].id\n",
        (f"{COVERING}::test_what_commitments_would_have_covered_saves_nothing",),
    ),
    Fault(
        "a commitment covers spot capacity",
        (),
        f"{MONEY}/metering.py",
        "    if not is_spot(key):\n",
        "    if is_spot(key) or key:\n",
        (f"{ATTRIBUTION}::test_no_commitment_covers_spot_capacity",),
    ),
    Fault(
        "what Curfew cost is not subtracted",
        (),
        f"{MONEY}/statement.py",
        "    made.append(NO_DAY, (micros, -micros, 0, 0, 0, 0, 0, 0))\n",
        "    made.append(NO_DAY, (micros, 0, 0, 0, 0, 0, 0, 0))\n",
        (f"{STATEMENT}::test_what_curfew_cost_is_subtracted_once_in_a_row_of_its_own",),
    ),
    Fault(
        "rows are in the order in which they came",
        (),
        f"{MONEY}/statement.py",
        "        return sorted(self._sheets, key=lambda each: _place(each.belongs))\n",
        "        return self._sheets\n",
        (SAME, f"{STATEMENT}::test_a_statement_is_the_same_whatever_the_order_of_its_roll_ups"),
    ),
    Fault(
        "the hash depends on the order of inputs",
        (),
        f"{MONEY}/snapshot.py",
        "    texts = sorted(canonical(each) for each in (*spans, *baselines, *rates))\n",
        "    texts = [canonical(each) for each in (*spans, *baselines, *rates)]\n",
        (SAME, f"{SNAPSHOT}::test_the_same_inputs_have_the_same_hash"),
    ),
    Fault(
        "the hash does not know the method",
        (),
        f"{MONEY}/snapshot.py",
        "    head = (inputs.month, inputs.method, inputs.exchange, inputs.own_cost)\n",
        "    head = (inputs.month, inputs.exchange, inputs.own_cost)\n",
        (f"{SNAPSHOT}::test_other_inputs_have_another_hash",),
    ),
)
