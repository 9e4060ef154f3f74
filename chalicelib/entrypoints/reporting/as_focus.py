"""Actual costs in the columns of FOCUS 1.2, and what would have been in a file of its own.

FOCUS (https://focus.finops.org/focus-specification/v1-2/) is of what was charged: avoided cost is no charge and no
credit, so that it stands in columns of ours, which begin with `x_`, and in no sum of charges. All four costs are what
ran at its own list or spot rate: Curfew knows neither invoices nor discounts.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Decimal

from chalicelib.core.durations import format_instant
from chalicelib.core.money.cells import month_bounds
from chalicelib.core.money.statement import ITSELF, Statement
from chalicelib.entrypoints.reporting.as_csv import Line, written
from chalicelib.entrypoints.reporting.asked import By
from chalicelib.entrypoints.reporting.figures import number
from chalicelib.entrypoints.reporting.focus_services import ITSELF as ITSELF_AS_SERVICE
from chalicelib.entrypoints.reporting.focus_services import place, service_of
from chalicelib.entrypoints.reporting.stretches import Stretch, stretches

MANDATORY = (
    "BilledCost",
    "BillingAccountId",
    "BillingAccountName",
    "BillingCurrency",
    "BillingPeriodEnd",
    "BillingPeriodStart",
    "ChargeCategory",
    "ChargeClass",
    "ChargeDescription",
    "ChargePeriodEnd",
    "ChargePeriodStart",
    "ContractedCost",
    "EffectiveCost",
    "InvoiceIssuerName",
    "ListCost",
    "PricingQuantity",
    "PricingUnit",
    "ProviderName",
    "PublisherName",
    "ServiceCategory",
    "ServiceName",
)
"""The columns of feature level "Mandatory" in FOCUS 1.2, in their order there."""
FURTHER = (
    "ChargeFrequency",
    "RegionId",
    "ResourceId",
    "ResourceName",
    "ResourceType",
    "ServiceSubcategory",
    "SubAccountId",
)
"""Of level "Recommended" or "Conditional" those that a report knows. It knows no SKU, invoice, discount, or tag."""
OURS = ("x_Environment", "x_Organisation", "x_CostCenter", "x_Team", "x_Charge", "x_Status", "x_Snapshot")
COLUMNS = (*MANDATORY, *FURTHER, *OURS)
COUNTERFACTUALS = (
    "BillingCurrency",
    "ChargePeriodStart",
    "ChargePeriodEnd",
    "ResourceId",
    "ResourceName",
    *OURS[:4],
    "x_ActualCost",
    "x_WouldHaveCost",
    "x_AvoidedCost",
    "x_AvoidedCostAtMost",
    "x_AvoidedByHours",
    "x_AvoidedBySize",
    "x_AvoidedBySpot",
    "x_AvoidedByCommitment",
    "x_UnusedCommitment",
    "x_Baseline",
    "x_BaselineIsProvisional",
    "x_Status",
    "x_Snapshot",
    "x_Hash",
    "x_Method",
)

AWS = "AWS"
NO_ACCOUNT = "unknown"
"""FOCUS wants an account with every charge; the report does not know the one that Curfew itself runs in."""
USAGE, KEEPS_BILLING = "usage", "keeps billing"
HOURS = Decimal("0.000001")


def as_focus(statement: Statement, by: By | None) -> bytes:
    """A charge for each resource that ran, and one for what kept billing: for the month, or by day for each day.

    What is not computable is no charge: its cost is not 0.
    """
    return written(COLUMNS, _charges(statement, by is By.DAY))


def as_focus_counterfactuals(statement: Statement, by: By | None) -> bytes:
    """What each resource would have cost, and why it did not; empty where that is not computable."""
    lines = (_counterfactual(statement, stretch) for stretch in stretches(statement, by is By.DAY))
    return written(COUNTERFACTUALS, lines)


def _charges(statement: Statement, daily: bool) -> Iterator[Line]:
    for each in stretches(statement, daily):
        if each.actual_known and (each.amounts.actual or each.seconds):
            yield _usage(statement, each)
        if each.residual_known and each.amounts.residual:
            words = f"What keeps billing of {each.resource} of {each.belongs.environment}"
            unit = "Days" if daily else "Months"
            yield _charge(statement, each, KEEPS_BILLING, each.amounts.residual, words, Decimal(1), unit)


def _usage(statement: Statement, each: Stretch) -> Line:
    if each.itself:
        return _charge(statement, each, USAGE, each.amounts.actual, ITSELF, Decimal(1), "Months")
    hours = (Decimal(each.seconds) / 3600).quantize(HOURS, ROUND_HALF_EVEN)
    words = f"{each.resource} of {each.belongs.environment}"
    return _charge(statement, each, USAGE, each.amounts.actual, words, hours, "Hours")


def _charge(
    statement: Statement, each: Stretch, charge: str, cents: int, words: str, quantity: Decimal, unit: str
) -> Line:
    begins, ends = month_bounds("UTC", statement.month)
    cost = number(cents)
    return {
        **dict.fromkeys(("BilledCost", "ContractedCost", "EffectiveCost", "ListCost"), cost),
        "BillingPeriodStart": format_instant(begins),
        "BillingPeriodEnd": format_instant(ends),
        "ChargeCategory": "Usage",
        "ChargeFrequency": "Usage-Based",
        "ChargeDescription": words,
        "PricingQuantity": quantity,
        "PricingUnit": unit,
        **dict.fromkeys(("InvoiceIssuerName", "ProviderName", "PublisherName"), AWS),
        **_place(each),
        **_common(statement, each),
        "x_Charge": charge,
    }


def _counterfactual(statement: Statement, each: Stretch) -> Line:
    cents = each.amounts
    ran: Line = {"x_ActualCost": number(cents.actual), "x_WouldHaveCost": number(cents.would_have)}
    known: Line = {
        "x_AvoidedCost": number(cents.avoided),
        "x_AvoidedCostAtMost": number(cents.avoided_at_most),
        "x_AvoidedByHours": number(cents.hours),
        "x_AvoidedBySize": number(cents.size),
        "x_AvoidedBySpot": number(cents.spot),
        "x_AvoidedByCommitment": number(cents.commitment),
        "x_UnusedCommitment": number(cents.unused),
    }
    return {
        **_common(statement, each),
        **(ran if each.actual_known else {}),
        **(known if each.avoided_known else {}),
        "x_Baseline": each.basis,
        "x_BaselineIsProvisional": str(each.provisional).lower(),
        "x_Hash": statement.snapshot.hash,
        "x_Method": statement.snapshot.method,
    }


def _common(statement: Statement, each: Stretch) -> Line:
    return {
        "BillingCurrency": statement.currency,
        "ChargePeriodStart": each.begins,
        "ChargePeriodEnd": each.ends,
        "ResourceId": each.arn,
        "ResourceName": each.resource,
        "x_Environment": each.belongs.environment,
        "x_Organisation": each.belongs.organisation,
        "x_CostCenter": each.belongs.cost_center,
        "x_Team": each.belongs.team,
        "x_Status": statement.label.value,
        "x_Snapshot": statement.snapshot.id,
    }


def _place(each: Stretch) -> Line:
    """Who bills it, and where. The payer is not known, so the account stands for it."""
    where = place(each.arn)
    service = ITSELF_AS_SERVICE if each.itself else service_of(where)
    return {
        "BillingAccountId": where.account or NO_ACCOUNT,
        "SubAccountId": where.account,
        "RegionId": where.region,
        "ResourceType": where.type,
        "ServiceName": service.name,
        "ServiceCategory": service.category,
        "ServiceSubcategory": service.subcategory,
    }
