"""CloudFormation templates for other accounts and Regions: the role that Curfew assumes, the events it hears."""

from __future__ import annotations

from typing import Any

from chalicelib.flows.hear import event_pattern
from chalicelib.local.packaging.functions import ACTING, API, BOOKS, POKE
from chalicelib.local.packaging.statements import Statement, acts, allow, commitments, looks, passes, prices, rates

HUB = {
    "HubAccount": {
        "Type": "String",
        "AllowedPattern": "[0-9]{12}",
        "Description": "the account that Curfew runs in",
    }
}


def member_account() -> dict[str, Any]:
    """One role for an account whose resources Curfew starts and stops; once an account."""
    return _template(
        "The role by which Curfew enters this account. Deploy it once an account.",
        parameters=HUB
        | {
            "Stage": {"Type": "String", "Default": "prod", "Description": "the stage of Curfew that may enter"},
            "ExternalId": {
                "Type": "String",
                "MinLength": 8,
                "Description": "the external_id of this account in organisation.yaml",
            },
            "RoleName": {"Type": "String", "Default": "curfew", "AllowedPattern": "curfew(-.+)?"},
        },
        resources={
            "Role": _role({"Ref": "RoleName"}, _trust_in_curfew(), _rights()),
        },
        outputs={"RoleArn": {"Value": {"Fn::GetAtt": ["Role", "Arn"]}}},
    )


def member_region() -> dict[str, Any]:
    """Events of one Region go to the bus that Curfew hears; once for each account and Region but Curfew's own."""
    bus = {"Fn::Sub": "arn:${AWS::Partition}:events:${HubRegion}:${HubAccount}:event-bus/default"}
    send: Statement = {"Effect": "Allow", "Action": "events:PutEvents", "Resource": bus}
    rule = {
        "Description": "State changes that let Curfew look at once instead of at its next tick",
        "EventPattern": event_pattern(),
        "Targets": [{"Id": "curfew", "Arn": bus, "RoleArn": {"Fn::GetAtt": ["Sender", "Arn"]}}],
    }
    return _template(
        "Tells Curfew of state changes in this account and Region. Optional: without it, changes are seen later.",
        parameters=HUB | {"HubRegion": {"Type": "String", "Description": "the Region that Curfew runs in"}},
        resources={
            "Sender": _role(None, _trust_in_events(), [send]),
            "Changes": {"Type": "AWS::Events::Rule", "Properties": rule},
        },
        outputs={},
    )


def _rights() -> list[Statement]:
    """Everybody whom it trusts may look, only passes ask and act."""
    return [_ask_itself(), *looks(), *prices(), *rates(), *commitments(), *passes(_acting()), *acts(_acting())]


def _ask_itself() -> Statement:
    """What its own rights are: the review of an environment (`curfew doctor`) asks."""
    own = {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/${RoleName}"}
    return allow(["iam:SimulatePrincipalPolicy"], own)


def _acting() -> dict[str, dict[str, Any]]:
    """Whoever entered under the session name that only the function `poke` may use.

    aws:userid is ROLE-ID:SESSION-NAME for an assumed role.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable
    """
    return {"StringLike": {"aws:userid": f"*:{ACTING}"}}


def _trust_in_curfew() -> Statement:
    """The functions that enter, by name: a role that is made anew keeps its name but not its identity."""
    callers = [
        {"Fn::Sub": f"arn:${{AWS::Partition}}:iam::${{HubAccount}}:role/curfew-${{Stage}}-{function.name}"}
        for function in (POKE, BOOKS, API)
    ]
    return {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${HubAccount}:root"}},
        "Condition": {
            "StringEquals": {"sts:ExternalId": {"Ref": "ExternalId"}},
            "ArnEquals": {"aws:PrincipalArn": callers},
        },
    }


def _trust_in_events() -> Statement:
    return {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "events.amazonaws.com"}}


def _role(name: Any, trust: Statement, statements: list[Statement]) -> dict[str, Any]:
    properties = {
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
        "Policies": [{"PolicyName": "curfew", "PolicyDocument": {"Version": "2012-10-17", "Statement": statements}}],
    }
    return {"Type": "AWS::IAM::Role", "Properties": properties | ({"RoleName": name} if name else {})}


def _template(
    description: str, parameters: dict[str, Any], resources: dict[str, Any], outputs: dict[str, Any]
) -> dict[str, Any]:
    template = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": description,
        "Parameters": parameters,
        "Resources": resources,
    }
    return template | ({"Outputs": outputs} if outputs else {})
