"""Schedule files arrive, and environments leave."""

from __future__ import annotations

from chalicelib.entrypoints.bodies import RetireBody
from chalicelib.entrypoints.http.exchange import Reply, Request
from chalicelib.flows import retire


def apply_files(request: Request) -> Reply:
    """What the files change; stored unless it is a dry run. Files with errors change nothing."""
    # Imported late: reading YAML would cost every cold start 60 ms, and no other way in needs it.
    from chalicelib.entrypoints.http.applying import apply_sent_files

    return apply_sent_files(request)


def retire_environment(request: Request, name: str) -> Reply:
    """The environment is woken and then removed, or removed at once as it is."""
    if request.content(RetireBody).leave is None:
        retire.retire(request.world, request.actor, name)
        return Reply({"environment": name, "retired": False})
    retire.leave_as_is(request.world, request.actor, name)
    return Reply({"environment": name, "retired": True})
