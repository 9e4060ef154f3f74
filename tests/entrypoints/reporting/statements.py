"""A month with everything that a report can show, and names that a spreadsheet would execute."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from chalicelib.core.money.baselines import Baseline, Basis
from chalicelib.core.money.bill import Charge
from chalicelib.core.money.commitments import SavingsPlan
from chalicelib.core.money.compute import compute
from chalicelib.core.money.inputs import Belongs, Budget, Exchange, Inputs
from chalicelib.core.money.spans import Span
from chalicelib.core.money.statement import Statement
from tests.core.money.samples import ADDRESS, LARGE, MONTH, RATES, SPOT, UNKNOWN, at, baseline, span

FORMULA = '=HYPERLINK("https://example.com","pay")'
ARN = "arn:aws:ec2:us-east-1:111122223333:instance/i-1"
EUROS = Exchange("EUR", Decimal("0.8567"), "European Central Bank", date(2026, 12, 1))
PLAN = SavingsPlan("sp-1", Decimal("0.05"), Decimal("0.27"), ("ec2:*:on-demand",), at(1, month=10), at(1, month=12))
BELONGS = (
    Belongs("orders-qa", "acme", "CC-210", "orders-team", "Asia/Dubai"),
    Belongs("payments-qa", "acme", "CC-300", "@SUM(1)", "America/New_York"),
    Belongs("stray"),
)


def of(environment: str, thing: Span, resource: str = "web") -> Span:
    return replace(thing, environment=environment, resource=resource)


def would(environment: str, thing: Baseline, resource: str = "web") -> Baseline:
    return replace(thing, environment=environment, resource=resource)


SPANS = (
    of("orders-qa", span(at(2, 4), at(2, 16), arn=ARN)),
    of("orders-qa", span(at(3, 4), at(3, 16, 7, 31), SPOT, arn=ARN)),
    of("orders-qa", span(at(1), at(1, month=12), ADDRESS, arn="ip", keeps=True), "address"),
    of("payments-qa", span(at(5), at(9, 1, 2, 3), LARGE, arn="b", units="3"), FORMULA),
    of("payments-qa", span(at(5), at(6), UNKNOWN, arn="odd"), "odd"),
    of("stray", span(at(5), at(6), arn="bare"), "-1+1"),
)
BASELINES = (
    would("orders-qa", baseline(on="0.6", arn=ARN)),
    would("payments-qa", replace(baseline(LARGE, arn="b", units="2", provisional=True), days=12), FORMULA),
    would("stray", replace(baseline(arn="c"), basis=Basis.CEILING), "cache"),
)
INPUTS = Inputs(
    MONTH,
    BELONGS,
    SPANS,
    RATES,
    BASELINES,
    (PLAN,),
    (Budget("orders-qa", Decimal(1200)),),
    own_cost=Decimal("1.234567"),
)
IN_EUROS = replace(INPUTS, exchange=EUROS)
RUNNING = replace(INPUTS, until=at(9, 12))
NOTHING_RAN = Inputs(MONTH, BELONGS)
BILL = (Charge("orders-qa", "web", Decimal("1.57"), "nov.csv"), Charge("stray", "-1+1", Decimal(5), "nov.csv"))
"""The first agrees, the second does not, and of the third environment the bill has nothing."""

EVERY = {"dollars": INPUTS, "euros": IN_EUROS, "a running month": RUNNING, "nothing ran": NOTHING_RAN}


def stated(inputs: Inputs = INPUTS) -> Statement:
    return compute(inputs)


def agreed(inputs: Inputs = INPUTS) -> Statement:
    """The same, where one environment agrees with the bill."""
    return compute(replace(inputs, bill=BILL))
