"""Every way into the deployed Curfew: the clock, pokes, AWS events, and HTTP. What they do is elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalice.app import AuthRequest, AuthResponse, Chalice, CloudWatchEvent, Rate, Request, Response, SQSEvent

from chalicelib import __version__, wiring
from chalicelib.adapters.heartbeat import beat, closed
from chalicelib.adapters.sqs_queue import poked
from chalicelib.entrypoints import authorizer
from chalicelib.entrypoints.http import (
    baselines,
    bills,
    capacity,
    definitions,
    doctor,
    environments,
    exchange,
    foresight,
    reports,
    shared_reports,
    snapshots,
    tokens,
    wishes,
)
from chalicelib.entrypoints.problems import rephrased
from chalicelib.entrypoints.publishing import after_close
from chalicelib.flows.closing import close
from chalicelib.flows.hear import event_pattern, hear
from chalicelib.flows.reconcile import reconcile
from chalicelib.flows.tick import tick as sweep

app = Chalice(app_name="curfew")


@app.schedule(Rate(1, unit=Rate.MINUTES))
def tick(event: CloudWatchEvent) -> None:
    """What is due is poked."""
    ticked = sweep(wiring.world())
    beat(ticked.poked, ticked.oldest)


@app.on_sqs_message(queue=wiring.queue_name(), batch_size=1)
def poke(event: SQSEvent) -> None:
    """The environment of each message is one step nearer to what the rules want."""
    for record in event:
        reconcile(wiring.world(), poked(record.body))


@app.on_cw_event(event_pattern())
def heard(event: CloudWatchEvent) -> None:
    """The owner of what changed in AWS is looked at shortly."""
    hear(wiring.world(), event.to_dict())


@app.schedule(Rate(1, unit=Rate.HOURS))
def books(event: CloudWatchEvent) -> None:
    """Days that are over are in the books, and reports that changed are kept, and told when it is time."""
    wired = wiring.wired()
    done = close(wired.world, wired.rates)
    closed(len(done.names), {**done.failed, **after_close(wired)}, done.left)


@app.authorizer(ttl_seconds=0)
def bearer(request: AuthRequest) -> AuthResponse:
    """Only who bears a good token goes on."""
    return authorizer.authorize(request)


@app.middleware("http")
def in_problem_details(request: Request, get_response: Callable[[Request], Response]) -> Response:
    """Errors that Chalice itself answers look like all others."""
    return rephrased(get_response(request))


@app.route("/healthz")
def healthz() -> dict[str, Any]:
    """The service answers; asks nothing of AWS."""
    return {"status": "ok", "version": __version__}


ROUTES: tuple[tuple[str, str, exchange.Endpoint], ...] = (
    ("GET", "/environments", environments.list_environments),
    ("GET", "/environments/{name}", environments.show_environment),
    ("GET", "/environments/{name}/decision", environments.show_decision),
    ("GET", "/environments/{name}/calendar", environments.show_calendar),
    ("GET", "/environments/{name}/plan", environments.show_plan),
    ("GET", "/environments/{name}/journal", environments.show_journal),
    ("GET", "/environments/{name}/doctor", doctor.show_doctor),
    ("GET", "/environments/{name}/capacity", capacity.show_capacity),
    ("GET", "/environments/{name}/capacity/what-if", capacity.show_what_if),
    ("GET", "/environments/{name}/baseline", baselines.show_baseline),
    ("PUT", "/environments/{name}/baseline", baselines.put_baseline),
    ("GET", "/environments/{name}/foresight", foresight.show_foresight),
    ("POST", "/environments/{name}/leases", wishes.grant_lease),
    ("PATCH", "/environments/{name}/leases", wishes.extend_lease),
    ("DELETE", "/environments/{name}/leases", wishes.release_lease),
    ("POST", "/environments/{name}/sleep", wishes.send_to_sleep),
    ("PUT", "/environments/{name}/hold", wishes.put_hold),
    ("DELETE", "/environments/{name}/hold", wishes.take_hold_off),
    ("POST", "/environments/{name}/retry", wishes.try_again),
    ("PUT", "/environments/{name}/pause", wishes.pause_environment),
    ("DELETE", "/environments/{name}/pause", wishes.resume_environment),
    ("POST", "/environments/{name}/retire", definitions.retire_environment),
    ("PUT", "/pause", wishes.pause_widely),
    ("DELETE", "/pause", wishes.resume_widely),
    ("POST", "/apply", definitions.apply_files),
    ("POST", "/foresight", foresight.foresee_files),
    ("GET", "/reports/{month}", reports.show_report),
    ("GET", "/reports/{month}/inputs", reports.show_inputs),
    ("GET", "/reports/{month}/bill", bills.show_bill),
    ("POST", "/reports/{month}/bill", bills.keep_bill),
    ("GET", "/reports/{month}/snapshots", snapshots.list_snapshots),
    ("GET", "/reports/{month}/snapshots/{id}", snapshots.show_snapshot),
    ("GET", "/reports/{month}/snapshots/{id}/inputs", snapshots.show_snapshot_inputs),
    ("POST", "/tokens", tokens.issue_token),
    ("GET", "/tokens", tokens.list_tokens),
    ("DELETE", "/tokens/{id}", tokens.revoke_token),
)

for verb, path, endpoint in ROUTES:
    app.route(path, methods=[verb], authorizer=bearer, name=endpoint.__name__)(exchange.view(app, endpoint))

# A key in the link takes the token's place: it opens one report, and nothing else.
app.route("/shared-reports/{key}", methods=["GET"], name="open_shared_report")(
    exchange.view(app, shared_reports.open_shared_report, exchange.anybody)
)
