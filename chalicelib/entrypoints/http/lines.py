"""What only the server knows to be wrong with a schedule file, at the file's own line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from chalicelib.entrypoints.schedule_file.known import entries_by_key
from chalicelib.entrypoints.schedule_file.problems import Problem, nearest
from chalicelib.entrypoints.schedule_file.yaml_reading import read_yaml
from chalicelib.flows.apply import ProductionError
from chalicelib.flows.errors import RefusedError
from chalicelib.flows.pause import every_name
from chalicelib.flows.ports import World
from chalicelib.flows.stored import Stored


def unknown_uses(world: World, wanted: Sequence[Stored]) -> Iterator[Problem]:
    """Each environment that one of these uses and that there would not be once all of them are stored."""
    used = {name for each in wanted for name in each.definition.uses}
    renamed = {each.definition.previously for each in wanted}
    after = {each.definition.environment for each in wanted}
    lost = {name for name in used - after if name in renamed or world.store.head(name) is None}
    known = {*every_name(world), *after} - renamed if lost else set()
    for each in wanted:
        for name in each.definition.uses:
            if name in lost:
                near = nearest(name, known - {each.definition.environment})
                remedy = f"write {near}" if near else "apply its file as well, or take it out of uses"
                yield Problem(each.file, _line(each, "uses"), f"there is no environment {name}", remedy)


@contextmanager
def at_its_line(wanted: Sequence[Stored]) -> Iterator[None]:
    """A mark of production is told with the file and the line of the entry that selects what carries it."""
    try:
        yield
    except ProductionError as error:
        found = next(each for each in wanted if each.definition.environment == error.environment)
        raise RefusedError(f"{found.file}:{_line(found, 'resources', error.key)}: {error}") from error


def _line(stored: Stored, section: str, key: str = "") -> int:
    document = read_yaml(stored.file, stored.source)[0]
    if document is None:
        return 1
    return document.line((section, entries_by_key(document).get(key, key)))
