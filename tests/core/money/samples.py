"""Resources, rates and baselines of the ledger's tests. Prices are round, so that sums can be done in the head."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from chalicelib.core.money.attribution import lines
from chalicelib.core.money.baselines import WEEK, Baseline, Basis
from chalicelib.core.money.inputs import Belongs, Inputs
from chalicelib.core.money.lines import Line
from chalicelib.core.money.rates import ALWAYS, Rate, book
from chalicelib.core.money.spans import Draw, Span

MONTH = "2026-11"
SMALL = "ec2:us-east-1:m5.large:linux:shared:on-demand"
LARGE = "ec2:us-east-1:m5.xlarge:linux:shared:on-demand"
SPOT = "ec2:us-east-1a:m5.large:linux:shared:spot"
SUSE = "ec2:us-east-1:m5.large:suse:shared:on-demand"
RDS = "rds:us-east-1:db.m5.large:mysql:none:single-az"
ADDRESS = "keep:us-east-1:public-ipv4"
UNKNOWN = "ec2:us-east-1:x9.large:linux:shared:on-demand"

USD = {SMALL: "0.10", LARGE: "0.20", SPOT: "0.03", SUSE: "0.20", RDS: "0.50", ADDRESS: "0.005"}

QA = Belongs("orders-qa", "acme", "CC-210", "orders-team")


def at(day: int, hour: int = 0, minute: int = 0, second: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, second, tzinfo=UTC)


def rate(key: str, usd: str, begins: datetime = ALWAYS) -> Rate:
    return Rate(key, Decimal(usd), "a list of ours", date(2026, 1, 1), begins=begins)


RATES = tuple(rate(key, usd) for key, usd in USD.items())


def span(
    begins: datetime,
    ends: datetime,
    key: str = SMALL,
    *,
    arn: str = "arn:1",
    units: str = "1",
    starts: bool = True,
    keeps: bool = False,
) -> Span:
    return Span("orders-qa", "web", arn, begins, ends, key, Decimal(units), starts, keeps)


def baseline(
    key: str = SMALL,
    *,
    arn: str = "arn:1",
    on: str = "1",
    units: str = "1",
    begins: datetime = ALWAYS,
    ends: datetime | None = None,
    provisional: bool = False,
) -> Baseline:
    draws = (Draw(key, Decimal(units)),)
    probabilities = (Decimal(on),) * WEEK
    basis = Basis.OBSERVED
    return Baseline("orders-qa", "web", arn, basis, probabilities, draws, 28, provisional, "", begins, ends)


def by_day(
    *spans: Span, baselines: tuple[Baseline, ...] = (), belongs: Belongs = QA, rates: tuple[Rate, ...] = RATES
) -> dict[date, Line]:
    """The lines of one resource."""
    return {line.day: line for line in lines(belongs, MONTH, spans, book(rates), baselines)}


def inputs(*spans: Span, baselines: tuple[Baseline, ...] = ()) -> Inputs:
    return Inputs(MONTH, (QA,), spans, RATES, baselines)
