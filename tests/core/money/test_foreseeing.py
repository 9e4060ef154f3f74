"""A month that is only planned, in money. November 2026 has 720 hours; a small one costs 0.10."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.model import Desired
from chalicelib.core.money.baselines import Baseline, Basis
from chalicelib.core.money.foreseeing import Foreseen, Outlook, foreseen, paid_by_part, rolled
from chalicelib.core.money.rates import book
from chalicelib.core.simulate import Run
from tests.core.money.samples import ADDRESS, LARGE, MONTH, QA, RATES, UNKNOWN, at, baseline, span

FIRST, MIDDLE, LAST = at(1), at(16), at(1, month=12)
HALF = [Run(FIRST, MIDDLE, Desired.UP), Run(MIDDLE, LAST, Desired.DOWN)]


def seen(
    *baselines: Baseline, runs: list[Run] = HALF, covered: dict[tuple[str, str], Decimal] | None = None
) -> Foreseen:
    return looked(Outlook(QA, runs, baselines or (baseline(),)), covered or {})


def looked(outlook: Outlook, covered: dict[tuple[str, str], Decimal] | None = None) -> Foreseen:
    found = rolled(outlook, MONTH, book(RATES))
    return foreseen(outlook, found, None if covered is None else paid_by_part(found, covered))


def usd(*amounts: str) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, amounts))


def test_a_rest_avoids_what_would_have_run_in_it() -> None:
    found = seen(baseline(on="0.5"))
    assert (found.would_have, found.will, found.low, found.high) == usd("36.00", "36.00", "0.00", "0.00")
    found = seen()
    assert (found.would_have, found.will, found.low, found.high) == usd("72.00", "36.00", "36.00", "36.00")


def test_more_than_would_have_run_is_a_loss() -> None:
    assert seen(baseline(on="0.25")).high == Decimal("-18.00")


def test_what_commitments_paid_for_is_avoided_only_if_they_are_used_elsewhere() -> None:
    found = seen(covered={("web", "arn:1"): Decimal("0.5")})
    assert (found.low, found.covered, found.high) == usd("18.00", "18.00", "36.00")


def test_nothing_is_claimed_while_things_are_left_as_they_are() -> None:
    found = seen(runs=[Run(FIRST, MIDDLE, Desired.AS_IS), Run(MIDDLE, LAST, Desired.DOWN)])
    assert (found.would_have, found.will, found.high) == usd("36.00", "0.00", "36.00")


def test_what_has_no_price_or_no_size_is_in_no_figure() -> None:
    priceless = replace(baseline(UNKNOWN, arn="arn:2"), resource="search")
    found = looked(Outlook(QA, HALF, (baseline(), priceless), unknown=(("database", "what it draws"),)))
    assert found.high == Decimal("36.00")
    assert found.unknown == (("database", "what it draws"), ("search", UNKNOWN))
    assert found.computable


def test_where_nothing_is_known_nothing_is_computable() -> None:
    assert not seen(baseline(UNKNOWN)).computable
    assert not looked(Outlook(QA, HALF, unknown=(("nodes", "what it draws"),))).computable
    assert looked(Outlook(QA, HALF)).computable


def test_without_commitments_that_anybody_looked_at_there_is_no_low_end() -> None:
    found = looked(Outlook(QA, HALF, (baseline(),)))
    assert (found.low, found.covered, found.floor, found.high) == (None, None, None, Decimal("36.00"))


def test_around_the_clock_is_no_low_end_either() -> None:
    found = seen(replace(baseline(), basis=Basis.CEILING))
    assert (found.low, found.floor) == (Decimal("36.00"), None)


def test_what_keeps_billing_bills_all_month_and_avoids_nothing() -> None:
    address = span(FIRST, LAST, ADDRESS, arn="arn:9", starts=False, keeps=True)
    disk = replace(address, arn="arn:8", rate="keep:us-east-1:not-told", resource="disk")
    found = looked(Outlook(QA, HALF, (baseline(),), (address, disk)), {})
    assert (found.keeps, found.high, found.will) == usd("3.60", "36.00", "36.00")
    assert (found.keeps_unknown, found.unknown) == ((("disk", "keep:us-east-1:not-told"),), ())


def test_what_it_rests_on_is_named() -> None:
    found = seen(baseline(), replace(baseline(LARGE, arn="arn:2", provisional=True), basis=Basis.CEILING))
    assert (found.bases, found.ceiling, found.provisional) == ((Basis.CEILING, Basis.OBSERVED), True, True)


HOURS = st.integers(0, 719)


@st.composite
def plans(draw: st.DrawFn) -> list[Run]:
    cuts = sorted({FIRST, LAST, *(_hour(each) for each in draw(st.lists(HOURS, max_size=6)))})
    wanted = draw(st.lists(st.sampled_from(Desired), min_size=len(cuts), max_size=len(cuts)))
    return [Run(one, other, desired) for one, other, desired in zip(cuts, cuts[1:], wanted, strict=False)]


def _hour(number: int) -> datetime:
    return at(1 + number // 24, number % 24)


PARTS = st.sampled_from(["0", "0.3", "1"]).map(Decimal)


@given(plans(), PARTS, PARTS)
def test_figures_add_up_and_never_exceed_what_would_have_been(runs: list[Run], on: Decimal, part: Decimal) -> None:
    found = seen(baseline(on=str(on)), runs=runs, covered={("web", "arn:1"): part})
    assert found.would_have - found.will == found.high
    assert found.low is not None
    assert found.covered is not None
    assert found.low <= found.high <= found.would_have
    assert found.low + found.covered == found.high
