"""Which rules a NAME or FILE means."""

from __future__ import annotations

from pathlib import Path

from tests.entrypoints.cli.files import ORDERS, write_schedules
from tests.entrypoints.cli.terminal import Terminal
from tests.entrypoints.served import Served

ELSEWHERE = "window mon-fri 08:00-20:00 (UTC)"
HERE = "window mon-fri 08:00-20:00 (Asia/Dubai)"


def because(curfew: Terminal, *arguments: str) -> str:
    (decision,) = curfew("explain", *arguments, "--json").json
    return str(decision["because"])


def test_a_name_is_looked_for_in_files_before_the_server_is_asked(
    curfew: Terminal, served: Served, tmp_path: Path
) -> None:
    served.stage.orders()
    write_schedules(tmp_path)
    assert because(curfew, "orders-qa") == HERE
    assert because(curfew, "orders-qa", "--server") == ELSEWHERE


def test_a_name_that_no_file_has_is_asked_of_the_server(curfew: Terminal, served: Served, tmp_path: Path) -> None:
    served.stage.orders()
    assert because(curfew, "orders-qa") == ELSEWHERE
    write_schedules(tmp_path, **{"orders-qa": ORDERS.replace("orders-qa", "orders-dev")})
    assert because(curfew, "orders-qa") == ELSEWHERE


def test_without_files_and_server_people_are_told_what_to_name(curfew: Terminal) -> None:
    ran = curfew("explain", "orders-qa")
    assert ran.code == 2
    assert "no directory ./schedules" in ran.err


def test_another_files_mistakes_do_not_stand_in_the_way(curfew: Terminal, tmp_path: Path) -> None:
    write_schedules(tmp_path, broken="environment: broken\n")
    assert because(curfew, "orders-qa") == HERE


def test_its_own_files_mistakes_are_all_told(curfew: Terminal, tmp_path: Path) -> None:
    write_schedules(tmp_path, **{"orders-qa": ORDERS.replace("20:00", "25:00").replace("needs", "need")})
    ran = curfew("explain", "orders-qa")
    assert (ran.code, ran.out) == (2, "")
    assert [line.split(": ")[0] for line in ran.err.splitlines()] == [
        "schedules/orders-qa.yaml:5",
        "schedules/orders-qa.yaml:8",
    ]


def test_a_broken_organisation_is_why_no_file_can_be_read(curfew: Terminal, tmp_path: Path) -> None:
    write_schedules(tmp_path, organisation="teamz: {}\n")
    ran = curfew("plan", "orders-qa", "--target", "up")
    assert ran.code == 2
    assert "schedules/organisation.yaml:1: " in ran.err


def test_a_range_asked_of_the_server_is_in_this_terminals_time(curfew: Terminal, served: Served) -> None:
    served.stage.orders()
    rows = curfew("calendar", "orders-qa", "--from", "2027-03-08", "--to", "2027-03-09", "--json").json
    assert rows[0]["at"] == "2027-03-07T20:00:00Z"
    assert [row["desired"] for row in rows] == ["down", "up"]


def test_mistakes_are_told_by_file_and_line_with_a_count(curfew: Terminal, tmp_path: Path) -> None:
    write_schedules(tmp_path, **{"orders-qa": ORDERS + "budget: {monthly: 10, currency: USD}\nmodes: act\n"})
    ran = curfew("validate")
    assert ran.code == 2
    note = "budget is accepted, not yet effective: all it does is raise spot, and no capacity allows any"
    assert ran.lines[0] == f"schedules/orders-qa.yaml:10: note: {note}"
    assert ran.lines[1].startswith("schedules/orders-qa.yaml:11: ")
    assert ran.lines[-1] == "2 files: 1 error, 1 note"
