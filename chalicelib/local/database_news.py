"""What RDS tells of its databases: to EventBridge at once, and for a fortnight to whoever asks with DescribeEvents."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib.local import events
from chalicelib.local.events import DatabaseNews, Place
from chalicelib.local.world import World

ASKED_FOR = timedelta(hours=1)
"""How far back DescribeEvents looks when nobody says.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeEvents.html
"""


@dataclass(frozen=True, slots=True)
class Told:
    """One event, under the names from which moto writes the answer to DescribeEvents."""

    source_identifier: str
    source_type: str
    source_arn: str
    message: str
    event_categories: list[str]
    date: datetime


class Newsroom:
    """All that was told so far, of all accounts and Regions."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._told: list[tuple[Place, Told]] = []

    def tell(self, database: Any, news: DatabaseNews) -> None:
        """`news` of the DB instance or cluster is out, unless the world is still being built."""
        if self._world.timeless_now:
            return
        place, now = Place(database.account_id, database.region), self._world.now()
        name = database.resource_id
        cluster = is_cluster(database)
        event = (events.cluster_event if cluster else events.database_event)(place, name, news, now)
        self._world.announce(event)
        source = "db-cluster" if cluster else "db-instance"
        self._told.append((place, Told(name, source, database.arn, news.message, list(news.categories), now)))

    def describe(self, backend: Any, name: str | None, source: str | None, minutes: int | None) -> list[Told]:
        """What was told in the account and Region of `backend` in the last so many minutes, oldest first."""
        here = Place(backend.account_id, backend.region_name)
        since = self._world.now() - (timedelta(minutes=minutes) if minutes else ASKED_FOR)
        return [
            told
            for place, told in self._told
            if place == here
            and told.date >= since
            and name in (None, told.source_identifier)
            and source in (None, told.source_type)
        ]


def is_cluster(database: Any) -> bool:
    """Whether moto's object is a DB cluster rather than a DB instance."""
    return not hasattr(database, "db_instance_identifier")
