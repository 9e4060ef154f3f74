"""Where moto's RDS is replaced, checked with moto 5.2.5; undone with the other patches.

- `start_* / stop_*`, `create_db_snapshot`, `create_db_cluster_snapshot`: databases take their time.
- `modify_db_instance`: without ApplyImmediately a change waits; moto makes it at once.
- `describe_events`: moto's come from the real clock and know no stop and start.
- `create_db_cluster`, `create_db_instance`: moto knows Neptune, not DocumentDB, which differs in name only here.
"""

from collections.abc import Iterator
from typing import Any

import moto.rds.models as rds
from moto.rds.exceptions import DBClusterNotFoundError

from chalicelib.local import refusals
from chalicelib.local.databases import Databases

Patch = tuple[Any, str, Any]
DEFERRED = {
    "db_instance_class": "DBInstanceClass",
    "allocated_storage": "AllocatedStorage",
    "engine_version": "EngineVersion",
    "multi_az": "MultiAZ",
    "storage_type": "StorageType",
}
"""Changes that wait for the maintenance window unless they are to be applied at once.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ModifyInstance.Settings.html
"""


def database_patches(databases: Databases) -> Iterator[Patch]:
    """What to put in which place of moto."""
    yield from _journeys(databases)
    yield from _snapshots(databases)
    yield from _document_databases()
    backend, modify = rds.RDSBackend, rds.RDSBackend.modify_db_instance

    def modify_instance(self: Any, db_instance_identifier: str, db_kwargs: Any) -> Any:
        waiting = [name for name in DEFERRED if name in db_kwargs]
        if db_kwargs.get("apply_immediately") or not waiting:
            return modify(self, db_instance_identifier, db_kwargs)
        database = self.describe_db_instances(db_instance_identifier)[0]
        return databases.defer(database, {DEFERRED[name]: db_kwargs[name] for name in waiting})

    def describe_events(
        self: Any,
        source_identifier: str | None = None,
        source_type: str | None = None,
        duration: int | None = None,
        **_: Any,
    ) -> Any:
        return databases.news.describe(self, source_identifier, source_type, duration)

    yield backend, "modify_db_instance", modify_instance
    yield backend, "describe_events", describe_events


def _journeys(databases: Databases) -> Iterator[Patch]:
    backend = rds.RDSBackend

    def stop_instance(self: Any, db_instance_identifier: str, db_snapshot_identifier: str | None = None) -> Any:
        return databases.stop_instance(self.describe_db_instances(db_instance_identifier)[0])

    def start_instance(self: Any, db_instance_identifier: str) -> Any:
        return databases.start_instance(self.describe_db_instances(db_instance_identifier)[0])

    yield backend, "stop_db_instance", stop_instance
    yield backend, "start_db_instance", start_instance
    yield (
        backend,
        "stop_db_cluster",
        lambda self, cluster_identifier: databases.stop_cluster(_cluster(self, cluster_identifier)),
    )
    yield (
        backend,
        "start_db_cluster",
        lambda self, cluster_identifier: databases.start_cluster(_cluster(self, cluster_identifier)),
    )


def _snapshots(databases: Databases) -> Iterator[Patch]:
    backend = rds.RDSBackend
    of_instance, of_cluster = backend.create_db_snapshot, backend.create_db_cluster_snapshot

    def create_snapshot(self: Any, db_instance_identifier: str, db_snapshot_identifier: str, **given: Any) -> Any:
        snapshot = of_instance(self, db_instance_identifier, db_snapshot_identifier, **given)
        if given.get("snapshot_type", "manual") != "manual":
            return snapshot
        database = self.databases[db_instance_identifier]
        return _begun(self.database_snapshots, snapshot, database, databases, refusals.check_database_state)

    def create_cluster_snapshot(self: Any, db_cluster_identifier: str, *given: Any, **more: Any) -> Any:
        snapshot = of_cluster(self, db_cluster_identifier, *given, **more)
        if more.get("snapshot_type", "manual") != "manual":
            return snapshot
        cluster = self.clusters[db_cluster_identifier]
        return _begun(self.cluster_snapshots, snapshot, cluster, databases, refusals.check_cluster_state)

    yield backend, "create_db_snapshot", create_snapshot
    yield backend, "create_db_cluster_snapshot", create_cluster_snapshot


def _begun(kept: Any, snapshot: Any, database: Any, databases: Databases, check: Any) -> Any:
    """The snapshot under way; forgotten again when the database is not in a state for one."""
    try:
        check(database, "available")
    except refusals.Refused:
        del kept[snapshot.resource_id]
        raise
    return databases.snapshot(database, snapshot)


def _document_databases() -> Iterator[Patch]:
    backend = rds.RDSBackend
    create_cluster, create_instance = backend.create_db_cluster, backend.create_db_instance

    def made_as_neptune(create: Any) -> Any:
        def make(self: Any, given: dict[str, Any]) -> Any:
            if given.get("engine") != "docdb":
                return create(self, given)
            cluster = self.clusters.get(given["db_cluster_identifier"])
            if cluster is not None:
                cluster.engine = "neptune"
            made = create(self, {**given, "engine": "neptune"})
            for each in (made, cluster or made):
                each.engine = "docdb"
            return made

        return make

    yield backend, "create_db_cluster", made_as_neptune(create_cluster)
    yield backend, "create_db_instance", made_as_neptune(create_instance)


def _cluster(backend: Any, identifier: str) -> Any:
    if identifier not in backend.clusters:
        raise DBClusterNotFoundError(identifier)
    return backend.clusters[identifier]
