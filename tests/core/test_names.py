"""Names from AWS as names of schedule files."""

from __future__ import annotations

import pytest

from chalicelib.core.names import slug, some


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("orders-qa", "orders-qa"),
        ("Orders QA", "orders-qa"),
        ("  orders__qa! ", "orders-qa"),
        ("x" * 70, "x" * 63),
        ("x" * 62 + " y", "x" * 62),
        ("!?", ""),
    ],
)
def test_a_name_is_the_nearest_that_files_take(text: str, name: str) -> None:
    assert slug(text) == name


def test_of_many_names_three_are_told() -> None:
    assert some(["a", "b", "c"]) == "a, b, c"
    assert some(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"
