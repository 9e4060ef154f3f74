"""What each service bills for a run, and where the surplus lands."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from chalicelib.core.money.billing import seconds, surpluses
from chalicelib.core.money.spans import Edge, Span
from tests.core.money.samples import ADDRESS, LARGE, RDS, SMALL, SPOT, SUSE, at, by_day, span

FARGATE, WINDOWS = "fargate:us-east-1:vcpu:linux:on-demand", "fargate:us-east-1:vcpu:windows:on-demand"
MINUTES, HOURS = 60, 3600


@pytest.mark.parametrize(
    ("key", "ran", "billed"),
    [
        (SMALL, 10, 60),
        (SMALL, 61, 61),
        (SPOT, 10, 60),
        ("ec2:us-east-1:m5.large:windows:shared:on-demand", 10, 60),
        ("ec2:us-east-1:m5.large:windows-sql-std:shared:on-demand", 10, 60),
        ("ec2:us-east-1:m5.large:rhel:shared:on-demand", 10, 60),
        ("ec2:us-east-1a:m5.large:suse:shared:spot", 10, HOURS),
        (SUSE, 61 * MINUTES, 2 * HOURS),
        (SUSE, 60 * MINUTES, HOURS),
        (SUSE, 1, HOURS),
        (RDS, 3 * MINUTES, 10 * MINUTES),
        (RDS, 11 * MINUTES, 11 * MINUTES),
        ("rds:us-east-1:db.r6g.large:aurora-mysql:none:member", 3 * MINUTES, 10 * MINUTES),
        ("rds:us-east-1:db.r6g.large:docdb:none:member", 3 * MINUTES, 10 * MINUTES),
        (FARGATE, 20, 60),
        (WINDOWS, 20, 5 * MINUTES),
        ("redshift:us-east-1:ra3.large:node", 30, 60),
        (ADDRESS, 10, 10),
    ],
)
def test_a_run_is_billed_as_its_service_bills(key: str, ran: int, billed: int) -> None:
    run = span(at(3, 8), at(3, 8) + timedelta(seconds=ran), key)
    assert seconds(run) + sum(each.seconds for each in surpluses([run])) == billed


@pytest.mark.parametrize(
    ("key", "ran", "usd"),
    [(SUSE, 61 * MINUTES, "0.40"), (SMALL, 10, "0.001667"), (RDS, 3 * MINUTES, "0.083333")],
)
def test_what_is_billed_is_what_a_line_costs(key: str, ran: int, usd: str) -> None:
    line = by_day(span(at(3, 8), at(3, 8) + timedelta(seconds=ran), key))[date(2026, 11, 3)]
    assert (line.seconds, line.actual) == (ran, Decimal(usd))


def test_every_start_is_billed_its_own_minimum() -> None:
    runs = [span(at(3, 8, minute), at(3, 8, minute, 10)) for minute in range(5)]
    assert [each.seconds for each in surpluses(runs)] == [50] * 5


def test_a_run_that_changes_its_size_is_one_run() -> None:
    small, large = span(at(3, 8), at(3, 8, 4), RDS), span(at(3, 8, 4), at(3, 8, 7), LARGE, starts=False)
    (surplus,) = surpluses([replace(large, rate=RDS.replace("large", "xlarge")), small])
    assert (surplus.seconds, surplus.last.begins) == (3 * MINUTES, large.begins)


def test_of_two_runs_that_end_at_once_each_is_gone_on_at_its_own_rate() -> None:
    one, other = span(at(3, 8), at(3, 8, 0, 10)), span(at(3, 8), at(3, 8, 0, 10), LARGE)
    more = [replace(each, begins=each.ends, ends=at(3, 8, 0, 20), starts=False) for each in (other, one)]
    assert sorted((each.last.rate, each.seconds) for each in surpluses([one, other, *more])) == [
        (SMALL, 40),
        (LARGE, 40),
    ]


@pytest.mark.parametrize(
    "run",
    [
        span(at(3, 8), at(3, 8, 0, 10), starts=False),
        replace(span(at(3, 8), at(3, 8, 0, 10)), ended=Edge.OPEN),
        span(at(3, 8), at(3, 8, 0, 10), keeps=True),
        span(at(3, 8), at(3, 8)),
    ],
    ids=["its start is not known", "it still runs", "it keeps billing", "it never ran"],
)
def test_a_run_without_a_known_start_and_end_has_no_surplus(run: Span) -> None:
    assert surpluses([run]) == ()


def test_a_surplus_belongs_to_the_day_in_which_its_run_ended() -> None:
    found = by_day(span(at(3, 23, 30), at(4, 0, 31), SUSE))
    assert {day.day: line.actual for day, line in found.items()} == {
        3: Decimal("0.10"),
        4: Decimal("0.30"),
    }


def test_a_run_that_ends_at_midnight_has_its_surplus_before_it() -> None:
    found = by_day(span(at(3, 23, 59, 50), at(4), SMALL))
    assert list(found) == [date(2026, 11, 3)]
    assert found[date(2026, 11, 3)].actual == Decimal("0.001667")


def test_a_run_that_ended_in_another_month_has_its_surplus_there() -> None:
    before = span(at(31, 23, 30, month=10), at(1, 0, 31), SUSE)
    after = span(at(30, 23, 30), at(1, 0, 31, month=12), SUSE, arn="arn:2")
    found = [(day.day, line.actual) for day, line in by_day(before, after).items()]
    assert found == [(1, Decimal("0.30")), (30, Decimal("0.10"))]
