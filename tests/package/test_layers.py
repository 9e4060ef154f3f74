"""Invariant 1: imports point down. Each contract is broken once, to see that it can be."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.package.conftest import PROJECT

PLANTED = {
    "a stray package": ("utils.py", "", "utils"),
    "core knows flows": ("core/planted.py", "import chalicelib.flows.ports", "core.planted -> chalicelib.flows"),
    "flows know adapters": ("flows/planted.py", "import chalicelib.adapters.clock", "flows"),
    "entrypoints know local": ("entrypoints/planted.py", "import chalicelib.local.clock", "entrypoints"),
    "a flow asks the clock": ("flows/planted.py", "import time", "flows.planted -> time"),
    "a kind knows boto3": ("kinds/planted.py", "import botocore", "kinds.planted -> botocore"),
    "a kind knows another": ("kinds/planted.py", "import chalicelib.kinds.rds_cluster", "kinds.planted"),
    "an adapter knows moto": ("adapters/planted.py", "import moto", "adapters.planted -> moto"),
}


def lint(project: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    return subprocess.run(
        command, cwd=project, capture_output=True, text=True, check=False, env=os.environ | {"PYTHONPATH": "."}
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(PROJECT / "chalicelib", tmp_path / "chalicelib", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT / ".importlinter", tmp_path)
    return tmp_path


def test_imports_point_down(project: Path) -> None:
    done = lint(project)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("fault", PLANTED)
def test_a_contract_notices_when(project: Path, fault: str) -> None:
    path, text, said = PLANTED[fault]
    (project / "chalicelib" / path).write_text(f'"""Planted."""\n{text}\n')
    done = lint(project)
    assert done.returncode == 1
    assert said in done.stdout
