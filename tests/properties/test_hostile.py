"""Whatever people name: no spreadsheet executes it, no page runs it, and it is there to be read."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from chalicelib.core.money.inputs import Budget, Inputs
from chalicelib.entrypoints.reporting.formats import FORMATS
from chalicelib.entrypoints.reporting.inputs_writing import exported
from tests.core.money.samples import at, baseline, span
from tests.entrypoints.reporting.statements import BASELINES, BELONGS, IN_EUROS, SPANS, of, stated, would

quickly = settings(max_examples=25, deadline=None)

EXECUTED = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a cell must not begin with: https://owasp.org/www-community/attacks/CSV_Injection and their full-width forms."""
NUMBER = re.compile(r"-?\d+(\.\d+)?")
MARKUP = ("<script>alert(1)</script>", "</td></tr></table><h1>", '" onload="x', "' x='", "<!--", "&lt;", "{{ 7*7 }}")
TEXTS = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_categories=("Cs", "Cc")), max_size=6)
HOSTILE = st.builds("".join, st.tuples(st.sampled_from(["", " ", "  "]), st.sampled_from(EXECUTED), TEXTS)) | st.builds(
    "".join, st.tuples(TEXTS, st.sampled_from([*MARKUP, '","', "\n", "\r\n", '"']), TEXTS)
)


def named(text: str) -> Inputs:
    """Everything that comes from files, tags and AWS has this name."""
    spans = (*SPANS, of(text, span(at(4), at(5), f"{text}:x", arn=text), text))
    claims = (*BASELINES, would(text, replace(baseline(arn=text), source=text), text))
    belongs = tuple(replace(each, organisation=text, cost_center=text, team=text) for each in BELONGS)
    mine = replace(belongs[0], environment=text)
    rates = tuple(replace(each, source=text) for each in IN_EUROS.rates)
    assert IN_EUROS.exchange is not None
    return replace(
        IN_EUROS,
        spans=spans,
        baselines=claims,
        belongs=(*belongs, mine),
        rates=rates,
        budgets=(*IN_EUROS.budgets, Budget(text, rates[0].usd, text)),
        exchange=replace(IN_EUROS.exchange, source=text),
        until=at(6),
    )


def executed(cell: str) -> bool:
    return cell.lstrip(" ").startswith(EXECUTED)


CELL = re.compile(r'(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n)')


def cells(text: str) -> Iterator[tuple[str | None, str]]:
    """Each cell as a quoted text or as it stands bare."""
    place = 0
    while place < len(text):
        found = CELL.match(text, place)
        assert found is not None, text[place : place + 80]
        quoted, bare, _ = found.groups()
        yield (None if quoted is None else quoted.replace('""', '"')), bare or ""
        place = found.end()


@quickly
@example("=1+1")
@example("-1")
@given(HOSTILE)
def test_no_cell_of_any_csv_file_is_executed(text: str) -> None:
    statement = stated(named(text))
    for name in ("csv", "focus", "x_focus"):
        content = FORMATS[name].render(statement, None).decode()
        found = list(cells(content))
        assert not [quoted for quoted, _ in found if quoted is not None and executed(quoted)]
        assert not [bare for quoted, bare in found if quoted is None and bare and not NUMBER.fullmatch(bare)]
        assert {text, f"'{text}"} & {quoted for quoted, _ in found}
        assert len({len(row) for row in csv.reader(io.StringIO(content, newline=""))}) == 1


@quickly
@example("=1+1")
@given(HOSTILE)
def test_no_cell_of_any_exported_file_is_executed(text: str) -> None:
    inputs = named(text)
    for name, content in exported(inputs, stated(inputs)).items():
        if name.endswith(".csv"):
            assert not [cell for row in csv.reader(io.StringIO(content, newline="")) for cell in row if executed(cell)]


@settings(quickly, max_examples=15)
@example("=1+1")
@example("-1")
@example("@SUM(A1)")
@example("\t=1")
@example("\r=1")
@example("\n=1")
@given(HOSTILE)
def test_no_cell_of_a_workbook_is_executed(text: str) -> None:
    book = load_workbook(io.BytesIO(FORMATS["xlsx"].render(stated(named(text)), None)))
    found = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in found} == {"s", "n", "d"}
    assert not [cell.value for cell in found if cell.data_type == "s" and executed(cell.value)]
    assert not [cell for cell in found if cell.hyperlink]


class Outline(HTMLParser):
    """The elements of a page and which attributes they have, in their order, without its texts."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, Any]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.elements.append((tag, [name for name, _ in attrs if name != "class"]))

    def handle_endtag(self, tag: str) -> None:
        self.elements.append((f"/{tag}", None))

    def handle_comment(self, data: str) -> None:
        self.elements.append(("comment", data))

    def handle_data(self, data: str) -> None:
        self.text += data


@cache
def outline(text: str) -> Outline:
    found = Outline()
    found.feed(FORMATS["html"].render(stated(named(text)), None).decode())
    return found


@quickly
@example(MARKUP[0])
@given(HOSTILE)
def test_a_page_has_the_same_elements_whatever_is_named_how(text: str) -> None:
    found = outline(text)
    assert found.elements == outline("a name").elements
    assert text.replace("\r\n", "\n") in found.text.replace("\r\n", "\n")
