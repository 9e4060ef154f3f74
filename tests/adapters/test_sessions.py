from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib.adapters.pacer import Pacer
from chalicelib.adapters.sessions import NoRoleError, Role, Sessions
from chalicelib.local.waits import SkippedWaits
from tests.fakes import FakeClock

OWN, OTHER = "123456789012", "444455556666"
ROLE = Role(f"arn:aws:iam::{OTHER}:role/curfew", external_id="orders")


@pytest.fixture
def assumed(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """The parameters of every AssumeRole."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    asked: list[dict[str, Any]] = []

    def heard(params: dict[str, Any], **_: Any) -> None:
        asked.append(dict(params))

    with mock_aws():
        session = boto3.Session()
        session.events.register("provide-client-params.sts.AssumeRole", heard)
        monkeypatch.setattr(boto3, "DEFAULT_SESSION", session)
        yield asked


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def sessions(clock: FakeClock) -> Sessions:
    return Sessions(OWN, {OTHER: ROLE}, clock)


def account_of(client: Any) -> str:
    return str(client.get_caller_identity()["Account"])


def test_the_own_account_needs_no_role(assumed: list[Any], sessions: Sessions) -> None:
    assert account_of(sessions.client("sts", OWN, "eu-west-1")) == OWN
    assert assumed == []


def test_another_account_is_entered_by_its_role_and_external_id(
    assumed: list[dict[str, Any]], sessions: Sessions
) -> None:
    assert account_of(sessions.client("sts", OTHER, "eu-west-1")) == OTHER
    (asked,) = assumed
    assert (asked["RoleArn"], asked["ExternalId"], asked["RoleSessionName"]) == (ROLE.arn, "orders", "curfew")


def test_a_role_without_external_id_is_assumed_without_one(assumed: list[dict[str, Any]]) -> None:
    Sessions(OWN, {OTHER: Role(ROLE.arn)}).client("ec2", OTHER, "eu-west-1")
    assert "ExternalId" not in assumed[0]


def test_an_account_without_role_says_where_to_give_it_one(sessions: Sessions) -> None:
    with pytest.raises(NoRoleError, match=r"777788889999 has no role; give it one in organisation\.yaml"):
        sessions.client("ec2", "777788889999", "eu-west-1")


def test_a_role_is_assumed_once_for_all_services_and_regions(assumed: list[Any], sessions: Sessions) -> None:
    first = sessions.client("ec2", OTHER, "eu-west-1")
    sessions.client("rds", OTHER, "us-east-1")
    assert sessions.client("ec2", OTHER, "eu-west-1") is first
    assert len(assumed) == 1


@pytest.mark.parametrize(("minutes", "times"), [(54, 1), (55, 2), (300, 2)])
def test_a_role_is_assumed_anew_five_minutes_before_its_credentials_end(
    assumed: list[Any], sessions: Sessions, clock: FakeClock, minutes: int, times: int
) -> None:
    first = sessions.client("ec2", OTHER, "eu-west-1")
    clock.advance(timedelta(minutes=minutes))
    again = sessions.client("ec2", OTHER, "eu-west-1")
    assert len(assumed) == times
    assert (again is first) == (times == 1)


@pytest.mark.parametrize(("pacer", "attempts"), [(None, 3), (Pacer(), 1)])
def test_clients_give_up_soon(assumed: list[Any], pacer: Pacer | None, attempts: int) -> None:
    config = Sessions(OWN, {}, pacer=pacer).client("ec2", OWN, "eu-west-1").meta.config
    assert (config.connect_timeout, config.read_timeout) == (2, 10)
    assert config.retries["total_max_attempts"] == attempts


def test_the_role_is_assumed_under_the_same_pacer(assumed: list[Any]) -> None:
    waits = SkippedWaits(FakeClock())
    Sessions(OWN, {OTHER: ROLE}, pacer=waits.pacer()).client("ec2", OTHER, "eu-west-1")
    assert (len(assumed), waits.seconds) == (1, [])


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1", "eu-central-1"])
def test_links_to_s3_are_signed_as_new_buckets_want_it(assumed: list[Any], sessions: Sessions, region: str) -> None:
    where = {"Bucket": "curfew-dev", "Key": "answers/1"}
    link = sessions.client("s3", OWN, region).generate_presigned_url("get_object", Params=where)
    assert "X-Amz-Algorithm=AWS4-HMAC-SHA256" in link
