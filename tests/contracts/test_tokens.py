"""What every keeper of tokens promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.adapters.dynamodb_store import DynamoStore
from chalicelib.adapters.dynamodb_tokens import DynamoTokens
from chalicelib.flows.events import ORGANISATION
from chalicelib.flows.people import Role
from chalicelib.flows.tokens import Token
from tests.contracts.samples import NOW, event
from tests.fakes import MemoryTokens

MONTH = timedelta(days=30)
DANA = Token("t-dana", "dana", Role.DEVELOPER, NOW, NOW + MONTH, groups=("orders",))
LEE = Token("t-lee", "lee", Role.ADMIN, NOW, NOW + MONTH)

Tokens = MemoryTokens | DynamoTokens


@pytest.fixture(params=["memory", "dynamodb"])
def tokens(request: pytest.FixtureRequest) -> Tokens:
    if request.param == "memory":
        return MemoryTokens()
    client: Any = request.getfixturevalue("dynamodb")
    return DynamoTokens(request.getfixturevalue("table"), lambda: client)


def test_a_token_is_found_by_its_hash_alone(tokens: Tokens) -> None:
    tokens.issue("aa11", DANA, [])
    assert tokens.find("aa11") == DANA
    assert tokens.find("aa12") is None
    assert tokens.find(DANA.id) is None


@pytest.mark.parametrize(("sha256", "token"), [("aa11", LEE), ("bb22", replace(LEE, id=DANA.id))])
def test_neither_hash_nor_id_is_given_twice(tokens: Tokens, sha256: str, token: Token) -> None:
    tokens.issue("aa11", DANA, [])
    with pytest.raises(ValueError, match=token.id):
        tokens.issue(sha256, token, [])
    assert tokens.list() == (DANA,)


def test_a_token_is_revoked_once_and_stays_listed(tokens: Tokens) -> None:
    tokens.issue("aa11", DANA, [])
    assert tokens.revoke(DANA.id, NOW, [])
    assert not tokens.revoke(DANA.id, NOW + MONTH, [])
    assert tokens.find("aa11") == replace(DANA, revoked_at=NOW)
    assert tokens.list() == (replace(DANA, revoked_at=NOW),)


def test_who_issued_and_revoked_a_token_is_in_the_journal_of_the_organisation(dynamodb: Any, table: str) -> None:
    tokens = DynamoTokens(table, lambda: dynamodb)
    tokens.issue("aa11", DANA, [event("issue", name=ORGANISATION)])
    assert tokens.revoke(DANA.id, NOW, [event("revoke", NOW + MONTH, ORGANISATION)])
    assert not tokens.revoke(DANA.id, NOW, [event("again", name=ORGANISATION)])
    journal = DynamoStore(table, lambda: dynamodb).journal(ORGANISATION)
    assert [each.text for each in journal] == ["issue", "revoke"]


def test_an_unknown_token_is_not_revoked(tokens: Tokens) -> None:
    assert not tokens.revoke("t-nobody", NOW, [])
    assert tokens.list() == ()


def test_tokens_are_listed_by_id(tokens: Tokens) -> None:
    tokens.issue("bb22", LEE, [])
    tokens.issue("aa11", DANA, [])
    assert tokens.list() == (DANA, LEE)


@pytest.mark.parametrize(
    ("token", "after", "good"),
    [
        (DANA, timedelta(), True),
        (DANA, MONTH - timedelta(microseconds=1), True),
        (DANA, MONTH, False),
        (replace(DANA, revoked_at=NOW), timedelta(), False),
    ],
)
def test_a_token_is_good_until_it_expires_or_is_revoked(token: Token, after: timedelta, good: bool) -> None:
    assert token.good(NOW + after) is good
