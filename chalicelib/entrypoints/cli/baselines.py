"""Baselines in the service, at a terminal: which stands, and keeping what a bill or CloudTrail told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from rich.console import Console

from chalicelib.core.durations import format_instant
from chalicelib.entrypoints.cli import times
from chalicelib.entrypoints.cli.answers import Answer, View
from chalicelib.entrypoints.cli.screen import table
from chalicelib.entrypoints.cli.server import environment, server

if TYPE_CHECKING:
    from chalicelib.core.model import Definition
    from chalicelib.core.money.baselines import Baseline

CEILING = "24x7 is a ceiling; declare what would have run: baseline: {windows: [...]} in the file, then apply it"
NOT_KNOWN = "not computable until it was seen up"


@dataclass(frozen=True, slots=True)
class Told:
    """What a source told of the time between two instants; the headline says how much, for people."""

    headline: str
    source: str
    begins: datetime
    ends: datetime
    baselines: Sequence[Baseline]


def acting_since(name: str, url: str | None) -> datetime | None:
    """When Curfew first acted on the environment, as the service knows."""
    with server(url) as asked:
        since = asked.get(environment(name, "baseline"))["acting_since"]
    return times.instant(since) if since else None


def kept(definition: Definition, told: Told, url: str | None) -> Answer:
    """It is kept in the service; what stands now."""
    with server(url) as asked:
        found = asked.send("PUT", environment(definition.environment, "baseline"), _body(definition, told))
    return _answer(found, f"{told.headline}; kept")


def shown(name: str, url: str | None) -> Answer:
    """Which baseline stands for each resource, and what would replace it."""
    with server(url) as asked:
        found = asked.get(environment(name, "baseline"))
    return _answer(found, None)


def _body(definition: Definition, told: Told) -> View:
    from chalicelib.core.money.choosing import days_in

    return {
        "source": told.source[:500],
        "begins": format_instant(told.begins),
        "ends": format_instant(told.ends),
        "timezone": days_in(definition),
        "baselines": [_told(each) for each in told.baselines],
    }


def _told(baseline: Baseline) -> View:
    return {
        "resource": baseline.resource,
        "arn": baseline.arn,
        "days": baseline.days,
        "on": [str(share) for share in baseline.on],
        "draws": [{"rate": draw.rate, "units": str(draw.units)} for draw in baseline.draws],
    }


def _answer(found: View, headline: str | None) -> Answer:
    return Answer(found, lambda console: _show(console, found, headline))


def _show(console: Console, found: View, headline: str | None) -> None:
    since = found["acting_since"]
    acts = f"Curfew acts since {times.local(since)} ({times.zone_name()})" if since else "Curfew did not act yet"
    console.print(f"{headline}. {acts}" if headline else f"{found['environment']}: {acts}", soft_wrap=True)
    for past in (each for each in found["known"] if each["resources"]):
        console.print(f"Known: {_known(past)}", soft_wrap=True)
    shown = table(console, "Resource", "Id", "Rests on", "Days", "On, hours a week", "Source", folds="Source")
    for row in found["resources"]:
        shown.add_row(row["resource"], row["id"], *_cells(row["baseline"]))
    console.print(shown)
    for what, rows in _replaced(found["resources"]).items():
        console.print(f"{', '.join(rows)}: would be replaced by {what}", soft_wrap=True)
    if any((row["baseline"] or {}).get("basis") == "24x7" for row in found["resources"]):
        console.print(CEILING, soft_wrap=True)


def _known(past: View) -> str:
    who = f", kept by {past['by']} {times.local(past['at'])}" if past["by"] else ""
    how_many = f"{past['resources']} resource{'' if past['resources'] == 1 else 's'}"
    return f"{past['source']}, {past['begins'][:10]} to {past['ends'][:10]}, {how_many}{who}"


def _cells(baseline: View | None) -> tuple[str, ...]:
    if baseline is None:
        return "-", "-", "-", NOT_KNOWN
    basis = f"{baseline['basis']}, provisional" if baseline["provisional"] else baseline["basis"]
    return basis, str(baseline["days"]), f"{float(baseline['hours_a_week']):.1f}", baseline["source"]


def _replaced(rows: Sequence[View]) -> dict[str, list[str]]:
    """The keys of resources by what would replace their baseline."""
    found: dict[str, list[str]] = {}
    for row in rows:
        if row["replaced_by"]:
            keys = found.setdefault(row["replaced_by"], [])
            if row["resource"] not in keys:
                keys.append(row["resource"])
    return found


def size(row: View) -> str:
    """What a resource drew while it was on, for people."""
    return ", ".join(f"{each['units']} x {each['rate']}" for each in row["draws"]) or "not told: what it draws when up"
