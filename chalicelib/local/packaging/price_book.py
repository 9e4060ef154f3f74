"""Makes the embedded price book (adapters/price_book.csv) from files of price figures.

`python -m chalicelib.local.packaging.price_book DIR` reads prices_ec2.csv, prices_rds.csv and unit_prices.csv there
(columns as below). Only figures are taken, of common types in a few Regions; each keeps its own date. Nothing is
derived: no Multi-AZ price from a Single-AZ one, no licence from another system, and no mean spot price is an hour's.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from pathlib import Path

from chalicelib.adapters.price_book import TABLE

REGIONS = ("ap-south-1", "ap-southeast-1", "eu-central-1", "eu-west-1", "us-east-1", "us-west-2")
SIZES = ("large", "xlarge", "2xlarge", "4xlarge")
SMALL = ("micro", "small", "medium")
BURSTABLE = ("t3", "t3a", "t4g")
FAMILIES = (
    *("m5", "m5a", "m6i", "m6a", "m6g", "m7i", "m7g"),
    *("c5", "c6i", "c6g", "c7i"),
    *("r5", "r6i", "r6g"),
)
DB_FAMILIES = ("t3", "t4g", "m5", "m6g", "r5", "r6g")

SYSTEMS = {"Linux": "linux", "RHEL": "rhel", "SUSE": "suse", "Windows": "windows"}

ENGINES = {
    "MySQL": "mysql",
    "MariaDB": "mariadb",
    "PostgreSQL": "postgres",
    "Aurora MySQL": "aurora-mysql",
    "Aurora PostgreSQL": "aurora-postgresql",
    "Oracle SE2": "oracle-se2",
    "SQL Server Express": "sqlserver-ex",
    "SQL Server Web": "sqlserver-web",
    "SQL Server Standard": "sqlserver-se",
}
"""The API's names by those of the older rows; newer rows have the API's own."""

LICENCES = {"none": "none", "License included": "included", "BYOL": "byol"}
UNSAID = {
    "mysql": "none",
    "mariadb": "none",
    "postgres": "none",
    "aurora-mysql": "none",
    "aurora-postgresql": "none",
    "sqlserver-ex": "included",
    "sqlserver-web": "included",
    "sqlserver-se": "included",
}
"""The licence of engines that have only one, where a row says none. Oracle has two: such rows are left out."""

DEPLOYMENTS = {"Single-AZ": "single-az", "Multi-AZ": "multi-az"}
AURORA = "aurora-"

UNITS = {
    ("ecs_service", "Per vCPU per hour"): ("fargate:us-east-1:{}:linux:on-demand", "vcpu", "0.00001"),
    ("ecs_service", "Per GB per hour"): ("fargate:us-east-1:{}:linux:on-demand", "gb", "0.000001"),
} | {
    ("redshift_cluster", f"Cluster usage (on-demand, {node})"): ("redshift:us-east-1:{}:node", node, "0.001")
    for node in ("dc2.large", "ra3.4xlarge", "ra3.16xlarge")
}
"""What is taken of unit_prices.csv, and the step in which AWS gives that price: the file has it from rounded sums."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One price: the key with {} in it, what stands there, US dollars an hour, when and where it was so."""

    pattern: str
    name: str
    usd: Decimal
    dated: str
    source: str


def types() -> set[str]:
    """The instance types of EC2 that the book knows."""
    names = {*product(BURSTABLE, (*SMALL, *SIZES[:3])), *product(FAMILIES, SIZES)}
    return {f"{family}.{size}" for family, size in names}


def classes() -> set[str]:
    """The instance classes of RDS that the book knows."""
    return {f"db.{family}.{size}" for family, size in product(DB_FAMILIES, (*SMALL, *SIZES))}


def ec2(rows: Iterable[Mapping[str, str]]) -> Iterator[Figure]:
    """On-demand prices: region, instance_type, os, usd_per_hour, source_date."""
    wanted = types()
    for row in rows:
        if row["region"] in REGIONS and row["instance_type"] in wanted and row["os"] in SYSTEMS:
            pattern = f"ec2:{row['region']}:{row['instance_type']}:{{}}:shared:on-demand"
            yield Figure(pattern, SYSTEMS[row["os"]], Decimal(row["usd_per_hour"]), row["source_date"], "mirror")


def rds(rows: Iterable[Mapping[str, str]]) -> Iterator[Figure]:
    """Prices of instances: region, instance_class, engine, license, deployment, usd_per_hour, source_date."""
    wanted = classes()
    for row in rows:
        engine = ENGINES.get(row["engine"], row["engine"])
        licence = LICENCES.get(row["license"]) or UNSAID.get(engine)
        if row["region"] in REGIONS and row["instance_class"] in wanted and engine in ENGINES.values() and licence:
            deployment = "member" if engine.startswith(AURORA) else DEPLOYMENTS[row["deployment"]]
            pattern = f"rds:{row['region']}:{row['instance_class']}:{{}}:{deployment}"
            source = "ec2instances" if row["source_date"] < "2022" else "infracost"
            price = Decimal(row["usd_per_hour"])
            yield Figure(pattern, f"{engine}:{licence}", price, row["source_date"], source)


def units(rows: Iterable[Mapping[str, str]]) -> Iterator[Figure]:
    """Prices of Fargate and Redshift: region, service, item, usd_per_unit, source_date."""
    for row in rows:
        if row["region"] == "us-east-1" and (row["service"], row["item"]) in UNITS:
            pattern, name, step = UNITS[row["service"], row["item"]]
            usd = Decimal(row["usd_per_unit"]).quantize(Decimal(step))
            yield Figure(pattern, name, usd, row["source_date"], "infracost")


def lines(figures: Iterable[Figure]) -> Iterator[tuple[str, str, str, str]]:
    """The table's lines, sorted; of two prices of one key the later one stays."""
    latest = {(each.pattern, each.name): each for each in sorted(figures, key=lambda each: each.dated)}
    grouped: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for each in latest.values():
        grouped[each.pattern, each.dated, each.source].append(f"{each.name}={each.usd.normalize():f}")
    for (pattern, dated, source), prices in sorted(grouped.items()):
        yield pattern, dated, source, " ".join(sorted(prices))


def main(arguments: list[str]) -> int:
    """0 when the book is written, 2 when it was not said from what."""
    if len(arguments) != 1:
        sys.stderr.write("say the directory of prices_ec2.csv, prices_rds.csv and unit_prices.csv\n")
        return 2
    made = {"prices_ec2.csv": ec2, "prices_rds.csv": rds, "unit_prices.csv": units}
    figures = [figure for name, make in made.items() for figure in make(_rows(Path(arguments[0]) / name))]
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(lines(figures))
    sys.stdout.write(f"{TABLE.name}: {len(figures)} figures, {TABLE.stat().st_size} bytes\n")
    return 0


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
