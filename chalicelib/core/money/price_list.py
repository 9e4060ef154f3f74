"""What the AWS Price List is asked for a rate key, and which of its products the key means.

Each question names attributes that AWS filters by, and what else the one product must have. Names and values are
AWS's own: https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-price-list-query-api.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from chalicelib.core.money.keep_list import keep_question
from chalicelib.core.money.question import Question
from chalicelib.core.money.rates import KEEP, ON_DEMAND, SPOT

ENDPOINTS = {"eu-": "eu-central-1", "af-": "eu-central-1", "il-": "eu-central-1", "ap-": "ap-south-1"}
"""The Region whose endpoint is nearest, by how a Region's code begins; us-east-1 for all others.

https://docs.aws.amazon.com/general/latest/gr/billing.html (AWS Price List Query API)
"""

SYSTEMS = {
    "linux": ("Linux", "NA", "RunInstances"),
    "rhel": ("RHEL", "NA", "RunInstances:0010"),
    "suse": ("SUSE", "NA", "RunInstances:000g"),
    "windows": ("Windows", "NA", "RunInstances:0002"),
    "windows-sql-web": ("Windows", "SQL Web", "RunInstances:0202"),
    "windows-sql-std": ("Windows", "SQL Std", "RunInstances:0006"),
    "windows-sql-ent": ("Windows", "SQL Ent", "RunInstances:0102"),
    "linux-sql-web": ("Linux", "SQL Web", "RunInstances:0200"),
    "linux-sql-std": ("Linux", "SQL Std", "RunInstances:0004"),
    "linux-sql-ent": ("Linux", "SQL Ent", "RunInstances:0100"),
}
"""Operating system, software and operation of EC2 by the name in a key; the operation tells licences apart, too.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/billing-info-fields.html
"""

TENANCIES = {"shared": ("Shared", "BoxUsage"), "dedicated": ("Dedicated", "DedicatedUsage")}

ENGINES = {
    "mysql": ("MySQL", ""),
    "mariadb": ("MariaDB", ""),
    "postgres": ("PostgreSQL", ""),
    "aurora-mysql": ("Aurora MySQL", ""),
    "aurora-postgresql": ("Aurora PostgreSQL", ""),
    "oracle-ee": ("Oracle", "Enterprise"),
    "oracle-ee-cdb": ("Oracle", "Enterprise"),
    "oracle-se2": ("Oracle", "Standard Two"),
    "oracle-se2-cdb": ("Oracle", "Standard Two"),
    "sqlserver-ee": ("SQL Server", "Enterprise"),
    "sqlserver-se": ("SQL Server", "Standard"),
    "sqlserver-web": ("SQL Server", "Web"),
    "sqlserver-ex": ("SQL Server", "Express"),
}
"""Engine and edition of RDS by the engine's name in the API.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
"""

LICENCES = {
    "none": ("No license required",),
    "included": ("License included",),
    "byol": ("Bring your own license",),
}

DEPLOYMENTS = {
    "single-az": (("Single-AZ",), "InstanceUsage"),
    "multi-az": (("Multi-AZ", "Multi-AZ (SQL Server Mirror)"), ""),
    "multi-az-cluster": (("Multi-AZ (readable standbys)",), ""),
    "member": (("Single-AZ",), "InstanceUsage"),
    "member-io": (("Single-AZ",), "InstanceUsageIOOptimized"),
}
"""Deployment options of RDS, and how the usage type begins where the option alone does not decide.

Only the usage type tells I/O-Optimized members of Aurora from others. (The attribute `storage` describes the local
disks of classes that have some.)
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Overview.StorageReliability.html#aurora-storage-type
"""

FARGATE = {"vcpu": "vCPU-Hours:perCPU", "gb": "GB-Hours"}
PLATFORMS = {"linux": "Fargate", "linux-arm": "Fargate-ARM"}
TERMS = {ON_DEMAND: "", SPOT: "SpotUsage-"}


def nearest(region: str) -> str:
    """The Region in which the price list of all Regions is best asked from this one."""
    return ENDPOINTS.get(region[:3], "us-east-1")


def question(key: str) -> Question | str:
    """What the price list is asked for a rate key; or why it cannot be asked, for people."""
    service, place, *rest = key.split(":")
    if service not in BY_SERVICE:
        return "the AWS price list is not asked for it"
    if place.startswith("cn-"):
        return "the price list of AWS's Regions in China is in CNY, and rates are in USD"
    parts, asked = BY_SERVICE[service]
    return asked(place, *rest) if len(rest) == parts else f"{key} is no rate key"


def _ec2(region: str, instance_type: str, system: str, tenancy: str, terms: str) -> Question | str:
    if terms != ON_DEMAND:
        return "spot prices of EC2 are no part of the price list"
    if tenancy not in TENANCIES:
        return f"instances of tenancy {tenancy} bill nothing themselves: their host does"
    if system not in SYSTEMS:
        return f"it is not known what the price list calls the operating system {system}"
    name, software, operation = SYSTEMS[system]
    shared, usage = TENANCIES[tenancy]
    filters = {
        "regionCode": region,
        "instanceType": instance_type,
        "operatingSystem": name,
        "preInstalledSw": software,
        "tenancy": shared,
        "capacitystatus": "Used",
        "operation": operation,
    }
    return Question("AmazonEC2", tuple(filters.items()), usage=f"{usage}:{instance_type}")


def _rds(region: str, db_class: str, engine: str, licence: str, deployment: str) -> Question | str:
    if db_class == "db.serverless":
        return "Aurora Serverless bills the capacity units it used, which are not known"
    if engine not in ENGINES or licence not in LICENCES or deployment not in DEPLOYMENTS:
        return f"it is not known what the price list calls {engine}, licence {licence}, {deployment}"
    name, edition = ENGINES[engine]
    options, usage = DEPLOYMENTS[deployment]
    only = {"licenseModel": LICENCES[licence], "deploymentOption": options}
    if edition:
        only["databaseEdition"] = (edition,)
    filters = (("regionCode", region), ("instanceType", db_class), ("databaseEngine", name))
    return Question("AmazonRDS", filters, tuple(only.items()), f"{usage}:{db_class}" if usage else "")


def _fargate(region: str, unit: str, platform: str, terms: str) -> Question | str:
    """Windows is left out: its vCPUs bill a licence besides. https://aws.amazon.com/fargate/pricing/"""
    if platform not in PLATFORMS or unit not in FARGATE or terms not in TERMS:
        return f"it is not known what the price list calls {unit} of tasks on {platform}, {terms}"
    usage = f"{TERMS[terms]}{PLATFORMS[platform]}-{FARGATE[unit]}"
    return Question("AmazonECS", (("regionCode", region),), usage=usage)


def _redshift(region: str, node_type: str, _: str) -> Question | str:
    filters = (("regionCode", region), ("instanceType", node_type), ("productFamily", "Compute Instance"))
    return Question("AmazonRedshift", filters, usage=f"Node:{node_type}")


BY_SERVICE: Mapping[str, tuple[int, Callable[..., Question | str]]] = {
    "ec2": (4, _ec2),
    "rds": (4, _rds),
    "fargate": (3, _fargate),
    "redshift": (2, _redshift),
    KEEP: (1, keep_question),
}
"""How many parts a key has after its service and place, and what makes the question of them, by the service."""
