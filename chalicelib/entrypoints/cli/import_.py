"""`curfew import`: other schedulers' rules as schedule files, and a report of what could not be said."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chalicelib.entrypoints.cli.answers import Answer, CommandError, Exit

if TYPE_CHECKING:
    from chalicelib.adapters.tag_reader import Tagged
    from chalicelib.entrypoints.importing.custodian_policies import Policies
    from chalicelib.entrypoints.importing.drafts import PlannedFile
    from chalicelib.entrypoints.importing.rule import NotImported, Translation

Files = Annotated[
    list[Path], typer.Argument(metavar="FILE.json...", help="What describe-schedules and describe-periods print.")
]
Tags = Annotated[str, typer.Argument(metavar="TAG|FILE.yml", help='A tag: "off=(M-F,19);on=(M-F,7)"; or policies.')]
Times = Annotated[str, typer.Argument(metavar="UPTIME", help='"Mon-Fri 08:00-18:00 Europe/Berlin", ...')]
Downtime = Annotated[str, typer.Option(metavar="DOWNTIME", help="Times that are not up, in the same words.")]
Start = Annotated[str, typer.Option(metavar="CRON", help='When it starts: "0 7 * * 1-5".', show_default=False)]
Stop = Annotated[str, typer.Option(metavar="CRON", help='When it stops: "0 19 * * 1-5".', show_default=False)]
Zone = Annotated[str | None, typer.Option("--timezone", metavar="ZONE", help="The zone of what names none.")]
ItsZone = Annotated[str, typer.Option("--timezone", metavar="ZONE", help="The zone of both.", show_default=False)]
Called = Annotated[str | None, typer.Option("--name", help="What to call the environment.")]
Tag = Annotated[str | None, typer.Option("--tag", help="The tag that names the schedule on resources.")]
Out = Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Write the files there (print them).")]
Owner = Annotated[str | None, typer.Option(help="The team that owns what is imported.")]
Profile = Annotated[str | None, typer.Option(help="Read which resources carry the tag, with this AWS profile.")]
Region = Annotated[str | None, typer.Option(help="Where to read them (the profile's Region).")]
GroupBy = Annotated[str | None, typer.Option("--group-by", metavar="TAG", help="Another tag: one environment a value.")]


@dataclass(frozen=True, slots=True)
class _Account:
    """Where the resources are read, if they are, and by which other tag they are grouped."""

    profile: str | None
    region: str | None
    group_by: str | None
    owner: str | None

    def found(self, tag: str) -> tuple[Tagged, ...] | None:
        """What carries the tag; None when no profile was given."""
        from chalicelib.adapters.tag_reader import session_of, tagged

        if self.profile is None:
            if self.region or self.group_by:
                raise CommandError("--region and --group-by read an account; add --profile NAME", "usage")
            return None
        return tagged(session_of(self.profile, self.region), tag)

    def wanted(
        self, translation: Translation, tag: str, found: tuple[Tagged, ...] | None
    ) -> tuple[tuple[PlannedFile, ...], tuple[NotImported, ...]]:
        """The files that are wanted, and what no file can be made for."""
        from chalicelib.entrypoints.importing.assembly import one_a_group, one_a_rule

        if found is None:
            return one_a_rule(translation.rules, self.owner), translation.not_imported
        wanted, strangers = one_a_group(translation, found, tag, self.group_by, self.owner)
        return wanted, (*translation.not_imported, *strangers)


def instance_scheduler(
    files: Files,
    tag: Tag = None,
    timezone: Zone = None,
    owner: Owner = None,
    out: Out = None,
    profile: Profile = None,
    region: Region = None,
    group_by: GroupBy = None,
) -> Answer:
    """Make schedule files of the schedules and periods of Instance Scheduler on AWS.

    Example: curfew import instance-scheduler schedules.json periods.json --out schedules
    """
    from chalicelib.entrypoints.importing.instance_scheduler import Asked, translate
    from chalicelib.entrypoints.importing.instance_scheduler_reading import read

    asked = Asked(tag or Asked().tag, timezone or Asked().timezone)
    account = _Account(profile, region, group_by, owner)
    with _readable():
        configuration = read([(str(file), file.read_text(encoding="utf-8")) for file in files])
        translation = translate(configuration, asked)
    return _answer("instance-scheduler", *account.wanted(translation, asked.tag, account.found(asked.tag)), out)


def custodian(
    tags: Tags,
    name: Called = None,
    tag: Tag = None,
    timezone: Zone = None,
    owner: Owner = None,
    out: Out = None,
    profile: Profile = None,
    region: Region = None,
    group_by: GroupBy = None,
) -> Answer:
    """Make schedule files of Cloud Custodian's off-hours tags, or of the policies that read them.

    Example: curfew import custodian "off=(M-F,19);on=(M-F,7);tz=et" --name orders-qa
    """
    from chalicelib.entrypoints.importing.custodian import translate_all

    account = _Account(profile, region, group_by, owner)
    wanted: list[PlannedFile] = []
    refused: list[NotImported] = []
    for policies in _policies(tags, tag, timezone):
        found = _followers(account.found(policies.tag), policies, None if _is_file(tags) else tags)
        values = sorted({each.tags[policies.tag] for each in found or ()})
        if found is None:
            values = ["on" if _is_file(tags) else tags]
        translation = translate_all(values, policies, name)
        if found is None and not _is_file(tags):
            _sound(translation)
        some, others = account.wanted(translation, policies.tag, found)
        wanted += some
        refused += others
    return _answer("custodian", tuple(wanted), tuple(refused), out)


def kube_downscaler(
    uptime: Times,
    downtime: Downtime = "never",
    timezone: Zone = None,
    name: Called = None,
    owner: Owner = None,
    out: Out = None,
) -> Answer:
    """Make a schedule file of py-kube-downscaler's uptime, and its downtime if there is one.

    Example: curfew import kube-downscaler "Mon-Fri 08:00-18:00 Europe/Berlin" --name orders-qa
    """
    from chalicelib.entrypoints.importing.assembly import one_a_rule
    from chalicelib.entrypoints.importing.kube_downscaler import translate

    with _readable():
        rule = translate(uptime, downtime, name or "imported", timezone)
    return _answer("kube-downscaler", one_a_rule([rule], owner), (), out)


def cron(
    start: Start, stop: Stop, timezone: ItsZone, name: Called = None, owner: Owner = None, out: Out = None
) -> Answer:
    """Make a schedule file of two cron lines, one that starts and one that stops.

    Example: curfew import cron --start "0 7 * * 1-5" --stop "0 19 * * 1-5" --timezone Europe/Berlin
    """
    from chalicelib.entrypoints.importing.assembly import one_a_rule

    try:
        from chalicelib.entrypoints.importing.cron_pair import translate
    except ModuleNotFoundError as missing:
        what = f"reading cron lines needs {missing.name}, which is not installed"
        raise CommandError(f"{what}; run: pip install {missing.name}", "not-installed") from missing
    with _readable():
        rule = translate(start, stop, timezone, name or "imported")
    return _answer("cron", one_a_rule([rule], owner), (), out)


def _is_file(tags: str) -> bool:
    return Path(tags).suffix in (".yml", ".yaml")


def _policies(tags: str, tag: str | None, timezone: str | None) -> tuple[Policies, ...]:
    """The policies of a file, or those that a tag on its own is taken to be read by."""
    from chalicelib.entrypoints.importing.custodian import UNTAGGED
    from chalicelib.entrypoints.importing.custodian_policies import read_policies
    from chalicelib.entrypoints.importing.custodian_words import zone_of

    with _readable():
        read = read_policies(tags, Path(tags).read_text(encoding="utf-8")) if _is_file(tags) else (UNTAGGED,)
        zone = zone_of(timezone) if timezone else None
    return tuple(
        replace(each, tag=tag or each.tag, hours=replace(each.hours, timezone=zone or each.hours.timezone))
        for each in read
    )


def _followers(found: tuple[Tagged, ...] | None, policies: Policies, value: str | None) -> tuple[Tagged, ...] | None:
    """Those that a policy acts on: of its kind if it came from a file, else those with that value."""
    from chalicelib.entrypoints.importing.custodian import KINDS

    if found is None:
        return None
    kind = KINDS.get(policies.resource)
    return tuple(each for each in found if (each.kind == kind if value is None else each.tags[policies.tag] == value))


def _sound(translation: Translation) -> None:
    """Nothing was refused: a tag that a person typed is bad input, where one of many is told and left out."""
    for each in translation.not_imported:
        raise CommandError(f"{each.what}; {each.remedy}")


@contextmanager
def _readable() -> Iterator[None]:
    """What cannot be read is told as bad input."""
    from chalicelib.entrypoints.importing.rule import SourceError

    try:
        yield
    except SourceError as error:
        raise CommandError(str(error)) from error
    except UnicodeDecodeError as error:
        raise CommandError("the file is not UTF-8; save it as UTF-8") from error


def _answer(source: str, wanted: tuple[PlannedFile, ...], refused: tuple[NotImported, ...], out: Path | None) -> Answer:
    """The files are written if asked, and the report of what they do not say comes back."""
    from chalicelib.entrypoints.cli import import_report, times
    from chalicelib.entrypoints.importing.drafts import drafted

    begins = times.now().replace(hour=0, minute=0, second=0, microsecond=0)
    drafts, unusable = drafted(wanted, begins)
    if out:
        import_report.write(drafts, out)
    not_imported = (*refused, *unusable)
    view = import_report.view(source, drafts, not_imported, begins, out)
    exit = Exit.REFUSED if not_imported else Exit.DONE
    return Answer(view, lambda console: import_report.show(console, view), exit)
