"""What AWS tells of Savings Plans and reservations, asked once a day, and what becomes of it in reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.core.model import Location
from chalicelib.core.money.commitments import Reservation, SavingsPlan
from chalicelib.flows.ports import Refusal
from chalicelib.flows.report import report
from chalicelib.kinds.contract import Answer, Look
from tests.core.money.samples import LARGE, MONTH, RDS, SMALL, at
from tests.flows.payer import DATABASE, DENIED, ENDS, OTHER, OWN, PLAN, RATES, RESERVED, House


@pytest.fixture
def house() -> House:
    house = House()
    house.says("DescribeSavingsPlans", {"savingsPlans": [PLAN]})
    house.says("DescribeSavingsPlanRates", {"searchResults": RATES})
    return house


def plan(discount: str, *keys: str) -> SavingsPlan:
    return SavingsPlan("sp-1", Decimal("0.73"), Decimal(discount), keys, datetime(2026, 6, 1, tzinfo=UTC), ENDS)


def test_a_plan_takes_off_each_list_price_what_its_own_rates_say(house: House) -> None:
    assert house.ask() == (plan("0.4", LARGE), plan("0.27", SMALL))


def test_it_counts_in_the_report(house: House) -> None:
    before = report(house.world, MONTH).total
    house.ask()
    after = report(house.world, MONTH).total
    assert (before.avoided - after.avoided, after.unused) == (24_00, 17_52)


def test_rates_are_asked_of_what_runs_only(house: House) -> None:
    house.ask()
    (asked,) = [look for _, _, look in house.payer.asked if look.operation == "DescribeSavingsPlanRates"]
    assert {each["name"]: each["values"] for each in asked.parameters["filters"]} == {
        "serviceCode": ["AmazonEC2"],
        "region": ["us-east-1"],
        "instanceType": ["m5.large", "m5.xlarge"],
    }


def test_a_reservation_of_one_size_covers_the_others_by_their_size(house: House) -> None:
    """What was paid for it at once is spread over its year: 0.05 of the 0.10 an hour that each of the two costs."""
    house.says("DescribeSavingsPlans", {})
    house.says("DescribeReservedInstances", {"ReservedInstances": [RESERVED]})
    begins = datetime(2026, 6, 1, tzinfo=UTC)
    assert house.ask() == (
        Reservation("ri-1", Decimal(4), Decimal("0.5"), (SMALL,), begins, ENDS),
        Reservation("ri-1", Decimal(2), Decimal("0.5"), (LARGE,), begins, ENDS),
    )


@pytest.mark.parametrize(
    "other",
    [
        {"Scope": "Availability Zone"},
        {"InstanceType": "m5.metal"},
        {"ProductDescription": "SUSE Linux", "InstanceType": "m5.xlarge"},
    ],
)
def test_other_sizes_are_covered_only_where_aws_says_so(house: House, other: Mapping[str, Any]) -> None:
    house.says("DescribeSavingsPlans", {})
    house.says("DescribeReservedInstances", {"ReservedInstances": [{**RESERVED, **other}]})
    assert SMALL not in [key for each in house.ask() for key in each.covers]


def test_a_reserved_database_covers_smaller_ones_of_its_class_and_engine(house: House) -> None:
    house.says("DescribeSavingsPlans", {})
    house.says("DescribeReservedDBInstances", {"ReservedDBInstances": [DATABASE]})
    (found,) = house.ask()
    assert isinstance(found, Reservation)
    assert (found.covers, found.units, found.discount) == ((RDS,), Decimal(4), Decimal("0.4"))
    assert found.ends == datetime(2027, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize("state", ["payment-pending", "payment-failed", "queued", "retired"])
def test_what_is_not_in_force_does_not_count(house: House, state: str) -> None:
    """What is retired before its end was sold or modified: another one stands in its place."""
    house.says("DescribeSavingsPlans", {"savingsPlans": [{**PLAN, "state": state}]})
    house.says("DescribeReservedInstances", {"ReservedInstances": [{**RESERVED, "State": state}]})
    assert house.ask() == ()


def test_aws_is_asked_once_a_day_in_every_account(house: House) -> None:
    house.ask()
    assert {account for account, _, _ in house.payer.asked} == {OWN, OTHER}
    asked = len(house.payer.asked)
    house.clock.advance(timedelta(hours=23))
    house.ask()
    assert len(house.payer.asked) == asked
    house.clock.advance(timedelta(hours=1))
    house.ask()
    assert len(house.payer.asked) == 2 * asked


def test_a_refusal_keeps_the_last_answer_and_is_told(house: House) -> None:
    known = house.ask()
    house.says("DescribeSavingsPlans", DENIED)
    house.clock.advance(timedelta(days=1))
    assert house.ask() == known
    assert report(house.world, MONTH).unknown == (
        "AWS does not tell Savings Plans of account 111122223333 (AccessDeniedException: not authorized): "
        "those of 2026-11-10 stand",
    )
    house.says("DescribeSavingsPlans", {"savingsPlans": []})
    house.clock.advance(timedelta(days=1))
    assert house.ask() == ()
    assert report(house.world, MONTH).unknown == ()


def test_a_refusal_after_the_month_leaves_nothing_of_it_unknown(house: House) -> None:
    house.clock.set(at(2, month=12))
    house.ask()
    house.says("DescribeSavingsPlans", DENIED)
    house.clock.advance(timedelta(days=1))
    house.ask()
    assert house.commitments.unknown(MONTH) == ()
    assert len(house.commitments.unknown("2026-12")) == 1


def test_a_refusal_of_rates_is_one_of_the_plan(house: House) -> None:
    known = house.ask()
    house.says("DescribeSavingsPlanRates", DENIED)
    house.clock.advance(timedelta(days=1))
    assert house.ask() == known
    assert len(house.commitments.unknown(MONTH)) == 1


def test_who_never_answered_is_told(house: House) -> None:
    house.says("DescribeReservedInstances", DENIED, OTHER)
    house.ask()
    assert house.commitments.unknown(MONTH) == (
        "AWS does not tell reserved instances in us-east-1 of account 444455556666 "
        "(AccessDeniedException: not authorized): declare them in organisation.yaml",
    )


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"currency": "CNY"}, "it is in CNY, and rates are in USD"),
        (
            {"savingsPlanType": "Database"},
            "rates of its type Database are not read; declare it in organisation.yaml, if it covers databases",
        ),
    ],
)
def test_a_plan_that_cannot_be_read_is_told_and_not_guessed(house: House, other: Mapping[str, str], why: str) -> None:
    house.says("DescribeSavingsPlans", {"savingsPlans": [{**PLAN, **other}]})
    assert house.ask() == ()
    assert house.commitments.unknown(MONTH) == (f"Savings Plan sp-1 of account 111122223333 counts for nothing: {why}",)


def test_a_plan_that_cannot_be_read_is_known_once_it_is_declared(house: House) -> None:
    house.says("DescribeSavingsPlans", {"savingsPlans": [{**PLAN, "savingsPlanType": "Database"}]})
    house.ask()
    assert len(house.commitments.unknown(MONTH)) == 1
    house.declared = (SavingsPlan("sp-1", Decimal(1), Decimal("0.2"), ("rds:*",), at(1), at(2)),)
    assert house.commitments.unknown(MONTH) == ()


def test_a_plan_that_covers_nothing_here_leaves_nothing_unknown(house: House) -> None:
    house.says("DescribeSavingsPlans", {"savingsPlans": [{**PLAN, "savingsPlanType": "SageMaker"}]})
    assert house.ask() == ()
    assert house.commitments.unknown(MONTH) == ()


def test_a_plan_over_everything_without_any_rate_is_told(house: House) -> None:
    house.says("DescribeSavingsPlanRates", {"searchResults": []})
    assert house.ask() == ()
    assert "AWS told no rate of it for anything that runs" in house.commitments.unknown(MONTH)[0]


def test_a_system_that_is_not_known_is_told(house: House) -> None:
    house.says("DescribeReservedInstances", {"ReservedInstances": [{**RESERVED, "ProductDescription": "Plan 9"}]})
    house.ask()
    assert house.commitments.unknown(MONTH) == (
        "Of the reserved instances in us-east-1 of account 111122223333 one counts for nothing: "
        "it is of Plan 9, which is not known here",
    )


def test_what_ran_before_is_covered_still_when_it_runs_no_more(house: House) -> None:
    """So that the report of a month that is over stays what it was."""
    house.ask()
    house.stage.store.months.clear()
    house.ran(SMALL)
    house.clock.advance(timedelta(days=1))
    assert set(house.ask()) == {plan("0.4", LARGE), plan("0.27", SMALL)}


@pytest.mark.parametrize("id", ["orders", "arn:aws:rds:us-east-1:111122223333:ri:orders"])
def test_of_two_with_one_id_the_declared_one_counts(house: House, id: str) -> None:
    house.says("DescribeSavingsPlans", {})
    house.says("DescribeReservedDBInstances", {"ReservedDBInstances": [DATABASE]})
    house.declared = (Reservation(id, Decimal(1), Decimal("0.3"), ("rds:*",), at(1), at(2)),)
    assert house.ask() == house.declared


def test_when_time_is_up_the_next_hour_goes_on(house: House) -> None:
    look = house.payer.look

    def slow(location: Location, service: str, looks: Sequence[Look]) -> tuple[Answer, ...] | Refusal:
        house.clock.advance(timedelta(minutes=1))
        return look(location, service, looks)

    house.payer.look = slow  # type: ignore[method-assign]
    house.ask()
    assert {account for account, _, _ in house.payer.asked} == {OWN}
    house.ask()
    assert {account for account, _, _ in house.payer.asked} == {OWN, OTHER}
