"""The report as one page that needs nothing else: no script, no style sheet, no picture from elsewhere."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from chalicelib.core.money.statement import ITSELF, TITLE, Statement
from chalicelib.entrypoints.reporting import agreeing
from chalicelib.entrypoints.reporting.asked import By
from chalicelib.entrypoints.reporting.document import TITLES, Entry, Table, named, report
from chalicelib.entrypoints.reporting.facts import facts
from chalicelib.entrypoints.reporting.figures import FIGURES, shown

PAGE = Path(__file__).with_name("page.html.jinja")


def as_html(statement: Statement, by: By | None) -> bytes:
    """The page, with the one grouping or all of them. Whatever comes from files and tags is escaped."""
    from jinja2 import Environment, StrictUndefined  # slow to import, and few ask for a page

    templates = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    templates.filters["money"] = shown
    made = report(statement, [by] if by else list(By))
    page = templates.from_string(PAGE.read_text(encoding="utf-8")).render(
        title=TITLE,
        month=f"{date.fromisoformat(f'{statement.month}-01'):%B %Y}",
        report=made,
        statement=statement,
        facts=[fact for fact in facts(statement) if fact.key != "title"],
        figures=FIGURES,
        total=dict(zip((figure.key for figure in FIGURES), made.total.figures, strict=True)),
        heads=[_heads(table) for table in made.tables],
        names=_names,
        agreeing={"columns": agreeing.COLUMNS, "means": agreeing.MEANS, "rows": agreeing.views(statement.agreements)},
    )
    return page.encode()


def _heads(table: Table) -> list[str]:
    return [TITLES[grain] for grain in table.grains]


def _names(table: Table, entry: Entry) -> list[str]:
    if entry.itself:
        return [ITSELF, *[""] * (len(table.grains) - 1)]
    return [named(grain, key) for grain, key in zip(table.grains, entry.keys, strict=True)]
