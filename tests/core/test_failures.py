from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.core.failures import newest_failure

NINE = datetime(2027, 3, 8, 9, tzinfo=UTC)
NO_KEY = (
    "Amazon RDS has been unable to access the KMS encryption key for database instance orders. "
    "This database will be placed into an inaccessible state."
)


def event(message: str, minute: int = 0, name: str = "orders") -> dict[str, object]:
    return {"SourceIdentifier": name, "Message": message, "Date": NINE + timedelta(minutes=minute)}


@pytest.mark.parametrize(
    "message",
    [
        NO_KEY,
        "Database instance put into incompatible-parameters. The memory setting is too large.",
        "DB instance has reached the storage-full threshold, and the database has been shut down.",
        "Allocated storage has been exhausted. Allocate additional storage to resolve.",
        "Error restarting mysql: out of memory.",
        "DB cluster stop failed.",
    ],
)
def test_a_message_that_tells_of_a_failure_is_the_cause(message: str) -> None:
    assert newest_failure([event("DB instance shutdown."), event(message)], ["orders"]) == message


@pytest.mark.parametrize("message", ["DB instance started.", "DB instance stopped.", "Backing up DB instance."])
def test_news_of_ordinary_life_are_no_cause(message: str) -> None:
    assert newest_failure([event(message)], ["orders"]) is None


def test_the_newest_failure_counts_however_they_are_listed() -> None:
    events = [event("Error restarting mysql: later", 5), event("Error restarting mysql: earlier", 1)]
    assert newest_failure(events, ["orders"]) == "Error restarting mysql: later"


def test_a_key_that_can_be_used_again_is_no_cause_any_more() -> None:
    good = "Amazon RDS can now successfully access the KMS encryption key for database instance orders."
    assert newest_failure([event(NO_KEY), event(good, 5)], ["orders"]) is None
    assert newest_failure([event(good), event(NO_KEY, 5)], ["orders"]) == NO_KEY


def test_what_is_told_of_another_database_is_not_its_cause() -> None:
    assert newest_failure([event(NO_KEY, name="billing")], ["orders"]) is None
