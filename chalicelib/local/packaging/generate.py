"""Generated files are what the sources say: policies, settings, member templates, JSON Schemas, the page of kinds.

`python -m chalicelib.local.packaging.generate` writes them; with `--check` it only tells which are stale.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chalicelib.entrypoints.schedule_file.schema import schema_texts
from chalicelib.local.packaging.functions import FUNCTIONS, settings
from chalicelib.local.packaging.kinds_page import kinds_page
from chalicelib.local.packaging.members import member_account, member_region
from chalicelib.local.packaging.policies import policy

COMMAND = "python -m chalicelib.local.packaging.generate"


def generated() -> dict[str, str]:
    """The text of each generated file, by its path in the project."""
    documents = {
        ".chalice/config.json": settings("dev"),
        ".chalice/member-account.json": member_account(),
        ".chalice/member-region.json": member_region(),
    } | {f".chalice/policies/{function.name}.json": policy(function) for function in FUNCTIONS}
    schemas = {f"docs/{name}": text for name, text in schema_texts().items()}
    pages = {"docs/kinds.md": kinds_page()}
    return {path: as_json(document) for path, document in documents.items()} | schemas | pages


def stale(project: Path, texts: Mapping[str, str]) -> tuple[str, ...]:
    """The paths of generated files that are missing or differ, and of policies that no function has any more."""
    wrong = [path for path, text in texts.items() if _text(project / path) != text]
    return (*wrong, *left_over(project, texts))


def left_over(project: Path, texts: Mapping[str, str]) -> list[str]:
    """Policy files that nothing generates."""
    found = sorted(path.relative_to(project).as_posix() for path in project.glob(".chalice/policies/*"))
    return [path for path in found if path not in texts]


def write(project: Path, texts: Mapping[str, str]) -> None:
    """Every generated file is up to date, and no others are beside them."""
    for path in left_over(project, texts):
        (project / path).unlink()
    for path, text in texts.items():
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text(text, encoding="utf-8")


def as_json(document: Mapping[str, Any]) -> str:
    """The document as text for people to review."""
    return json.dumps(document, indent=2) + "\n"


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def main(arguments: list[str]) -> int:
    """0 when the files are written or up to date, 1 when --check found stale ones."""
    parser = argparse.ArgumentParser(prog=COMMAND, description="Write the generated files.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file is stale")
    if not parser.parse_args(arguments).check:
        write(Path(), generated())
        return 0
    paths = stale(Path(), generated())
    if paths:
        sys.stderr.write(f"not up to date: {', '.join(paths)}; run make generate\n")
    return 1 if paths else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
