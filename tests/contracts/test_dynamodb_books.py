"""What only the books in DynamoDB promise: items and transactions that it takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest

from chalicelib.adapters.dynamodb_store import DynamoStore
from chalicelib.adapters.items import Item
from chalicelib.core.money.inputs import Belongs
from chalicelib.core.money.lines import RollUp
from chalicelib.flows.booked import Booked
from tests.contracts.samples import NOW

MONTH = "2027-03"
MEBIBYTE = 2**20
SMALL = Booked(NOW, RollUp("orders-qa", MONTH, 1), Belongs("orders-qa"))


def of_size(mebibytes: float, seed: int = 1) -> Booked:
    """A month that compression leaves at about that size."""
    noise = Random(seed).randbytes(int(mebibytes * MEBIBYTE)).hex()
    return replace(SMALL, belongs=replace(SMALL.belongs, team=noise))


def test_a_month_that_fits_into_no_item_is_in_several_and_goes_with_all_of_them(
    dynamo: DynamoStore, written: list[str]
) -> None:
    large = of_size(1)
    dynamo.book(MONTH, large)
    pieces = ["closed#orders-qa", *(f"month#orders-qa#{number:04}" for number in range(4))]
    assert written == pieces
    assert list(dynamo.booked(MONTH)) == [large]
    dynamo.book(MONTH, SMALL)
    assert written == [*pieces, *pieces]  # the first two are put, the others deleted
    assert list(dynamo.booked(MONTH)) == [SMALL]


def test_a_month_that_fits_into_no_transaction_is_refused_and_the_one_before_stays(dynamo: DynamoStore) -> None:
    dynamo.book(MONTH, SMALL)
    with pytest.raises(ValueError, match=r"larger than the 4 MB that can be stored at once; split orders-qa in two"):
        dynamo.book(MONTH, of_size(4))
    assert list(dynamo.booked(MONTH)) == [SMALL]


def test_a_month_that_is_replaced_while_it_is_read_is_read_again(
    dynamo: DynamoStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the first look the first piece is of the month before it was replaced."""
    before, after = of_size(1), of_size(1, seed=2)
    dynamo.book(MONTH, before)
    sound = dynamo._pieces_of
    old, *_ = sound(MONTH, None)
    dynamo.book(MONTH, after)
    looks = iter([True])

    def torn(month: str, name: str | None) -> Iterator[Item]:
        found = list(sound(month, name))
        return iter([old, *found[1:]] if next(looks, False) else found)

    monkeypatch.setattr(dynamo, "_pieces_of", torn)
    assert list(dynamo.booked(MONTH)) == [after]
