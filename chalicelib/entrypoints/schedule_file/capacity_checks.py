"""What the capacity part of an environment's file says of its resources, and whether it has pools enough."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.core.diversity import ENOUGH, USUAL_ZONES, helping
from chalicelib.entrypoints.schedule_file.document import Document, Path, texts
from chalicelib.entrypoints.schedule_file.known import ANY
from chalicelib.entrypoints.schedule_file.problems import Problem, Severity, choose
from chalicelib.kinds import kinds, mixings

LATER = ("eks-node-group",)
"""Kinds whose mix a later version sets."""


def check_capacity(document: Document) -> Iterator[Problem]:
    """Every mix of what is not there, or cannot be mixed; and advice where one has few pools."""
    resources = document.entries("resources")
    for name in document.entries("capacity"):
        where = ("capacity", name)
        if name not in resources:
            yield _problem(
                document, where, f"capacity is for {name}, which is not under resources", choose(name, resources)
            )
            continue
        kind = document.at("resources", name, "kind")
        yield from _unmixable(document, where, name, kind)
        poolless = kind in mixings() and not mixings()[str(kind)].on_instances
        yield from (_poolless if poolless else _pools)(document, where, name)


def _unmixable(document: Document, where: Path, name: str, kind: object) -> Iterator[Problem]:
    able = ", ".join(sorted(mixings()))
    if kind == ANY:
        yield _problem(document, where, f"{name} is of any kind, and only groups have a mix", f"write kind: {able}")
    elif kind in LATER:
        what = f"capacity of {name} is accepted, not yet effective for kind {kind}"
        yield Problem(document.file, document.line(where), what, severity=Severity.NOTE)
    elif kind in kinds() and kind not in mixings():
        what = f"{name} is of kind {kind}, which keeps data or is one of its kind: it is never moved to spot"
        yield _problem(document, where, what, f"take it out; capacity is for {able}")


def _poolless(document: Document, where: Path, name: str) -> Iterator[Problem]:
    pools = (*where, "pools")
    if document.at(*pools) is not None:
        what = f"capacity of {name} has pools, and Fargate Spot has neither types nor zones to choose from"
        remedy = "take pools out; on_demand_base and spot_share say all there is to say"
        yield _problem(document, pools, what, remedy)


def _pools(document: Document, where: Path, name: str) -> Iterator[Problem]:
    pools = (*where, "pools")
    types = texts(document.at(*pools, "types"))
    if types and document.at(*pools, "requirements") is not None:
        what = f"capacity of {name} has types and requirements"
        yield _problem(document, pools, what, "keep one of them")
    zones = document.at(*pools, "zones")
    count = len(texts(zones)) if isinstance(zones, list) else USUAL_ZONES
    more = helping(types, count) if types else []
    if more:
        what = f"capacity of {name} has {len(types) * count} pools of type and zone, fewer than {ENOUGH}"
        remedy = f"add types, e.g. {', '.join(more)}"
        yield Problem(document.file, document.line(pools), what, remedy, Severity.WARNING)


def _problem(document: Document, where: Path, what: str, remedy: str) -> Problem:
    return Problem(document.file, document.line(where), what, remedy)
