"""Each format read back by other means than it was written: what its rows and its total say, in cents."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

from openpyxl import load_workbook

from chalicelib.entrypoints.reporting.figures import FIGURES

KEYS = [figure.key for figure in FIGURES]
EMPTY = {"organisation": "unnamed organisation", "day": "Curfew itself"}
UNKNOWN = ("", "not computable", "?", None)

Figures = dict[str, int | None]


@dataclass(frozen=True)
class Read:
    """The figures of each row by its last name, and of the total."""

    rows: list[tuple[str, Figures]]
    total: Figures


def cents(value: Any) -> int | None:
    if value in UNKNOWN:
        return None
    number = Decimal(str(value).replace(",", "")) * 100
    assert abs(number - round(number)) < Decimal("0.0001"), value
    return round(number)


def figures(values: Iterable[Any]) -> Figures:
    return dict(zip(KEYS, map(cents, values), strict=True))


def from_json(content: bytes, by: str) -> Read:
    shown = json.loads(content)
    rows = [(name(row["curfew_itself"], row[by], by), figures(row[key] for key in KEYS)) for row in shown["rows"]]
    return Read(rows, figures(shown["total"][key] for key in KEYS))


def name(itself: bool, key: str | None, by: str) -> str:
    return "Curfew itself" if itself else key or EMPTY.get(by, "not allocated")


def lines(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def from_csv(content: bytes, by: str) -> Read:
    found = {kind: [line for line in lines(content) if line["record"] == kind] for kind in ("row", "total")}
    (total,) = found["total"]
    rows = [(_plain(row[by], by), figures(row[key] for key in KEYS)) for row in found["row"]]
    return Read(rows, figures(total[key] for key in KEYS))


def _plain(cell: str, by: str) -> str:
    return cell.removeprefix("'") or EMPTY.get(by, "not allocated")


def from_xlsx(content: bytes, by: str) -> Read:
    sheet = load_workbook(io.BytesIO(content))[f"By {titled(by)}"]
    heads, *rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    first = heads.index("Actual")
    read = [(_last(row[:first]), figures(row[first : first + len(KEYS)])) for row in rows]
    return Read(read[:-1], read[-1][1])


def _last(names: list[Any]) -> str:
    words = [
        each.date().isoformat() if isinstance(each, datetime) else str(each).removeprefix("'") for each in names if each
    ]
    return words[-1]


def titled(by: str) -> str:
    return "cost centre" if by == "cost_center" else by


class _Tables(HTMLParser):
    """The cells of every table, row by row, under the heading before it; what a name belongs to is not in its cell."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self._heading, self._text, self._small = "", "", False

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self._small = tag == "small"
        if not self._small:
            self._text = ""
        if tag == "tr":
            self.tables.setdefault(self._heading, []).append([])

    def handle_endtag(self, tag: str) -> None:
        self._small = False
        if tag == "h2":
            self._heading = self._text
        if tag in ("td", "th"):
            self.tables[self._heading][-1].append(self._text)

    def handle_data(self, data: str) -> None:
        self._text += "" if self._small else data


def tables(content: bytes) -> dict[str, list[list[str]]]:
    parser = _Tables()
    parser.feed(content.decode())
    return parser.tables


def from_html(content: bytes, by: str) -> Read:
    heads, *rows, total = tables(content)[f"By {titled(by)}"]
    first = heads.index("Actual")
    read = [(_last(row[:first]), figures(row[first : first + len(KEYS)])) for row in rows]
    return Read(read, figures(total[1 : 1 + len(KEYS)]))


def from_table(text: str) -> Figures:
    """The figures of the last line of a table on a screen, as far as it shows them."""
    heads, *rows = re.split(r"\n\n", text)[1].splitlines()
    ends = {title: place.end() for title in COLUMNS if (place := re.search(f"(?<=  ){title}(?=  )", heads))}
    return {COLUMNS[title]: cents(rows[-1][:end].split()[-1]) for title, end in ends.items()}


COLUMNS = {
    "Actual": "actual",
    "Would have": "would_have",
    "Avoided": "avoided",
    "At most": "avoided_at_most",
    "Hours": "hours",
    "Size": "size",
    "Spot": "spot",
    "Commitment": "commitment",
    "Keeps billing": "residual",
}
