"""RDS instances and clusters that take their time, are busy at times, and that AWS starts again after seven days."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from moto.rds.models import rds_backends

from chalicelib.local import events, refusals
from chalicelib.local.database_news import Newsroom, is_cluster
from chalicelib.local.durations import SEVEN_DAYS, Journey
from chalicelib.local.events import DatabaseNews
from chalicelib.local.faults import Breakage
from chalicelib.local.refusals import KEY_LOST
from chalicelib.local.world import World


class Databases:
    """The journeys of DB instances and DB clusters; moto's objects carry the state."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.news = Newsroom(world)

    def stop_instance(self, database: Any) -> Any:
        """The DB instance is stopping, and changes that waited for its maintenance window are gone.

        Raises Refused as AWS does.
        """
        refusals.check_database_eligible(database)
        refusals.check_database_state(database, "available")
        database.pending_modified_values = {}
        self._descend(database, Journey.RDS_STOP)
        return database

    def start_instance(self, database: Any) -> Any:
        """The DB instance is starting. Raises Refused as AWS does."""
        refusals.check_database_eligible(database)
        refusals.check_database_state(database, "stopped", KEY_LOST)
        if self._world.faults.is_short(database.account_id, database.region, database.db_instance_class):
            raise refusals.no_database_capacity(database.db_instance_class)
        self._rise(database, Journey.RDS_START)
        return database

    def stop_cluster(self, cluster: Any) -> Any:
        """The DB cluster and its members are stopping. Raises Refused as AWS does."""
        refusals.check_cluster_eligible(cluster)
        refusals.check_cluster_state(cluster, "available")
        self._descend(cluster, Journey.CLUSTER_STOP)
        return cluster

    def start_cluster(self, cluster: Any) -> Any:
        """The DB cluster and its members are starting. Raises Refused as AWS does."""
        refusals.check_cluster_state(cluster, "stopped", KEY_LOST)
        self._rise(cluster, Journey.CLUSTER_START)
        return cluster

    def snapshot(self, database: Any, snapshot: Any) -> Any:
        """The snapshot is being made; the database serves, and takes no stop before it is there."""
        snapshot.status, snapshot.percent_progress = "creating", 0
        self._enter(database, "backing-up")
        self._world.begin(Journey.RDS_SNAPSHOT, database.arn, partial(self._snapshot_made, database, snapshot))
        return snapshot

    def defer(self, database: Any, values: Mapping[str, Any]) -> Any:
        """The changes wait for the maintenance window of the DB instance."""
        database.pending_modified_values = {**getattr(database, "pending_modified_values", {}), **values}
        return database

    def _snapshot_made(self, database: Any, snapshot: Any) -> None:
        snapshot.status, snapshot.percent_progress = "available", 100
        self._enter(database, "available")

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
            self._world.begin(journey, database.arn, partial(self._fallen_back, database))
        elif breakage is Breakage.LOSES_KEY:
            self._world.begin(journey, database.arn, partial(self._without_key, database))
        else:
            self._world.begin(journey, database.arn, partial(self._started, database))

    def _stopped(self, database: Any) -> None:
        self._enter(database, "stopped")
        self._tell(database, events.CLUSTER_STOPPED, events.INSTANCE_STOPPED)
        self._world.after(SEVEN_DAYS, database.arn, partial(self._restart_by_aws, database))

    def _started(self, database: Any) -> None:
        self._enter(database, "available")
        self._tell(database, events.CLUSTER_STARTED, events.INSTANCE_STARTED)

    def _fallen_back(self, database: Any) -> None:
        """AWS accepted the start and gave it up; only an event tells why."""
        self._tell_instances(database, events.key_out_of_reach)
        self._stopped(database)

    def _without_key(self, database: Any) -> None:
        self._tell_instances(database, events.key_lost)
        self._enter(database, KEY_LOST)

    def _restart_by_aws(self, database: Any) -> None:
        """AWS ends a rest of seven days; after a manual start nothing waits here any more."""
        cluster = is_cluster(database)
        self.news.tell(database, events.CLUSTER_RESTARTED_BY_AWS if cluster else events.INSTANCE_RESTARTED_BY_AWS)
        self._rise(database, Journey.CLUSTER_START if cluster else Journey.RDS_START)

    def _enter(self, database: Any, status: str) -> None:
        for each in [database, *_members(database)]:
            each.status = status

    def _tell(self, database: Any, cluster_news: DatabaseNews, instance_news: DatabaseNews) -> None:
        for member in _members(database):
            self.news.tell(member, instance_news)
        self.news.tell(database, cluster_news if is_cluster(database) else instance_news)

    def _tell_instances(self, database: Any, news: Any) -> None:
        """RDS tells of keys by instance, also in a cluster."""
        for each in _members(database) or [database]:
            self.news.tell(each, news(each.resource_id))


def keep_busy(world: World, arn: str, status: str, length: timedelta) -> None:
    """The database is in `status`, and available again after `length`."""
    _, _, _, region, account, kind, name = arn.split(":")
    backend = rds_backends[account][region]
    database: Any = (backend.clusters if kind == "cluster" else backend.databases)[name]
    database.status = status
    world.after(length, arn, partial(setattr, database, "status", "available"))


def _members(database: Any) -> list[Any]:
    return list(database.members) if is_cluster(database) else []
