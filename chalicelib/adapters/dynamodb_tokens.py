"""Bearer tokens in the table: who may do what until when; the token itself is never stored.

The port is flows.tokens.Tokens.

A plain hash is enough because the tokens are random: there is nothing to guess. The item under the hash is the
token; another one under ORG finds it by its public id.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.adapters.codec import Codec
from chalicelib.adapters.dynamodb_journal import EventBundles
from chalicelib.adapters.dynamodb_table import ConditionError, Table, put_if, update_if
from chalicelib.adapters.items import SCHEMA, Item, checked, instant, key, stamp
from chalicelib.flows.events import ORGANISATION, Event
from chalicelib.flows.tokens import Token

NEW = "attribute_not_exists(#pk)"
NOT_REVOKED = "attribute_exists(#pk) AND attribute_not_exists(#revoked_at) AND #schema <= :schema"
TOKEN = Codec(Token)


class DynamoTokens:
    """Tokens over the store's table; their journal is kept for `journal_days`, or for ever."""

    def __init__(self, table_name: str, client_factory: Callable[[], Any], journal_days: int | None = None) -> None:
        self._table = Table(table_name, client_factory)
        self._bundles = EventBundles(journal_days)

    def issue(self, sha256: str, token: Token, events: Sequence[Event]) -> None:
        """The token is stored with its journal. Raises ValueError, storing nothing, if its hash or id is taken."""
        by_hash = _token_key(sha256) | {"token": {"S": TOKEN.encode(token)}}
        by_id = _id_key(token.id) | {"sha256": {"S": sha256}}
        journal = self._bundles.by_itself(ORGANISATION, events)
        try:
            self._table.transact([put_if(by_hash, NEW), put_if(by_id, NEW), *journal])
        except ConditionError as error:
            raise ValueError(f"token {token.id} exists already; make a new one with another id") from error

    def find(self, sha256: str) -> Token | None:
        """The token with this hash, expired and revoked ones included, or None. One consistent read."""
        item = self._table.get(_token_key(sha256))
        return _to_token(item) if item else None

    def revoke(self, token_id: str, at: datetime, events: Sequence[Event]) -> bool:
        """The token is revoked from `at` on; False when there is none with this id, or it was revoked before."""
        entry = self._table.get(_id_key(token_id))
        if entry is None:
            return False
        token_key = _token_key(checked(entry)["sha256"]["S"])
        write = update_if(token_key, "SET #revoked_at = :at", NOT_REVOKED, at=stamp(at), schema=SCHEMA)
        try:
            self._table.transact([write, *self._bundles.by_itself(ORGANISATION, events)])
        except ConditionError:
            return False
        return True

    def list(self) -> tuple[Token, ...]:
        """All tokens, ordered by id. For people: it may miss what was issued a moment ago."""
        entries = self._table.query(
            "#pk = :pk AND #sk BETWEEN :first AND :last",
            pk="ORG",
            first="token#",
            last="token$",  # the character after "#"
        )
        found = (self.find(checked(entry)["sha256"]["S"]) for entry in entries)
        return tuple(token for token in found if token is not None)


def _token_key(sha256: str) -> Item:
    return key(f"TOKEN#{sha256}", "token")


def _id_key(token_id: str) -> Item:
    return key("ORG", f"token#{token_id}")


def _to_token(item: Item) -> Token:
    token = TOKEN.decode(checked(item)["token"]["S"])
    return replace(token, revoked_at=instant(item, "revoked_at"))
