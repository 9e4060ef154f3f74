"""A payer whose AWS tells what was committed to, and a deployment that asks it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from chalicelib.core.model import Location
from chalicelib.core.money.commitments import Commitment
from chalicelib.core.rights import Permission
from chalicelib.flows.commitments import Commitments
from chalicelib.flows.kept_ledger import KeptLedger
from chalicelib.flows.ports import Refusal, World
from chalicelib.flows.told_commitments import ask_once_a_day
from chalicelib.kinds.contract import Answer, Call, Look
from tests.core.money.samples import LARGE, MONTH, RDS, SMALL, at, baseline, inputs, span
from tests.fakes import FakeClock
from tests.fakes.told import MemoryTold
from tests.flows.books import keep
from tests.flows.stage import Stage

OWN, OTHER = "111122223333", "444455556666"
DENIED = Refusal("AccessDeniedException", "not authorized")
NOW = at(10, 6)
ENDS = datetime(2027, 6, 1, tzinfo=UTC)

PLAN = {
    "savingsPlanId": "sp-1",
    "savingsPlanType": "Compute",
    "commitment": "0.73000000",
    "currency": "USD",
    "state": "active",
    "start": "2026-06-01T00:00:00.000Z",
    "end": "2027-06-01T00:00:00.000Z",
}


def rate(usage: str, usd: str, operation: str = "RunInstances", region: str = "us-east-1") -> Mapping[str, Any]:
    properties = [{"name": "region", "value": region}, {"name": "productDescription", "value": "Linux/UNIX"}]
    return {"rate": usd, "usageType": usage, "operation": operation, "properties": properties}


RATES = [
    rate("BoxUsage:m5.large", "0.073"),
    rate("BoxUsage:m5.xlarge", "0.12"),
    rate("BoxUsage:m5.large", "0.09", operation="RunInstances:000g"),
    rate("UnusedBox:m5.large", "0.073"),
    rate("BoxUsage:c5.large", "0.05"),
    rate("EUC1-BoxUsage:m5.large", "0.08", region="eu-central-1"),
]
RESERVED = {
    "ReservedInstancesId": "ri-1",
    "InstanceType": "m5.xlarge",
    "InstanceCount": 2,
    "ProductDescription": "Linux/UNIX (Amazon VPC)",
    "InstanceTenancy": "default",
    "Scope": "Region",
    "State": "active",
    "Start": datetime(2026, 6, 1, tzinfo=UTC),
    "End": ENDS,
    "Duration": 31536000,
    "FixedPrice": 438.0,
    "UsagePrice": 0.0,
    "RecurringCharges": [{"Amount": 0.05, "Frequency": "Hourly"}],
}
DATABASE = {
    "ReservedDBInstanceId": "orders",
    "ReservedDBInstanceArn": "arn:aws:rds:us-east-1:111122223333:ri:orders",
    "DBInstanceClass": "db.m5.2xlarge",
    "DBInstanceCount": 1,
    "ProductDescription": "mysql",
    "MultiAZ": False,
    "State": "active",
    "StartTime": datetime(2026, 6, 1, tzinfo=UTC),
    "Duration": 31536000,
    "FixedPrice": 0.0,
    "UsagePrice": 0.0,
    "RecurringCharges": [{"RecurringChargeAmount": 1.2, "RecurringChargeFrequency": "Hourly"}],
}


class Payer:
    """The parts of AWS that tell what was committed to; `answers` by account and operation, or why there is none."""

    def __init__(self) -> None:
        self.answers: dict[tuple[str, str], Answer | Refusal] = {}
        self.asked: list[tuple[str, str, Look]] = []

    def look(self, location: Location, service: str, looks: Sequence[Look]) -> tuple[Answer, ...] | Refusal:
        (look,) = looks
        self.asked.append((location.account, location.region, look))
        answer = self.answers.get((location.account, look.operation), {})
        return answer if isinstance(answer, Refusal) else (answer,)

    def act(self, location: Location, calls: Sequence[Call]) -> Iterator[tuple[Call, Refusal | None]]:
        raise NotImplementedError

    def may(self, location: Location, calls: Sequence[Call]) -> tuple[Permission, ...]:
        raise NotImplementedError


class House:
    """A deployment whose books hold a month, and whose payer tells what it is asked."""

    def __init__(self) -> None:
        self.payer = Payer()
        self.clock = FakeClock(NOW)
        self.stage = Stage(self.clock)
        self.declared: tuple[Commitment, ...] = ()
        self.commitments = Commitments(lambda: (OWN, OTHER), lambda: self.declared, MemoryTold())
        self.ran(SMALL, LARGE, RDS)

    def ran(self, *keys: str) -> None:
        """In the books are twenty servers at 0.10 an hour, which slept on the second of two days, and these rates."""
        found = inputs(span(at(1), at(2), units="20"), baselines=(baseline(units="20"),))
        keep(
            self.stage.store,
            replace(found, until=at(3), rates=tuple(each for each in found.rates if each.key in keys)),
        )

    @property
    def world(self) -> World:
        ledger = KeptLedger(self.stage.store, lambda: None, self.commitments)
        return replace(self.stage.world, cloud=self.payer, ledger=ledger)

    def says(self, operation: str, answer: Answer | Refusal, account: str = OWN) -> None:
        self.payer.answers[account, operation] = answer

    def ask(self) -> tuple[Commitment, ...]:
        ask_once_a_day(self.world, self.commitments)
        return self.commitments.of(MONTH)
