"""The number that stands for a report's inputs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from chalicelib.core.money.bill import Charge, CommitmentUse
from chalicelib.core.money.commitments import SavingsPlan
from chalicelib.core.money.compute import compute
from chalicelib.core.money.inputs import Budget, Exchange, Inputs
from chalicelib.core.money.snapshot import canonical
from chalicelib.core.money.spans import Draw
from tests.core.money.samples import LARGE, QA, SMALL, SUSE, UNKNOWN, at, baseline, inputs, rate, span

GIVEN = inputs(span(at(3), at(4)), span(at(5), at(6), arn="b"), baselines=(baseline(), baseline(LARGE, arn="b")))
DUBAI = timezone(timedelta(hours=4))
PLAN = SavingsPlan("sp", Decimal(1), Decimal("0.27"), ("ec2:*",), at(1), at(2))
EUROS = Exchange("EUR", Decimal("0.85"), "European Central Bank", date(2026, 12, 1))


def hash_of(given: Inputs) -> str:
    return compute(given).snapshot.hash


@pytest.mark.parametrize(
    "same",
    [
        lambda given: replace(given, spans=given.spans[::-1], rates=given.rates[::-1], baselines=given.baselines[::-1]),
        lambda given: replace(given, spans=tuple(replace(each, units=Decimal("1.00")) for each in given.spans)),
        lambda given: replace(
            given, spans=tuple(replace(each, begins=each.begins.astimezone(DUBAI)) for each in given.spans)
        ),
        lambda given: replace(given, rates=(*given.rates, rate(UNKNOWN, "9"))),
        lambda given: replace(given, own_cost=Decimal("0.000")),
        lambda given: replace(given, rates=tuple(replace(each, dated=date(2026, 12, 4)) for each in given.rates)),
        lambda given: replace(given, rates=tuple(replace(each, source="another list") for each in given.rates)),
        lambda given: replace(given, rates=(*given.rates, rate(SMALL, "9", at(1, month=12)))),
        lambda given: replace(given, rates=(*given.rates, rate(SMALL, "0.10", at(1, month=10)))),
    ],
    ids=[
        "another order",
        "idle zeros",
        "another offset",
        "a rate that nothing rests on",
        "another zero",
        "rates read again later",
        "rates read elsewhere",
        "a price after the month",
        "the price before the month",
    ],
)
def test_the_same_inputs_have_the_same_hash(same: Callable[[Inputs], Inputs]) -> None:
    assert hash_of(same(GIVEN)) == hash_of(GIVEN)


def test_what_a_commitment_covers_of_what_is_not_there_in_the_month_makes_no_difference() -> None:
    """It is known each day what a plan takes off what runs then, and off nothing else."""
    plan = replace(PLAN, covers=(SMALL,))
    more = (replace(plan, covers=(UNKNOWN, SMALL)), replace(plan, discount=Decimal("0.6"), covers=(SUSE,)))
    ones = [compute(replace(GIVEN, commitments=each)) for each in ((plan,), more)]
    assert ones[0] == ones[1]


@pytest.mark.parametrize(
    "other",
    [
        lambda given: replace(given, spans=given.spans[1:]),
        lambda given: replace(given, spans=(replace(given.spans[0], ends=at(4, 0, 0, 1)), *given.spans[1:])),
        lambda given: replace(given, rates=(rate(SMALL, "0.11"), *given.rates[1:])),
        lambda given: replace(given, rates=(*given.rates, rate(SMALL, "0.10", at(30)))),
        lambda given: replace(given, baselines=given.baselines[:1]),
        lambda given: replace(given, commitments=(PLAN,)),
        lambda given: replace(given, budgets=(Budget("orders-qa", Decimal(9)),)),
        lambda given: replace(given, belongs=(replace(QA, team="another-team"),)),
        lambda given: replace(given, exchange=EUROS),
        lambda given: replace(given, own_cost=Decimal(1)),
        lambda given: replace(given, until=at(9)),
        lambda given: replace(given, method=2),
        lambda given: replace(given, bill=(Charge("orders-qa", "web", Decimal(0)),)),
        lambda given: replace(given, commitment_use=(CommitmentUse(at(1), at(2), Decimal(0), Decimal(1)),)),
    ],
    ids=[
        "spans",
        "one second",
        "rates",
        "a price from the last day on",
        "baselines",
        "commitments",
        "budgets",
        "belongs",
        "exchange",
        "own cost",
        "until",
        "method",
        "bill",
        "use of commitments",
    ],
)
def test_other_inputs_have_another_hash(other: Callable[[Inputs], Inputs]) -> None:
    assert hash_of(other(GIVEN)) != hash_of(GIVEN)


def test_a_snapshot_is_named_by_its_month_and_hash() -> None:
    found = compute(GIVEN).snapshot
    assert (found.id, found.method) == (f"2026-11-{found.hash[:12]}", 1)
    assert len(found.hash) == 64


def test_the_order_of_what_a_baseline_draws_makes_no_difference() -> None:
    draws = (Draw(SMALL), Draw(LARGE, Decimal(2)))
    ones = [inputs(baselines=(replace(baseline(), draws=each),)) for each in (draws, draws[::-1])]
    assert compute(ones[0]) == compute(ones[1])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("1.50"), "1.5"),
        (Decimal("1E+3"), "1000"),
        (Decimal("-0.0"), "0"),
        (datetime(2026, 11, 1, 4, tzinfo=DUBAI), "2026-11-01T00:00:00+00:00"),
        (datetime(2026, 11, 1, tzinfo=UTC), "2026-11-01T00:00:00+00:00"),
        ("a\n(b)", r"'a\n(b)'"),
        ((None, True, 3, date(2026, 11, 1)), "(None,True,3,2026-11-01)"),
        (Draw("key"), "Draw('key',1)"),
    ],
)
def test_each_value_has_one_text(value: object, text: str) -> None:
    assert canonical(value) == text


def test_what_is_no_input_has_no_text() -> None:
    with pytest.raises(TypeError, match="no value of the ledger"):
        canonical(1.5)
