"""What people still do where a stop is due: figures of CloudWatch, sessions of Systems Manager, builds of CodeBuild."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from moto.cloudwatch.models import CloudWatchBackend
from moto.codebuild.models import CodeBuildBackend
from moto.core.responses import ActionResult
from moto.ssm.responses import SimpleSystemManagerResponse

from chalicelib.local.trail import caller_of
from chalicelib.local.world import World

Patch = tuple[Any, str, Any]


@dataclass(slots=True)
class Figures:
    """The figure that each period of a metric has, by the metric's name and the value of its only dimension."""

    steady: dict[tuple[str, str], float] = field(default_factory=dict)

    def answer(self, query: dict[str, Any]) -> dict[str, Any]:
        """What CloudWatch answers to one query; a metric without figures has no values.

        https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataResult.html
        """
        metric = query["MetricStat"]["Metric"]
        figure = self.steady.get((metric["MetricName"], metric["Dimensions"][0]["Value"]))
        values = [] if figure is None else [figure, figure]
        return {"id": query["Id"], "label": metric["MetricName"], "values": values, "status_code": "Complete"}


def use_patches(world: World, figures: Figures) -> Iterator[Patch]:
    """What to put in which place of moto, which has no figures, no sessions, and builds that end when looked at."""
    yield CloudWatchBackend, "get_metric_data", lambda self, queries, **span: [figures.answer(one) for one in queries]
    yield CodeBuildBackend, "batch_get_builds", _builds
    yield from _session_patches(world)


def _builds(self: Any, ids: list[str]) -> list[dict[str, Any]]:
    """As they are: a build goes on until StopBuild."""
    known = {build["id"]: build for builds in self.build_metadata_history.values() for build in builds}
    return [known[one] for one in ids if one in known]


def _session_patches(world: World) -> Iterator[Patch]:
    """Each Region's backend carries its sessions.

    https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_Session.html
    """

    def start_session(self: Any) -> ActionResult:
        caller, target = caller_of(self.headers), self._get_param("Target")
        session = {
            "SessionId": f"{caller}-{uuid5(NAMESPACE_URL, f'{target}{world.now()}').hex[:17]}",
            "Target": target,
            "Status": "Connected",
            "StartDate": world.now(),
            "Owner": f"arn:aws:iam::{self.current_account}:user/{caller}",
        }
        _sessions(self)[session["SessionId"]] = session
        return ActionResult({"SessionId": session["SessionId"]})

    def terminate_session(self: Any) -> ActionResult:
        _sessions(self).pop(self._get_param("SessionId"), None)
        return ActionResult({"SessionId": self._get_param("SessionId")})

    def describe_sessions(self: Any) -> ActionResult:
        active = self._get_param("State") == "Active"
        return ActionResult({"Sessions": list(_sessions(self).values()) if active else []})

    for answer in (start_session, terminate_session, describe_sessions):
        yield SimpleSystemManagerResponse, answer.__name__, answer


def _sessions(response: Any) -> dict[str, dict[str, Any]]:
    known: dict[str, dict[str, Any]] = vars(response.ssm_backend).setdefault("sessions", {})
    return known
