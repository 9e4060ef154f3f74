"""Builders for ECS services, Redshift clusters and alarms: all that they make runs and is healthy already."""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.local.estate import Site, Tags

CLUSTER = "shop"


def add_ecs_service(
    site: Site,
    name: str,
    *,
    desired: int = 2,
    bounds: tuple[int, int] | None = None,
    tags: Tags | None = None,
    strategy: Sequence[Mapping[str, str | int]] = (),
    **options: Any,
) -> str:
    """An ECS service in the cluster "shop", autoscaled between `bounds` where they are given; answers its ARN.

    It runs on Fargate, or as the capacity provider strategy says. `options` are further parameters of CreateService.
    """
    marks = [{"key": key, "value": value} for key, value in (tags or {}).items()]
    where: dict[str, Any] = {"capacityProviderStrategy": list(strategy)} if strategy else {"launchType": "FARGATE"}
    more = {**where, "desiredCount": desired, "tags": marks, **options}
    ecs = site.client("ecs")
    with site.cloud.already_running():
        ecs.create_cluster(clusterName=CLUSTER, capacityProviders=["FARGATE", "FARGATE_SPOT"])
        ecs.register_task_definition(family=name, containerDefinitions=[{"name": "main", "image": "web", "memory": 64}])
        answer = ecs.create_service(cluster=CLUSTER, serviceName=name, taskDefinition=name, **more)
    if bounds:
        _autoscale(site, name, *bounds)
    return str(answer["service"]["serviceArn"])


def _autoscale(site: Site, name: str, lowest: int, highest: int) -> None:
    site.client("application-autoscaling").register_scalable_target(
        ServiceNamespace="ecs",
        ResourceId=f"service/{CLUSTER}/{name}",
        ScalableDimension="ecs:service:DesiredCount",
        MinCapacity=lowest,
        MaxCapacity=highest,
    )


def add_redshift_cluster(
    site: Site, name: str, *, node_type: str = "ra3.xlplus", nodes: int = 2, tags: Tags | None = None, **options: Any
) -> str:
    """A Redshift cluster that is available; answers its ARN. `options` are further parameters of CreateCluster."""
    site.client("redshift").create_cluster(
        ClusterIdentifier=name,
        NodeType=node_type,
        NumberOfNodes=nodes,
        ClusterType="multi-node",
        MasterUsername="admin",
        MasterUserPassword="Simulated1",
        Tags=_tag_list(tags),
        **options,
    )
    return f"arn:aws:redshift:{site.region}:{site.account}:cluster:{name}"


def add_alarm(
    site: Site,
    name: str,
    *,
    actions: tuple[str, ...] = ("arn:aws:sns:eu-central-1:111122223333:on-call",),
    armed: bool = True,
    tags: Tags | None = None,
) -> str:
    """A metric alarm that tells `actions` while it is armed; answers its ARN."""
    site.client("cloudwatch").put_metric_alarm(
        AlarmName=name,
        Namespace="AWS/EC2",
        MetricName="CPUUtilization",
        Statistic="Average",
        Period=300,
        EvaluationPeriods=1,
        Threshold=80,
        ComparisonOperator="GreaterThanThreshold",
        AlarmActions=list(actions),
        ActionsEnabled=armed,
        Tags=_tag_list(tags),
    )
    return f"arn:aws:cloudwatch:{site.region}:{site.account}:alarm:{name}"


def add_composite_alarm(site: Site, name: str, rule: str) -> str:
    """A composite alarm of this rule, armed; answers its ARN."""
    site.client("cloudwatch").put_composite_alarm(AlarmName=name, AlarmRule=rule, ActionsEnabled=True)
    return f"arn:aws:cloudwatch:{site.region}:{site.account}:alarm:{name}"


def _tag_list(tags: Tags | None) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in (tags or {}).items()]
