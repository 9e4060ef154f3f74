"""`curfew observe`: when an environment was on before Curfew acted on it, from bills or from CloudTrail.

What they tell is shown and, with --keep, kept in the service. Without either it shows which baseline stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from chalicelib.entrypoints.cli import times
from chalicelib.entrypoints.cli.answers import Answer, CommandError, Exit, View
from chalicelib.entrypoints.cli.baselines import Told, acting_since, kept, shown, size
from chalicelib.entrypoints.cli.options import Url
from chalicelib.entrypoints.cli.screen import table

if TYPE_CHECKING:
    from chalicelib.core.model import Definition
    from chalicelib.core.money.baselines import Baseline
    from chalicelib.flows.looking import Unseen
    from chalicelib.flows.ports import Cloud

Subject = Annotated[str, typer.Argument(metavar="NAME|FILE", help="An environment of ./schedules, or its file.")]
Keep = Annotated[bool, typer.Option("--keep", help="Keep it in the service: figures rest on it from now on.")]
Bills = Annotated[
    list[Path] | None,
    typer.Option("--from-bill", metavar="FILE", help="An hourly FOCUS or CUR export (.csv, .csv.gz); repeatable."),
]
Trail = Annotated[bool, typer.Option("--from-cloudtrail", help="Ask AWS who started and stopped it in 90 days.")]
Profile = Annotated[str | None, typer.Option(help="The AWS profile to ask with (else this shell's keys).")]
Before = Annotated[
    str | None,
    typer.Option("--before", metavar="DATE", help="When Curfew, or another scheduler, began to act (as Curfew knows)."),
]


def observe(
    subject: Subject,
    from_bill: Bills = None,
    from_cloudtrail: Trail = False,
    profile: Profile = None,
    before: Before = None,
    keep: Keep = False,
    url: Url = None,
) -> Answer:
    """Show when an environment was on in the past, hour by hour of the week, and how large: its observed baseline.

    Example: curfew observe orders-qa --from-bill october.csv.gz --from-bill november.csv.gz --keep
    """
    if from_bill and from_cloudtrail:
        raise CommandError("say where from: --from-bill FILE, or --from-cloudtrail")
    if not from_bill and not from_cloudtrail:
        if keep or before or profile:
            what = "--keep, --before and --profile are of a source"
            raise CommandError(f"{what}: say --from-bill FILE, or --from-cloudtrail")
        return shown(_name(subject), url)
    definition = _definition(subject)
    acted = _acted(definition, before, keep, url)
    told = _of_bills(definition, from_bill, acted) if from_bill else _of_trail(definition, profile, acted)
    return kept(definition, told, url) if keep else _answer(f"{told.headline}; nothing is stored", told.baselines)


def _name(subject: str) -> str:
    """The name of the environment, whose file need not be here."""
    path = Path(subject)
    return _definition(subject).environment if path.is_file() or path.suffix or "/" in subject else subject


def _acted(definition: Definition, before: str | None, keep: bool, url: str | None) -> datetime | None:
    """When acting began, as the person says, else, for what is to be kept, as the service knows."""
    if before:
        return _instant(definition, before)
    return acting_since(definition.environment, url) if keep else None


def _instant(definition: Definition, text: str) -> datetime:
    from chalicelib.core.durations import parse_instant
    from chalicelib.core.localtime import zone
    from chalicelib.core.money.choosing import days_in

    return parse_instant(times.with_time(text), zone(days_in(definition)))


def _of_bills(definition: Definition, bills: list[Path], acted: datetime | None) -> Told:
    from chalicelib.entrypoints.backfill.reading import BillError, usages
    from chalicelib.flows.backfill import backfilled, untold

    source = f"bill: {', '.join(path.name for path in bills)}"
    try:
        found = backfilled(definition, usages(bills), acted, source)
    except BillError as error:
        raise CommandError(str(error), "broken-file") from error
    if found.begins is None or found.ends is None or not found.baselines:
        raise CommandError(untold(definition, found), "nothing-found")
    period = f"{found.begins:%Y-%m-%d %H:%M} to {found.ends:%Y-%m-%d %H:%M} UTC"
    return Told(f"{period}, {found.lines} lines of it", source, found.begins, found.ends, found.baselines)


def _of_trail(definition: Definition, profile: str | None, acted: datetime | None) -> Told:
    from chalicelib.adapters.own_keys import KeysError, OwnKeys
    from chalicelib.flows.trail import KEPT, SOURCE, trailed

    try:
        cloud = OwnKeys(profile).cloud()
        _own(cloud, definition)
        now = times.now()
        if acted is not None and acted <= now - KEPT:
            raise CommandError(f"CloudTrail keeps 90 days, and acting began before them, {acted:%Y-%m-%d}; use a bill")
        found = trailed(cloud, definition, now, acted)
    except KeysError as error:
        raise CommandError(str(error), "no-keys") from error
    if found.unseen:
        raise CommandError("\n".join(map(_unseen, found.unseen)), "not-shown", Exit.FAILED)
    if not found.baselines:
        what = f"CloudTrail tells of no run of {definition.environment} in 90 days"
        raise CommandError(f"{what}; observe it for four weeks, or use a bill", "nothing-found")
    untold = f"; nothing of {', '.join(found.untold)}: use a bill" if found.untold else ""
    return Told(f"90 days of CloudTrail{untold}", SOURCE, now - KEPT, min(acted or now, now), found.baselines)


def _own(cloud: Cloud, definition: Definition) -> None:
    """The keys are those of the environment's account. Raises CommandError."""
    from chalicelib.flows.discover import account_of

    for location in definition.locations:
        account = account_of(cloud, location.region)
        if account != location.account:
            what = f"{definition.environment} is in account {location.account}, and AWS says of these keys: {account}"
            raise CommandError(f"{what}; say --profile NAME, or log in again", "no-keys")


def _unseen(unseen: Unseen) -> str:
    place = f"{unseen.location.account}/{unseen.location.region}"
    return f"{unseen.what} of {place}: {unseen.refusal} ({unseen.service}:{unseen.operation}); say another --profile"


def _answer(headline: str, baselines: Sequence[Baseline]) -> Answer:
    from chalicelib.entrypoints.baseline_view import baseline_view

    rows = [baseline_view(each) for each in baselines]
    return Answer(rows, lambda console: _show(console, headline, rows))


def _definition(subject: str) -> Definition:
    from chalicelib.entrypoints.cli.schedules import definition_of

    return definition_of(subject)


def _show(console: Console, headline: str, rows: Sequence[View]) -> None:
    console.print(headline, soft_wrap=True)
    shown = table(
        console, "Resource", "Of", "Days", "On, hours a week", "While on, on average", folds="While on, on average"
    )
    for row in rows:
        hours = f"{Decimal(row['hours_a_week']):.1f}"
        shown.add_row(row["resource"], row["arn"].rpartition(":")[2], str(row["days"]), hours, size(row))
    console.print(shown)
    if any(row["provisional"] for row in rows):
        console.print("Fewer than 28 days: what the file declares stands, labelled provisional.", soft_wrap=True)
