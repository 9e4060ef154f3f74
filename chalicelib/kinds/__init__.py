"""One file per AWS resource kind; being there is all it takes to be discovered."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from chalicelib.kinds.contract import Kind
from chalicelib.kinds.mixing import Mixing

CONTRACT = ("contract", "mixing")
"""Modules that say what a kind is."""


@cache
def kinds() -> dict[str, Kind]:
    """Every kind by its name: the `KIND` of each module of this package that has one."""
    found: list[Kind] = [module.KIND for module in _modules() if hasattr(module, "KIND")]
    return {kind.name: kind for kind in found}


@cache
def mixings() -> dict[str, Mixing]:
    """How the capacity mix of a kind is set, by the kind's name: the `MIXING` of its module, or of one beside it."""
    found: list[Mixing] = [module.MIXING for module in _modules() if hasattr(module, "MIXING")]
    return {mixing.kind: mixing for mixing in found}


def databases() -> frozenset[str]:
    """The names of the kinds that store data, and so come before everything that computes."""
    return frozenset(kind.name for kind in kinds().values() if kind.stores_data)


def _modules() -> Iterator[ModuleType]:
    names = sorted(module.name for module in iter_modules(__path__) if module.name not in CONTRACT)
    return (import_module(f"{__name__}.{name}") for name in names)
