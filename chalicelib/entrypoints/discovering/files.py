"""An environment that was found, and what all found ones share, as the texts of schedule files.

Only observe mode is ever written; a person changes that. Every guess says why in a comment.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from chalicelib.core.model import Location
from chalicelib.core.names import slug, some
from chalicelib.entrypoints.schedule_file.problems import Problem
from chalicelib.entrypoints.schedule_file.reading import SourceFile, read_schedules
from chalicelib.entrypoints.schedule_file.yaml_text import flow, one_line
from chalicelib.flows.discover import Discovery, Environment
from chalicelib.flows.guesses import Entry
from chalicelib.flows.labels import stage_of

ORGANISATION = "organisation.yaml"
UNASSIGNED = "unassigned"
HOURS = "office-hours"
WINDOWS = "mon-fri 08:00-20:00"


@dataclass(frozen=True, slots=True)
class Owner:
    """A team as a file names it, the tag that says so (None: no tag does), and its address if the tag is one."""

    team: str
    tag: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """One environment and the text of its file."""

    environment: Environment
    owner: Owner
    text: str

    @property
    def file(self) -> str:
        """The file's name."""
        return f"{self.environment.name}.yaml"


@dataclass(frozen=True, slots=True)
class Drafts:
    """All texts, each read back and good; `refused` are the environments of which no good file can be made."""

    organisation: str
    environments: tuple[Draft, ...]
    refused: tuple[tuple[Environment, Problem], ...] = ()


def drafted(discovery: Discovery, timezone: str | None, today: date) -> Drafts:
    """The files for everything that was found, checked as `curfew validate` checks them."""
    drafts = [_draft(each) for each in discovery.environments]
    owners = [draft.owner for draft in drafts]
    shared = "\n".join(_organisation(discovery.locations, owners, timezone)) + "\n"
    files = [SourceFile(ORGANISATION, shared), *(SourceFile(draft.file, draft.text) for draft in drafts)]
    wrong = {problem.file: problem for problem in reversed(read_schedules(files, today).errors)}
    return Drafts(
        shared,
        tuple(draft for draft in drafts if draft.file not in wrong),
        tuple((draft.environment, wrong[draft.file]) for draft in drafts if draft.file in wrong),
    )


def _draft(environment: Environment) -> Draft:
    owner = owner_of(environment)
    return Draft(environment, owner, "\n".join(_environment(environment, owner)) + "\n")


def owner_of(environment: Environment) -> Owner:
    """The team that its commonest owner tag names; the part before the @ where that is an address."""
    if environment.owner is None:
        return Owner(UNASSIGNED)
    name, value = environment.owner
    local, at, domain = value.partition("@")
    email = value if at and "." in domain and " " not in value else None
    return Owner(slug(local if email else value) or UNASSIGNED, f"{name}={value}", email)


def _organisation(locations: Sequence[Location], owners: Sequence[Owner], timezone: str | None) -> Iterator[str]:
    regions = ", ".join(sorted({location.region for location in locations}))
    yield f"# What all environments share, as curfew discover found it in {regions}."
    yield "accounts:  # where Curfew does not run itself it needs role and external_id: docs/iam.md"
    for account in sorted({location.account for location in locations}):
        yield f"  {flow(account)}: {{}}"
    yield "teams:"
    yield from map(_team, _teams(owners))
    yield "calendars:"
    yield f"  {HOURS}:"
    yield f"    timezone: {flow(timezone)}" if timezone else "    timezone: UTC  # a placeholder: write Europe/Berlin"
    yield f"    windows: [{flow(WINDOWS)}]  # a placeholder: write when your people are at work"


def _team(owner: Owner) -> str:
    form = {"email": owner.email} if owner.email else {}
    said = f"from {owner.tag}" if owner.tag else "no tag says whose"
    told = "" if owner.email else "; write email or webhook, or nobody can be told"
    return f"  {flow(owner.team)}: {flow(form)}  # {one_line(said)}{told}"


def _teams(owners: Sequence[Owner]) -> list[Owner]:
    """Each team once, with an address if any of its tags has one; at least the one for what nobody owns."""
    teams: dict[str, Owner] = {}
    for owner in owners or [Owner(UNASSIGNED)]:
        known = teams.setdefault(owner.team, owner)
        teams[owner.team] = replace(known, email=known.email or owner.email)
    return [teams[name] for name in sorted(teams)]


def _environment(environment: Environment, owner: Owner) -> Iterator[str]:
    count = len(environment.members)
    tag = one_line("=".join(environment.pair))
    yield f"# Found by curfew discover: {tag} on {count} resource{'' if count == 1 else 's'}."
    yield f"environment: {flow(environment.name)}"
    yield f"owner: {flow(owner.team)}{'' if owner.tag else '  # write your team'}"
    if environment.cost_center:
        yield f"cost_center: {flow(environment.cost_center[1])}"
    if stage := stage_of(environment.name):
        yield f"stage: {stage}"
    yield "mode: observe  # decides and records, touches nothing; write act once that looks right"
    yield f"locations: {flow([{'account': each.account, 'region': each.region} for each in environment.locations])}"
    yield "resources:"
    for entry in environment.entries:
        yield from _entry(entry)
    yield f"uptime: {{calendar: {HOURS}}}  # organisation.yaml says when that is"


def _entry(entry: Entry) -> Iterator[str]:
    yield f"  {flow(entry.key)}:  # {one_line(_named(entry))}"
    yield f"    kind: {entry.kind}"
    chosen = f"tags: {flow(dict(entry.tags))}" if entry.tags else f"ids: {flow(list(entry.ids))}"
    yield f"    {chosen}{f'  # {one_line(entry.note)}' if entry.note else ''}"
    if entry.needs:
        yield "    needs:"
        for need in entry.needs:
            yield f"      - {flow(need.key)}  # {one_line(need.because)}"


def _named(entry: Entry) -> str:
    ids = [found.sighting.id for found in entry.members]
    return f"{len(ids)} now: {some(ids)}"
