"""From an account as it is to environments as they could be declared, and to all that no file should list.

Pure but for its looks, which change nothing. Whatever is found ends up in exactly one place: in an environment,
or left out under a heading with its reason.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.core.decide import NEVER_TAG
from chalicelib.core.keeps_billing import Held
from chalicelib.core.model import Location
from chalicelib.core.names import slug
from chalicelib.core.other_schedulers import scheduled_by
from chalicelib.flows.entries import Others, entries
from chalicelib.flows.errors import UnknownError
from chalicelib.flows.guesses import Entry, with_needs
from chalicelib.flows.inventory import IDENTITY, Found, Inventory, inventory
from chalicelib.flows.keeping_billing import all_billing
from chalicelib.flows.labels import GROUPING, OWNING, PAYING, commonest, commonest_tag, looks_like_production
from chalicelib.flows.looking import Unseen
from chalicelib.flows.ports import Cloud, Refusal
from chalicelib.flows.security_groups import Rule
from chalicelib.kinds import kinds
from chalicelib.kinds.contract import Look


class Heading(StrEnum):
    """Why something is not listed in any file."""

    PRODUCTION = "looks like production"
    INELIGIBLE = "cannot be stopped"
    ELSEWHERE = "scheduled elsewhere"
    TWICE = "owned twice"
    UNTAGGED = "untagged"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One resource that no file lists, and why."""

    heading: Heading
    found: Found
    because: str


@dataclass(frozen=True, slots=True)
class Environment:
    """Resources that share a value of the grouping tag, as one file would declare them.

    `owner` and `cost_center` are the commonest tags among them that say so.
    """

    name: str
    pair: tuple[str, str]
    entries: tuple[Entry, ...]
    owner: tuple[str, str] | None
    cost_center: tuple[str, str] | None

    @property
    def members(self) -> tuple[Found, ...]:
        """All that its entries were made from."""
        return tuple(found for entry in self.entries for found in entry.members)

    @property
    def locations(self) -> tuple[Location, ...]:
        """Where its resources are."""
        return tuple(sorted({found.sighting.location for found in self.members}))


@dataclass(frozen=True, slots=True)
class Discovery:
    """What was found. `tag` groups it (None: no tag would), `because` says why that one."""

    locations: tuple[Location, ...]
    tag: str | None
    because: str
    environments: tuple[Environment, ...]
    left_out: tuple[LeftOut, ...]
    held: tuple[Held, ...]
    unseen: tuple[Unseen, ...]


def account_of(cloud: Cloud, region: str) -> str | Refusal:
    """The account that the caller's keys belong to."""
    service, operation = IDENTITY
    answers = cloud.look(Location("", region), service, (Look(operation, {}),))
    return answers if isinstance(answers, Refusal) else str(answers[0]["Account"])


def discover(cloud: Cloud, locations: Sequence[Location], by: str | None = None) -> Discovery:
    """What there is in these places, grouped by the tag `by`, or else by the commonest that tells environments.

    Raises UnknownError when nothing there has the tag that was asked for.
    """
    found = inventory(cloud, locations)
    billed = [all_billing(cloud, location) for location in locations]
    tag, because = _grouping(found, by)
    listed, left_out = _sorted(found.found, tag)
    return Discovery(
        tuple(locations),
        tag,
        because,
        tuple(_environments(listed, left_out, tag, found.rules)),
        left_out,
        tuple(held for each in billed for held in each.held),
        (*found.unseen, *(unseen for each in billed for unseen in each.unseen)),
    )


def _grouping(found: Inventory, by: str | None) -> tuple[str | None, str]:
    stoppable = [each.sighting.tags for each in found.found if _stoppable(each)]
    if by is None:
        return commonest_tag(stoppable)
    if not stoppable and not found.unseen:
        raise UnknownError(f"nothing here has the tag {by}: there is nothing here that Curfew could stop")
    if stoppable and not any(tags.get(by) for tags in stoppable):
        known = sorted({name for tags in stoppable for name in tags if not name.startswith("aws:")})
        raise UnknownError(f"nothing here has the tag {by}; the tags here are {', '.join(known) or 'none'}")
    return by, f"{by} was asked for"


def _stoppable(found: Found) -> bool:
    return not kinds()[found.sighting.kind].watches and _spared(found, None) is None


def _sorted(found: Iterable[Found], tag: str | None) -> tuple[list[Found], tuple[LeftOut, ...]]:
    """What can be listed, and what not; what is only watched and belongs nowhere is passed over."""
    listed: list[Found] = []
    left_out: list[LeftOut] = []
    for each in found:
        spared = _spared(each, tag) or _homeless(each, tag)
        if spared is None:
            listed.append(each)
        elif not kinds()[each.sighting.kind].watches:
            left_out.append(spared)
    kept, twice = _spelt(listed, tag)
    return kept, (*left_out, *twice)


def _spared(found: Found, tag: str | None) -> LeftOut | None:
    """Why it must not be stopped by Curfew at all, whoever owns it."""
    sighting = found.sighting
    if mark := looks_like_production(sighting, tag):
        return LeftOut(Heading.PRODUCTION, found, mark)
    if sighting.tags.get(NEVER_TAG, "false").lower() != "false":
        return LeftOut(Heading.INELIGIBLE, found, f"tagged {NEVER_TAG}")
    if sighting.ineligible:
        return LeftOut(Heading.INELIGIBLE, found, sighting.ineligible)
    if scheduler := scheduled_by(sighting.tags):
        return LeftOut(Heading.ELSEWHERE, found, scheduler)
    return None


def _homeless(found: Found, tag: str | None) -> LeftOut | None:
    """Why no environment can be told for it, or more than one could."""
    tags = found.sighting.tags
    value = tags.get(tag, "") if tag else ""
    if not value or tag is None:
        others = [f"{name}={tags[name]}" for name in GROUPING if tags.get(name)]
        return LeftOut(Heading.UNTAGGED, found, f"no tag {tag or 'of that sort'}{_though(others)}")
    if not slug(value):
        return LeftOut(Heading.UNTAGGED, found, f"{tag}={value} can name no environment")
    rival = next((name for name in tags if name.lower() == tag.lower() and slug(tags[name]) != slug(value)), None)
    if rival:
        return LeftOut(Heading.TWICE, found, f"{tag}={value}, and {rival}={tags[rival]}")
    return None


def _though(others: Sequence[str]) -> str:
    return f", but {', '.join(others)}" if others else ""


def _spelt(listed: Sequence[Found], tag: str | None) -> tuple[list[Found], list[LeftOut]]:
    """Those with the commonest spelling of their environment, and the others as owned twice."""
    if tag is None:
        return [], []
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for each in listed:
        value = each.sighting.tags[tag]
        spellings[slug(value)][value] += 1
    usual = {name: max(sorted(counts), key=counts.__getitem__) for name, counts in spellings.items()}
    kept, twice = [], []
    for each in listed:
        value = each.sighting.tags[tag]
        right = usual[slug(value)]
        if value == right:
            kept.append(each)
        else:
            twice.append(LeftOut(Heading.TWICE, each, f"{tag}={value}, where others have {tag}={right}"))
    return kept, twice


def _environments(
    listed: Sequence[Found], left_out: Iterable[LeftOut], tag: str | None, rules: Sequence[Rule]
) -> Iterator[Environment]:
    if tag is None:
        return
    others = _others(left_out)
    members: Mapping[str, list[Found]] = defaultdict(list)
    for each in listed:
        members[each.sighting.tags[tag]].append(each)
    for value in sorted(members):
        own = members[value]
        if any(not kinds()[each.sighting.kind].watches for each in own):
            yield _environment((tag, value), own, others, rules)


def _environment(pair: tuple[str, str], own: Sequence[Found], others: Others, rules: Sequence[Rule]) -> Environment:
    tags = [each.sighting.tags for each in own]
    made = with_needs(entries(own, others, pair), rules)
    return Environment(slug(pair[1]), pair, made, commonest(tags, OWNING), commonest(tags, PAYING))


def _others(left_out: Iterable[LeftOut]) -> Others:
    spared: list[Found] = []
    strangers: list[Found] = []
    for each in left_out:
        (spared if each.heading is Heading.INELIGIBLE else strangers).append(each.found)
    return Others(tuple(spared), tuple(strangers))
