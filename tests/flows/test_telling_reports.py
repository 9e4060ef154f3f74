"""Owners and finance are told of the month's report: once, on the third working day, with five lines and a link."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.core.closures import CountryClosure
from chalicelib.core.model import Team
from chalicelib.core.working_days import WorkingDays
from chalicelib.entrypoints.reporting.figures import shown
from chalicelib.flows.archive import ArchiveError
from chalicelib.flows.errors import UnknownError
from chalicelib.flows.events import What
from chalicelib.flows.report import report
from chalicelib.flows.shared_reports import opened
from chalicelib.flows.telling_reports import NotToldError, Reporting
from tests.core.money.samples import MONTH
from tests.flows.publishing_stage import ADDRESS, FINANCE, THIRD_MORNING, Publishing

HOUR = timedelta(hours=1)
TEAMS = ["finance", "@SUM(1)", "orders-team"]


def published(**other: object) -> Publishing:
    given = Publishing(**other)  # type: ignore[arg-type]
    given.publish()
    return given


def test_finance_gets_all_of_it_and_each_owner_their_part() -> None:
    given = published()
    letters = {letter.team.name: letter for letter in given.tell()}
    assert list(letters) == TEAMS
    whole, part = report(given.world, MONTH), report(given.world, MONTH, ["orders-qa"])
    for statement, team in ((whole, "finance"), (part, "orders-team")):
        assert f"- Avoided: {shown(statement.total.avoided)} USD, at most" in letters[team].text
        assert f"- Cost: {shown(statement.total.actual)} USD" in letters[team].text
    assert {sheet.belongs.team for sheet in whole.sheets} >= {"orders-team", "@SUM(1)"}


def test_five_lines_and_a_link_are_told() -> None:
    *_, letter = published().tell()
    assert letter.subject == "Savings report (cost avoided), November 2026: provisional"
    head, *lines, link, workbook, until = letter.text.splitlines()
    assert head == "Savings report (cost avoided), November 2026: provisional, for orders-team"
    assert [line.partition(":")[0] for line in lines] == [
        "- Cost",
        "- Would have cost",
        "- Avoided",
        "- Keeps billing",
        "- How sure",
    ]
    assert "provisional" in lines[-1]
    assert "computable: 2 of 2 resources" in lines[-1]
    assert link == f"Read it: {ADDRESS}/shared-reports/key-3"
    assert workbook == f"As a workbook: {ADDRESS}/shared-reports/key-3?format=xlsx"
    assert until.endswith("until 2027-03-03.")


def test_an_owner_has_the_addresses_of_the_file_and_one_of_whom_none_is_left_the_name() -> None:
    letters = {letter.team.name: letter.team for letter in published().tell()}
    assert letters["orders-team"].webhook == "https://chat.example.com/orders"
    assert letters["@SUM(1)"] == Team("@SUM(1)")


def test_the_link_of_a_part_opens_that_part_only() -> None:
    given = published()
    given.tell()
    shared = opened(given.world, given.links, "key-3")
    page = given.archive.get(shared.documents["html"])
    assert page is not None
    assert b"orders-qa" in page
    assert b"payments-qa" not in page
    whole = given.archive.get(opened(given.world, given.links, "key-1").documents["html"])
    assert whole is not None
    assert b"payments-qa" in whole


def test_without_finance_only_owners_are_told() -> None:
    assert [each.team.name for each in published(reporting=Reporting()).tell()] == TEAMS[1:]


def test_without_an_address_the_command_stands_for_the_link() -> None:
    *_, letter = published(address=None).tell()
    assert "Read it: curfew report --month 2026-11 --snapshot 2026-11-" in letter.text


# ---- when


@pytest.mark.parametrize(
    ("days", "at", "told"),
    [
        (WorkingDays(), THIRD_MORNING - timedelta(seconds=1), False),
        (WorkingDays(), THIRD_MORNING, True),
        (WorkingDays("Asia/Dubai"), THIRD_MORNING - 4 * HOUR, True),
        (WorkingDays("America/New_York"), THIRD_MORNING, False),
        (WorkingDays("Asia/Dubai", (CountryClosure("AE"),)), THIRD_MORNING, False),  # 2 and 3 December are holidays
        (WorkingDays(), THIRD_MORNING + timedelta(days=20), True),  # nothing ran in the meantime
        (WorkingDays(), datetime(2027, 1, 20, tzinfo=UTC), False),  # by then it is December's turn
    ],
)
def test_it_is_told_from_eight_on_the_third_working_day_on(days: WorkingDays, at: datetime, told: bool) -> None:
    assert bool(published(at=at, reporting=Reporting(FINANCE, days)).tell()) is told


def test_nobody_is_told_twice() -> None:
    given = published()
    given.tell()
    for _ in range(48):
        given.clock.advance(HOUR)
        assert given.tell() == []


def test_a_change_after_it_was_told_is_kept_but_not_told() -> None:
    given = published()
    given.tell()
    given.books(replace(given.inputs, budgets=()))
    given.publish()
    given.clock.advance(HOUR)
    assert given.tell() == []


def test_a_report_that_has_just_changed_is_told_when_it_is_kept() -> None:
    given = published()
    given.books(replace(given.inputs, budgets=()))
    assert given.tell() == []
    given.publish()
    given.clock.advance(HOUR)
    assert [each.team.name for each in given.tell()] == TEAMS


def test_what_was_never_kept_is_not_told() -> None:
    assert Publishing().tell() == []


# ---- crashes


@pytest.mark.parametrize("cut_off", TEAMS)
def test_who_could_not_be_told_is_told_by_the_next_run_and_nobody_else_again(cut_off: str) -> None:
    given = published()
    given.herald.deaf = {cut_off}
    with pytest.raises(NotToldError, match="could not be told"):
        given.tell()
    others = [team for team in TEAMS if team != cut_off]
    assert [letter.team.name for letter in given.herald.letters] == others
    given.herald.deaf = set()
    given.clock.advance(HOUR)
    given.tell()
    assert [letter.team.name for letter in given.herald.letters] == [*others, cut_off]


def test_a_run_that_dies_after_it_told_a_team_tells_that_team_once_more_at_most(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = published()

    def dies(*_: object) -> None:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(given.stage.store, "finish_step", dies)
        with pytest.raises(MemoryError):
            given.tell()
    assert [letter.team.name for letter in given.herald.letters] == ["finance"]
    given.clock.advance(HOUR)
    given.tell()
    given.clock.advance(HOUR)
    given.tell()
    assert [letter.team.name for letter in given.herald.letters] == ["finance", *TEAMS]


def test_two_runs_at_once_tell_everybody_once() -> None:
    given = published()
    given.tell()
    given.stage.store.steps = {key: None if "#" in key[1] else given.clock.now() for key in given.stage.store.steps}
    assert given.tell() == []


def test_a_document_that_cannot_be_kept_is_not_told() -> None:
    given = published()
    given.archive.broken = True
    with pytest.raises(ArchiveError):
        given.tell()
    assert given.herald.letters == []


def test_an_owner_whose_file_cannot_be_read_is_told_by_name() -> None:
    given = published()
    given.stage.store.spoil("orders-qa", "its text is cut off")
    assert given.tell()[-1].team == Team("orders-team")


# ---- secrets


def test_neither_the_journal_nor_the_record_holds_a_key() -> None:
    given = published()
    given.tell()
    opened(given.world, given.links, "key-1")
    told = given.stage.journal.of(What.REPORTED, What.OPENED)
    assert len(told) == len(TEAMS) + 1
    assert "key-" not in repr((told, given.links.shared, given.stage.store.steps))


def test_a_key_that_opens_nothing_and_one_that_has_expired_are_told_alike() -> None:
    given = published()
    given.tell()
    given.clock.advance(timedelta(days=90) - timedelta(seconds=1))
    opened(given.world, given.links, "key-1")
    given.clock.advance(timedelta(seconds=1))
    told = set()
    for key in ("key-1", "key-99", ""):
        with pytest.raises(UnknownError) as refused:
            opened(given.world, given.links, key)
        told.add(str(refused.value))
    assert len(told) == 1


def test_what_is_kept_of_a_key_is_its_hash() -> None:
    given = published()
    given.tell()
    assert all(len(each) == 64 for each in given.links.shared)
