"""A statement from inputs alone: what an auditor computes again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from chalicelib.core.money.attribution import roll_up
from chalicelib.core.money.baselines import Baseline
from chalicelib.core.money.inputs import Belongs, Inputs
from chalicelib.core.money.lines import RollUp
from chalicelib.core.money.rates import book
from chalicelib.core.money.spans import Span
from chalicelib.core.money.statement import Statement, statement


def compute(inputs: Inputs) -> Statement:
    """The statement of the inputs: the one that is made from the roll-ups of its environments."""
    return statement(inputs, roll_ups(inputs))


def roll_ups(inputs: Inputs) -> Iterator[RollUp]:
    """The roll-up of each environment, by name; one that belongs nowhere has its days in UTC."""
    spans: defaultdict[str, list[Span]] = defaultdict(list)
    baselines: defaultdict[str, list[Baseline]] = defaultdict(list)
    for span in inputs.spans:
        spans[span.environment].append(span)
    for baseline in inputs.baselines:
        baselines[baseline.environment].append(baseline)
    belongs = {each.environment: each for each in inputs.belongs}
    rates = book(inputs.rates)
    for name in sorted(belongs.keys() | spans.keys() | baselines.keys()):
        known = belongs.get(name, Belongs(name))
        yield roll_up(known, inputs.month, spans[name], rates, baselines[name], known.until or inputs.until)
