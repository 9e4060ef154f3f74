"""Baselines over HTTP: which stands, and what a bill or CloudTrail tells is kept."""

from __future__ import annotations

from chalicelib.entrypoints.baseline_view import standing_view
from chalicelib.entrypoints.bodies import NoParameters
from chalicelib.entrypoints.http.exchange import Reply, Request
from chalicelib.flows.keep_past import keep_past
from chalicelib.flows.standing import standing


def show_baseline(request: Request, name: str) -> Reply:
    """Which baseline stands for each resource, and what would replace it."""
    request.parameters(NoParameters)
    return Reply(standing_view(standing(request.world, name)))


def put_baseline(request: Request, name: str) -> Reply:
    """What a bill or CloudTrail tells of the time before Curfew acted is kept; what stands then."""
    from chalicelib.entrypoints.baseline_body import BaselineBody  # asked for once in an environment's life

    told = request.content(BaselineBody).past(name, request.world.clock.now())
    keep_past(request.world, request.actor, name, told)
    return Reply(standing_view(standing(request.world, name)))
