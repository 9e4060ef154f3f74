"""Administrators issue, list and revoke bearer tokens."""

from __future__ import annotations

from secrets import token_urlsafe

from chalicelib.core.durations import format_instant
from chalicelib.entrypoints.bodies import TokenBody
from chalicelib.entrypoints.http.exchange import Reply, Request
from chalicelib.flows import tokens
from chalicelib.flows.tokens import Bearer, Token

SECRET_BYTES = 32


def issue_token(request: Request) -> Reply:
    """A token exists; this is the only time that anybody sees it."""
    body = request.content(TokenBody)
    secret, now = token_urlsafe(SECRET_BYTES), request.world.clock.now()
    bearer = Bearer(body.person, body.role, body.days, body.groups)
    token = tokens.issue(request.wired.tokens, request.actor, bearer, secret, now)
    return Reply({"token": secret, **token_view(token)}, 201)


def list_tokens(request: Request) -> Reply:
    """All tokens, without what makes them work."""
    return Reply([token_view(token) for token in tokens.listed(request.wired.tokens, request.actor)])


def revoke_token(request: Request, id: str) -> Reply:
    """The token opens nothing any more."""
    tokens.revoke(request.wired.tokens, request.actor, id, request.world.clock.now())
    return Reply({"id": id, "revoked": True})


def token_view(token: Token) -> dict[str, object]:
    """A token for programs; the secret is not known any more."""
    return {
        "id": token.id,
        "person": token.person,
        "role": token.role.value,
        "groups": list(token.groups),
        "issued_at": format_instant(token.issued_at),
        "expires_at": format_instant(token.expires_at),
        "revoked_at": token.revoked_at and format_instant(token.revoked_at),
    }
