"""`curfew discover`: what an account has, as schedule files to begin with, before anything is deployed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from chalicelib.entrypoints.cli.answers import Answer, CommandError, Exit, View
from chalicelib.entrypoints.cli.own_account import own_account
from chalicelib.entrypoints.cli.screen import table

if TYPE_CHECKING:
    from chalicelib.entrypoints.discovering.files import Drafts
    from chalicelib.entrypoints.discovering.report import Section
    from chalicelib.flows.discover import Discovery

By = Annotated[str | None, typer.Option("--by", metavar="TAG", help="The tag that tells environments apart.")]
Profile = Annotated[str | None, typer.Option(help="The AWS profile to read with (else this shell's keys).")]
Regions = Annotated[list[str] | None, typer.Option("--region", help="Where to look (the profile's own); repeatable.")]
Out = Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Write files there (else only report).")]
Zone = Annotated[str | None, typer.Option("--timezone", metavar="ZONE", help="Where people work: Europe/Berlin.")]
Rights = Annotated[bool, typer.Option("--rights", help="Print the IAM policy that it needs, and stop.")]


def discover(
    by: By = None,
    profile: Profile = None,
    region: Regions = None,
    out: Out = None,
    timezone: Zone = None,
    rights: Rights = False,
) -> Answer:
    """Read an AWS account, change nothing, and write a schedule file for each environment in it.

    Example: curfew discover --by Environment --region eu-central-1 --out schedules
    """
    if rights:
        return _policy()
    _empty(out)
    zone = _zone(timezone)
    return _answer(_found(profile, region or [], by), zone, out)


def _policy() -> Answer:
    import json

    from chalicelib.adapters.iam_names import actions
    from chalicelib.flows import inventory, keeping_billing

    needed = actions([*inventory.operations(), *keeping_billing.operations()])
    statement = {"Effect": "Allow", "Action": needed, "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    return Answer(document, lambda console: console.print(json.dumps(document, indent=2), soft_wrap=True))


def _empty(out: Path | None) -> None:
    """The directory can be made, or has nothing in it. Raises CommandError."""
    if out is None:
        return
    above = next((path for path in out.parents if path.exists()), None)
    if above is not None and not above.is_dir():
        raise CommandError(f"{out} cannot be written: {above} is no directory; say another --out")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise CommandError(
            f"{out} is not an empty directory, and nothing is written over; say another --out", "already-there"
        )


def _zone(timezone: str | None) -> str | None:
    from chalicelib.core.localtime import ZoneError, zone

    try:
        return zone(timezone).key if timezone else None
    except ZoneError as error:
        raise CommandError(str(error)) from error


def _found(profile: str | None, regions: Sequence[str], by: str | None) -> Discovery:
    from chalicelib.adapters.own_keys import KeysError, OwnKeys
    from chalicelib.core.model import Location
    from chalicelib.flows.discover import discover

    try:
        keys = OwnKeys(profile)
        wanted = [_region(region) for region in dict.fromkeys(regions)] or [_region(keys.region)]
        cloud = keys.cloud()
        # Asked in each Region, so that one that cannot be reached is told before all else.
        places = [Location(own_account(cloud, region, "--region"), region) for region in wanted]
        return discover(cloud, places, by)
    except KeysError as error:
        raise CommandError(str(error), "no-keys") from error


def _region(text: str) -> str:
    """The Region, spelt as a schedule file must spell it. Raises CommandError."""
    from pydantic import TypeAdapter, ValidationError

    from chalicelib.entrypoints.schedule_file.leaves import Region

    try:
        return str(TypeAdapter(Region).validate_python(text))
    except ValidationError as error:
        raise CommandError(str(error.errors()[0]["ctx"]["error"])) from error


def _answer(found: Discovery, timezone: str | None, out: Path | None) -> Answer:
    """The files are written if asked, and the report comes back; 1 where something could not be seen or written."""
    from chalicelib.entrypoints.cli import times
    from chalicelib.entrypoints.discovering import report, terraform
    from chalicelib.entrypoints.discovering.files import drafted
    from chalicelib.entrypoints.discovering.view import view

    drafts = drafted(found, timezone, times.now().date())
    blocks = terraform.blocks(member.sighting for each in found.environments for member in each.members)
    document = view(found, drafts, blocks, str(out) if out else None)
    if out:
        others = {"discovered.md": report.markdown(document)}
        _write(out, drafts, others | ({"terraform-ignore.md": terraform.written(blocks)} if blocks else {}))
    exit = Exit.REFUSED if found.unseen or drafts.refused else Exit.DONE
    return Answer(
        document, lambda console: _show(console, document, report.summary(document), report.sections(document)), exit
    )


def _write(directory: Path, drafts: Drafts, others: dict[str, str]) -> None:
    from chalicelib.entrypoints.discovering.files import ORGANISATION

    files = {ORGANISATION: drafts.organisation, **{draft.file: draft.text for draft in drafts.environments}}
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name, text in (files | others).items():
            (directory / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{error.filename} cannot be written: {error.strerror}; say another --out") from error


def _show(console: Console, document: View, summary: str, sections: Sequence[Section]) -> None:
    console.print(summary, soft_wrap=True)
    for section in sections:
        console.print()
        console.print(section.title, style="bold", soft_wrap=True)
        rows = table(console, *section.columns, folds=section.columns[-1])
        for row in section.rows:
            rows.add_row(*row)
        console.print(rows)
        console.print(f"Next: {section.then}.", soft_wrap=True)
    if document["out"]:
        console.print()
        console.print(f"Written to {document['out']}: {', '.join(_files(document))}", soft_wrap=True)


def _files(document: View) -> Iterator[str]:
    """The names of all files that were written."""
    yield from (Path(each["file"]).name for each in document["environments"])
    yield from ("organisation.yaml", "discovered.md")
    if document["terraform"]:
        yield "terraform-ignore.md"
