"""The page on simulating a month: every figure and every note that there may be is on it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from chalicelib.core.money.baselines import Basis
from chalicelib.core.money.foreseeing import Foreseen
from chalicelib.entrypoints.cli.simulate_shown import FIGURES
from chalicelib.entrypoints.foresight_view import money_view
from tests.docs.pages import PROJECT

TEXT = (PROJECT / "docs" / "simulate.md").read_text(encoding="utf-8")
NOTHING = Decimal(0)
MONEY = money_view(Foreseen(NOTHING, NOTHING, NOTHING, NOTHING))


@pytest.mark.parametrize("key", [*FIGURES, *MONEY, "unseen", "notes"])
def test_every_key_is_explained(key: str) -> None:
    assert f"`{key}`" in TEXT


@pytest.mark.parametrize("basis", Basis)
def test_every_basis_is_named(basis: Basis) -> None:
    assert f"`{basis.value}`" in TEXT
