"""Tokens over HTTP: issued once, listed without their secrets, revoked for good."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chalicelib import wiring
from chalicelib.flows.errors import RefusedError
from chalicelib.flows.people import Role
from chalicelib.flows.tokens import Bearer, issue
from tests.entrypoints.served import ADMIN, Served

WANTED = {"person": "qa1", "role": "developer", "days": 7, "groups": ["orders"]}


@pytest.fixture
def served() -> Iterator[Served]:
    yield Served()
    wiring.use(None)


def status_with(served: Served, secret: str) -> int:
    headers = {"Authorization": f"Bearer {secret}"}
    return served.client.http.get("/environments", headers=headers).status_code


def test_an_issued_token_works_until_it_is_revoked(served: Served) -> None:
    issued = served.call("POST", "/tokens", WANTED)
    assert issued.status_code == 201
    assert (issued.json_body["person"], issued.json_body["expires_at"]) == ("qa1", "2027-03-15T12:00:00Z")
    assert status_with(served, issued.json_body["token"]) == 200
    served.answer("DELETE", f"/tokens/{issued.json_body['id']}")
    assert status_with(served, issued.json_body["token"]) == 403


def test_a_list_shows_no_secret_and_who_was_revoked(served: Served) -> None:
    issued = served.answer("POST", "/tokens", WANTED)
    served.answer("DELETE", f"/tokens/{issued['id']}")
    listed = served.call("GET", "/tokens")
    assert issued["token"] not in listed.body.decode()
    (mine,) = [token for token in listed.json_body if token["person"] == "qa1"]
    assert mine == {key: issued[key] for key in mine} | {"revoked_at": "2027-03-08T12:00:00Z"}
    assert set(mine) == {"id", "person", "role", "groups", "issued_at", "expires_at", "revoked_at"}


def test_no_two_tokens_are_alike(served: Served) -> None:
    issued = [served.answer("POST", "/tokens", WANTED) for _ in range(3)]
    assert len({token["token"] for token in issued}) == len({token["id"] for token in issued}) == 3


def test_revoking_twice_is_told(served: Served) -> None:
    issued = served.answer("POST", "/tokens", WANTED)
    served.answer("DELETE", f"/tokens/{issued['id']}")
    assert served.call("DELETE", f"/tokens/{issued['id']}").status_code == 404


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"person": "qa1", "role": "king"}, ["role"]),
        ({"role": "developer"}, ["person"]),
        ({"person": "", "role": "developer", "days": 0}, ["person", "days"]),
        ({"person": "qa1", "role": "developer", "days": 366}, ["days"]),
        ({"person": "qa1", "role": "developer", "days": "30"}, ["days"]),
    ],
)
def test_a_wrong_request_for_a_token_is_told(served: Served, body: object, where: list[str]) -> None:
    response = served.call("POST", "/tokens", body)
    assert response.status_code == 400
    assert [error["where"] for error in response.json_body["errors"]] == where


@pytest.mark.parametrize(
    "bearer", [Bearer("qa1", Role.ADMIN, 0), Bearer("qa1", Role.ADMIN, 366), Bearer(" ", Role.ADMIN, 1)]
)
def test_the_flow_refuses_what_no_token_can_be(served: Served, bearer: Bearer) -> None:
    with pytest.raises(RefusedError):
        issue(served.tokens, ADMIN, bearer, "a-secret-a-secret-a-secret", served.stage.clock.now())
