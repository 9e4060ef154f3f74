"""What databases draw."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.core.money.reading import printed
from chalicelib.kinds import kinds
from tests.fakes.cloud import HERE

LARGE = "rds:eu-central-1:db.m6g.large"


def instance(status: str = "available", **fields: Any) -> str:
    kind = kinds()["rds-instance"]
    usual = {"DBInstanceIdentifier": "db", "DBInstanceArn": "arn:db", "DBInstanceStatus": status}
    shape = {"Engine": "postgres", "DBInstanceClass": "db.m6g.large", "LicenseModel": "postgresql-license"}
    (sighting,) = kind.read(HERE, [{"DBInstances": [{**usual, **shape, **fields}]}])
    assert kind.meter([sighting], ()) == ()
    return printed(kind.draws(sighting, ()).draws)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({}, f"{LARGE}:postgres:none:single-az"),
        ({"MultiAZ": True}, f"{LARGE}:postgres:none:multi-az"),
        ({"Engine": "oracle-ee", "LicenseModel": "bring-your-own-license"}, f"{LARGE}:oracle-ee:byol:single-az"),
        ({"Engine": "sqlserver-se", "LicenseModel": "license-included"}, f"{LARGE}:sqlserver-se:included:single-az"),
        ({"DBInstanceClass": None}, "unknown:a-class-that-AWS-does-not-show"),
        ({"DBClusterIdentifier": "shop"}, ""),
    ],
    ids=str,
)
def test_a_database_draws_one_of_its_class_engine_licence_and_deployment(fields: dict[str, Any], text: str) -> None:
    assert instance(**fields) == text


@pytest.mark.parametrize(
    ("status", "is_billed"),
    [
        ("available", True),
        ("backing-up", True),
        ("configuring-log-exports", True),
        ("creating", False),
        ("deleting", False),
        ("failed", False),
        ("inaccessible-encryption-credentials-recoverable", False),
        ("incompatible-network", False),
        ("incompatible-option-group", True),
        ("incompatible-parameters", True),
        ("incompatible-restore", False),
        ("maintenance", True),
        ("modifying", True),
        ("rebooting", True),
        ("restore-error", True),
        ("starting", False),
        ("stopped", False),
        ("stopping", False),
        ("storage-full", True),
        ("upgrading", True),
        ("a-word-of-tomorrow", True),
    ],
)
def test_a_database_draws_in_the_states_that_aws_bills(status: str, is_billed: bool) -> None:
    assert bool(instance(status)) is is_billed


def member(size: str = "db.r6g.large", status: str = "available", cluster: str = "shop") -> dict[str, Any]:
    return {"DBInstanceClass": size, "DBInstanceStatus": status, "DBClusterIdentifier": cluster}


def cluster(*members: dict[str, Any], status: str = "available", **fields: Any) -> tuple[str, int]:
    """What it draws, and how many calls that takes."""
    kind = kinds()["rds-cluster"]
    usual = {"DBClusterIdentifier": "shop", "DBClusterArn": "arn:shop", "Engine": "aurora-mysql", "Status": status}
    (sighting,) = kind.read(HERE, [{"DBClusters": [{**usual, **fields}]}])
    drawn = kind.draws(sighting, [{"DBInstances": list(members)}])
    return printed(drawn.draws), len(kind.meter([sighting], ()))


AURORA = "rds:eu-central-1:db.r6g.large:aurora-mysql:none"


@pytest.mark.parametrize(
    ("fields", "members", "text", "calls"),
    [
        ({}, [member(), member()], f"{AURORA}:member*2", 1),
        ({}, [member(), member(cluster="other")], f"{AURORA}:member", 1),
        ({}, [member(), member(status="creating")], f"{AURORA}:member", 1),
        ({"StorageType": "aurora-iopt1"}, [member()], f"{AURORA}:member-io", 1),
        ({"Engine": "docdb"}, [member()], "rds:eu-central-1:db.r6g.large:docdb:none:member", 1),
        ({}, [member("db.serverless")], "unknown:Aurora-capacity-units", 1),
        ({"EngineMode": "serverless"}, [], "unknown:Aurora-capacity-units", 0),
        (
            {"Engine": "mysql", "DBClusterInstanceClass": "db.m6gd.large"},
            [],
            "rds:eu-central-1:db.m6gd.large:mysql:none:multi-az-cluster",
            0,
        ),
        ({"status": "stopped"}, [], "", 0),
        ({"status": "stopping"}, [member()], "", 0),
        ({"status": "starting"}, [member()], "", 0),
        ({"status": "failing-over"}, [member()], f"{AURORA}:member", 1),
    ],
)
def test_a_cluster_draws_its_members(fields: dict[str, Any], members: list[Any], text: str, calls: int) -> None:
    assert cluster(*members, **fields) == (text, calls)


@pytest.mark.parametrize(
    ("status", "text"),
    [
        ("available", "redshift:eu-central-1:ra3.xlplus:node*2"),
        ("modifying", "redshift:eu-central-1:ra3.xlplus:node*2"),
        ("pausing", "redshift:eu-central-1:ra3.xlplus:node*2"),
        ("resuming", "redshift:eu-central-1:ra3.xlplus:node*2"),
        ("paused", ""),
        ("creating", ""),
    ],
)
def test_a_warehouse_draws_its_nodes_unless_it_is_paused(status: str, text: str) -> None:
    kind = kinds()["redshift-cluster"]
    told = {"ClusterIdentifier": "dw", "ClusterStatus": status, "NodeType": "ra3.xlplus", "NumberOfNodes": 2}
    (sighting,) = kind.read(HERE, [{"Clusters": [told]}])
    assert printed(kind.draws(sighting, ()).draws) == text


EVENTS = [("rds-instance", "0088", True), ("rds-instance", "0087", False), ("rds-instance", "0006", None)]
EVENTS += [("rds-cluster", "0151", True), ("rds-cluster", "0150", False)]


@pytest.mark.parametrize(("kind", "number", "runs"), EVENTS)
def test_events_of_rds_say_from_when_on_a_database_is_billed(kind: str, number: str, runs: bool | None) -> None:
    assert kinds()[kind].event.runs({"detail": {"EventID": f"RDS-EVENT-{number}"}}) is runs
