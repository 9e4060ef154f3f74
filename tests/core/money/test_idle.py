"""What a bill says of commitments closes the range that they leave open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from chalicelib.core.money.amounts import Amounts
from chalicelib.core.money.bill import Charge, CommitmentUse
from chalicelib.core.money.commitments import Commitment, Reservation, SavingsPlan
from chalicelib.core.money.compute import compute
from chalicelib.core.money.inputs import Inputs
from chalicelib.core.money.statement import Label
from tests.core.money.samples import LARGE, SMALL, at, baseline, inputs, span

HOURS = 720
PLAN = SavingsPlan("sp-1", Decimal("0.073"), Decimal("0.27"), ("ec2:*",), at(1, month=1), at(1, month=12))
"""Pays for one server around the clock."""
RESERVED = Reservation("ri-1", Decimal(1), Decimal("0.4"), (SMALL,), at(1, month=1), at(1, month=12))
RAN = span(at(1), at(11), units="2", starts=False)
LOW, HIGH = 9_600 - 4_800, 9_600
"""Two servers ran for ten of thirty days. In 480 hours 0.10 had been paid for anyway, with 0.073."""


def hours(used: str, unused: str, first: int = 0, last: int = HOURS) -> tuple[CommitmentUse, ...]:
    begins = (at(1) + timedelta(hours=number) for number in range(first, last))
    return tuple(CommitmentUse(at, at + timedelta(hours=1), Decimal(used), Decimal(unused)) for at in begins)


def half(commitment: Commitment = PLAN, bill: tuple[Charge, ...] = ()) -> Inputs:
    given = inputs(RAN, baselines=(baseline(units="2"),))
    return replace(given, commitments=(commitment,), bill=bill)


def avoided(uses: Iterable[CommitmentUse], commitment: Commitment = PLAN) -> tuple[int, int]:
    total: Amounts = compute(replace(half(commitment), commitment_use=tuple(uses))).total
    return total.avoided, total.avoided_at_most


def test_without_a_bill_it_is_a_range() -> None:
    assert avoided(()) == (LOW, HIGH)


def test_what_lay_idle_is_not_avoided() -> None:
    assert avoided(hours("0", "0.073")) == (LOW, LOW)


def test_what_was_used_elsewhere_is_avoided() -> None:
    assert avoided(hours("0.073", "0")) == (HIGH, HIGH)


def test_of_what_lay_idle_in_part_the_rest_is_avoided() -> None:
    assert avoided(hours("0.053", "0.02")) == (HIGH - 1_315, HIGH - 1_315)


def test_no_more_lies_idle_than_was_freed() -> None:
    assert avoided(hours("0", "5")) == (LOW, LOW)


def test_what_was_unused_while_nothing_was_freed_takes_nothing_away() -> None:
    busy, asleep = hours("0", "0.073", 0, 240), hours("0.073", "0", 240)
    assert avoided((*busy, *asleep)) == (HIGH, HIGH)


def test_hours_of_which_the_bill_does_not_tell_stay_open() -> None:
    assert avoided(hours("0.073", "0", 0, 480)) == (LOW + 240 * 10, HIGH)


def test_a_bill_that_accounts_for_a_part_of_the_commitments_says_nothing() -> None:
    """One account's bill shows what that account used of a plan, and never what the others left unused."""
    assert avoided(hours("0.05", "0")) == (LOW, HIGH)
    assert avoided(hours("0.0724", "0")) == (HIGH, HIGH)


def test_what_a_bill_says_of_the_month_lies_in_hours_in_which_something_was_freed() -> None:
    month = CommitmentUse(at(1), at(1, month=12), Decimal("42.56"), Decimal("10"))
    assert avoided([month]) == (HIGH - 1_370, HIGH - 1_370)


def test_what_is_said_of_hours_goes_before_what_is_said_of_the_month() -> None:
    """The plan lay idle all the time, and nothing is left for what a reservation left unused besides."""
    month = CommitmentUse(at(1), at(1, month=12), Decimal(0), Decimal("10"))
    assert avoided((month, *hours("0", "0.073"))) == (LOW, LOW)
    assert avoided((month, *hours("0.073", "0"))) == (HIGH - 1_370, HIGH - 1_370)


def test_a_reservation_is_told_of_by_whatever_the_bill_says_of_one() -> None:
    month = CommitmentUse(at(1), at(1, month=12), Decimal(30), Decimal("0"))
    low, high = avoided((), RESERVED)
    assert high - low == 480 * 10
    assert avoided([month], RESERVED) == (high, high)


def test_parts_still_sum_to_the_whole() -> None:
    found = compute(replace(half(), commitment_use=hours("0.053", "0.02")))
    total = found.total
    assert (total.hours, total.commitment, total.unused) == (9_600, -1_315, 960)
    assert sum((row.amounts for row in found.rows()), Amounts()) == total


@pytest.mark.parametrize(
    ("uses", "label"),
    [
        (hours("0", "0.073"), Label.FINAL),
        (hours("0", "0.073", 0, 719), Label.PROVISIONAL),
        ((), Label.PROVISIONAL),
    ],
)
def test_a_report_is_final_only_when_no_range_is_left(uses: tuple[CommitmentUse, ...], label: Label) -> None:
    bill = (Charge("orders-qa", "web", Decimal(48)),)
    assert compute(replace(half(bill=bill), commitment_use=uses)).label is label


def test_what_our_own_usage_takes_over_is_free_for_nobody_and_leaves_no_range() -> None:
    """The plan paid for a small one at half its price. Asleep, it pays for 0.0625 of a large one that runs anyway."""
    dear = replace(PLAN, usd_per_hour=Decimal("0.05"), discount=Decimal("0.5"), covers=(SMALL,))
    plans = (dear, replace(dear, discount=Decimal("0.2"), covers=(LARGE,)))
    large = span(at(1), at(1, month=12), LARGE, arn="arn:2", starts=False)
    claims = (baseline(), baseline(LARGE, arn="arn:2"))
    total = compute(replace(inputs(large, baselines=claims), commitments=plans)).total
    assert (total.hours, total.commitment, total.unused) == (7_200, -2_700, 0)
    assert total.avoided == total.avoided_at_most == 4_500
