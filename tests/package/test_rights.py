"""Who may do what, in the packaged template and in member accounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import botocore.session
import pytest

from chalicelib.core.decide import production_mark
from chalicelib.kinds import kinds
from chalicelib.local.packaging.functions import ACTING, LOOKING
from chalicelib.local.packaging.members import member_account, member_region
from chalicelib.local.packaging.statements import CHANGES_TYPE, CONFINED, asking, billed, mutating, reading
from tests.package.conftest import Packaged

ROLES = ("TickRole", "PokeRole", "HeardRole", "BooksRole", "BearerRole", "ApiHandlerRole")
LOGS = {"logs:CreateLogStream", "logs:PutLogEvents"}
ITEMS = {f"dynamodb:{one}Item" for one in ("BatchGet", "Get", "Put", "Update", "Delete")}
RECEIVE = {"sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"}
SEND = {"sqs:SendMessage"}
ENTER = {"sns:Publish", "sts:AssumeRole"}
KEYS = {"kms:CreateGrant"}
PRICES = {"ec2:DescribeSpotPriceHistory", "pricing:GetProducts"}
COMMITTED = {
    "ec2:DescribeReservedInstances",
    "rds:DescribeReservedDBInstances",
    "redshift:DescribeReservedNodes",
    "savingsplans:DescribeSavingsPlanRates",
    "savingsplans:DescribeSavingsPlans",
}
ASK = "iam:SimulatePrincipalPolicy"

RIGHTS = {
    "TickRole": LOGS | SEND | {"dynamodb:Query", "dynamodb:UpdateItem"},
    "PokeRole": LOGS
    | SEND
    | RECEIVE
    | ITEMS
    | ENTER
    | {"events:PutEvents", ASK, *reading(), *asking(), *mutating()}
    | KEYS
    | {*CONFINED},
    "HeardRole": LOGS | SEND | {"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"},
    "BearerRole": LOGS | {"dynamodb:GetItem"},
    "BooksRole": LOGS | ITEMS | ENTER | {"dynamodb:Query", "s3:PutObject", *billed()} | PRICES | COMMITTED,
    "ApiHandlerRole": LOGS
    | SEND
    | ITEMS
    | ENTER
    | {"dynamodb:Query", "s3:GetObject", "s3:ListBucket", "s3:PutObject", *reading(), *billed()}
    | PRICES,
}


@pytest.mark.parametrize("role", ROLES)
def test_a_function_may_do_what_it_needs_and_no_more(packaged: Packaged, role: str) -> None:
    assert packaged.allowed(role) == RIGHTS[role]


def test_every_function_has_a_role_of_its_own(packaged: Packaged) -> None:
    used = [one["Role"]["Fn::GetAtt"][0] for one in packaged.of_type("AWS::Serverless::Function").values()]
    assert sorted(used) == sorted(ROLES) == sorted(packaged.of_type("AWS::IAM::Role"))


def test_only_reconcile_may_start_or_stop(packaged: Packaged) -> None:
    able = [role for role in ROLES if packaged.allowed(role) & set(mutating())]
    assert able == ["PokeRole"]
    assert packaged["Poke"]["Role"] == {"Fn::GetAtt": ["PokeRole", "Arn"]}


def test_the_operations_of_every_kind_are_permitted(packaged: Packaged) -> None:
    for kind in kinds().values():
        for _, operation in (*kind.reading, *kind.metering, *kind.mutating):
            assert any(action.endswith(f":{operation}") for action in packaged.allowed("PokeRole"))


def test_no_right_is_a_pattern(packaged: Packaged) -> None:
    assert not [action for role in ROLES for action in packaged.allowed(role) if "*" in action]


@pytest.mark.parametrize("role", ROLES)
def test_logs_go_to_the_own_group_only(packaged: Packaged, role: str) -> None:
    name = packaged[role]["RoleName"]["Fn::Sub"]
    (statement,) = [each for each in packaged.statements(role) if set(each["Action"]) == LOGS]
    assert statement["Resource"]["Fn::Sub"].endswith(f":log-group:/aws/lambda/{name}:*")


def test_only_describes_and_guarded_changes_are_not_tied_to_a_resource(packaged: Packaged) -> None:
    loose = [each for role in ROLES for each in packaged.statements(role) if each["Resource"] == "*"]
    allowed = {action for each in loose if each["Effect"] == "Allow" for action in each["Action"]}
    assert allowed == {*reading(), *asking(), *billed(), *mutating(), *KEYS, *COMMITTED} - set(CONFINED)


ONLY_PASSES_ASK = (
    "cloudtrail:LookupEvents",
    "cloudwatch:GetMetricData",
    "codebuild:BatchGetBuilds",
    "ecs:DescribeClusters",
    "ecs:DescribeTasks",
    "ecs:ListTasks",
    "ssm:DescribeMaintenanceWindows",
    "ssm:DescribeSessions",
)


@pytest.mark.parametrize("action", ONLY_PASSES_ASK)
def test_what_people_do_is_asked_by_passes_only(packaged: Packaged, action: str) -> None:
    assert [role for role in ROLES if action in packaged.allowed(role)] == ["PokeRole"]
    (statement,) = [each for each in member_statements() if action in each["Action"]]
    assert statement["Condition"] == {"StringLike": {"aws:userid": f"*:{ACTING}"}}


def test_health_checks_are_asked_by_passes_and_by_reviews(packaged: Packaged) -> None:
    able = [role for role in ROLES if "elasticloadbalancing:DescribeTargetHealth" in packaged.allowed(role)]
    assert able == ["PokeRole", "ApiHandlerRole"]


def attributes() -> list[str]:
    """Every name that EC2 has for an attribute of an instance, but for its type."""
    request = botocore.session.get_session().get_service_model("ec2").operation_model("ModifyInstanceAttribute")
    members = request.input_shape.members
    others = {"Attribute", "DryRun", "InstanceId", "InstanceType", "Value", "instanceType"}
    return sorted({*members, *members["Attribute"].enum} - others)


@pytest.mark.parametrize("attribute", attributes())
def test_no_attribute_of_an_instance_is_changed_but_its_type(packaged: Packaged, attribute: str) -> None:
    for statements in (packaged.statements("PokeRole"), member_statements()):
        assert attribute.lower() in {name.lower() for name in refused_attributes(statements)}


def test_the_type_of_an_instance_may_be_changed(packaged: Packaged) -> None:
    for statements in (packaged.statements("PokeRole"), member_statements()):
        assert not {"instancetype", "value"} & {name.lower() for name in refused_attributes(statements)}


def refused_attributes(statements: list[dict[str, Any]]) -> list[str]:
    (refusal,) = [each for each in statements if each["Effect"] == "Deny" and each["Action"] == [CHANGES_TYPE]]
    assert refusal["Resource"] == "*"
    names: list[str] = refusal["Condition"]["StringEqualsIgnoreCase"]["ec2:Attribute"]
    return names


@pytest.mark.parametrize("action", CONFINED)
def test_only_snapshots_of_our_own_making_may_be_tagged_and_deleted(packaged: Packaged, action: str) -> None:
    for statements in (packaged.statements("PokeRole"), member_statements()):
        (own,) = [each for each in statements if each["Effect"] == "Allow" and action in each["Action"]]
        assert own["Action"] == [action]
        assert all(one["Fn::Sub"].endswith("snapshot:curfew-*") for one in own["Resource"])


@pytest.mark.parametrize(
    ("role", "action", "where"),
    [
        ("BooksRole", "s3:PutObject", ["reports/*"]),
        ("ApiHandlerRole", "s3:PutObject", ["answers/*"]),
        ("ApiHandlerRole", "s3:GetObject", ["answers/*", "reports/*"]),
    ],
)
def test_kept_reports_are_written_by_the_close_and_read_by_the_api(
    packaged: Packaged, role: str, action: str, where: list[str]
) -> None:
    found = [each["Resource"]["Fn::Sub"] for each in packaged.statements(role) if action in each["Action"]]
    assert found == [f"${{Bucket.Arn}}/{prefix}" for prefix in where]


def test_the_authorizer_reads_tokens_and_nothing_else(packaged: Packaged) -> None:
    (statement,) = [each for each in packaged.statements("BearerRole") if "dynamodb:GetItem" in each["Action"]]
    assert statement["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["TOKEN#*"]}}


@pytest.mark.parametrize(("role", "session"), [("PokeRole", ACTING), ("ApiHandlerRole", LOOKING)])
def test_other_accounts_are_entered_under_the_own_session_name(packaged: Packaged, role: str, session: str) -> None:
    (statement,) = [each for each in packaged.statements(role) if each["Action"] == ["sts:AssumeRole"]]
    assert statement["Condition"] == {"StringEquals": {"sts:RoleSessionName": session}}
    assert all(":role/curfew" in one["Fn::Sub"] for one in statement["Resource"])


# ---- member accounts


def member_statements() -> list[dict[str, Any]]:
    (policy,) = member_account()["Resources"]["Role"]["Properties"]["Policies"]
    statements: list[dict[str, Any]] = policy["PolicyDocument"]["Statement"]
    return statements


def test_in_other_accounts_only_reconcile_may_start_or_stop() -> None:
    looking = {*reading(), *billed(), "ec2:DescribeSpotPriceHistory", ASK, *COMMITTED}
    able = [each for each in member_statements() if each["Effect"] == "Allow" and set(each["Action"]) - looking]
    assert {each["Condition"]["StringLike"]["aws:userid"] for each in able} == {f"*:{ACTING}"}
    assert not LOOKING.endswith(f":{ACTING}")


def test_the_member_role_trusts_three_functions_of_one_stage_that_know_the_external_id() -> None:
    role = member_account()["Resources"]["Role"]["Properties"]
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Condition"]["StringEquals"] == {"sts:ExternalId": {"Ref": "ExternalId"}}
    callers = [one["Fn::Sub"].rpartition("/")[2] for one in trust["Condition"]["ArnEquals"]["aws:PrincipalArn"]]
    assert callers == ["curfew-${Stage}-poke", "curfew-${Stage}-books", "curfew-${Stage}-api_handler"]


def test_a_member_region_may_send_events_and_nothing_else() -> None:
    (policy,) = member_region()["Resources"]["Sender"]["Properties"]["Policies"]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Action"] == "events:PutEvents"


# ---- what nobody may touch

TAGS: list[dict[str, str]] = [
    {},
    {"Environment": "qa"},
    {"Environment": "prod"},
    {"environment": "Production"},
    {"ENV": "PRD"},
    {"Stage": "live"},
    {"tier-of-service": "prod"},
    {"Name": "prod"},
    {"Environment": "product"},
]
NEVER: list[tuple[dict[str, str], bool]] = [
    ({"curfew:never": "true"}, True),
    ({"curfew:never": ""}, True),
    ({"curfew:never": "False"}, False),
    ({"curfew": "never"}, False),
]


@pytest.mark.parametrize("tags", TAGS, ids=str)
@pytest.mark.parametrize("action", mutating())
def test_aws_refuses_what_the_rules_call_production(packaged: Packaged, action: str, tags: dict[str, str]) -> None:
    for statements in (packaged.statements("PokeRole"), member_statements()):
        assert denied(statements, action, tags) is (production_mark(tags) is not None)


@pytest.mark.parametrize(("tags", "refused"), NEVER, ids=str)
def test_aws_refuses_what_is_tagged_never(packaged: Packaged, tags: dict[str, str], refused: bool) -> None:
    for statements in (packaged.statements("PokeRole"), member_statements()):
        assert {denied(statements, action, tags) for action in mutating()} == {refused}


def denied(statements: list[dict[str, Any]], action: str, tags: Mapping[str, str]) -> bool:
    """As IAM evaluates it: any Deny all of whose conditions hold; tag names match in any case."""
    keys = {f"aws:resourcetag/{name.lower()}": value.lower() for name, value in tags.items()}
    denies = [each for each in statements if each["Effect"] == "Deny" and action in each["Action"]]
    return any(all(holds(keys, each["Condition"])) for each in denies)


def holds(keys: Mapping[str, str], condition: Mapping[str, Mapping[str, Any]]) -> Iterator[bool]:
    for operator, tests in condition.items():
        for key, wanted in tests.items():
            found = keys.get(key.lower())
            words = [wanted] if isinstance(wanted, str) else wanted
            yield {
                "StringEqualsIgnoreCase": found in words,
                "StringNotEqualsIgnoreCase": found not in words,
                "Null": (found is None) is (wanted == "true"),
            }[operator]
