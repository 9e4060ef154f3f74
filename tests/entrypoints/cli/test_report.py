"""`curfew report` and `curfew recompute`, as people and programs use them."""

from __future__ import annotations

import csv
import json
import socket
from pathlib import Path
from typing import Any

import pytest

from chalicelib.core.money.inputs import Inputs
from chalicelib.entrypoints.reporting.figures import FIGURES
from chalicelib.entrypoints.reporting.formats import FORMATS
from chalicelib.entrypoints.reporting.inputs_files import names
from chalicelib.entrypoints.reporting.inputs_writing import exported
from chalicelib.flows.report import report
from tests.core.money.samples import MONTH, SMALL
from tests.entrypoints.cli.terminal import Terminal
from tests.entrypoints.reporting.statements import INPUTS, stated
from tests.entrypoints.served import Served
from tests.entrypoints.test_http_reports import with_books

KEYS = {
    "title",
    "month",
    "only",
    "status",
    "currency",
    "exchange",
    "snapshot",
    "total",
    "coverage",
    "bill",
    "unknown",
    "not_computable",
    "by",
    "rows",
}


@pytest.fixture
def books(served: Served) -> Served:
    return with_books(served)


@pytest.fixture
def audit(tmp_path: Path) -> Path:
    """What `curfew report --export audit` writes."""
    return written(tmp_path / "audit", INPUTS)


def written(directory: Path, inputs: Inputs) -> Path:
    directory.mkdir()
    for name, text in exported(inputs, stated(inputs)).items():
        (directory / name).write_text(text)
    return directory


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_report_for_programs_has_the_promised_keys(curfew: Terminal, books: Served) -> None:
    shown = curfew("report", "--month", MONTH, "--json").json
    assert set(shown) == KEYS
    assert set(shown["total"]) == {figure.key for figure in FIGURES} | {
        "baseline",
        "provisional",
        "computable_rows",
        "rows",
        "budget",
        "budget_used",
        "budget_note",
    }
    assert curfew("report", "--month", MONTH, "--format", "json").json == shown


def test_a_report_for_people_is_a_table(curfew: Terminal, books: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    ran = curfew("report", "--month", MONTH, "--by", "team")
    assert ran.code == 0
    head = ran.lines[0]
    assert head == "Savings report (cost avoided), November 2026, USD: provisional"
    assert [line.split("  ")[0] for line in ran.lines if line.startswith(("orders", "Curfew", "Total"))] == [
        "orders-team",
        "Curfew itself",
        "Total",
    ]
    assert "odd" in ran.out


def test_this_month_is_reported_when_none_is_said(curfew: Terminal, books: Served) -> None:
    ran = curfew("report")
    assert ran.code == 2
    assert "no day of 2027-03 is in the books" in ran.err


def test_only_environments_asked_for_are_shown(curfew: Terminal, books: Served) -> None:
    shown = curfew("report", "--month", MONTH, "--environment", "stray", "--json").json
    assert (shown["only"], [row["environment"] for row in shown["rows"]]) == (["stray"], ["stray"])
    assert "Only stray" in curfew("report", "--month", MONTH, "--environment", "stray").lines


@pytest.mark.parametrize("name", ["csv", "html", "xlsx", "json"])
def test_a_report_is_written_as_it_came(curfew: Terminal, books: Served, tmp_path: Path, name: str) -> None:
    ran = curfew("report", "--month", MONTH, "--format", name, "--output", f"out/report.{name}", "--json")
    assert ran.json == {"written": [f"out/report.{name}"]}
    true = FORMATS[name].render(report(books.wired.world, MONTH), None)
    assert (tmp_path / "out" / f"report.{name}").read_bytes() == true


def test_a_table_can_be_written_too(curfew: Terminal, books: Served, tmp_path: Path) -> None:
    assert curfew("report", "--month", MONTH, "--output", "report.txt").lines == ["written: report.txt"]
    assert (tmp_path / "report.txt").read_text().startswith("Savings report (cost avoided), November 2026")


def test_focus_is_two_files(curfew: Terminal, books: Served, tmp_path: Path) -> None:
    ran = curfew("report", "--month", MONTH, "--format", "focus", "--output", "focus.csv")
    assert ran.lines == ["written: focus.csv, x_focus.csv"]
    statement = report(books.wired.world, MONTH)
    assert (tmp_path / "focus.csv").read_bytes() == FORMATS["focus"].render(statement, None)
    assert (tmp_path / "x_focus.csv").read_bytes() == FORMATS["x_focus"].render(statement, None)


@pytest.mark.parametrize("name", ["csv", "html"])
def test_a_text_goes_to_the_screen_as_it_is(curfew: Terminal, books: Served, name: str) -> None:
    ran = curfew("report", "--month", MONTH, "--format", name)
    assert ran.out.encode() == FORMATS[name].render(report(books.wired.world, MONTH), None)
    assert curfew("report", "--month", MONTH, "--format", name, "--json").json == {"format": name, "text": ran.out}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("--month 2026-13", '"2026-13" is no month; write e.g. 2026-11'),
        ("--month 2026-11 --format xlsx", "xlsx is no text; say where it goes: --output report.xlsx"),
        ("--month 2026-11 --format focus", "focus is two files; say where it goes: --output report.csv"),
        ("--month 2026-11 --environment strey", "did you mean stray?"),
        ("--month 2026-11 --by region", "'region'"),
        ("--month 2026-11 --export full", "full is not an empty directory, and nothing is written over"),
        ("--month 2026-11 --export new --environment stray", "leave --environment out"),
        ("--month 2026-11 --output full/report.csv/x", "cannot be written"),
    ],
)
def test_what_cannot_be_done_says_what_to_write(
    curfew: Terminal, books: Served, tmp_path: Path, arguments: str, told: str
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "report.csv").write_text("mine")
    ran = curfew("report", *arguments.split())
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err
    assert (tmp_path / "full" / "report.csv").read_text() == "mine"


def test_an_export_is_computed_again_to_the_same_report(curfew: Terminal, books: Served, tmp_path: Path) -> None:
    ran = curfew("report", "--month", MONTH, "--export", "audit")
    assert ran.code == 0
    assert sorted(path.name for path in (tmp_path / "audit").iterdir()) == sorted(names())
    told = curfew("report", "--month", MONTH, "--json").json
    again = curfew("recompute", "audit", "--json").json
    compared = again.pop("recomputed")
    assert again == told
    assert (compared["same_inputs"], compared["same_method"], compared["differences"]) == (True, True, [])


def test_recompute_needs_no_server_and_no_network(
    curfew: Terminal, audit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*arguments: Any) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    ran = curfew("recompute", str(audit), "--by", "day", "--json")
    assert (ran.code, ran.json["by"]) == (0, "day")
    assert ran.json["total"] == json.loads(FORMATS["json"].render(stated(), None))["total"]


@pytest.mark.parametrize("name", ["csv", "html"])
def test_recompute_writes_every_format_too(curfew: Terminal, audit: Path, name: str) -> None:
    assert curfew("recompute", str(audit), "--format", name).out.encode() == FORMATS[name].render(stated(), None)


def test_recompute_says_that_totals_come_out_to_the_cent(curfew: Terminal, audit: Path) -> None:
    last = curfew("recompute", str(audit)).lines[-1]
    assert last == (
        f"These are the inputs of the exported report ({stated().snapshot.id}). Its totals come out to the cent."
    )


def test_an_auditor_who_tries_other_inputs_sees_other_totals_and_is_told(curfew: Terminal, audit: Path) -> None:
    edit(audit / "rates.csv", f"{SMALL},0.10", f"{SMALL},0.20")
    ran = curfew("recompute", str(audit))
    assert ran.code == 0
    assert "These are not the inputs of the exported report" in ran.out
    assert ran.lines[-1].startswith("  Idle commitments: 30.74 (was ")
    compared = curfew("recompute", str(audit), "--json").json["recomputed"]
    assert not compared["same_inputs"]
    assert {each["figure"] for each in compared["differences"]} >= {"avoided", "hours"}


def test_an_edit_that_changes_no_cent_is_told_as_well(curfew: Terminal, audit: Path) -> None:
    edit(audit / "budgets.csv", "1200", "1300")
    compared = curfew("recompute", str(audit), "--json").json["recomputed"]
    assert (compared["same_inputs"], compared["differences"]) == (False, [])


def test_amounts_that_no_cent_can_be_told_of_are_a_mistake_of_the_file(curfew: Terminal, audit: Path) -> None:
    for name, column in (("spans.csv", "units"), ("rates.csv", "usd")):
        head, *lines = list(csv.reader((audit / name).read_text().splitlines()))
        for line in lines:
            line[head.index(column)] = "1000000000"
        with (audit / name).open("w", newline="") as file:
            csv.writer(file).writerows([head, *lines])
    ran = curfew("recompute", str(audit))
    assert ran.code == 2
    assert "too large to be told to the cent; look for a wrong unit or rate" in ran.err


def test_a_report_of_another_method_is_told(curfew: Terminal, audit: Path) -> None:
    edit(audit / "report.json", '"method": 1', '"method": 2')
    assert "another version of the method" in curfew("recompute", str(audit)).lines[-1]


def test_every_mistake_of_an_export_is_told_at_once(curfew: Terminal, audit: Path) -> None:
    starting, keeping = len(INPUTS.spans), sum(span.keeps for span in INPUTS.spans)
    edit(audit / "spans.csv", "true", "yes")
    edit(audit / "report.json", "2026-11", "2026-13")
    (audit / "budgets.csv").unlink()
    ran = curfew("recompute", str(audit))
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.count(f"{audit}/spans.csv:") == starting + keeping
    assert f'{audit}/report.json:2: month: "2026-13' in ran.err
    assert f"{audit}/budgets.csv:1: is missing" in ran.err
    assert curfew("recompute", str(audit), "--json").json["error"]["code"] == "bad-input"


@pytest.mark.parametrize(("path", "told"), [("nowhere", "nowhere is no directory"), ("audit/spans.csv", "no UTF-8")])
def test_what_is_no_export_is_told(curfew: Terminal, audit: Path, path: str, told: str) -> None:
    (audit / "spans.csv").write_bytes(b"\xff\xfe")
    ran = curfew("recompute", path if path == "nowhere" else str(audit))
    assert ran.code == 2
    assert told in ran.err
