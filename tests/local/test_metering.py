"""What the ledger says of a night on the embedded cloud: the flows over real boto3 calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from chalicelib.core.model import Resource
from chalicelib.core.money.spans import Edge, Span
from chalicelib.flows.hear import hear
from chalicelib.flows.spans import spans_of
from chalicelib.local.estate import Group, Site, add_aurora_cluster, add_ec2_instances, add_group, add_rds_instance
from chalicelib.local.estate_services import add_ecs_service, add_redshift_cluster
from chalicelib.local.node_estate import NodeGroup, add_node_group
from tests.local.night import HOUR, MINUTE, Night

ALL_OF_IT = 3 * HOUR + 35 * MINUTE
LARGE = "ec2:ap-south-1:m5.large:linux:shared:on-demand"


@dataclass(frozen=True)
class Estate:
    """What a test has of a kind: how it is made, and what it draws while it is up."""

    kind: str
    add: Callable[[Site, str], object]
    draws: dict[str, float]
    entry: Callable[[str], dict[str, tuple[str, ...]]] = lambda name: {"ids": (name,)}


def _tagged(name: str) -> dict[str, tuple[tuple[str, str], ...]]:
    return {"tags": (("Env", name),)}


ESTATES = [
    Estate(
        "ec2-instance",
        lambda site, name: add_ec2_instances(site, 2, tags={"Env": name}),
        {LARGE: 2},
        _tagged,  # type: ignore[arg-type]
    ),
    Estate("auto-scaling-group", lambda site, name: add_group(site, Group(name, 2, 3, 5)), {LARGE: 3}),
    Estate(
        "eks-node-group",
        lambda site, name: add_node_group(site, NodeGroup("night", name, 2, 3, 5, tags={"Env": name})),
        {LARGE: 3},
        _tagged,  # type: ignore[arg-type]
    ),
    Estate("rds-instance", add_rds_instance, {"rds:ap-south-1:db.m6g.large:postgres:none:single-az": 1}),
    Estate("rds-cluster", add_aurora_cluster, {"rds:ap-south-1:db.r6g.large:aurora-postgresql:none:member": 2}),
    Estate(
        "ecs-service",
        lambda site, name: add_ecs_service(site, name, desired=2),
        {"fargate:ap-south-1:vcpu:linux:on-demand": 1, "fargate:ap-south-1:gb:linux:on-demand": 2},
        lambda name: {"ids": (f"shop/{name}",)},
    ),
    Estate(
        "redshift-cluster",
        lambda site, name: add_redshift_cluster(site, name),
        {"redshift:ap-south-1:ra3.xlplus:node": 2},
    ),
]
ASKED = {
    "auto-scaling-group": {"DescribeInstances"},
    "eks-node-group": {"DescribeInstances"},
    "rds-cluster": {"DescribeDBInstances"},
    "ecs-service": {"ListTasks", "DescribeTasks"},
}
"""What only the ledger asks."""
EVERY = pytest.mark.parametrize("estate", ESTATES, ids=lambda estate: estate.kind)


def slept(site: Site, estate: Estate) -> Night:
    """An environment of one such resource that rested from 20:00 to 23:00."""
    night = Night(site)
    estate.add(site, night.name)
    night.begin(Resource("it", estate.kind, **estate.entry(night.name)))  # type: ignore[arg-type]
    night.until(ALL_OF_IT)
    return night


def spans(night: Night) -> tuple[Span, ...]:
    return spans_of(night.stage.store, "orders-qa", night.evening - HOUR, night.evening + ALL_OF_IT)


def drawn(found: tuple[Span, ...], at: datetime) -> dict[str, float]:
    """Units by rate at that instant."""
    total: dict[str, float] = {}
    for span in found:
        if span.begins <= at < span.ends:
            total[span.rate] = total.get(span.rate, 0) + float(span.units)
    return total


@EVERY
def test_a_night_is_in_the_ledger(site: Site, estate: Estate) -> None:
    night = slept(site, estate)
    found = spans(night)
    assert drawn(found, night.evening - 30 * MINUTE) == estate.draws
    assert drawn(found, night.evening + HOUR) == {}
    assert drawn(found, night.evening + ALL_OF_IT - MINUTE) == estate.draws


@EVERY
def test_an_idle_pass_makes_no_call_for_it(site: Site, estate: Estate) -> None:
    night = slept(site, estate)
    site.cloud.calls.clear()
    metered = len(night.stage.store.events["orders-qa"])
    night.until(4 * HOUR - MINUTE)
    assert len(night.stage.store.events["orders-qa"]) == metered
    assert not ASKED.get(estate.kind, set()) & set(night.made())


@pytest.mark.parametrize("estate", [one for one in ESTATES if one.kind.startswith("rds")], ids=lambda one: one.kind)
def test_a_database_is_up_from_the_second_that_rds_says_however_late_it_is_told(site: Site, estate: Estate) -> None:
    night = slept(site, estate)
    (before,) = [span for span in spans(night) if span.begins > night.evening]
    told = [event for event in site.cloud.take_events() if event["source"] == "aws.rds"]
    for event in told:
        hear(night.stage.world, event)
    (after,) = [span for span in spans(night) if span.begins > night.evening]
    started = max(datetime.fromisoformat(one["time"]) for one in told if "started" in one["detail"]["Message"])
    assert (before.begun, after.begun, after.begins) == (Edge.SEEN, Edge.TOLD, started)
    assert timedelta() <= before.begins - started <= timedelta(minutes=2)


def test_what_ec2_dates_is_told_to_the_second_without_any_event(site: Site) -> None:
    night = slept(site, ESTATES[0])
    assert {(span.begun, span.ended) for span in spans(night)} == {(Edge.OPEN, Edge.TOLD), (Edge.TOLD, Edge.OPEN)}
