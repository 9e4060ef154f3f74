"""The gate: only a good token opens it, and whatever goes wrong keeps it shut."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from chalice.app import AuthRequest

from chalicelib import wiring
from chalicelib.entrypoints.authorizer import actor_of, authorize
from chalicelib.flows.people import Actor, Role
from chalicelib.flows.tokens import Bearer, issue
from tests.entrypoints.served import ADMIN, Served, secret_of

ARN = "arn:aws:execute-api:eu-central-1:111122223333:api/api/GET/environments/orders-qa"
SECRET = secret_of(Role.DEVELOPER)


@pytest.fixture
def served() -> Iterator[Served]:
    yield Served()
    wiring.use(None)


def opened(header: str) -> bool:
    policy = authorize(AuthRequest("token", header, ARN)).to_dict(AuthRequest("token", header, ARN))
    return bool(policy["policyDocument"]["Statement"][0]["Resource"])


@pytest.mark.parametrize(
    ("header", "opens"),
    [
        (f"Bearer {SECRET}", True),
        (f"bearer  {SECRET} ", True),
        (SECRET, False),
        (f"Basic {SECRET}", False),
        ("Bearer", False),
        ("Bearer ", False),
        ("", False),
        (f"Bearer {SECRET} {SECRET}", False),
        (f"Bearer {SECRET}x", False),
        (f"Bearer {SECRET.upper()}", False),
        (f"Bearer {'x' * 5000}", False),
        ("Bearer unknown-unknown-unknown-unknown", False),
    ],
)
def test_only_a_known_bearer_token_opens(served: Served, header: str, opens: bool) -> None:
    assert opened(header) is opens


def test_an_expired_token_opens_nothing(served: Served) -> None:
    served.stage.clock.advance(timedelta(days=30) - timedelta(seconds=1))
    assert opened(f"Bearer {SECRET}")
    served.stage.clock.advance(timedelta(seconds=1))
    assert not opened(f"Bearer {SECRET}")


def test_a_revoked_token_opens_nothing(served: Served) -> None:
    for token in served.tokens.list():
        served.tokens.revoke(token.id, served.stage.clock.now(), [])
    assert not opened(f"Bearer {SECRET}")


def test_a_table_that_does_not_answer_opens_nothing_and_the_token_is_not_logged(
    served: Served, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(sha256: str) -> None:
        raise TimeoutError("dynamodb did not answer")

    monkeypatch.setattr(served.tokens, "find", fail)
    assert not opened(f"Bearer {SECRET}")
    assert "dynamodb did not answer" in caplog.text
    assert SECRET not in caplog.text


def test_without_settings_nothing_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CURFEW_TABLE", raising=False)
    wiring.use(None)
    assert not opened(f"Bearer {SECRET}")


def test_the_bearer_is_handed_on_as_texts_and_comes_back_as_an_actor(served: Served) -> None:
    secret = "groups-groups-groups-groups"
    issue(served.tokens, ADMIN, Bearer("qa1", Role.OPERATOR, 1, ("orders", "search")), secret, served.stage.clock.now())
    response = authorize(AuthRequest("token", f"Bearer {secret}", ARN))
    assert all(isinstance(value, str) for value in response.context.values())
    assert response.principal_id == "qa1"
    assert actor_of(response.context) == Actor("qa1", Role.OPERATOR, ("orders", "search"))


def test_a_request_without_a_token_does_not_reach_an_endpoint(served: Served) -> None:
    assert served.client.http.get("/environments").status_code == 401
    denied = served.client.http.get("/environments", headers={"Authorization": "Bearer nobody"})
    assert denied.status_code == 403
