"""What every store promises to those who compare a month with the bill."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from chalicelib.core.money.bill import Charge, CommitmentUse
from chalicelib.flows.events import ORGANISATION, Event, What
from chalicelib.flows.kept_bill import KeptBill
from chalicelib.flows.ports import Store

MONTH = "2027-03"
NOW = datetime(2027, 4, 5, 12, tzinfo=UTC)


def bill(resources: int = 2, at: datetime = NOW) -> KeptBill:
    charges = tuple(Charge("orders-qa", f"web-{n}", Decimal(n * 7919) / 1000, "march.csv") for n in range(resources))
    hour = datetime(2027, 3, 1, tzinfo=UTC)
    use = CommitmentUse(hour, hour + timedelta(hours=1), Decimal("0.05"), Decimal("0.023"), "march.csv")
    return KeptBill(("march.csv",), "finn", at, charges, (use,))


def test_a_bill_comes_back_as_it_was_kept(store: Store) -> None:
    assert store.bill(MONTH) is None
    store.keep_bill(MONTH, bill(), ())
    assert store.bill(MONTH) == bill()
    assert store.bill("2027-02") is None


def test_a_bill_that_is_kept_later_replaces_the_one_before(store: Store) -> None:
    store.keep_bill(MONTH, bill(200_000), ())
    assert store.bill(MONTH) == bill(200_000)
    later = bill(1, NOW + timedelta(days=1))
    store.keep_bill(MONTH, later, ())
    assert store.bill(MONTH) == later
    store.keep_bill(MONTH, bill(3, later.at), ())
    assert store.bill(MONTH) == bill(3, later.at)


def test_who_kept_it_is_in_the_journal(store: Store) -> None:
    told = Event(What.WISHED, ORGANISATION, NOW, "keep the bill", actor="finn")
    store.keep_bill(MONTH, bill(), [told])
    assert store.journal(ORGANISATION) == (told,)


def test_a_bill_is_no_month_of_an_environment(store: Store) -> None:
    store.keep_bill(MONTH, bill(), ())
    assert list(store.booked(MONTH)) == []
    assert store.closed(MONTH) == {}
