from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.local.clock import SimulatedClock
from chalicelib.local.cloud import EmbeddedCloud
from chalicelib.local.estate import Site


@pytest.fixture(scope="module")
def cloud() -> Iterator[EmbeddedCloud]:
    with EmbeddedCloud(SimulatedClock(datetime(2026, 3, 2, 18, tzinfo=UTC)), seed=7) as running:
        yield running


@pytest.fixture
def site(cloud: EmbeddedCloud) -> Site:
    cloud.take_events()
    return Site(cloud, "111122223333", "ap-south-1")


@pytest.fixture
def wait(cloud: EmbeddedCloud) -> Callable[[timedelta], None]:
    return lambda time: cloud.advance_to(cloud.clock.now() + time)


@pytest.fixture
def refusal() -> Callable[..., str]:
    """The error code of a call that must be refused."""

    def code_of(call: Callable[..., Any], **arguments: Any) -> str:
        with pytest.raises(ClientError) as refused:
            call(**arguments)
        return str(refused.value.response["Error"]["Code"])

    return code_of
