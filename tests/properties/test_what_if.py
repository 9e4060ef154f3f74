"""Whatever spot cost, a replay keeps the policy, knows nothing of the future, and leaves out nothing that counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.core.capacity import Capacity
from chalicelib.core.pools import Pool
from chalicelib.core.prefer import Prefer
from chalicelib.core.uptime import Uptime
from chalicelib.core.what_if import Past, Steps, contenders, hours_up, length, replayed
from chalicelib.core.windows import parse_window

MONDAY = datetime(2027, 3, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
POOLS = tuple(Pool(name, zone) for name in ("m5.large", "m6i.large") for zone in "abc")
ON_DEMAND, SIZE = Decimal("0.100"), 10
FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])

PRICES = st.sampled_from([30, 31, 32, 34, 38, 60, 140]).map(lambda mills: Decimal(mills) / 1000)
"""Near each other, so that pools are alike, or far above."""


@st.composite
def pasts(draw: st.DrawFn) -> Past:
    """Two days of prices, that begin with the first hour."""
    window = draw(st.sampled_from(["24/7", "mon-fri 08:00-20:00"]))
    hours = hours_up((Uptime("UTC", (parse_window(window),)),), HOUR, MONDAY, MONDAY + 48 * HOUR)
    return Past(SIZE, hours, {pool: draw(steps()) for pool in POOLS}, ON_DEMAND, ON_DEMAND)


@st.composite
def steps(draw: st.DrawFn) -> Steps:
    later = draw(st.dictionaries(st.integers(1, 47), PRICES, max_size=8))
    return tuple((MONDAY + at * HOUR, price) for at, price in sorted({0: draw(PRICES), **later}.items()))


@st.composite
def capacities(draw: st.DrawFn) -> Capacity:
    low, high = sorted(draw(st.tuples(st.integers(0, 4), st.integers(1, 4))))
    prefer = draw(st.sampled_from([Prefer.CHEAPEST, Prefer.CHEAPEST, Prefer.BALANCED, Prefer.STEADY]))
    return Capacity("nodes", draw(st.integers(0, 4)), (low / 4, high / 4), prefer)


@FEW
@given(capacities(), pasts())
def test_pools_that_are_left_out_would_have_changed_nothing(capacity: Capacity, past: Past) -> None:
    assert replayed(capacity, contenders(past)) == replayed(capacity, past)


@FEW
@given(capacities(), pasts())
def test_no_policy_costs_less_than_its_on_demand_members_and_the_cheapest_spot(capacity: Capacity, past: Past) -> None:
    above = SIZE - capacity.on_demand_base
    spot = int(above * capacity.shares[1])
    lowest = min(price for told in past.prices.values() for _, price in told)
    least = ((SIZE - spot) * ON_DEMAND + spot * min(lowest, ON_DEMAND)) * length(past)
    outcome = replayed(capacity, past)
    assert outcome.cost is not None
    assert outcome.cost >= least.quantize(Decimal("0.01")) - Decimal("0.01")


@FEW
@given(capacities(), pasts(), st.data())
def test_a_decision_sees_nothing_that_comes(capacity: Capacity, past: Past, data: st.DataObject) -> None:
    _, now = data.draw(st.sampled_from(past.hours))
    known = replace(past, hours=tuple(hour for hour in past.hours if hour[1] <= now))
    blind = {pool: tuple(step for step in told if step[0] < now) for pool, told in past.prices.items()}
    other = {pool: (*told, (now, Decimal("0.001"))) for pool, told in blind.items()}
    assert replayed(capacity, replace(known, prices=blind)) == replayed(capacity, replace(known, prices=other))
