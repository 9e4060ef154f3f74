"""Bearer tokens: who may do what until when. The secret is shown once and never stored, only its SHA-256.

A plain hash is enough because secrets are 256 random bits, made by the caller: there is nothing to guess.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Protocol

from chalicelib.flows.errors import RefusedError, UnknownError
from chalicelib.flows.events import ORGANISATION, Event, What
from chalicelib.flows.people import Actor, Role, require

LONGEST_DAYS = 365
ID_LENGTH = 12
"""Enough of the hash to tell tokens apart, too little to be of use to anybody."""


@dataclass(frozen=True, slots=True)
class Token:
    """Whose token it is and what it allows. `id` is public and short; `revoked_at` None while it is good."""

    id: str
    person: str
    role: Role
    issued_at: datetime
    expires_at: datetime
    groups: tuple[str, ...] = ()
    revoked_at: datetime | None = None

    def good(self, now: datetime) -> bool:
        """True while it is neither expired nor revoked."""
        return self.revoked_at is None and now < self.expires_at


class Tokens(Protocol):
    """Keeps tokens under the SHA-256 of their secrets."""

    def issue(self, sha256: str, token: Token, events: Sequence[Event]) -> None:
        """The token is stored and the events are in the journal, in one transaction.

        Raises ValueError, storing nothing, if its hash or id is taken.
        """

    def find(self, sha256: str) -> Token | None:
        """The token with this hash, expired and revoked ones included, or None. Consistent."""

    def revoke(self, token_id: str, at: datetime, events: Sequence[Event]) -> bool:
        """The token is revoked from `at` on and the events are in the journal.

        False, and nothing changed, when there is none with this id, or it was revoked before. One transaction.
        """

    def list(self) -> tuple[Token, ...]:
        """All tokens, ordered by id."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whom a token is for and for how long (1 to 365 days)."""

    person: str
    role: Role
    days: int
    groups: tuple[str, ...] = ()


def issue(tokens: Tokens, actor: Actor, bearer: Bearer, secret: str, now: datetime) -> Token:
    """The secret opens what the bearer's role allows, from now on for that many days.

    Raises RefusedError for a length out of range or a person without a name.
    """
    require(actor, Role.ADMIN, "issue a token")
    if not 1 <= bearer.days <= LONGEST_DAYS:
        raise RefusedError(f"a token lasts 1 to {LONGEST_DAYS} days, not {bearer.days}; say for example --days 30")
    if not bearer.person.strip():
        raise RefusedError("a token belongs to a person; say whose it is")
    fingerprint = _fingerprint(secret)
    expires_at = now + timedelta(days=bearer.days)
    token = Token(fingerprint[:ID_LENGTH], bearer.person, bearer.role, now, expires_at, bearer.groups)
    text = f"issue token {token.id} to {token.person} as {token.role} until {expires_at:%Y-%m-%dT%H:%MZ}"
    tokens.issue(fingerprint, token, [_told(actor, text, now)])
    return token


def listed(tokens: Tokens, actor: Actor) -> tuple[Token, ...]:
    """All tokens, expired and revoked ones included."""
    require(actor, Role.ADMIN, "list tokens")
    return tokens.list()


def revoke(tokens: Tokens, actor: Actor, token_id: str, now: datetime) -> None:
    """The token opens nothing any more. Raises UnknownError when no token that is not revoked has this id."""
    require(actor, Role.ADMIN, "revoke a token")
    if not tokens.revoke(token_id, now, [_told(actor, f"revoke token {token_id}", now)]):
        raise UnknownError(f"there is no token {token_id!r} to revoke; curfew token list shows them")


def admitted(tokens: Tokens, secret: str, now: datetime) -> Token | None:
    """The token that the secret opens, or None when it is unknown, expired or revoked."""
    token = tokens.find(_fingerprint(secret))
    return token if token is not None and token.good(now) else None


def _told(actor: Actor, text: str, now: datetime) -> Event:
    return Event(What.WISHED, ORGANISATION, now, text, actor=actor.person)


def _fingerprint(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
