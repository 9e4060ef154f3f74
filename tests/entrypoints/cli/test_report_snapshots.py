"""`curfew report --snapshots` and `--snapshot ID`: reports as they were kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from chalicelib import wiring
from chalicelib.entrypoints.publishing import after_close
from chalicelib.entrypoints.reporting.formats import FORMATS
from chalicelib.flows.report import report
from chalicelib.flows.telling_reports import Publication
from tests.core.money.samples import MONTH
from tests.entrypoints.cli.terminal import Terminal
from tests.entrypoints.served import Served
from tests.fakes.publication import RecordingHerald
from tests.flows.publishing_stage import ADDRESS, Publishing

THIS = ("report", "--month", MONTH)


@pytest.fixture
def kept(served: Served) -> Publishing:
    """What was kept of the month, and changed since."""
    given = Publishing()
    publication = Publication(given.archive, given.links, RecordingHerald(), ADDRESS)
    served.wired = replace(served.wired, world=given.world, publication=publication)
    wiring.use(served.wired)
    assert after_close(served.wired) == {}
    return given


def snapshot(given: Publishing) -> str:
    return report(given.world, MONTH).snapshot.id


def test_kept_reports_are_listed_with_what_they_came_to(curfew: Terminal, kept: Publishing) -> None:
    listed = curfew(*THIS, "--snapshots").lines
    (line,) = [line for line in listed[:-1] if snapshot(kept) in line]
    assert listed[-1].startswith("As it was: curfew report --snapshot 2026-11-")
    assert "provisional" in line
    assert "2026-12-03 12:00" in line  # in Dubai
    (view,) = curfew(*THIS, "--snapshots", "--json").json
    assert view["total"]["avoided"] in line


@pytest.mark.parametrize("more", ["--by team", "--environment orders-qa", "--format csv", "--output a.csv"])
def test_a_list_is_of_all_that_was_kept(curfew: Terminal, kept: Publishing, more: str) -> None:
    ran = curfew(*THIS, "--snapshots", *more.split())
    assert (ran.code, "--snapshots lists all of them" in ran.err) == (2, True)


def test_a_month_without_kept_reports_is_told(curfew: Terminal, kept: Publishing) -> None:
    assert curfew("report", "--month", "2026-10", "--snapshots").lines == ["No report of this month was kept yet."]


@pytest.mark.parametrize("name", ["html", "xlsx", "json"])
def test_a_kept_report_is_fetched_as_it_was(curfew: Terminal, kept: Publishing, tmp_path: Path, name: str) -> None:
    id, was = snapshot(kept), FORMATS[name].render(report(kept.world, MONTH), None)
    kept.books(replace(kept.inputs, budgets=()))
    ran = curfew(*THIS, "--snapshot", id, "--format", name, "--output", f"kept.{name}")
    assert ran.code == 0
    assert (tmp_path / f"kept.{name}").read_bytes() == was


def test_a_kept_report_is_shown_as_a_table(curfew: Terminal, kept: Publishing) -> None:
    ran = curfew("report", "--snapshot", snapshot(kept))
    assert ran.lines[0] == "Savings report (cost avoided), November 2026, USD: provisional"


def test_the_inputs_of_a_kept_report_compute_to_it_again(curfew: Terminal, kept: Publishing) -> None:
    id = snapshot(kept)
    assert curfew(*THIS, "--snapshot", id, "--export", "audit").code == 0
    compared = curfew("recompute", "audit", "--json").json["recomputed"]
    assert (compared["exported_snapshot"], compared["same_inputs"], compared["differences"]) == (id, True, [])


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("--snapshot 2026-11-00", "2026-11-00"),
        ("--snapshot 2026-10-00", "is a snapshot of 2026-10; leave --month out, or say --month 2026-10"),
        ("--snapshot ../inputs", "is no id of a snapshot; --snapshots lists them"),
        ("--snapshot 2026-11-00 --by team", "a kept report is as it was, by environment, and whole"),
        ("--snapshot 2026-11-00 --format csv", "csv is not kept, but html, xlsx and json are"),
        ("--snapshot 2026-11-00 --format xlsx", "xlsx is no text; say where it goes"),
    ],
)
def test_what_was_not_kept_says_what_to_do_instead(
    curfew: Terminal, kept: Publishing, arguments: str, told: str
) -> None:
    ran = curfew(*THIS, *arguments.split())
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err
