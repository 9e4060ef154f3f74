"""`curfew simulate --direct` with ordinary keys against the embedded cloud, as a person runs it who has no server."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from chalicelib.entrypoints.cli.program import run
from chalicelib.local.cloud import EmbeddedCloud
from chalicelib.local.estate import Group, Site, add_ec2_instances, add_group, add_rds_instance

ACCOUNT, REGION = "222233334444", "us-east-1"
QA = {"Environment": "orders-qa"}
FILE = f"""\
environment: orders-qa
owner: orders-team
locations: [{{account: "{ACCOUNT}", region: {REGION}}}]
resources:
  database: {{kind: rds-instance, tags: {{Environment: orders-qa}}}}
  servers: {{kind: ec2-instance, tags: {{Environment: orders-qa}}}}
  nodes: {{kind: auto-scaling-group, ids: [orders-nodes]}}
uptime: {{timezone: UTC, windows: ["mon-fri 08:00-20:00"]}}
baseline: {{windows: ["mon-fri 06:00-22:00"]}}
ready_by: none
"""
ORGANISATION = f'accounts:\n  "{ACCOUNT}": {{name: own}}\nteams:\n  orders-team: {{email: orders@example.com}}\n'
UP, DECLARED = 23 * 12, 23 * 16


@pytest.fixture
def site(cloud: EmbeddedCloud, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Site:
    """An account with two servers, a group of three and a database; and this shell's keys to it."""
    keys = {"AWS_ACCESS_KEY_ID": ACCOUNT, "AWS_SECRET_ACCESS_KEY": "simulated", "AWS_REGION": REGION}
    for name, value in {**keys, "AWS_DEFAULT_REGION": REGION, "AWS_ENDPOINT_URL": cloud.endpoint_url}.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "CURFEW_URL", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "orders-qa.yaml").write_text(FILE, encoding="utf-8")
    (tmp_path / "organisation.yaml").write_text(ORGANISATION, encoding="utf-8")
    here = Site(cloud, ACCOUNT, REGION)
    add_rds_instance(here, "orders-db", tags=QA)
    add_ec2_instances(here, 2, tags=QA)
    add_group(here, Group("orders-nodes", 1, 3, 6))
    return here


@pytest.mark.usefixtures("site")
def test_a_file_that_was_just_written_is_counted_in_money(capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["simulate", "orders-qa.yaml", "--direct", "--month", "2027-03", "--json"], lambda days, serve: 0)
    (row,) = json.loads(capsys.readouterr().out)
    money = row["money"]
    assert (code, row["hours_up"], money["bases"], money["provisional"]) == (0, UP, ["declared"], True)
    would, will = Decimal(money["would_have"]), Decimal(money["will"])
    assert 0 < will < would
    assert abs(will / would - Decimal(UP) / DECLARED) < Decimal("0.001")
    assert (money["avoided_high"], money["avoided_low"]) == (str(would - will), None)
