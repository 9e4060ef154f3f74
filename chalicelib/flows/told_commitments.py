"""AWS is asked for Savings Plans and reservations, once a day, and what it says is kept.

It is asked in Curfew's own account and in each that the organisation lists, and only of what there are rates for in the
books. A refusal leaves what was said before as it was.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from chalicelib.core.model import Location
from chalicelib.core.money import plan_rates, reserved
from chalicelib.core.money.commitments import Commitment
from chalicelib.core.money.rates import KEEP, book, is_spot, rate_at
from chalicelib.core.months import month_name
from chalicelib.flows.commitments import Commitments, Said, Told
from chalicelib.flows.ports import Cloud, Refusal, World
from chalicelib.kinds.contract import Look

DAY = timedelta(days=1)
LATE = timedelta(days=4)
"""So long into a month the one before is closed again, so that what ran in it counts as in use."""
ENOUGH = timedelta(minutes=2)
"""After so long no further account is asked: the next hour goes on."""
ANYWHERE = "us-east-1"
"""Savings Plans have one endpoint for all Regions. https://docs.aws.amazon.com/general/latest/gr/savingsplans.html"""

PLANS, PLAN_RATES = "DescribeSavingsPlans", "DescribeSavingsPlanRates"
SAVINGS_PLANS = "savingsplans"
RESERVED = {
    "ec2": ("DescribeReservedInstances", "ReservedInstances", "reserved instances"),
    "rds": ("DescribeReservedDBInstances", "ReservedDBInstances", "reserved databases"),
    "redshift": ("DescribeReservedNodes", "ReservedNodes", "reserved nodes"),
}
"""What tells of reservations by service: the operation, where they are in its answer, and what people call them."""
READS = ((SAVINGS_PLANS, PLANS), (SAVINGS_PLANS, PLAN_RATES), *((name, each[0]) for name, each in RESERVED.items()))

ACTIVE, RETIRED = "active", "retired"

Rows = list[Mapping[str, Any]]
Listed = Mapping[str, Decimal]
"""List prices of an hour, by rate key."""


def ask_once_a_day(world: World, commitments: Commitments) -> None:
    """What AWS tells of the commitments of each account is kept, unless it was asked within a day."""
    started, now, accounts = world.clock.elapsed(), world.clock.now(), commitments.accounts()
    kept = commitments.told.read(accounts)
    due = [name for name in sorted(accounts) if name not in kept or now - kept[name].asked_at >= DAY]
    listed = _in_use(world, now) if due else {}
    for account in due:
        if world.clock.elapsed() - started >= ENOUGH:
            return
        known = {each.question: each for each in kept[account].said} if account in kept else {}
        for said in _Asking(world.cloud, account, listed, now).all():
            known[said.question] = _after(known.get(said.question), said, listed.keys())
        commitments.told.keep({account: Told(now, tuple(known.values()))})


def _in_use(world: World, now: datetime) -> Listed:
    """The list price of each key of which the books have a rate this month, and in the first days the month before."""
    months = {month_name(at) for at in (now, now - LATE)}
    rates = book(rate for month in sorted(months) for booked in world.store.booked(month) for rate in booked.rates)
    found = {key: rate_at(rates, key, now) for key in rates if not is_spot(key) and not key.startswith(KEEP)}
    return {key: rate.hourly for key, rate in found.items() if rate}


@dataclass(frozen=True, slots=True)
class _Asking:
    """What one account is asked."""

    cloud: Cloud
    account: str
    listed: Listed
    now: datetime

    def all(self) -> Iterator[Said]:
        """What AWS says to each question."""
        yield self._plans()
        for service, region in sorted({(key.split(":")[0], key.split(":")[1]) for key in self.listed}):
            if service in RESERVED:
                yield self._reserved(service, region)

    def _plans(self) -> Said:
        question = "Savings Plans"
        rows = self._rows(ANYWHERE, SAVINGS_PLANS, PLANS, {"states": [ACTIVE, RETIRED]}, "savingsPlans")
        if isinstance(rows, Refusal):
            return Said(question, refused=str(rows))
        plans = [plan_rates.plan(row) for row in rows if self._counts(row["state"], plan_rates.plan(row).ends)]
        covered = [self._covered(plan) for plan in plans]
        if refusal := next((each for each in covered if isinstance(each, Refusal)), None):
            return Said(question, refused=str(refusal))
        parts = tuple(part for each in covered if isinstance(each, tuple) for part in each)
        unknown = [
            f"Savings Plan {plan.id} of account {self.account} counts for nothing: {each}"
            for plan, each in zip(plans, covered, strict=True)
            if isinstance(each, str)
        ]
        return Said(question, self.now, parts, tuple(unknown), ids=tuple(plan.id for plan in plans))

    def _covered(self, plan: plan_rates.Plan) -> tuple[Commitment, ...] | str | Refusal:
        """What the plan covers of what is in use; or why that cannot be told."""
        if plan.kind in plan_rates.OTHERS:
            return ()
        if plan.currency != "USD":
            return f"it is in {plan.currency}, and rates are in USD"
        if plan.kind not in plan_rates.COMPUTE:
            return (
                f"rates of its type {plan.kind} are not read; declare it in organisation.yaml, if it covers databases"
            )
        rates = self._plan_rates(plan)
        if isinstance(rates, Refusal):
            return rates
        parts = tuple(plan_rates.parts(plan, rates, self.listed))
        missing = plan.kind == "Compute" and not parts and any(_filters(self.listed))
        return "AWS told no rate of it for anything that runs" if missing else parts

    def _plan_rates(self, plan: plan_rates.Plan) -> Rows | Refusal:
        """The plan's rates of what is in use."""
        found: Rows = []
        for filters in _filters(self.listed):
            asked = {"savingsPlanId": plan.id, "filters": filters}
            rows = self._rows(ANYWHERE, SAVINGS_PLANS, PLAN_RATES, asked, "searchResults")
            if isinstance(rows, Refusal):
                return rows
            found += rows
        return found

    def _reserved(self, service: str, region: str) -> Said:
        operation, where, words = RESERVED[service]
        question = f"{words} in {region}"
        rows = self._rows(region, service, operation, {}, where)
        if isinstance(rows, Refusal):
            return Said(question, refused=str(rows))
        read = [(row["State"], reserved.READERS[service](row, region)) for row in rows]
        found = [each for state, each in read if isinstance(each, reserved.Reserved) and self._counts(state, each.ends)]
        parts = tuple(part for each in found for part in reserved.parts(each, self.listed))
        why = sorted({each for state, each in read if isinstance(each, str) and state == ACTIVE})
        unknown = tuple(f"Of the {question} of account {self.account} one counts for nothing: {each}" for each in why)
        return Said(question, self.now, parts, unknown, ids=tuple(each.id for each in found))

    def _counts(self, state: str, ends: datetime) -> bool:
        """What is retired before its end was sold, modified or returned: another one covers in its place."""
        return state == ACTIVE or (state == RETIRED and ends <= self.now)

    def _rows(self, region: str, service: str, operation: str, asked: Mapping[str, Any], where: str) -> Rows | Refusal:
        answers = self.cloud.look(Location(self.account, region), service, (Look(operation, asked, service),))
        return answers if isinstance(answers, Refusal) else [row for page in answers for row in page.get(where, ())]


def _filters(keys: Iterable[str]) -> Iterator[list[Mapping[str, Any]]]:
    """What to ask a plan's rates of, service by service: those of all types would be tens of thousands."""
    used = [key.split(":") for key in keys]
    for service, code in plan_rates.SERVICES.items():
        if mine := [parts for parts in used if parts[0] == service]:
            types = sorted({parts[2] for parts in mine}) if service == "ec2" else []
            values = {"serviceCode": [code], "region": sorted({parts[1] for parts in mine}), "instanceType": types}
            yield [{"name": name, "values": wanted} for name, wanted in values.items() if wanted]


def _after(before: Said | None, now: Said, keys: Collection[str]) -> Said:
    """What is known after the question was asked: after a refusal what was; else also of what does not run any more."""
    if now.refused:
        return replace(before or now, refused=now.refused)
    old = before.commitments if before and now.at else ()
    left = [replace(each, covers=tuple(key for key in each.covers if key not in keys)) for each in old]
    return replace(now, commitments=(*now.commitments, *(each for each in left if each.covers and _stands(each, now))))


def _stands(each: Commitment, now: Said) -> bool:
    """Whether AWS still tells of it, or tells no more because it is over."""
    return each.id in now.ids or (now.at is not None and each.ends <= now.at)
