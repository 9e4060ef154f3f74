from collections.abc import Iterator
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import boto3
import httpx
import pytest
from rich.console import Console

from chalicelib.core.model import Desired
from chalicelib.entrypoints.schedule_file.reading import SourceFile, read_schedules
from chalicelib.local import demo, serve
from chalicelib.local.clock import SimulatedClock
from chalicelib.local.cloud import EmbeddedCloud
from chalicelib.local.driver import Driver
from chalicelib.local.estate import Group, Site, add_ec2_instances, add_group, add_rds_instance
from chalicelib.local.inspector import Inspector
from chalicelib.local.sample import Part
from chalicelib.local.server import serving
from chalicelib.local.story import on_screen

NOW = datetime(2027, 3, 9, 6, tzinfo=UTC)
NAME, ACCOUNT, REGION = "orders-dev", "111122223333", "eu-central-1"
SCHEDULE = f"""
environment: {NAME}
owner: orders-team
locations: [{{account: "{ACCOUNT}", region: {REGION}}}]
resources:
  database: {{kind: rds-instance, ids: [orders]}}
  servers: {{kind: ec2-instance, tags: {{Environment: {NAME}}}, needs: [database]}}
  nodes: {{kind: auto-scaling-group, ids: [orders-nodes], needs: [database]}}
uptime: {{timezone: UTC, windows: ["mon-fri 07:00-16:00"]}}
"""


class Town:
    """A small estate that the test itself moves, and the inspector that watches it."""

    def __init__(self, cloud: EmbeddedCloud) -> None:
        self.cloud, self.site = cloud, Site(cloud, ACCOUNT, REGION)
        add_rds_instance(self.site, "orders")
        [self.server] = add_ec2_instances(self.site, 1, tags={"Environment": NAME})
        add_group(self.site, Group("orders-nodes", 2, 3, 5))
        [read] = read_schedules([SourceFile("orders-dev.yaml", SCHEDULE)], NOW.date()).definitions
        parts = (
            self._part("database", "rds-instance", "orders"),
            self._part("servers", "ec2-instance", self.server),
            self._part("nodes", "auto-scaling-group", "orders-nodes", (2, 5, 3)),
        )
        self.inspector = Inspector(parts, {NAME: read.definition}, NOW)

    def stop_database(self) -> None:
        self.site.client("rds").stop_db_instance(DBInstanceIdentifier="orders")
        self.wait()

    def start_database(self) -> None:
        self.site.client("rds").start_db_instance(DBInstanceIdentifier="orders")
        self.wait()

    def stop_servers(self) -> None:
        self.site.client("ec2").stop_instances(InstanceIds=[self.server])
        self.wait()

    def start_servers(self) -> None:
        self.site.client("ec2").start_instances(InstanceIds=[self.server])
        self.wait()

    def resize(self, minimum: int, desired: int, maximum: int) -> None:
        self.site.client("autoscaling").update_auto_scaling_group(
            AutoScalingGroupName="orders-nodes", MinSize=minimum, MaxSize=maximum, DesiredCapacity=desired
        )
        self.wait()

    def wait(self) -> None:
        """Ten minutes pass, under the inspector's eyes."""
        for _ in range(40):
            self.cloud.advance_to(self.cloud.clock.now() + timedelta(seconds=15))
            self.inspector.look(self.cloud.clock.now())

    def _part(self, key: str, kind: str, id: str, sizes: tuple[int, int, int] | None = None) -> Part:
        return Part(NAME, key, kind, ACCOUNT, REGION, id, sizes)


@pytest.fixture
def town() -> Iterator[Town]:
    with EmbeddedCloud(SimulatedClock(NOW)) as cloud:
        yield Town(cloud)


def verdict(town: Town) -> tuple[int, str]:
    console = Console(file=StringIO(), width=200)
    code = demo.verdict(console, town.inspector)
    return code, console.file.getvalue()  # type: ignore[attr-defined]


def test_a_night_in_order_leaves_the_inspector_content(town: Town) -> None:
    town.stop_database()
    town.stop_servers()
    town.resize(0, 0, 0)
    town.inspector.should_be(NAME, Desired.DOWN)
    town.start_database()
    town.start_servers()
    town.resize(2, 3, 5)
    town.inspector.should_be(NAME, Desired.UP)
    town.inspector.morning(NAME)
    code, told = verdict(town)
    assert (code, town.inspector.faults) == (0, [])
    assert "1 of 1" in told
    assert "Every order, size and state was right." in told


def test_servers_that_stop_before_their_database_are_a_fault(town: Town) -> None:
    town.stop_servers()
    assert any("servers went down before database was down" in fault for fault in town.inspector.faults)


def test_servers_that_start_before_their_database_are_a_fault(town: Town) -> None:
    town.stop_database()
    town.stop_servers()
    assert town.inspector.faults == []
    town.start_servers()
    assert any("servers went up before database was up" in fault for fault in town.inspector.faults)


def test_a_group_that_comes_back_smaller_is_a_fault(town: Town) -> None:
    town.stop_database()
    town.resize(0, 0, 0)
    town.start_database()
    town.resize(1, 1, 5)
    assert any("orders-nodes came back as (1, 5, 1), not as (2, 5, 3)" in fault for fault in town.inspector.faults)
    assert verdict(town)[0] == 1


def test_what_is_down_at_its_opening_is_a_fault(town: Town) -> None:
    town.stop_database()
    town.inspector.morning(NAME)
    code, told = verdict(town)
    assert code == 1
    assert "orders-dev was not ready at its opening: database down, nodes up, servers up" in told
    assert "0 of 1" in told


@pytest.mark.parametrize("desired", [Desired.UP, Desired.DOWN])
def test_what_is_not_where_it_should_be_is_a_fault(town: Town, desired: Desired) -> None:
    town.stop_database()
    town.inspector.should_be(NAME, desired)
    code, told = verdict(town)
    assert code == 1
    assert f"orders-dev should be {desired} and is not" in told
    assert "Something was wrong." in told


def test_what_somebody_moves_by_hand_is_excused_until_it_rests(town: Town) -> None:
    town.inspector.excuse(town.server)
    town.stop_servers()
    assert town.inspector.faults == []
    town.start_servers()
    town.stop_servers()
    assert len(town.inspector.faults) == 1


# The demo itself


@pytest.fixture(scope="module")
def two_days() -> tuple[int, str, list[object]]:
    """Two days of the sample organisation, then `--serve`, ended by Ctrl-C in its second minute."""
    answers: list[int] = []
    databases: list[Any] = []

    def minute(self: Driver, length: timedelta) -> None:
        if answers:
            raise KeyboardInterrupt
        [address] = [line.split("=")[1] for line in out.getvalue().splitlines() if "export CURFEW_URL=" in line]
        answers.append(httpx.get(f"{address}/healthz").status_code)
        exported = [
            line.split()[1].partition("=")[::2] for line in out.getvalue().splitlines() if "export AWS_" in line
        ]
        with pytest.MonkeyPatch.context() as shell:
            for name, value in exported:
                shell.setenv(name, value)
            databases.extend(boto3.Session().client("rds").describe_db_instances()["DBInstances"])

    out = StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out):
        patch.setattr(serve, "SECOND", 0.0)
        patch.setattr(Driver, "run_for", minute)
        code = demo.run_here(2, serve=True)
    return code, out.getvalue(), [*answers, *(one["DBInstanceIdentifier"] for one in databases)]


def test_two_days_of_the_sample_organisation_go_well(two_days: tuple[int, str, list[object]]) -> None:
    code, told, _ = two_days
    assert code == 0
    assert "Every order, size and state was right." in told


@pytest.mark.parametrize(
    "line",
    [
        "Monday 08 March",
        "shop-qa          asleep in ",
        "database 3m38s, then nodes-mixed",
        "billing-staging  ready in ",
        "analyst asks: wake until ",
        "[lease of analyst until ",
        "[closed: Women's Day (DE-BE)]",
        "tester is refused: orders-dev is leased by others: developer until ",
        "What the embedded cloud saw",
    ],
)
def test_the_story_says_who_slept_and_woke_in_what_order_and_who_was_refused(
    two_days: tuple[int, str, list[object]], line: str
) -> None:
    assert line in two_days[1]


def test_a_served_demo_answers_until_it_is_interrupted(two_days: tuple[int, str, list[object]]) -> None:
    _, told, answers = two_days
    assert answers == [200, "orders-dev-mysql"]
    assert "export CURFEW_TOKEN=" in told
    assert told.endswith("ended\n")


@pytest.mark.parametrize(("terminal", "rows"), [(True, 3), (False, 1)])
def test_long_lines_go_on_below_their_own_words_on_a_terminal_only(terminal: bool, rows: int) -> None:
    out = StringIO()
    say = on_screen(Console(file=out, width=100, force_terminal=terminal, color_system=None))
    say("  02:04Z  06:04 Dubai      shop-qa          " + " ".join(["database"] * 14))
    lines = out.getvalue().splitlines()
    assert len(lines) == rows
    assert all(line.startswith(" " * 44 + "database") for line in lines[1:])
    assert not terminal or max(map(len, lines)) <= 100


def test_an_interrupt_ends_the_demo_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(days: int, serve: bool) -> int:
        raise KeyboardInterrupt

    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setattr(demo, "run_here", interrupted)
    assert demo.run(14, serve=False) == 1
    assert capsys.readouterr().out == "Interrupted; everything that was built for it is gone.\n"


def test_two_clouds_at_once_have_ports_of_their_own() -> None:
    with serving() as one, serving() as other:
        assert one != other
