"""Ledgers of two environments in the first days of a month: whatever ran, would have run, and was committed to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from chalicelib.core.money.baselines import WEEK, Baseline, Basis
from chalicelib.core.money.bill import Charge, CommitmentUse
from chalicelib.core.money.commitments import Commitment, Reservation, SavingsPlan
from chalicelib.core.money.inputs import Belongs, Exchange, Inputs
from chalicelib.core.money.rates import book
from chalicelib.core.money.spans import Draw, Span
from tests.core.money.samples import ADDRESS, LARGE, MONTH, RATES, RDS, SMALL, SPOT, SUSE, at, rate

BEGINS, CLOSES = at(1), at(4)
"""The month is known up to here. Its first day has 25 hours in New York."""
MINUTES = int((CLOSES - BEGINS) / timedelta(minutes=1))
KEYS = (SMALL, LARGE, SPOT, SUSE, RDS)
STEPS = (rate(SPOT, "0.05", at(1, 7, 30)), rate(SPOT, "0.02", at(2, 13, 45, 7)))
BOOK = book([*RATES, *STEPS])

MOMENTS = st.integers(0, 60 * MINUTES).map(lambda second: BEGINS + timedelta(seconds=second))
ZONES = st.sampled_from(["UTC", "Asia/Kolkata", "America/New_York"])
ENVIRONMENTS = ("orders-qa", "payments-qa")
ARNS = ("arn:1", "arn:2", "arn:3")
WHOLE_MICROS = Exchange("micro-dollars / 100", Decimal(10_000), "the tests", date(2026, 11, 1))
"""At this rate a cent of a statement is a millionth of a dollar, and nothing is rounded."""


@st.composite
def spans(draw: st.DrawFn, keys: Sequence[str] = KEYS) -> Span:
    begins, ends = sorted((draw(MOMENTS), draw(MOMENTS)))
    units = Decimal(draw(st.sampled_from(["1", "2", "0.5", "7"])))
    environment, arn = draw(st.sampled_from(ENVIRONMENTS)), draw(st.sampled_from(ARNS))
    return Span(environment, "web", arn, begins, ends, draw(st.sampled_from(keys)), units, draw(st.booleans()))


@st.composite
def kept(draw: st.DrawFn) -> Span:
    return replace(draw(spans([ADDRESS])), keeps=True)


@st.composite
def baselines(draw: st.DrawFn) -> tuple[Baseline, ...]:
    """At most one for each resource, so that they do not overlap."""
    found = []
    for environment in ENVIRONMENTS:
        for arn in sorted(draw(st.sets(st.sampled_from(ARNS), min_size=1))):
            begins, ends = sorted((draw(MOMENTS), draw(MOMENTS)))
            few = draw(st.lists(st.sampled_from(["0", "0.25", "0.9", "1"]), min_size=1, max_size=5))
            on = tuple(Decimal(few[hour % len(few)]) for hour in range(WEEK))
            draws = (Draw(draw(st.sampled_from(KEYS)), Decimal(draw(st.sampled_from(["1", "3"])))),)
            found.append(Baseline(environment, "web", arn, Basis.OBSERVED, on, draws, begins=begins, ends=ends))
    return tuple(found)


PLANS = st.tuples(
    st.sampled_from(["0.05", "0.2", "1"]), st.lists(st.sampled_from(["0.27", "0.5"]), min_size=1, max_size=2)
)
"""What each commits to an hour, and what it takes off: two discounts are two parts of one plan."""


SIZES = st.lists(st.integers(1, 4), min_size=1, max_size=2)
"""How many units of each of its sizes a reservation covers."""


@st.composite
def commitments(draw: st.DrawFn) -> tuple[Commitment, ...]:
    long = timedelta(days=365)
    covers = st.sampled_from([("ec2:*:on-demand",), ("rds:*",), (LARGE, RDS), ("*",)])
    plans = [
        SavingsPlan(f"sp-{number}", Decimal(usd), Decimal(discount), draw(covers), BEGINS - long, BEGINS + long)
        for number, (usd, discounts) in enumerate(draw(st.lists(PLANS, max_size=2)))
        for discount in discounts
    ]
    reserved = [
        Reservation(f"ri-{number}", Decimal(units), Decimal("0.4"), draw(covers), BEGINS - long, BEGINS + long)
        for number, sizes in enumerate(draw(st.lists(SIZES, max_size=2)))
        for units in sizes
    ]
    return (*plans, *reserved)


CENTS = st.integers(0, 90).map(lambda cents: Decimal(cents) / 100)


@st.composite
def bills(draw: st.DrawFn) -> tuple[Charge, ...]:
    named = st.tuples(st.sampled_from(ENVIRONMENTS), st.sampled_from(["web", "odd"]))
    return tuple(Charge(*each, draw(CENTS) * 10, "november.csv") for each in sorted(draw(st.sets(named))))


@st.composite
def commitment_uses(draw: st.DrawFn) -> tuple[CommitmentUse, ...]:
    """What a bill says of hours, and of the whole time, of which each may be missing."""
    hours = sorted(draw(st.sets(st.integers(0, MINUTES // 60 - 1), max_size=72)))
    length = timedelta(hours=1)
    found = [CommitmentUse(BEGINS + n * length, BEGINS + (n + 1) * length, draw(CENTS), draw(CENTS)) for n in hours]
    if draw(st.booleans()):
        found.append(CommitmentUse(BEGINS, CLOSES, draw(CENTS) * 50, draw(CENTS) * 50))
    return tuple(found)


@st.composite
def ledgers(draw: st.DrawFn, zones: st.SearchStrategy[str] = ZONES) -> Inputs:
    zone = draw(zones)
    ran = draw(st.lists(st.one_of(spans(), kept()), max_size=8))
    return Inputs(
        MONTH,
        tuple(Belongs(name, "acme", f"CC-{number}", "a-team", zone) for number, name in enumerate(ENVIRONMENTS)),
        tuple(ran),
        (*RATES, *STEPS),
        draw(baselines()),
        draw(commitments()),
        own_cost=Decimal(draw(st.sampled_from(["0", "0.031337"]))),
        until=CLOSES,
        bill=draw(bills()),
        commitment_use=draw(st.just(()) | commitment_uses()),
    )
