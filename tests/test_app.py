"""app.py: every way in, and what importing it costs."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from chalice.app import CloudWatchEventConfig, SQSEventConfig
from chalice.local import LambdaContext
from chalice.test import Client

import app
from chalicelib import __version__, wiring
from chalicelib.flows.commitments import Commitments
from chalicelib.kinds import kinds
from tests.entrypoints.served import Served
from tests.fakes.told import MemoryTold
from tests.flows.stage import up

ROOT = Path(app.__file__).parent
SHAPES = "chalicelib.entrypoints.schedule_file.environment_shape"
HEAVY = ("boto3", "moto", "holidays", "ruamel.yaml", "httpx", "jinja2", "xlsxwriter", SHAPES, "chalicelib.local")


@pytest.fixture
def served() -> Iterator[Served]:
    served = Served()
    served.stage.orders()
    yield served
    wiring.use(None)


def test_every_route_but_health_and_shared_reports_names_the_authorizer() -> None:
    entries = [entry for methods in app.app.routes.values() for entry in methods.values()]
    assert {entry.uri_pattern for entry in entries if entry.authorizer is not app.bearer} == {
        "/healthz",
        "/shared-reports/{key}",
    }
    assert len(entries) == len(app.ROUTES) + 2


def test_no_route_lets_other_origins_in() -> None:
    assert not any(entry.cors for methods in app.app.routes.values() for entry in methods.values())


def test_the_authorizer_remembers_nobody() -> None:
    (gate,) = app.app.builtin_auth_handlers
    assert gate.ttl_seconds == 0


def test_pokes_come_one_at_a_time() -> None:
    (queue,) = [source for source in app.app.event_sources if isinstance(source, SQSEventConfig)]
    assert (queue.queue, queue.batch_size) == ("curfew-pokes", 1)


def test_every_kind_is_heard() -> None:
    (rule,) = [source for source in app.app.event_sources if isinstance(source, CloudWatchEventConfig)]
    for kind in (kind for kind in kinds().values() if kind.event.detail_types):
        assert kind.event.source in rule.event_pattern["source"]
        assert set(kind.event.detail_types) <= set(rule.event_pattern["detail-type"])


def test_a_tick_and_its_pokes_put_an_environment_to_sleep_at_night(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    client, clock = Client(app.app), served.stage.clock
    clock.set(clock.now().replace(hour=20))
    for _ in range(40):
        client.lambda_.invoke("tick", client.events.generate_cw_event("aws.events", "Scheduled Event", {}, []))
        for name in served.stage.queue.take(clock.now()):
            client.lambda_.invoke("poke", client.events.generate_sqs_event([f'{{"environment": "{name}"}}']))
        clock.advance(timedelta(minutes=1))
    assert not up(served.stage)
    assert all(served.stage.cloud.status(arn) in ("down", "stopped") for arn in served.stage.cloud.things)
    assert '"OldestOverdueSeconds"' in capsys.readouterr().out


def test_a_message_that_is_no_poke_fails_so_that_it_ends_in_the_dead_letter_queue(served: Served) -> None:
    client = Client(app.app)
    with pytest.raises(ValueError, match="not a poke"):
        client.lambda_.invoke("poke", client.events.generate_sqs_event(["hello"]))


def test_an_aws_event_pokes_the_owner(served: Served) -> None:
    client = Client(app.app)
    served.stage.run_for(timedelta(minutes=2))
    served.stage.queue.pokes.clear()
    (database,) = [arn for arn, thing in served.stage.cloud.things.items() if thing.kind == "rds-instance"]
    detail = {"EventID": "RDS-EVENT-0087", "SourceArn": database, "SourceIdentifier": "orders-db"}
    event = client.events.generate_cw_event("aws.rds", "RDS DB Instance Event", detail, [database])
    client.lambda_.invoke("heard", event)
    assert [name for name, _ in served.stage.queue.pokes] == ["orders-qa"]


def test_importing_the_app_loads_nothing_heavy() -> None:
    code = f"import app, sys; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_version_is_that_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == __version__


def test_a_scheduled_event_reaches_the_handler_as_lambda_calls_it(served: Served) -> None:
    event = Client(app.app).events.generate_cw_event("aws.events", "Scheduled Event", {}, [])
    assert app.tick(event, LambdaContext("tick", 128, 60)) is None


def test_the_books_ask_once_a_day_what_was_committed_to(served: Served) -> None:
    client, told = Client(app.app), MemoryTold()
    wiring.use(replace(served.wired, commitments=Commitments(lambda: ["111122223333"], told=told)))
    for _ in range(2):
        client.lambda_.invoke("books", client.events.generate_cw_event("aws.events", "Scheduled Event", {}, []))
    assert served.stage.cloud.looks["DescribeSavingsPlans"] == 1
    assert told.kept["111122223333"].asked_at == served.stage.clock.now()
