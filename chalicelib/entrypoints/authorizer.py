"""The gate: a request goes on only with a bearer token that is known, not expired and not revoked.

Fails closed: whatever goes wrong is a denial. The token is never logged.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Logger
from chalice.app import AuthRequest, AuthResponse

from chalicelib import wiring
from chalicelib.flows.people import Actor, Role
from chalicelib.flows.tokens import Token, admitted

_BEARER = re.compile(r"Bearer +([A-Za-z0-9_-]{20,200})", re.IGNORECASE)
"""RFC 6750, section 2.1, with the letters that token_urlsafe uses."""

log = Logger(service="curfew")


def authorize(request: AuthRequest) -> AuthResponse:
    """The bearer may call everything (flows judge what the role allows), or nothing."""
    token = _token(request.token)
    if token is None:
        return AuthResponse(routes=[], principal_id="nobody")
    return AuthResponse(routes=["*"], principal_id=token.person, context=_context(token))


def actor_of(context: Mapping[str, Any]) -> Actor:
    """The person that the authorizer let in. Raises KeyError or ValueError where it did not run."""
    groups = tuple(group for group in str(context["groups"]).split(",") if group)
    return Actor(str(context["person"]), Role(context["role"]), groups)


def _token(header: str) -> Token | None:
    bearer = _BEARER.fullmatch(header.strip())
    if bearer is None:
        return None
    try:
        wired = wiring.wired()
        return admitted(wired.tokens, bearer.group(1), wired.world.clock.now())
    except Exception:  # a gate that cannot tell must stay shut, whatever the reason
        log.exception("the token could not be checked; the request is denied")
        return None


def _context(token: Token) -> dict[str, str]:
    """The gateway passes texts only."""
    return {"person": token.person, "role": token.role.value, "groups": ",".join(token.groups), "token_id": token.id}
