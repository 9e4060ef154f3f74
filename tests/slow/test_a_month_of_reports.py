"""A month ends on the embedded cloud: its report is kept each day, and told on the third working day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

import httpx
import pytest

from chalicelib.core.model import Team
from chalicelib.entrypoints.schedule_file.reading import SourceFile, read_schedules
from chalicelib.flows.events import Event, What
from chalicelib.flows.people import Actor, Role
from chalicelib.flows.rollout import Shared, roll_out
from chalicelib.flows.stored import Stored
from chalicelib.local.api import serving_api
from chalicelib.local.clock import SimulatedClock
from chalicelib.local.cloud import EmbeddedCloud
from chalicelib.local.driver import Act, Driver, when_due
from chalicelib.local.estate import Site, add_ec2_instances
from chalicelib.local.house import ACCOUNT, ADDRESS, BUCKET, REGION, House, at_home

CLOSED_EVERY = timedelta(hours=3)
"""Rather than every hour, so that the week is short to live through."""
BEGINS, ENDS = datetime(2027, 3, 29, 6, tzinfo=UTC), datetime(2027, 4, 5, 12, tzinfo=UTC)
TOLD_AT = datetime(2027, 4, 5, 6, tzinfo=UTC)
"""The first close after eight in Dubai, on the third working day after March: 1 April is a Thursday."""

ORGANISATION = """
accounts: {"111122223333": {name: development}}
teams: {orders-team: {email: orders@example.com}, finance: {email: finance@example.com}}
defaults: {timezone: Asia/Dubai}
reports: {finance: finance}
"""
SCHEDULE = f"""
environment: orders-dev
owner: orders-team
cost_center: CC-210
locations: [{{account: "{ACCOUNT}", region: {REGION}}}]
resources: {{servers: {{kind: ec2-instance, tags: {{Environment: orders-dev}}}}}}
uptime: {{timezone: Asia/Dubai, windows: ["mon-fri 08:00-18:00"]}}
"""


@dataclass
class Listening:
    """Remembers what the journal told."""

    events: list[Event] = field(default_factory=list)

    def hear(self, owner: Team, events: Sequence[Event]) -> None:
        self.events.extend(events)

    def of(self, what: What) -> list[Event]:
        return [event for event in self.events if event.what is what]


@dataclass(frozen=True)
class Lived:
    """The house after the month's end, and what its journal told."""

    house: House
    journal: Listening


@pytest.fixture(scope="module")
def lived() -> Iterator[Lived]:
    journal = Listening()
    with EmbeddedCloud(SimulatedClock(BEGINS)) as cloud, at_home(cloud, [journal], 4 * CLOSED_EVERY) as house:
        with cloud.already_running():
            add_ec2_instances(Site(cloud, ACCOUNT, REGION), 2, tags={"Environment": "orders-dev"})
        applied(house)
        instants = (BEGINS + number * CLOSED_EVERY for number in range(1, (ENDS - BEGINS) // CLOSED_EVERY + 1))
        closes = [Act(at, partial(house.functions.books, at)) for at in instants]
        Driver(cloud, house.functions, house.mailman, when_due(house.earliest_sweep), closes).run_until(ENDS)
        yield Lived(house, journal)


def applied(house: House) -> None:
    """The two files are in force at once."""
    files = [SourceFile("organisation.yaml", ORGANISATION), SourceFile("orders-dev.yaml", SCHEDULE)]
    reading = read_schedules(files, BEGINS.date())
    wanted = [Stored(each.definition, each.text, each.file) for each in reading.definitions]
    shared = Shared(ORGANISATION, {}, reporting=reading.organisation.reporting)
    operator = Actor("an-operator", Role.OPERATOR)
    roll_out(house.wired.world, house.wired.organisations, operator, wanted, shared, True)


def keys(house: House) -> list[str]:
    listed = house.cloud.client("s3", ACCOUNT, REGION).list_objects_v2(Bucket=BUCKET, Prefix="reports/")
    return [each["Key"] for each in listed["Contents"]]


def test_each_day_is_a_snapshot_and_none_is_lost_or_kept_twice(lived: Lived) -> None:
    kept = lived.house.wired.world.store.kept_reports("2027-03")
    assert [f"{each.kept_at:%d %H}" for each in kept] == ["29 09", "29 21", "30 21", "31 21"]
    assert [each.label for each in kept] == ["estimate", "estimate", "estimate", "provisional"]
    assert {key for each in kept for key in each.documents.values()} <= set(keys(lived.house))


def test_once_the_month_is_over_its_inputs_are_kept_beside_the_last_report(lived: Lived) -> None:
    *_, last = lived.house.wired.world.store.kept_reports("2027-03")
    places = {key.rpartition("/")[0] for key in keys(lived.house) if key.endswith(".csv")}
    assert places == {f"reports/2027-03/{last.snapshot.id}/inputs"}


def test_finance_and_owners_are_told_once_on_the_third_working_day(lived: Lived) -> None:
    assert [letter.team.name for letter in lived.house.letterbox.letters] == ["finance", "orders-team"]
    assert {event.at for event in lived.journal.of(What.REPORTED)} == {TOLD_AT}
    for letter in lived.house.letterbox.letters:
        assert letter.subject == "Savings report (cost avoided), March 2027: provisional"
        assert len([line for line in letter.text.splitlines() if line.startswith("- ")]) == 5


@pytest.mark.parametrize(("query", "media"), [("", "text/html; charset=utf-8"), ("?format=xlsx", "application/vnd")])
def test_the_link_opens_the_report_in_any_program(lived: Lived, query: str, media: str) -> None:
    *_, letter = lived.house.letterbox.letters
    (link,) = [line.removeprefix("Read it: ") for line in letter.text.splitlines() if line.startswith("Read it: ")]
    with serving_api(lived.house.app) as api:
        page = httpx.get(f"{link.replace(ADDRESS, api)}{query}", follow_redirects=True)
    assert page.status_code == 200
    assert page.headers["Content-Type"].startswith(media)
    kept = lived.house.wired.world.store.kept_reports("2027-03")[-1].snapshot.id
    suffix = "xlsx" if query else "html"
    assert page.content == lived.house.wired.publication.archive.get(  # type: ignore[union-attr]
        f"reports/2027-03/{kept}/teams/orders-team/report.{suffix}"
    )
