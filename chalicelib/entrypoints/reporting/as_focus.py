"""Actual costs in the columns of FOCUS 1.2, and what would have been in a file of its own.

FOCUS (https://focus.finops.org/focus-specification/v1-2/) is of what was charged: avoided cost is no charge and no
credit, so that it stands in columns of ours, which begin with `x_`, and in no sum of charges. All four costs are what
ran at its own list or spot rate: Curfew knows neither invoices nor discounts.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal

from chalicelib.core.durations import format_instant
from chalicelib.core.localtime import day_bounds, zone
from chalicelib.core.money.cells import month_bounds
from chalicelib.core.money.sheet import Row
from chalicelib.core.money.statement import ITSELF, Statement
from chalicelib.entrypoints.reporting.as_csv import Line, written
from chalicelib.entrypoints.reporting.asked import By
from chalicelib.entrypoints.reporting.figures import number

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
FURTHER = ("RegionId", "ResourceId", "ResourceName", "SubAccountId")
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

SERVICES = {
    "ec2": ("Amazon Elastic Compute Cloud", "Compute"),
    "autoscaling": ("Amazon Elastic Compute Cloud", "Compute"),
    "ecs": ("Amazon Elastic Container Service", "Compute"),
    "eks": ("Amazon Elastic Kubernetes Service", "Compute"),
    "rds": ("Amazon Relational Database Service", "Databases"),
    "redshift": ("Amazon Redshift", "Analytics"),
    "elasticache": ("Amazon ElastiCache", "Databases"),
    "elasticloadbalancing": ("Elastic Load Balancing", "Networking"),
    "cloudwatch": ("Amazon CloudWatch", "Management and Governance"),
}
"""Name and category of the service that an ARN names; the categories are those of FOCUS."""
AWS, UNKNOWN = "AWS", "Other"
HOURS = Decimal("0.000001")


def as_focus(statement: Statement, by: By | None) -> bytes:
    """A charge for each resource and day that ran, and one for what kept billing; `by` makes no difference.

    What is not computable is no charge: its cost is not 0.
    """
    return written(COLUMNS, _charges(statement))


def as_focus_counterfactuals(statement: Statement, by: By | None) -> bytes:
    """What each resource and day would have cost, and why it did not; empty where that is not computable."""
    return written(COUNTERFACTUALS, (_counterfactual(statement, row) for row in statement.rows()))


def _charges(statement: Statement) -> Iterator[Line]:
    for row in statement.rows():
        if row.actual_known and (row.amounts.actual or row.seconds):
            hours = (Decimal(row.seconds) / 3600).quantize(HOURS, ROUND_HALF_EVEN)
            quantity, unit = (hours, "Hours") if row.day else (Decimal(1), "Months")
            words = f"{row.resource} of {row.belongs.environment}" if row.day else ITSELF
            yield _charge(statement, row, "usage", row.amounts.actual, words, quantity, unit)
        if row.residual_known and row.amounts.residual:
            words = f"What keeps billing of {row.resource} of {row.belongs.environment}"
            yield _charge(statement, row, "keeps billing", row.amounts.residual, words, Decimal(1), "Days")


def _charge(statement: Statement, row: Row, charge: str, cents: int, words: str, quantity: Decimal, unit: str) -> Line:
    begins, ends = month_bounds("UTC", statement.month)
    cost = number(cents)
    return {
        **dict.fromkeys(("BilledCost", "ContractedCost", "EffectiveCost", "ListCost"), cost),
        "BillingPeriodStart": format_instant(begins),
        "BillingPeriodEnd": format_instant(ends),
        "ChargeCategory": "Usage",
        "ChargeDescription": words,
        "PricingQuantity": quantity,
        "PricingUnit": unit,
        **dict.fromkeys(("InvoiceIssuerName", "ProviderName", "PublisherName"), AWS),
        **_place(row),
        **_common(statement, row),
        "x_Charge": charge,
    }


def _counterfactual(statement: Statement, row: Row) -> Line:
    cents = row.amounts
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
        **_common(statement, row),
        **(ran if row.actual_known else {}),
        **(known if row.avoided_known else {}),
        "x_Baseline": row.basis.value if row.basis else None,
        "x_BaselineIsProvisional": str(row.provisional).lower(),
        "x_Hash": statement.snapshot.hash,
        "x_Method": statement.snapshot.method,
    }


def _common(statement: Statement, row: Row) -> Line:
    begins, ends = _period(statement, row)
    return {
        "BillingCurrency": statement.currency,
        "ChargePeriodStart": format_instant(begins),
        "ChargePeriodEnd": format_instant(ends),
        "ResourceId": row.arn or None,
        "ResourceName": row.resource,
        "x_Environment": row.belongs.environment,
        "x_Organisation": row.belongs.organisation,
        "x_CostCenter": row.belongs.cost_center,
        "x_Team": row.belongs.team,
        "x_Status": statement.label.value,
        "x_Snapshot": statement.snapshot.id,
    }


def _period(statement: Statement, row: Row) -> tuple[datetime, datetime]:
    """The day in the environment's time zone; the month for what has no day."""
    if row.day is None:
        return month_bounds("UTC", statement.month)
    return day_bounds(zone(row.belongs.timezone), row.day)


def _place(row: Row) -> Line:
    """What an ARN says: arn:aws:SERVICE:REGION:ACCOUNT:... The payer is not known, so the account stands for it."""
    parts = [*row.arn.split(":", 5), *[""] * 6]
    service, region, account = parts[2:5]
    name, category = SERVICES.get(service, (service or UNKNOWN, UNKNOWN))
    if row.day is None:
        name, category = "Curfew", "Management and Governance"
    return {
        "BillingAccountId": account or "unknown",
        "SubAccountId": account or None,
        "RegionId": region or None,
        "ServiceName": name,
        "ServiceCategory": category,
    }
