"""A YAML 1.2 text as plain values, with the line of each of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Path = tuple[str | int, ...]


class WrittenInt(int):
    """A whole number that remembers how it was written (`012` is 12, but was it meant as a number?)."""

    written: str

    def __new__(cls, value: int, written: str) -> WrittenInt:
        """The number, with its text beside it."""
        number = super().__new__(cls, value)
        number.written = written
        return number


@dataclass(frozen=True, slots=True)
class Document:
    """One file's content: `data` is made of str, int, Decimal, bool, None, lists and dicts.

    `lines` has a line for every value, and for every entry of a mapping that of its key.
    """

    file: str
    text: str
    data: Mapping[str, Any] = field(default_factory=dict)
    lines: Mapping[Path, int] = field(default_factory=dict)

    def line(self, where: Iterable[str | int]) -> int:
        """The line of the value there, or of the nearest one around it.

        Steps that the file does not have are skipped: what validation adds is not in the text.
        """
        path: Path = ()
        for step in where:
            if (*path, step) in self.lines:
                path = (*path, step)
        return self.lines.get(path, 1)

    def at(self, *where: str | int) -> Any:
        """The value there, or None."""
        value: Any = self.data
        for step in where:
            value = _step(value, step)
        return value

    def entries(self, *where: str | int) -> Mapping[str, Any]:
        """The mapping there; empty when there is none or something else."""
        value = self.at(*where)
        return value if isinstance(value, dict) else {}

    def each(self, *where: str | int) -> Iterator[tuple[Path, Mapping[str, Any]]]:
        """The mappings of a list there, or the single mapping, each with its path."""
        value = self.at(*where)
        if isinstance(value, dict):
            yield where, value
        elif isinstance(value, list):
            yield from (((*where, index), item) for index, item in enumerate(value) if isinstance(item, dict))


def texts(value: object) -> tuple[str, ...]:
    """The texts of a list; empty when it is something else."""
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def _step(value: Any, step: str | int) -> Any:
    if isinstance(value, dict):
        return value.get(step)
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return value[step]
    return None
