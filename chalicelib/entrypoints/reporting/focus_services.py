"""The service that a resource's cost is of, in the words of FOCUS.

https://focus.finops.org/focus-specification/v1-2/ lists the categories and, for each, the subcategories.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """What an ARN says of where a cost arose; None where it does not say."""

    service: str | None = None
    region: str | None = None
    account: str | None = None
    type: str | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """A service by its name, and what FOCUS counts it among; each subcategory is of one category."""

    name: str
    category: str
    subcategory: str


EC2 = Service("Amazon Elastic Compute Cloud", "Compute", "Virtual Machines")
VPC = Service("Amazon Virtual Private Cloud", "Networking", "Other (Networking)")
ITSELF = Service("Curfew", "Management and Governance", "Cost Management")
TYPES = {
    ("ec2", "elastic-ip"): VPC,
    ("ec2", "natgateway"): VPC,
    ("ec2", "volume"): Service("Amazon Elastic Block Store", "Storage", "Disk"),
    ("eks", "nodegroup"): EC2,
}
"""What is billed by another service than its ARN begins with."""
SERVICES = {
    "ec2": EC2,
    "autoscaling": EC2,
    "ecs": Service("Amazon Elastic Container Service", "Compute", "Containers"),
    "eks": Service("Amazon Elastic Kubernetes Service", "Compute", "Containers"),
    "rds": Service("Amazon Relational Database Service", "Databases", "Relational"),
    "redshift": Service("Amazon Redshift", "Databases", "Data Warehouse"),
    "elasticache": Service("Amazon ElastiCache", "Databases", "Caching"),
    "es": Service("Amazon OpenSearch Service", "Analytics", "Search"),
    "kafka": Service("Amazon Managed Streaming for Apache Kafka", "Integration", "Messaging"),
    "elasticloadbalancing": Service("Elastic Load Balancing", "Networking", "Load Balancing"),
    "cloudwatch": Service("Amazon CloudWatch", "Management and Governance", "Observability"),
}
"""By the service that an ARN names."""


def place(arn: str) -> Place:
    """The parts of the ARN: arn:aws:SERVICE:REGION:ACCOUNT:TYPE/... (or TYPE:...)."""
    if not arn.startswith("arn:"):
        return Place()
    service, region, account, resource = [*arn.split(":", 5), *[""] * 6][2:6]
    type_ = resource.replace(":", "/").partition("/")[0]
    return Place(service or None, region or None, account or None, type_ or None)


def service_of(where: Place) -> Service:
    """The service; of one that is not known here only the name, among the others."""
    known = TYPES.get((where.service or "", where.type or "")) or SERVICES.get(where.service or "")
    return known or Service(where.service or "Other", "Other", "Other (Other)")
