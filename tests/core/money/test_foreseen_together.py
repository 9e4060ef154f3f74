"""Commitments over environments that are planned together. November 2026 has 720 hours; a small one costs 0.10."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.model import Desired
from chalicelib.core.money.commitments import Commitment, Reservation, SavingsPlan
from chalicelib.core.money.foreseeing import Foreseen, Outlook
from chalicelib.core.money.foreseen_together import foreseen_together
from chalicelib.core.money.inputs import Belongs
from chalicelib.core.money.rates import book
from chalicelib.core.simulate import Run
from tests.core.money.samples import MONTH, RATES, at, baseline

FIRST, MIDDLE, LAST = at(1), at(16), at(1, month=12)
ALL_ASLEEP = [Run(FIRST, LAST, Desired.DOWN)]
HALF = [Run(FIRST, MIDDLE, Desired.UP), Run(MIDDLE, LAST, Desired.DOWN)]
BEFORE, AFTER = at(1, month=1), at(31, month=12)


def plan(usd_per_hour: str) -> SavingsPlan:
    return SavingsPlan("sp-1", Decimal(usd_per_hour), Decimal("0.27"), ("ec2:*:on-demand",), BEFORE, AFTER)


def outlook(name: str, runs: list[Run] = HALF, units: str = "2", on: str = "1") -> Outlook:
    return Outlook(Belongs(name), runs, (replace(baseline(units=units, on=on), environment=name),))


def seen(*commitments: Commitment, of: tuple[Outlook, ...] = (outlook("orders-qa"),)) -> tuple[Foreseen, ...]:
    return foreseen_together(of, MONTH, book(RATES), commitments)


def test_a_plan_over_half_of_what_would_run_at_27_percent_off_leaves_half_of_the_claim() -> None:
    """0.20 would run at list, and 0.073 an hour pays for 0.10 of it."""
    (found,) = seen(plan("0.073"), of=(outlook("orders-qa", ALL_ASLEEP),))
    assert (found.low, found.covered, found.high) == tuple(map(Decimal, ("72.00", "72.00", "144.00")))


def test_with_half_of_it_left_running_the_plan_goes_on_paying_for_that() -> None:
    """While both run one is covered, asleep neither: the plan is freed in each hour of the rest."""
    (found,) = seen(plan("0.073"))
    assert (found.low, found.high) == (Decimal("36.00"), Decimal("72.00"))


def test_what_others_go_on_using_is_avoided_in_full() -> None:
    """The plan pays for one of three; the two that stay up use it whatever the third does."""
    stays = outlook("shop-qa", [Run(FIRST, LAST, Desired.UP)])
    found, still = seen(plan("0.073"), of=(outlook("orders-qa", units="1"), stays))
    assert (found.low, found.high) == (Decimal("36.00"), Decimal("36.00"))
    assert (still.low, still.high) == (Decimal("0.00"), Decimal("0.00"))


def test_what_is_freed_is_shared_by_those_who_free_it() -> None:
    found = seen(plan("0.073"), of=(outlook("orders-qa", units="3"), outlook("shop-qa", units="1")))
    assert [each.covered for each in found] == [Decimal("27.00"), Decimal("9.00")]


def test_a_plan_that_ended_before_pays_for_nothing() -> None:
    (found,) = seen(replace(plan("0.073"), ends=FIRST))
    assert found.covered == Decimal("0.00")


def test_that_commitments_pay_for_more_than_would_have_run_is_no_gain() -> None:
    (found,) = seen(plan("0.146"), of=(outlook("orders-qa", on="0.25"),))
    assert found.low is not None
    assert found.high == Decimal("-36.00")
    assert found.low <= found.high


@pytest.mark.parametrize("known", [None, ()])
def test_none_is_not_the_same_as_nobody_looked(known: tuple[Commitment, ...] | None) -> None:
    (found,) = foreseen_together((outlook("orders-qa"),), MONTH, book(RATES), known)
    assert found.low == (None if known is None else Decimal("72.00"))


AMOUNTS = st.sampled_from(["0", "0.01", "0.073", "1"])
SHARES = st.sampled_from(["0", "0.5", "1"])


@given(AMOUNTS, st.sampled_from(["0", "1", "5"]), st.lists(SHARES, min_size=1, max_size=3))
def test_the_range_lies_within_what_is_avoided_at_list_prices(usd: str, units: str, on: list[str]) -> None:
    reserved = Reservation("ri-1", Decimal(units), Decimal("0.4"), ("ec2:us-east-1:*",), BEFORE, AFTER)
    of = tuple(outlook(f"qa-{number}", on=each) for number, each in enumerate(on))
    listed = seen(of=of)
    for found, alone in zip(seen(plan(usd), reserved, of=of), listed, strict=True):
        assert found.high == alone.high
        assert found.low is not None
        assert found.covered is not None
        assert found.low <= found.high
        assert 0 <= found.covered <= max(found.would_have, Decimal(0))
