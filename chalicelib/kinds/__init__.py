"""One file per AWS resource kind; being there is all it takes to be discovered."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from chalicelib.kinds.contract import Kind
from chalicelib.kinds.mixing import Mixing, Twinning, Watching

CONTRACT = ("contract", "mixing")
"""Modules that say what a kind is."""


@cache
def kinds() -> dict[str, Kind]:
    """Every kind by its name: each module of this package, the contract apart, has one `KIND`."""
    found: list[Kind] = [module.KIND for module in _modules()]
    return {kind.name: kind for kind in found}


@cache
def mixings() -> dict[str, Mixing]:
    """The kinds whose capacity mix can be set, by name: their modules have a `MIXING` too."""
    return {module.KIND.name: module.MIXING for module in _modules() if hasattr(module, "MIXING")}


@cache
def twinnings() -> dict[str, Twinning]:
    """The kinds of which two make a mix, one on-demand and one spot, by name: their modules have a `TWINNING` too."""
    return {module.KIND.name: module.TWINNING for module in _modules() if hasattr(module, "TWINNING")}


def watchings() -> dict[str, Watching]:
    """Every kind that may be part of a mix, by name."""
    return {**mixings(), **twinnings()}


def databases() -> frozenset[str]:
    """The names of the kinds that store data, and so come before everything that computes."""
    return frozenset(kind.name for kind in kinds().values() if kind.stores_data)


def _modules() -> Iterator[ModuleType]:
    names = sorted(module.name for module in iter_modules(__path__) if module.name not in CONTRACT)
    return (import_module(f"{__name__}.{name}") for name in names)
