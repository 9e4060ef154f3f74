"""What must hold of every baseline that was observed, whatever ran."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.money.attribution import lines
from chalicelib.core.money.inputs import Belongs
from chalicelib.core.money.profiling import observed
from chalicelib.core.money.rates import book
from chalicelib.core.money.spans import Span
from tests.core.money.samples import LARGE, MONTH, RATES, SMALL, SPOT, at

BEGINS, ENDS = at(1), at(29)
SECONDS = st.integers(0, int((ENDS - BEGINS).total_seconds()))
ZONES = st.sampled_from(["UTC", "Asia/Kolkata", "Asia/Dubai"])
A_CENT_A_MONTH = Decimal("0.01")
"""Probabilities and sizes are rounded to six decimals."""


@st.composite
def ran(draw: st.DrawFn) -> Span:
    begins, ends = sorted((draw(SECONDS), draw(SECONDS)))
    units = Decimal(draw(st.sampled_from(["1", "2", "0.5"])))
    first, last = BEGINS + timedelta(seconds=begins), BEGINS + timedelta(seconds=ends)
    key = draw(st.sampled_from([SMALL, LARGE, SPOT]))
    return Span("orders-qa", "web", "arn:1", first, last, key, units, starts=False)


@given(st.lists(ran(), min_size=1, max_size=6), ZONES)
def test_played_back_over_the_time_it_was_observed_in_a_baseline_costs_what_ran(spans: list[Span], zone: str) -> None:
    found = tuple(replace(each, begins=BEGINS, ends=ENDS) for each in observed(spans, BEGINS, ENDS, zone))
    belongs = Belongs("orders-qa", timezone=zone)
    played = [line for line in lines(belongs, MONTH, spans, book(RATES), found) if line.avoided and line.basis]
    would = sum((line.would_have or Decimal(0) for line in played), Decimal(0))
    listed = sum((line.actual + line.avoided.spot for line in played if line.avoided), Decimal(0))
    assert abs(would - listed) <= A_CENT_A_MONTH


@given(st.lists(ran(), min_size=1, max_size=6), ZONES)
def test_nothing_is_on_more_than_always_and_what_never_ran_in_an_hour_is_off_in_it(
    spans: list[Span], zone: str
) -> None:
    for each in observed(spans, BEGINS, ENDS, zone):
        assert all(0 <= share <= 1 for share in each.on)
        assert any(each.on)
        assert each.draws
