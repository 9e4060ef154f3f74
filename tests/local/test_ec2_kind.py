"""The kind `ec2-instance` against the embedded EC2: what it asks for, AWS does or refuses as it expects."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.adapters.cloud import AwsCloud
from chalicelib.core.model import Location, Observed, Resource, Sighting
from chalicelib.flows.ports import Refusal
from chalicelib.kinds.contract import Answer, Asked, Call, Look, Move, selected
from chalicelib.kinds.ec2_instance import KIND
from chalicelib.local.estate import Site, add_ec2_instances

Wait = Callable[[timedelta], None]
A_WHILE = timedelta(minutes=4)
CAN_HIBERNATE = {"HibernationOptions": {"Configured": True}}
PERSISTENT = {"InstanceMarketOptions": {"MarketType": "spot", "SpotOptions": {"SpotInstanceType": "persistent"}}}


class Place:
    """One account and Region, looked at and acted on as the kind says."""

    def __init__(self, site: Site) -> None:
        self.at = Location(site.account, site.region)
        self.cloud = AwsCloud(site.cloud)

    def pages(self, *looks: Look) -> tuple[Answer, ...]:
        answers = self.cloud.look(self.at, KIND.service, looks)
        assert isinstance(answers, tuple), answers
        return answers

    def see(self, *ids: str) -> list[Sighting]:
        entry = Resource("it", KIND.name, ids=ids)
        looks = KIND.look(entry)
        answers: list[Answer] = []
        while looks:
            asked = [Asked(look, self.pages(look)) for look in looks]
            answers += [page for one in asked for page in one.answers]
            looks = KIND.follow((entry,), asked)
        return sorted(KIND.read(self.at, answers), key=lambda sighting: ids.index(sighting.id))

    def made(self, *calls: Call) -> list[Refusal | None]:
        return [refusal for _, refusal in self.cloud.act(self.at, calls)]


@pytest.fixture
def place(site: Site) -> Place:
    return Place(site)


def add(site: Site, **options: Any) -> str:
    (instance,) = add_ec2_instances(site, 1, **options)
    return instance


def hibernating(*sightings: Sighting) -> tuple[Call, ...]:
    return KIND.stop([Move(one, None, Resource("it", KIND.name, hibernate=True)) for one in sightings])


def test_what_can_hibernate_does_in_one_call(site: Site, place: Place, wait: Wait) -> None:
    ids = add(site, launch=CAN_HIBERNATE), add(site, launch=CAN_HIBERNATE)
    assert place.made(*hibernating(*place.see(*ids))) == [None]
    wait(A_WHILE)
    assert [one.details.get("hibernated") for one in place.see(*ids)] == ["yes", "yes"]


def test_where_hibernation_is_refused_there_is_a_plain_stop_to_make_instead(
    site: Site, place: Place, wait: Wait
) -> None:
    instance = add(site, launch=CAN_HIBERNATE)
    place.made(*KIND.stop([Move(one) for one in place.see(instance)]))
    wait(A_WHILE)
    place.made(*KIND.start([Move(one) for one in place.see(instance)]))
    wait(timedelta(minutes=1))
    (call,) = hibernating(*place.see(instance))
    (refusal,) = place.made(call)
    assert refusal is not None
    assert place.made(call.instead[refusal.code]) == [None]
    wait(A_WHILE)
    (asleep,) = place.see(instance)
    assert (asleep.observed, asleep.details.get("hibernated")) == (Observed.DOWN, None)


def test_it_starts_as_another_type_where_aws_has_none_of_its_own(site: Site, place: Place, wait: Wait) -> None:
    instance = add(site)
    place.made(*KIND.stop([Move(one) for one in place.see(instance)]))
    wait(A_WHILE)
    site.cloud.insufficient_capacity(site.account, site.region, "m5.large", http_status=500)
    (asleep,) = place.see(instance)
    (refusal,) = place.made(*KIND.start([Move(asleep)]))
    assert refusal is not None
    assert refusal.code == "InsufficientInstanceCapacity"
    assert place.made(*KIND.start([Move(asleep, instance_type="m5a.large")])) == [None]
    wait(A_WHILE)
    (back,) = place.see(instance)
    assert (back.observed, back.details["type"]) == (Observed.UP, "m5a.large")
    site.cloud.capacity_returns(site.account, site.region, "m5.large")


def test_a_start_that_aws_drops_shows_its_cause(site: Site, place: Place, wait: Wait) -> None:
    instance = add(site)
    (up,) = place.see(instance)
    place.made(*KIND.stop([Move(up)]))
    wait(A_WHILE)
    site.cloud.drop_starts(up.arn, "Client.InternalError")
    place.made(*KIND.start([Move(one) for one in place.see(instance)]))
    wait(A_WHILE)
    (fallen,) = place.see(instance)
    assert fallen.observed is Observed.DOWN
    assert str(fallen.cause).startswith("Client.InternalError: Client error on launch")
    site.cloud.mend(up.arn)


def test_only_spot_of_a_persistent_request_is_eligible(site: Site, place: Place) -> None:
    persistent, one_time = place.see(add(site, launch=PERSISTENT), add(site, spot=True))
    assert persistent.ineligible is None
    assert "one-time" in str(one_time.ineligible)


def test_stop_protection_is_found_by_inspection(site: Site, place: Place) -> None:
    seen = place.see(add(site), add(site, launch={"DisableApiStop": True}))
    free, protected = KIND.inspected(seen, place.pages(*KIND.inspect(seen)))
    assert free.ineligible is None
    assert "stop protection" in str(protected.ineligible)


def test_a_name_pattern_finds_just_what_it_means(site: Site, place: Place) -> None:
    named = {name: add(site, tags={"Name": name}) for name in ("pattern-a", "pattern-b", "pattern-c")}
    resource = Resource("it", KIND.name, names=("pattern-[ab]",))
    found = {one.id for one in KIND.read(place.at, place.pages(*KIND.look(resource))) if selected(resource, one)}
    assert found == {named["pattern-a"], named["pattern-b"]}
