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
DEV1 = Token("t-dev1", "dev1", Role.DEVELOPER, NOW, NOW + MONTH, groups=("orders",))
QA1 = Token("t-qa1", "qa1", Role.ADMIN, NOW, NOW + MONTH)

Tokens = MemoryTokens | DynamoTokens


@pytest.fixture(params=["memory", "dynamodb"])
def tokens(request: pytest.FixtureRequest) -> Tokens:
    if request.param == "memory":
        return MemoryTokens()
    client: Any = request.getfixturevalue("dynamodb")
    return DynamoTokens(request.getfixturevalue("table"), lambda: client)


def test_a_token_is_found_by_its_hash_alone(tokens: Tokens) -> None:
    tokens.issue("aa11", DEV1, [])
    assert tokens.find("aa11") == DEV1
    assert tokens.find("aa12") is None
    assert tokens.find(DEV1.id) is None


@pytest.mark.parametrize(("sha256", "token"), [("aa11", QA1), ("bb22", replace(QA1, id=DEV1.id))])
def test_neither_hash_nor_id_is_given_twice(tokens: Tokens, sha256: str, token: Token) -> None:
    tokens.issue("aa11", DEV1, [])
    with pytest.raises(ValueError, match=token.id):
        tokens.issue(sha256, token, [])
    assert tokens.list() == (DEV1,)


def test_a_token_is_revoked_once_and_stays_listed(tokens: Tokens) -> None:
    tokens.issue("aa11", DEV1, [])
    assert tokens.revoke(DEV1.id, NOW, [])
    assert not tokens.revoke(DEV1.id, NOW + MONTH, [])
    assert tokens.find("aa11") == replace(DEV1, revoked_at=NOW)
    assert tokens.list() == (replace(DEV1, revoked_at=NOW),)


def test_who_issued_and_revoked_a_token_is_in_the_journal_of_the_organisation(dynamodb: Any, table: str) -> None:
    tokens = DynamoTokens(table, lambda: dynamodb)
    tokens.issue("aa11", DEV1, [event("issue", name=ORGANISATION)])
    assert tokens.revoke(DEV1.id, NOW, [event("revoke", NOW + MONTH, ORGANISATION)])
    assert not tokens.revoke(DEV1.id, NOW, [event("again", name=ORGANISATION)])
    journal = DynamoStore(table, lambda: dynamodb).journal(ORGANISATION)
    assert [each.text for each in journal] == ["issue", "revoke"]


def test_an_unknown_token_is_not_revoked(tokens: Tokens) -> None:
    assert not tokens.revoke("t-nobody", NOW, [])
    assert tokens.list() == ()


def test_tokens_are_listed_by_id(tokens: Tokens) -> None:
    tokens.issue("bb22", QA1, [])
    tokens.issue("aa11", DEV1, [])
    assert tokens.list() == (DEV1, QA1)


@pytest.mark.parametrize(
    ("token", "after", "good"),
    [
        (DEV1, timedelta(), True),
        (DEV1, MONTH - timedelta(microseconds=1), True),
        (DEV1, MONTH, False),
        (replace(DEV1, revoked_at=NOW), timedelta(), False),
    ],
)
def test_a_token_is_good_until_it_expires_or_is_revoked(token: Token, after: timedelta, good: bool) -> None:
    assert token.good(NOW + after) is good
