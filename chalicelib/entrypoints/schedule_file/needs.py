"""What the entries of a file may need of each other, so that there is an order in which they can come up."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.core.model import Importance
from chalicelib.core.order import cycle
from chalicelib.entrypoints.schedule_file.document import Document, Path, texts
from chalicelib.entrypoints.schedule_file.known import entries_by_key
from chalicelib.entrypoints.schedule_file.problems import Problem, Severity, choose, nearest
from chalicelib.kinds import kinds


def check_needs(document: Document) -> Iterator[Problem]:
    """Every need that is not there, that comes up last, or that leads back to itself."""
    entries = entries_by_key(document)
    for key in document.entries("resources"):
        if _watches(document, key):
            yield from _needless(document, key)
            continue
        for needed in texts(document.at(*_where(key))):
            yield from _need(document, key, needed, entries.get(needed))
    yield from _cycles(document)


def _where(key: str) -> Path:
    return "resources", key, "needs"


def _need(document: Document, key: str, needed: str, entry: str | None) -> Iterator[Problem]:
    remedy = f"take {needed} out of needs"
    if entry is None:
        keys, near = list(document.entries("resources")), nearest(needed, entries_by_key(document))
        what = f"{key} needs {needed}, which is not under resources"
        yield _problem(document, key, what, choose(needed, [near] if near else keys))
    elif _watches(document, entry):
        yield _problem(document, key, f"{key} needs {needed}, which only watches and comes up last", remedy)
    elif _supplementary(document, entry) and not _supplementary(document, key):
        what = f"{key} needs {needed}, which is supplementary and comes last"
        yield _problem(document, key, what, f"make {entry} normal, or {remedy.replace(needed, 'it')}")


def _needless(document: Document, key: str) -> Iterator[Problem]:
    """What only watches waits for all the others anyway."""
    if document.at(*_where(key)):
        what = f"{key} only watches and comes up last: its needs change nothing"
        yield Problem(document.file, document.line(_where(key)), what, "take needs out", Severity.NOTE)


def _cycles(document: Document) -> Iterator[Problem]:
    entries = entries_by_key(document)
    acting = [key for key in document.entries("resources") if not _watches(document, key)]
    needed = {key: [entries[each] for each in texts(document.at(*_where(key))) if each in entries] for key in acting}
    path = cycle({key: tuple(each for each in needs if each in needed) for key, needs in needed.items()})
    if path:
        what = f"needs go round in a circle: {' -> '.join(path)}"
        yield _problem(document, path[0], what, f"take one step out, e.g. {path[1]} from the needs of {path[0]}")


def _watches(document: Document, key: str) -> bool:
    kind = kinds().get(str(document.at("resources", key, "kind")))
    return kind is not None and kind.watches


def _supplementary(document: Document, key: str) -> bool:
    return bool(document.at("resources", key, "importance") == Importance.SUPPLEMENTARY)


def _problem(document: Document, key: str, what: str, remedy: str) -> Problem:
    return Problem(document.file, document.line(_where(key)), what, remedy)
