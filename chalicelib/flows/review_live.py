"""The part of a readiness review that is about live resources: selection, rights, health, what cannot be stopped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from chalicelib.core.model import Mode, Observed, Resource
from chalicelib.core.refusal import Remedy, remedy
from chalicelib.core.rights import Rights
from chalicelib.flows.assess import production_seen
from chalicelib.flows.dry_run import in_words, moved
from chalicelib.flows.review import Check, Examined
from chalicelib.flows.seen import UNSEEN, Seen
from chalicelib.flows.selection import selected_twice, unmatched
from chalicelib.kinds.contract import selected

MOST_SHOWN = 10
ALLOW = "give the role that right; docs/iam.md has its policy"
PREVIEW = "correct the entry; curfew apply FILE --dry-run shows what it selects"


def live_checks(examined: Examined) -> Iterator[Check]:
    """Every check on what AWS shows, or on what it says that Curfew may do."""
    yield from _selection(examined)
    yield from _looking(examined)
    yield from _acting(examined)
    yield from _health(examined)
    yield from _eligibility(examined)
    yield from _warnings(examined)


def _selection(examined: Examined) -> Iterator[Check]:
    """Every entry matches something, nothing twice, nothing of others, nothing of production."""
    nothing = unmatched(examined.definition, examined.seen.values())
    bad = [
        *(Check("selection", False, f"{one.key}: {one.sighting.note}", PREVIEW) for one in _missing(examined)),
        *(Check("selection", False, f"{one.entry} matches nothing: {one.because}", PREVIEW) for one in nothing),
        *_owned_elsewhere(examined),
        *_twice(examined),
    ]
    if mark := production_seen(examined.definition, examined.seen.values()):
        bad.append(Check("selection", False, f"a mark of production: {mark}", "take it out of the selection"))
    yield from bad[:MOST_SHOWN]
    if not bad:
        written = {resource.entry or resource.key for resource in examined.definition.resources}
        entries = _counted(len(written), "entry selects", "entries select")
        resources = _counted(len(_found(examined)), "resource", "resources")
        yield Check("selection", True, f"{entries} {resources}, none twice")


def _missing(examined: Examined) -> list[Seen]:
    """What matched nothing, but for entries whose resources another entry selects first."""
    gone = [one for one in examined.seen.values() if one.sighting.observed is Observed.MISSING]
    entries = [resource for resource in examined.definition.resources if any(one.key == resource.key for one in gone)]
    sightings = [one.sighting for one in _found(examined)]
    taken = {each.key for each in entries if any(selected(each, one) and one.kind == each.kind for one in sightings)}
    return [one for one in gone if one.key not in taken]


def _owned_elsewhere(examined: Examined) -> Iterator[Check]:
    for arn, owner in examined.elsewhere.items():
        one = examined.seen[arn]
        text = f"{one.key}: {one.sighting.id} is {owner}"
        yield Check("selection", False, text, "take it out of one of the two files")


def _twice(examined: Examined) -> Iterator[Check]:
    for one in _found(examined):
        if again := selected_twice(examined.definition, one):
            yield Check("selection", False, f"{one.key}: {one.sighting.id} is {again}", "let one entry select it")


def _looking(examined: Examined) -> Iterator[Check]:
    """Everything selected can be described."""
    blind = sorted({f"{one.key}: {one.sighting.note}" for one in examined.seen.values() if _unseen(one)})
    for found in blind[:MOST_SHOWN]:
        yield Check("rights to look", False, found, "give the role of that account the rights in docs/iam.md")
    if not blind:
        places = len(examined.definition.locations)
        yield Check("rights to look", True, f"everything is shown in {_counted(places, 'place', 'places')}")


def _unseen(one: Seen) -> bool:
    """A look came back with a refusal, and not with a broken resource."""
    broken = one.sighting.observed is Observed.BROKEN
    return broken and (one.sighting.arn.startswith(UNSEEN) or "cannot be looked at" in (one.sighting.note or ""))


def _acting(examined: Examined) -> Iterator[Check]:
    """It may start and stop: as AWS said when asked, or as its refusals say of what was tried already."""
    denied = _denied(examined)
    for said in denied[:MOST_SHOWN]:
        yield Check("rights to act", False, said, "give the role the rights in docs/iam.md, then: curfew retry NAME")
    if denied:
        return
    if examined.notes.rights is not None:
        yield from _answered(examined.notes.rights)
    elif examined.definition.mode is Mode.ACT and moved(examined.notes, examined.states):
        yield Check("rights to act", True, "it acts already, and AWS refuses nothing for want of a right")
    else:
        ask = "a pass asks within 15 minutes of its first look; then run doctor again"
        yield Check("rights to act", None, "AWS was not asked yet what Curfew may start and stop", ask)


def _answered(rights: Rights) -> Iterator[Check]:
    """As AWS answered before anything was tried."""
    if not rights.others:
        found = f"{rights.granted} operations would be allowed (asked {rights.asked_at:%Y-%m-%dT%H:%MZ})"
        yield Check("rights to act", True, found)
    else:
        for each in rights.others:
            mend = ALLOW if each.allowed is False else "check the role's policies by hand, or let it ask IAM"
            yield Check("rights to act", each.allowed, in_words(each), mend)


def _denied(examined: Examined) -> list[str]:
    """What AWS refused for want of a right when it was tried."""
    refused = {state.refusal for state in examined.states.values() if state.refusal}
    return sorted(said for said in refused if remedy(said) is Remedy.RIGHTS)


def _health(examined: Examined) -> Iterator[Check]:
    """The health checks of the file answer well now."""
    for one in examined.health:
        if not one.asked:
            yield Check("health checks", None, f"{one.key}: {one.said}", "run doctor again while it is up")
        elif one.said is not None:
            mend = "mend the service or its `ready:`; a check that fails leaves the morning `slow`"
            yield Check("health checks", False, f"{one.key}: {one.said}", mend)
    well = [one.key for one in examined.health if one.asked and one.said is None]
    if well:
        yield Check("health checks", True, f"{', '.join(well)}: healthy now")
    if not examined.health:
        yield Check("health checks", True, "none in the file: ready means what AWS itself calls healthy")


def _eligibility(examined: Examined) -> Iterator[Check]:
    """Every entry has something that can be stopped, and what is named by its id can be."""
    spared = [one for one in _found(examined) if one.sighting.ineligible]
    bad = list(_hopeless(examined, spared))
    yield from bad[:MOST_SHOWN]
    for said in examined.close.refusals[:MOST_SHOWN]:
        yield Check("eligibility", None, f"stop protection cannot be read: {said}", ALLOW)
    if bad:
        return
    reasons = Counter(str(one.sighting.ineligible) for one in spared).most_common(MOST_SHOWN)
    never = f"; left alone: {', '.join(f'{count} ({why})' for why, count in reasons)}" if reasons else ""
    able = _counted(len(_found(examined)) - len(spared), "resource", "resources")
    unasked = examined.close.unasked
    except_for = f"; stop protection not asked of {unasked}: a look at each takes long" if unasked else ""
    yield Check("eligibility", True, f"{able} can be stopped{never}{except_for}")


def _hopeless(examined: Examined, spared: list[Seen]) -> Iterator[Check]:
    entries = {resource.key: resource for resource in examined.definition.resources}
    able = {one.key for one in _found(examined) if not one.sighting.ineligible}
    for one in spared:
        if one.key not in able or _named(entries.get(one.key), one):
            found = f"{one.key}: {one.sighting.id} is never stopped: {one.sighting.ineligible}"
            yield Check("eligibility", False, found, "take it out of the file, or change what AWS says of it")


def _named(resource: Resource | None, one: Seen) -> bool:
    return resource is not None and bool({one.sighting.id, one.sighting.arn} & set(resource.ids))


def _warnings(examined: Examined) -> Iterator[Check]:
    """What to know before the first stop; it is no obstacle."""
    told = [f"{one.key} {one.sighting.id}: {text}" for one in _found(examined) for text in one.sighting.warnings]
    for text in told[:MOST_SHOWN]:
        yield Check("warnings", True, text, "read it before mode: act; it stops nothing")
    if len(told) > MOST_SHOWN:
        yield Check("warnings", True, f"and {len(told) - MOST_SHOWN} more", "curfew status NAME shows them all")
    if not told:
        yield Check("warnings", True, "nothing that AWS shows would be lost by a stop")


def _found(examined: Examined) -> list[Seen]:
    """What is really there."""
    gone = (Observed.MISSING, Observed.BROKEN)
    return [one for one in examined.seen.values() if one.sighting.observed not in gone]


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
