from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from chalicelib.core.activity import BeforeStop, Check, Sort, Then
from chalicelib.core.decide import Facts, decide
from chalicelib.core.maintenance import Maintenance
from chalicelib.core.model import Desired
from chalicelib.core.uptime import Uptime
from chalicelib.core.wishes import Wishes
from chalicelib.entrypoints.schedule_file.schema import environment_schema
from chalicelib.entrypoints.schedule_file.yaml_reading import read_yaml
from tests.entrypoints.schedule_texts import GOOD, read, told
from tests.flows.stage import MONDAY

BEFORE_STOP = """\
before_stop:
  checks:
    - {connections: database}
    - {cpu: nodes, above: 20%}
    - {cpu: database}
    - {tasks: orders-cluster, family: migration}
    - {builds: any, tags: {Team: orders}}
    - {builds: orders-build}
  postpone: 90m
  then: ask
"""


def test_a_whole_before_stop_means_what_it_says() -> None:
    (found,) = read(GOOD + BEFORE_STOP).definitions
    assert found.definition.before_stop == BeforeStop(
        (
            Check(Sort.CONNECTIONS, "database"),
            Check(Sort.CPU, "nodes", above=20),
            Check(Sort.CPU, "database", above=10),
            Check(Sort.TASKS, "orders-cluster", family="migration"),
            Check(Sort.BUILDS, tags=(("Team", "orders"),)),
            Check(Sort.BUILDS, "orders-build"),
        ),
        timedelta(minutes=90),
        Then.ASK,
    )


def test_maintenance_and_uses_mean_what_they_say() -> None:
    text = GOOD + "maintenance: {resources: [database], ssm: [patch-sundays]}\nuses: [shared-database]\n"
    (found,) = read(text).definitions
    assert found.definition.maintenance == Maintenance(("database",), ("patch-sundays",))
    assert found.definition.uses == ("shared-database",)


def test_the_sizes_of_a_wake_mean_what_they_say() -> None:
    (found,) = read(GOOD + "wake: {default: 3h, sizes: {nodes: 4}}\n").definitions
    wake = found.definition.wake
    assert (wake.default, wake.sizes) == (timedelta(hours=3), {"nodes": 4})


@pytest.mark.parametrize(
    ("added", "answer"),
    [
        ("maintenance: {resources: [databse]}", "15: databse is not under resources; write database"),
        (
            "maintenance: {resources: [nodes]}",
            "15: nodes is of kind auto-scaling-group, which has no maintenance window of its own; name one of kind",
        ),
        ("wake: {sizes: {node: 4}}", "15: node is not under resources; write nodes"),
        (
            "wake: {sizes: {database: 4}}",
            "15: database is of kind rds-instance, which has no size; "
            "name one of kind auto-scaling-group, ecs-service, eks-node-group",
        ),
        ("wake: {sizes: {nodes: 0}}", "15: nodes must be at least 1, not 0"),
        ("wake: {sizes: {nodes: many}}", "15: nodes must be a whole number, not"),
        ("before_stop: {checks: [{cpu: node}]}", "15: node is not under resources; write nodes"),
        (
            "before_stop: {checks: [{connections: nodes}]}",
            "15: nodes is of kind auto-scaling-group, which has no connections; name one of kind rds-cluster, rds-inst",
        ),
        (
            "before_stop: {checks: [{sessions: database}]}",
            "15: database is of kind rds-instance, which has no sessions; name one of kind ec2-instance",
        ),
        (
            "before_stop: {checks: [{cpu: nodes, tasks: orders, family: a}]}",
            "15: a check asks for cpu and tasks; write one of connections, cpu, sessions, tasks, builds, in an entry",
        ),
        ("before_stop: {checks: [{above: 5}]}", "15: a check asks for nothing; write one of connections, cpu"),
        (
            "before_stop: {checks: [{cpu: nodes, above: 20}]}",
            "15: cpu above 20 has no percent sign; write above: 20%",
        ),
        ("before_stop: {checks: [{connections: database, above: 5%}]}", "15: connections above 5% is no number"),
        (
            "before_stop: {checks: [{connections: database, above: many}]}",
            "15: many is not a limit; write e.g. 20% for cpu, 5 for connections",
        ),
        ("before_stop: {checks: [{builds: orders, above: 2}]}", "15: builds knows no above: any counts"),
        (
            "before_stop: {checks: [{tasks: orders}]}",
            "15: all tasks of a cluster are asked for, also those of its services, which always run; write family:",
        ),
        (
            "before_stop: {checks: [{builds: any}]}",
            "15: builds of any project are asked for; write tags: {...}, or a project's name",
        ),
        ("before_stop: {checks: [{cpu: nodes, family: a}]}", "15: cpu knows no family; take family out"),
        (
            "before_stop: {checks: [{builds: orders, tags: {a: b}}]}",
            "15: builds knows no tags beside a name; take tags out, or write builds: any",
        ),
        ("before_stop: {checks: []}", "15: checks is empty; write checks: [{connections: database}]"),
        ("before_stop: {checks: [{cpu: nodes}], postpone: 0m}", "15: a duration of nothing ends at once"),
        ("before_stop: {checks: [{cpu: nodes}], then: wait}", "15: then cannot be wait; write one of ask, stop"),
        ("uses: [orders-dev]", "15: orders-dev uses itself; take orders-dev out of uses"),
    ],
)
def test_a_mistake_is_told_with_what_to_write_instead(added: str, answer: str) -> None:
    assert [problem.startswith(f"1.yaml:{answer}") for problem in told(f"{GOOD}{added}\n")] == [True]


def test_files_that_use_each_other_in_a_circle_are_refused_together() -> None:
    one, other = f"{GOOD}uses: [orders-qa]\n", f"{GOOD.replace('orders-dev', 'orders-qa')}uses: [orders-dev]\n"
    assert told(one) == []
    (problem,) = told(one, other.replace("orders-db", "qa-db").replace("orders-nodes", "qa-nodes"))
    assert "environments use each other in a circle: " in problem
    assert "take one step out, e.g. " in problem


ON_REQUEST = GOOD[: GOOD.index("uptime:")] + "uptime: {start: on-request}\n"


def test_what_is_up_on_request_only_needs_neither_windows_nor_a_zone_and_is_never_up_by_the_clock() -> None:
    (found,) = read(ON_REQUEST).definitions
    assert found.definition.uptime == (Uptime("Europe/Berlin"),)
    decision = decide(found.definition, Wishes(), Facts({}), MONDAY)
    assert (decision.desired, decision.because, decision.until) == (Desired.DOWN, "it has no windows", None)


def test_windows_that_never_open_are_a_mistake() -> None:
    text = GOOD.replace("uptime:\n", "uptime:\n  start: on-request\n")
    assert told(text) == [
        "1.yaml:13: start: on-request means that no window opens, and there are windows; "
        "take windows out, or write start: on-demand"
    ]


HOW_TO = (Path(__file__).parents[2] / "docs" / "how-to.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n((?:maintenance|before_stop|uses):.*?)```", HOW_TO, re.DOTALL)


def test_how_to_has_an_example_of_each_key() -> None:
    assert {example.partition(":")[0] for example in EXAMPLES} == {"maintenance", "before_stop", "uses"}


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_of_how_to_is_good_for_curfew_and_for_editors(example: str) -> None:
    assert told(GOOD + example) == []
    document, _ = read_yaml("a.yaml", GOOD + example)
    assert document is not None
    assert list(Draft202012Validator(environment_schema()).iter_errors(document.data)) == []
