"""Which column of a bill says what, in each of the forms in which AWS exports one.

FOCUS 1.0 and 1.2: https://docs.aws.amazon.com/cur/latest/userguide/table-dictionary-focus-1-2-aws.html
CUR 2.0: https://docs.aws.amazon.com/cur/latest/userguide/table-dictionary-cur2.html
CUR: https://docs.aws.amazon.com/cur/latest/userguide/data-dictionary.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

NAMES: Mapping[str, tuple[str, ...]] = {
    "resource": ("ResourceId", "line_item_resource_id", "lineItem/ResourceId"),
    "begins": ("ChargePeriodStart", "line_item_usage_start_date", "lineItem/UsageStartDate"),
    "ends": ("ChargePeriodEnd", "line_item_usage_end_date", "lineItem/UsageEndDate"),
    "quantity": ("ConsumedQuantity", "line_item_usage_amount", "lineItem/UsageAmount"),
    "sort": ("ChargeCategory", "line_item_line_item_type", "lineItem/LineItemType"),
    "description": ("ChargeDescription", "line_item_line_item_description", "lineItem/LineItemDescription"),
    "meter": ("SkuMeter", "x_UsageType", "line_item_usage_type", "lineItem/UsageType"),
    "operation": ("x_Operation", "line_item_operation", "lineItem/Operation"),
    "region": ("RegionId", "product_region_code", "product_region", "product/regionCode", "product/region"),
    "account": ("SubAccountId", "line_item_usage_account_id", "lineItem/UsageAccountId"),
    "listed": ("ListCost", "pricing_public_on_demand_cost", "pricing/publicOnDemandCost"),
    "billed": ("BilledCost", "line_item_unblended_cost", "lineItem/UnblendedCost"),
    "currency": ("BillingCurrency", "line_item_currency_code", "lineItem/CurrencyCode"),
    "class": ("ChargeClass",),
    "status": ("CommitmentDiscountStatus",),
    "effective": ("EffectiveCost",),
    "plan_cost": ("savings_plan_savings_plan_effective_cost", "savingsPlan/SavingsPlanEffectiveCost"),
    "plan_total": ("savings_plan_total_commitment_to_date", "savingsPlan/TotalCommitmentToDate"),
    "plan_used": ("savings_plan_used_commitment", "savingsPlan/UsedCommitment"),
    "reserved_cost": ("reservation_effective_cost", "reservation/EffectiveCost"),
    "reserved_upfront": (
        "reservation_unused_amortized_upfront_fee_for_billing_period",
        "reservation/UnusedAmortizedUpfrontFeeForBillingPeriod",
    ),
    "reserved_recurring": ("reservation_unused_recurring_fee", "reservation/UnusedRecurringFee"),
    "pricing": ("PricingCategory",),
    "tags": ("Tags", "resource_tags"),
}
"""What is needed of a line, by all the names that it has."""

REQUIRED = ("resource", "begins", "ends", "quantity", "sort", "description")
TAG_COLUMNS = ("resourceTags/", "resource_tags_")
RAN = ("Usage", "DiscountedUsage", "SavingsPlanCoveredUsage")
"""Sorts of lines that tell of something that ran, once each."""

COMMITTED = ("Committed", *RAN[1:])
"""How lines are priced that a Savings Plan or a reservation paid for."""

EMPTY = ("", "NULL", "null")


@dataclass(frozen=True, slots=True)
class Columns:
    """Where in a line each part stands, and the columns that hold one tag each, by the tag's name."""

    places: Mapping[str, int]
    tags: tuple[tuple[str, int], ...]

    def part(self, line: Sequence[str], name: str) -> str:
        """That part of the line, "" where there is none."""
        place = self.places.get(name)
        text = line[place] if place is not None else ""
        return "" if text in EMPTY else text

    def tags_of(self, line: Sequence[str]) -> dict[str, str]:
        """All tags of the line. Raises ValueError for tags that cannot be read."""
        found = {name: line[place] for name, place in self.tags if line[place] not in EMPTY}
        if text := self.part(line, "tags"):
            given = json.loads(text)
            found |= {str(name): str(value) for name, value in given.items()} if isinstance(given, dict) else {}
        return found


def columns_of(header: Sequence[str]) -> Columns | tuple[str, ...]:
    """The columns of a file with that header; or what it lacks, as the form that it is most like names it."""
    at = {name.strip().lstrip("\ufeff"): place for place, name in enumerate(header)}
    places = {part: at[name] for part, names in NAMES.items() for name in reversed(names) if name in at}
    form = max(zip(*map(NAMES.__getitem__, REQUIRED), strict=True), key=lambda names: len(at.keys() & set(names)))
    lacks = tuple(name for part, name in zip(REQUIRED, form, strict=True) if part not in places)
    tags = tuple(
        (name.removeprefix(prefix), place) for name, place in at.items() for prefix in TAG_COLUMNS if prefix in name
    )
    return lacks or Columns(places, tags)
