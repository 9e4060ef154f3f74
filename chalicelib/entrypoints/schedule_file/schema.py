"""The JSON Schemas that editors use, generated from the shapes.

`python -m chalicelib.entrypoints.schedule_file.schema` writes them to docs/; with `--check` it only tells
whether they are up to date.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from chalicelib.entrypoints.schedule_file.environment_shape import EnvironmentShape
from chalicelib.entrypoints.schedule_file.organisation_shape import OrganisationShape
from chalicelib.kinds import kinds

DIALECT = "https://json-schema.org/draft/2020-12/schema"
COMMAND = "python -m chalicelib.entrypoints.schedule_file.schema"
DOCS = Path("docs")


def environment_schema() -> dict[str, Any]:
    """The JSON Schema of an environment's file."""
    schema = EnvironmentShape.model_json_schema()
    schema["$defs"]["ResourceShape"]["properties"]["kind"]["enum"] = sorted(kinds())
    return {"$schema": DIALECT, **schema, "title": "Curfew environment"}


def organisation_schema() -> dict[str, Any]:
    """The JSON Schema of organisation.yaml."""
    return {"$schema": DIALECT, **OrganisationShape.model_json_schema(), "title": "Curfew organisation"}


def schema_texts() -> dict[str, str]:
    """The text of each generated file, by its name."""
    schemas = {
        "schedule.schema.json": environment_schema(),
        "organisation.schema.json": organisation_schema(),
    }
    return {name: json.dumps(schema, indent=2) + "\n" for name, schema in schemas.items()}


def stale_schemas(directory: Path) -> tuple[str, ...]:
    """The names of the generated files that are missing there, or not what would be written now."""
    return tuple(
        name
        for name, text in schema_texts().items()
        if not (directory / name).is_file() or (directory / name).read_text(encoding="utf-8") != text
    )


def write_schemas(directory: Path) -> None:
    """The generated files in that directory are up to date."""
    for name, text in schema_texts().items():
        (directory / name).write_text(text, encoding="utf-8")


def main(arguments: list[str]) -> int:
    """0 when the files are written or up to date, 1 when --check found stale ones."""
    parser = argparse.ArgumentParser(prog=COMMAND, description="Write the JSON Schemas to docs/.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file is stale")
    if not parser.parse_args(arguments).check:
        write_schemas(DOCS)
        return 0
    stale = stale_schemas(DOCS)
    if stale:
        sys.stderr.write(f"{', '.join(stale)}: not up to date; run {COMMAND}\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
