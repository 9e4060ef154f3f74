"""How IAM calls the operations of AWS's APIs."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

OTHERWISE = {"monitoring": "cloudwatch", "tagging": "tag"}
"""Services whose requests are signed under another name than the one that policies use.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonresourcegrouptaggingapi.html
"""


def actions(operations: Iterable[tuple[str, str]]) -> list[str]:
    """The actions of these operations, given with boto3's names of their services; each once, sorted."""
    return sorted({f"{prefix(service)}:{operation}" for service, operation in operations})


@cache
def prefix(service: str) -> str:
    """How IAM calls the service that boto3 calls so (elbv2 is elasticloadbalancing)."""
    import botocore.session

    signed = str(botocore.session.get_session().get_service_model(service).signing_name)
    return OTHERWISE.get(signed, signed)
