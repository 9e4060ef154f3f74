"""Curfew at home: the deployed code over the embedded cloud, with its own table and queue, in one process."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType

from chalicelib import wiring
from chalicelib.adapters.dynamodb_table import create_table
from chalicelib.adapters.journal import Listener, Subscribers
from chalicelib.adapters.pacer import Pacer
from chalicelib.adapters.price_book import PriceBook
from chalicelib.adapters.rates import RoutedRates
from chalicelib.core.due import RESYNC
from chalicelib.flows.ports import Clock
from chalicelib.flows.telling_reports import Herald
from chalicelib.local.cloud import EmbeddedCloud
from chalicelib.local.functions import Functions
from chalicelib.local.letterbox import Letterbox
from chalicelib.local.mailman import Mailman
from chalicelib.local.waits import SkippedWaits
from chalicelib.wiring import Settings, Wired

ACCOUNT = "111122223333"
REGION = "eu-central-1"
TABLE = "curfew"
QUEUE = "curfew-pokes"
BUCKET = "curfew-reports"
ADDRESS = "https://curfew.example.com/api"
"""What links in letters begin with. Nobody answers there: at home the API is at another address each time."""
FUNCTION_TIMEOUT = timedelta(seconds=60)
HEAD = DynamoType({"S": "head"})
RECEIVES = 5
"""After so many failed receives a message goes to the dead-letter queue, as in the template."""


@dataclass(frozen=True, slots=True)
class House:
    """What is needed to drive Curfew at home; `waits` are those before retries of calls to AWS.

    `letterbox` has what teams were told of reports.
    """

    cloud: EmbeddedCloud
    wired: Wired
    functions: Functions
    mailman: Mailman
    app: Any
    waits: SkippedWaits
    letterbox: Letterbox

    def earliest_sweep(self) -> datetime | None:
        """The oldest sweep instant in the table; read from moto's memory, so that no call is counted."""
        items = dynamodb_backends[ACCOUNT][REGION].tables[TABLE].items
        ours = (entries for key, entries in items.items() if key.value.startswith("ENV#"))
        heads = [entries[HEAD].attrs for entries in ours if HEAD in entries]
        swept = [head["sweep_at"].value for head in heads if "sweep_at" in head]
        return datetime.fromisoformat(min(swept)).astimezone(UTC) if swept else None


@contextmanager
def at_home(cloud: EmbeddedCloud, listeners: Sequence[Listener], resync: timedelta) -> Iterator[House]:
    """Within it Curfew's table, queue and bucket exist in the cloud, and app.py runs on them.

    `listeners` hear its journal.
    """
    with reaching(cloud.endpoint_url, ACCOUNT, REGION):
        create_table(cloud.client("dynamodb", ACCOUNT, REGION), TABLE)
        queue_url = create_queues(cloud.client("sqs", ACCOUNT, REGION), QUEUE)
        in_region = {"LocationConstraint": REGION}
        cloud.client("s3", ACCOUNT, REGION).create_bucket(Bucket=BUCKET, CreateBucketConfiguration=in_region)
        given = Settings(
            TABLE, queue_url, ACCOUNT, REGION, bucket=BUCKET, url=ADDRESS, function_timeout=FUNCTION_TIMEOUT
        )
        waits, letterbox = SkippedWaits(cloud.clock), Letterbox()
        with in_process(given, cloud.clock, listeners, resync, waits.pacer(), letterbox) as (wired, app):
            functions = Functions(app)
            mailman = Mailman(ACCOUNT, REGION, queue_url, functions.poke)
            yield House(cloud, wired, functions, mailman, app.app, waits, letterbox)


@contextmanager
def in_process(
    given: Settings,
    clock: Clock,
    listeners: Sequence[Listener],
    resync: timedelta = RESYNC,
    pacer: Pacer | None = None,
    herald: Herald | None = None,
) -> Iterator[tuple[Wired, ModuleType]]:
    """Within it app.py runs in this process with these settings; the answer is what it uses, and the module.

    Teams are told of reports by `herald` alone, or not at all.
    """
    wired = wiring.wire(given, clock, pacer)
    wired = replace(wired, world=replace(wired.world, journal=Subscribers(listeners), resync=resync))
    if isinstance(wired.rates, RoutedRates):  # no emulator has a price list
        wired = replace(wired, rates=replace(wired.rates, on_demand=PriceBook()))
    if wired.publication is not None:  # nobody is written to from here
        wired = replace(wired, publication=replace(wired.publication, herald=herald or Letterbox()))
    wiring.use(wired)
    try:
        yield wired, _loaded_app()
    finally:
        wiring.use(None)


def _loaded_app() -> ModuleType:
    """app.py from beside this package, wherever the command was started."""
    spec = spec_from_file_location("app", Path(__file__).resolve().parents[2] / "app.py")
    assert spec is not None
    assert spec.loader is not None
    app = module_from_spec(spec)
    spec.loader.exec_module(app)
    return app


def create_queues(sqs: Any, name: str) -> str:
    """The queue and its dead-letter queue, `name`-dead, exist as in the template; answers the queue's address."""
    dead = sqs.create_queue(QueueName=f"{name}-dead")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": RECEIVES})
    visibility = str(6 * int(FUNCTION_TIMEOUT.total_seconds()))
    attributes = {"VisibilityTimeout": visibility, "RedrivePolicy": redrive}
    return str(sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"])


@contextmanager
def reaching(endpoint_url: str, key: str, region: str) -> Iterator[None]:
    """Within it boto3 reaches that endpoint with that made-up key, and nothing is logged to the screen."""
    settings = {
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_ACCESS_KEY_ID": key,
        "AWS_SECRET_ACCESS_KEY": "simulated",
        "AWS_DEFAULT_REGION": region,
        "POWERTOOLS_METRICS_DISABLED": "true",
        "POWERTOOLS_LOG_LEVEL": "CRITICAL",
        "POWERTOOLS_SERVICE_NAME": "curfew",
    }
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
