"""The types that have what a file requires, the cheapest on spot first; asked for once, and again when that changes.

They stay as they were found, so that a price that moves is no reason to set a group anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.core.capacity import Capacity, Requirements
from chalicelib.core.mix_memory import MixMemory
from chalicelib.core.mixed import Mixed
from chalicelib.core.model import Location
from chalicelib.flows.ports import Cloud, Refusal
from chalicelib.flows.spot_prices import current
from chalicelib.kinds.contract import Look

MATCHING = "GetInstanceTypesFromInstanceRequirements"
READS = (("ec2", MATCHING),)
"""https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetInstanceTypesFromInstanceRequirements.html"""
MOST_TYPES = 12
"""Enough to be flexible across ten types, as AWS advises; a group takes 40.

https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LaunchTemplate.html
"""
ARM = re.compile(r"[a-z]+\d+g[a-z]*\.|a1\.")
"""Types with Graviton. https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html"""


def with_types(
    cloud: Cloud, location: Location, capacity: Capacity, mixed: Mixed, memory: MixMemory, now: datetime
) -> MixMemory:
    """The memory with the types that have what its file requires; as it was where AWS does not tell."""
    wanted = capacity.requirements
    if wanted is None or memory.found_for == wanted:
        return memory
    own = memory.types or mixed.setting.types
    answers = cloud.look(location, "ec2", (_matching(wanted, own),))
    if isinstance(answers, Refusal):
        return memory
    names = sorted(one["InstanceType"] for answer in answers for one in answer.get("InstanceTypes", ()))
    if not names:
        return memory
    return replace(memory, found=_cheapest(cloud, location, names, now), found_for=wanted)


def _matching(wanted: Requirements, own: Iterable[str]) -> Look:
    """What launches from the group's template: of the architecture that its own types have."""
    (fewest, most), (least, largest) = wanted.vcpus, wanted.memory_gib
    needs = {"VCpuCount": {"Min": fewest, "Max": most}, "MemoryMiB": {"Min": least * 1024, "Max": largest * 1024}}
    architecture = "arm64" if any(ARM.match(name) for name in own) else "x86_64"
    parameters = {"ArchitectureTypes": [architecture], "VirtualizationTypes": ["hvm"], "InstanceRequirements": needs}
    return Look(MATCHING, parameters, "ec2")


def _cheapest(cloud: Cloud, location: Location, names: Sequence[str], now: datetime) -> tuple[str, ...]:
    """At most MOST_TYPES of them, by the lowest price in any zone; those without a price last."""
    lowest: dict[str, float] = {}
    for pool, price in current(cloud, location, names, now).items():
        lowest[pool.instance_type] = min(float(price), lowest.get(pool.instance_type, float(price)))
    return tuple(sorted(names, key=lambda name: (lowest.get(name, float("inf")), name))[:MOST_TYPES])
