"""IAM statements as data: what the kinds need of AWS, and what nobody may do.

Action names come from the operations that kinds name.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from chalicelib.adapters import spot_history
from chalicelib.adapters.iam_names import actions
from chalicelib.core.decide import NEVER_TAG, PRODUCTION_TAGS, PRODUCTION_WORDS
from chalicelib.core.snapshots import PREFIX
from chalicelib.flows import (
    activity_checks,
    contests,
    keeping_billing,
    maintenance,
    price_list,
    spot_prices,
    spot_types,
    told_commitments,
)
from chalicelib.kinds import kinds, watchings
from chalicelib.kinds.contract import with_service

Statement = dict[str, Any]
Condition = dict[str, dict[str, Any]]

HEALTH = (("elbv2", "DescribeTargetHealth"),)
"""What readiness checks read besides the kinds' own looks."""

PASSES_READ = (
    *activity_checks.READS,
    *maintenance.READS,
    *contests.READS,
    *spot_prices.READS,
    *spot_types.READS,
)
"""What only passes read: checks before a stop, maintenance windows, evidence of who undid what Curfew did, prices.

Besides, what the mix of a kind is watched by.
"""

CONFINED = {
    "rds:AddTagsToResource": (f"cluster-snapshot:{PREFIX}*", f"snapshot:{PREFIX}*"),
    "rds:DeleteDBClusterSnapshot": (f"cluster-snapshot:{PREFIX}*",),
    "rds:DeleteDBSnapshot": (f"snapshot:{PREFIX}*",),
}
"""Actions that are allowed only on what Curfew itself has made, by its name.

A snapshot that is made with tags needs the right to tag, too.
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Tagging.html
"""

CHANGES_TYPE = "ec2:ModifyInstanceAttribute"
OTHER_ATTRIBUTES = (
    "BlockDeviceMapping",
    "BlockDeviceMappings",
    "DisableApiStop",
    "DisableApiTermination",
    "EbsOptimized",
    "EnaSupport",
    "EnclaveOptions",
    "Groups",
    "GroupSet",
    "InstanceInitiatedShutdownBehavior",
    "Kernel",
    "ProductCodes",
    "Ramdisk",
    "RootDeviceName",
    "SourceDestCheck",
    "SriovNetSupport",
    "UserData",
)
"""Every attribute of an instance but its type, by the names that the request and its `Attribute` have for it.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceAttribute.html
"""

STARTS_WITH_OWN_KEYS = "ec2:StartInstances"
"""EC2 lets an instance with volumes under a customer's key start only if the caller may grant it use of the key.

https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html
"""


def allow(permitted: Iterable[str], resource: Any, condition: Condition | None = None) -> Statement:
    """A statement that allows the actions; they are sorted, so that generated files only change when meant."""
    statement: Statement = {"Effect": "Allow", "Action": sorted(set(permitted)), "Resource": resource}
    return statement | ({"Condition": condition} if condition else {})


def looks() -> list[Statement]:
    """Every operation by which kinds and readiness checks observe. Describes take no resource."""
    return [allow(reading(), "*")]


def passes(condition: Condition | None = None) -> list[Statement]:
    """Every operation that only a pass asks: none tells it what there is, some tell what people do."""
    return [allow(asking(), "*", condition)]


def prices() -> list[Statement]:
    """Every operation that finds what keeps billing while an environment rests, for previews and plans."""
    return [allow(billed(), "*")]


def rates() -> list[Statement]:
    """What spot capacity cost in an account, hour by hour."""
    return [allow(actions(spot_history.READS), "*")]


def commitments() -> list[Statement]:
    """What Savings Plans and reservations an account has."""
    return [allow(actions(told_commitments.READS), "*")]


def listed() -> list[Statement]:
    """The price list, which is the same in every account: only Curfew's own asks."""
    return [allow(actions(price_list.READS), "*")]


def acts(condition: Condition | None = None) -> list[Statement]:
    """Every operation by which kinds start and stop, refused for whatever is tagged as production or never."""
    statements = [allow(set(mutating()) - set(CONFINED), "*", condition)]
    for action, names in CONFINED.items():
        own = [{"Fn::Sub": f"arn:${{AWS::Partition}}:rds:*:${{AWS::AccountId}}:{name}"} for name in names]
        statements.append(allow([action], own, condition))
    if STARTS_WITH_OWN_KEYS in mutating():
        statements.append(_grants(condition))
    return [*statements, _type_only(), *(_refuse(match) for match in _untouchable())]


def reading() -> list[str]:
    """The actions that observe, sorted."""
    named = [operation for kind in kinds().values() for operation in kind.reading]
    return actions([*named, *HEALTH])


def asking() -> list[str]:
    """The actions that only passes observe with, sorted: what mixes are watched by, and what the ledger asks."""
    watching = (
        with_service(kinds()[mixing.kind].service, name) for mixing in watchings().values() for name in mixing.reads
    )
    metered = [operation for kind in kinds().values() for operation in kind.metering]
    return actions({*PASSES_READ, *watching, *metered})


def billed() -> list[str]:
    """The actions that find what keeps billing, sorted."""
    return actions(keeping_billing.operations())


def mutating() -> list[str]:
    """The actions that start and stop, sorted."""
    return actions(operation for kind in kinds().values() for operation in kind.mutating)


def _grants(condition: Condition | None) -> Statement:
    by_ec2 = {
        "Bool": {"kms:GrantIsForAWSResource": "true"},
        "StringLike": {"kms:ViaService": "ec2.*.amazonaws.com"},
    }
    return allow(["kms:CreateGrant"], "*", _both(by_ec2, condition or {}))


def _both(one: Condition, other: Condition) -> Condition:
    """A condition under which both hold; they use different keys."""
    return {operator: {**one.get(operator, {}), **other.get(operator, {})} for operator in {**one, **other}}


def _type_only() -> Statement:
    """Of the attributes of an instance only its type is changed. AWS describes the key with images, not instances.

    The others are refused, rather than the type allowed, so that no start is lost should AWS name the type otherwise.
    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-policies-for-amazon-ec2.html (condition key ec2:Attribute)
    """
    others = {"StringEqualsIgnoreCase": {"ec2:Attribute": list(OTHER_ATTRIBUTES)}}
    return {"Effect": "Deny", "Action": [CHANGES_TYPE], "Resource": "*", "Condition": others}


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
