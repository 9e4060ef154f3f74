"""The readiness review of one environment, as it is now."""

from __future__ import annotations

from chalicelib.entrypoints.bodies import NoParameters
from chalicelib.entrypoints.http.exchange import Reply, Request
from chalicelib.entrypoints.views import review_view
from chalicelib.flows.doctor import review


def show_doctor(request: Request, name: str) -> Reply:
    """What was found, and how to mend it; changes nothing."""
    request.parameters(NoParameters)
    return Reply(review_view(review(request.world, name)))
