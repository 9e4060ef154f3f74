"""What the capacity part of an environment's file says of its resources, and whether it has pools enough."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from chalicelib.core.diversity import ENOUGH, USUAL_ZONES, helping
from chalicelib.entrypoints.schedule_file.document import Document, Path, texts
from chalicelib.entrypoints.schedule_file.known import ANY
from chalicelib.entrypoints.schedule_file.problems import Problem, Severity, choose
from chalicelib.kinds import kinds, mixings, twinnings, watchings


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
        yield from _checks_of_pools(kind)(document, where, name)


def _unmixable(document: Document, where: Path, name: str, kind: object) -> Iterator[Problem]:
    able = ", ".join(sorted(watchings()))
    if kind == ANY:
        yield _problem(document, where, f"{name} is of any kind, and only groups have a mix", f"write kind: {able}")
    elif kind in kinds() and kind not in watchings():
        what = f"{name} is of kind {kind}, which keeps data or is one of its kind: it is never moved to spot"
        yield _problem(document, where, what, f"take it out; capacity is for {able}")


def _checks_of_pools(kind: object) -> Callable[[Document, Path, str], Iterator[Problem]]:
    if kind in twinnings():
        return _own_pools
    poolless = kind in mixings() and not mixings()[str(kind)].on_instances
    return _poolless if poolless else _pools


def _poolless(document: Document, where: Path, name: str) -> Iterator[Problem]:
    pools = (*where, "pools")
    if document.at(*pools) is not None:
        what = f"capacity of {name} has pools, and Fargate Spot has neither types nor zones to choose from"
        remedy = "take pools out; on_demand_base and spot_share say all there is to say"
        yield _problem(document, pools, what, remedy)


def _own_pools(document: Document, where: Path, name: str) -> Iterator[Problem]:
    """The types and zones of such a resource are its own, and cannot be changed."""
    pools = (*where, "pools")
    if document.at(*pools) is not None:
        what = f"capacity of {name} has pools, which has no effect: the types and zones of its spot twin are its own"
        yield Problem(document.file, document.line(pools), what, "take pools out", Severity.WARNING)


def _pools(document: Document, where: Path, name: str) -> Iterator[Problem]:
    pools = (*where, "pools")
    types = texts(document.at(*pools, "types"))
    if types and document.at(*pools, "requirements") is not None:
        what = f"capacity of {name} has types and requirements"
        yield _problem(document, pools, what, "keep one of them")
    zones = set(texts(document.at(*pools, "zones")))
    yield from _elsewhere(document, (*pools, "zones"), name, zones)
    count = len(zones) or USUAL_ZONES
    more = helping(types, count) if types else []
    if more:
        pools_now = len(set(types)) * count
        what = f"capacity of {name} has {pools_now} pools of type and zone, fewer than {ENOUGH}"
        remedy = f"add types, e.g. {', '.join(more)}"
        yield Problem(document.file, document.line(pools), what, remedy, Severity.WARNING)


def _elsewhere(document: Document, where: Path, name: str, zones: Iterable[str]) -> Iterator[Problem]:
    """Zones that are in none of the Regions that the file itself names."""
    regions = [str(entry.get("region")) for _, entry in document.each("locations")]
    for zone in sorted(zones):
        if regions and not zone.startswith(tuple(regions)):
            what = f"capacity of {name} has zone {zone}, which is not in {' or '.join(regions)}"
            remedy = f"write zones of it, e.g. {regions[0]}a"
            yield Problem(document.file, document.line(where), what, remedy, Severity.WARNING)


def _problem(document: Document, where: Path, what: str, remedy: str) -> Problem:
    return Problem(document.file, document.line(where), what, remedy)
