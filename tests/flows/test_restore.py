from __future__ import annotations

import json
import shlex
from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from typing import Any

import botocore.session
import pytest
from botocore import xform_name
from botocore.validate import ParamValidator

from chalicelib.core.model import Observed, Resource
from chalicelib.flows.errors import UnknownError
from chalicelib.flows.ports import Refusal
from chalicelib.flows.restore import Step, as_commands, restore_directly, restore_steps
from tests.fakes.things import Thing
from tests.flows.mixed_stage import MixedStage
from tests.flows.stage import DATABASE, MONDAY, NODES, Stage, definition, down

NIGHT = MONDAY.replace(hour=21)
CLUSTER = Resource("cluster", "rds-cluster", ids=("orders-aurora",))
MACHINE = Resource("search", "ec2-instance", ids=("i-0123456789abcdef0",), needs=("database",))
GROUP = Resource("nodes", "auto-scaling-group", ids=("orders-nodes",))
WEB = Resource("web", "ecs-service", ids=("shop/web",))
WORKERS = Resource("workers", "eks-node-group", ids=("shop/workers",))
ALARMS = Resource("alarms", "cloudwatch-alarm", names=("orders-*",))
GROWS = {"ScheduledActionName": "morning", "MinSize": 2, "MaxSize": 9, "DesiredCapacity": 3, "Recurrence": "0 7 * * *"}
SIZES = {"min": 2, "max": 6, "desired": 3}


def asleep(*resources: Resource) -> Stage:
    """All four kinds, asleep since the evening."""
    stage = Stage()
    for resource in resources or (NODES, MACHINE, CLUSTER, DATABASE):
        stage.cloud.add(resource.kind, resource.ids[0], sizes=(22, 55, 30))
    stage.apply(definition(*resources or (NODES, MACHINE, CLUSTER, DATABASE)))
    stage.run_until(NIGHT)
    assert down(stage)
    stage.cloud.made.clear()
    return stage


def groups_asleep(*resources: Resource, suspended: Collection[str] = ()) -> Stage:
    """Groups of every kind, with what would wake two of them, and an alarm."""
    stage, sizes = Stage(), (2, 6, 3)
    stage.cloud.add("auto-scaling-group", "orders-nodes", sizes=sizes, ScheduledUpdateGroupActions=[GROWS])
    web = stage.cloud.add("ecs-service", "shop/web", sizes=sizes)
    stage.cloud.things[web].suspended.update(suspended)
    stage.cloud.add("eks-node-group", "shop/workers", sizes=sizes)
    stage.cloud.add("cloudwatch-alarm", "orders-cpu")
    stage.apply(definition(*resources or (ALARMS, GROUP, WEB, WORKERS)))
    stage.run_until(NIGHT)
    return stage


def machine_asleep(preferred: str, **other: Any) -> Stage:
    """An instance that sleeps as an m6i.large, and should be of the preferred type."""
    stage = Stage()
    arn = stage.cloud.add("ec2-instance", MACHINE.ids[0], InstanceType="m6i.large")
    stage.apply(definition(replace(MACHINE, needs=(), instance_types=("m6i.large",))))
    stage.run_until(NIGHT)
    kept = stage.store.kept["orders-qa"]
    kept.states = {arn: replace(kept.states[arn], preferred_type=preferred, **other)}
    return stage


def test_the_calls_come_in_the_order_of_the_return_and_none_is_made() -> None:
    stage = asleep()
    assert [step.key for step in restore_steps(stage.world, "orders-qa")] == ["cluster", "database", "nodes", "search"]
    assert not stage.cloud.made


def test_a_group_comes_back_at_the_sizes_it_had() -> None:
    (step,) = restore_steps(asleep(replace(NODES, needs=())).world, "orders-qa")
    assert step.call.parameters == {
        "AutoScalingGroupName": "orders-nodes",
        "MinSize": 22,
        "MaxSize": 55,
        "DesiredCapacity": 30,
    }


def test_nothing_is_to_be_restored_while_all_is_up() -> None:
    stage = Stage()
    stage.orders()
    stage.run_for(timedelta(minutes=5))
    assert restore_steps(stage.world, "orders-qa") == ()


def test_directly_each_call_is_made_once_with_awss_answer() -> None:
    stage = asleep()
    stage.cloud.refusals["StartDBCluster"] = Refusal("KMSKeyNotAccessibleFault", "the key is disabled")
    answers = [(step.key, str(refusal)) for step, refusal in restore_directly(stage.world, "orders-qa")]
    assert answers[0] == ("cluster", "KMSKeyNotAccessibleFault: the key is disabled")
    assert [answer for _, answer in answers[1:]] == ["None"] * 3
    stage.clock.advance(timedelta(minutes=10))
    group = next(thing for thing in stage.cloud.things.values() if thing.kind == "auto-scaling-group")
    assert group.sizes == {"min": 22, "max": 55, "desired": 30}


def test_an_unknown_environment_is_told() -> None:
    with pytest.raises(UnknownError):
        restore_steps(Stage().world, "orders-qa")


def steps() -> tuple[Step, ...]:
    return restore_steps(asleep().world, "orders-qa")


def commands() -> list[str]:
    return [command for step in restore_steps(groups_asleep().world, "orders-qa") for command in as_commands(step)]


@pytest.mark.parametrize("command", [*(command for step in steps() for command in as_commands(step)), *commands()])
def test_a_shell_and_the_aws_command_line_would_accept_each_command(command: str) -> None:
    program, service, verb, *options = shlex.split(command)
    said = dict(zip(options[::2], options[1::2], strict=True))
    assert (program, said["--region"]) == ("aws", "eu-central-1")
    # The AWS CLI takes its services, verbs and parameters from the same model.
    model = botocore.session.get_session().get_service_model(service)
    operations = {xform_name(name, "-"): name for name in model.operation_names}
    shape = model.operation_model(operations[verb]).input_shape
    report = ParamValidator().validate(json.loads(said["--cli-input-json"]), shape)
    assert not report.has_errors(), report.generate_report()


def test_a_command_reads_well() -> None:
    (command,) = as_commands(steps()[1])
    assert command == (
        'aws rds start-db-instance --region eu-central-1 --cli-input-json \'{"DBInstanceIdentifier": "orders-db"}\''
    )


def test_a_definition_that_cannot_be_read_stands_in_no_ones_way_and_databases_come_first() -> None:
    stage = asleep()
    stage.store.kept["orders-qa"].broken = "schema 9 is newer than this version"
    assert [step.key for step in restore_steps(stage.world, "orders-qa")] == ["cluster", "database", "nodes", "search"]


# What goes before, what was suspended, what ran as another type


def said(stage: Stage) -> list[tuple[str, str, bool]]:
    return [(step.key, step.call.operation, step.lifts) for step in restore_steps(stage.world, "orders-qa")]


def thing(stage: Stage, kind: str) -> Thing:
    return next(one for one in stage.cloud.things.values() if one.kind == kind)


def test_each_group_gets_its_sizes_and_last_what_our_stop_suspended() -> None:
    assert said(groups_asleep()) == [
        ("nodes", "UpdateAutoScalingGroup", False),
        ("web", "RegisterScalableTarget", False),
        ("workers", "UpdateNodegroupConfig", False),
        ("alarms", "EnableAlarmActions", False),
        ("nodes", "ResumeProcesses", True),
        ("web", "RegisterScalableTarget", True),
    ]


def test_directly_nothing_that_we_suspended_stays_so() -> None:
    stage = groups_asleep()
    assert thing(stage, "auto-scaling-group").suspended == {"ScheduledActions"}
    assert thing(stage, "ecs-service").suspended == {"ScheduledScalingSuspended"}
    assert [refusal for _, refusal in restore_directly(stage.world, "orders-qa")] == [None] * 6
    for kind in ("auto-scaling-group", "ecs-service", "eks-node-group"):
        assert (thing(stage, kind).suspended, thing(stage, kind).sizes) == (set(), SIZES)


def test_what_somebody_else_suspended_stays_so() -> None:
    stage = groups_asleep(WEB, suspended={"DynamicScalingInSuspended"})
    list(restore_directly(stage.world, "orders-qa"))
    assert thing(stage, "ecs-service").suspended == {"DynamicScalingInSuspended"}


def test_what_we_suspended_is_given_back_though_nobody_has_looked_since() -> None:
    stage = groups_asleep(GROUP)
    kept = stage.store.kept["orders-qa"]
    kept.states = {arn: replace(state, details={}) for arn, state in kept.states.items()}
    assert said(stage)[-1] == ("nodes", "ResumeProcesses", True)


def test_calls_that_go_before_are_printed_before() -> None:
    (step, _) = restore_steps(groups_asleep(WEB).world, "orders-qa")
    assert [command.split(" --")[0] for command in as_commands(step)] == [
        "aws ecs update-service",
        "aws application-autoscaling register-scalable-target",
    ]


@pytest.mark.parametrize(
    ("preferred", "operations"),
    [("m6i.large", ["start-instances"]), ("m7i.large", ["modify-instance-attribute", "start-instances"])],
)
def test_an_instance_that_ran_as_an_alternate_comes_back_as_it_should_be(preferred: str, operations: list[str]) -> None:
    stage = machine_asleep(preferred)
    (step,) = restore_steps(stage.world, "orders-qa")
    assert [command.split()[2] for command in as_commands(step)] == operations
    list(restore_directly(stage.world, "orders-qa"))
    assert thing(stage, "ec2-instance").fields["InstanceType"] == preferred


def test_the_type_of_what_may_run_already_is_left() -> None:
    stage = machine_asleep("m7i.large", seen=Observed.RISING)
    (step,) = restore_steps(stage.world, "orders-qa")
    assert not step.call.before


def test_a_group_gets_its_own_policy_back_where_curfew_set_another_mix() -> None:
    stage = MixedStage()
    stage.start()
    stage.run_for(timedelta(hours=2))
    own = stage.memory.own
    assert own
    stage.run_until(NIGHT)
    calls = [step.call for step in restore_steps(stage.world, "orders-qa")]
    assert [call.operation for call in calls] == ["UpdateAutoScalingGroup", "UpdateAutoScalingGroup"]
    assert json.loads(own)["CapacityRebalance"] is calls[-1].parameters["CapacityRebalance"]
    assert "DesiredCapacity" in calls[0].parameters
    assert "DesiredCapacity" not in calls[-1].parameters
