"""`curfew simulate --from-bill`: what a month would avoid, before anything is switched on."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from tests.entrypoints.cli.files import ORDERS, write_schedules
from tests.entrypoints.cli.terminal import Terminal
from tests.entrypoints.cli.test_observe import bill, focus, hours

BY_TAGS = """\
environment: orders-qa
owner: orders-team
resources:
  nodes: {kind: ec2-instance, tags: {Environment: orders}}
uptime: {timezone: Asia/Dubai, windows: ["mon-fri 08:00-13:00"]}
ready_by: none
"""
ALL = ("simulate", "schedules", "--month", "2027-02", "--from-bill", "bill.csv")


def priced(days: int = 28) -> Iterator[dict[str, str]]:
    """The lines of the bill with list prices: 0.2 for the database, 0.115 for each member by day."""
    for line in focus(hours(days)):
        yield line | {"ListCost": "0.2" if "db:" in line["ResourceId"] else "0.115", "PricingCategory": "Standard"}


@pytest.fixture
def here(tmp_path: Path) -> Path:
    write_schedules(tmp_path, **{"orders-qa": BY_TAGS})
    bill(tmp_path / "bill.csv", list(priced()))
    return tmp_path


def test_what_people_had_stopped_already_is_not_claimed(curfew: Terminal, here: Path) -> None:
    """Up for 10 hours a day as it was, for 5 as the file says: 20 days, two members at 0.115."""
    (row,) = curfew(*ALL, "--json").json
    assert row["hours_up"] == 100
    assert row["money"] == {
        "currency": "USD",
        "would_have": "46.00",
        "will": "23.00",
        "avoided_low": "23.00",
        "avoided_high": "23.00",
        "covered_by_commitments": "0.00",
        "keeps_billing": "0.00",
        "bases": ["observed"],
        "provisional": False,
        "not_computable": [],
        "keeps_billing_not_computable": [],
    }


def test_what_commitments_paid_for_makes_it_a_range(curfew: Terminal, here: Path) -> None:
    lines = [
        line | {"PricingCategory": "Committed" if line["ResourceId"] == "i-1" else "Standard"} for line in priced()
    ]
    bill(here / "bill.csv", lines)
    found = curfew(*ALL, "--json").json[0]["money"]
    assert (found["avoided_low"], found["avoided_high"], found["covered_by_commitments"]) == ("11.50", "23.00", "11.50")
    assert "11.50 to 23.00" in curfew(*ALL).out


def test_what_else_carries_its_tags_keeps_billing(curfew: Terminal, here: Path) -> None:
    (line, *lines) = priced()
    volume = line | {"ResourceId": "vol-1", "SkuMeter": "EUC1-EBS:VolumeUsage.gp3", "Tags": '{"Environment": "orders"}'}
    bill(here / "bill.csv", [line, volume | {"ListCost": "6.72"}, *lines])
    assert curfew(*ALL, "--json").json[0]["money"]["keeps_billing"] == "6.72"


def test_fewer_than_28_days_are_at_most_and_provisional(curfew: Terminal, here: Path) -> None:
    bill(here / "bill.csv", list(priced(7)))
    found = curfew(*ALL, "--json").json[0]["money"]
    assert (found["avoided_low"], found["bases"], found["provisional"]) == (None, ["24x7"], True)
    assert Decimal(found["avoided_high"]) > 23
    assert f"at most {found['avoided_high']}" in curfew(*ALL).out


def test_what_the_file_declares_stands_where_too_few_days_were_billed(curfew: Terminal, here: Path) -> None:
    declared = 'baseline: {windows: ["mon-fri 08:00-18:00"]}\n'
    write_schedules(here, **{"orders-qa": BY_TAGS + declared})
    bill(here / "bill.csv", list(priced(7)))
    found = curfew(*ALL, "--json").json[0]["money"]
    assert (found["avoided_low"], found["bases"], found["provisional"]) == ("23.00", ["declared"], True)


def test_what_the_bill_does_not_price_is_priced_by_the_embedded_book(curfew: Terminal, here: Path) -> None:
    bill(here / "bill.csv", focus(hours()))
    assert Decimal(curfew(*ALL, "--json").json[0]["money"]["avoided_high"]) > 0


def test_what_has_no_price_is_listed(curfew: Terminal, here: Path) -> None:
    lines = [line | {"SkuMeter": line["SkuMeter"].replace("m5.large", "x9.huge")} for line in focus(hours())]
    bill(here / "bill.csv", lines)
    ran = curfew(*ALL)
    assert "nodes is not computable: ec2:eu-central-1:x9.huge:linux:shared:on-demand" in ran.out


def test_an_environment_that_is_not_in_the_bill_is_said_to_be_so(curfew: Terminal, here: Path) -> None:
    write_schedules(here, **{"orders-qa": ORDERS.replace("orders-db", "x").replace("orders-nodes", "y")})
    assert curfew(*ALL, "--json").json[0]["money"] is None
    ran = curfew(*ALL)
    assert (ran.code, ran.lines[-1]) == (
        3,
        "Note: no line of the bill is of orders-qa; select its resources by ids or names",
    )


def test_two_versions_are_compared_in_money_too(curfew: Terminal, here: Path) -> None:
    (here / "other").mkdir()
    for file in (here / "schedules").iterdir():
        text = file.read_text(encoding="utf-8").replace("08:00-13:00", "08:00-18:00")
        (here / "other" / file.name).write_text(text, encoding="utf-8")
    (both,) = curfew("simulate", "schedules", "other", *ALL[2:], "--json").json
    assert (both["before"]["money"]["will"], both["after"]["money"]["will"]) == ("23.00", "46.00")
    assert (both["difference"]["money"]["will"], both["difference"]["hours_up"]) == ("23.00", 100)
