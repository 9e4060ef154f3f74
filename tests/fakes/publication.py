"""What publishing needs besides the world, in memory."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.core.model import Team
from chalicelib.flows.archive import ArchiveError, Document
from chalicelib.flows.shared_reports import SharedReport
from chalicelib.flows.telling_reports import NotToldError


class MemoryArchive:
    """Documents by key; `broken` fails whatever is put."""

    def __init__(self) -> None:
        self.documents: dict[str, Document] = {}
        self.broken = False

    def put(self, key: str, document: Document) -> None:
        if self.broken:
            raise ArchiveError(f"{key} in the bucket: SlowDown")
        self.documents.setdefault(key, document)

    def get(self, key: str) -> bytes | None:
        found = self.documents.get(key)
        return found.content if found else None

    def link(self, key: str, name: str) -> str:
        return f"https://bucket.example.com/{key}?name={name}&signed=yes"


class MemorySharedReports:
    """What links open, by the hash of their keys."""

    def __init__(self) -> None:
        self.shared: dict[str, SharedReport] = {}

    def share(self, sha256: str, shared: SharedReport) -> None:
        self.shared[sha256] = shared

    def find(self, sha256: str) -> SharedReport | None:
        return self.shared.get(sha256)


@dataclass(frozen=True)
class Letter:
    """What a team was told."""

    team: Team
    subject: str
    text: str


class RecordingHerald:
    """Every letter, in order; `deaf` names the teams that cannot be reached."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.deaf: set[str] = set()

    def tell(self, team: Team, subject: str, text: str) -> None:
        if team.name in self.deaf:
            raise NotToldError(f"{team.name} could not be told of its report: Throttling")
        self.letters.append(Letter(team, subject, text))
