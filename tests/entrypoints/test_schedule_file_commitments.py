"""Commitments that organisation.yaml declares."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from chalicelib.core.money.commitments import Reservation, SavingsPlan
from tests.entrypoints.schedule_texts import ORGANISATION, read, told

PLAN = "{id: sp, usd_per_hour: 4.20, discount: 27%, covers: [compute], from: 2026-04-01, to: 2027-03-31}"
RESERVED = (
    "{id: ri, units: 2, discount: 33.5%, covers: rds db.r6g.large postgres in eu-central-1, "
    "from: 2026-11-01, to: 2026-11-01}"
)
BEGINS, ENDS = datetime(2026, 4, 1, tzinfo=UTC), datetime(2027, 4, 1, tzinfo=UTC)


def with_commitments(*entries: str) -> str:
    return ORGANISATION + "commitments:\n" + "".join(f"  - {entry}\n" for entry in entries)


def test_without_any_there_are_none() -> None:
    assert read().organisation.commitments == ()


def test_a_plan_and_a_reservation_are_read_exactly_with_their_last_day() -> None:
    reading = read(organisation=with_commitments(PLAN, RESERVED))
    assert [str(problem) for problem in reading.problems] == []
    compute = ("ec2:*:*:on-demand", "fargate:*:vcpu:*:on-demand", "fargate:*:gb:*:on-demand")
    postgres = ("rds:eu-central-1:db.r6g.large:postgres:*:*",)
    day, next_day = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC)
    assert reading.organisation.commitments == (
        SavingsPlan("sp", Decimal("4.20"), Decimal("0.27"), compute, BEGINS, ENDS),
        Reservation("ri", Decimal(2), Decimal("0.335"), postgres, day, next_day),
    )


@pytest.mark.parametrize(
    ("right", "wrong", "problem"),
    [
        ("27%", "100%", '"100%" is not a discount; write 0% to below 100%, e.g. 27% or 27.5%'),
        ("27%", "-1%", '"-1%" is not a discount; write 0% to below 100%, e.g. 27% or 27.5%'),
        ("27%", "27", "27 has no percent sign; write 27%"),
        ("27%", "0.27", "0.27 has no percent sign; write 27%"),
        ("2027-03-31", "2026-03-31", "sp ends on 2026-03-31, before 2026-04-01; swap from and to"),
        (
            "usd_per_hour: 4.20, ",
            "",
            "sp says neither usd_per_hour nor units; write usd_per_hour for a Savings Plan, units for a reservation",
        ),
        (
            "usd_per_hour: 4.20, ",
            "usd_per_hour: 4.20, units: 2, ",
            "sp says both usd_per_hour and units; write usd_per_hour for a Savings Plan, units for a reservation",
        ),
        ("4.20", "0", "usd_per_hour must be more than 0, not 0; write usd_per_hour: 4.2"),
        (
            "[compute]",
            "[comptue]",
            '"comptue" is nothing that can be covered; write compute, e.g. ec2 m5 in eu-west-1',
        ),
        (
            "[compute]",
            "[rds postgresql]",
            '"postgresql" in "rds postgresql" is not known; write postgres',
        ),
        ("[compute]", "[ec2 m5 eu-west-1]", '"eu-west-1" in "ec2 m5 eu-west-1" is a Region; write in eu-west-1'),
        (
            "[compute]",
            "[ec2 in Ireland]",
            '"ec2 in Ireland" names no Region behind "in"; end it with e.g. in eu-west-1',
        ),
        ("[compute]", "[ec2 m5 m6i]", '"ec2 m5 m6i" says two of size, m5 and m6i; write an entry for each'),
        ("[compute]", "[redshift big]", '"big" in "redshift big" is not known; take it out'),
        ("[compute]", "[7]", "7 is nothing that can be covered; write e.g. ec2 m5 in eu-west-1"),
        ("covers: [compute], ", "", "covers is missing; write covers: [compute]"),
        ("[compute]", "[]", "covers is empty; write covers: [compute]"),
        ("discount", "discuont", "unknown key discuont; write discount"),
    ],
)
def test_a_mistake_is_told_at_its_line(right: str, wrong: str, problem: str) -> None:
    assert f"organisation.yaml:19: {problem}" in told(organisation=with_commitments(PLAN.replace(right, wrong)))


def test_an_id_is_written_once() -> None:
    assert told(organisation=with_commitments(PLAN, RESERVED, PLAN)) == [
        "organisation.yaml:21: sp is in line 19 already; write each commitment once"
    ]
