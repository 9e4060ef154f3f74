"""`curfew observe --from-cloudtrail`: the baseline that the event history of 90 days gives."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chalicelib.adapters import own_keys
from chalicelib.flows.ports import Refusal
from tests.entrypoints.cli.files import ORDERS, write_schedules
from tests.entrypoints.cli.terminal import Terminal
from tests.fakes.clock import FakeClock
from tests.fakes.cloud import FakeCloud

ALL = ("observe", "orders-qa", "--from-cloudtrail")
TODAY = datetime(2027, 3, 1, tzinfo=UTC)
NOBODY = {"userIdentity": {"type": "IAMUser"}}


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeCloud:
    """The account of orders-qa, with its database up."""
    write_schedules(tmp_path)
    seen = FakeCloud(FakeClock())
    seen.answers["GetCallerIdentity"] = {"Account": "111122223333"}
    seen.add("rds-instance", "orders-db")

    class Keys:
        def __init__(self, profile: str | None) -> None:
            self.profile = profile

        def cloud(self) -> FakeCloud:
            return seen

    monkeypatch.setattr(own_keys, "OwnKeys", Keys)
    return seen


def nights(*, refused: bool = False) -> dict[str, list[dict[str, object]]]:
    """Somebody stopped the database at 16:00 and started it at 04:00 UTC (20:00 and 08:00 in Dubai), each day."""
    record = json.dumps(NOBODY | ({"errorCode": "InvalidDBInstanceState"} if refused else {}))
    events = [
        {"EventName": name, "EventTime": TODAY - timedelta(days=day) + timedelta(hours=hour), "CloudTrailEvent": record}
        for day in range(100)
        for hour, name in ((4, "StartDBInstance"), (16, "StopDBInstance"))
    ]
    return {"Events": [*events, {"EventName": "AddTagsToResource", "EventTime": TODAY}]}


def test_hours_are_told_and_sizes_are_not(curfew: Terminal, cloud: FakeCloud) -> None:
    cloud.answers["LookupEvents"] = nights()
    (database,) = curfew(*ALL, "--json").json
    assert [round(float(share)) for share in database["on"][:24]] == [0] * 8 + [1] * 12 + [0] * 4
    assert (database["days"], database["provisional"], database["draws"]) == (90, False, [])
    assert database["source"] == "CloudTrail's event history"


def test_people_see_what_is_not_told(curfew: Terminal, cloud: FakeCloud) -> None:
    lines = curfew(*ALL).lines
    assert lines[0] == "90 days of CloudTrail; nothing of nodes: use a bill; nothing is stored"
    assert any(line.split()[:1] == ["database"] and "168.0" in line and "not told" in line for line in lines)


def test_a_call_that_aws_refused_stopped_nothing(curfew: Terminal, cloud: FakeCloud) -> None:
    cloud.answers["LookupEvents"] = nights(refused=True)
    (database,) = curfew(*ALL, "--json").json
    assert database["hours_a_week"] == "168"


def test_what_curfew_did_is_no_part_of_it(curfew: Terminal, cloud: FakeCloud) -> None:
    (database,) = curfew(*ALL, "--before", "2027-01-15", "--json").json
    assert database["days"] < 90


def test_keys_of_another_account_are_refused(curfew: Terminal, cloud: FakeCloud) -> None:
    cloud.answers["GetCallerIdentity"] = {"Account": "444455556666"}
    ran = curfew(*ALL)
    assert ran.code == 2
    assert "orders-qa is in account 111122223333, and AWS says of these keys: 444455556666" in ran.err


@pytest.mark.parametrize("operation", ["LookupEvents", "DescribeDBInstances"])
def test_what_aws_does_not_show_is_told_with_the_right_that_is_missing(
    curfew: Terminal, cloud: FakeCloud, operation: str
) -> None:
    cloud.refusals[operation] = Refusal("AccessDenied", "not authorized")
    ran = curfew(*ALL)
    assert (ran.code, operation in ran.err) == (3, True)


def test_an_environment_of_groups_only_is_told_to_use_a_bill(
    curfew: Terminal, cloud: FakeCloud, tmp_path: Path
) -> None:
    text = ORDERS.replace("  database: {kind: rds-instance, ids: [orders-db]}\n", "").replace(", needs: [database]", "")
    write_schedules(tmp_path, **{"orders-qa": text})
    ran = curfew(*ALL)
    assert (ran.code, "observe it for four weeks, or use a bill" in ran.err) == (2, True)


def test_time_before_the_90_days_is_left_to_a_bill(curfew: Terminal, cloud: FakeCloud) -> None:
    ran = curfew(*ALL, "--before", "2026-10-01")
    assert (ran.code, "acting began before them, 2026-09-30; use a bill" in ran.err) == (2, True)


def test_one_source_is_named(curfew: Terminal, cloud: FakeCloud) -> None:
    ran = curfew("observe", "orders-qa", "--from-bill", "bill.csv", "--from-cloudtrail")
    assert (ran.code, ran.err.strip()) == (2, "say where from: --from-bill FILE, or --from-cloudtrail")
