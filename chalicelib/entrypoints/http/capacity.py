"""The capacity mixes of one environment and its budget, as last left, and what other policies would have cost."""

from __future__ import annotations

from chalicelib.entrypoints.bodies import NoParameters, WhatIfQuery
from chalicelib.entrypoints.budget_view import budget_view
from chalicelib.entrypoints.capacity_view import capacity_view
from chalicelib.entrypoints.http.exchange import Reply, Request
from chalicelib.entrypoints.other_policy import other_policy
from chalicelib.entrypoints.what_if_view import what_if_view
from chalicelib.flows.burning import burning
from chalicelib.flows.mixes import mixes
from chalicelib.flows.what_if import what_if


def show_capacity(request: Request, name: str) -> Reply:
    """The mix of each group now and as wanted, why, and what it saves; and how fast the budget burns."""
    request.parameters(NoParameters)
    groups = capacity_view(mixes(request.world, name))
    return Reply(groups | {"budget": budget_view(burning(request.world, name))})


def show_what_if(request: Request, name: str) -> Reply:
    """What each policy would have cost over the last 30 days of spot prices."""
    asked = request.parameters(WhatIfQuery)
    others = {text: other_policy(text) for text in asked.policy}
    return Reply(what_if_view(what_if(request.world, name, others, asked.resource)))
