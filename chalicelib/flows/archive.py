"""Documents that are kept for good: the reports of a deployment, as they were."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Document:
    """One file: its name, what is in it, and its media type with the character set."""

    name: str
    content: bytes
    media: str


class ArchiveError(Exception):
    """The archive did not do what was asked; it may be asked again."""


class Archive(Protocol):
    """Keeps documents under keys. What is there is never written over, and never removed."""

    def put(self, key: str, document: Document) -> None:
        """There is a document under the key: this one, unless there was one before. Raises ArchiveError."""

    def get(self, key: str) -> bytes | None:
        """The document as it was put, or None where there is none. Raises ArchiveError."""

    def link(self, key: str, name: str) -> str:
        """An address that shows the document under this name to whoever has it, for fifteen minutes."""
