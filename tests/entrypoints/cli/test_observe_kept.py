"""`curfew observe --keep` and `curfew observe NAME`: what stands, and what a bill told is kept in the service."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chalicelib.flows.past import Origin
from chalicelib.flows.people import Role
from tests.entrypoints.cli.files import ORDERS, write_schedules
from tests.entrypoints.cli.terminal import Terminal
from tests.entrypoints.cli.test_observe import Hour, bill, focus, hours
from tests.entrypoints.served import Served, secret_of

UTC_ORDERS = ORDERS.replace("Asia/Dubai", "UTC")
MARCH = datetime(2027, 3, 1, tzinfo=UTC)
OBSERVE = ("observe", "orders-qa")


def since(begins: datetime, rows: Iterator[Hour]) -> Iterator[Hour]:
    """The same lines, one an hour, from then on."""
    for number, (_, *rest) in enumerate(rows):
        yield (begins + timedelta(hours=number), *rest)  # type: ignore[misc]


@pytest.fixture
def acting(served: Served, tmp_path: Path) -> Served:
    """Curfew acts on it since Monday noon; its file is here, and so is a bill of four weeks of autumn."""
    served.stage.orders()
    served.stage.run_for(timedelta(minutes=5))
    write_schedules(tmp_path, **{"orders-qa": UTC_ORDERS})
    bill(tmp_path / "bill.csv", focus(hours()))
    return served


def test_what_a_bill_tells_is_kept_and_stands(curfew: Terminal, acting: Served) -> None:
    ran = curfew(*OBSERVE, "--from-bill", "bill.csv", "--keep")
    assert ran.code == 0, ran.err
    assert "lines of it; kept. Curfew acts since 16:02 (+04)" in ran.lines[0]
    assert any(line.startswith("Known: bill: bill.csv, 2026-10-04 to 2026-11-01, 2 resources") for line in ran.lines)
    assert any(line.split()[:4] == ["database", "orders-db", "observed", "28"] for line in ran.lines)
    assert acting.stage.store.pasts("orders-qa")[Origin.TOLD].by == "ada"


def test_programs_get_what_stands(curfew: Terminal, acting: Served) -> None:
    kept = curfew(*OBSERVE, "--from-bill", "bill.csv", "--keep", "--json").json
    assert kept == curfew(*OBSERVE, "--json").json
    assert {row["resource"]: row["baseline"]["basis"] for row in kept["resources"]} == {
        "database": "observed",
        "nodes": "observed",
    }


def test_without_a_source_it_shows_what_stands_and_what_would_replace_it(curfew: Terminal, acting: Served) -> None:
    ran = curfew(*OBSERVE)
    assert ran.lines[0] == "orders-qa: Curfew acts since 16:02 (+04)"
    assert "24x7, provisional" in ran.out
    assert ran.lines[-1].startswith("24x7 is a ceiling; declare what would have run: baseline:")
    assert ran.lines[-2] == (
        "database, nodes: would be replaced by 28 days before 2027-03-08 of a bill or CloudTrail: "
        "curfew observe orders-qa --from-bill FILE --keep"
    )


def test_a_file_names_its_environment(curfew: Terminal, acting: Served) -> None:
    assert curfew("observe", "schedules/orders-qa.yaml", "--json").json["environment"] == "orders-qa"


def test_time_in_which_curfew_acted_is_left_out_by_itself(curfew: Terminal, acting: Served, tmp_path: Path) -> None:
    bill(tmp_path / "bill.csv", focus(since(MARCH, hours())))
    assert curfew(*OBSERVE, "--from-bill", "bill.csv", "--keep").code == 0
    past = acting.stage.store.pasts("orders-qa")[Origin.TOLD]
    assert past.ends == datetime(2027, 3, 8, 12, tzinfo=UTC)  # whole hours before 12:02


def test_time_in_which_it_acted_is_refused_when_somebody_insists(
    curfew: Terminal, acting: Served, tmp_path: Path
) -> None:
    bill(tmp_path / "bill.csv", focus(since(MARCH, hours(7))))
    ran = curfew(*OBSERVE, "--from-bill", "bill.csv", "--keep", "--before", "2027-03-12")
    assert (ran.code, "leave that time out with --before 2027-03-08T12:02:00Z" in ran.err) == (1, True)


def test_who_may_not_apply_is_told(curfew: Terminal, acting: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CURFEW_TOKEN", secret_of(Role.DEVELOPER))
    ran = curfew(*OBSERVE, "--from-bill", "bill.csv", "--keep")
    assert (ran.code, "takes the role operator" in ran.err) == (1, True)


def test_an_environment_that_the_service_does_not_have_is_told(
    curfew: Terminal, acting: Served, tmp_path: Path
) -> None:
    write_schedules(tmp_path, **{"orders-qb": UTC_ORDERS.replace("orders-qa", "orders-qb"), "orders-qa": UTC_ORDERS})
    ran = curfew("observe", "orders-qb", "--from-bill", "bill.csv", "--keep")
    assert (ran.code, "did you mean orders-qa?" in ran.err) == (2, True)


def test_something_to_keep_must_be_named(curfew: Terminal, acting: Served) -> None:
    ran = curfew(*OBSERVE, "--keep")
    assert (ran.code, ran.err.strip()) == (
        2,
        "--keep, --before and --profile are of a source: say --from-bill FILE, or --from-cloudtrail",
    )
