from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from chalicelib.core.activity import Check, Finding, Sort
from chalicelib.core.model import Location, Resource
from chalicelib.flows.activity_checks import NEWEST_BUILDS, findings
from chalicelib.flows.ports import Refusal
from chalicelib.flows.seen import Seen
from chalicelib.flows.survey import survey
from chalicelib.kinds.contract import Answer, Look
from tests.fakes.cloud import HERE
from tests.flows.answering import Answering, answering
from tests.flows.stage import DATABASE, MONDAY, NODES, NoProbe, Stage, definition

BASTION = Resource("bastion", "ec2-instance", ids=("i-1",))
ELSEWHERE = Location("111122223333", "eu-west-1")
CONNECTIONS = Check(Sort.CONNECTIONS, "database")
CPU = Check(Sort.CPU, "nodes", above=20)
SESSIONS = Check(Sort.SESSIONS, "bastion")
FAMILY = Check(Sort.TASKS, "orders", family="migration")
TAGGED = Check(Sort.TASKS, "orders", tags=(("Job", "load"),))
BUILDS = Check(Sort.BUILDS, "orders-build")
ALL_BUILDS = Check(Sort.BUILDS, tags=(("Team", "orders"),))
DENIED = Refusal("AccessDeniedException", "not authorized")


def stage() -> tuple[Stage, Answering]:
    stage = Stage()
    stage.cloud.add("rds-instance", "orders-db")
    stage.cloud.add("auto-scaling-group", "orders-nodes")
    stage.cloud.add("ec2-instance", "i-1")
    return stage, answering(stage)


def found(stage: Stage, check: Check, *more: Location) -> Sequence[Finding]:
    what = definition(DATABASE, NODES, BASTION)
    seen: dict[str, Seen] = survey(stage.cloud, NoProbe(), what, {}, MONDAY)
    return findings(stage.world.cloud, [check], seen.values(), (HERE, *more), MONDAY)


@pytest.mark.parametrize(
    ("check", "id", "figures", "text"),
    [
        (CONNECTIONS, "orders-db", [0.0, 3.0, 1.0], "database: 3 connections (orders-db)"),
        (CONNECTIONS, "orders-db", [0.0, 0.0], None),
        (CPU, "orders-nodes", [3.0, 43.4], "nodes: CPU 43% (orders-nodes)"),
        (CPU, "orders-nodes", [3.0, 20.0], None),
    ],
)
def test_a_figure_above_what_counts_as_idle_speaks_against_a_stop(
    check: Check, id: str, figures: list[float], text: str | None
) -> None:
    there, cloud = stage()
    cloud.metrics[id] = figures
    assert found(there, check) == ((Finding(text),) if text else ())


def test_figures_are_asked_for_the_last_ten_minutes_by_the_metric_of_the_kind() -> None:
    there, cloud = stage()
    found(there, CONNECTIONS)
    (look,) = cloud.asked
    (query,) = look.parameters["MetricDataQueries"]
    assert query["MetricStat"]["Metric"] == {
        "Namespace": "AWS/RDS",
        "MetricName": "DatabaseConnections",
        "Dimensions": [{"Name": "DBInstanceIdentifier", "Value": "orders-db"}],
    }
    assert look.parameters["EndTime"] - look.parameters["StartTime"] == timedelta(minutes=10)


def test_no_figure_is_no_proof_of_rest() -> None:
    there, _ = stage()
    text = "cpu of nodes cannot be told (CloudWatch has no figures of orders-nodes for the last ten minutes)"
    assert found(there, CPU) == (Finding(text, certain=False),)


def test_what_is_down_is_not_asked_about() -> None:
    there, cloud = stage()
    there.cloud.add("rds-instance", "orders-db", up=False)
    assert found(there, CONNECTIONS) == ()
    assert cloud.asked == []


TARGET, OTHER = {"Target": "i-1", "Owner": "arn:aws:sts::111122223333:assumed-role/dev/a-developer"}, {"Target": "i-2"}
RUNNING, ENDED = {"id": "orders-build:2", "buildStatus": "IN_PROGRESS"}, {"id": "b:1", "buildStatus": "SUCCEEDED"}
ONE_TASK: Answer = {"taskArns": ["arn:task/1"]}
NO_TASK: Answer = {"taskArns": []}
PROJECTS = {"ResourceTagMappingList": [{"ResourceARN": "arn:aws:codebuild:eu-central-1:111122223333:project/orders"}]}


def described(*tags: tuple[str, str]) -> Answer:
    return {"tasks": [{"taskArn": "arn:task/1", "tags": [{"key": key, "value": value} for key, value in tags]}]}


@pytest.mark.parametrize(
    ("check", "answers", "text"),
    [
        (SESSIONS, {"DescribeSessions": {"Sessions": [OTHER, TARGET]}}, "bastion: a session of a-developer (i-1)"),
        (SESSIONS, {"DescribeSessions": {"Sessions": [OTHER]}}, None),
        (FAMILY, {"ListTasks": ONE_TASK}, "1 task runs in orders"),
        (FAMILY, {"ListTasks": NO_TASK}, None),
        (TAGGED, {"ListTasks": ONE_TASK, "DescribeTasks": described(("Job", "load"))}, "1 task runs in orders"),
        (TAGGED, {"ListTasks": ONE_TASK, "DescribeTasks": described(("Job", "web"))}, None),
        (
            BUILDS,
            {"ListBuildsForProject": {"ids": ["b:1", "b:2"]}, "BatchGetBuilds": {"builds": [ENDED, RUNNING]}},
            "build orders-build:2 runs",
        ),
        (BUILDS, {"ListBuildsForProject": {"ids": []}}, None),
        (
            ALL_BUILDS,
            {"GetResources": PROJECTS, "ListBuildsForProject": {"ids": ["b"]}, "BatchGetBuilds": {"builds": [RUNNING]}},
            "build orders-build:2 runs",
        ),
    ],
)
def test_sessions_tasks_and_builds_that_go_on_speak_against_a_stop(
    check: Check, answers: dict[str, Answer], text: str | None
) -> None:
    there, cloud = stage()
    cloud.answers |= answers
    assert found(there, check) == ((Finding(text),) if text else ())


def test_of_a_project_only_the_newest_builds_are_asked_for() -> None:
    there, cloud = stage()
    ids = [f"b:{number}" for number in range(100, 0, -1)]
    cloud.answers |= {"ListBuildsForProject": {"ids": ids}, "BatchGetBuilds": {"builds": []}}
    found(there, BUILDS)
    assert cloud.asked[0].parameters["sortOrder"] == "DESCENDING"
    assert cloud.asked[1].parameters["ids"] == ids[:NEWEST_BUILDS]


@pytest.mark.parametrize(
    ("check", "operation", "text"),
    [
        (CONNECTIONS, "GetMetricData", "connections of database cannot be told"),
        (SESSIONS, "DescribeSessions", "sessions of bastion cannot be told"),
        (FAMILY, "ListTasks", "tasks of orders cannot be told"),
        (ALL_BUILDS, "GetResources", "builds of Team=orders cannot be told"),
    ],
)
def test_what_cannot_be_asked_is_no_certain_finding(check: Check, operation: str, text: str) -> None:
    there, cloud = stage()
    cloud.answers[operation] = DENIED
    assert found(there, check) == (Finding(f"{text} (AccessDeniedException: not authorized)", certain=False),)


MISSING = Refusal("ClusterNotFoundException", "Cluster not found.")


@dataclass
class OnlyHere(Answering):
    """What is asked for is in one place only."""

    def look(self, location: Location, service: str, looks: Sequence[Look]) -> tuple[Answer, ...] | Refusal:
        return super().look(location, service, looks) if location == HERE else MISSING


def test_a_cluster_is_looked_for_in_every_place_and_missed_only_where_it_is_in_none() -> None:
    there, _ = stage()
    cloud = OnlyHere(there.cloud, {"ListTasks": ONE_TASK})
    there.world = replace(there.world, cloud=cloud)
    assert found(there, FAMILY, ELSEWHERE) == (Finding("1 task runs in orders"),)
    cloud.answers["ListTasks"] = MISSING
    assert [finding.certain for finding in found(there, FAMILY, ELSEWHERE)] == [False, False]
