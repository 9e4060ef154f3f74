"""What AWS refuses and moto does not, each with the code AWS gives."""

import json
from typing import Any

from moto.core.exceptions import ServiceException
from moto.iam.models import iam_backends

THROTTLED = {"ec2": "RequestLimitExceeded", "dynamodb": "ThrottlingException"}
"""Codes of a throttled call where they are not plain `Throttling`.

https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
"""

DENIED = {"ec2": "UnauthorizedOperation", "dynamodb": "AccessDeniedException"}
"""Codes of a denied call where they are not `AccessDenied`.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
"""

COMMON_CODES = ("AccessDenied", "Throttling")
"""https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/CommonErrors.html"""


class Refused(ServiceException):
    """AWS says no: a code for programs and a sentence for people."""


def denied(service: str, operation: str) -> Refused:
    """The answer to a call that no policy allows."""
    action = f"{service}:{operation}"
    return Refused(DENIED.get(service, "AccessDenied"), f"no identity-based policy allows the {action} action")


def throttled(service: str) -> Refused:
    """The answer to one call too many."""
    return Refused(THROTTLED.get(service, "Throttling"), "Rate exceeded")


def no_capacity(instance_type: str) -> Refused:
    """The answer when a zone has run out of a type.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/troubleshooting-launch.html
    """
    return Refused("InsufficientInstanceCapacity", f"There is no capacity for {instance_type} here right now.")


def check_instance_start(instance: Any) -> None:
    """Raises Refused unless the EC2 instance may be asked to start: stopped, or on its way up already.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html (IncorrectInstanceState)
    """
    if instance.state not in ("stopped", "pending", "running"):
        raise Refused(
            "IncorrectInstanceState",
            f"The instance '{instance.id}' is not in a state from which it can be started.",
        )


def check_instance_stop(instance: Any, has_run: bool) -> None:
    """Raises Refused unless the EC2 instance may be asked to stop.

    First launch: github.com/cloud-custodian/cloud-custodian/pull/6014 shows AWS's answer; one-time spot:
    github.com/diodonfrost/terraform-aws-lambda-scheduler-stop-start/pull/8.
    """
    if instance.state in ("shutting-down", "terminated"):
        raise Refused(
            "IncorrectInstanceState",
            f"This instance '{instance.id}' is not in a state from which it can be stopped.",
        )
    if instance.lifecycle == "spot":
        raise Refused("UnsupportedOperation", f"'{instance.id}' belongs to a one-time Spot Instance request.")
    if instance.state == "pending" and not has_run:
        raise Refused("IncorrectInstanceState", f"'{instance.id}' has never reached the 'running' state.")
    if instance.disable_api_stop:
        raise Refused("OperationNotPermitted", f"The stop protection of '{instance.id}' is on.")


def check_database_eligible(database: Any) -> None:
    """Raises Refused when the DB instance can never be stopped or started on its own.

    Members of a cluster: github.com/aws-solutions/instance-scheduler-on-aws/issues/208 shows AWS's answer.
    Replicas and their sources: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_StopInstance.html
    """
    name = database.db_instance_identifier
    if database.db_cluster_identifier:
        raise Refused(
            "InvalidParameterCombination",
            f"{database.engine} DB instances are not eligible for stopping and starting.",
        )
    if database.is_replica:
        raise Refused("InvalidDBInstanceState", f"{name} is a read replica and cannot be stopped or started.")
    if database.replicas:
        raise Refused("InvalidDBInstanceState", f"{name} is the source of read replicas and cannot be stopped.")
    if database.multi_az and database.engine.startswith("sqlserver"):
        raise Refused("InvalidDBInstanceState", f"{name} mirrors SQL Server over zones and cannot be stopped.")


def check_database_state(database: Any, expected: str) -> None:
    """Raises Refused unless the DB instance is in the state from which the asked journey begins."""
    if database.status != expected:
        name = database.db_instance_identifier
        raise Refused("InvalidDBInstanceState", f"Instance {name} is {database.status}, not {expected}.")


def check_cluster_state(cluster: Any, expected: str) -> None:
    """Raises Refused unless the DB cluster is in the state from which the asked journey begins.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_StopDBCluster.html
    """
    if cluster.status != expected:
        name = cluster.db_cluster_identifier
        raise Refused("InvalidDBClusterStateFault", f"DbCluster {name} is {cluster.status}, not {expected}.")


def check_group_sizes(minimum: int, desired: int, maximum: int) -> None:
    """Raises Refused unless minimum <= desired <= maximum.

    AWS's answer: github.com/traveloka/terraform-aws-autoscaling/pull/56 shows it.
    """
    if minimum > maximum:
        raise Refused(
            "ValidationError",
            f"Max bound, {maximum}, must be greater than or equal to min bound, {minimum}",
        )
    if not minimum <= desired <= maximum:
        raise Refused(
            "ValidationError",
            f"Desired capacity:{desired} must be between the specified min size:{minimum} and max size:{maximum}",
        )


def check_group_exists(name: str, known: Any) -> None:
    """Raises Refused when no group is called `name`; moto answers some such calls with its own traceback."""
    if name not in known:
        raise Refused("ValidationError", f"AutoScalingGroup name not found - AutoScalingGroup '{name}' not found")


def check_role_trust(role_arn: str, external_id: str | None) -> None:
    """Raises Refused unless the role exists and asks for no other external id.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html
    """
    backend = iam_backends[role_arn.split(":")[4]]["aws"]
    role = next((role for role in backend.roles.values() if role.arn == role_arn), None)
    if role is None or not _trusts(json.loads(role.assume_role_policy_document), external_id):
        raise Refused("AccessDenied", f"not authorized to perform: sts:AssumeRole on resource: {role_arn}")


def _trusts(policy: dict[str, Any], external_id: str | None) -> bool:
    wanted = [
        statement.get("Condition", {}).get("StringEquals", {}).get("sts:ExternalId")
        for statement in policy["Statement"]
    ]
    return any(asked in (None, external_id) for asked in wanted)
