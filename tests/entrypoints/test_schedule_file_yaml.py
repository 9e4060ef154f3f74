"""YAML 1.2 as schedule files use it, and every way in which a text is not good YAML."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.entrypoints.schedule_file.document import Document
from chalicelib.entrypoints.schedule_file.yaml_reading import MOST_BYTES, read_yaml


def document(text: str) -> Document:
    found, problems = read_yaml("a.yaml", text)
    assert problems == ()
    assert found is not None
    return found


def told(text: str) -> list[str]:
    return [str(problem) for problem in read_yaml("a.yaml", text)[1]]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("NO", "NO"),
        ("yes", "yes"),
        ("true", True),
        ("08:00", "08:00"),
        ('"22:00"', "22:00"),
        ("2026-12-24", "2026-12-24"),
        ("2026-12-24..2027-01-01", "2026-12-24..2027-01-01"),
        ("90%", "90%"),
        ("12", 12),
        ("0x1f", 31),
        ("1200.50", Decimal("1200.50")),
        (".inf", ".inf"),
        ("~", None),
        ("", None),
        ("[a, {b: c}]", ["a", {"b": "c"}]),
        ("\n  - a\n  - b", ["a", "b"]),
        ("!!str 12", "12"),
    ],
)
def test_a_value_is_what_yaml_1_2_says(text: str, value: object) -> None:
    assert document(f"key: {text}").data == {"key": value}


def test_a_number_remembers_how_it_was_written() -> None:
    number = document("account: 012345678901").data["account"]
    assert (number, number.written) == (12345678901, "012345678901")


def test_an_anchor_and_a_merge_save_repetition() -> None:
    text = "one: &usual {a: 1, b: 2}\ntwo: *usual\nthree: {<<: *usual, b: 3}\n"
    assert document(text).data == {"one": {"a": 1, "b": 2}, "two": {"a": 1, "b": 2}, "three": {"a": 1, "b": 3}}


def test_a_byte_order_mark_is_no_mistake() -> None:
    assert document("\ufeffa: b").data == {"a": "b"}


@pytest.mark.parametrize(
    ("where", "line"),
    [((), 2), (("a",), 2), (("b", "c"), 4), (("b", "d", 1), 7), (("b", "d", 1, "missing"), 7), (("b", 0, "c"), 4)],
)
def test_a_value_has_a_line_and_what_is_missing_that_of_what_is_around_it(
    where: tuple[str | int, ...], line: int
) -> None:
    text = "# a comment\na: 1\nb:\n  c: 2\n  d:\n    - x\n    - y\n"
    assert document(text).line(where) == line


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: 1\n\tb: 2\n", "2: a tab cannot indent; write spaces"),
        ("a: [1, 2\nb: 3", "1: a bracket is opened here and never closed; close it"),
        ("a: 1\nb: 'x\n", "2: a quote is opened here and never closed; close it"),
        ("a: b: c", "1: a colon is not expected here; line up the keys, or quote the text"),
        ("a: 1\n b: 2", "2: a colon is not expected here; line up the keys, or quote the text"),
        ("a: @x", "1: a text cannot begin with this character; put the text in quotes"),
        ("a: *x", "1: an alias stands before its anchor; write the & anchor first, or the value itself"),
        ("- a\nb: 1", "2: the indentation does not fit the lines above; line up the keys"),
        ("a: 1\nb", "2: a key has no colon; write key: value"),
        ("a: 1\n---\nb: 2", "2: this is a second document; write one environment a file and remove the --- line"),
        ("# x\n%YAML 1.1\n---\na: NO", "2: YAML directives change what a text means; remove the % line"),
        ("a: 1\na: 2", "2: a is here twice, first in line 1; keep one of them"),
        ("a: {b: 1, b: 2}", "1: b is here twice, first in line 1; keep one of them"),
        ("1: a", '1: the key 1 is not text; write "1"'),
        ("? [a]\n: b", "1: a list or mapping cannot be a key; write a text"),
        ("a: !Ref x", "1: the tag !Ref is not known here; write the plain value"),
        ("a: {<<: b}", "1: << merges plain mappings only; write << and an alias of a mapping without <<"),
        ("a: 1\nb: \x07", "2: the line holds a control character; remove it"),
        ("a: 1\nb: \udce9", "2: the file is not UTF-8; save it as UTF-8"),
        ("", "1: the file is empty; write environment: NAME and what belongs to it"),
        ("# only this", "1: the file is empty; write environment: NAME and what belongs to it"),
        ("- a", "1: the file is not a mapping of keys to values; write environment: NAME and what belongs to it"),
        ("#" * (MOST_BYTES + 1), "1: the file is larger than 1 MB; split it: one environment a file"),
    ],
)
def test_what_is_no_good_yaml_is_told_in_a_plain_sentence(text: str, problem: str) -> None:
    assert told(text) == [f"a.yaml:{problem}"]


@pytest.mark.parametrize(("text", "number"), [("22:00", 1320), ("10:30", 630), ("1:20:30", 4830)])
def test_a_time_without_quotes_is_a_warning(text: str, number: int) -> None:
    said = f'{text} is not quoted: older YAML readers take it for the number {number}; write "{text}"'
    assert told(f"a: {text}") == [f"a.yaml:1: warning: {said}"]


BOMB = "\n".join(f"k{n}: &k{n} [{', '.join([f'*k{n - 1}' if n else 'x'] * 10)}]" for n in range(9))
MERGES = "\n".join(
    f"k{n}: &k{n} {{<<: [{', '.join([f'*k{n - 1}'] * 9)}]}}" if n else "k0: &k0 {a: b}" for n in range(9)
)


@pytest.mark.parametrize(
    "text", [BOMB, "a: " + "{a: " * 2000, "a: " + "[" * 60 + "]" * 60, "a: &x [*x]", "a: &x {b: *x}"]
)
def test_what_grows_without_end_is_refused(text: str) -> None:
    says = "the file holds more than 20000 values or 40 levels"
    assert told(text) == [f"a.yaml:1: {says}; write the values out, with fewer aliases and levels"]


def test_merges_of_merges_are_refused() -> None:
    assert all("<< merges plain mappings only" in problem for problem in told(MERGES))


@given(st.text(alphabet="ab:-[]{}&*!|>'\"%@`#,?<\t\n \ud800", max_size=60))
def test_any_text_is_read_or_told_and_never_raises(text: str) -> None:
    found, problems = read_yaml("a.yaml", text)
    assert found or problems
    assert all(1 <= problem.line <= text.count("\n") + 2 for problem in problems)
