"""`curfew discover` with ordinary keys against the embedded cloud, as a person runs it."""

from __future__ import annotations

from pathlib import Path

import pytest

from chalicelib.entrypoints.cli import times
from chalicelib.entrypoints.cli.program import run
from chalicelib.local.cloud import EmbeddedCloud
from chalicelib.local.estate import Group, Site, add_aurora_cluster, add_ec2_instances, add_group, add_rds_instance

ACCOUNT, REGION = "222233334444", "us-east-1"
QA = {"Environment": "orders-qa", "Owner": "orders@example.com"}
NOBODY_PLAYS = lambda days, serve: 0  # noqa: E731


@pytest.fixture
def site(cloud: EmbeddedCloud, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Site:
    """An account that holds what a small team has, and this shell's keys to it."""
    keys = {"AWS_ACCESS_KEY_ID": ACCOUNT, "AWS_SECRET_ACCESS_KEY": "simulated", "AWS_REGION": REGION}
    for name, value in {**keys, "AWS_DEFAULT_REGION": REGION, "AWS_ENDPOINT_URL": cloud.endpoint_url}.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(times, "now", cloud.clock.now)
    monkeypatch.chdir(tmp_path)
    return Site(cloud, ACCOUNT, REGION)


def test_an_account_becomes_files_that_validate(site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add_rds_instance(site, "orders-db", tags={**QA, "Tier": "database"})
    add_aurora_cluster(site, "orders-aurora", tags=QA)
    servers = add_ec2_instances(site, 2, tags={**QA, "Tier": "app"})
    add_group(site, Group("orders-nodes", 1, 2, 3, tags=QA))
    (stray,) = add_ec2_instances(site, 1)
    add_ec2_instances(site, 1, tags={"Environment": "prod"})
    site.client("ec2").allocate_address(Domain="vpc")

    assert run(["discover", "--out", "found"], NOBODY_PLAYS) == 0
    report = capsys.readouterr().out
    assert run(["validate", "found"], NOBODY_PLAYS) == 0
    assert capsys.readouterr().out == "2 files: all good\n"

    text = (tmp_path / "found" / "orders-qa.yaml").read_text(encoding="utf-8")
    assert f"app:  # 2 now: {', '.join(servers)}\n" in text
    assert "rds-clusters:  # 1 now: orders-aurora\n" in text
    assert "auto-scaling-groups:  # 1 now: orders-nodes\n" in text
    assert "owner: orders\n" in text
    assert "has these tags too and is left alone: orders-aurora-1, orders-aurora-2" in text
    assert stray in report
    assert "Environment=prod" in report
    assert "it belongs to the group orders-nodes" in report
    assert "Elastic IP address" in report
    assert (tmp_path / "found" / "terraform-ignore.md").exists()


def test_a_service_that_may_not_be_read_is_told_and_the_rest_is_written(
    site: Site, cloud: EmbeddedCloud, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add_ec2_instances(site, 1, tags=QA)
    cloud.deny(ACCOUNT, "DescribeDBInstances")
    try:
        assert run(["discover", "--out", "found"], NOBODY_PLAYS) == 1
    finally:
        cloud.allow(ACCOUNT, "DescribeDBInstances")
    assert "DescribeDBInstances: " in capsys.readouterr().out
    assert (tmp_path / "found" / "orders-qa.yaml").exists()
