"""Statements: whole cents that add up, groups, coverage, gaps, labels."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import permutations

import pytest

from chalicelib.core.money.amounts import Amounts, shared, to_cents
from chalicelib.core.money.baselines import Baseline, Basis
from chalicelib.core.money.bill import Charge
from chalicelib.core.money.commitments import Commitment, SavingsPlan
from chalicelib.core.money.compute import compute, roll_ups
from chalicelib.core.money.coverage import Share
from chalicelib.core.money.grouping import Grain
from chalicelib.core.money.inputs import Belongs, Exchange, Inputs
from chalicelib.core.money.sheet import BASELINE
from chalicelib.core.money.spans import Span
from chalicelib.core.money.statement import ITSELF, Gap, Label, restated, statement
from tests.core.money.samples import ADDRESS, LARGE, QA, UNKNOWN, at, baseline, inputs, span

DAYS = 30
DAY_SECONDS = 86400


def of(environment: str, *things: Span | Baseline) -> list[Span | Baseline]:
    return [replace(thing, environment=environment) for thing in things]


def several(*things: Span | Baseline, belongs: Sequence[Belongs] = (QA,)) -> Inputs:
    spans = tuple(thing for thing in things if isinstance(thing, Span))
    baselines = tuple(thing for thing in things if isinstance(thing, Baseline))
    return replace(inputs(*spans, baselines=baselines), belongs=tuple(belongs))


def test_a_statement_says_what_it_cost_what_was_avoided_and_what_keeps_billing() -> None:
    found = compute(several(span(at(3), at(4)), span(at(1), at(2), ADDRESS, arn="ip", keeps=True), baseline()))
    assert found.total == Amounts(actual=240, hours=29 * 240, residual=12)
    assert (found.total.avoided, found.total.would_have) == (29 * 240, 30 * 240)
    assert found.currency == "USD"


def test_what_curfew_cost_is_subtracted_once_in_a_row_of_its_own() -> None:
    found = compute(replace(several(baseline()), own_cost=Decimal("1.50")))
    *_, last = found.rows()
    assert (last.resource, last.day, last.amounts) == (ITSELF, None, Amounts(actual=150, hours=-150))
    assert (last.amounts.would_have, found.total.avoided) == (0, DAYS * 240 - 150)
    for grain in (Grain.ORGANISATION, Grain.COST_CENTER, Grain.TEAM, Grain.ENVIRONMENT, Grain.RESOURCE):
        assert [group.amounts.actual for group in found.by(grain) if group.keys == (ITSELF,)] == [150]


def test_cents_are_given_where_the_sum_passes_them_and_none_is_lost() -> None:
    column = array("q", [4_000] * 5 + [-4_000] * 5 + [4_999])
    to_cents([column])
    assert list(column) == [0, 1, 0, 1, 0, 0, -1, 0, -1, 0, 0]


def test_a_report_in_another_currency_is_converted_once() -> None:
    euros = Exchange("EUR", Decimal("0.8567"), "European Central Bank", date(2026, 12, 1))
    found = compute(replace(several(span(at(3), at(3, 1)), baseline()), exchange=euros))
    assert (found.currency, found.exchange) == ("EUR", euros)
    assert found.total == Amounts(actual=round(10 * euros.per_usd), hours=round(7190 * euros.per_usd))


@pytest.mark.parametrize("amount", [0, 1, 7, 100, -7])
def test_what_is_shared_is_shared_whole_and_in_proportion(amount: int) -> None:
    found = list(shared(amount, [1, 0, 2, 4]))
    assert sum(found) == amount
    assert found[1] == 0
    assert all(abs(mine - Decimal(amount * weight) / 7) < 1 for mine, weight in zip(found, [1, 0, 2, 4], strict=True))


PAYMENTS = Belongs("payments-qa", "acme", "CC-300", "payments-team")
STRAY = Belongs("stray")


def test_rows_are_grouped_by_what_environments_belong_to() -> None:
    things = [*of("orders-qa", baseline()), *of("payments-qa", baseline(LARGE)), *of("stray", baseline())]
    found = compute(several(*things, belongs=(STRAY, PAYMENTS, QA)))
    assert [(group.keys, group.amounts.hours) for group in found.by(Grain.ORGANISATION, Grain.COST_CENTER)] == [
        (("", ""), DAYS * 240),
        (("acme", "CC-210"), DAYS * 240),
        (("acme", "CC-300"), DAYS * 480),
    ]
    by_day = found.by(Grain.DAY)
    assert [group.keys for group in by_day][:2] == [("2026-11-01",), ("2026-11-02",)]
    assert {group.amounts.hours for group in by_day} == {960}
    (whole,) = found.by()
    assert (whole.amounts, whole.rows, whole.bases) == (found.total, 90, frozenset({Basis.OBSERVED}))


def test_a_group_says_how_much_of_it_ran_and_is_computable() -> None:
    found = compute(several(span(at(3), at(4)), span(at(4), at(6), UNKNOWN, arn="odd"), baseline()))
    (group,) = found.by(Grain.ENVIRONMENT)
    assert (group.seconds, group.rows, group.computable, group.provisional) == (3 * DAY_SECONDS, 32, 30, False)


def test_what_is_not_computable_is_named_and_is_not_nothing() -> None:
    odd, bare = span(at(4), at(6), UNKNOWN, arn="odd"), span(at(4), at(5), arn="bare")
    lost = span(at(4), at(5), "keep:mars-1:item", arn="lost", keeps=True)
    found = compute(several(odd, bare, lost))
    assert found.gaps == (
        Gap("orders-qa", "web", "bare", BASELINE, 1),
        Gap("orders-qa", "web", "lost", "keep:mars-1:item", 1),
        Gap("orders-qa", "web", "odd", UNKNOWN, 2),
    )
    known = {row.arn: (row.actual_known, row.avoided_known, row.residual_known) for row in found.rows()}
    assert known == {"bare": (True, False, True), "lost": (True, True, False), "odd": (False, False, True)}
    assert not any(row.computable for row in found.rows())


def test_coverage_counts_resources_and_their_seconds() -> None:
    things = [*of("orders-qa", baseline(), span(at(4), at(6), UNKNOWN, arn="odd")), *of("stray", baseline())]
    found = compute(several(*things, belongs=(QA, STRAY))).coverage
    month, two_days = DAYS * DAY_SECONDS, 2 * DAY_SECONDS
    everything = 2 * month + two_days
    assert found.computable == Share(2, 3, 2 * month, everything)
    assert found.allocated == Share(2, 3, month + two_days, everything)
    assert found.reconciled == Share(0, 3, 0, everything)


BILLED = (Charge("orders-qa", "web", Decimal("0.99"), "november.csv"),)


@pytest.mark.parametrize(
    ("until", "provisional", "bill", "other_was_final", "label"),
    [
        (at(9), False, BILLED, False, Label.ESTIMATE),
        (at(9), True, (), True, Label.ESTIMATE),
        (None, False, (), False, Label.PROVISIONAL),
        (None, True, BILLED, False, Label.PROVISIONAL),
        (None, False, BILLED, False, Label.FINAL),
        (at(9, month=12), False, BILLED, False, Label.FINAL),
        (None, False, BILLED, True, Label.RESTATED),
        (None, False, (), True, Label.RESTATED),
    ],
)
def test_the_label_says_how_sure_the_figures_are(
    until: datetime | None, provisional: bool, bill: tuple[Charge, ...], other_was_final: bool, label: Label
) -> None:
    given = replace(several(baseline(provisional=provisional)), until=until, bill=bill)
    found = statement(given, roll_ups(given))
    assert (restated(found) if other_was_final else found).label is label


def test_while_something_of_its_commitments_is_not_known_it_is_not_final() -> None:
    given = replace(several(baseline()), bill=BILLED)
    assert compute(given).label is Label.FINAL
    assert compute(replace(given, unknown=("AWS does not tell Savings Plans",))).label is Label.PROVISIONAL


def test_a_statement_of_nothing_is_not_final() -> None:
    found = compute(Inputs("2026-11", ()))
    assert (found.total, found.label, list(found.rows()), found.by()) == (Amounts(), Label.PROVISIONAL, [], ())


def plan(usd: str, covers: str = "ec2:*") -> Commitment:
    year = timedelta(days=365)
    return SavingsPlan("sp", Decimal(usd), Decimal("0.27"), (covers,), at(1) - year, at(1) + year)


def test_under_a_savings_plan_the_claim_is_a_range_from_the_marginal_saving() -> None:
    given = several(baseline(units="10"), span(at(1), at(2), units="10"))
    found = compute(replace(given, commitments=(plan("0.365"),))).total
    list_claim = 29 * 2400
    assert found.hours == list_claim
    assert found.avoided == list_claim // 2
    assert found.avoided_at_most == list_claim


def test_what_commitments_had_paid_for_is_borne_by_those_who_removed_it() -> None:
    database = baseline("rds:us-east-1:db.m5.large:mysql:none:single-az", arn="db")
    things = [*of("orders-qa", baseline()), *of("payments-qa", baseline(LARGE)), *of("stray", database)]
    found = compute(replace(several(*things, belongs=(QA, PAYMENTS, STRAY)), commitments=(plan("0.0657"),)))
    borne = {group.keys[0]: group.amounts.commitment for group in found.by(Grain.ENVIRONMENT)}
    assert borne == {"orders-qa": -720 * 3, "payments-qa": -720 * 6, "stray": 0}


def test_who_ran_more_under_an_unused_plan_paid_nothing_for_it() -> None:
    given = several(span(at(1), at(1, month=12)), baseline(on="0.5"))
    found = compute(replace(given, commitments=(plan("1"),))).total
    assert (found.hours, found.commitment, found.avoided, found.unused) == (-DAYS * 120, DAYS * 120, 0, 0)


def test_what_an_unused_plan_paid_for_belongs_to_what_ran_under_a_baseline() -> None:
    others = [span(at(1), at(1, month=12), arn="bare"), span(at(1), at(1, month=12), arn="later")]
    given = several(*others, span(at(1), at(1, month=12)), baseline(on="0.5"), baseline(arn="later", begins=at(30, 12)))
    found = compute(replace(given, commitments=(plan("1"),)))
    borne = {group.keys: group.amounts.commitment for group in found.by(Grain.RESOURCE)}
    first = {row.arn: row.amounts.commitment for row in found.rows() if row.day == date(2026, 11, 1)}
    assert borne == {("web",): DAYS * 120}
    assert first == {"arn:1": 120, "bare": 0, "later": 0}


def test_rows_bear_in_proportion_to_what_they_avoided_that_day() -> None:
    given = several(baseline(arn="a"), baseline(LARGE, arn="b"), span(at(1), at(1, month=12), arn="c"))
    found = compute(replace(given, commitments=(plan("0.219"),)))
    of_the_first = [row.amounts.commitment for row in found.rows() if row.day == date(2026, 11, 1)]
    assert of_the_first == [-160, -320, 0]


def test_where_clocks_are_half_an_hour_off_all_of_it_is_borne() -> None:
    given = several(span(at(1), at(3), starts=False), baseline(begins=at(4, 18, 30), ends=at(4, 19)))
    given = replace(given, belongs=(replace(QA, timezone="Asia/Kolkata"),), commitments=(plan("9"),))
    assert compute(given).total == Amounts(actual=480, hours=5, commitment=-5, unused=4, elsewhere=5)


def test_where_clocks_are_half_an_hour_off_it_is_borne_on_the_day_that_claims_anything() -> None:
    """It slept in the hour around midnight; on the day before another ran, of which nothing is claimed."""
    given = several(span(at(4), at(4, 18), starts=False, arn="bare"), baseline(begins=at(4, 18, 30), ends=at(4, 19)))
    given = replace(given, belongs=(replace(QA, timezone="Asia/Kolkata"),), commitments=(plan("9"),))
    borne = {row.arn: row.amounts.commitment for row in compute(given).rows() if row.amounts.commitment}
    assert borne == {"arn:1": -5}


def test_a_row_that_is_not_computable_bears_nothing_so_that_rows_add_up_to_what_is_shown() -> None:
    """One slept an hour of which a plan pays for all, and then ran nine times what it would have, at list prices."""
    unknown = span(at(3), at(4), UNKNOWN, arn="arn:0")
    more = span(at(3, 1), at(3, 3), units="9", starts=False)
    given = several(unknown, more, baseline(begins=at(3), ends=at(3, 3)))
    found = compute(replace(given, commitments=(plan("0.073"),)))
    borne = {(row.arn, row.avoided_known): row.amounts.commitment for row in found.rows()}
    assert borne == {("arn:0", False): 0, ("arn:1", True): -10}


def test_a_statement_is_the_same_whatever_the_order_of_its_roll_ups() -> None:
    things = [*of("orders-qa", baseline()), *of("payments-qa", baseline(LARGE)), *of("stray", baseline())]
    given = replace(several(*things, belongs=(QA, PAYMENTS)), commitments=(plan("0.1"),))
    found = [statement(given, each) for each in permutations(roll_ups(given))]
    assert all(each == found[0] == compute(given) for each in found)


def test_a_day_of_25_hours_is_in_the_statement_as_it_is() -> None:
    given = replace(several(baseline()), belongs=(replace(QA, timezone="America/New_York"),))
    first, second, *_ = compute(given).rows()
    assert (first.day_seconds, first.amounts.hours, second.amounts.hours) == (25 * 3600, 250, 240)


def test_rows_say_what_their_figures_rest_on() -> None:
    first, *_ = compute(several(baseline(provisional=True))).rows()
    assert (first.belongs, first.basis, first.provisional) == (QA, Basis.OBSERVED, True)
