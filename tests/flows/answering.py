"""A cloud that also answers what no kind asks: metrics, sessions, tasks, builds, maintenance windows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from chalicelib.core.model import Location
from chalicelib.flows.ports import Refusal
from chalicelib.kinds.contract import Answer, Look
from tests.fakes.cloud import FakeCloud
from tests.flows.stage import Stage


@dataclass
class Answering:
    """`answers` by operation: a page, or a refusal; metrics by the value of their first dimension."""

    inner: FakeCloud
    answers: dict[str, Answer | Refusal] = field(default_factory=dict)
    metrics: dict[str, list[float]] = field(default_factory=dict)
    asked: list[Look] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def look(self, location: Location, service: str, looks: Sequence[Look]) -> tuple[Answer, ...] | Refusal:
        mine = [look for look in looks if look.operation in (*self.answers, "GetMetricData")]
        if not mine:
            return self.inner.look(location, service, looks)
        self.asked += mine
        found = [self._answer(look) for look in mine]
        refused = next((each for each in found if isinstance(each, Refusal)), None)
        return refused or tuple(each for each in found if not isinstance(each, Refusal))

    def times(self, operation: str) -> int:
        """How often it was asked."""
        return sum(look.operation == operation for look in self.asked)

    def _answer(self, look: Look) -> Answer | Refusal:
        if look.operation in self.answers:
            return self.answers[look.operation]
        queries = look.parameters["MetricDataQueries"]
        return {"MetricDataResults": [{"Id": each["Id"], "Values": self._figures(each)} for each in queries]}

    def _figures(self, query: Mapping[str, Any]) -> list[float]:
        return self.metrics.get(query["MetricStat"]["Metric"]["Dimensions"][0]["Value"], [])


def answering(stage: Stage, **answers: Answer | Refusal) -> Answering:
    """The stage's cloud from now on."""
    cloud = Answering(stage.cloud, answers)
    stage.world = replace(stage.world, cloud=cloud)
    return cloud
