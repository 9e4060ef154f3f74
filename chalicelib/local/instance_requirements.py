"""Where moto's EC2 is completed: it does not tell which instance types have what is required.

- `EC2Response.get_instance_types_from_instance_requirements`: from moto's own list of types.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.models.instance_types import INSTANCE_TYPE_OFFERINGS, INSTANCE_TYPES
from moto.ec2.responses import EC2Response

Patch = tuple[Any, str, Any]


def requirement_patches() -> Iterator[Patch]:
    """What to put in which place of moto."""

    def get_instance_types(self: Any) -> ActionResult:
        needs = self._get_param("InstanceRequirements")
        architectures, virtualizations = self._get_param("ArchitectureTypes"), self._get_param("VirtualizationTypes")
        offered = {one["InstanceType"] for one in INSTANCE_TYPE_OFFERINGS["region"][self.region]}
        found = [
            {"InstanceType": name}
            for name, shown in sorted(INSTANCE_TYPES.items())
            if name in offered
            and set(architectures) & set(shown["ProcessorInfo"]["SupportedArchitectures"])
            and set(virtualizations) & set(shown["SupportedVirtualizationTypes"])
            and _has(shown, needs)
        ]
        return ActionResult({"InstanceTypes": found, "NextToken": ""})

    yield EC2Response, "get_instance_types_from_instance_requirements", get_instance_types


def _has(shown: Mapping[str, Any], needs: Mapping[str, Any]) -> bool:
    """Whether it has the vCPUs and the memory; bare metal and burstable types are left out, as AWS does unless asked.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceRequirementsRequest.html
    """
    if shown.get("BareMetal") or shown.get("BurstablePerformanceSupported"):
        return False
    return _within(shown["VCpuInfo"]["DefaultVCpus"], needs["VCpuCount"]) and _within(
        shown["MemoryInfo"]["SizeInMiB"], needs["MemoryMiB"]
    )


def _within(figure: int, bounds: Mapping[str, Any]) -> bool:
    """A range without a maximum has no end."""
    return int(bounds["Min"]) <= figure <= int(bounds.get("Max") or figure)
