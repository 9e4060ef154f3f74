"""What a bill charges, as each form of export says it."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from chalicelib.core.money.bill import CommitmentUse
from chalicelib.core.money.billed import Usage
from chalicelib.entrypoints.backfill.charging import charges
from chalicelib.entrypoints.backfill.reading import BillError
from tests.docs.pages import PROJECT

HOUR = datetime(2026, 11, 3, 12, tzinfo=UTC)
FOCUS = {
    "ResourceId": "i-1",
    "ChargePeriodStart": "2026-11-03T12:00:00Z",
    "ChargePeriodEnd": "2026-11-03T13:00:00Z",
    "ConsumedQuantity": "1",
    "ChargeCategory": "Usage",
    "ChargeClass": "",
    "ChargeDescription": "$0.10 per On Demand Linux m5.large Instance Hour",
    "SkuMeter": "BoxUsage:m5.large",
    "BillingCurrency": "USD",
    "ListCost": "0.10",
    "BilledCost": "0.09",
    "EffectiveCost": "0.08",
    "CommitmentDiscountStatus": "",
}
CUR = {
    "lineItem/ResourceId": "i-1",
    "lineItem/UsageStartDate": "2026-11-03T12:00:00Z",
    "lineItem/UsageEndDate": "2026-11-03T13:00:00Z",
    "lineItem/UsageAmount": "1",
    "lineItem/LineItemType": "Usage",
    "lineItem/LineItemDescription": "",
    "lineItem/UsageType": "BoxUsage:m5.large",
    "lineItem/CurrencyCode": "USD",
    "lineItem/UnblendedCost": "0.09",
    "pricing/publicOnDemandCost": "0.10",
    "savingsPlan/SavingsPlanEffectiveCost": "0.06",
    "savingsPlan/TotalCommitmentToDate": "0.10",
    "savingsPlan/UsedCommitment": "0.03",
    "reservation/EffectiveCost": "0.05",
    "reservation/UnusedAmortizedUpfrontFeeForBillingPeriod": "20",
    "reservation/UnusedRecurringFee": "1.5",
}
CUR2 = {
    "line_item_resource_id": "i-1",
    "line_item_usage_start_date": "2026-11-03 12:00:00.000",
    "line_item_usage_end_date": "2026-11-03 13:00:00.000",
    "line_item_usage_amount": "1",
    "line_item_line_item_type": "Usage",
    "line_item_line_item_description": "",
    "line_item_usage_type": "BoxUsage:m5.large",
    "line_item_currency_code": "USD",
    "line_item_unblended_cost": "0.09",
    "pricing_public_on_demand_cost": "0.10",
    "savings_plan_savings_plan_effective_cost": "0.06",
    "savings_plan_total_commitment_to_date": "0.10",
    "savings_plan_used_commitment": "0.03",
    "reservation_effective_cost": "0.05",
    "reservation_unused_amortized_upfront_fee_for_billing_period": "20",
    "reservation_unused_recurring_fee": "1.5",
}
FORMS = {"focus": FOCUS, "cur": CUR, "cur2": CUR2}


def read(tmp_path: Path, *lines: Mapping[str, str]) -> list[Usage | CommitmentUse]:
    path = tmp_path / "bill.csv"
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, lines[0].keys())
        writer.writeheader()
        writer.writerows(lines)
    return list(charges([path]))


def use(used: str, unused: str) -> CommitmentUse:
    return CommitmentUse(HOUR, HOUR + timedelta(hours=1), Decimal(used), Decimal(unused))


def changed(form: Mapping[str, str], **cells: str) -> dict[str, str]:
    """The line, with other cells in the columns whose names end so."""
    return {name: next((new for end, new in cells.items() if name.endswith(end)), old) for name, old in form.items()}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_what_ran_costs_its_list_price(tmp_path: Path, form: Mapping[str, str]) -> None:
    (found,) = read(tmp_path, form)
    assert isinstance(found, Usage)
    assert (found.resource, found.begins, found.cost) == ("i-1", HOUR, Decimal("0.10"))


@pytest.mark.parametrize(
    "line",
    [
        changed(FOCUS, SkuMeter="SpotUsage:m5.large"),
        changed(CUR, UsageType="SpotUsage:m5.large"),
        changed(CUR2, usage_type="SpotUsage:m5.large"),
    ],
    ids=FORMS,
)
def test_spot_costs_what_was_billed(tmp_path: Path, line: Mapping[str, str]) -> None:
    (found,) = read(tmp_path, line)
    assert isinstance(found, Usage)
    assert found.cost == Decimal("0.09")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (changed(FOCUS, DiscountStatus="Used"), use("0.08", "0")),
        (changed(CUR, LineItemType="SavingsPlanCoveredUsage"), use("0.06", "0")),
        (changed(CUR, LineItemType="DiscountedUsage"), use("0.05", "0")),
        (changed(CUR2, line_item_type="SavingsPlanCoveredUsage"), use("0.06", "0")),
        (changed(CUR2, line_item_type="DiscountedUsage"), use("0.05", "0")),
    ],
)
def test_what_a_commitment_paid_for_is_of_the_resource_and_used(
    tmp_path: Path, line: Mapping[str, str], told: CommitmentUse
) -> None:
    commitment, ran = read(tmp_path, line)
    assert commitment == told
    assert isinstance(ran, Usage)
    assert ran.cost == Decimal("0.10")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (changed(FOCUS, DiscountStatus="Unused", ListCost=""), use("0", "0.08")),
        (changed(CUR, LineItemType="SavingsPlanRecurringFee"), use("0", "0.07")),
        (changed(CUR, LineItemType="RIFee"), use("0", "21.5")),
        (changed(CUR2, line_item_type="SavingsPlanRecurringFee"), use("0", "0.07")),
        (changed(CUR2, line_item_type="RIFee"), use("0", "21.5")),
        (changed(CUR2, line_item_type="SavingsPlanRecurringFee", used_commitment="0.2"), use("0", "0")),
    ],
)
def test_what_is_left_of_a_commitment_is_unused_and_of_no_resource(
    tmp_path: Path, line: Mapping[str, str], told: CommitmentUse
) -> None:
    assert read(tmp_path, line) == [told]


@pytest.mark.parametrize(
    "line",
    [
        changed(FOCUS, ChargeCategory="Purchase"),
        changed(FOCUS, ChargeCategory="Tax"),
        changed(FOCUS, ChargeClass="Correction"),
        changed(FOCUS, SkuMeter="EBS:VolumeUsage.gp3", ChargeDescription="$0.08 per GB-month"),
        changed(CUR, LineItemType="SavingsPlanNegation"),
        changed(CUR, LineItemType="SavingsPlanUpfrontFee"),
        changed(CUR2, line_item_type="Credit"),
    ],
)
def test_what_is_neither_is_left_out(tmp_path: Path, line: Mapping[str, str]) -> None:
    assert read(tmp_path, line) == []


def without(form: Mapping[str, str], *names: str) -> dict[str, str]:
    return {name: cell for name, cell in form.items() if name not in names}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (changed(FOCUS, BillingCurrency="EUR"), ":2: the bill is in EUR; what is compared is in USD"),
        (changed(FOCUS, ListCost=""), ":2: the line has no ListCost or pricing_public_on_demand_cost"),
        (without(CUR, "pricing/publicOnDemandCost"), "or pricing/publicOnDemandCost; export it with this column"),
        (
            without(changed(CUR2, line_item_type="RIFee"), "reservation_unused_recurring_fee"),
            ":2: a commitment paid for the line, and there is no column reservation_unused_recurring_fee or",
        ),
        (changed(FOCUS, ListCost="a lot"), ":2: the line cannot be read"),
        (changed(FOCUS, ListCost="NaN"), ":2: the line cannot be read (NaN is no number)"),
        (changed(FOCUS, DiscountStatus="Used", EffectiveCost="a lot"), ":2: the line cannot be read"),
        (changed(FOCUS, ChargePeriodEnd="2026-11-04T12:00:00Z"), "not of an hour; export it hourly"),
    ],
)
def test_what_cannot_be_compared_says_where_and_what_to_do(tmp_path: Path, line: Mapping[str, str], told: str) -> None:
    with pytest.raises(BillError) as caught:
        read(tmp_path, line)
    assert told in str(caught.value)


def test_an_archive_that_was_damaged_on_its_way_is_told(tmp_path: Path) -> None:
    file, header = tmp_path / "bill.csv.gz", gzip.compress(b"")[:10]
    file.write_bytes(header + b"\xff" * 20)
    with pytest.raises(BillError, match=r"bill\.csv\.gz is no CSV file"):
        list(charges([file]))


def test_the_bill_of_the_worked_example_is_read() -> None:
    found = list(charges([PROJECT / "docs" / "examples" / "bill-2026-11.csv.gz"]))
    used = sum(each.used + each.unused for each in found if isinstance(each, CommitmentUse))
    assert used == 720 * Decimal("0.073")
