"""What entries select and need of each other: what can never work is told before anything is called."""

# ruff: noqa: E501 (messages are easier to judge in one piece)

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.core.activity import Check, Sort
from tests.entrypoints.schedule_texts import read, told

ANY = "all: {kind: any, tags: {Env: qa}}"
DATABASES = ["all-rds-cluster", "all-rds-instance", "all-redshift-cluster"]


def file(*resources: str, more: str = "") -> str:
    """A file whose first entry is in line 4."""
    entries = "".join(f"  {each}\n" for each in resources)
    uptime = 'uptime: {timezone: UTC, windows: ["mon-fri 08:00-20:00"]}\n'
    return f"environment: orders-dev\nowner: orders-team\nresources:\n{entries}{uptime}{more}\n"


def definition(*resources: str, more: str = "") -> Any:
    (found,) = read(file(*resources, more=more)).definitions
    return found.definition


@pytest.mark.parametrize(
    ("entry", "answer"),
    [
        (
            'a: {kind: ec2-instance, names: [""]}',
            'a has an empty name, which matches nothing; write e.g. ["orders-qa-*"]',
        ),
        ('a: {kind: ec2-instance, ids: [""]}', "a has an empty id; take it out, or write the id"),
        (
            'a: {kind: ec2-instance, names: ["[ab"]}',
            'the bracket in "[ab" is not closed; close it ([ab] is a or b), or write ? for any one character',
        ),
        (
            "a: {kind: ec2-instance, ids: [i-1], instance_types: [m5large]}",
            '"m5large" is not an instance type; write e.g. m6i.large',
        ),
        (
            "a: {kind: ec2-instance, ids: [i-1], instance_types: [m6i.large, m6i.large]}",
            "instance_types has m6i.large twice; keep the first",
        ),
        (
            "a: {kind: ecs-service, ids: [api]}",
            "a names api without its cluster, and matches nothing; write CLUSTER/api, or the ARN of the ecs-service",
        ),
        (
            "a: {kind: eks-node-group, ids: [app]}",
            "a names app without its cluster, and matches nothing; write CLUSTER/app, or the ARN of the eks-node-group",
        ),
        (
            'a: {kind: ec2-instance, names: ["*"]}',
            "warning: a selects every ec2-instance of its locations; write a narrower pattern, e.g. orders-qa-*, or tags",
        ),
        ("a: {kind: ec2-instance, ids: [i-1], hibernate: maybe}", "hibernate cannot be maybe; write true or false"),
        ('a: {kind: ec2-instance, ids: [i-1], hibernate: "yes"}', "hibernate cannot be yes; write true or false"),
        ("a: ~", "a is empty; write a: {ids: [orders-db], kind: rds-instance}"),
    ],
)
def test_an_entry_that_can_never_work_is_told_with_what_to_write(entry: str, answer: str) -> None:
    assert told(file(entry)) == [f"1.yaml:4: {answer}"]


@pytest.mark.parametrize(
    "entry",
    [
        'a: {kind: ec2-instance, names: ["[ab]-*", "x?"]}',
        "a: {kind: ec2-instance, ids: [i-1], instance_types: [m7i-flex.large, u-6tb1.metal], hibernate: true}",
        'a: {kind: ecs-service, ids: [main/api, "arn:aws:ecs:eu-central-1:111122223333:service/main/web"]}',
    ],
)
def test_an_entry_that_may_work_is_good(entry: str) -> None:
    assert told(file(entry)) == []


@pytest.mark.parametrize(
    ("entries", "answer"),
    [
        (
            [
                'alarms: {kind: cloudwatch-alarm, names: ["o-*"]}',
                "a: {kind: ec2-instance, ids: [i-1], needs: [alarms]}",
            ],
            "5: a needs alarms, which only watches and comes up last; take alarms out of needs",
        ),
        (
            ['alarms: {kind: cloudwatch-alarm, names: ["o-*"], needs: [a]}', "a: {kind: ec2-instance, ids: [i-1]}"],
            "4: note: alarms only watches and comes up last: its needs change nothing; take needs out",
        ),
        (
            [
                "db: {kind: rds-instance, ids: [db], importance: supplementary}",
                "app: {kind: ec2-instance, ids: [i-1], needs: [db]}",
            ],
            "5: app needs db, which is supplementary and comes last; make db normal, or take it out of needs",
        ),
        (
            [ANY, "all-rds-instance: {kind: rds-instance, ids: [db]}"],
            "5: all-rds-instance is the same name as that of one kind of all, which is of any kind; give one of them another name",
        ),
        (
            [ANY, "app: {kind: ec2-instance, ids: [i-1], needs: [all-rds-instanc]}"],
            "5: app needs all-rds-instanc, which is not under resources; write all-rds-instance",
        ),
    ],
)
def test_entries_that_cannot_be_together_are_told_once(entries: list[str], answer: str) -> None:
    assert told(file(*entries)) == [f"1.yaml:{answer}"]


def test_what_is_supplementary_may_need_what_is_supplementary() -> None:
    lab = "lab: {kind: ec2-instance, ids: [i-1], importance: supplementary"
    assert told(file(f"{lab}}}", f"{lab.replace('lab', 'tools').replace('i-1', 'i-2')}, needs: [lab]}}")) == []


# An entry of any kind


@pytest.mark.parametrize(("named", "keys"), [("all", DATABASES), ("all-rds-instance", ["all-rds-instance"])])
def test_an_entry_of_any_kind_means_those_of_its_kinds_that_can(named: str, keys: list[str]) -> None:
    more = f"maintenance: {{resources: [{named}]}}\nbefore_stop: {{checks: [{{connections: {named}}}]}}"
    found = definition(ANY, more=more)
    assert sorted(found.maintenance.resources) == keys
    assert sorted(check.of for check in found.before_stop.checks) == keys
    assert Check(Sort.CONNECTIONS, keys[0]) in found.before_stop.checks


def test_one_of_its_kinds_may_be_needed_alone() -> None:
    found = definition(ANY, "app: {kind: ec2-instance, ids: [i-1], needs: [all-rds-instance]}")
    assert found.resources[-1].needs == ("all-rds-instance",)


def test_one_of_its_kinds_that_has_no_such_thing_is_refused() -> None:
    (problem,) = told(file(ANY, more="maintenance: {resources: [all-ec2-instance]}"))
    assert "6: all-ec2-instance is of kind ec2-instance, which has no maintenance window of its own; name" in problem


# Uses


def test_every_mistake_in_uses_is_told() -> None:
    assert told(file("a: {kind: ec2-instance, ids: [i-1]}", more="uses: [Nope!, one, one]")) == [
        '1.yaml:6: "Nope!" is not a name: lowercase letters, digits and hyphens, at most 63; write nope',
        "1.yaml:6: uses has one twice; keep one of them",
    ]


def test_a_check_that_is_no_mapping_is_answered_with_one() -> None:
    (problem,) = told(file("a: {kind: ec2-instance, ids: [i-1]}", more="before_stop: {checks: [connections]}"))
    assert problem.endswith("write checks: [{connections: database}]")
