"""A measurement in a process of its own, so that memory and CPU are its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

A = TypeVar("A")
T = TypeVar("T")


def alone(measure: Callable[[A], T], argument: A) -> T:
    """What `measure` answers in a new process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(measure, argument).result()
