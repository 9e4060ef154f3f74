"""RDS instances and Aurora clusters that take their time, and that AWS starts again after seven days."""

from functools import partial
from typing import Any

from chalicelib.local import events, refusals
from chalicelib.local.durations import SEVEN_DAYS, Journey
from chalicelib.local.events import DatabaseNews, Place
from chalicelib.local.faults import Breakage
from chalicelib.local.world import World


class Databases:
    """The journeys of DB instances and DB clusters; moto's objects carry the state."""

    def __init__(self, world: World) -> None:
        self._world = world

    def stop_instance(self, database: Any) -> Any:
        """The DB instance is stopping. Raises Refused as AWS does."""
        refusals.check_database_eligible(database)
        refusals.check_database_state(database, "available")
        self._descend(database, Journey.RDS_STOP)
        return database

    def start_instance(self, database: Any) -> Any:
        """The DB instance is starting. Raises Refused as AWS does."""
        refusals.check_database_eligible(database)
        refusals.check_database_state(database, "stopped")
        self._rise(database, Journey.RDS_START)
        return database

    def stop_cluster(self, cluster: Any) -> Any:
        """The DB cluster and its members are stopping. Raises Refused as AWS does."""
        refusals.check_cluster_state(cluster, "available")
        self._descend(cluster, Journey.CLUSTER_STOP)
        return cluster

    def start_cluster(self, cluster: Any) -> Any:
        """The DB cluster and its members are starting. Raises Refused as AWS does."""
        refusals.check_cluster_state(cluster, "stopped")
        self._rise(cluster, Journey.CLUSTER_START)
        return cluster

    def _descend(self, database: Any, journey: Journey) -> None:
        self._enter(database, "stopping")
        stopped = partial(self._stopped, database)
        culprit, breakage = self._world.faults.of(database.arn)
        if breakage is Breakage.NEVER_STOPS:
            self._world.park(database.arn, culprit, stopped)
        else:
            self._world.begin(journey, database.arn, stopped)

    def _rise(self, database: Any, journey: Journey) -> None:
        self._enter(database, "starting")
        culprit, breakage = self._world.faults.of(database.arn)
        if breakage in (Breakage.NEVER_ARRIVES, Breakage.NEVER_HEALTHY):
            self._world.park(database.arn, culprit, partial(self._started, database))
        elif breakage is Breakage.FALLS_BACK:
            self._world.begin(journey, database.arn, partial(self._stopped, database))
        else:
            self._world.begin(journey, database.arn, partial(self._started, database))

    def _stopped(self, database: Any) -> None:
        self._enter(database, "stopped")
        self._tell(database, events.CLUSTER_STOPPED, events.INSTANCE_STOPPED)
        self._world.after(SEVEN_DAYS, database.arn, partial(self._restart_by_aws, database))

    def _started(self, database: Any) -> None:
        self._enter(database, "available")
        self._tell(database, events.CLUSTER_STARTED, events.INSTANCE_STARTED)

    def _restart_by_aws(self, database: Any) -> None:
        """AWS ends a rest of seven days; after a manual start nothing waits here any more."""
        news = events.CLUSTER_RESTARTED_BY_AWS if _is_cluster(database) else events.INSTANCE_RESTARTED_BY_AWS
        self._announce(database, news)
        self._rise(database, Journey.CLUSTER_START if _is_cluster(database) else Journey.RDS_START)

    def _enter(self, database: Any, status: str) -> None:
        for each in [database, *_members(database)]:
            each.status = status

    def _tell(self, database: Any, cluster_news: DatabaseNews, instance_news: DatabaseNews) -> None:
        for member in _members(database):
            self._announce(member, instance_news)
        self._announce(database, cluster_news if _is_cluster(database) else instance_news)

    def _announce(self, database: Any, news: DatabaseNews) -> None:
        place = Place(database.account_id, database.region)
        now = self._world.now()
        if _is_cluster(database):
            event = events.cluster_event(place, database.db_cluster_identifier, news, now)
        else:
            event = events.database_event(place, database.db_instance_identifier, news, now)
        self._world.announce(event)


def _is_cluster(database: Any) -> bool:
    return not hasattr(database, "db_instance_identifier")


def _members(database: Any) -> list[Any]:
    return list(database.members) if _is_cluster(database) else []
