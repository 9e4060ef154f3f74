"""What tags commonly mean: which environment, which owner, which tier, whether production."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from chalicelib.core.decide import PRODUCTION_WORDS, production_mark
from chalicelib.core.model import Sighting

GROUPING = ("Environment", "environment", "Env", "env", "ENV", "Stage", "stage")
"""Tags by which teams usually tell environments apart, the likeliest first."""
OWNING = ("Owner", "owner", "Team", "team", "Squad", "squad")
PAYING = ("CostCenter", "cost-center", "cost_center", "Cost Center", "costcenter")
TIERING = ("Tier", "tier", "Role", "role", "Layer", "layer", "Component", "component")

STAGES = ("dev", "test", "qa", "uat", "staging", "stage", "sandbox", "demo", "lab", "perf", "preview")

TIERS: tuple[frozenset[str], ...] = (
    frozenset({"db", "database", "databases", "data", "sql", "postgres", "postgresql", "mysql", "mongo", "mongodb"}),
    frozenset({"cache", "redis", "queue", "broker", "kafka", "rabbitmq", "search", "index", "storage"}),
    frozenset({"app", "application", "backend", "api", "service", "services", "worker", "workers", "logic"}),
    frozenset({"web", "frontend", "front", "ui", "proxy", "edge", "gateway", "ingress"}),
)
"""Words for the tiers of an application; each stands on those before it."""

_WORDS = re.compile(r"[a-z0-9]+")
_NOT_PRODUCTION = re.compile(r"(non|not|pre)[^a-z0-9]*(production|prod|prd|live)")


def looks_like_production(sighting: Sighting, tag: str | None) -> str | None:
    """Why it may be production, or None: a mark that the rules know, or the word in its name or its group (`tag`).

    Stricter than the rules are: what is left out by mistake costs a line, what is listed by mistake an outage.
    """
    mark = production_mark(sighting.tags)
    if mark:
        return mark
    named = [(name, sighting.tags.get(name, "")) for name in ("Name", *GROUPING, *([tag] if tag else []))]
    return next((f"{name}={value}" for name, value in [*named, ("id", sighting.id)] if _says_production(value)), None)


def _says_production(text: str) -> bool:
    words = set(_WORDS.findall(_NOT_PRODUCTION.sub("", text.lower())))
    return bool(words & (PRODUCTION_WORDS - {"live"}))  # "live" alone is common in other senses


def commonest_tag(each: Iterable[Mapping[str, str]], names: Sequence[str] = GROUPING) -> tuple[str | None, str]:
    """Which of these tags most carry, None if nothing carries any; and why, in words."""
    tags = list(each)
    counts = Counter(name for one in tags for name in names if one.get(name))
    if not counts:
        return None, f"none of {len(tags)} stoppable resources has a tag {', '.join(names)}"
    best = max(counts, key=lambda name: (counts[name], -names.index(name)))
    others = ", ".join(f"{name} on {counts[name]}" for name in names if name in counts and name != best)
    return best, f"{best} is on {counts[best]} of {len(tags)} stoppable resources{f' ({others})' if others else ''}"


def commonest(each: Iterable[Mapping[str, str]], names: Sequence[str]) -> tuple[str, str] | None:
    """The commonest pair of one of these tags, or None."""
    counts = Counter((name, one[name]) for one in each for name in names if one.get(name))
    return max(sorted(counts), key=counts.__getitem__) if counts else None


def tier_of(text: str) -> int | None:
    """How high the tier of that name stands, 0 for databases; None for a word that says nothing."""
    words = _WORDS.findall(text.lower())
    return next((rank for rank, known in enumerate(TIERS) if known.intersection(words)), None)


def stage_of(environment: str) -> str | None:
    """The stage that an environment's name says ("qa" in "orders-qa"), or None."""
    return next((word for word in reversed(_WORDS.findall(environment.lower())) if word in STAGES), None)
