"""report.json of an export: what the CSV files do not hold, and what the report that was exported said."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from chalicelib.core.money.inputs import Exchange, Inputs
from chalicelib.core.money.statement import Label, Statement
from chalicelib.entrypoints.reporting import asked
from chalicelib.entrypoints.reporting.as_json import totals
from chalicelib.entrypoints.reporting.document import report
from chalicelib.entrypoints.reporting.inputs_cells import INSTANT
from chalicelib.entrypoints.schedule_file.problems import Problem


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ExchangeShape(_Shape):
    """What one US dollar was worth, who said so, and when."""

    currency: str = Field(min_length=1)
    per_usd: Decimal = Field(gt=0, allow_inf_nan=False)
    source: str
    date: date


class SnapshotShape(_Shape):
    """What the report that was exported was computed from."""

    id: str
    hash: str


class Cover(_Shape):
    """report.json: `reconciled`, `snapshot` and `total` are what the report said, and no input of a recomputation."""

    month: Annotated[str, AfterValidator(asked.month)]
    method: int
    until: AwareDatetime | None = None
    exchange: ExchangeShape | None = None
    own_cost_usd: Decimal = Field(Decimal(0), ge=0, allow_inf_nan=False)
    reconciled: tuple[str, ...] = ()
    restated: bool = False
    unknown: tuple[str, ...] = ()
    snapshot: SnapshotShape | None = None
    total: dict[str, str | None] = {}

    @property
    def rate(self) -> Exchange | None:
        """The exchange rate as the ledger has it."""
        given = self.exchange
        return Exchange(given.currency, given.per_usd, given.source, given.date) if given else None


def cover_text(inputs: Inputs, statement: Statement) -> str:
    """The file."""
    document = {
        "month": inputs.month,
        "method": inputs.method,
        "until": INSTANT.write(inputs.until) if inputs.until else None,
        "exchange": _exchange(inputs.exchange),
        "own_cost_usd": f"{inputs.own_cost:f}",
        "reconciled": [each.environment for each in statement.agreements if each.agrees],
        "restated": statement.label is Label.RESTATED,
        "unknown": list(inputs.unknown),
        "snapshot": {"id": statement.snapshot.id, "hash": statement.snapshot.hash},
        "total": totals(report(statement, [])),
    }
    return json.dumps(document, indent=2) + "\n"


def read_cover(file: str, text: str) -> Cover | list[Problem]:
    """What the file says, or everything that is wrong with it."""
    try:
        return Cover.model_validate(_document(text))
    except json.JSONDecodeError as error:
        return [Problem(file, error.lineno, f"is no JSON ({error.msg})", "correct it, or export it again")]
    except ValidationError as error:
        return [_problem(file, text, each) for each in error.errors(include_url=False, include_input=False)]


def _document(text: str) -> Any:
    return json.loads(text, parse_float=Decimal)


def _problem(file: str, text: str, error: Any) -> Problem:
    where = ".".join(map(str, error["loc"]))
    what, _, remedy = error["msg"].removeprefix("Value error, ").partition("; ")
    what = what.replace("Input should", "should")
    if error["type"] == "extra_forbidden":
        what, remedy = "is not known here", "take it out"
    if error["type"] == "missing":
        what, remedy = "is missing", f'write "{where}": ..., or export it again'
    return Problem(file, _line(text, error["loc"]), f"{where}: {what}" if where else what, remedy or "correct it")


def _line(text: str, steps: tuple[int | str, ...]) -> int:
    """The line on which the last of the keys that are there is written."""
    lines, at = text.splitlines(), 0
    for step in steps:
        key = json.dumps(str(step))
        at = next((number for number in range(at, len(lines)) if key in lines[number]), at)
    return at + 1


def _exchange(exchange: Exchange | None) -> dict[str, str] | None:
    if exchange is None:
        return None
    return {
        "currency": exchange.currency,
        "per_usd": f"{exchange.per_usd:f}",
        "source": exchange.source,
        "date": exchange.dated.isoformat(),
    }
