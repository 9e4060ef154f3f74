"""`curfew bill`: a month's report compared with the bill."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chalicelib import wiring
from chalicelib.core.money.inputs import Belongs, Inputs
from chalicelib.flows.kept_ledger import KeptLedger
from chalicelib.flows.people import Role
from tests.core.money.samples import RATES, at, baseline, span
from tests.docs.pages import PROJECT
from tests.entrypoints.cli.terminal import Terminal
from tests.entrypoints.served import Served, secret_of
from tests.entrypoints.test_http_reports import with_books

ARN = "arn:aws:ec2:us-east-1:111122223333:instance/i-1"
RAN = Inputs(
    "2026-11",
    (Belongs("orders-qa", "acme", "CC-210", "orders-team", "Asia/Dubai"),),
    (span(at(3), at(13), arn=ARN),),
    RATES,
    (baseline(arn=ARN),),
)
"""A server at 0.10 an hour ran for ten days: 24 USD."""
COMPARED = """\
November 2026: 1 of 1 environments agree with the bill
The bill tells of 2026-11-03 00:00 to 2026-11-13 00:00 UTC. USD at list prices, spot as billed.

Environment  Curfew   Bill  Difference   Off  Agrees
orders-qa     24.00  24.00        0.00  0.00  yes

In the bill, and in no report (1):
Id   Account       Region       USD
i-9  111122223333  us-east-1  24.00

Avoided 43.40 USD: no range is left."""


FIRST = datetime(2026, 11, 3, tzinfo=UTC)


def line(id: str, hour: datetime) -> dict[str, str]:
    return {
        "ResourceId": id,
        "ChargePeriodStart": f"{hour:%Y-%m-%dT%H:%M:%SZ}",
        "ChargePeriodEnd": f"{hour + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}",
        "ConsumedQuantity": "1",
        "ChargeCategory": "Usage",
        "ChargeDescription": "$0.10 per On Demand Linux m5.large Instance Hour",
        "SkuMeter": "BoxUsage:m5.large",
        "RegionId": "us-east-1",
        "SubAccountId": "111122223333",
        "BillingCurrency": "USD",
        "ListCost": "0.10",
        "BilledCost": "0.10",
    }


def written(path: Path, ids: Iterable[str], hours: int = 240, first: datetime = FIRST) -> str:
    rows = [line(id, first + timedelta(hours=hour)) for id in ids for hour in range(hours)]
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, line("", first))
        writer.writeheader()
        writer.writerows(rows)
    return path.name


@pytest.fixture
def books(served: Served) -> Served:
    with_books(served, RAN)
    ledger = KeptLedger(served.stage.store, lambda: None)
    wiring.use(replace(served.wired, world=replace(served.wired.world, ledger=ledger)))
    return served


def kept(books: Served) -> object:
    return books.answer("GET", "/reports/2026-11/bill")["kept"]


def test_a_bill_is_compared_and_nothing_kept_in_a_dry_run(curfew: Terminal, books: Served, tmp_path: Path) -> None:
    ran = curfew("bill", written(tmp_path / "november.csv", ["i-1", "i-9"]), "--month", "2026-11", "--dry-run")
    assert ran.code == 0
    assert "\n".join(ran.lines) == f"{COMPARED}\nThe report is final with it."
    assert kept(books) is None


def test_a_bill_that_is_kept_makes_the_report_final(curfew: Terminal, books: Served, tmp_path: Path) -> None:
    ran = curfew("bill", written(tmp_path / "november.csv", ["i-1", "i-9"]), "--month", "2026-11", "--yes")
    assert "\n".join(ran.lines) == f"{COMPARED}\nThe report is final now."
    assert kept(books)
    assert curfew("report", "--month", "2026-11", "--json").json["status"] == "final"


def test_finance_may(curfew: Terminal, books: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CURFEW_TOKEN", secret_of(Role.FINANCE))
    assert curfew("bill", written(tmp_path / "november.csv", ["i-1"]), "--month", "2026-11", "--yes").code == 0
    monkeypatch.setenv("CURFEW_TOKEN", secret_of(Role.DEVELOPER))
    assert curfew("bill", "november.csv", "--month", "2026-11", "--yes").code == 1


class Keyboard(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("typed", "code"), [("y\n", 0), ("n\n", 1)])
def test_somebody_is_asked_before_it_is_kept(
    curfew: Terminal, books: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str, code: int
) -> None:
    monkeypatch.setattr(sys, "stdin", Keyboard(typed))
    ran = curfew("bill", written(tmp_path / "november.csv", ["i-1"]), "--month", "2026-11")
    assert (ran.code, "Keep what the bill says? [y/N]" in ran.err) == (code, True)
    assert (kept(books) is not None) is (code == 0)


def test_what_differs_is_named_and_counted(curfew: Terminal, books: Served, tmp_path: Path) -> None:
    strangers = [f"i-{number}" for number in range(100, 115)]
    path = written(tmp_path / "november.csv", strangers, 2)
    ran = curfew("bill", path, "--month", "2026-11", "--dry-run")
    assert "orders-qa     24.00  0.00       24.00  24.00  no" in ran.lines
    assert "On which both differ (1):" in ran.lines
    assert "In the bill, and in no report (15, the first 10):" in ran.lines
    assert len([line for line in ran.lines if line.startswith("i-1")]) == 10
    assert ran.lines[-1] == "The report is provisional with it: 1 of 1 environments do not agree."


def test_programs_get_one_document(curfew: Terminal, books: Served, tmp_path: Path) -> None:
    shown = curfew(
        "bill", written(tmp_path / "n.csv", ["i-1", "i-9"]), "--month", "2026-11", "--dry-run", "--json"
    ).json
    assert shown == {
        "month": "2026-11",
        "status": "final",
        "currency": "USD",
        "avoided": "43.40",
        "avoided_at_most": "43.40",
        "environments": [
            {
                "environment": "orders-qa",
                "ours": "24.00",
                "billed": "24.00",
                "difference": "0.00",
                "off": "0.00",
                "agrees": True,
            }
        ],
        "resources": [],
        "kept": False,
        "in_no_report": {
            "resources": 1,
            "usd": "24.00",
            "first": [{"id": "i-9", "account": "111122223333", "region": "us-east-1", "usd": "24.00"}],
        },
    }


def test_several_files_are_one_bill(curfew: Terminal, books: Served, tmp_path: Path) -> None:
    files = [written(tmp_path / "a.csv", ["i-1"], 100), written(tmp_path / "b.csv", ["i-1"], 140)]
    ran = curfew("bill", *files, "--month", "2026-11", "--yes", "--json")
    assert ran.json["environments"][0]["billed"] == "24.00"
    kept = books.answer("GET", "/reports/2026-11/bill")["kept"]
    assert kept["files"] == ["a.csv", "b.csv"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("nowhere.csv --month 2026-11", "nowhere.csv cannot be read: No such file or directory"),
        ("empty.csv --month 2026-11", "empty.csv is empty; name an export of AWS's"),
        ("other.csv --month 2026-11", "other.csv:1: neither FOCUS nor CUR"),
        ("empty.csv --month 2026-13", '"2026-13" is no month'),
        ("empty.csv --month 2026-10", "no day of 2026-10 is in the books"),
        ("october.csv --month 2026-11", "and of nothing in 2026-11; name the bill of 2026-11"),
        ("--month 2026-11", "FILE..."),
        ("n.csv --month 2026-11", "nobody is there to ask (Keep what the bill says?)"),
    ],
)
def test_what_cannot_be_done_says_what_to_do(
    curfew: Terminal, books: Served, tmp_path: Path, arguments: str, told: str
) -> None:
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "other.csv").write_text("Type,Price\n")
    written(tmp_path / "october.csv", ["i-1"], 1, datetime(2026, 10, 3, tzinfo=UTC))
    written(tmp_path / "n.csv", ["i-1"], 1)
    ran = curfew("bill", *arguments.split())
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err
    assert kept(books) is None


def test_a_bill_that_has_nothing_of_what_ran_is_shown_and_not_kept(
    curfew: Terminal, books: Served, tmp_path: Path
) -> None:
    ran = curfew("bill", written(tmp_path / "other.csv", ["i-9"], 1), "--month", "2026-11", "--yes")
    assert ran.code == 1
    assert "In the bill, and in no report (1):" in ran.err
    assert "the bill has nothing of what ran in 2026-11, so it is not kept; name the bill of that month" in ran.err
    assert kept(books) is None


def test_an_export_is_reconciled_without_a_server(curfew: Terminal) -> None:
    examples = PROJECT / "docs" / "examples"
    ran = curfew("recompute", str(examples / "2026-11"), "--bill", str(examples / "bill-2026-11.csv.gz"), "--json").json
    assert (ran["status"], ran["total"]["avoided"], ran["total"]["avoided_at_most"]) == ("final", "71.50", "71.50")
    assert [(each["ours"], each["billed"]) for each in ran["bill"]] == [("48.00", "48.00")]
