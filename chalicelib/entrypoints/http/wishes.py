"""What people want of an environment: wake, extend, release, sleep, hold, retry, pause."""

from __future__ import annotations

from datetime import datetime

from chalicelib.core.durations import format_instant
from chalicelib.entrypoints.bodies import (
    AccountQuery,
    BadRequestError,
    HoldBody,
    LeaseBody,
    Mistake,
    PauseBody,
    SleepBody,
    Until,
    WidePauseBody,
)
from chalicelib.entrypoints.http.exchange import Reply, Request
from chalicelib.entrypoints.views import granted_view, hold_view
from chalicelib.flows import hold, pause, retry, sleep, wake
from chalicelib.flows.wake import Asked

LONGEST_KEY = 200


def grant_lease(request: Request, name: str) -> Reply:
    """The caller has a lease; the same Idempotency-Key is answered the same for a day."""
    body = request.content(LeaseBody)
    asked = Asked(body.length, body.until, body.reason, body.only, _idempotency_key(request), body.sizes)
    return Reply(granted_view(wake.wake(request.world, request.actor, name, asked)), 201)


def extend_lease(request: Request, name: str) -> Reply:
    """The caller's lease ends later; the same Idempotency-Key is answered the same for a day."""
    body = request.content(Until)
    asked = Asked(body.length, body.until, key=_idempotency_key(request))
    return Reply(granted_view(wake.extend(request.world, request.actor, name, asked)))


def release_lease(request: Request, name: str) -> Reply:
    """The caller has no lease any more."""
    return Reply({"released": wake.release(request.world, request.actor, name)})


def send_to_sleep(request: Request, name: str) -> Reply:
    """The environment is held down until its next window."""
    until = sleep.sleep(request.world, request.actor, name, request.content(SleepBody).insist)
    return Reply({"until": until and format_instant(until)})


def put_hold(request: Request, name: str) -> Reply:
    """The environment is pinned."""
    body = request.content(HoldBody)
    pinned = hold.hold(request.world, request.actor, name, body.desired, body.reason, _end(request, body))
    return Reply(hold_view(name, pinned))


def take_hold_off(request: Request, name: str) -> Reply:
    """Nothing holds the environment any more."""
    return Reply({"released": hold.unhold(request.world, request.actor, name)})


def try_again(request: Request, name: str) -> Reply:
    """What was stuck is tried again."""
    retry.retry(request.world, request.actor, name)
    return Reply({"environment": name})


def pause_environment(request: Request, name: str) -> Reply:
    """Nothing touches the environment until it is resumed."""
    pause.pause_environment(request.world, request.actor, name, request.content(PauseBody).reason)
    return Reply({"environment": name, "paused": True})


def resume_environment(request: Request, name: str) -> Reply:
    """The environment's own kill switch is taken back."""
    pause.resume_environment(request.world, request.actor, name)
    return Reply({"environment": name, "paused": False})


def pause_widely(request: Request) -> Reply:
    """Nothing touches the account, or the organisation, until it is resumed."""
    body = request.content(WidePauseBody)
    pause.pause_widely(request.world, request.actor, body.account, body.reason)
    return Reply({"account": body.account, "paused": True})


def resume_widely(request: Request) -> Reply:
    """The account's, or the organisation's, kill switch is taken back."""
    account = request.parameters(AccountQuery).account
    pause.resume_widely(request.world, request.actor, account)
    return Reply({"account": account, "paused": False})


def _end(request: Request, body: Until) -> datetime | None:
    return request.world.clock.now() + body.length if body.length is not None else body.until


def _idempotency_key(request: Request) -> str | None:
    """The caller's key, which nobody else's request can repeat."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not 1 <= len(key) <= LONGEST_KEY:
        raise BadRequestError([Mistake("Idempotency-Key", f"must have 1 to {LONGEST_KEY} characters; write a UUID")])
    return f"{request.actor.person} {key}"
