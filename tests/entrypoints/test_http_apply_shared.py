"""What a new organisation.yaml moves, and calendars that were fetched, over HTTP."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib import wiring
from chalicelib.core.closures import CalendarClosure, DatesClosure
from chalicelib.core.model import Team
from chalicelib.flows.calendars import Unreachable, calendars_of
from chalicelib.flows.events import What
from tests.entrypoints.served import Served
from tests.entrypoints.test_http_apply import ORDERS, ORGANISATION, body

ADDRESS = "https://days.example/private-4711/basic.ics"
DAYS = """\
BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:1
SUMMARY:Company day
DTSTART;VALUE=DATE:20270310
END:VEVENT
END:VCALENDAR
"""
QA = ORDERS.replace("orders-dev", "orders-qa").replace("orders-db", "qa-db").replace("orders-nodes", "qa-nodes")
OWN_HOURS = QA.replace("  timezone: UTC\n", "  calendar: office\n  timezone: UTC\n")
OFFICE = 'calendars:\n  office: {windows: ["mon-fri 08:00-20:00"], closures: [{dates: 2027-04-01, reason: fair}]}\n'
EARLIER = OFFICE.replace("2027-04-01", "2027-04-02")


@dataclass
class FakeCalendars:
    """Sites that answer so."""

    answers: dict[str, str | Unreachable] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def fetch(self, addresses: Collection[str]) -> Mapping[str, str | Unreachable]:
        self.asked += addresses
        return {address: self.answers.get(address, Unreachable("it answered 404")) for address in addresses}


@pytest.fixture
def sites() -> FakeCalendars:
    return FakeCalendars({ADDRESS: DAYS})


@pytest.fixture
def served(sites: FakeCalendars) -> Iterator[Served]:
    served = Served()
    for name in ("orders", "qa"):
        served.stage.cloud.add("rds-instance", f"{name}-db")
        served.stage.cloud.add("auto-scaling-group", f"{name}-nodes", sizes=(22, 55, 30))
    wiring.use(replace(served.wired, calendars=sites))
    yield served
    wiring.use(None)


def with_calendar(source: str) -> str:
    return f'{ORDERS}  closures: [{{ical: "{source}"}}]\n'


def moved(answer: Any) -> dict[str, list[str]]:
    return {change["environment"]: change["differences"] for change in answer["changes"]}


def calendar(served: Served, name: str = "orders-dev") -> CalendarClosure:
    stored = served.stage.store.stored(name)
    assert stored is not None
    (calendar,) = calendars_of(stored.definition)
    return calendar


def because(served: Served, at: str = "2027-03-10T12:00:00Z") -> str:
    (decision,) = served.answer("GET", f"/environments/orders-dev/decision?at={at}")
    return str(decision["because"])


def test_an_organisation_applied_alone_moves_the_environments_it_is_part_of(served: Served) -> None:
    served.answer("POST", "/apply", body(ORDERS, OWN_HOURS, organisation=ORGANISATION + OFFICE))
    shown = served.answer("POST", "/apply", body(organisation=ORGANISATION + EARLIER, dry_run=True))
    lines = [
        "uptime.1.closures.1.first: 2027-04-01 -> 2027-04-02",
        "uptime.1.closures.1.last: 2027-04-01 -> 2027-04-02",
    ]
    assert moved(shown) == {"orders-qa": lines}
    revision = served.stage.head("orders-qa").revision
    applied = served.answer("POST", "/apply", body(organisation=ORGANISATION + EARLIER))
    assert moved(applied) == {"orders-qa": lines}
    assert served.stage.head("orders-qa").revision == revision + 1
    stored = served.stage.store.stored("orders-qa")
    assert stored is not None
    assert (stored.file, stored.source) == ("2.yaml", OWN_HOURS)


def test_an_organisation_that_moves_nobody_stores_nobody_again(served: Served) -> None:
    served.answer("POST", "/apply", body(ORDERS, OWN_HOURS, organisation=ORGANISATION + OFFICE))
    revisions = [served.stage.head(name).revision for name in ("orders-dev", "orders-qa")]
    changed = f"{ORGANISATION}{OFFICE}  spare: {{timezone: UTC}}\n"
    assert moved(served.answer("POST", "/apply", body(organisation=changed))) == {}
    assert served.organisation.source() == changed
    assert [served.stage.head(name).revision for name in ("orders-dev", "orders-qa")] == revisions


def test_the_name_of_the_organisation_is_part_of_every_environment_and_moves_none(served: Served) -> None:
    served.answer("POST", "/apply", body(ORDERS, OWN_HOURS, organisation=ORGANISATION + OFFICE))
    named = f"organisation: Acme\n{ORGANISATION}{OFFICE}"
    assert moved(served.answer("POST", "/apply", body(organisation=named))) == {}
    for name in ("orders-dev", "orders-qa"):
        stored = served.stage.store.stored(name)
        assert stored is not None
        assert stored.definition.organisation == "Acme"


def test_an_organisation_that_breaks_an_applied_file_is_refused_as_a_whole(served: Served) -> None:
    served.answer("POST", "/apply", body(ORDERS, OWN_HOURS, organisation=ORGANISATION + OFFICE))
    response = served.call("POST", "/apply", body(organisation=ORGANISATION))
    assert response.status_code == 422
    (problem,) = response.json_body["problems"]
    assert problem["file"] == "orders-qa (applied from 2.yaml)"
    assert (problem["line"], "there is no calendar called office" in problem["what"]) == (7, True)
    assert served.organisation.source() == ORGANISATION + OFFICE


def test_a_file_sent_with_the_organisation_is_read_as_sent_and_not_as_applied(served: Served) -> None:
    served.answer("POST", "/apply", body(ORDERS, OWN_HOURS, organisation=ORGANISATION + OFFICE))
    answer = served.answer("POST", "/apply", body(QA, organisation=ORGANISATION))
    assert list(moved(answer)) == ["orders-qa"]


def test_a_renamed_environment_does_not_come_back_under_its_old_name(served: Served) -> None:
    served.answer("POST", "/apply", body(ORDERS))
    renamed = f"{ORDERS.replace('orders-dev', 'orders-next')}previously: orders-dev\n"
    served.answer("POST", "/apply", body(renamed, organisation=f"{ORGANISATION}  stop_order: reverse\n"))
    assert [each["environment"] for each in served.answer("GET", "/environments")["items"]] == ["orders-next"]


def test_a_calendar_sent_along_closes_its_dates(served: Served) -> None:
    sent = body(with_calendar("days.ics"))
    sent["files"].append({"name": "days.ics", "text": DAYS})
    served.answer("POST", "/apply", sent)
    assert because(served) == "closed: Company day (days.ics, fetched 2027-03-08)"


def test_a_calendar_that_was_not_sent_refuses_the_file(served: Served) -> None:
    response = served.call("POST", "/apply", body(with_calendar("days.ics")))
    assert response.status_code == 422
    assert "there is no days.ics beside this file" in response.body.decode()


def test_an_address_is_asked_when_files_are_applied_and_its_dates_are_stored(
    served: Served, sites: FakeCalendars
) -> None:
    served.answer("POST", "/apply", body(with_calendar(ADDRESS)))
    assert sites.asked == [ADDRESS]
    assert because(served) == "closed: Company day (days.example, fetched 2027-03-08)"
    assert calendar(served).fetched_at == served.stage.clock.now()


def test_a_dead_address_keeps_the_last_good_copy_and_tells_the_owner_and_the_caller(
    served: Served, sites: FakeCalendars
) -> None:
    served.answer("POST", "/apply", body(with_calendar(ADDRESS)))
    copy = calendar(served)
    sites.answers.clear()
    served.stage.clock.set(served.stage.clock.now() + timedelta(days=12))
    shown = served.answer("POST", "/apply", body(with_calendar(ADDRESS), dry_run=True))
    assert served.stage.journal.of(What.OLD_CALENDAR) == []
    applied = served.answer("POST", "/apply", body(with_calendar(ADDRESS)))
    for answer in (shown, applied):
        (warning,) = [each for each in answer["problems"] if each["severity"] == "warning"]
        said = "the calendar of days.example cannot be read (it answered 404)"
        assert warning["what"] == f"{said}: the copy fetched 12 days ago stays in force"
    (event,) = served.stage.journal.of(What.OLD_CALENDAR)
    assert (event.environment, event.actor) == ("orders-dev", "ada")
    assert "the copy fetched 12 days ago stays in force" in event.text
    assert calendar(served) == copy


def test_a_dead_address_without_a_copy_refuses_the_file(served: Served, sites: FakeCalendars) -> None:
    sites.answers.clear()
    response = served.call("POST", "/apply", body(with_calendar(ADDRESS)))
    assert response.status_code == 422
    assert "mend the address, or take the closure out" in response.body.decode()


def test_the_same_dates_fetched_again_are_no_difference_but_their_age_is_kept(served: Served) -> None:
    served.answer("POST", "/apply", body(with_calendar(ADDRESS)))
    served.stage.clock.set(served.stage.clock.now() + timedelta(days=3))
    answer = served.answer("POST", "/apply", body(with_calendar(ADDRESS)))
    assert moved(answer) == {"orders-dev": []}
    assert calendar(served).fetched_at == served.stage.clock.now()


def test_a_calendar_of_the_organisation_moves_everybody_and_serves_files_applied_later(
    served: Served, sites: FakeCalendars
) -> None:
    served.answer("POST", "/apply", body(ORDERS))
    shared = f'{ORGANISATION}closures: [{{ical: "{ADDRESS}"}}]\n'
    answer = served.answer("POST", "/apply", body(organisation=shared))
    assert moved(answer) == {
        "orders-dev": [
            "uptime.1.closures.1.ical: days.example (new)",
            "uptime.1.closures.1.2027-03-10: Company day (new)",
        ]
    }
    sites.asked.clear()
    served.answer("POST", "/apply", body(QA, organisation=None))
    assert sites.asked == []
    assert calendar(served, "orders-qa").days == calendar(served).days


def test_a_calendar_of_the_organisation_read_again_refreshes_the_others_without_a_word(served: Served) -> None:
    shared = f'{ORGANISATION}closures: [{{ical: "{ADDRESS}"}}]\n'
    served.answer("POST", "/apply", body(ORDERS, organisation=shared))
    served.stage.clock.set(served.stage.clock.now() + timedelta(days=3))
    assert moved(served.answer("POST", "/apply", body(organisation=shared))) == {}
    assert calendar(served).fetched_at == served.stage.clock.now()


def test_a_file_whose_calendar_lay_beside_it_keeps_its_dates_when_the_organisation_moves_it(served: Served) -> None:
    sent = body(with_calendar("days.ics"))
    sent["files"].append({"name": "days.ics", "text": DAYS})
    served.answer("POST", "/apply", sent)
    changed = f"{ORGANISATION}  stop_order: reverse\n"
    answer = served.answer("POST", "/apply", body(organisation=changed))
    assert (moved(answer), answer["problems"]) == ({"orders-dev": ["stop_order: same -> reverse"]}, [])
    assert because(served) == "closed: Company day (days.ics, fetched 2027-03-08)"


def test_who_is_told_of_reports_is_stored_with_the_organisation(served: Served) -> None:
    told = "reports: {finance: orders-team}\nclosures: [{dates: 2027-03-10, reason: Company day}]\n"
    served.answer("POST", "/apply", body(ORDERS, organisation=ORGANISATION + told))
    reporting = served.organisation.reporting()
    assert reporting.finance == Team("orders-team", "orders@example.com")
    assert [each.reason for each in reporting.working_days.closures if isinstance(each, DatesClosure)] == [
        "Company day"
    ]


def test_what_reports_rest_on_is_shown_before_it_is_in_force(served: Served) -> None:
    money = (
        "reports: {finance: orders-team, currency: EUR, per_usd: 0.92, source: ECB, dated: 2027-03-01}\n"
        "commitments:\n"
        "  - {id: sp-1, usd_per_hour: 4.20, discount: 27%, covers: [compute], from: 2027-01-01, to: 2027-12-31}\n"
    )
    shown = served.answer("POST", "/apply", body(ORDERS, organisation=ORGANISATION + money, dry_run=True))
    assert shown["reports"][:3] == [
        "reports.currency: USD -> EUR",
        "reports.exchange.currency: EUR (new)",
        "reports.exchange.per_usd: 0.92 (new)",
    ]
    assert "reports.finance: nobody -> orders-team" in shown["reports"]
    assert "commitments.sp-1.discount: 0.27 (new)" in shown["reports"]
    done = served.answer("POST", "/apply", body(ORDERS, organisation=ORGANISATION + money))
    assert done["reports"] == shown["reports"]
    less = money.replace("4.20", "2.10")
    again = served.answer("POST", "/apply", body(ORDERS, organisation=ORGANISATION + less, dry_run=True))
    assert again["reports"] == ["commitments.sp-1.usd_per_hour: 4.20 -> 2.10"]
    assert served.answer("POST", "/apply", body(ORDERS, organisation=None, dry_run=True))["reports"] == []
