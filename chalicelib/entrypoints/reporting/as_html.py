"""The report as one page that needs nothing else: no script, no style sheet, no picture from elsewhere."""

from __future__ import annotations

from pathlib import Path

from chalicelib.core.money.statement import ITSELF, TITLE, Statement
from chalicelib.core.months import in_words
from chalicelib.entrypoints.reporting import agreeing, budgets
from chalicelib.entrypoints.reporting.asked import By
from chalicelib.entrypoints.reporting.document import HEADINGS, Entry, Table, named, report
from chalicelib.entrypoints.reporting.facts import MEANS, facts
from chalicelib.entrypoints.reporting.figures import CAUSES, FIGURES, shown

PAGE = Path(__file__).with_name("page.html.jinja")


def as_html(statement: Statement, by: By | None) -> bytes:
    """The page, with the one grouping or all of them. Whatever comes from files and tags is escaped."""
    from jinja2 import Environment, StrictUndefined  # slow to import, and few ask for a page

    templates = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    templates.filters |= {"money": shown, "percent": budgets.percent}
    made = report(statement, [by] if by else list(By))
    page = templates.from_string(PAGE.read_text(encoding="utf-8")).render(
        title=TITLE,
        month=in_words(statement.month),
        means=MEANS[statement.label],
        report=made,
        statement=statement,
        facts=[fact for fact in facts(made) if fact.key != "title"],
        figures=FIGURES,
        causes=[figure for figure in FIGURES if figure.key in CAUSES],
        meaning={figure.key: figure.means for figure in FIGURES},
        budgets=budgets.MEANS,
        total=dict(zip((figure.key for figure in FIGURES), made.total.figures, strict=True)),
        headings=HEADINGS,
        resource_days="a day of one resource counts as one",
        names=_names,
        agreeing={"columns": agreeing.COLUMNS, "means": agreeing.MEANS, "rows": agreeing.views(statement.agreements)},
    )
    return page.encode()


def _names(table: Table, entry: Entry) -> list[str]:
    """What the row is called, last, behind what it belongs to."""
    if entry.itself:
        return [ITSELF]
    return [named(grain, key) for grain, key in zip(table.grains, entry.keys, strict=True)]
