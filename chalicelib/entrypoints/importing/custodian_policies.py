"""Cloud Custodian's off-hours policies: the filters that matter, and what goes with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.core.dates import DateError, parse_date
from chalicelib.entrypoints.importing.custodian_words import (
    DEFAULT_TAG,
    DEFAULT_ZONE,
    OFF_HOUR,
    ON_HOUR,
    Hour,
    OffHours,
    default_hours,
    zone_of,
)
from chalicelib.entrypoints.importing.rule import SourceError, Unsaid
from chalicelib.entrypoints.schedule_file.yaml_reading import read_yaml

MONDAY, FRIDAY = 0, 4
FILTERS = ("onhour", "offhour")
EXAMPLE = "policies: [{name: stop, resource: ec2, filters: [{type: offhour, default_tz: et, offhour: 19}]}]"
UNSAID = {
    "skip-days-from": "write its dates as closures",
    "fallback-schedule": "tag the resources, or write its hours as windows",
}
"""Keys of a filter that are told, and what to do instead."""


@dataclass(frozen=True, slots=True)
class Policies:
    """The policies that go together: of one kind of resource and one tag.

    `skip_on` and `skip_off` are the dates on which nothing is started, or stopped.
    """

    name: str
    resource: str
    tag: str
    hours: OffHours
    skip_on: frozenset[str] = frozenset()
    skip_off: frozenset[str] = frozenset()
    unsaid: tuple[Unsaid, ...] = ()


@dataclass(frozen=True, slots=True)
class _Filter:
    policy: Mapping[str, Any]
    type: str
    settings: Mapping[str, Any]

    @property
    def resource(self) -> str:
        return str(self.policy.get("resource", "ec2")).removeprefix("aws.")

    @property
    def tag(self) -> str:
        return str(self.settings.get("tag", DEFAULT_TAG))


DEFAULTS = OffHours(default_hours(ON_HOUR), default_hours(OFF_HOUR), zone_of(DEFAULT_ZONE))
"""What policies without settings of their own do."""


def read_policies(file: str, text: str) -> tuple[Policies, ...]:
    """The off-hours policies of a file, paired by resource and tag. Raises SourceError."""
    document, problems = read_yaml(file, text)
    if document is None:
        raise SourceError("; ".join(map(str, problems)))
    filters = [each for _, policy in document.each("policies") for each in _filters(policy)]
    if not filters:
        raise SourceError(f"{file} has no policy with an onhour or offhour filter; write e.g. {EXAMPLE}")
    paired: dict[tuple[str, str], list[_Filter]] = {}
    for each in filters:
        paired.setdefault((each.resource, each.tag), []).append(each)
    return tuple(_policies(each) for each in paired.values())


def _filters(policy: Mapping[str, Any]) -> Iterator[_Filter]:
    for plain in _flat(policy.get("filters", [])):
        settings = {"type": plain} if isinstance(plain, str) else plain
        if isinstance(settings, dict) and settings.get("type") in FILTERS:
            yield _Filter(policy, str(settings["type"]), settings)


def _flat(filters: object) -> Iterator[object]:
    """The filters of a list, those inside and: and or: too."""
    for each in filters if isinstance(filters, list) else [filters]:
        if isinstance(each, dict) and ("and" in each or "or" in each):
            yield from _flat(each.get("and", each.get("or")))
        else:
            yield each


def _policies(filters: Sequence[_Filter]) -> Policies:
    on = next((each for each in filters if each.type == "onhour"), None)
    off = next((each for each in filters if each.type == "offhour"), None)
    some = off or on
    assert some is not None
    return Policies(
        name=str(some.policy.get("name", some.tag)),
        resource=some.resource,
        tag=some.tag,
        hours=OffHours(
            on=_hours(on, ON_HOUR, MONDAY) if on else None,
            off=_hours(off, OFF_HOUR, FRIDAY) if off else None,
            timezone=zone_of(str(some.settings.get("default_tz", DEFAULT_ZONE))),
        ),
        skip_on=_skipped(on),
        skip_off=_skipped(off),
        unsaid=tuple(unsaid for each in filters for unsaid in _unsaid(each)) + tuple(_more(filters, on, off)),
    )


def _hours(filter: _Filter, usual: int, first: int) -> frozenset[Hour]:
    settings = filter.settings
    hour = settings.get(filter.type, usual)
    if not isinstance(hour, int) or not 0 <= hour <= 23:
        raise SourceError(f'{filter.type}: "{hour}" is not an hour; write 0 to 23, e.g. {EXAMPLE}')
    return default_hours(hour, settings.get("weekends", True), settings.get("weekends-only", False), first)


def _skipped(filter: _Filter | None) -> frozenset[str]:
    given = filter.settings.get("skip-days", []) if filter else []
    try:
        return frozenset(parse_date(str(day)).isoformat() for day in given)
    except DateError as error:
        raise SourceError(f"skip-days: {error}") from error


def _unsaid(filter: _Filter) -> Iterator[Unsaid]:
    name = filter.policy.get("name")
    if filter.settings.get("opt-out"):
        what = f"policy {name}: opt-out, it also acts on resources without the tag {filter.tag}"
        yield Unsaid(what, "tag them, or select them by ids")
    for key, remedy in UNSAID.items():
        if key in filter.settings:
            yield Unsaid(f"policy {name}: {key}", remedy)
    others = [each for each in _flat(filter.policy.get("filters", [])) if _other(each)]
    if others:
        what = f"policy {name}: {len(others)} more filter{'' if len(others) == 1 else 's'} choose its resources"
        yield Unsaid(what, "check what resources: selects")


def _other(filter: object) -> bool:
    return (filter.get("type") if isinstance(filter, dict) else filter) not in FILTERS


def _more(filters: Sequence[_Filter], *used: _Filter | None) -> Iterator[Unsaid]:
    for each in filters:
        if each not in used:
            what = f"policy {each.policy.get('name')}: a second {each.type} filter for the same tag"
            yield Unsaid(what, "import it from a file of its own")
