"""The report's page, as a browser shows it: on a desk, on a phone, in the dark and on paper."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from chalicelib.core.money.statement import TITLE
from chalicelib.entrypoints.reporting.asked import By
from chalicelib.entrypoints.reporting.document import HEADINGS
from chalicelib.entrypoints.reporting.figures import FIGURES
from chalicelib.entrypoints.reporting.formats import FORMATS
from tests.browser.chromium import Chromium, chromium
from tests.entrypoints.reporting.statements import stated
from tests.entrypoints.reporting.test_narrow import LARGE

DESK, TABLET, PHONE = 1400, 800, 390
PAPER = 1046
"""Pixels between the margins of A4, landscape: 277 mm at 96 to the inch."""
LEGIBLE = 4.5
"""https://www.w3.org/TR/WCAG22/#contrast-minimum, of text that is not large."""


@dataclass(frozen=True)
class Shown:
    """The page in a browser, and the same report as programs get it."""

    browser: Chromium
    page: Path
    document: dict[str, Any]

    def evaluate(self, script: str) -> Any:
        return self.browser.evaluate(script)


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    where = tmp_path_factory.mktemp("browser")
    statement = stated(LARGE)
    (where / "report.html").write_bytes(FORMATS["html"].render(statement, None))
    document = json.loads(FORMATS["json"].render(statement, By.ENVIRONMENT))
    with chromium(where / "profile") as browser:
        browser.seen(DESK)
        browser.open(where / "report.html")
        yield Shown(browser, where / "report.html", document)


def test_nothing_is_fetched_and_nothing_is_complained_about(shown: Shown) -> None:
    shown.browser.open(shown.page)
    happened = shown.browser.happened
    asked = [each["params"]["request"]["url"] for each in happened if each["method"] == "Network.requestWillBeSent"]
    assert [url for url in asked if not url.startswith("data:")] == [shown.page.as_uri()]
    complaints = ("Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled")
    assert [each["params"] for each in happened if each["method"] in complaints] == []


def test_its_title_says_what_it_is(shown: Shown) -> None:
    assert shown.evaluate("() => document.title") == TITLE
    assert shown.evaluate("() => document.querySelector('h1').innerText") == TITLE


TOTALS = """() => Object.fromEntries([...document.querySelectorAll('section:has(tfoot td ~ td ~ td)')].map(part => [
  part.querySelector('h2').innerText,
  Object.fromEntries([...part.querySelectorAll('thead th')].map((head, column) => [
    head.innerText, part.querySelectorAll('tfoot th, tfoot td')[column].innerText])),
]))"""


def test_the_totals_of_every_table_are_those_that_programs_get_to_the_cent(shown: Shown) -> None:
    total = shown.document["total"]
    amounts = {figure.title: f"{Decimal(total[figure.key]):,}" for figure in FIGURES}
    tables = shown.evaluate(TOTALS)
    assert list(tables) == [HEADINGS[by] for by in By]
    for heads in tables.values():
        assert {title: heads[title] for title in amounts} == amounts


def test_the_sums_lead_from_what_it_would_have_cost_to_what_it_cost(shown: Shown) -> None:
    cells = shown.evaluate(
        "() => [...document.querySelectorAll('section:has(#sums) td.n')].map(each => each.innerText)"
    )
    first, *causes, last = (Decimal(cell.replace(",", "")) for cell in cells)
    assert first + sum(causes) == last == Decimal(shown.document["total"]["actual"])


OVERFLOWS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
BOXES = """() => [...document.querySelectorAll('.wide')].map(box => {
  box.scrollLeft = box.scrollWidth;
  const name = box.querySelector('tbody th').getBoundingClientRect(), edge = box.getBoundingClientRect();
  return {scrolls: box.scrollWidth > box.clientWidth, named: Math.abs(name.left - edge.left) < 2,
          room: edge.right - name.right};
})"""


@pytest.mark.parametrize("width", [DESK, TABLET, PHONE])
def test_a_wide_table_scrolls_in_its_own_box_with_its_names_in_sight(shown: Shown, width: int) -> None:
    shown.browser.seen(width)
    assert shown.evaluate(OVERFLOWS) == 0
    boxes = shown.evaluate(BOXES)
    assert all(box["named"] and box["room"] > width / 3 for box in boxes)
    assert any(box["scrolls"] for box in boxes) or width == DESK


def test_on_paper_everything_is_as_wide_as_the_paper_and_links_are_gone(shown: Shown) -> None:
    shown.browser.seen(PAPER, media="print")
    assert shown.evaluate(OVERFLOWS) == 0
    assert shown.evaluate("() => [...document.querySelectorAll('table')].every(t => t.scrollWidth <= innerWidth)")
    assert shown.evaluate("() => getComputedStyle(document.querySelector('nav')).display") == "none"


CONTRASTS = """() => {
  const light = part => (part /= 255) <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  const parts = colour => colour.match(/[0-9.]+/g).map(Number);
  const luminance = ([r, g, b]) => 0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b);
  const behind = each => {
    const found = parts(getComputedStyle(each).backgroundColor);
    return (found[3] ?? 1) > 0 || !each.parentElement ? found : behind(each.parentElement);
  };
  const says = each => [...each.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
  return [...document.body.querySelectorAll('*')].filter(says).map(each => {
    const [high, low] = [parts(getComputedStyle(each).color), behind(each)].map(luminance).sort((a, b) => b - a);
    return [each.innerText, (high + 0.05) / (low + 0.05)];
  });
}"""


@pytest.mark.parametrize(("media", "scheme"), [("screen", "light"), ("screen", "dark"), ("print", "light")])
def test_every_text_stands_out_from_what_is_behind_it(shown: Shown, media: str, scheme: str) -> None:
    shown.browser.seen(DESK, media, scheme)
    contrasts = shown.evaluate(CONTRASTS)
    assert len(contrasts) > 100
    assert [each for each in contrasts if each[1] < LEGIBLE] == []


def test_dark_is_dark_and_light_is_light(shown: Shown) -> None:
    behind = "() => getComputedStyle(document.body).backgroundColor"
    shown.browser.seen(DESK, scheme="dark")
    dark = shown.evaluate(behind)
    shown.browser.seen(DESK)
    assert shown.evaluate(behind) == "rgb(255, 255, 255)" != dark


SPOKEN = {
    "the page says its language": "() => document.documentElement.lang === 'en'",
    "there is one title": "() => document.querySelectorAll('h1').length === 1",
    "headings follow one another": "() => [...document.querySelectorAll('h3, h4, h5, h6')].length === 0",
    "every table has a caption": "() => [...document.querySelectorAll('table')].every(t => t.caption.innerText)",
    "every head of a column says so": "() => [...document.querySelectorAll('thead th')].every(h => h.scope === 'col')",
    "every row has one name": "() => [...document.querySelectorAll('tbody tr, tfoot tr')].every("
    "r => r.querySelectorAll('th[scope=row]').length === 1 && r.querySelectorAll('th').length === 1)",
    "every row has a cell for each head": "() => [...document.querySelectorAll('table:has(thead)')].every("
    "t => [...t.rows].every(r => r.cells.length === t.tHead.rows[0].cells.length))",
    "what scrolls can be reached and has a name": "() => [...document.querySelectorAll('.wide')].every("
    "b => b.tabIndex === 0 && document.getElementById(b.getAttribute('aria-labelledby')))",
    "every link leads somewhere": "() => [...document.querySelectorAll('a')].every("
    "a => document.querySelector(a.hash))",
}


@pytest.mark.parametrize("holds", SPOKEN.values(), ids=SPOKEN)
def test_it_can_be_read_aloud(shown: Shown, holds: str) -> None:
    assert shown.evaluate(holds) is True
