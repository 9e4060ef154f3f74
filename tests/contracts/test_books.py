"""What every store promises to those who keep the books."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from chalicelib.core.money.baselines import Basis
from chalicelib.core.money.inputs import Belongs, Budget
from chalicelib.core.money.lines import MICRO, Hourly, Line, Parts, RollUp, hours_in_columns, in_columns
from chalicelib.core.money.rates import Rate
from chalicelib.flows.booked import Booked
from chalicelib.flows.ports import Store

MONTH = "2027-03"
CLOSED = datetime(2027, 3, 2, tzinfo=UTC)
KEY = "ec2:eu-west-1:m5.large:linux:shared:on-demand"


def test_a_month_comes_back_as_it_was_booked(store: Store) -> None:
    store.book(MONTH, booked())
    assert list(store.booked(MONTH)) == [booked()]


def test_a_month_that_is_booked_again_replaces_what_was_there(store: Store) -> None:
    store.book(MONTH, booked(lines=40_000))
    store.book(MONTH, booked(until=CLOSED + timedelta(days=1)))
    assert list(store.booked(MONTH)) == [booked(until=CLOSED + timedelta(days=1))]


def test_a_month_of_many_lines_comes_back_whole(store: Store) -> None:
    store.book(MONTH, booked(lines=40_000))
    (found,) = store.booked(MONTH)
    assert len(found.roll_up.lines) == 40_000


def test_months_come_by_name_and_only_those_asked_for(store: Store) -> None:
    for name in ("orders-qa", "billing", "orders"):
        store.book(MONTH, booked(name))
    store.book("2027-02", booked("search"))
    assert [each.belongs.environment for each in store.booked(MONTH)] == ["billing", "orders", "orders-qa"]
    asked = store.booked(MONTH, ["orders", "unknown", "billing"])
    assert [each.belongs.environment for each in asked] == ["billing", "orders"]


def test_until_when_days_are_closed_is_known_without_the_months(store: Store) -> None:
    store.book(MONTH, booked("billing"))
    store.book(MONTH, booked("orders", until=CLOSED + timedelta(days=1)))
    assert store.closed(MONTH) == {"billing": CLOSED, "orders": CLOSED + timedelta(days=1)}
    assert store.closed("2027-02") == {}


def booked(name: str = "orders-qa", lines: int = 2, until: datetime = CLOSED) -> Booked:
    return Booked(
        until,
        RollUp(
            name,
            MONTH,
            1,
            in_columns(name, (line(name, n) for n in range(lines))),
            hours_in_columns([hour()]),
            until,
            "d1",
        ),
        Belongs(name, "acme", "CC-210", "orders-team", "Asia/Dubai"),
        Budget(name, Decimal("1200.50")),
        (Rate(KEY, Decimal("0.107"), "price list", date(2027, 3, 1)),),
    )


def line(name: str, number: int) -> Line:
    """Unlike all others, so that compression makes little of many."""
    chance = number * 2654435761 % 2**32
    parts = Parts(chance % 999983 * MICRO, Decimal("-0.5"), Decimal("0.25"))
    arn = f"arn:aws:ec2:eu-west-1:111122223333:instance/i-{chance:08x}"
    day = date(2027, 3, 1)
    return Line(name, "nodes", arn, day, 86400, 3600, chance * MICRO, avoided=parts, basis=Basis.DECLARED)


def hour() -> Hourly:
    return Hourly(datetime(2027, 3, 1, tzinfo=UTC), {KEY: Decimal("0.107")}, {KEY: Decimal("-0.05")})
