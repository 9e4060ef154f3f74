"""What a bill says, as it is sent: sums of it, and never the bill itself."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, model_validator

from chalicelib.entrypoints.bodies import MOST_DECIMALS, MOST_FILES, Instant, Shape
from chalicelib.entrypoints.reporting.inputs_cells import LARGEST

MOST_CHARGES = 100_000
Dollars = Annotated[Decimal, Field(ge=0, le=LARGEST, decimal_places=MOST_DECIMALS, allow_inf_nan=False)]
FileName = Annotated[str, Field(min_length=1, max_length=500)]


class ChargeBody(Shape):
    """What a resource ran for by a bill, in US dollars."""

    environment: str = Field(min_length=1, max_length=200)
    resource: str = Field(max_length=200)
    usd: Dollars


class CommitmentUseBody(Shape):
    """What of commitments was used in a time by a bill, and what was not, in US dollars."""

    begins: Instant
    ends: Instant
    used: Dollars
    unused: Dollars

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends <= self.begins:
            raise ValueError("it ends after it begins; write a later instant under ends")
        return self


class BillBody(Shape):
    """What the files of a bill say of a month; `dry_run` only compares."""

    files: list[FileName] = Field(min_length=1, max_length=MOST_FILES)
    charges: list[ChargeBody] = Field(max_length=MOST_CHARGES)
    commitment_use: list[CommitmentUseBody] = Field(max_length=MOST_CHARGES)
    dry_run: bool = False
