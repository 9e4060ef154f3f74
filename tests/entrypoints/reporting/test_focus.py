"""Charges in the columns of FOCUS 1.2: those that are mandatory are there, and each holds what it may.

https://focus.finops.org/focus-specification/v1-2/
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest

from chalicelib.core.money.inputs import Inputs
from chalicelib.entrypoints.reporting.as_focus import COLUMNS, COUNTERFACTUALS, FURTHER, MANDATORY, OURS
from chalicelib.entrypoints.reporting.asked import By
from chalicelib.entrypoints.reporting.focus_services import SERVICES, TYPES, place, service_of
from chalicelib.entrypoints.reporting.formats import FORMATS
from tests.core.money.samples import ADDRESS, at, span
from tests.entrypoints.reporting.read_back import lines
from tests.entrypoints.reporting.statements import EVERY, INPUTS, SPANS, of, stated

CATEGORIES = {
    "AI and Machine Learning",
    "Analytics",
    "Business Applications",
    "Compute",
    "Databases",
    "Developer Tools",
    "Identity",
    "Integration",
    "Internet of Things",
    "Management and Governance",
    "Media",
    "Migration",
    "Mobile",
    "Multicloud",
    "Networking",
    "Other",
    "Security",
    "Storage",
    "Web",
}
SUBCATEGORIES = {
    "Analytics": {"Search"},
    "Integration": {"Messaging"},
    "Compute": {"Virtual Machines", "Containers"},
    "Databases": {"Relational", "Data Warehouse", "Caching"},
    "Management and Governance": {"Cost Management", "Observability"},
    "Networking": {"Load Balancing", "Other (Networking)"},
    "Storage": {"Disk"},
    "Other": {"Other (Other)"},
}
"""Of those that FOCUS knows, the ones that occur here."""
UNITS = {"Years", "Months", "Days", "Hours", "Minutes", "Seconds"}


def a_decimal(cell: str) -> bool:
    return bool(re.fullmatch(r"-?\d{1,38}(\.\d+)?", cell))


def an_instant(cell: str) -> bool:
    return bool(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", cell)) and bool(datetime.fromisoformat(cell))


def a_text(cell: str) -> bool:
    return cell == cell.strip() != ""


def a_currency(cell: str) -> bool:
    return bool(re.fullmatch("[A-Z]{3}", cell))


def one_of(*allowed: str) -> Callable[[str], bool]:
    return lambda cell: cell in allowed


def null(cell: str) -> bool:
    return cell == ""


RULES = {
    "BilledCost": a_decimal,
    "BillingAccountId": a_text,
    "BillingAccountName": null,
    "BillingCurrency": a_currency,
    "BillingPeriodEnd": an_instant,
    "BillingPeriodStart": an_instant,
    "ChargeCategory": one_of("Usage", "Purchase", "Tax", "Credit", "Adjustment"),
    "ChargeClass": one_of("", "Correction"),
    "ChargeDescription": a_text,
    "ChargePeriodEnd": an_instant,
    "ChargePeriodStart": an_instant,
    "ContractedCost": a_decimal,
    "EffectiveCost": a_decimal,
    "InvoiceIssuerName": a_text,
    "ListCost": a_decimal,
    "PricingQuantity": a_decimal,
    "PricingUnit": one_of(*UNITS),
    "ProviderName": a_text,
    "PublisherName": a_text,
    "ServiceCategory": one_of(*CATEGORIES),
    "ServiceName": a_text,
}
"""The mandatory columns. The name of an account and the class of a charge may be null, and here they always are."""
FURTHER_RULES = {
    "ChargeFrequency": one_of("One-Time", "Recurring", "Usage-Based"),
    "ServiceSubcategory": one_of(*{each for some in SUBCATEGORIES.values() for each in some}),
}
KEPT = (
    ("arn:aws:ec2:us-east-1:111122223333:elastic-ip/e-1", "Networking", "elastic-ip"),
    ("arn:aws:ec2:us-east-1:111122223333:volume/vol-1", "Storage", "volume"),
    ("arn:aws:rds:us-east-1:111122223333:db:orders", "Databases", "db"),
    ("arn:aws:eks:us-east-1:111122223333:cluster/orders", "Compute", "cluster"),
    ("arn:aws:lambda:us-east-1:111122223333:function:mine", "Other", "function"),
)
ANY = replace(
    INPUTS,
    spans=(
        *SPANS,
        *(of("orders-qa", span(at(1), at(2), ADDRESS, arn=arn, keeps=True), arn[-5:]) for arn, _, _ in KEPT),
    ),
)


def charges(inputs: Inputs = ANY, by: By | None = None) -> list[dict[str, str]]:
    return lines(FORMATS["focus"].render(stated(inputs), by))


def heads(name: str) -> list[str]:
    return next(csv.reader(io.StringIO(FORMATS[name].render(stated(ANY), None).decode(), newline="")))


def test_every_mandatory_column_is_there_once() -> None:
    assert set(MANDATORY) == set(RULES)
    assert heads("focus") == list(COLUMNS)
    assert len(set(COLUMNS)) == len(COLUMNS)


@pytest.mark.parametrize("by", [None, By.DAY])
@pytest.mark.parametrize(("column", "holds"), [*RULES.items(), *FURTHER_RULES.items()])
def test_every_charge_has_what_the_column_may_hold(column: str, holds: Callable[[str], bool], by: By | None) -> None:
    cells = [charge[column] for inputs in (*EVERY.values(), ANY) for charge in charges(inputs, by)]
    assert cells
    assert [cell for cell in cells if not holds(cell)] == []


@pytest.mark.parametrize("by", [None, By.DAY])
def test_periods_have_a_length_and_the_month_is_the_billing_period(by: By | None) -> None:
    for charge in charges(by=by):
        assert charge["ChargePeriodStart"] < charge["ChargePeriodEnd"]
        bounds = (charge["BillingPeriodStart"], charge["BillingPeriodEnd"])
        assert bounds == ("2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z")


def test_a_resource_has_a_type_and_nothing_stands_for_what_is_not_known() -> None:
    placeholders = {"none", "null", "n/a", "not applicable", "not allocated", "-"}
    for charge in charges():
        assert bool(charge["ResourceType"]) == charge["ResourceId"].startswith("arn:")
        assert not placeholders & {cell.lower() for cell in charge.values()}
        assert charge["BillingAccountId"] == (charge["SubAccountId"] or "unknown")


@pytest.mark.parametrize(("arn", "category", "type_"), KEPT)
def test_what_keeps_billing_is_among_its_own_services(arn: str, category: str, type_: str) -> None:
    (charge,) = (charge for charge in charges() if charge["ResourceId"] == arn)
    assert (charge["ServiceCategory"], charge["ResourceType"]) == (category, type_)
    assert (charge["RegionId"], charge["SubAccountId"]) == ("us-east-1", "111122223333")


def test_every_service_has_a_category_and_a_subcategory_of_it() -> None:
    for service in (*SERVICES.values(), *TYPES.values(), service_of(place("arn:aws:sqs:::x")), service_of(place("x"))):
        assert service.category in CATEGORIES
        assert service.subcategory in SUBCATEGORIES[service.category]


def test_no_columns_are_ours_but_those_that_begin_with_x() -> None:
    known = {*MANDATORY, *FURTHER}
    for name in (*COLUMNS, *COUNTERFACTUALS):
        assert name in known or re.fullmatch(r"x_([A-Z][a-z]*)+", name), name
    assert not [name for name in OURS if name in known]
    assert heads("x_focus") == list(COUNTERFACTUALS)


def test_no_charge_is_an_avoided_cost_and_no_counterfactual_a_charge() -> None:
    assert not [name for name in COLUMNS if re.search("Avoid|WouldHave|Baseline|Unused", name)]
    assert not [name for name in COUNTERFACTUALS if name.endswith("Cost") and not name.startswith("x_")]


def test_charges_in_another_currency_are_charges_in_it() -> None:
    dollars, euros = charges(EVERY["dollars"]), charges(EVERY["euros"])
    assert {charge["BillingCurrency"] for charge in euros} == {"EUR"}
    assert sum(Decimal(charge["BilledCost"]) for charge in euros) < sum(
        Decimal(charge["BilledCost"]) for charge in dollars
    )
