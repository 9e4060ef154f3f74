"""What the entries of a file select: something that can be there, and nothing twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from chalicelib.entrypoints.schedule_file.document import Document, Path, texts
from chalicelib.entrypoints.schedule_file.known import ANY, keys_of
from chalicelib.entrypoints.schedule_file.problems import Problem, Severity

SELECTORS = ("ids", "tags", "names")
IN_A_CLUSTER = {"ecs-service": "service", "eks-node-group": "group"}
"""Kinds whose names are unique in their cluster only."""
_INSTANCE_TYPE = re.compile(r"[a-z][a-z0-9-]*\.[a-z0-9-]+")
"""https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html"""


def check_selections(document: Document) -> Iterator[Problem]:
    """Every entry that selects nothing, what can be nowhere, everything there is, or what another selects."""
    for key, where in _resources(document):
        yield from _selectors(document, key, where)
        yield from _ids(document, key, where)
        yield from _names(document, key, where)
        yield from _instance_types(document, where)
    yield from _same_selections(document)
    yield from _same_names(document)


def _resources(document: Document) -> Iterator[tuple[str, Path]]:
    for key, value in document.entries("resources").items():
        if isinstance(value, dict):
            yield key, ("resources", key)


def _selectors(document: Document, key: str, where: Path) -> Iterator[Problem]:
    given = [selector for selector in SELECTORS if document.at(*where, selector)]
    if not given:
        remedy = "write ids: [...], tags: {...} or names: [...]"
        yield _problem(document, where, f"{key} selects nothing", remedy)
    if len(given) > 1:
        yield _problem(document, where, f"{key} has both {given[0]} and {given[1]}", "keep one of them")
    if "ids" in given and document.at(*where, "kind") == ANY:
        yield _problem(document, where, f"{key} is of any kind, and ids belong to one", "write its kind, or tags")


def _ids(document: Document, key: str, where: Path) -> Iterator[Problem]:
    kind = str(document.at(*where, "kind"))
    for each in texts(document.at(*where, "ids")):
        if not each.strip():
            yield _problem(document, (*where, "ids"), f"{key} has an empty id", "take it out, or write the id")
        elif kind in IN_A_CLUSTER and "/" not in each:
            what = f"{key} names {each} without its cluster, and matches nothing"
            yield _problem(document, (*where, "ids"), what, f"write CLUSTER/{each}, or the ARN of the {kind}")


def _names(document: Document, key: str, where: Path) -> Iterator[Problem]:
    at = (*where, "names")
    for pattern in texts(document.at(*at)):
        if not pattern.strip():
            yield _problem(
                document, at, f"{key} has an empty name, which matches nothing", 'write e.g. ["orders-qa-*"]'
            )
        elif "[" in re.sub(r"\[[^]]+\]", "", pattern):
            what = f'the bracket in "{pattern}" is not closed'
            yield _problem(document, at, what, "close it ([ab] is a or b), or write ? for any one character")
        elif not pattern.strip("*"):
            what = f"{key} selects every {_of(document, where)} of its locations"
            remedy = "write a narrower pattern, e.g. orders-qa-*, or tags"
            yield Problem(document.file, document.line(at), what, remedy, Severity.WARNING)


def _of(document: Document, where: Path) -> str:
    kind = str(document.at(*where, "kind"))
    return "resource of any kind" if kind == ANY else kind


def _instance_types(document: Document, where: Path) -> Iterator[Problem]:
    at = (*where, "instance_types")
    given = texts(document.at(*at))
    for each in dict.fromkeys(given):
        if not _INSTANCE_TYPE.fullmatch(each):
            yield _problem(document, at, f'"{each}" is not an instance type', "write e.g. m6i.large")
        if given.count(each) > 1:
            yield _problem(document, at, f"instance_types has {each} twice", "keep the first")


def _same_selections(document: Document) -> Iterator[Problem]:
    for (one, first), (other, second) in combinations(_resources(document), 2):
        if document.at(*first, "kind") != document.at(*second, "kind"):
            continue
        ids = texts(document.at(*second, "ids"))
        shared = sorted(set(texts(document.at(*first, "ids"))) & set(ids))
        if shared:
            what = f"{one} and {other} both select {', '.join(shared)}"
            yield _problem(document, second, what, "keep it in one of them")
        elif (tags := document.entries(*second, "tags")) and tags == document.entries(*first, "tags"):
            what = f"{one} and {other} select by the same tags"
            yield _problem(document, second, what, "keep one of them, or add a tag that tells them apart")


def _same_names(document: Document) -> Iterator[Problem]:
    """An entry of any kind becomes one resource for each kind, and these have names of their own."""
    taken = {
        own: key for key, at in _resources(document) if document.at(*at, "kind") == ANY for own in keys_of(key, ANY)
    }
    for key, where in _resources(document):
        if key in taken:
            what = f"{key} is the same name as that of one kind of {taken[key]}, which is of any kind"
            yield _problem(document, where, what, "give one of them another name")


def _problem(document: Document, where: Path, what: str, remedy: str) -> Problem:
    return Problem(document.file, document.line(where), what, remedy)
