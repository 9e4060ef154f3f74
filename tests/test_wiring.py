"""Settings become adapters in one place, and nothing is asked of AWS before it is needed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib import wiring
from chalicelib.adapters.dynamodb_store import DynamoStore
from chalicelib.adapters.price_book import PriceBook
from chalicelib.adapters.rates import ListedRates, RoutedRates
from chalicelib.wiring import Settings, SettingsError, Wired, settings, wire
from tests.entrypoints.served import Served
from tests.fakes import FakeClock

LEAST = {
    "CURFEW_TABLE": "curfew-dev",
    "CURFEW_QUEUE_URL": "https://sqs.eu-central-1.amazonaws.com/111122223333/curfew-dev-pokes",
    "CURFEW_ACCOUNT": "111122223333",
    "AWS_REGION": "eu-central-1",
}
ROOT = Path(wiring.__file__).parent.parent


@pytest.fixture(autouse=True)
def _nothing_in_use() -> Iterator[None]:
    wiring.use(None)
    yield
    wiring.use(None)


@pytest.mark.parametrize("name", sorted(LEAST))
def test_a_missing_setting_is_named(name: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name} is not set"):
        settings({key: value for key, value in LEAST.items() if key != name})


@pytest.mark.parametrize(
    ("given", "field", "expected"),
    [
        ({}, "function_timeout", timedelta(seconds=60)),
        ({"CURFEW_FUNCTION_TIMEOUT": "120"}, "function_timeout", timedelta(minutes=2)),
        ({}, "journal_days", None),
        ({"CURFEW_JOURNAL_DAYS": "400"}, "journal_days", 400),
        ({"CURFEW_TOPIC_ARN": ""}, "topic_arn", None),
        ({"CURFEW_EVENT_BUS": "default"}, "event_bus", "default"),
        ({"CURFEW_STAGE": "live"}, "stage", "live"),
        ({}, "in_vpc", False),
        ({"CURFEW_IN_VPC": "yes"}, "in_vpc", True),
        ({}, "url", None),
        ({"CURFEW_URL": "https://api.example.com/api"}, "url", "https://api.example.com/api"),
    ],
)
def test_each_setting_has_its_variable(given: dict[str, str], field: str, expected: object) -> None:
    assert getattr(settings(LEAST | given), field) == expected


def test_a_number_that_is_none_is_named() -> None:
    with pytest.raises(SettingsError, match="CURFEW_FUNCTION_TIMEOUT"):
        settings(LEAST | {"CURFEW_FUNCTION_TIMEOUT": "a minute"})


def test_a_claim_outlives_the_function_that_holds_it() -> None:
    given = settings(LEAST | {"CURFEW_FUNCTION_TIMEOUT": "60"})
    assert wire(given).world.claim_length == timedelta(seconds=90)


def test_the_world_runs_on_the_clock_that_is_given() -> None:
    clock = FakeClock()
    wired = wire(settings(LEAST), clock)
    assert wired.world.clock is clock
    assert isinstance(wired.world.store, DynamoStore)


def test_wiring_a_world_makes_no_client() -> None:
    given = Settings("t", "q", "111122223333", "eu-central-1", "bucket", topic_arn="arn", event_bus="default")
    code = f"import datetime, sys\nfrom chalicelib.wiring import *\nwire({given!r})\nprint('boto3' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_what_is_in_use_is_wired_once_and_can_be_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in LEAST.items():
        monkeypatch.setenv(name, value)
    first = wiring.wired()
    assert wiring.wired() is first
    other: Wired = Served().wired
    assert wiring.wired() is other
    assert wiring.world() is other.world


def test_rates_come_from_the_price_list_and_from_the_embedded_book_where_nothing_is_wired() -> None:
    wired = wire(settings(LEAST))
    assert isinstance(wired.rates, RoutedRates)
    assert isinstance(wired.rates.on_demand, ListedRates)
    assert isinstance(Served().wired.rates, PriceBook)


def test_reports_are_kept_where_there_is_a_bucket_and_links_begin_with_the_address() -> None:
    assert wire(settings(LEAST)).publication is None
    given = {"CURFEW_BUCKET": "curfew-dev", "CURFEW_URL": "https://api.example.com/api"}
    publication = wire(settings(LEAST | given)).publication
    assert publication is not None
    assert publication.address == "https://api.example.com/api"
