"""The savings report of a month: made from what the books keep, each environment read once and let go."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace

from chalicelib.core.money.baselines import Baseline
from chalicelib.core.money.inputs import Belongs, Budget, Inputs
from chalicelib.core.money.narrowing import narrowed
from chalicelib.core.money.rates import Rate
from chalicelib.core.money.spans import Span
from chalicelib.core.money.statement import Draft, Statement, restated
from chalicelib.flows.beside import Beside
from chalicelib.flows.booked import Booked
from chalicelib.flows.errors import UnknownError, unknown
from chalicelib.flows.ports import World


@dataclass(frozen=True, slots=True)
class Exported:
    """A report with everything that it was computed from."""

    statement: Statement
    inputs: Inputs
    beside: Beside


def report(world: World, month: str, names: Collection[str] = ()) -> Statement:
    """The statement of the month ("2026-11"), or of the named environments as they are in it.

    Raises UnknownError where nothing of the month is closed, or a name is not in it.
    """
    statement = stated(world, month, world.ledger.beside(month))
    if not names:
        return statement
    known = {each.belongs.environment for each in statement.sheets}
    for name in names:
        if name not in known:
            raise unknown(f"environment in the report of {month}:", name, known)
    return narrowed(statement, names)


def stated(world: World, month: str, beside: Beside) -> Statement:
    """The statement of the month as it is with that beside the books. Raises UnknownError."""
    return _drafted(world, month, beside, _Gathered())


def exported(world: World, month: str) -> Exported:
    """The report, and its inputs down to spans and baselines. Raises UnknownError."""
    beside, gathered = world.ledger.beside(month), _Gathered(keeps_baselines=True)
    statement = _drafted(world, month, beside, gathered)
    inputs = replace(gathered.inputs(month, beside), spans=tuple(_spans(world, month, gathered.belongs)))
    return Exported(statement, inputs, beside)


@dataclass(slots=True)
class _Gathered:
    """What is needed of each month beside its roll-up; baselines only where somebody wants to see them."""

    keeps_baselines: bool = False
    belongs: list[Belongs] = field(default_factory=list)
    budgets: list[Budget] = field(default_factory=list)
    rates: dict[Rate, None] = field(default_factory=dict)
    baselines: list[Baseline] = field(default_factory=list)

    def read(self, booked: Booked) -> Belongs:
        """The month counts; whose it is comes back, with the instant up to which it is known."""
        belongs = replace(booked.belongs, until=booked.roll_up.closed_until)
        self.belongs.append(belongs)
        self.rates.update(dict.fromkeys(booked.rates))
        if booked.budget:
            self.budgets.append(booked.budget)
        if self.keeps_baselines:
            self.baselines += booked.baselines
        return belongs

    def inputs(self, month: str, beside: Beside) -> Inputs:
        """The inputs of all that was read, but for its spans."""
        bill = beside.bill
        return Inputs(
            month,
            tuple(self.belongs),
            rates=tuple(self.rates),
            baselines=tuple(self.baselines),
            commitments=beside.commitments,
            budgets=tuple(self.budgets),
            exchange=beside.exchange,
            own_cost=beside.own_cost,
            bill=bill.charges if bill else (),
            commitment_use=bill.commitment_use if bill else (),
            unknown=beside.unknown,
        )


def _drafted(world: World, month: str, beside: Beside, gathered: _Gathered) -> Statement:
    draft = Draft(month, beside.commitments)
    for booked in world.store.booked(month):
        draft.read(gathered.read(booked), booked.roll_up)
    if not gathered.belongs:
        what = f"no day of {month} is in the books"
        raise UnknownError(f"{what}; each is some two hours after it ended; name another month")
    return _labelled(draft.finished(gathered.inputs(month, beside)), beside.final)


def _labelled(statement: Statement, final: str | None) -> Statement:
    """The statement, restated if another one of its month was final before."""
    return statement if final in (None, statement.snapshot.hash) else restated(statement)


def _spans(world: World, month: str, belongs: Collection[Belongs]) -> Iterator[Span]:
    for each in belongs:
        yield from world.ledger.spans(month, each.environment)
