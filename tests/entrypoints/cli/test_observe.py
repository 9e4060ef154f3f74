"""`curfew observe`: the baseline that a bill of the past gives."""

# ruff: noqa: E501 (rows of a bill are long)

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.entrypoints.cli.files import ORDERS, write_schedules
from tests.entrypoints.cli.terminal import Terminal

FIRST = datetime(2026, 10, 5, tzinfo=UTC)
"""A Monday."""
DATABASE = "arn:aws:rds:eu-central-1:111122223333:db:orders-db"
MEMBERS = {"aws:autoscaling:groupName": "orders-nodes", "user:Environment": "orders"}
FOCUS_SAMPLE = """\
BilledCost,ChargeCategory,ChargeDescription,ChargePeriodEnd,ChargePeriodStart,ConsumedQuantity,ConsumedUnit,RegionId,ResourceId,SubAccountId,Tags
0.111,Usage,$0.111 per On Demand Linux m5.large Instance Hour,2024-09-18 17:00:00,2024-09-18 16:00:00,1.000000000000000,Hours,eu-west-2,i-050l78121819el6aa,86259583660,NULL
1.624,Usage,$1.624 per On Demand Linux g5.4xlarge Instance Hour,2024-09-27 16:00:00,2024-09-27 15:00:00,1.000000000000000,Hours,us-east-1,i-006flle71l19b488a,11353890204,"{""application"": ""BrightPathMatrix"", ""environment"": ""dev""}"
0.0001,Usage,$0.114 per GB-month of General Purpose SSD (gp2) provisioned storage,2024-09-01 01:00:00,2024-09-01 00:00:00,0.0013,GB-Months,ap-south-1,vom-09l113e4e879a4636,18938484842,NULL
"""
"""Rows and columns of the FOCUS Sample Data of the FinOps Foundation (FOCUS 1.0), CC BY 4.0; some columns left out."""

Hour = tuple[datetime, str, str, str, Mapping[str, str]]


def hours(days: int = 28) -> Iterator[Hour]:
    """A database that never stopped; a group with two members by day, Monday to Friday, in Dubai."""
    for hour in range(days * 24):
        at = FIRST + timedelta(hours=hour - 4)
        yield at, DATABASE, "EUC1-InstanceUsage:db.m5.large", "$0.2 per RDS db.m5.large running PostgreSQL", {}
        if hour // 24 % 7 < 5 and 8 <= hour % 24 < 18:
            for member in ("i-1", "i-2"):
                yield at, member, "EUC1-BoxUsage:m5.large", "$0.115 per On Demand Linux m5.large Instance Hour", MEMBERS


def focus(rows: Iterator[Hour], meter: str = "SkuMeter") -> list[dict[str, str]]:
    return [
        {
            "ResourceId": resource,
            "ChargePeriodStart": f"{at:%Y-%m-%dT%H:%M:%SZ}",
            "ChargePeriodEnd": f"{at + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}",
            "ConsumedQuantity": "1.0",
            "ChargeCategory": "Usage",
            "ChargeDescription": description,
            meter: usage,
            "x_Operation": "RunInstances",
            "RegionId": "eu-central-1",
            "SubAccountId": "111122223333",
            "Tags": json.dumps(tags),
        }
        for at, resource, usage, description, tags in rows
    ]


def cur(rows: Iterator[Hour]) -> list[dict[str, str]]:
    return [
        {
            "lineItem/ResourceId": resource,
            "lineItem/UsageStartDate": f"{at:%Y-%m-%dT%H:%M:%SZ}",
            "lineItem/UsageEndDate": f"{at + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}",
            "lineItem/UsageAmount": "1",
            "lineItem/LineItemType": "SavingsPlanCoveredUsage",
            "lineItem/LineItemDescription": description,
            "lineItem/UsageType": usage,
            "lineItem/Operation": "RunInstances",
            "product/region": "eu-central-1",
            "lineItem/UsageAccountId": "111122223333",
            "resourceTags/aws:autoscaling:groupName": tags.get("aws:autoscaling:groupName", ""),
        }
        for at, resource, usage, description, tags in rows
    ]


def cur2(rows: Iterator[Hour]) -> list[dict[str, str]]:
    return [
        {
            "line_item_resource_id": resource,
            "line_item_usage_start_date": f"{at:%Y-%m-%d %H:%M:%S.000}",
            "line_item_usage_end_date": f"{at + timedelta(hours=1):%Y-%m-%d %H:%M:%S.000}",
            "line_item_usage_amount": "1",
            "line_item_line_item_type": "DiscountedUsage",
            "line_item_line_item_description": description,
            "line_item_usage_type": usage,
            "line_item_operation": "RunInstances",
            "product_region_code": "eu-central-1",
            "line_item_usage_account_id": "111122223333",
            "resource_tags": json.dumps({name.lower().replace(":", "_"): value for name, value in tags.items()}),
        }
        for at, resource, usage, description, tags in rows
    ]


def bill(path: Path, rows: Sequence[Mapping[str, str]]) -> str:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "wt", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return str(path)


@pytest.fixture
def here(tmp_path: Path) -> Path:
    write_schedules(tmp_path)
    return tmp_path


@pytest.mark.parametrize("form", [focus, cur, cur2])
def test_a_bill_of_four_weeks_is_an_observed_baseline(curfew: Terminal, here: Path, form: object) -> None:
    assert callable(form)
    ran = curfew("observe", "orders-qa", "--from-bill", bill(here / "bill.csv.gz", form(hours())), "--json")
    database, nodes = ran.json
    assert (database["arn"], database["hours_a_week"], database["days"]) == (DATABASE, "168", 28)
    assert (nodes["arn"], nodes["hours_a_week"], nodes["provisional"]) == ("orders-nodes", "50", False)
    assert nodes["on"][8:18] == ["1"] * 10
    assert nodes["draws"] == [{"rate": "ec2:eu-central-1:m5.large:linux:shared:on-demand", "units": "2"}]
    assert nodes["source"] == "bill: bill.csv.gz"


def test_people_see_hours_and_sizes(curfew: Terminal, here: Path) -> None:
    ran = curfew("observe", "orders-qa", "--from-bill", bill(here / "bill.csv", focus(hours(7), "x_UsageType")))
    assert ran.lines[0].startswith("2026-10-04 20:00 to 2026-10-11 20:00 UTC, 268 lines of it; nothing is stored")
    assert any(line.split()[:4] == ["nodes", "orders-nodes", "7", "50.0"] for line in ran.lines)
    assert ran.lines[-1] == "Fewer than 28 days: what the file declares stands, labelled provisional."


def test_what_ran_after_curfew_began_to_act_does_not_count(curfew: Terminal, here: Path) -> None:
    path = bill(here / "bill.csv", focus(hours()))
    (database, _) = curfew("observe", "orders-qa", "--from-bill", path, "--before", "2026-10-15", "--json").json
    assert database["days"] == 10


def test_several_files_are_one_past(curfew: Terminal, here: Path) -> None:
    rows = focus(hours())
    files = [bill(here / "october.csv", rows[:400]), bill(here / "november.csv", rows[400:])]
    named = [part for file in files for part in ("--from-bill", file)]
    assert curfew("observe", "orders-qa", *named, "--json").json[0]["days"] == 28


def test_instances_are_found_by_the_tags_that_the_file_asks_for(curfew: Terminal, here: Path) -> None:
    text = ORDERS.replace("auto-scaling-group, ids: [orders-nodes]", "ec2-instance, tags: {Environment: orders}")
    write_schedules(here, **{"orders-qa": text})
    found = curfew("observe", "orders-qa", "--from-bill", bill(here / "bill.csv", focus(hours())), "--json").json
    arns = [f"arn:aws:ec2:eu-central-1:111122223333:instance/{id}" for id in ("i-1", "i-2")]
    assert [each["arn"] for each in found] == [DATABASE, *arns]


def test_rows_of_the_focus_sample_are_read(curfew: Terminal, here: Path) -> None:
    (here / "sample.csv").write_text(FOCUS_SAMPLE, encoding="utf-8")
    text = ORDERS.replace("auto-scaling-group, ids: [orders-nodes]", "ec2-instance, tags: {environment: dev}")
    write_schedules(here, **{"orders-qa": text})
    (found,) = curfew("observe", "orders-qa", "--from-bill", "sample.csv", "--json").json
    assert found["draws"] == [{"rate": "ec2:us-east-1:g5.4xlarge:linux:shared:on-demand", "units": "1"}]
    assert (found["days"], found["provisional"]) == (9, True)


def test_a_file_that_is_no_bill_says_what_it_lacks(curfew: Terminal, here: Path) -> None:
    ran = curfew("observe", "orders-qa", "--from-bill", bill(here / "prices.csv", [{"Type": "m5.large"}]))
    assert ran.code == 2
    assert "prices.csv:1: neither FOCUS nor CUR: its first line names none of their columns" in ran.err


def test_a_daily_bill_is_refused_at_its_line(curfew: Terminal, here: Path) -> None:
    rows = focus(hours(1))
    rows[1]["ChargePeriodEnd"] = "2026-10-06T20:00:00Z"
    ran = curfew("observe", "orders-qa", "--from-bill", bill(here / "bill.csv", rows))
    assert (ran.code, "bill.csv:3: the line is of" in ran.err, "export it hourly" in ran.err) == (2, True, True)


def test_a_line_that_cannot_be_read_is_told_with_its_place(curfew: Terminal, here: Path) -> None:
    rows = focus(hours(1))
    rows[2]["ConsumedQuantity"] = "much"
    ran = curfew("observe", "orders-qa", "--from-bill", bill(here / "bill.csv", rows))
    assert (ran.code, "bill.csv:4: the line cannot be read (an amount in it is no number)" in ran.err) == (2, True)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", " is empty; name an export of AWS's as text/csv"),
        ("ResourceId;ChargeCategory\n", ":1: has semicolons between its columns; save it with commas"),
        ("lineItem/UsageAmount,lineItem/LineItemType\n", ":1: there is no column lineItem/ResourceId, no lineItem/"),
    ],
)
def test_a_file_of_another_form_says_what_to_do(curfew: Terminal, here: Path, text: str, told: str) -> None:
    (here / "bill.csv").write_text(text)
    ran = curfew("observe", "orders-qa", "--from-bill", "bill.csv")
    assert (ran.code, f"bill.csv{told}" in ran.err) == (2, True)


def test_a_bill_without_the_environment_says_how_to_find_it(curfew: Terminal, here: Path) -> None:
    text = ORDERS.replace("ids: [orders-db]", "tags: {Environment: x}").replace("ids: [orders-nodes]", "names: [x-*]")
    write_schedules(here, **{"orders-qa": text})
    ran = curfew("observe", "orders-qa", "--from-bill", bill(here / "bill.csv", focus(hours(1))))
    assert ran.code == 2
    assert ran.err.strip() == (
        "no line of the bill is of orders-qa; "
        "activate Environment as cost allocation tags, or select its resources by ids or names"
    )


def test_parquet_is_answered_with_how_to_convert_it(curfew: Terminal, here: Path) -> None:
    ran = curfew("observe", "orders-qa", "--from-bill", "bill.parquet")
    assert (ran.code, "Parquet is not read; export as text/csv" in ran.err) == (2, True)


def test_a_file_that_is_not_there_is_told(curfew: Terminal, here: Path) -> None:
    ran = curfew("observe", "orders-qa", "--from-bill", "gone.csv")
    assert (ran.code, "gone.csv" in ran.err) == (2, True)
