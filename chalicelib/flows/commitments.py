"""The commitments that reports count with: those that the organisation declares, and those that AWS told of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from chalicelib.core.money.cells import month_bounds
from chalicelib.core.money.commitments import Commitment, active
from chalicelib.core.months import FIRST_ZONE, LAST_ZONE


@dataclass(frozen=True, slots=True)
class Said:
    """What AWS last said to one question ("Savings Plans", "reserved nodes in eu-west-1").

    `at` is when it last answered, None where it never did; `refused` why it did not since. `unknown` says of which
    commitments something cannot be told, for people; `ids` are all that it told of.
    """

    question: str
    at: datetime | None = None
    commitments: tuple[Commitment, ...] = ()
    unknown: tuple[str, ...] = ()
    refused: str = ""
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """What AWS said of one account's commitments, and when it was last asked."""

    asked_at: datetime
    said: tuple[Said, ...] = ()


class KeptTold(Protocol):
    """Keeps what was told, by account."""

    def read(self, names: Collection[str]) -> dict[str, Told]:
        """What is kept of these accounts."""

    def keep(self, values: Mapping[str, Told]) -> None:
        """It is kept, in place of what was kept of them before."""


class NothingTold:
    """Nobody was ever asked, and nothing is kept."""

    def read(self, names: Collection[str]) -> dict[str, Told]:
        """As the port says."""
        return {}

    def keep(self, values: Mapping[str, Told]) -> None:
        """As the port says."""


@dataclass(frozen=True, slots=True)
class Commitments:
    """`accounts` are those that AWS is asked in, `declared` what the organisation's file says, as last applied."""

    accounts: Callable[[], Collection[str]] = tuple
    declared: Callable[[], tuple[Commitment, ...]] = tuple
    told: KeptTold = field(default_factory=NothingTold)

    def of(self, month: str) -> tuple[Commitment, ...]:
        """Those that hold in the month; of two with one id the declared one."""
        told = [each for said in self._said() for each in said.commitments]
        return in_month(month, declared_first(self.declared(), told))

    def unknown(self, month: str) -> tuple[str, ...]:
        """What of the month's commitments is not known, for people: each a sentence.

        What AWS told after the month's end stands, whatever it refused since; what is declared is known.
        """
        kept, (_, ends), declared = self.told.read(self.accounts()), _lasts(month), self.declared()
        lines = (line for account, told in sorted(kept.items()) for line in _unknown(account, told.said, ends))
        return tuple(
            line for line in lines if not any(line.startswith(f"Savings Plan {each.id} of") for each in declared)
        )

    def _said(self) -> Iterator[Said]:
        for _, told in sorted(self.told.read(self.accounts()).items()):
            yield from told.said


def declared_first(declared: Sequence[Commitment], told: Iterable[Commitment]) -> tuple[Commitment, ...]:
    """All of them, but for what is told of one that is declared."""
    return (*declared, *(each for each in told if not _among(each, declared)))


def in_month(month: str, commitments: Iterable[Commitment]) -> tuple[Commitment, ...]:
    """Those that hold in the month, wherever it begins and ends."""
    return active(commitments, *_lasts(month))


def _lasts(month: str) -> tuple[datetime, datetime]:
    """From when to when it is that month anywhere on Earth."""
    begins, ends = month_bounds("UTC", month)
    return begins - FIRST_ZONE, ends + LAST_ZONE


def _among(told: Commitment, declared: Iterable[Commitment]) -> bool:
    """Whether it is declared, by its id or the name at the end of its ARN."""
    return any(told.id == each.id or told.id.endswith((f":{each.id}", f"/{each.id}")) for each in declared)


def _unknown(account: str, said: Iterable[Said], ends: datetime) -> Iterator[str]:
    for each in said:
        if each.refused and (each.at is None or each.at < ends):
            stand = f"those of {each.at:%Y-%m-%d} stand" if each.at else "declare them in organisation.yaml"
            yield f"AWS does not tell {each.question} of account {account} ({each.refused}): {stand}"
        yield from each.unknown
