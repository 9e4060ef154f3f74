from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from chalicelib.core.activity import BeforeStop, Check, Sort, Then
from chalicelib.core.model import Desired, Importance, Mode, Resource
from chalicelib.flows.activity import CHECK
from chalicelib.flows.events import What
from chalicelib.flows.hold import hold
from chalicelib.flows.ports import Refusal
from chalicelib.flows.sleep import sleep
from chalicelib.flows.wake import Asked, release, wake
from tests.flows.answering import Answering, answering
from tests.flows.stage import DATABASE, DEV, MONDAY, OPERATOR, Stage, definition, down, up

CLOSING = MONDAY.replace(hour=20)
HOUR = timedelta(hours=1)
SOON = timedelta(minutes=30)
CONNECTED = Check(Sort.CONNECTIONS, "database")
DENIED = Refusal("AccessDenied", "not authorized")


def used(then: Then = Then.STOP) -> tuple[Stage, Answering]:
    """The usual environment with two connections to its database, shortly before its closing."""
    stage = Stage()
    cloud = answering(stage)
    cloud.metrics["orders-db"] = [0.0, 2.0]
    stage.orders(before_stop=BeforeStop((CONNECTED,), 2 * HOUR, then))
    stage.run_until(CLOSING - timedelta(minutes=1))
    return stage, cloud


def leases(stage: Stage) -> list[str]:
    now = stage.clock.now()
    return [lease.person for lease in stage.head().wishes.leases if lease.until > now]


def test_what_is_idle_is_stopped_at_its_closing() -> None:
    stage, cloud = used()
    cloud.metrics["orders-db"] = [0.0, 0.0]
    stage.run_until(CLOSING + SOON)
    assert down(stage)
    assert not stage.events(What.POSTPONED)


def test_nothing_is_asked_before_a_stop_is_due_nor_once_it_has_begun() -> None:
    stage, cloud = used()
    assert cloud.times("GetMetricData") == 0
    cloud.metrics["orders-db"] = [0.0]
    stage.run_until(CLOSING + 10 * HOUR)
    assert cloud.times("GetMetricData") == 1


def test_what_is_in_use_waits_and_its_owner_is_told_once_of_what() -> None:
    stage, _ = used()
    stage.run_until(CLOSING + HOUR)
    assert up(stage)
    assert leases(stage) == [CHECK]
    (told,) = stage.events(What.POSTPONED)
    assert told.text == (
        "database: 2 connections (orders-db); the stop waits until that is over; "
        "at 2027-03-08T22:00Z at the latest it is stopped"
    )
    assert told in stage.journal.events


def test_the_stop_follows_within_a_quarter_of_an_hour_of_the_last_use() -> None:
    stage, cloud = used()
    stage.run_until(CLOSING + HOUR)
    cloud.metrics["orders-db"] = [0.0]
    stage.run_for(timedelta(minutes=10))
    assert leases(stage) == []
    stage.run_for(SOON)
    assert down(stage)


def test_use_is_asked_for_every_ten_minutes_while_a_stop_waits() -> None:
    stage, cloud = used()
    stage.run_until(CLOSING + HOUR)
    assert 6 <= cloud.times("GetMetricData") <= 8


def test_after_the_longest_postponement_it_is_stopped_in_use_or_not() -> None:
    stage, _ = used()
    stage.run_until(CLOSING + 2 * HOUR - timedelta(minutes=1))
    assert up(stage)
    stage.run_for(SOON)
    assert down(stage)


def test_who_wants_to_be_asked_is_told_how_to_stop_it_and_it_stays_until_the_next_opening() -> None:
    stage, _ = used(Then.ASK)
    stage.run_until(CLOSING + 3 * HOUR)
    assert up(stage)
    (told,) = stage.events(What.STILL_BUSY)
    assert told.text == (
        "still busy: database: 2 connections (orders-db); it stays as it is until that is over, or until "
        "2027-03-09T07:46Z; put it to rest with: curfew sleep orders-qa"
    )
    stage.run_until(MONDAY + timedelta(days=1))
    assert up(stage)
    assert len(stage.events(What.POSTPONED)) == len(stage.events(What.STILL_BUSY)) == 1


def test_what_was_asked_about_rests_as_soon_as_it_is_idle() -> None:
    stage, cloud = used(Then.ASK)
    stage.run_until(CLOSING + 3 * HOUR)
    cloud.metrics["orders-db"] = [0.0]
    stage.run_for(SOON)
    assert down(stage)


def test_what_cannot_be_asked_counts_as_in_use_until_the_postponement_is_over_and_is_told() -> None:
    stage, cloud = used(Then.ASK)
    cloud.answers["GetMetricData"] = DENIED
    stage.run_until(CLOSING + HOUR)
    assert up(stage)
    (told,) = stage.events(What.POSTPONED)
    assert told.text.startswith("connections of database cannot be told (AccessDenied: not authorized); ")
    stage.run_until(CLOSING + 3 * HOUR)
    assert down(stage)
    assert not stage.events(What.STILL_BUSY)


def test_a_persons_sleep_waits_for_nothing() -> None:
    stage, _ = used()
    stage.run_until(CLOSING + SOON)
    sleep(stage.world, DEV, "orders-qa")
    stage.run_for(SOON)
    assert down(stage)


def test_a_hold_waits_for_nothing() -> None:
    stage, cloud = used()
    hold(stage.world, OPERATOR, "orders-qa", Desired.DOWN, "audit", None)
    stage.run_for(SOON)
    assert down(stage)
    assert cloud.times("GetMetricData") == 0


def test_a_lease_that_ends_is_followed_by_a_check_with_a_postponement_of_its_own() -> None:
    stage, _ = used()
    stage.run_until(CLOSING + HOUR)
    wake(stage.world, DEV, "orders-qa", Asked(length=3 * HOUR))
    stage.run_until(CLOSING + 5 * HOUR)
    assert up(stage)
    assert len(stage.events(What.POSTPONED)) == 2
    stage.run_until(CLOSING + 7 * HOUR)
    assert down(stage)


def test_a_lease_released_during_a_postponement_does_not_prolong_it() -> None:
    stage, _ = used()
    stage.run_until(CLOSING + SOON)
    wake(stage.world, DEV, "orders-qa", Asked(length=3 * HOUR))
    stage.run_for(SOON)
    release(stage.world, DEV, "orders-qa")
    stage.run_until(CLOSING + 3 * HOUR)
    assert down(stage)


def test_each_evening_has_its_own_postponement() -> None:
    stage, _ = used()
    for day in range(3):
        evening = CLOSING + timedelta(days=day)
        stage.run_until(evening + HOUR)
        assert up(stage)
        stage.run_until(evening + 3 * HOUR)
        assert down(stage)
    assert len(stage.events(What.POSTPONED)) == 3


def test_a_postponement_ends_when_the_next_window_opens() -> None:
    stage = Stage()
    cloud = answering(stage)
    cloud.metrics["orders-db"] = [2.0]
    rule = BeforeStop((CONNECTED,), 20 * HOUR)
    stage.orders(before_stop=rule)
    stage.run_until(CLOSING + HOUR)
    (lease,) = stage.head().wishes.leases
    assert lease.until == CLOSING + 12 * HOUR - timedelta(minutes=14)


def test_a_rule_taken_out_of_the_file_stops_nothing_sooner_than_was_said() -> None:
    stage, _ = used()
    stage.run_until(CLOSING + HOUR)
    stage.apply(replace(stage.store.kept["orders-qa"].stored.definition, before_stop=None))
    stage.run_until(CLOSING + 2 * HOUR - timedelta(minutes=1))
    assert up(stage)
    stage.run_for(SOON)
    assert down(stage)


def test_only_one_stop_warning_is_sent_for_a_postponed_stop() -> None:
    stage, _ = used()
    stage.run_until(CLOSING + 3 * HOUR)
    warned = [event.text for event in stage.events(What.STOP_WARNING)]
    assert [text[:24] for text in warned] == ["goes to sleep at 20:00Z;", "goes to sleep at 22:00Z;"]


def test_what_is_only_observed_is_not_put_off() -> None:
    stage, _ = used()
    stage.apply(replace(stage.store.kept["orders-qa"].stored.definition, mode=Mode.OBSERVE))
    stage.run_until(CLOSING + HOUR)
    assert leases(stage) == []
    assert not stage.events(What.POSTPONED)


def test_a_part_that_rests_while_another_is_leased_is_asked_about_too() -> None:
    stage, cloud = used()
    cloud.metrics["orders-nodes"] = [80.0]
    checked = BeforeStop((Check(Sort.CPU, "nodes", above=20),), 2 * HOUR)
    stage.apply(replace(stage.store.kept["orders-qa"].stored.definition, before_stop=checked))
    wake(stage.world, DEV, "orders-qa", Asked(length=6 * HOUR, only=("database",)))
    stage.run_until(CLOSING + HOUR)
    assert leases(stage) == ["a-developer", CHECK]
    assert up(stage)
    stage.run_until(CLOSING + 3 * HOUR)
    assert not up(stage)


def test_a_database_that_aws_restarts_after_seven_days_is_put_back_without_a_question() -> None:
    stage, cloud = used()
    until_then = definition(windows="day 8 08:00-20:00").uptime
    stage.apply(replace(stage.store.kept["orders-qa"].stored.definition, uptime=until_then))
    cloud.metrics["orders-db"] = [0.0]
    stage.run_until(CLOSING + timedelta(days=7, hours=1))
    cloud.metrics["orders-db"] = [2.0]
    stage.cloud.move("arn:aws:rds:eu-central-1:111122223333:db:orders-db", up=True)
    stage.run_for(HOUR)
    assert down(stage)
    assert not stage.events(What.POSTPONED)


SEARCH = Resource("search", "ec2-instance", ids=("i-search",), importance=Importance.SUPPLEMENTARY, on_request=True)
SEARCHED = BeforeStop((Check(Sort.CPU, "search", above=20),), 2 * HOUR)


def requested(**figures: list[float]) -> tuple[Stage, Answering]:
    """Somebody asked for what starts on request, for three hours from noon on."""
    stage = Stage()
    cloud = answering(stage)
    cloud.metrics.update(figures)
    stage.cloud.add("rds-instance", "orders-db")
    stage.cloud.add("ec2-instance", "i-search", up=False)
    stage.apply(definition(DATABASE, SEARCH, before_stop=SEARCHED))
    stage.run_for(timedelta(minutes=1))
    wake(stage.world, DEV, "orders-qa", Asked(until=MONDAY + 3 * HOUR, only=("search",)))
    stage.run_until(MONDAY + 3 * HOUR - timedelta(minutes=1))
    return stage, cloud


def search(stage: Stage) -> str:
    return stage.cloud.status(next(arn for arn, thing in stage.cloud.things.items() if thing.id == "i-search"))


def test_what_started_on_request_is_asked_about_when_its_lease_ends() -> None:
    stage, cloud = requested(**{"i-search": [80.0]})
    stage.run_for(SOON)
    assert (search(stage), leases(stage)) == ("running", [CHECK])
    cloud.metrics["i-search"] = [0.0]
    stage.run_for(SOON)
    assert (search(stage), leases(stage)) == ("stopped", [])


def test_its_owner_is_warned_before_what_started_on_request_is_stopped() -> None:
    stage, _ = requested(**{"i-search": [0.0]})
    (warned,) = stage.events(What.STOP_WARNING)
    assert warned.at == MONDAY + 3 * HOUR - definition().stop_warning
    assert warned.text == (
        "search: goes to sleep at 15:00Z; keep it up with: curfew wake orders-qa --only search --for 2h"
    )
    stage.run_for(SOON)
    assert search(stage) == "stopped"
