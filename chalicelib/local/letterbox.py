"""What teams are told of reports at home: it is kept here, and sent to nobody."""

from __future__ import annotations

from dataclasses import dataclass, field

from chalicelib.core.model import Team


@dataclass(frozen=True, slots=True)
class Letter:
    """What one team was told."""

    team: Team
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Letterbox:
    """The port Herald; `letters` are in the order in which they came."""

    letters: list[Letter] = field(default_factory=list)

    def tell(self, team: Team, subject: str, text: str) -> None:
        """As the port says."""
        self.letters.append(Letter(team, subject, text))
