"""The one place where settings become real adapters.

Nothing here makes a boto3 client: adapters do at first use. Tests, the demo and the CLI put another world in
place with `use`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Any

from chalicelib.adapters import kept_commitments, spot_rates
from chalicelib.adapters import rates as listed_rates
from chalicelib.adapters.clock import SystemClock
from chalicelib.adapters.cloud import AwsCloud
from chalicelib.adapters.dynamodb_organisation import DynamoOrganisation, StoredRoles, as_role
from chalicelib.adapters.dynamodb_shared_reports import DynamoSharedReports
from chalicelib.adapters.dynamodb_store import DynamoStore
from chalicelib.adapters.dynamodb_tokens import DynamoTokens
from chalicelib.adapters.herald import SendingHerald
from chalicelib.adapters.ical_fetch import HttpsCalendars
from chalicelib.adapters.journal import (
    EventBusListener,
    Listener,
    LogListener,
    MetricsListener,
    NoticeListener,
    Subscribers,
)
from chalicelib.adapters.kept_items import KeptItems
from chalicelib.adapters.large_answers import LargeAnswers
from chalicelib.adapters.notices import Sender, TopicSender, WebhookSender
from chalicelib.adapters.pacer import Pacer, counted
from chalicelib.adapters.price_book import PriceBook
from chalicelib.adapters.price_list import PriceList
from chalicelib.adapters.probe import AwsProbe
from chalicelib.adapters.rates import ListedRates, RoutedRates
from chalicelib.adapters.s3_archive import S3Archive
from chalicelib.adapters.sessions import Role, Sessions
from chalicelib.adapters.spot_rates import SpotRates
from chalicelib.adapters.sqs_queue import SqsQueue
from chalicelib.flows.calendars import Calendars
from chalicelib.flows.commitments import Commitments
from chalicelib.flows.kept_ledger import KeptLedger
from chalicelib.flows.ledger_ports import Rates
from chalicelib.flows.ports import Clock, Cloud, World
from chalicelib.flows.rollout import Access, Organisations
from chalicelib.flows.telling_reports import Publication
from chalicelib.flows.tokens import Tokens

CLAIM_MARGIN = timedelta(seconds=30)
"""A claim outlives the function that holds it, so that no two ever act at once."""
DEFAULT_TIMEOUT = "60"


class SettingsError(Exception):
    """A setting is missing or cannot be; the message names it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a deployment says about itself, in environment variables (in parentheses).

    `account` is Curfew's own (CURFEW_ACCOUNT), `region` its Region (AWS_REGION). `topic_arn` takes notices
    (CURFEW_TOPIC_ARN), `event_bus` falling, asleep, rising and ready (CURFEW_EVENT_BUS); without them nobody
    is told that way. `function_timeout` is that of reconcile (CURFEW_FUNCTION_TIMEOUT, seconds), `journal_days`
    how long the journal is kept (CURFEW_JOURNAL_DAYS, for ever without), `in_vpc` whether health checks may
    ask private addresses (CURFEW_IN_VPC=yes), `session_name` the name under which roles of other accounts are
    assumed (CURFEW_SESSION_NAME): they let only some names start and stop. `url` is the API's address for links in
    notices (CURFEW_URL, for the daily close only).
    """

    table: str
    queue_url: str
    account: str
    region: str
    bucket: str | None = None
    topic_arn: str | None = None
    event_bus: str | None = None
    stage: str = "dev"
    function_timeout: timedelta = timedelta(seconds=60)
    journal_days: int | None = None
    in_vpc: bool = False
    session_name: str = "curfew"
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Wired:
    """Everything that ways in hand to flows.

    `reaching` gives the world as it is but with these ways into accounts, for files that are not applied yet.
    `large_answers` and `publication` are None where there is no bucket. `rates` is the embedded price book where
    nothing else is put. `commitments` are those that reports count with.
    """

    world: World
    tokens: Tokens
    organisations: Organisations
    reaching: Callable[[World, Mapping[str, Access]], World]
    calendars: Calendars = field(default_factory=HttpsCalendars)
    large_answers: LargeAnswers | None = None
    rates: Rates = field(default_factory=PriceBook)
    commitments: Commitments = field(default_factory=Commitments)
    publication: Publication | None = None


def settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings as the environment has them. Raises SettingsError."""
    return Settings(
        table=_needed(environment, "CURFEW_TABLE"),
        queue_url=_needed(environment, "CURFEW_QUEUE_URL"),
        account=_needed(environment, "CURFEW_ACCOUNT"),
        region=_region(environment),
        bucket=environment.get("CURFEW_BUCKET") or None,
        topic_arn=environment.get("CURFEW_TOPIC_ARN") or None,
        event_bus=environment.get("CURFEW_EVENT_BUS") or None,
        stage=environment.get("CURFEW_STAGE", "dev"),
        function_timeout=timedelta(seconds=_number("CURFEW_FUNCTION_TIMEOUT", environment, DEFAULT_TIMEOUT)),
        journal_days=_number("CURFEW_JOURNAL_DAYS", environment, "0") or None,
        in_vpc=environment.get("CURFEW_IN_VPC") == "yes",
        session_name=environment.get("CURFEW_SESSION_NAME", "curfew"),
        url=environment.get("CURFEW_URL") or None,
    )


def queue_name(environment: Mapping[str, str] = os.environ) -> str:
    """The queue whose messages wake the function `poke`; needed when app.py is packaged."""
    return environment.get("CURFEW_QUEUE_NAME", "curfew-pokes")


def wire(given: Settings, clock: Clock | None = None, pacer: Pacer | None = None) -> Wired:
    """Real adapters for these settings, on the given clock (the machine's when None), AWS asked as the pacer lets."""
    clock, pacer = clock or SystemClock(), pacer or Pacer(heard=counted)
    # Curfew's own table, queue and topic are reached with its own credentials, whatever roles are listed.
    own = Sessions(given.account, {})
    dynamodb = partial(own.client, "dynamodb", given.account, given.region)
    organisation = DynamoOrganisation(given.table, dynamodb)
    roles = StoredRoles(organisation)
    cloud = AwsCloud(Sessions(given.account, roles, session_name=given.session_name, pacer=pacer))
    store = DynamoStore(given.table, dynamodb, given.journal_days)
    commitments = _commitments(given, organisation, dynamodb)
    world = World(
        clock=clock,
        store=store,
        queue=SqsQueue(given.queue_url, partial(own.client, "sqs", given.account, given.region)),
        cloud=cloud,
        journal=_journal(given, own),
        probe=AwsProbe(cloud, allow_private=given.in_vpc),
        claim_length=given.function_timeout + CLAIM_MARGIN,
        ledger=KeptLedger(store, organisation.exchange, commitments),
    )
    reaching = partial(_reaching, given, roles, pacer)
    tokens = DynamoTokens(given.table, dynamodb, given.journal_days)
    calendars, rates = HttpsCalendars(allow_private=given.in_vpc), _rates(given, clock, cloud, dynamodb)
    plain = Wired(world, tokens, organisation, reaching, calendars, rates=rates, commitments=commitments)
    return _with_bucket(plain, given, given.bucket, own) if given.bucket else plain


_wired: Wired | None = None


def wired() -> Wired:
    """What is in use: what `use` put in place, else real adapters for the environment's settings."""
    global _wired  # Lambda keeps a process warm between calls: this is what it keeps
    if _wired is None:
        _wired = wire(settings())
    return _wired


def world() -> World:
    """The world in use."""
    return wired().world


def use(replacement: Wired | None) -> None:
    """From now on `wired` gives the replacement; None goes back to the environment's settings."""
    global _wired
    _wired = replacement


def _with_bucket(plain: Wired, given: Settings, bucket: str, own: Sessions) -> Wired:
    """The same with what takes a bucket: large answers, and kept reports."""
    client = partial(own.client, account=given.account, region=given.region)
    s3 = partial(client, "s3")
    first, *others = _senders(given, own)
    links = DynamoSharedReports(given.table, partial(client, "dynamodb"))
    publication = Publication(S3Archive(bucket, s3), links, SendingHerald(first, others), given.url)
    return replace(plain, large_answers=LargeAnswers(bucket, s3), publication=publication)


def _senders(given: Settings, own: Sessions) -> list[Sender]:
    """Every way to reach a team; first the one by which all of them are reached."""
    sns = partial(own.client, "sns", given.account, given.region)
    topic: list[Sender] = [TopicSender(sns, given.topic_arn)] if given.topic_arn else []
    return [*topic, WebhookSender()]


def _journal(given: Settings, own: Sessions) -> Subscribers:
    """Logs, metrics and webhooks always hear; the topic and the bus where there is one."""
    listeners: list[Listener] = [LogListener(), MetricsListener(), NoticeListener(_senders(given, own))]
    if given.event_bus:
        events = partial(own.client, "events", given.account, given.region)
        listeners.append(EventBusListener(events, given.event_bus))
    return Subscribers(listeners)


def _rates(given: Settings, clock: Clock, cloud: Cloud, dynamodb: Callable[[], Any]) -> RoutedRates:
    """The price list and AWS's spot price history, kept in the table."""
    listed = KeptItems(given.table, dynamodb, listed_rates.PARTITION, listed_rates.KEPT)
    spot = KeptItems(given.table, dynamodb, spot_rates.PARTITION, spot_rates.KEPT)
    price_list = PriceList(cloud, given.account, given.region)
    return RoutedRates(
        ListedRates(clock, price_list, listed, PriceBook()), SpotRates(clock, cloud, given.account, spot)
    )


def _commitments(given: Settings, organisation: DynamoOrganisation, dynamodb: Callable[[], Any]) -> Commitments:
    """Those that are declared, and those told of in Curfew's own account and in each that has a role."""
    told = KeptItems(given.table, dynamodb, kept_commitments.PARTITION, kept_commitments.TOLD)
    return Commitments(lambda: {given.account, *organisation.access()}, organisation.commitments, told)


def _reaching(
    given: Settings, stored: Mapping[str, Role], pacer: Pacer, world: World, access: Mapping[str, Access]
) -> World:
    roles = {**stored, **{account: as_role(way) for account, way in access.items()}}
    cloud = AwsCloud(Sessions(given.account, roles, session_name=given.session_name, pacer=pacer))
    return replace(world, cloud=cloud, probe=AwsProbe(cloud, allow_private=given.in_vpc))


def _region(environment: Mapping[str, str]) -> str:
    """AWS_REGION, which Lambda sets, or else what boto3 reads in its place."""
    return environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION") or _needed(environment, "AWS_REGION")


def _needed(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name)
    if not value:
        raise SettingsError(f"{name} is not set; the deployed functions have it, else export it")
    return value


def _number(name: str, environment: Mapping[str, str], usual: str) -> int:
    text = environment.get(name) or usual
    if not text.isdecimal():
        raise SettingsError(f"{name} is {text!r}; write a whole number")
    return int(text)
