from __future__ import annotations

import json
import shlex
from dataclasses import replace
from datetime import timedelta

import botocore.session
import pytest
from botocore import xform_name
from botocore.validate import ParamValidator

from chalicelib.core.model import Resource
from chalicelib.flows.errors import UnknownError
from chalicelib.flows.ports import Refusal
from chalicelib.flows.restore import Step, as_command, restore_directly, restore_steps
from tests.flows.stage import DATABASE, MONDAY, NODES, Stage, definition, down

NIGHT = MONDAY.replace(hour=21)
CLUSTER = Resource("cluster", "rds-cluster", ids=("orders-aurora",))
MACHINE = Resource("search", "ec2-instance", ids=("i-0123456789abcdef0",), needs=("database",))


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


@pytest.mark.parametrize("number", range(4))
def test_a_shell_and_the_aws_command_line_would_accept_each_command(number: int) -> None:
    step = steps()[number]
    program, service, verb, *options = shlex.split(as_command(step))
    said = dict(zip(options[::2], options[1::2], strict=True))
    assert (program, said["--region"]) == ("aws", "eu-central-1")
    # The AWS CLI takes its services, verbs and parameters from the same model.
    model = botocore.session.get_session().get_service_model(service)
    operations = {xform_name(name, "-"): name for name in model.operation_names}
    shape = model.operation_model(operations[verb]).input_shape
    report = ParamValidator().validate(json.loads(said["--cli-input-json"]), shape)
    assert not report.has_errors(), report.generate_report()


def test_a_command_reads_well() -> None:
    command = as_command(steps()[1])
    assert command == (
        'aws rds start-db-instance --region eu-central-1 --cli-input-json \'{"DBInstanceIdentifier": "orders-db"}\''
    )


def test_a_definition_that_cannot_be_read_stands_in_no_ones_way_and_databases_come_first() -> None:
    stage = asleep()
    stage.store.kept["orders-qa"].broken = "schema 9 is newer than this version"
    assert [step.key for step in restore_steps(stage.world, "orders-qa")] == ["cluster", "database", "nodes", "search"]
