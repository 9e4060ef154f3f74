"""The savings report of a month, in any format, and the inputs that it was computed from."""

from __future__ import annotations

from chalicelib.entrypoints.bodies import BadRequestError, Mistake, NoParameters, ReportQuery
from chalicelib.entrypoints.http.exchange import Reply, Request
from chalicelib.entrypoints.reporting import asked
from chalicelib.entrypoints.reporting.formats import FORMATS
from chalicelib.entrypoints.reporting.inputs_writing import exported as written
from chalicelib.flows.report import exported, report


def show_report(request: Request, month: str) -> Reply:
    """The report, or that of the environments asked for."""
    query = request.parameters(ReportQuery)
    statement = report(request.world, month_of(month), query.environment)
    shape = FORMATS[query.format]
    name = f"curfew-{statement.month}-{query.format}.{shape.suffix}"
    return Reply(shape.render(statement, query.by), media=shape.media, name=name)


def show_inputs(request: Request, month: str) -> Reply:
    """Everything that the report was computed from, as the texts of files by name."""
    request.parameters(NoParameters)
    found = exported(request.world, month_of(month))
    files = written(found.inputs, found.statement)
    return Reply({"month": found.inputs.month, "files": dict(files)})


def month_of(text: str) -> str:
    """The month that a path names. Raises BadRequestError."""
    try:
        return asked.month(text)
    except ValueError as error:
        raise BadRequestError([Mistake("month", str(error))]) from error
