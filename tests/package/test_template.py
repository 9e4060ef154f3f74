"""What the packaged template promises."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib import wiring
from chalicelib.adapters.dynamodb_table import create_table
from chalicelib.adapters.heartbeat import beat
from chalicelib.adapters.journal import MetricsListener
from chalicelib.core.model import Team
from chalicelib.flows.events import Event, What
from chalicelib.flows.hear import event_pattern
from chalicelib.local.packaging.functions import FUNCTIONS, POKE
from tests.fakes.clock import FakeClock
from tests.package.conftest import STAGE, Packaged

FUNCTION = "AWS::Serverless::Function"
LOGICAL = {
    "tick": "Tick",
    "poke": "Poke",
    "heard": "Heard",
    "books": "Books",
    "bearer": "Bearer",
    "api_handler": "APIHandler",
}
NAMED = {"FunctionName", "RoleName", "LogGroupName", "TableName", "QueueName", "TopicName", "BucketName", "AlarmName"}
EVERY_FUNCTION = pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)


def sub(text: str) -> dict[str, str]:
    return {"Fn::Sub": text}


def group_of(name: str) -> str:
    return LOGICAL[name].replace("APIHandler", "ApiHandler")


def test_it_has_one_function_for_each_handler(packaged: Packaged) -> None:
    handlers = {name: one["Handler"] for name, one in packaged.of_type(FUNCTION).items()}
    expected = {name: f"app.{name}" for name in LOGICAL if name != "api_handler"} | {"api_handler": "app.app"}
    assert handlers == {LOGICAL[name]: handler for name, handler in expected.items()}


@EVERY_FUNCTION
def test_a_function_has_its_time_and_memory(packaged: Packaged, function: Any) -> None:
    one = packaged[LOGICAL[function.name]]
    assert (one["Timeout"], one["MemorySize"]) == (function.timeout, function.memory)


def test_times_are_within_what_callers_wait(packaged: Packaged) -> None:
    timeouts = {name: one["Timeout"] for name, one in packaged.of_type(FUNCTION).items()}
    assert timeouts["APIHandler"] <= 29
    assert timeouts["Tick"] < 60
    assert timeouts["Poke"] == 60


def test_every_name_is_one_of_its_stage(packaged: Packaged) -> None:
    resources = [one for one in packaged.template["Resources"].values() if one["Type"] != "AWS::Lambda::Permission"]
    names = [one["Properties"][key] for one in resources for key in NAMED & set(one.get("Properties", ()))]
    assert len(names) > 20
    assert [name for name in names if "curfew-${Stage}" not in name.get("Fn::Sub", "")] == []
    assert packaged["RestAPI"]["Name"] == sub("curfew-${Stage}")


def test_it_can_only_be_deployed_as_the_stage_it_was_packaged_for(packaged: Packaged) -> None:
    parameter = packaged.template["Parameters"]["Stage"]
    assert (parameter["Default"], parameter["AllowedValues"]) == (STAGE, [STAGE])


def test_the_table_is_the_one_the_store_is_tested_with(packaged: Packaged) -> None:
    asked: dict[str, Any] = {}

    class Recorder:
        def create_table(self, **given: Any) -> None:
            asked.update(given)

    create_table(Recorder(), "any")
    table = packaged["Table"]
    same = ("BillingMode", "KeySchema", "GlobalSecondaryIndexes")
    assert {key: table[key] for key in same} == {key: asked[key] for key in same}
    assert sorted(table["AttributeDefinitions"], key=str) == sorted(asked["AttributeDefinitions"], key=str)


def test_the_table_outlives_the_stack_and_mistakes(packaged: Packaged) -> None:
    table = packaged["Table"]
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires", "Enabled": True}
    assert table["SSESpecification"] == {"SSEEnabled": True}
    assert table["DeletionProtectionEnabled"] is True
    for name in ("Table", "Bucket"):
        resource = packaged.template["Resources"][name]
        assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_the_bucket_is_private_encrypted_and_tidy(packaged: Packaged) -> None:
    bucket = packaged["Bucket"]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    rules = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rules == [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
    assert all(rule["Status"] == "Enabled" for rule in bucket["LifecycleConfiguration"]["Rules"])
    (statement,) = packaged["BucketPolicy"]["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_a_poke_stays_hidden_six_times_as_long_as_the_function_may_run(packaged: Packaged) -> None:
    assert packaged["Pokes"]["VisibilityTimeout"] == 6 * packaged["Poke"]["Timeout"]


def test_pokes_come_one_by_one_from_the_queue_and_die_after_five_receives(packaged: Packaged) -> None:
    (event,) = packaged["Poke"]["Events"].values()
    assert (event["Type"], event["Properties"]["BatchSize"]) == ("SQS", 1)
    assert event["Properties"]["Queue"] == sub("${Pokes.Arn}")
    redrive = {"deadLetterTargetArn": {"Fn::GetAtt": ["DeadPokes", "Arn"]}, "maxReceiveCount": 5}
    assert packaged["Pokes"]["RedrivePolicy"] == redrive
    assert packaged["DeadPokes"]["MessageRetentionPeriod"] == 14 * 24 * 3600
    assert all(queue["SqsManagedSseEnabled"] is True for queue in packaged.of_type("AWS::SQS::Queue").values())


def test_the_clock_ticks_every_minute_and_events_of_all_kinds_are_heard(packaged: Packaged) -> None:
    (tick,) = packaged["Tick"]["Events"].values()
    (heard,) = packaged["Heard"]["Events"].values()
    assert tick["Properties"]["Schedule"] == "rate(1 minute)"
    assert heard["Properties"]["Pattern"] == event_pattern()


def test_the_api_is_regional_and_throttled(packaged: Packaged) -> None:
    api = packaged["RestAPI"]
    assert api["EndpointConfiguration"] == "REGIONAL"
    (setting,) = api["MethodSettings"]
    assert (setting["ResourcePath"], setting["HttpMethod"]) == ("/*", "*")
    assert 0 < setting["ThrottlingRateLimit"] <= setting["ThrottlingBurstLimit"] <= 100


def test_the_authorizer_is_asked_every_time(packaged: Packaged) -> None:
    (scheme,) = packaged["RestAPI"]["DefinitionBody"]["securityDefinitions"].values()
    assert scheme["x-amazon-apigateway-authorizer"]["authorizerResultTtlInSeconds"] == 0


def test_only_health_and_shared_reports_are_told_without_a_token(packaged: Packaged) -> None:
    paths = packaged["RestAPI"]["DefinitionBody"]["paths"]
    open_to_all = {path for path, methods in paths.items() for one in methods.values() if "security" not in one}
    assert open_to_all == {"/healthz", "/shared-reports/{key}"}
    guards = [one["security"] for methods in paths.values() for one in methods.values() if "security" in one]
    assert all(guard == [{"bearer": []}] for guard in guards)


@pytest.mark.parametrize("response", ["DEFAULT_4XX", "DEFAULT_5XX"])
def test_problems_of_the_gateway_look_like_all_others(packaged: Packaged, response: str) -> None:
    body = packaged["RestAPI"]["DefinitionBody"]
    told = body["x-amazon-apigateway-gateway-responses"][response]
    text = told["responseTemplates"]["application/json"]
    filled = text.replace("$context.error.messageString", '"Unauthorized"').replace("$context.requestId", "r-1")
    assert json.loads(filled)["title"] == "Unauthorized"
    assert told["responseParameters"] == {"gatewayresponse.header.Content-Type": "'application/problem+json'"}


@EVERY_FUNCTION
def test_a_function_writes_its_own_log_group_which_is_kept_for_a_while(packaged: Packaged, function: Any) -> None:
    name = LOGICAL[function.name]
    group = packaged[f"{group_of(function.name)}LogGroup"]
    assert group["LogGroupName"] == sub(f"/aws/lambda/{packaged[name]['FunctionName']['Fn::Sub']}")
    assert group["RetentionInDays"] == 90
    assert packaged.template["Resources"][name]["DependsOn"] == f"{group_of(function.name)}LogGroup"


def test_the_settings_are_all_there(packaged: Packaged) -> None:
    common = packaged.template["Globals"]["Function"]["Environment"]["Variables"]
    for name, function in packaged.of_type(FUNCTION).items():
        own = function["Environment"]["Variables"]
        environment = {key: str(value) for key, value in {**common, **own, "AWS_REGION": "eu-west-1"}.items()}
        settings = wiring.settings(environment)
        assert settings.function_timeout.total_seconds() == packaged["Poke"]["Timeout"], name
        assert None not in (settings.bucket, settings.topic_arn, settings.event_bus)
        assert wiring.queue_name(environment) == f"curfew-{STAGE}-pokes"
    assert packaged["Pokes"]["QueueName"] == sub("curfew-${Stage}-pokes")


def test_the_daily_close_knows_the_address_of_the_api(packaged: Packaged) -> None:
    told = packaged["Books"]["Environment"]["Variables"]["CURFEW_URL"]["Fn::Sub"]
    assert packaged.template["Outputs"]["EndpointURL"]["Value"]["Fn::Sub"] == f"{told}/"
    api = json.dumps(packaged.template["Resources"]["RestAPI"]) + json.dumps(
        packaged.template["Resources"]["APIHandler"]
    )
    assert "Books" not in api, "the stack could not be made: each would wait for the other"


def test_kept_reports_do_not_expire(packaged: Packaged) -> None:
    rules = packaged["Bucket"]["LifecycleConfiguration"]["Rules"]
    assert {rule["Prefix"] for rule in rules if "ExpirationInDays" in rule} == {"answers/"}


def test_settings_name_what_the_stack_makes(packaged: Packaged) -> None:
    variables = packaged.template["Globals"]["Function"]["Environment"]["Variables"]
    made = {"CURFEW_TABLE": "Table", "CURFEW_QUEUE_URL": "Pokes", "CURFEW_BUCKET": "Bucket", "CURFEW_STAGE": "Stage"}
    assert {key: variables[key] for key in made} == {key: {"Ref": name} for key, name in made.items()}
    assert variables["CURFEW_TOPIC_ARN"] == {"Ref": "Notices"}
    assert variables["CURFEW_ACCOUNT"] == {"Ref": "AWS::AccountId"}


def test_only_poke_enters_other_accounts_to_act(packaged: Packaged) -> None:
    functions = packaged.of_type(FUNCTION)
    names = {name: one["Environment"]["Variables"]["CURFEW_SESSION_NAME"] for name, one in functions.items()}
    assert [name for name, session in names.items() if session == POKE.session] == ["Poke"]


# ---- alarms: what is watched, how it is compared, for how many seconds, and what silence means

ALARMS = {
    "NoTick": ("Ticks", "Sum", "LessThanThreshold", 1, 600, "breaching"),
    "Overdue": ("OldestOverdueSeconds", "Maximum", "GreaterThanThreshold", 600, 120, "notBreaching"),
    "NotReady": ("not-ready-at-opening", "Sum", "GreaterThanThreshold", 0, 300, "notBreaching"),
    "StillUp": ("still-up-after-closing", "Sum", "GreaterThanThreshold", 0, 300, "notBreaching"),
    "DeadPoke": ("ApproximateNumberOfMessagesVisible", "Maximum", "GreaterThanThreshold", 0, 300, "notBreaching"),
}
OURS = [name for name in ALARMS if name != "DeadPoke"]


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_watches_its_metric(packaged: Packaged, name: str) -> None:
    alarm = packaged[name]
    seconds = alarm["Period"] * alarm["EvaluationPeriods"]
    compared = (alarm["ComparisonOperator"], alarm["Threshold"], seconds, alarm["TreatMissingData"])
    assert (alarm["MetricName"], alarm["Statistic"], *compared) == ALARMS[name]


def test_the_dead_poke_alarm_watches_the_dead_letters(packaged: Packaged) -> None:
    dimension = {"Name": "QueueName", "Value": {"Fn::GetAtt": ["DeadPokes", "QueueName"]}}
    assert (packaged["DeadPoke"]["Namespace"], packaged["DeadPoke"]["Dimensions"]) == ("AWS/SQS", [dimension])


@pytest.mark.parametrize(("name", "metric"), [("Errors", "Errors"), ("Throttles", "Throttles")])
def test_errors_and_throttles_of_every_function_are_summed(packaged: Packaged, name: str, metric: str) -> None:
    total, *parts = packaged[name]["Metrics"]
    assert (total["Expression"], total["ReturnData"]) == ("SUM(METRICS())", True)
    watched = [part["MetricStat"]["Metric"] for part in parts]
    assert {(one["Namespace"], one["MetricName"]) for one in watched} == {("AWS/Lambda", metric)}
    assert {one["Dimensions"][0]["Value"]["Ref"] for one in watched} == set(packaged.of_type(FUNCTION))


def test_every_alarm_tells_somebody(packaged: Packaged) -> None:
    alarms = packaged.of_type("AWS::CloudWatch::Alarm")
    assert set(alarms) == {*ALARMS, "Errors", "Throttles"}
    assert all(alarm["AlarmActions"] == [{"Ref": "Alarms"}] for alarm in alarms.values())


@pytest.mark.parametrize("name", OURS)
def test_the_metric_of_an_alarm_is_one_that_curfew_writes(
    packaged: Packaged, name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", f"curfew-{STAGE}")
    emit: dict[str, Callable[[], None]] = {
        "NoTick": lambda: beat(1, FakeClock().now() - FakeClock().now()),
        "Overdue": lambda: beat(1, FakeClock().now() - FakeClock().now()),
        "NotReady": lambda: told(What.NOT_READY),
        "StillUp": lambda: told(What.STILL_UP),
    }
    emit[name]()
    written = json.loads(capsys.readouterr().out)
    (metrics,) = written["_aws"]["CloudWatchMetrics"]
    alarm = packaged[name]
    assert metrics["Namespace"] == alarm["Namespace"]
    assert alarm["MetricName"] in {metric["Name"] for metric in metrics["Metrics"]}
    dimensions = {each["Name"]: each["Value"]["Fn::Sub"].replace("${Stage}", STAGE) for each in alarm["Dimensions"]}
    assert [{key: written[key] for key in keys} for keys in metrics["Dimensions"]] == [dimensions]


def told(what: What) -> None:
    MetricsListener().hear(Team("orders-team"), [Event(what, "orders-qa", FakeClock().now())])
