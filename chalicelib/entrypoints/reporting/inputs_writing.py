"""The inputs of a report as files: the same inputs give the same files, whatever their order was."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from chalicelib.core.money.inputs import Inputs
from chalicelib.core.money.statement import Statement
from chalicelib.entrypoints.reporting.cells import defused
from chalicelib.entrypoints.reporting.inputs_cover import cover_text
from chalicelib.entrypoints.reporting.inputs_files import COVER, FILES, File


def exported(inputs: Inputs, statement: Statement) -> Mapping[str, str]:
    """The text of each file, by its name. `statement` is the one of these inputs."""
    texts = {file.name: _text(file, getattr(inputs, file.field)) for file in FILES}
    return {**texts, COVER: cover_text(inputs, statement)}


def _text(file: File, records: tuple[Any, ...]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_MINIMAL, lineterminator="\n")
    writer.writerow(column.name for column in file.columns)
    writer.writerows(sorted(_line(file, record) for record in records))
    return text.getvalue()


def _line(file: File, record: Any) -> list[str]:
    values = file.values(record)
    return [defused(column.kind.write(values[column.name])) for column in file.columns]
