"""Frozen dataclasses as compact JSON text and back, for items that people may have to read.

Fields that have their default value are left out: whoever changes a default changes what stored text means,
and raises items.SCHEMA with it. Unknown fields are ignored on reading, so that a field may be added freely.
"""

from __future__ import annotations

from functools import cached_property
from typing import Generic, TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")


class Codec(Generic[T]):
    """Text for values of one shape; it is worked out at first use, to keep cold starts short."""

    def __init__(self, shape: type[T]) -> None:
        self._shape = shape

    def encode(self, value: T) -> str:
        """The value as JSON text: instants RFC 3339, durations ISO 8601, defaults left out."""
        return self._adapter.dump_json(value, exclude_defaults=True).decode()

    def decode(self, text: str) -> T:
        """The value that the text was made from. Raises ValueError that names each wrong field."""
        return self._adapter.validate_json(text)

    @cached_property
    def _adapter(self) -> TypeAdapter[T]:
        return TypeAdapter(self._shape)
