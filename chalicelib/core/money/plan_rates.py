"""Savings Plans as AWS tells them: what each commits to, and by its own rates what it takes off each list price."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from chalicelib.core.money.billed import Usage
from chalicelib.core.money.commitments import SavingsPlan
from chalicelib.core.money.reserved import SHARE

Row = Mapping[str, Any]

COMPUTE = frozenset({"Compute", "EC2Instance"})
"""Types of plans whose rates are read here."""
OTHERS = frozenset({"SageMaker"})
"""Types of plans that cover nothing of which Curfew has rates.

https://docs.aws.amazon.com/savingsplans/latest/userguide/what-is-savings-plans.html
"""
SERVICES = {"ec2": "AmazonEC2", "fargate": "AmazonECS"}
"""What plans call the services of rate keys; tasks of ECS and pods of EKS have the same rates."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One plan, before its rates are known. `kind` is AWS's word for its type."""

    id: str
    kind: str
    usd_per_hour: Decimal
    currency: str
    region: str
    begins: datetime
    ends: datetime


def plan(row: Row) -> Plan:
    """The plan of an answer of DescribeSavingsPlans.

    https://docs.aws.amazon.com/savingsplans/latest/APIReference/API_SavingsPlan.html
    """
    return Plan(
        row["savingsPlanId"],
        row["savingsPlanType"],
        Decimal(row["commitment"]),
        row.get("currency", "USD"),
        row.get("region", ""),
        datetime.fromisoformat(row["start"]),
        datetime.fromisoformat(row["end"]),
    )


def parts(plan: Plan, rates: Iterable[Row], listed: Mapping[str, Decimal]) -> Iterator[SavingsPlan]:
    """What the plan covers of these keys, whose list prices for an hour these are: a part for each discount."""
    found: defaultdict[Decimal, list[str]] = defaultdict(list)
    for key, usd in sorted({_key(plan, rate): Decimal(rate["rate"]) for rate in rates}.items()):
        if listed.get(key, Decimal(0)) > 0 and usd > 0:
            discount = max(1 - usd / listed[key], Decimal(0)).quantize(SHARE)
            found[min(discount, 1 - SHARE)].append(key)
    for discount, keys in sorted(found.items(), reverse=True):
        yield SavingsPlan(plan.id, plan.usd_per_hour, discount, tuple(keys), plan.begins, plan.ends)


def _key(plan: Plan, rate: Row) -> str:
    """The rate key of what the rate is of; an unknown one where that has none.

    https://docs.aws.amazon.com/savingsplans/latest/APIReference/API_SavingsPlanRate.html
    """
    said = {each["name"]: each["value"] for each in rate.get("properties", ())}
    what = rate.get("usageType", ""), rate.get("operation", "")
    return Usage(plan.id, plan.begins, plan.ends, Decimal(1), *what, region=said.get("region", plan.region)).rate
