"""What AWS refuses and moto does not, each with the code AWS gives."""

import json
from typing import Any

from moto.core.exceptions import ServiceException
from moto.iam.models import iam_backends
from moto.rds.models import rds_backends

from chalicelib.local import spot

THROTTLED = {"ec2": "RequestLimitExceeded", "dynamodb": "ThrottlingException"}
"""Codes of a throttled call where they are not plain `Throttling`.

https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
"""

DENIED = {"ec2": "UnauthorizedOperation", "dynamodb": "AccessDeniedException"}
"""Codes of a denied call where they are not `AccessDenied`.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
"""

KEY_LOST = "inaccessible-encryption-credentials-recoverable"
"""The state of a database whose KMS key cannot be used; a start leads out of it once the key can.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html
"""

HIBERNATED = "Client.UserInitiatedHibernate"
"""https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StateReason.html"""

COMMON_CODES = ("AccessDenied", "Throttling")
"""https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/CommonErrors.html"""


class Refused(ServiceException):
    """AWS says no: a code for programs and a sentence for people; `status` is the HTTP status, mostly 400."""

    status = 400


def denied(service: str, operation: str) -> Refused:
    """The answer to a call that no policy allows."""
    action = f"{service}:{operation}"
    return Refused(DENIED.get(service, "AccessDenied"), f"no identity-based policy allows the {action} action")


def throttled(service: str) -> Refused:
    """The answer to one call too many."""
    return Refused(THROTTLED.get(service, "Throttling"), "Rate exceeded")


def no_capacity(instance_type: str, status: int) -> Refused:
    """The answer when a zone has run out of a type.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/troubleshooting-launch.html; with status 500:
    github.com/hashicorp/terraform-provider-aws/issues/37730
    """
    no = Refused("InsufficientInstanceCapacity", f"There is no capacity for {instance_type} here right now.")
    no.status = status
    return no


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

    AWS's answers, first launch: github.com/cloud-custodian/cloud-custodian/pull/6014; one-time spot:
    github.com/cattle-ops/terraform-aws-gitlab-runner/discussions/1049; stop protection:
    github.com/cloud-custodian/cloud-custodian/pull/8007.
    """
    if instance.state in ("shutting-down", "terminated"):
        raise Refused(
            "IncorrectInstanceState",
            f"This instance '{instance.id}' is not in a state from which it can be stopped.",
        )
    if spot.is_one_time(instance):
        raise Refused(
            "UnsupportedOperation",
            f"You can't stop the Spot Instance '{instance.id}' because it is associated with a one-time request.",
        )
    if instance.state == "pending" and not has_run:
        raise Refused("IncorrectInstanceState", f"'{instance.id}' has never reached the 'running' state.")
    if instance.disable_api_stop:
        raise Refused(
            "OperationNotPermitted",
            f"The instance '{instance.id}' may not be stopped. Modify its 'disableApiStop' instance attribute.",
        )


def check_hibernation(instance: Any, agent_is_ready: bool) -> None:
    """Raises Refused unless the EC2 instance can hibernate.

    AWS's answers: github.com/aws-solutions/instance-scheduler-on-aws/issues/510; for the agent that is not ready
    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/troubleshoot-instance-hibernate.html
    """
    if not is_enabled_for_hibernation(instance):
        raise Refused(
            "UnsupportedHibernationConfiguration",
            f"The instance can't be hibernated because it was not configured at launch for it: {instance.id}",
        )
    if instance.state == "running" and not agent_is_ready:
        raise Refused("UnsupportedOperation", f"{instance.id} is not ready to hibernate yet, retry in a few minutes")


def is_enabled_for_hibernation(instance: Any) -> bool:
    """Whether it was launched so that it can hibernate."""
    return str((instance.hibernation_options or {}).get("Configured", "")).lower() == "true"


def check_type_change(instance: Any) -> None:
    """Raises Refused unless the EC2 instance may become another type: stopped, not hibernated, not spot.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-resize.html; spot:
    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/interruption-behavior.html
    """
    if instance.state != "stopped":
        raise Refused("IncorrectInstanceState", f"The instance '{instance.id}' is not in the 'stopped' state.")
    if instance.state_reason.code == HIBERNATED or instance.lifecycle == "spot":
        raise Refused("UnsupportedOperation", f"The type of '{instance.id}' can't be changed: hibernated or spot.")


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


def no_database_capacity(instance_class: str) -> Refused:
    """The answer when a zone has run out of a database's class.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_StartDBInstance.html
    """
    return Refused("InsufficientDBInstanceCapacity", f"There is no capacity for {instance_class} here right now.")


def check_cluster_eligible(cluster: Any) -> None:
    """Raises Refused when the DB cluster can never be stopped.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-cluster-stop-start.html
    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/multi-az-db-clusters-concepts.Limitations.html
    """
    name, code = cluster.db_cluster_identifier, "InvalidDBClusterStateFault"
    if cluster.engine_mode == "serverless":
        raise Refused(code, f"{name} is Aurora Serverless v1 and cannot be stopped.")
    if cluster.engine in ("mysql", "postgres"):
        raise Refused(code, f"{name} is a Multi-AZ DB cluster and cannot be stopped.")
    if cluster.replication_source_identifier or cluster.read_replica_identifiers:
        raise Refused(code, f"{name} replicates to or from another cluster and cannot be stopped.")
    if cluster.global_cluster_identifier and not _is_alone(cluster):
        raise Refused(code, f"{name} shares a global database with other clusters and cannot be stopped.")


def _is_alone(cluster: Any) -> bool:
    regions = rds_backends[cluster.account_id].values()
    found = [backend.global_clusters.get(cluster.global_cluster_identifier) for backend in regions]
    return [len(one.members) for one in found if one] == [1]


def check_database_state(database: Any, *expected: str) -> None:
    """Raises Refused unless the DB instance is in a state from which the asked journey begins."""
    if database.status not in expected:
        name = database.db_instance_identifier
        raise Refused("InvalidDBInstanceState", f"Instance {name} is {database.status}, not {' or '.join(expected)}.")


def check_cluster_state(cluster: Any, *expected: str) -> None:
    """Raises Refused unless the DB cluster is in a state from which the asked journey begins.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_StopDBCluster.html
    """
    if cluster.status not in expected:
        name, states = cluster.db_cluster_identifier, " or ".join(expected)
        raise Refused("InvalidDBClusterStateFault", f"DbCluster {name} is {cluster.status}, not {states}.")


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


def check_group_decrement(group: Any) -> None:
    """Raises Refused when the group would fall below its lowest size.

    AWS's words: github.com/buildkite/elastic-ci-stack-for-aws/issues/1261
    """
    if group.desired_capacity <= group.min_size:
        raise Refused(
            "ValidationError",
            f"Currently, desiredSize equals minSize ({group.min_size}). Terminating instance without replacement will "
            "violate group's min size constraint. Either set shouldDecrementDesiredCapacity flag to false or lower "
            "group's min size.",
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
