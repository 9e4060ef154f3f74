from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.adapters.rights import permissions
from chalicelib.adapters.sessions import NoRoleError
from chalicelib.core.model import Location
from chalicelib.core.rights import Permission
from chalicelib.kinds.contract import Call

PLACE = Location("111122223333", "eu-west-1")
ROLE = "arn:aws:sts::111122223333:assumed-role/curfew-dev-poke/curfew"
STOP = Call("ec2", "StopInstances", {"InstanceIds": ["i-1"]}, ("arn:i-1",))
DATABASE = Call("rds", "StopDBInstance", {"DBInstanceIdentifier": "db"}, ("arn:db",))
ALARMS = Call("cloudwatch", "DisableAlarmActions", {"AlarmNames": ["high"]}, ("arn:high",))


def error(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no. Encoded authorization failure message: 0a1b"}}, "x")


class Aws:
    """Every client at once: EC2 raises what it is told to, IAM answers what it is told to."""

    def __init__(self, ec2: Exception | None = None, iam: Exception | None = None, **decisions: dict[str, Any]) -> None:
        self.ec2, self.iam, self.decisions = ec2, iam, decisions
        self.asked: list[dict[str, Any]] = []

    def client(self, service: str, account: str, region: str) -> Aws:
        return self

    def stop_instances(self, **parameters: Any) -> dict[str, Any]:
        self.asked.append(parameters)
        if self.ec2:
            raise self.ec2
        return {}

    def get_caller_identity(self) -> dict[str, str]:
        return {"Arn": ROLE, "UserId": "AROA1:curfew"}

    def simulate_principal_policy(self, **parameters: Any) -> dict[str, Any]:
        self.asked.append(parameters)
        if self.iam:
            raise self.iam
        named = {name.replace("_", ":"): result for name, result in self.decisions.items()}
        return {"EvaluationResults": [{"EvalActionName": name, **result} for name, result in named.items()]}


@pytest.mark.parametrize(
    ("code", "allowed", "said"),
    [
        ("DryRunOperation", True, ""),
        ("UnauthorizedOperation", False, "UnauthorizedOperation: no."),
        ("InvalidInstanceID.NotFound", None, "InvalidInstanceID.NotFound: no."),
    ],
)
def test_ec2_is_asked_for_a_dry_run(code: str, allowed: bool | None, said: str) -> None:
    aws = Aws(ec2=error(code))
    assert permissions(aws, PLACE, [STOP]) == (Permission(PLACE, "ec2:StopInstances", allowed, said),)
    assert aws.asked == [{"InstanceIds": ["i-1"], "DryRun": True}]


def test_the_others_are_simulated_by_iam_in_one_call_as_the_caller_itself() -> None:
    aws = Aws(
        rds_StopDBInstance={"EvalDecision": "allowed"}, cloudwatch_DisableAlarmActions={"EvalDecision": "implicitDeny"}
    )
    stop, mute = permissions(aws, PLACE, [DATABASE, ALARMS])
    assert (stop.allowed, mute.allowed, mute.said) == (True, False, "IAM says implicitDeny")
    (asked,) = aws.asked
    assert asked["PolicySourceArn"] == "arn:aws:iam::111122223333:role/curfew-dev-poke"
    assert asked["ActionNames"] == ["cloudwatch:DisableAlarmActions", "rds:StopDBInstance"]
    assert asked["ContextEntries"][0]["ContextKeyValues"] == ["AROA1:curfew"]


def test_what_is_allowed_on_our_own_snapshots_only_is_asked_of_such_a_one() -> None:
    tidy = Call("rds", "DeleteDBSnapshot", {}, ("arn:db",))
    aws = Aws(rds_StopDBInstance={"EvalDecision": "allowed"}, rds_DeleteDBSnapshot={"EvalDecision": "allowed"})
    assert [each.allowed for each in permissions(aws, PLACE, [DATABASE, tidy])] == [True, True]
    stop, delete = aws.asked
    assert "ResourceArns" not in stop
    assert delete["ActionNames"] == ["rds:DeleteDBSnapshot"]
    assert delete["ResourceArns"] == ["arn:aws:rds:eu-west-1:111122223333:snapshot:curfew-any"]


def test_an_organisations_policies_that_cannot_be_read_are_no_denial() -> None:
    decision = {"EvalDecision": "implicitDeny", "OrganizationsDecisionDetail": {"AllowedByOrganizations": False}}
    (stop,) = permissions(Aws(rds_StopDBInstance=decision), PLACE, [DATABASE])
    assert stop.allowed is None
    assert "service control policies" in stop.said


def test_without_the_right_to_ask_iam_nothing_is_known_and_how_to_know_is_said() -> None:
    (stop,) = permissions(Aws(iam=error("AccessDenied")), PLACE, [DATABASE])
    assert stop.allowed is None
    assert "iam:SimulatePrincipalPolicy" in stop.said


class NoWayIn:
    def client(self, service: str, account: str, region: str) -> Any:
        raise NoRoleError("account 111122223333 has no role")


def test_an_account_without_a_way_in_is_not_known() -> None:
    assert [each.allowed for each in permissions(NoWayIn(), PLACE, [STOP, DATABASE])] == [None, None]


def test_an_order_is_kept() -> None:
    aws = Aws(ec2=error("DryRunOperation"), rds_StopDBInstance={"EvalDecision": "allowed"})
    found = permissions(aws, PLACE, [DATABASE, STOP, DATABASE])
    assert [each.action for each in found] == ["rds:StopDBInstance", "ec2:StopInstances", "rds:StopDBInstance"]
