"""Values of a report's inputs as cells of a CSV file, and back: each kind of cell says what else could be written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from itertools import groupby
from typing import Any

from chalicelib.core.durations import parse_instant
from chalicelib.core.localtime import zone
from chalicelib.core.money.cells import HOURS_A_DAY
from chalicelib.core.money.rates import ALWAYS
from chalicelib.core.money.spans import Draw
from chalicelib.entrypoints.schedule_file.problems import choose

BETWEEN = "; "
LARGEST = Decimal(10**9)
"""Of one amount: beyond it no product of two could be told to the millionth in 28 digits."""


class CellError(ValueError):
    """What is wrong with a cell, and what to write instead: "what; remedy"."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of cell. `read` raises ValueError saying "what is wrong; what to write instead"."""

    write: Callable[[Any], str]
    read: Callable[[str], Any]


def _named(text: str) -> str:
    if not text:
        raise CellError("is empty; write a name")
    return text


def _instant(text: str) -> datetime:
    if not re.search(r"(Z|[+-]\d\d:\d\d)$", text, re.IGNORECASE):
        raise CellError(f'"{text}" is no instant; write e.g. 2026-11-03T08:00:00Z')
    return parse_instant(text, UTC)


def _instant_text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _amount(text: str) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation as error:
        raise CellError(f'"{text}" is no number; write e.g. 0.107') from error
    if not amount.is_finite() or amount < 0:
        raise CellError(f'"{text}" is below 0 or no number; write e.g. 0.107')
    if amount > LARGEST:
        raise CellError(f'"{text}" is more than a billion; write e.g. 0.107')
    return amount


def _share(text: str) -> Decimal:
    share = _amount(text)
    if share >= 1:
        raise CellError(f'"{text}" is no share of the list rate; write 0.27 for 27 %')
    return share


def _whole(text: str) -> int:
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII):
        raise CellError(f'"{text}" is no whole number; write e.g. 28')
    return int(text)


def _hours(text: str) -> int:
    if not (hours := _whole(text)):
        raise CellError('"0" is no length of time; write 1 for a rate by the hour')
    return hours


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CellError(f'"{text}" is no date; write e.g. 2026-11-03') from error


def _true(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise CellError(f'"{text}" is neither; write true or false')
    return text.lower() == "true"


def _zone(text: str) -> str:
    return zone(text).key


def choice(options: type[StrEnum]) -> Kind:
    """One of these words."""

    def read(text: str) -> StrEnum:
        if text not in set(options):
            raise CellError(f'"{text}" is not known; {choose(text, [option.value for option in options])}')
        return options(text)

    return Kind(str, read)


def optional(kind: Kind, empty: Any = None) -> Kind:
    """The kind, where an empty cell stands for `empty`."""
    return Kind(
        lambda value: "" if value == empty else kind.write(value), lambda text: kind.read(text) if text else empty
    )


def _probabilities(text: str) -> tuple[Decimal, ...]:
    found = tuple(each for word in text.split() for each in _repeated(word))
    if len(found) != HOURS_A_DAY:
        raise CellError(f"has {len(found)} hours; write one probability for each of 24, such as 0*8 0.95*12 0*4")
    return found


def _repeated(word: str) -> Iterator[Decimal]:
    share, star, times = word.partition("*")
    probability = _amount(share)
    if probability > 1:
        raise CellError(f'"{share}" is no probability; write 0 to 1')
    count = _whole(times) if star else 1
    if count > HOURS_A_DAY:
        raise CellError(f'"{word}" is longer than a day; write 24 hours in all')
    yield from (probability for _ in range(count))


def _probabilities_text(on: Iterable[Decimal]) -> str:
    runs = ((f"{share:f}", len(list(run))) for share, run in groupby(on))
    return " ".join(f"{share}*{count}" if count > 1 else share for share, count in runs)


def _draws(text: str) -> tuple[Draw, ...]:
    return tuple(_draw(each.strip()) for each in text.split(BETWEEN.strip()) if each.strip())


def _draw(text: str) -> Draw:
    units, _, rate = text.partition(" ")
    if not rate.strip():
        raise CellError(f'"{text}" is not drawn; write units and a rate: 2 ec2:us-east-1:m5.large:...')
    return Draw(rate.strip(), _amount(units))


def _patterns(text: str) -> tuple[str, ...]:
    if not text.split():
        raise CellError("covers nothing; write patterns of rate keys: ec2:*:on-demand fargate:*")
    return tuple(text.split())


TEXT = Kind(str, str)
NAME = Kind(str, _named)
INSTANT = Kind(_instant_text, _instant)
SINCE = optional(INSTANT, ALWAYS)
"""Empty for what has always been so."""
AMOUNT = Kind(lambda amount: f"{amount:f}", _amount)
SHARE = Kind(AMOUNT.write, _share)
WHOLE = Kind(str, _whole)
HOURS = Kind(str, _hours)
DAY = Kind(date.isoformat, _day)
TRUE = Kind(lambda value: str(value).lower(), _true)
ZONE = Kind(str, _zone)
PROBABILITIES = Kind(_probabilities_text, _probabilities)
DRAWS = Kind(lambda draws: BETWEEN.join(f"{draw.units:f} {draw.rate}" for draw in draws), _draws)
PATTERNS = Kind(" ".join, _patterns)
