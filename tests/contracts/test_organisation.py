"""What every keeper of the organisation promises."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.adapters.dynamodb_organisation import DynamoOrganisation, StoredRoles
from chalicelib.adapters.sessions import Role
from chalicelib.flows.rollout import Access, Organisations, Shared
from tests.fakes.organisation import MemoryOrganisation

WAY = Access("arn:aws:iam::444455556666:role/curfew-member", "e-1")
SHARED = Shared("accounts: {}\n", {"444455556666": WAY})


@pytest.fixture
def stored(request: pytest.FixtureRequest) -> DynamoOrganisation:
    client: Any = request.getfixturevalue("dynamodb")
    return DynamoOrganisation(request.getfixturevalue("table"), lambda: client)


@pytest.fixture(params=["memory", "dynamodb"])
def organisations(request: pytest.FixtureRequest) -> Organisations:
    if request.param == "memory":
        return MemoryOrganisation()
    kept: DynamoOrganisation = request.getfixturevalue("stored")
    return kept


def test_before_anything_is_kept_there_is_no_source(organisations: Organisations) -> None:
    assert organisations.source() is None


def test_the_last_that_was_kept_is_there(organisations: Organisations) -> None:
    organisations.keep(SHARED)
    organisations.keep(Shared("teams: {}\n", {}))
    assert organisations.source() == "teams: {}\n"


def test_roles_are_those_last_applied(stored: DynamoOrganisation) -> None:
    roles = StoredRoles(stored)
    assert roles.get("444455556666") is None
    stored.keep(SHARED)
    assert dict(roles) == {"444455556666": Role(WAY.role, "e-1")}
    assert roles.get("111122223333") is None
