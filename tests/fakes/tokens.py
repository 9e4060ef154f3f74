"""Tokens as two dictionaries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.flows.events import Event
from chalicelib.flows.tokens import Token


class MemoryTokens:
    """Tokens by hash, hashes by id, and what went into the journal."""

    def __init__(self) -> None:
        self.tokens: dict[str, Token] = {}
        self.hashes: dict[str, str] = {}
        self.events: list[Event] = []

    def issue(self, sha256: str, token: Token, events: Sequence[Event]) -> None:
        if sha256 in self.tokens or token.id in self.hashes:
            raise ValueError(f"token {token.id} exists already")
        self.tokens[sha256] = token
        self.hashes[token.id] = sha256
        self.events.extend(events)

    def find(self, sha256: str) -> Token | None:
        return self.tokens.get(sha256)

    def revoke(self, token_id: str, at: datetime, events: Sequence[Event]) -> bool:
        sha256 = self.hashes.get(token_id)
        if sha256 is None or self.tokens[sha256].revoked_at is not None:
            return False
        self.tokens[sha256] = replace(self.tokens[sha256], revoked_at=at)
        self.events.extend(events)
        return True

    def list(self) -> tuple[Token, ...]:
        return tuple(self.tokens[self.hashes[each]] for each in sorted(self.hashes))
