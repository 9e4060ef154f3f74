"""Every store, queue and token keeper that must keep the promises of its port."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import boto3
import pytest
from botocore.config import Config
from moto.server import ThreadedMotoServer

from chalicelib.adapters.dynamodb_store import DynamoStore
from chalicelib.adapters.dynamodb_table import create_table
from chalicelib.flows.ports import Store
from tests.fakes import MemoryStore

TABLES = count()


@pytest.fixture(scope="session")
def aws() -> Iterator[Callable[[str], Any]]:
    """Makes clients of an emulated AWS."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    session = boto3.Session("testing", "testing", region_name="eu-west-1")

    def client(service: str) -> Any:
        quick = Config(retries={"total_max_attempts": 1})
        return session.client(service, endpoint_url=f"http://{host}:{port}", config=quick)

    yield client
    server.stop()


@pytest.fixture(scope="session")
def dynamodb(aws: Callable[[str], Any]) -> Any:
    return aws("dynamodb")


@pytest.fixture
def table(dynamodb: Any) -> str:
    name = f"contract-{next(TABLES)}"
    create_table(dynamodb, name)
    return name


@pytest.fixture
def dynamo(dynamodb: Any, table: str) -> DynamoStore:
    return DynamoStore(table, lambda: dynamodb)


@pytest.fixture(params=["memory", "dynamodb"])
def store(request: pytest.FixtureRequest) -> Store:
    """Each implementation of the port in turn."""
    if request.param == "memory":
        return MemoryStore()
    found: DynamoStore = request.getfixturevalue("dynamo")
    return found


@pytest.fixture
def calls(dynamodb: Any) -> Iterator[Counter[str]]:
    """How often each DynamoDB operation was called."""
    counted: Counter[str] = Counter()

    def heard(model: Any, **_: Any) -> None:
        counted[model.name] += 1

    dynamodb.meta.events.register("before-call.dynamodb", heard)
    yield counted
    dynamodb.meta.events.unregister("before-call.dynamodb", heard)


@pytest.fixture
def written(dynamodb: Any) -> Iterator[list[str]]:
    """The sort keys that were written in transactions."""
    sort_keys: list[str] = []

    def heard(params: Any, **_: Any) -> None:
        for write in params["TransactItems"]:
            body = next(iter(write.values()))
            sort_keys.append(body.get("Key", body.get("Item"))["sk"]["S"])

    event_name = "provide-client-params.dynamodb.TransactWriteItems"
    dynamodb.meta.events.register(event_name, heard)
    yield sort_keys
    dynamodb.meta.events.unregister(event_name, heard)


@pytest.fixture
def interrupt(dynamodb: Any) -> Iterator[Callable[[Callable[[], object]], None]]:
    """Does something once, just before the next transaction."""
    planned: list[Callable[[], object]] = []

    def before(**_: Any) -> None:
        if planned:
            planned.pop()()

    event_name = "before-call.dynamodb.TransactWriteItems"
    dynamodb.meta.events.register(event_name, before)
    yield planned.append
    dynamodb.meta.events.unregister(event_name, before)
