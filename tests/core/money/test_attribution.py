"""What was avoided, by which cause; each case can be done in the head at 0.10 (or 0.20, 0.03) an hour."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from chalicelib.core.money.attribution import hourly, lines, roll_up
from chalicelib.core.money.baselines import Baseline
from chalicelib.core.money.lines import NOTHING, Line, Parts
from chalicelib.core.money.rates import book
from chalicelib.core.money.spans import Draw, Span
from tests.core.money.samples import (
    ADDRESS,
    LARGE,
    MONTH,
    QA,
    RATES,
    RDS,
    SMALL,
    SPOT,
    UNKNOWN,
    at,
    baseline,
    by_day,
    rate,
    span,
)

THIRD = date(2026, 11, 3)


def usd(hours: str = "0", size: str = "0", spot: str = "0") -> Parts:
    return Parts(Decimal(hours), Decimal(size), Decimal(spot))


@pytest.mark.parametrize(
    ("spans", "of", "actual", "avoided"),
    [
        pytest.param([], baseline(), "0", usd("2.40"), id="asleep all day"),
        pytest.param([span(at(3), at(4))], baseline(), "2.40", usd(), id="up all day"),
        pytest.param([span(at(3, 8), at(3, 20))], baseline(), "1.20", usd("1.20"), id="up for half of it"),
        pytest.param([span(at(3, 8), at(3, 20))], baseline(on="0.9"), "1.20", usd("0.96"), id="on in 9 of 10 hours"),
        pytest.param([span(at(3), at(4))], baseline(on="0.5"), "2.40", usd("-1.20"), id="more than would have"),
        pytest.param([span(at(3), at(4))], baseline(LARGE), "2.40", usd("0", "2.40"), id="half the size"),
        pytest.param([span(at(3), at(4), LARGE)], baseline(), "4.80", usd("0", "-2.40"), id="twice the size"),
        pytest.param([span(at(3), at(4), SPOT)], baseline(), "0.72", usd("0", "0", "1.68"), id="on spot"),
        pytest.param(
            [span(at(3), at(3, 12), SPOT)], baseline(LARGE, on="0.75"), "0.36", usd("1.20", "1.20", "0.84"), id="all"
        ),
        pytest.param([span(at(3), at(3, 0, 0, 36))], baseline(), "0.001667", usd("2.398333"), id="a minimum charge"),
    ],
)
def test_what_was_avoided_is_put_down_to_hours_size_and_spot(
    spans: list[Span], of: Baseline, actual: str, avoided: Parts
) -> None:
    line = by_day(*spans, baselines=(of,))[THIRD]
    assert (line.actual, line.avoided) == (Decimal(actual), avoided)


def test_the_members_of_a_group_are_its_size() -> None:
    first, more = span(at(3, 8), at(3, 20), units="2"), span(at(3, 12), at(3, 14), units="3")
    line = by_day(first, more, baselines=(baseline(units="10"),))[THIRD]
    assert line.seconds == 12 * 3600
    assert line.actual == Decimal("3.00")
    assert line.avoided == usd("12", "9")


def test_what_runs_in_parts_is_compared_as_a_whole() -> None:
    vcpu, gb = ("fargate:us-east-1:vcpu:linux:on-demand", "fargate:us-east-1:gb:linux:on-demand")
    of = replace(baseline(), draws=(Draw(gb, Decimal(8)), Draw(vcpu, Decimal(2))))
    spans = [span(at(3), at(3, 12), vcpu, units="1"), span(at(3), at(3, 12), gb, units="4")]
    line = by_day(*spans, baselines=(of,), rates=(rate(vcpu, "0.04"), rate(gb, "0.01")))[THIRD]
    assert (line.seconds, line.actual, line.avoided) == (12 * 3600, Decimal("0.96"), usd("1.92", "0.96"))


def test_a_spot_price_that_steps_within_an_hour_counts_from_its_second() -> None:
    rates = (*RATES, rate(SPOT, "0.06", at(3, 8, 30)), rate(SPOT, "0.09", at(3, 8, 45)))
    line = by_day(span(at(3, 8), at(3, 9), SPOT), rates=rates)[THIRD]
    assert line.actual == Decimal("0.0525")


@pytest.mark.parametrize(("day", "hours"), [(1, 25), (2, 24)])
def test_a_day_on_which_clocks_change_would_have_cost_its_own_hours(day: int, hours: int) -> None:
    found = by_day(baselines=(baseline(),), belongs=replace(QA, timezone="America/New_York"))
    line = found[date(2026, 11, day)]
    assert (line.day_seconds, line.would_have) == (hours * 3600, hours * Decimal("0.10"))


def test_an_hour_of_the_week_is_that_of_local_clocks() -> None:
    nine_on_monday = tuple(Decimal(hour == 9) for hour in range(168))
    of = replace(baseline(), on=nine_on_monday)
    belongs = replace(QA, timezone="Asia/Kolkata")
    found = hourly(belongs, MONTH, [], book(RATES), [of], at(3))
    assert [(each.at, each.removed) for each in found] == [
        (at(2, 3), {SMALL: Decimal("0.05")}),
        (at(2, 4), {SMALL: Decimal("0.05")}),
    ]


@pytest.mark.parametrize(
    "item",
    ["public-ipv4", "nat-gateway", "load-balancer.application", "eks-control-plane", "elasticache.cache.m4.large"],
    ids=["Elastic IP", "NAT gateway", "ALB", "EKS control plane", "ElastiCache"],
)
@pytest.mark.parametrize("baselines", [(), (baseline("keep"),)], ids=["without a baseline", "with one by mistake"])
def test_what_keeps_billing_avoids_exactly_nothing(item: str, baselines: tuple[Baseline, ...]) -> None:
    key = f"keep:us-east-1:{item}"
    of = tuple(replace(each, draws=(Draw(key),)) for each in baselines)
    found = by_day(span(at(1), at(1, month=12), key, keeps=True), baselines=of, rates=(rate(key, "0.10"),))
    assert {(line.actual, line.residual, line.avoided) for line in found.values()} == {
        (NOTHING, Decimal("2.40"), usd())
    }


def test_what_could_not_be_stopped_claims_nothing_meanwhile() -> None:
    bound = span(at(3), at(3, 12), LARGE, keeps=True)
    line = by_day(bound, baselines=(baseline(),))[THIRD]
    assert (line.residual, line.avoided) == (Decimal("2.40"), usd("1.20"))


def test_storage_keeps_billing_beside_what_it_belongs_to() -> None:
    storage = span(at(3), at(4), ADDRESS, units="10", keeps=True)
    line = by_day(storage, baselines=(baseline(RDS),))[THIRD]
    assert (line.actual, line.residual, line.avoided) == (NOTHING, Decimal("1.20"), usd("12"))


def test_nothing_would_have_run_before_the_resource_was_there_nor_after_it_was_gone() -> None:
    of = baseline(begins=at(3, 12), ends=at(5, 6))
    found = by_day(span(at(4), at(4, 1)), baselines=(of,))
    assert {day.day: line.would_have for day, line in found.items()} == {
        3: Decimal("1.20"),
        4: Decimal("2.40"),
        5: Decimal("0.60"),
    }


def test_what_ran_before_its_baseline_holds_costs_and_avoids_nothing() -> None:
    line = by_day(span(at(3), at(3, 18)), baselines=(baseline(begins=at(3, 12)),))[THIRD]
    assert (line.actual, line.avoided) == (Decimal("1.80"), usd("0.60"))


def test_two_baselines_one_after_the_other_each_hold_for_their_time() -> None:
    ones = (baseline(ends=at(3, 12)), baseline(LARGE, begins=at(3, 12)))
    assert by_day(baselines=ones)[THIRD].would_have == Decimal("3.60")


def test_nothing_after_until_is_in_a_line() -> None:
    found = lines(QA, MONTH, [span(at(2), at(9))], book(RATES), [baseline()], at(3, 12))
    assert [(line.day.day, line.actual, line.would_have) for line in found] == [
        (1, 0, Decimal("2.40")),
        (2, Decimal("2.40"), Decimal("2.40")),
        (3, Decimal("1.20"), Decimal("1.20")),
    ]


SMALL_IN_EUROPE, SPOT_IN_EUROPE = (key.replace("us-east", "eu-west") for key in (SMALL, SPOT))


@pytest.mark.parametrize(
    ("spans", "of", "missing"),
    [
        ([span(at(3), at(4), UNKNOWN)], baseline(), (UNKNOWN,)),
        ([], baseline(UNKNOWN), (UNKNOWN,)),
        ([span(at(3), at(4), SPOT_IN_EUROPE)], baseline(), (SMALL_IN_EUROPE, SPOT_IN_EUROPE)),
    ],
)
def test_without_a_rate_a_line_is_not_computable_and_names_it(
    spans: list[Span], of: Baseline, missing: tuple[str, ...]
) -> None:
    line = by_day(*spans, baselines=(of,))[THIRD]
    assert (line.avoided, line.actual, line.missing) == (None, NOTHING, missing)


def test_without_a_rate_of_what_keeps_billing_only_that_is_not_computable() -> None:
    storage = span(at(3), at(4), "keep:mars-1:rds.gp3.gb", keeps=True)
    line = by_day(storage, span(at(3), at(3, 12), RDS), baselines=(baseline(RDS),))[THIRD]
    assert (line.residual, line.residual_missing, line.missing) == (NOTHING, ("keep:mars-1:rds.gp3.gb",), ())
    assert (line.actual, line.avoided) == (Decimal("6"), usd("6"))


def test_without_a_baseline_it_is_known_what_it_cost_and_not_what_was_avoided() -> None:
    line = by_day(span(at(3), at(4)))[THIRD]
    assert (line.actual, line.avoided, line.would_have, line.missing) == (Decimal("2.40"), None, None, ())


def test_a_rate_that_begins_later_is_missing_until_then() -> None:
    line = by_day(span(at(3), at(4)), rates=(rate(SMALL, "0.10", at(3, 12)),), baselines=(baseline(),))[THIRD]
    assert line.missing == (SMALL,)


def removed_and_ran(*spans: Span, of: Baseline) -> dict[datetime, tuple[dict[str, Decimal], dict[str, Decimal]]]:
    found = hourly(QA, MONTH, spans, book(RATES), [of], at(1, 2))
    return {each.at: (dict(each.ran), dict(each.removed)) for each in found}


def test_commitments_are_set_against_what_ran_and_what_would_have() -> None:
    assert removed_and_ran(span(at(1), at(1, 1, 30), LARGE), of=baseline()) == {
        at(1, 0): ({LARGE: Decimal("0.20")}, {LARGE: Decimal("-0.20"), SMALL: Decimal("0.10")}),
        at(1, 1): ({LARGE: Decimal("0.10")}, {LARGE: Decimal("-0.10"), SMALL: Decimal("0.10")}),
    }


def test_no_commitment_covers_spot_capacity() -> None:
    assert removed_and_ran(span(at(1), at(1, 1), SPOT), of=baseline()) == {
        at(1, 0): ({}, {SMALL: Decimal("0.10")}),
        at(1, 1): ({}, {SMALL: Decimal("0.10")}),
    }


def test_what_is_not_computable_uses_commitments_and_frees_none() -> None:
    assert removed_and_ran(span(at(1), at(1, 1)), of=baseline(UNKNOWN)) == {at(1, 0): ({SMALL: Decimal("0.10")}, {})}


def test_a_roll_up_is_its_lines_and_hours() -> None:
    spans, of = [span(at(3), at(4))], [baseline()]
    found = roll_up(QA, MONTH, spans, book(RATES), of, at(9))
    assert tuple(found.lines) == lines(QA, MONTH, spans, book(RATES), of, at(9))
    assert tuple(found.hourly) == hourly(QA, MONTH, spans, book(RATES), of, at(9))
    assert found.closed_until == at(9)


def test_lines_come_by_resource_and_day() -> None:
    found = lines(
        QA,
        MONTH,
        [span(at(4), at(5), arn="b"), span(at(3), at(4), arn="b"), span(at(5), at(6), arn="a")],
        book(RATES),
        [],
    )

    def place(line: Line) -> tuple[str, int]:
        return line.arn, line.day.day

    assert [place(line) for line in found] == [("a", 5), ("b", 3), ("b", 4)]
