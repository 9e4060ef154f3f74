"""What the parts of an environment's file say of its resources: light wakes, checks before a stop, maintenance
windows, uses."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from chalicelib.core.activity import Sort
from chalicelib.entrypoints.schedule_file.document import Document, Path, texts
from chalicelib.entrypoints.schedule_file.known import ANY, entries_by_key, keys_of
from chalicelib.entrypoints.schedule_file.problems import Problem, choose, nearest
from chalicelib.kinds import kinds

OF_A_RESOURCE = (Sort.CONNECTIONS, Sort.CPU, Sort.SESSIONS)
ONE_OF = "write one of " + ", ".join(Sort)


def check_references(document: Document) -> Iterator[Problem]:
    """Every name that is not there, or of which what is asked cannot be had."""
    for key in texts(document.at("maintenance", "resources")):
        named = ("maintenance", "resources")
        yield from _resource(document, named, key, with_windows(), "maintenance window of its own")
    sized = frozenset(kind.name for kind in kinds().values() if kind.sized)
    for key in document.entries("wake", "sizes"):
        yield from _resource(document, ("wake", "sizes", key), key, sized, "size")
    for where, check in document.each("before_stop", "checks"):
        yield from _check(document, where, check)
    yield from _uses(document)


def able(sort: Sort) -> frozenset[str]:
    """The kinds of which that can be asked: a session is with an instance, the rest CloudWatch measures."""
    every = kinds().values()
    if sort is Sort.SESSIONS:
        return frozenset(kind.name for kind in every if kind.service == "ec2")
    return frozenset(kind.name for kind in every if sort in kind.measures)


def with_windows() -> frozenset[str]:
    """The kinds that have a weekly maintenance window of their own."""
    return frozenset(kind.name for kind in kinds().values() if kind.stores_data)


def _uses(document: Document) -> Iterator[Problem]:
    name, uses = document.at("environment"), texts(document.at("uses"))
    if name in uses:
        yield _problem(document, ("uses",), f"{name} uses itself", f"take {name} out of uses")
    for each in dict.fromkeys(uses):
        if uses.count(each) > 1:
            yield _problem(document, ("uses",), f"uses has {each} twice", "keep one of them")


def _check(document: Document, where: Path, check: Mapping[str, Any]) -> Iterator[Problem]:
    sorts = [sort for sort in Sort if check.get(sort) is not None]
    if len(sorts) != 1:
        both = " and ".join(sorts) or "nothing"
        yield _problem(document, where, f"a check asks for {both}", f"{ONE_OF}, in an entry of its own")
        return
    sort = sorts[0]
    if sort in OF_A_RESOURCE:
        yield from _resource(document, (*where, sort), str(check[sort]), able(sort), str(sort))
    yield from _limit(document, where, sort, check)
    yield from _choice(document, where, sort, check)


def _limit(document: Document, where: Path, sort: Sort, check: Mapping[str, Any]) -> Iterator[Problem]:
    above = check.get("above")
    at = (*where, "above")
    if above is None:
        return
    if sort not in (Sort.CONNECTIONS, Sort.CPU):
        yield _problem(document, at, f"{sort} knows no above: any counts", "take above out")
    elif sort is Sort.CPU and not isinstance(above, str):
        yield _problem(document, at, f"cpu above {above} has no percent sign", f"write above: {above}%")
    elif sort is Sort.CONNECTIONS and str(above).endswith("%"):
        yield _problem(document, at, f"connections above {above} is no number", "write above: 5")


def _choice(document: Document, where: Path, sort: Sort, check: Mapping[str, Any]) -> Iterator[Problem]:
    chosen = [key for key in ("family", "tags") if check.get(key)]
    if sort is Sort.TASKS and not chosen:
        what = "all tasks of a cluster are asked for, also those of its services, which always run"
        yield _problem(document, where, what, "write family: NAME, or tags: {...}")
    if sort is Sort.BUILDS and check[sort] == ANY and "tags" not in chosen:
        yield _problem(document, where, "builds of any project are asked for", "write tags: {...}, or a project's name")
    for key in chosen:
        tagged = sort is Sort.BUILDS and key == "tags" and check[sort] == ANY
        if sort is not Sort.TASKS and not tagged:
            named = sort is Sort.BUILDS and key == "tags"
            remedy = f"take {key} out" + (", or write builds: any" if named else "")
            yield _problem(document, (*where, key), f"{sort} knows no {key}{' beside a name' if named else ''}", remedy)


def _resource(document: Document, where: Path, key: str, able: Collection[str], what: str) -> Iterator[Problem]:
    """The key is there, and of a kind that has what is asked, or of any kind: then those are meant that have it."""
    entries = entries_by_key(document)
    if key not in entries:
        near = nearest(key, entries)
        remedy = choose(key, [near] if near else document.entries("resources"))
        yield _problem(document, where, f"{key} is not under resources", remedy)
        return
    kind = str(document.at("resources", entries[key], "kind"))
    kind = kind if entries[key] == key else keys_of(entries[key], kind)[key]
    if kind in kinds() and kind not in able:
        remedy = f"name one of kind {', '.join(sorted(able))}"
        yield _problem(document, where, f"{key} is of kind {kind}, which has no {what}", remedy)


def _problem(document: Document, where: Path, what: str, remedy: str) -> Problem:
    return Problem(document.file, document.line(where), what, remedy)
