"""What people and their machines do in the sample fortnight, through the real API or behind Curfew's back.

They are called by what they do, not by name. Refusals are part of the story: each says what it was refused for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from chalicelib.core.model import Definition
from chalicelib.entrypoints.schedule_file.paths import load_paths
from chalicelib.entrypoints.schedule_file.reading import SourceFile, read_schedules
from chalicelib.local.driver import Act
from chalicelib.local.dry_afternoon import run_dry
from chalicelib.local.estate import Site
from chalicelib.local.house import House
from chalicelib.local.inspector import Inspector
from chalicelib.local.story import Story

FIRST_DAY = datetime(2027, 3, 8, tzinfo=UTC)
"""A Monday. In the fortnight from it: Women's Day in Berlin, Eid in Dubai, clocks change in New York (the 14th)."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where people act: the API's address, everybody's token, the cloud, and who watches."""

    house: House
    api: str
    tokens: dict[str, str]
    inspector: Inspector
    story: Story
    schedules: Path

    def now(self) -> datetime:
        """The simulated instant."""
        return self.house.cloud.clock.now()


def script(stage: Stage) -> list[Act]:
    """All that people do, by the instant at which they do it."""
    return sorted(Act(at, do) for at, do in _acts(stage))


def apply_everything(stage: Stage) -> None:
    """The sample schedules are applied by the operator. Raises RuntimeError if they are refused."""
    files = [{"name": Path(file.name).name, "text": file.text} for file in load_paths([stage.schedules])]
    answer = ask(stage, "operator", "POST", "/apply", {"files": files})
    if answer.status_code != 200:
        raise RuntimeError(f"the sample schedules were refused: {answer.text}")


def ask(stage: Stage, person: str, method: str, path: str, body: dict[str, Any] | None = None) -> httpx.Response:
    """The API's answer; a refusal is told."""
    headers = {"Authorization": f"Bearer {stage.tokens[person]}"}
    response = httpx.request(method, stage.api + path, json=body, headers=headers, timeout=30)
    if response.status_code >= 400:
        name = path.split("/")[2] if path.startswith("/environments/") else "apply"
        problem = response.json()
        text = f"{person} is refused: {problem.get('detail', problem.get('title'))}"
        stage.story.tell(stage.now(), name, text, "red")
    return response


def _acts(stage: Stage) -> Iterator[tuple[datetime, Callable[[], object]]]:
    def wake(person: str, name: str, **body: object) -> Callable[[], object]:
        return lambda: ask(stage, person, "POST", f"/environments/{name}/leases", body)

    def call(person: str, method: str, path: str, **body: object) -> Callable[[], object]:
        return lambda: ask(stage, person, method, path, body or None)

    for day in (8, 9, 11, 16, 18):
        yield _at(day, 9), wake("analyst", "data-lab", **{"for": "4h", "reason": "month-end model"})
    yield _at(9, 20), wake("developer", "orders-dev", **{"for": "3h", "reason": "late fix"})
    yield _at(9, 20, 30), call("tester", "POST", "/environments/orders-dev/sleep", insist=False)
    yield _at(10, 21), wake("developer", "orders-dev", **{"for": "20h"})
    yield _at(12, 16, 2), wake("tester", "shop-qa", **{"for": "2h", "reason": "not done yet"})
    yield _at(13, 10), lambda: _start_by_console(stage)
    yield _at(15, 15), call("operator", "PUT", "/environments/billing-staging/hold", desired="up", reason="load test")
    yield _at(16, 12), call("operator", "DELETE", "/environments/billing-staging/hold")
    yield _at(16, 9), lambda: _spot_runs_dry(stage)
    yield _at(16, 21), lambda: _edit_orders(stage)
    yield _at(17, 2), lambda: _terraform_raises_the_maximum(stage)
    yield _at(17, 10), lambda: _broken_file(stage)
    yield _at(18, 22), lambda: _autoscaler_wants_a_node(stage)
    yield _at(19, 15, 55), call("operator", "PUT", "/environments/shop-qa/pause", reason="incident")
    yield _at(19, 17), call("operator", "DELETE", "/environments/shop-qa/pause")


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    return FIRST_DAY.replace(day=day, hour=hour, minute=minute)


def _start_by_console(stage: Stage) -> None:
    stage.inspector.excuse("shop-qa-postgres")
    stage.story.tell(stage.now(), "shop-qa", "somebody starts the database by console", "cyan")
    site = Site(stage.house.cloud, "111122223333", "ap-south-1")
    site.client("rds").start_db_instance(DBInstanceIdentifier="shop-qa-postgres")


def _spot_runs_dry(stage: Stage) -> None:
    """The afternoon in Dubai on which AWS takes back all spot of the shop's mixed group."""
    stage.story.tell(stage.now(), "shop-qa", "spot runs dry: AWS takes back one pool after another", "cyan")
    run_dry(Site(stage.house.cloud, "111122223333", "ap-south-1"), "shop-qa-mixed")


def _edit_orders(stage: Stage) -> None:
    """The file changes while the environment sleeps: mornings begin earlier."""
    text = (stage.schedules / "orders-dev.yaml").read_text(encoding="utf-8").replace("07:30", "07:00")
    ask(stage, "operator", "POST", "/apply", {"files": [{"name": "orders-dev.yaml", "text": text}]})
    organisation = (stage.schedules / "organisation.yaml").read_text(encoding="utf-8")
    files = [SourceFile("organisation.yaml", organisation), SourceFile("orders-dev.yaml", text)]
    for each in read_schedules(files, stage.now().date()).definitions:
        stage.inspector.definitions[each.definition.environment] = each.definition


def _broken_file(stage: Stage) -> None:
    text = (stage.schedules / "shop-qa.yaml").read_text(encoding="utf-8").replace("08:00-20:00", "08:00-25:00")
    ask(stage, "operator", "POST", "/apply", {"files": [{"name": "shop-qa.yaml", "text": text}]})


def _terraform_raises_the_maximum(stage: Stage) -> None:
    """Terraform knows nothing of Curfew and sets the group's new maximum while the group sleeps at 0/0/0."""
    stage.story.tell(stage.now(), "billing-staging", "Terraform sets the workers' maximum to 14", "cyan")
    stage.inspector.excuse("billing-staging-workers")
    stage.inspector.sizes["billing-staging-workers"] = (2, 14, 6)
    _update(stage, Site(stage.house.cloud, "444455556666", "us-east-1"), "billing-staging-workers", MaxSize=14)


def _autoscaler_wants_a_node(stage: Stage) -> None:
    stage.story.tell(stage.now(), "shop-qa", "an autoscaler takes the spot group from 0 to 1", "cyan")
    stage.inspector.excuse("shop-qa-spot")
    site = Site(stage.house.cloud, "111122223333", "ap-south-1")
    _update(stage, site, "shop-qa-spot", MaxSize=80, DesiredCapacity=1)


def _update(stage: Stage, site: Site, group: str, **sizes: int) -> None:
    site.client("autoscaling").update_auto_scaling_group(AutoScalingGroupName=group, **sizes)


def openings(definitions: dict[str, Definition]) -> Iterator[str]:
    """The environments that start by themselves in the morning."""
    for name, definition in definitions.items():
        if definition.mode == "act" and any(entry.start == "automatic" for entry in definition.uptime):
            yield name
