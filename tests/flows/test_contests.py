from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.core.model import Desired, Observed, ResourceState, Sighting
from chalicelib.flows.contests import MOST_LOOKED_UP, contests
from chalicelib.flows.events import What
from chalicelib.flows.ports import Refusal
from chalicelib.flows.seen import Seen
from tests.fakes.clock import FakeClock
from tests.fakes.cloud import HERE, FakeCloud
from tests.flows.stage import MONDAY

ONCE = MONDAY - timedelta(hours=3)


def state(id: str = "orders-db", **other: Any) -> ResourceState:
    values: dict[str, Any] = {"intent": Desired.DOWN, "reversals": (ONCE, MONDAY), **other}
    return ResourceState(f"arn:{id}", id, "database", "rds-instance", HERE, Observed.UP, MONDAY, **values)


def seen(id: str = "orders-db", **tags: str) -> Seen:
    return Seen("database", Sighting(f"arn:{id}", id, "rds-instance", HERE, Observed.UP, tags=tags))


def told(cloud: FakeCloud, before: ResourceState, after: ResourceState, **tags: str) -> list[str]:
    """What the owner reads of one resource."""
    events = contests(cloud, "orders-qa", {before.arn: before}, {after.arn: after}, {after.arn: seen(**tags)}, MONDAY)
    return [event.text for event in events if event.what is What.CONTESTED]


def call(name: str, **fields: str) -> Mapping[str, str]:
    return {"EventName": name, "ReadOnly": "false", "EventSource": "rds.amazonaws.com", **fields}


@pytest.mark.parametrize(
    ("trail", "tags", "evidence"),
    [
        ([call("StartDBInstance", Username="pipeline")], {}, "CloudTrail shows StartDBInstance by pipeline"),
        ([call("StartDBInstance")], {}, "CloudTrail shows StartDBInstance by rds.amazonaws.com"),
        ([call("StopDBInstance", Username="curfew-poke")], {}, "nothing shows who it was"),
        (
            [call("StartDBInstance", Username="intern", CloudTrailEvent='{"errorCode":"AccessDenied"}')],
            {},
            "nothing shows who it was",
        ),
        ([call("DescribeDBInstances", Username="someone", ReadOnly="true")], {}, "nothing shows who it was"),
        ([], {"maid_offhours": "on"}, "Cloud Custodian has it: maid_offhours=on"),
        ([], {"maid_offhours": "off"}, "nothing shows who it was"),
    ],
)
def test_the_owner_reads_who_keeps_undoing_it(trail: list[Any], tags: dict[str, str], evidence: str) -> None:
    cloud = FakeCloud(FakeClock(MONDAY))
    cloud.answers["LookupEvents"] = {"Events": trail}
    (text,) = told(cloud, state(reversals=(ONCE,)), state(), **tags)
    assert text.endswith(f"left alone until its next start, or 2027-03-09T09:00Z at the latest; {evidence}")


def test_a_trail_that_may_not_be_read_is_said() -> None:
    cloud = FakeCloud(FakeClock(MONDAY))
    cloud.refusals["LookupEvents"] = Refusal("AccessDeniedException", "no")
    (text,) = told(cloud, state(reversals=(ONCE,)), state())
    assert text.endswith("CloudTrail cannot be asked (AccessDeniedException)")


def test_a_fight_is_told_once_and_one_reversal_is_none() -> None:
    cloud = FakeCloud(FakeClock(MONDAY))
    assert told(cloud, state(), state()) == []
    assert told(cloud, state(reversals=()), state(reversals=(MONDAY,))) == []
    assert cloud.looks.total() == 0


def test_many_fights_at_once_cost_few_lookups() -> None:
    cloud = FakeCloud(FakeClock(MONDAY))
    after = {each.arn: each for each in (state(f"db-{number}") for number in range(20))}
    before = {arn: replace(each, reversals=()) for arn, each in after.items()}
    sightings = {each.arn: seen(each.id) for each in after.values()}
    assert len(list(contests(cloud, "orders-qa", before, after, sightings, MONDAY))) == 20
    assert cloud.looks["LookupEvents"] == MOST_LOOKED_UP
