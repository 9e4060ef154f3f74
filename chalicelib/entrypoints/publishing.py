"""What follows the daily close: AWS is asked for commitments, months settle, reports are written, kept, and told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from secrets import token_urlsafe

from aws_lambda_powertools import Logger

from chalicelib.core.money.statement import TITLE, Statement
from chalicelib.core.months import in_words
from chalicelib.entrypoints.reporting.as_json import totals
from chalicelib.entrypoints.reporting.document import report
from chalicelib.entrypoints.reporting.facts import MEANS, covered
from chalicelib.entrypoints.reporting.figures import FIGURES, shown
from chalicelib.entrypoints.reporting.formats import FORMATS
from chalicelib.entrypoints.reporting.inputs_writing import exported as written
from chalicelib.flows.archive import ArchiveError, Document
from chalicelib.flows.publishing import keep_inputs, months, publish
from chalicelib.flows.report import Exported
from chalicelib.flows.settling import settle
from chalicelib.flows.telling_reports import NotToldError, Telling, tell
from chalicelib.flows.told_commitments import ask_once_a_day
from chalicelib.wiring import Wired

KEPT = ("html", "xlsx", "json")
"""The formats in which a report is kept: two for people, one for the record."""
KEY_BYTES = 32

log = Logger(service="curfew")


class ReportWriter:
    """The port Writer, by the formats of the report."""

    def documents(self, statement: Statement) -> Sequence[Document]:
        """As the port says."""
        shapes = [FORMATS[name] for name in KEPT]
        return [Document(f"report.{each.suffix}", each.render(statement, None), each.media) for each in shapes]

    def inputs(self, found: Exported) -> Sequence[Document]:
        """As the port says."""
        files = written(found.inputs, found.statement)
        return [Document(name, text.encode(), _media(name)) for name, text in files.items()]

    def total(self, statement: Statement) -> Mapping[str, str | None]:
        """As the port says."""
        return totals(report(statement, []))

    def title(self, statement: Statement) -> str:
        """As the port says."""
        return f"{TITLE}, {in_words(statement.month)}: {statement.label.value}"

    def lines(self, statement: Statement) -> Sequence[str]:
        """As the port says."""
        cents = zip(FIGURES, report(statement, []).total.figures, strict=True)
        amounts = {figure.key: _money(amount, statement.currency) for figure, amount in cents}
        sure, computable = MEANS[statement.label], covered(statement.coverage, "computable")
        return (
            f"Cost: {amounts['actual']}",
            f"Would have cost: {amounts['would_have']}",
            f"Avoided: {amounts['avoided']}, at most {amounts['avoided_at_most']}",
            f"Keeps billing: {amounts['residual']}",
            f"How sure: {statement.label.value}, {sure}; computable: {computable}",
        )


def after_close(wired: Wired) -> Mapping[str, str]:
    """Commitments are known, reports that changed are kept, and told when it is time; what failed, by what it was.

    What failed keeps nothing else back, and is made up for by the next run.
    """
    return {what: why for what, do in _steps(wired) if (why := _tried(what, do))}


def _steps(wired: Wired) -> Iterator[tuple[str, Callable[[], None]]]:
    """Inputs come last: they are the largest, and nobody waits for them."""
    publication, world, writer = wired.publication, wired.world, ReportWriter()
    yield "asking for commitments", partial(ask_once_a_day, world, wired.commitments)
    yield "settling months", partial(settle, world)
    if publication is None:
        return
    latest = months(world.clock.now())
    for month in latest:
        yield f"report of {month}", partial(publish, world, publication.archive, writer, month)
    yield "telling of reports", partial(_tell, wired, writer)
    for month in latest:
        yield f"inputs of {month}", partial(keep_inputs, world, publication.archive, writer, month)


def _tell(wired: Wired, writer: ReportWriter) -> None:
    assert wired.publication is not None
    key = partial(token_urlsafe, KEY_BYTES)
    tell(wired.world, Telling(wired.publication, wired.organisations.reporting(), writer, key))


def _tried(what: str, do: Callable[[], None]) -> str | None:
    """Why it failed, if it did; what nobody expected is logged."""
    try:
        do()
    except (ArchiveError, NotToldError, ValueError) as error:  # what cannot be read keeps back no other month
        return str(error)
    except Exception as error:  # the process boundary: the alarm on errors hears of it by its name
        log.exception("%s failed", what)
        return f"{type(error).__name__}, see the log"
    return None


def _media(name: str) -> str:
    return "application/json" if name.endswith(".json") else "text/csv; charset=utf-8"


def _money(cents: int | None, currency: str) -> str:
    return shown(cents) if cents is None else f"{shown(cents)} {currency}"
