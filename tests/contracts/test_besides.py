"""What every store promises of what reports rest on beside a month's books."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from chalicelib.core.money.commitments import Reservation, SavingsPlan
from chalicelib.core.money.inputs import Exchange
from chalicelib.flows.beside import Beside
from chalicelib.flows.ports import Store

MONTH = "2027-03"
BEGINS, ENDS = datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
BESIDE = Beside(
    (
        SavingsPlan("sp-1", Decimal("1.5"), Decimal("0.27"), ("ec2:*",), BEGINS, ENDS),
        Reservation("ri-1", Decimal(2), Decimal("0.4"), ("rds:*",), BEGINS, ENDS),
    ),
    Exchange("EUR", Decimal("0.92"), "ECB reference rate", date(2027, 3, 31)),
    Decimal("5.74"),
    unknown=("AWS does not tell reserved nodes",),
)


def test_it_comes_back_as_it_was_kept(store: Store) -> None:
    assert store.kept_beside(MONTH) is None
    store.keep_beside(MONTH, BESIDE)
    assert store.kept_beside(MONTH) == BESIDE
    assert store.kept_beside("2027-02") is None


def test_it_is_no_month_of_an_environment_and_no_report(store: Store) -> None:
    store.keep_beside(MONTH, BESIDE)
    assert list(store.booked(MONTH)) == []
    assert (store.closed(MONTH), store.kept_reports(MONTH), store.bill(MONTH)) == ({}, (), None)
