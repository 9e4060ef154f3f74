"""What tags commonly mean, and whose they are."""

from __future__ import annotations

import pytest

from chalicelib.core.model import Observed, Sighting
from chalicelib.flows.labels import commonest, commonest_tag, looks_like_production, stage_of, tier_of
from tests.fakes.cloud import HERE


def sighting(id: str = "i-1", **tags: str) -> Sighting:
    return Sighting(
        f"arn:aws:ec2:eu-central-1:111122223333:instance/{id}", id, "ec2-instance", HERE, Observed.UP, tags=tags
    )


@pytest.mark.parametrize(
    ("seen", "mark"),
    [
        (sighting(Environment="prod"), "Environment=prod"),
        (sighting(stage="Live"), "stage=Live"),
        (sighting(Environment="orders-prod"), "Environment=orders-prod"),
        (sighting(Name="orders_production_db"), "Name=orders_production_db"),
        (sighting(id="orders-prd-db"), "id=orders-prd-db"),
        (sighting(Team="prod-support"), None),
        (sighting(Environment="nonprod"), None),
        (sighting(Environment="non-prod"), None),
        (sighting(Environment="pre-production"), None),
        (sighting(Environment="qa", Name="live-chat"), None),
        (sighting(Name="product-catalogue"), None),
    ],
)
def test_whatever_says_production_is_taken_for_it(seen: Sighting, mark: str | None) -> None:
    assert looks_like_production(seen, None) == mark


def test_the_tag_that_was_asked_for_may_say_production_too() -> None:
    seen = sighting(App="orders-prod")
    assert looks_like_production(seen, None) is None
    assert looks_like_production(seen, "App") == "App=orders-prod"


@pytest.mark.parametrize(
    ("word", "rank"), [("database", 0), ("Redis-Cache", 1), ("app-server", 2), ("Web", 3), ("blue", None), ("", None)]
)
def test_a_tier_has_a_rank(word: str, rank: int | None) -> None:
    assert tier_of(word) == rank


@pytest.mark.parametrize(
    ("name", "stage"), [("orders-qa", "qa"), ("dev-orders-staging", "staging"), ("orders", None), ("quality", None)]
)
def test_a_name_may_say_its_stage(name: str, stage: str | None) -> None:
    assert stage_of(name) == stage


def test_the_grouping_tag_is_the_one_that_most_carry() -> None:
    tags = [{"env": "qa"}, {"env": "qa", "Environment": "qa"}, {"env": "dev"}, {}]
    assert commonest_tag(tags) == ("env", "env is on 3 of 4 stoppable resources (Environment on 1)")


def test_of_two_tags_as_common_the_likelier_wins() -> None:
    assert commonest_tag([{"Stage": "qa", "Environment": "orders"}])[0] == "Environment"


def test_without_any_such_tag_it_says_which_were_looked_for() -> None:
    tag, because = commonest_tag([{"Name": "a", "Environment": ""}])
    assert tag is None
    assert because.startswith("none of 1 stoppable resources has a tag Environment, ")


def test_the_commonest_owner_wins_and_a_tie_is_the_same_every_time() -> None:
    assert commonest([{"Owner": "b"}, {"Owner": "a"}, {"Owner": "b"}], ("Owner",)) == ("Owner", "b")
    assert commonest([{"Owner": "b"}, {"Owner": "a"}], ("Owner",)) == ("Owner", "a")
    assert commonest([{}], ("Owner",)) is None
