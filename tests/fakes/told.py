"""What AWS told of commitments, in memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from chalicelib.flows.commitments import Told


class MemoryTold:
    """Implements the port KeptTold."""

    def __init__(self) -> None:
        self.kept: dict[str, Told] = {}

    def read(self, names: Collection[str]) -> dict[str, Told]:
        return {name: self.kept[name] for name in names if name in self.kept}

    def keep(self, values: Mapping[str, Told]) -> None:
        self.kept.update(values)
