"""IAM statements as data: what the kinds need of AWS, and what nobody may do.

Action names come from the operations that kinds name, by the signing name in botocore's service model.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

import botocore.session

from chalicelib.core.decide import NEVER_TAG, PRODUCTION_TAGS, PRODUCTION_WORDS
from chalicelib.kinds import kinds

Statement = dict[str, Any]
Condition = dict[str, dict[str, Any]]

PROBED = (("elbv2", "DescribeTargetHealth"),)
"""What readiness checks read besides the kinds' own operations."""

STARTS_WITH_OWN_KEYS = "ec2:StartInstances"
"""EC2 lets an instance with volumes under a customer's key start only if the caller may grant it use of the key.

https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html
"""


def allow(actions: Iterable[str], resource: Any, condition: Condition | None = None) -> Statement:
    """A statement that allows the actions; they are sorted, so that generated files only change when meant."""
    statement: Statement = {"Effect": "Allow", "Action": sorted(set(actions)), "Resource": resource}
    return statement | ({"Condition": condition} if condition else {})


def looks() -> list[Statement]:
    """Every operation by which kinds and readiness checks observe. Describes take no resource."""
    return [allow(reading(), "*")]


def acts(condition: Condition | None = None) -> list[Statement]:
    """Every operation by which kinds start and stop, refused for whatever is tagged as production or never."""
    statements = [allow(mutating(), "*", condition)]
    if STARTS_WITH_OWN_KEYS in mutating():
        statements.append(_grants(condition))
    return statements + [_refuse(match) for match in _untouchable()]


def reading() -> list[str]:
    """The actions that observe, sorted."""
    named = [operation for kind in kinds().values() for operation in kind.reading]
    return _actions([*named, *PROBED])


def mutating() -> list[str]:
    """The actions that start and stop, sorted."""
    return _actions(operation for kind in kinds().values() for operation in kind.mutating)


def _actions(operations: Iterable[tuple[str, str]]) -> list[str]:
    return sorted({f"{_prefix(service)}:{operation}" for service, operation in operations})


@cache
def _prefix(service: str) -> str:
    """How IAM calls the service that boto3 calls so (elbv2 is elasticloadbalancing)."""
    return str(botocore.session.get_session().get_service_model(service).signing_name)


def _grants(condition: Condition | None) -> Statement:
    by_ec2 = {
        "Bool": {"kms:GrantIsForAWSResource": "true"},
        "StringLike": {"kms:ViaService": "ec2.*.amazonaws.com"},
    }
    return allow(["kms:CreateGrant"], "*", _both(by_ec2, condition or {}))


def _both(one: Condition, other: Condition) -> Condition:
    """A condition under which both hold; they use different keys."""
    return {operator: {**one.get(operator, {}), **other.get(operator, {})} for operator in {**one, **other}}


def _refuse(condition: Condition) -> Statement:
    return {"Effect": "Deny", "Action": mutating(), "Resource": "*", "Condition": condition}


def _untouchable() -> list[Condition]:
    """One condition each, as those within a statement must all hold. Tag names match in any case.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resourcetag
    """
    words = sorted(PRODUCTION_WORDS)
    marks = [{"StringEqualsIgnoreCase": {f"aws:ResourceTag/{tag}": words}} for tag in sorted(PRODUCTION_TAGS)]
    never = f"aws:ResourceTag/{NEVER_TAG}"
    return [*marks, {"Null": {never: "false"}, "StringNotEqualsIgnoreCase": {never: "false"}}]
