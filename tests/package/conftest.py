"""Curfew packaged once a run, whatever the number of test workers."""

from __future__ import annotations

import fcntl
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from chalicelib.local.packaging.bundle import package

PROJECT = Path(__file__).parents[2]
STAGE = "qa7"


@dataclass(frozen=True)
class Packaged:
    """What `make package` left behind."""

    out: Path
    template: dict[str, Any]

    def __getitem__(self, name: str) -> dict[str, Any]:
        """The properties of one resource."""
        properties: dict[str, Any] = self.template["Resources"][name]["Properties"]
        return properties

    def of_type(self, kind: str) -> dict[str, dict[str, Any]]:
        """The properties of all resources of a type, by name."""
        found = self.template["Resources"].items()
        return {name: one.get("Properties", {}) for name, one in found if one["Type"] == kind}

    def statements(self, role: str) -> list[dict[str, Any]]:
        """The policy statements of a role."""
        return [each for one in self[role]["Policies"] for each in one["PolicyDocument"]["Statement"]]

    def allowed(self, role: str) -> set[str]:
        """The actions that a role may use under some condition."""
        allows = (each for each in self.statements(role) if each["Effect"] == "Allow")
        return {action for each in allows for action in each["Action"]}


@pytest.fixture(scope="session")
def packaged(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Packaged:
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    out = shared / "packaged"
    with (shared / "packaged.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (out / "template.json").is_file():
            package(PROJECT, STAGE, out)
    return Packaged(out, json.loads((out / "template.json").read_text()))
