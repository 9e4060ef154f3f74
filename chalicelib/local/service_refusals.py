"""What ECS, Application Auto Scaling, Redshift and CloudWatch refuse and moto does not, with AWS's codes."""

from typing import Any

from chalicelib.local.refusals import Refused


def check_service_scales(service: Any) -> None:
    """Raises Refused where ECS itself counts the tasks: one for each instance of the cluster.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html
    """
    if service.scheduling_strategy == "DAEMON":
        raise Refused("InvalidParameterException", "The daemon scheduling strategy does not support a desired count.")


def check_services_described(names: list[str]) -> None:
    """Raises Refused for more services than one DescribeServices may name.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html
    """
    if len(names) > 10:
        raise Refused("InvalidParameterException", "Services cannot be more than 10.")


def check_bounds(known: Any, minimum: int | None, maximum: int | None) -> None:
    """Raises Refused unless a new scalable target has both bounds, and the minimum is at most the maximum.

    https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
    """
    lowest = minimum if minimum is not None or known is None else known.min_capacity
    highest = maximum if maximum is not None or known is None else known.max_capacity
    if lowest is None or highest is None:
        raise Refused("ValidationException", "Both MinCapacity and MaxCapacity must be specified.")
    if lowest > highest:
        raise Refused("ValidationException", "Maximum capacity cannot be less than minimum capacity.")


def no_cluster_capacity(node_type: str) -> Refused:
    """The answer when Redshift has run out of a node type.

    https://docs.aws.amazon.com/redshift/latest/APIReference/API_ResumeCluster.html
    """
    return Refused("InsufficientClusterCapacity", f"There is no capacity for {node_type} here right now.")


def check_warehouse_pauses(cluster: Any) -> None:
    """Raises Refused for a Redshift cluster that AWS never pauses.

    https://docs.aws.amazon.com/redshift/latest/mgmt/rs-mgmt-pause-resume-cluster.html
    """
    if cluster.automated_snapshot_retention_period == 0:
        raise Refused("UnsupportedOperation", f"{cluster.cluster_identifier} has automated snapshots turned off.")


def check_warehouse_state(cluster: Any, expected: str) -> None:
    """Raises Refused unless the Redshift cluster is in the state from which the asked journey begins.

    https://docs.aws.amazon.com/redshift/latest/APIReference/API_PauseCluster.html
    """
    if cluster.status != expected:
        name = cluster.cluster_identifier
        raise Refused("InvalidClusterState", f"Cluster {name} is {cluster.status}, not {expected}.")


def check_alarm_names(names: list[str]) -> None:
    """Raises Refused for more alarms than one call may name.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DisableAlarmActions.html
    """
    if len(names) > 100:
        raise Refused("ValidationError", "Member must have length less than or equal to 100.")
