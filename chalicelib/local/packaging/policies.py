"""One policy a function, from a small table and the kinds: the least that each needs.

Resources of the stack are named by CloudFormation functions, as policies are only ever part of its template.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.local.packaging.functions import API, BEARER, BOOKS, HEARD, POKE, TICK, Function
from chalicelib.local.packaging.statements import (
    Condition,
    Statement,
    acts,
    allow,
    commitments,
    listed,
    looks,
    passes,
    prices,
    rates,
)

TABLE = {"Fn::GetAtt": ["Table", "Arn"]}
DUE_INDEX = {"Fn::Sub": "${Table.Arn}/index/due"}
POKES = {"Fn::GetAtt": ["Pokes", "Arn"]}
NOTICES = {"Ref": "Notices"}
BUCKET = {"Fn::GetAtt": ["Bucket", "Arn"]}
LARGE_ANSWERS = {"Fn::Sub": "${Bucket.Arn}/answers/*"}
KEPT_REPORTS = {"Fn::Sub": "${Bucket.Arn}/reports/*"}
EVENT_BUS = {"Fn::Sub": "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/default"}

MEMBER_ROLES = [
    {"Fn::Sub": "arn:${AWS::Partition}:iam::*:role/curfew"},
    {"Fn::Sub": "arn:${AWS::Partition}:iam::*:role/curfew-*"},
]

OWN_ROLE = {"Fn::Sub": f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role/curfew-${{Stage}}-{POKE.name}"}
"""Whose rights the pass asks for, so that `doctor` can tell what is missing."""

ONE_CALL = ("BatchGetItem", "GetItem", "PutItem", "UpdateItem", "DeleteItem")
"""What transactions and batches need too: DynamoDB asks for the rights of their parts.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
"""


def tick() -> list[Statement]:
    """Finds what is due, moves its sweep instant, pokes."""
    return [_table("UpdateItem"), allow(["dynamodb:Query"], DUE_INDEX), _poke()]


def poke() -> list[Statement]:
    """Reconciles: the only one that starts and stops."""
    return [
        allow(["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"], POKES),
        _poke(),
        _table(*ONE_CALL),
        _tell(),
        allow(["events:PutEvents"], EVENT_BUS, {"StringEquals": {"events:source": "curfew"}}),
        _enter_members(POKE),
        allow(["iam:SimulatePrincipalPolicy"], OWN_ROLE),
        *looks(),
        *passes(),
        *acts(),
    ]


def heard() -> list[Statement]:
    """Finds the owner of a resource, notes what it was told for the ledger, brings its next look forward, pokes."""
    return [_table("GetItem", "PutItem", "UpdateItem"), _poke()]


def books() -> list[Statement]:
    """Closes days: reads what passes left, finds what bills, costs and is committed to; keeps months and reports."""
    own = [_table(*ONE_CALL, "Query"), allow(["s3:PutObject"], KEPT_REPORTS), _tell(), _enter_members(BOOKS)]
    return [*own, *prices(), *rates(), *listed(), *commitments()]


def bearer() -> list[Statement]:
    """Reads tokens and nothing else of the table."""
    tokens = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["TOKEN#*"]}}
    return [_table("GetItem", condition=tokens)]


def api() -> list[Statement]:
    """Stores wishes and definitions, shows live resources and what they cost; may not start or stop anything."""
    own = [_table(*ONE_CALL, "Query"), _poke(), _tell(), *_bucket(), _enter_members(API)]
    return [*own, *looks(), *prices(), *rates(), *listed()]


POLICIES: Mapping[Function, Callable[[], list[Statement]]] = {
    TICK: tick,
    POKE: poke,
    HEARD: heard,
    BOOKS: books,
    BEARER: bearer,
    API: api,
}


def policy(function: Function) -> dict[str, Any]:
    """The policy document of one function, its own log group included."""
    return {"Version": "2012-10-17", "Statement": [_write_logs(function), *POLICIES[function]()]}


def _write_logs(function: Function) -> Statement:
    """Into its own log group only, which the template makes."""
    group = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/lambda/curfew-${Stage}"
    streams = {"Fn::Sub": f"{group}-{function.name}:*"}
    return allow(["logs:CreateLogStream", "logs:PutLogEvents"], streams)


def _table(*operations: str, condition: Condition | None = None) -> Statement:
    return allow([f"dynamodb:{operation}" for operation in operations], TABLE, condition)


def _bucket() -> list[Statement]:
    """Who may not list a bucket is told "access denied" of what is not in it.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    """
    answers = allow(["s3:GetObject", "s3:PutObject"], LARGE_ANSWERS)
    return [answers, allow(["s3:GetObject"], KEPT_REPORTS), allow(["s3:ListBucket"], BUCKET)]


def _poke() -> Statement:
    return allow(["sqs:SendMessage"], POKES)


def _tell() -> Statement:
    return allow(["sns:Publish"], NOTICES)


def _enter_members(function: Function) -> Statement:
    """Under its own session name only, by which member accounts tell acting from looking."""
    return allow(["sts:AssumeRole"], MEMBER_ROLES, {"StringEquals": {"sts:RoleSessionName": function.session}})
