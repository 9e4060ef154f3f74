"""One file per AWS resource kind; being there is all it takes to be discovered."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from chalicelib.kinds.contract import Kind


@cache
def kinds() -> dict[str, Kind]:
    """Every kind by its name: each module of this package, the contract apart, has one `KIND`."""
    names = sorted(module.name for module in iter_modules(__path__) if module.name != "contract")
    found: list[Kind] = [import_module(f"{__name__}.{name}").KIND for name in names]
    return {kind.name: kind for kind in found}


def databases() -> frozenset[str]:
    """The names of the kinds that store data, and so come before everything that computes."""
    return frozenset(kind.name for kind in kinds().values() if kind.stores_data)
