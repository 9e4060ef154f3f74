"""The capacity mixes of one environment, as the last pass left them."""

from __future__ import annotations

from chalicelib.entrypoints.bodies import NoParameters
from chalicelib.entrypoints.capacity_view import capacity_view
from chalicelib.entrypoints.http.exchange import Reply, Request
from chalicelib.flows.mixes import mixes


def show_capacity(request: Request, name: str) -> Reply:
    """The mix of each group now and as wanted, why, and what it saves."""
    request.parameters(NoParameters)
    return Reply(capacity_view(name, mixes(request.world, name)))
