"""The capacity mixes of one environment, and its budget, as the last pass left them."""

from __future__ import annotations

from chalicelib.entrypoints.bodies import NoParameters
from chalicelib.entrypoints.budget_view import budget_view
from chalicelib.entrypoints.capacity_view import capacity_view
from chalicelib.entrypoints.http.exchange import Reply, Request
from chalicelib.flows.burning import burning
from chalicelib.flows.mixes import mixes


def show_capacity(request: Request, name: str) -> Reply:
    """The mix of each group now and as wanted, why, and what it saves; and how fast the budget burns."""
    request.parameters(NoParameters)
    groups = capacity_view(name, mixes(request.world, name))
    return Reply(groups | {"budget": budget_view(burning(request.world, name))})
