"""`curfew simulate`: a month of every file, or two versions of one side by side."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.entrypoints.cli.files import ORDERS, ORGANISATION, write_schedules
from tests.entrypoints.cli.terminal import Terminal

FIGURES = {
    "hours",
    "hours_up",
    "hours_asleep",
    "hours_as_is",
    "starts",
    "mornings",
    "longest_rest_hours",
    "closed_hours",
    "exception_hours",
}
PROMPT = ORDERS + "ready_by: none\n"


def change(directory: Path, text: str) -> str:
    """A second version of orders-qa, with its organisation beside it."""
    (directory / "after").mkdir()
    (directory / "after" / "organisation.yaml").write_text(ORGANISATION, encoding="utf-8")
    (directory / "after" / "orders-qa.yaml").write_text(text, encoding="utf-8")
    return "after/orders-qa.yaml"


def test_a_month_is_a_row_an_environment(curfew: Terminal, tmp_path: Path) -> None:
    write_schedules(tmp_path, **{"orders-qa": PROMPT})
    (row,) = curfew("simulate", "schedules", "--month", "2027-03", "--json").json
    assert row.keys() == FIGURES | {"environment", "month"}
    assert (row["environment"], row["month"], row["hours"]) == ("orders-qa", "2027-03", 744)
    assert (row["hours_up"], row["starts"], row["closed_hours"]) == (22 * 12, 22, 12)
    assert row["hours_up"] + row["hours_asleep"] + row["hours_as_is"] == row["hours"]


def test_people_see_a_table(curfew: Terminal, tmp_path: Path) -> None:
    write_schedules(tmp_path, **{"orders-qa": PROMPT})
    ran = curfew("simulate", "schedules", "--month", "2027-02")
    assert ran.lines[0] == "February 2027, in hours; nothing is applied"
    assert ran.lines[-2].split() == ["orders-qa", "672", "240", "432", "0", "20", "20", "60", "0", "0"]
    assert ran.lines[-1] == (
        "Money, too: --live asks the server, --direct AWS with your keys, --from-bill FILE a bill."
    )


def test_a_name_of_a_file_here_is_as_good_as_its_path(curfew: Terminal, tmp_path: Path) -> None:
    write_schedules(tmp_path, **{"orders-qa": PROMPT})
    assert curfew("simulate", "orders-qa").out == curfew("simulate", "schedules/orders-qa.yaml").out


def test_a_name_that_nobody_knows_is_told_with_the_nearest(curfew: Terminal, tmp_path: Path) -> None:
    write_schedules(tmp_path)
    ran = curfew("simulate", "orders-qs")
    assert (ran.code, "did you mean orders-qa?" in ran.err) == (2, True)


def test_without_a_month_it_is_this_one(curfew: Terminal, tmp_path: Path) -> None:
    write_schedules(tmp_path)
    (row,) = curfew("simulate", "schedules", "--json").json
    assert row["month"] == "2027-03"


def test_two_versions_of_one_environment_are_compared(curfew: Terminal, tmp_path: Path) -> None:
    write_schedules(tmp_path, **{"orders-qa": PROMPT})
    after = change(tmp_path, PROMPT.replace("20:00", "18:00"))
    (both,) = curfew("simulate", "schedules/orders-qa.yaml", after, "--month", "2027-02", "--json").json
    assert both.keys() == {"environment", "month", "before", "after", "difference"}
    assert (both["before"]["hours_up"], both["after"]["hours_up"]) == (240, 200)
    assert both["difference"].keys() == FIGURES
    assert (both["difference"]["hours_up"], both["difference"]["hours_asleep"]) == (-40, 40)


def test_a_comparison_is_seen_as_before_after_and_difference(curfew: Terminal, tmp_path: Path) -> None:
    write_schedules(tmp_path, **{"orders-qa": PROMPT})
    after = change(tmp_path, PROMPT.replace("20:00", "18:00"))
    lines = curfew("simulate", "schedules", after, "--month", "2027-02").lines
    assert "Up                   240    200         -40" in "\n".join(lines)
    assert [line.split()[-1] for line in lines if "Starts" in line] == ["-"]


def test_a_whole_directory_shows_what_a_change_adds_and_removes(curfew: Terminal, tmp_path: Path) -> None:
    write_schedules(tmp_path, old=PROMPT.replace("orders-qa", "orders-old").replace("orders-db", "old-db"))
    change(tmp_path, PROMPT)
    rows = curfew("simulate", "schedules", "after", "--month", "2027-02", "--json").json
    assert [(row["environment"], row["after"] is None) for row in rows] == [("orders-old", True), ("orders-qa", False)]


@pytest.mark.parametrize("text", ["2027-13", "march", "2027", "2027-3"])
def test_a_month_that_is_none_is_refused_with_one_that_is(curfew: Terminal, text: str) -> None:
    ran = curfew("simulate", "schedules", "--month", text)
    assert (ran.code, ran.err.strip()) == (2, f'"{text}" is no month; write e.g. 2026-11')


def test_a_broken_file_is_told_by_line(curfew: Terminal, tmp_path: Path) -> None:
    write_schedules(tmp_path, **{"orders-qa": ORDERS.replace("20:00", "25:00")})
    ran = curfew("simulate", "schedules")
    assert ran.code == 2
    assert ran.err.startswith("schedules/orders-qa.yaml:8: ")
