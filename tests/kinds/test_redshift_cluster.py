from __future__ import annotations

from typing import Any

import pytest

from chalicelib.core.model import Location, Observed, Resource, Sighting
from chalicelib.kinds.contract import Move
from chalicelib.kinds.redshift_cluster import KIND

PLACE = Location("111122223333", "cn-north-1")


def read(status: str = "available", **fields: Any) -> Sighting:
    cluster = {"ClusterIdentifier": "sales", "ClusterStatus": status, "AutomatedSnapshotRetentionPeriod": 1, **fields}
    (sighting,) = KIND.read(PLACE, [{"Clusters": [cluster]}])
    return sighting


@pytest.mark.parametrize(
    ("status", "observed", "healthy", "busy"),
    [
        ("available", Observed.UP, True, False),
        ("pausing", Observed.FALLING, False, False),
        ("paused", Observed.DOWN, False, False),
        ("resuming", Observed.RISING, False, False),
        ("available, prep-for-resize", Observed.UP, True, True),
        ("available, resize-cleanup", Observed.UP, True, True),
        ("modifying", Observed.UP, True, True),
        ("resizing", Observed.UP, True, True),
        ("cancelling-resize", Observed.UP, True, True),
        ("rebooting", Observed.RISING, False, False),
        ("maintenance", Observed.RISING, False, False),
        ("a word of tomorrow", Observed.RISING, False, False),
        ("deleting", Observed.FALLING, False, False),
        ("final-snapshot", Observed.FALLING, False, False),
        ("storage-full", Observed.BROKEN, False, False),
        ("hardware-failure", Observed.BROKEN, False, False),
    ],
)
def test_each_word_of_aws_means_one_state(status: str, observed: Observed, healthy: bool, busy: bool) -> None:
    sighting = read(status)
    assert (sighting.observed, sighting.healthy, sighting.busy) == (observed, healthy, busy)


@pytest.mark.parametrize("status", ["modifying", "rebooting", "storage-full"])
def test_a_state_that_keeps_it_is_explained(status: str) -> None:
    assert (read(status).note or "").startswith(f"{status}: ")


@pytest.mark.parametrize(
    ("fields", "because"),
    [
        ({}, None),
        ({"MultiAZ": "Enabled"}, None),
        ({"AutomatedSnapshotRetentionPeriod": 0}, "automated snapshots are turned off"),
        ({"HsmStatus": {"Status": "active"}}, "hardware security module"),
    ],
)
def test_what_aws_does_not_pause_is_ineligible(fields: dict[str, Any], because: str | None) -> None:
    said = read(**fields).ineligible
    assert said is None if because is None else because in (said or "")


def test_its_arn_is_that_of_the_cluster_in_its_partition() -> None:
    assert read().arn == "arn:aws-cn:redshift:cn-north-1:111122223333:cluster:sales"


def test_a_change_that_waits_is_warned_about() -> None:
    pending = {"NumberOfNodes": 4, "ClusterType": "multi-node"}
    assert read(PendingModifiedValues=pending).warnings == (
        "its change of ClusterType, NumberOfNodes waits until it is resumed",
    )
    assert read(PendingModifiedValues={}).warnings == ()


def test_what_its_price_depends_on_is_kept() -> None:
    shown: dict[str, Any] = {
        "NodeType": "ra3.xlplus",
        "NumberOfNodes": 2,
        "PreferredMaintenanceWindow": "sun:04:00-sun:04:30",
    }
    assert read(**shown).details == {
        "status": "available",
        "node_type": "ra3.xlplus",
        "nodes": "2",
        "maintenance": "sun:04:00-sun:04:30",
    }


def test_one_look_shows_all_clusters_because_an_unknown_name_would_fail_it() -> None:
    (look,) = KIND.look(Resource("dwh", KIND.name, ids=("sales", "gone"), tags=(("Env", "qa"),)))
    assert set(look.parameters) == {"MaxRecords"}


def test_it_is_paused_and_resumed_by_name() -> None:
    (stop,), (start,) = KIND.stop([Move(read())]), KIND.start([Move(read("paused"))])
    assert (stop.operation, start.operation) == ("PauseCluster", "ResumeCluster")
    assert stop.parameters == start.parameters == {"ClusterIdentifier": "sales"}
