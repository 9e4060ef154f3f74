"""What a commitment covers, in words that its owner knows, as patterns of rate keys.

    compute [in eu-west-1]                             what a Compute Savings Plan covers: EC2 and Fargate, but no spot
    ec2 [m5 | m5.xlarge] [linux] [shared] [in eu-west-1]
    fargate [linux-arm] [in eu-west-1]
    rds [db.r6g | db.r6g.large] [postgres] [multi-az] [in eu-west-1]
    redshift [ra3.4xlarge] [in eu-west-1]

What is left out is left open. https://docs.aws.amazon.com/savingsplans/latest/userguide/what-is-savings-plans.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from chalicelib.core.money.instances import SYSTEMS
from chalicelib.core.money.price_list import DEPLOYMENTS, ENGINES, FARGATE
from chalicelib.core.money.rates import ON_DEMAND

ANY = "*"
EXAMPLE = "ec2 m5 in eu-west-1"
_REGION = re.compile(r"[a-z]{2,3}(-[a-z]+)+-[0-9]")
_TYPE = re.compile(r"[a-z][a-z-]*[0-9][a-z0-9-]*(\.[a-z0-9-]+)?")
_CLASS = re.compile(rf"db\.{_TYPE.pattern}")


@dataclass(frozen=True, slots=True)
class _Form:
    """The keys of a service: `words` are what stands for a part of them, `size` how a type or a family is written."""

    keys: tuple[str, ...]
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    size: re.Pattern[str] | None = None


_EC2 = _Form(
    (f"ec2:{{region}}:{{size}}:{{system}}:{{tenancy}}:{ON_DEMAND}",),
    {"system": tuple(dict.fromkeys(SYSTEMS.values())), "tenancy": ("shared", "dedicated")},
    _TYPE,
)
_FARGATE = _Form(
    tuple(f"fargate:{{region}}:{unit}:{{platform}}:{ON_DEMAND}" for unit in FARGATE),
    {"platform": ("linux", "linux-arm", "windows")},
)
_RDS = _Form(
    ("rds:{region}:{size}:{engine}:*:{deployment}",),
    {"engine": tuple(ENGINES), "deployment": tuple(DEPLOYMENTS)},
    _CLASS,
)
_FORMS: Mapping[str, _Form] = {
    "compute": _Form(
        (f"ec2:{{region}}:*:{ON_DEMAND}", *(f"fargate:{{region}}:{unit}:*:{ON_DEMAND}" for unit in FARGATE))
    ),
    "ec2": _EC2,
    "fargate": _FARGATE,
    "rds": _RDS,
    "redshift": _Form(("redshift:{region}:{size}:node",), size=_TYPE),
}


def patterns(text: str) -> tuple[str, ...]:
    """The patterns of rate keys that the words mean; there are keys that match each of them.

    Raises ValueError, "what is wrong; what to write instead", for words that mean nothing of which Curfew has rates.
    """
    service, *words = text.lower().split() or [""]
    if service not in _FORMS:
        raise ValueError(f'"{text}" is nothing that can be covered; {_choose(service, _FORMS)}, e.g. {EXAMPLE}')
    form = _FORMS[service]
    found = {"region": ANY, "size": ANY} | dict.fromkeys(form.words, ANY)
    if "in" in words:
        found["region"], words = _region(text, words)
    for word in words:
        slot = _slot(form, text, word)
        if found[slot] != ANY:
            raise ValueError(f'"{text}" says two of {slot}, {found[slot]} and {word}; write an entry for each')
        found[slot] = word
    return tuple(key.format(**found | {"size": _whole(found["size"])}) for key in form.keys)


def _region(text: str, words: list[str]) -> tuple[str, list[str]]:
    """The Region, and the words before it."""
    before, after = words[: words.index("in")], words[words.index("in") + 1 :]
    if len(after) != 1 or not _REGION.fullmatch(after[0]):
        raise ValueError(f'"{text}" names no Region behind "in"; end it with e.g. in eu-west-1')
    return after[0], before


def _slot(form: _Form, text: str, word: str) -> str:
    """The part of a key that the word stands for."""
    known = {each: slot for slot, words in form.words.items() for each in words}
    if word in known:
        return known[word]
    if _REGION.fullmatch(word):
        raise ValueError(f'"{word}" in "{text}" is a Region; write in {word}')
    if form.size and form.size.fullmatch(word):
        return "size"
    remedy = _choose(word, known) if known else "take it out"
    raise ValueError(f'"{word}" in "{text}" is not known; {remedy}')


def _whole(size: str) -> str:
    """The family m5 is every m5.*"""
    return size if size == ANY or "." in size.removeprefix("db.") else f"{size}.*"


def _choose(word: str, known: Iterable[str]) -> str:
    options = sorted(known)
    near = get_close_matches(word, options, n=1, cutoff=0.6)
    return f"write {near[0]}" if near else f"write one of {', '.join(options)}"
