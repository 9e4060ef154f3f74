from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from types import ModuleType
from typing import Any

import pytest

from chalicelib.core.due import RESYNC
from chalicelib.entrypoints.schedule_file.reading import SourceFile, read_schedules
from chalicelib.flows.events import Event, What
from chalicelib.flows.hear import event_pattern
from chalicelib.flows.people import Actor, Role
from chalicelib.flows.rollout import roll_out
from chalicelib.flows.stored import Stored
from chalicelib.flows.wake import Asked, wake
from chalicelib.local.clock import SimulatedClock
from chalicelib.local.cloud import EmbeddedCloud
from chalicelib.local.driver import Act, Driver, Ticks, every_minute, when_due
from chalicelib.local.durations import USUAL_SECONDS, Durations
from chalicelib.local.estate import Group, Site, add_ec2_instances, add_group, add_rds_instance
from chalicelib.local.functions import Functions, passes
from chalicelib.local.house import ACCOUNT, QUEUE, RECEIVES, REGION, House, at_home, create_queues
from chalicelib.local.mailman import FunctionError, Mailman

AFTERNOON = datetime(2027, 3, 9, 15, 40, tzinfo=UTC)
MORNING = AFTERNOON + timedelta(hours=16)
OPERATOR, DEVELOPER = Actor("operator", Role.OPERATOR), Actor("developer", Role.DEVELOPER)
STEADY = Durations(seconds={journey: (shortest, shortest) for journey, (shortest, _) in USUAL_SECONDS.items()})
"""More calls draw more random ids, and durations depend on ids: here they do not."""
NAME = "orders-dev"
SCHEDULE = f"""
environment: {NAME}
owner: orders-team
locations: [{{account: "{ACCOUNT}", region: {REGION}}}]
resources:
  database: {{kind: rds-instance, ids: [orders]}}
  servers: {{kind: ec2-instance, tags: {{Environment: {NAME}}}, needs: [database]}}
  nodes: {{kind: auto-scaling-group, ids: [orders-nodes], needs: [database]}}
uptime:
  timezone: UTC
  windows: ["mon-fri 07:00-16:00"]
"""
Deliver = Callable[[Callable[[dict[str, Any]], object], dict[str, Any]], object]


@contextmanager
def small_house() -> Iterator[House]:
    """A database, three servers and a group in one environment, its file applied."""
    with EmbeddedCloud(SimulatedClock(AFTERNOON), durations=STEADY) as cloud, at_home(cloud, [], RESYNC) as house:
        site = Site(cloud, ACCOUNT, REGION)
        add_rds_instance(site, "orders")
        add_ec2_instances(site, 3, tags={"Environment": NAME})
        add_group(site, Group("orders-nodes", 2, 4, 8))
        [read] = read_schedules([SourceFile("orders-dev.yaml", SCHEDULE)], date(2027, 3, 9)).definitions
        stored = Stored(read.definition, read.text, read.file)
        roll_out(house.wired.world, house.wired.organisations, OPERATOR, [stored], None, False)
        cloud.calls.clear()
        yield house


def night(house: House, ticks: Ticks, deliver: Deliver = lambda poke, event: poke(event)) -> tuple[Event, ...]:
    """The journal of a night in which somebody works late."""

    def ask() -> None:
        wake(house.wired.world, DEVELOPER, NAME, Asked(length=timedelta(hours=2)))

    mailman = replace(house.mailman, handler=lambda event: deliver(house.functions.poke, event))
    late = Act(AFTERNOON + timedelta(hours=5, minutes=7), ask)
    Driver(house.cloud, house.functions, mailman, ticks, [late]).run_until(MORNING)
    # What AWS answers at the same instant is told in the order in which the answers came.
    return tuple(sorted(house.wired.world.store.journal(NAME, limit=1000), key=lambda event: (event.at, repr(event))))


def changes(house: House) -> dict[tuple[str, str], int]:
    """The calls that changed something in AWS."""
    return {
        key: times
        for key, times in house.cloud.call_counts().items()
        if key[1].startswith(("Start", "Stop", "UpdateAuto"))
    }


@pytest.fixture(scope="module")
def jumped() -> tuple[tuple[Event, ...], dict[tuple[str, str], int]]:
    with small_house() as house:
        return night(house, when_due(house.earliest_sweep)), changes(house)


def test_a_night_has_two_descents_and_two_returns(jumped: tuple[tuple[Event, ...], object]) -> None:
    told = [event.what for event in jumped[0] if event.what in (What.ASLEEP, What.READY)]
    assert told == [What.ASLEEP, What.READY, What.ASLEEP, What.READY]


def test_one_night_gives_the_same_journal_as_ticking_every_minute(jumped: tuple[tuple[Event, ...], object]) -> None:
    with small_house() as house:
        assert night(house, every_minute) == jumped[0]


def test_two_deliveries_of_each_message_change_nothing(jumped: tuple[tuple[Event, ...], object]) -> None:
    def twice(poke: Callable[[dict[str, Any]], object], event: dict[str, Any]) -> None:
        poke(event)
        poke(event)

    with small_house() as house:
        assert (night(house, when_due(house.earliest_sweep), twice), changes(house)) == jumped


def test_ticks_are_on_full_minutes_and_never_before_something_is_due() -> None:
    due = AFTERNOON + timedelta(minutes=3, seconds=20)
    assert every_minute(AFTERNOON) == AFTERNOON + timedelta(minutes=1)
    assert when_due(lambda: due)(AFTERNOON) == AFTERNOON + timedelta(minutes=4)
    assert when_due(lambda: AFTERNOON)(AFTERNOON) == AFTERNOON + timedelta(minutes=1)
    assert when_due(lambda: None)(AFTERNOON) is None


# Events


class Recorder(ModuleType):
    """An app.py whose function for AWS events writes down what it is called with."""

    def __init__(self) -> None:
        super().__init__("app")
        self.events: list[object] = []

    def heard(self, event: object, context: object) -> None:
        self.events.append(event)


@pytest.mark.parametrize(
    ("event", "through"),
    [
        ({"source": "aws.rds", "detail-type": "RDS DB Instance Event"}, True),
        ({"source": "aws.ec2", "detail-type": "EC2 Instance State-change Notification"}, True),
        ({"source": "aws.ec2", "detail-type": "EBS Volume Notification"}, False),
        ({"source": "aws.s3", "detail-type": "RDS DB Instance Event"}, False),
        ({}, False),
    ],
)
def test_an_event_is_passed_on_only_when_the_pattern_lets_it_through(event: dict[str, Any], through: bool) -> None:
    app = Recorder()
    Functions(app).heard(event)
    assert app.events == ([event] if through else [])
    assert passes(dict(event_pattern()), event) is through


def test_a_pattern_looks_into_the_detail() -> None:
    pattern = {"detail": {"state": ["stopped", "running"]}}
    assert passes(pattern, {"detail": {"state": "running"}})
    assert not passes(pattern, {"detail": {"state": "pending"}})
    assert not passes(pattern, {})


# Messages


def test_a_message_comes_again_after_the_visibility_timeout_and_ends_in_the_dead_letter_queue() -> None:
    with EmbeddedCloud(SimulatedClock(AFTERNOON)) as cloud:
        sqs = cloud.client("sqs", ACCOUNT, REGION)
        url = create_queues(sqs, QUEUE)
        seen: list[datetime] = []

        def fail(event: dict[str, Any]) -> None:
            seen.append(cloud.clock.now())
            raise FunctionError(event["Records"][0]["body"])

        sqs.send_message(QueueUrl=url, MessageBody="hello", DelaySeconds=30)
        mailman = Mailman(ACCOUNT, REGION, url, fail)
        Driver(cloud, Functions(Recorder()), mailman, lambda after: None).run_for(timedelta(hours=3))
        [dead] = sqs.receive_message(QueueUrl=f"{url}-dead")["Messages"]
    gaps = {round((later - sooner).total_seconds()) for sooner, later in pairwise(seen)}
    assert round((seen[0] - AFTERNOON).total_seconds()) == 30
    assert gaps == {360}
    assert len(seen) == RECEIVES
    assert dead["Body"] == "hello"


def test_a_message_that_was_dealt_with_is_gone() -> None:
    with EmbeddedCloud(SimulatedClock(AFTERNOON)) as cloud:
        sqs = cloud.client("sqs", ACCOUNT, REGION)
        url = create_queues(sqs, QUEUE)
        sqs.send_message(QueueUrl=url, MessageBody="hello")
        mailman = Mailman(ACCOUNT, REGION, url, lambda event: None)
        cloud.advance_to(AFTERNOON + timedelta(seconds=1))
        assert mailman.deliver() == 1
        assert mailman.next_at() is None
