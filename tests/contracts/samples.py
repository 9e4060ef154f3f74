"""Small values that the contract suites talk about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from chalicelib.core.model import Definition, Desired, Location, Observed, Resource, ResourceState, RestorePoint, Team
from chalicelib.core.uptime import Uptime
from chalicelib.core.windows import parse_window
from chalicelib.core.wishes import Lease, Wishes
from chalicelib.flows.events import Event, What
from chalicelib.flows.ports import Claims, Desk
from chalicelib.flows.stored import Head, Stored

NOW = datetime(2026, 3, 2, 8, 0, 0, 1500, tzinfo=UTC)
SOON = NOW + timedelta(seconds=90)
LATER = NOW + timedelta(minutes=15)
PLACE = Location("111122223333", "ap-south-1")


def stored(name: str = "orders-qa", owner: str = "orders-team") -> Stored:
    definition = Definition(
        environment=name,
        owner=Team(owner, email="orders@example.test", groups=("developers",)),
        locations=(PLACE,),
        resources=(Resource("nodes", "auto-scaling-group", ids=("orders-nodes",), needs=("database",)),),
        uptime=(Uptime(windows=(parse_window("mon-thu 08:00-20:00"),), timezone="Asia/Dubai"),),
        shortest_rest=timedelta(minutes=45),
    )
    return Stored(definition, source=f"environment: {name}\n", file=f"{name}.yaml")


def state(number: int, attempts: int = 0) -> ResourceState:
    return ResourceState(
        arn=arn(number),
        id=f"i-{number:05}",
        key="nodes",
        kind="ec2-instance",
        location=PLACE,
        seen=Observed.DOWN,
        seen_since=NOW,
        intent=Desired.DOWN,
        intent_at=NOW,
        attempts=attempts,
        restore=RestorePoint(1, NOW, sizes={"min": 1, "max": 4}, left={"min": 0, "max": 4}),
    )


def states(count: int, attempts: int = 0) -> dict[str, ResourceState]:
    return {arn(each): state(each, attempts) for each in range(count)}


def arn(number: int) -> str:
    return f"arn:aws:ec2:ap-south-1:111122223333:instance/i-{number:05}"


def event(text: str = "", at: datetime = NOW, name: str = "orders-qa") -> Event:
    return Event(What.WISHED, name, at, text, resource="nodes", actor="dev1", data={"hours": "3"})


def wishes(person: str = "dev1") -> Wishes:
    return Wishes(leases=(Lease(person, until=LATER, granted_at=NOW, reason="a late test"),))


def defined(store: Desk, name: str = "orders-qa", at: datetime = NOW) -> Head:
    return store.define(stored(name), None, Wishes(), at, [])


def claimed(store: Claims, name: str = "orders-qa", now: datetime = NOW, until: datetime = SOON) -> Head:
    head = store.claim(name, now, until)
    assert head is not None
    return head
