"""`curfew retire`: an environment leaves Curfew, awake."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from chalicelib.entrypoints.cli.answers import Answer, said
from chalicelib.entrypoints.cli.asking import agree
from chalicelib.entrypoints.cli.options import Name, Url, Yes
from chalicelib.entrypoints.cli.server import environment, server


class Leave(StrEnum):
    """How an environment may be left."""

    AS_IS = "as-is"


Left = Annotated[
    Leave | None, typer.Option("--leave", help="Forget it at once, asleep or not (wake and verify it first).")
]


def retire(name: Name, leave: Left = None, yes: Yes = False, url: Url = None) -> Answer:
    """Take an environment out of Curfew: woken and verified first, then forgotten.

    Example: curfew retire orders-qa
    """
    how = "its resources stay as they are, asleep or not" if leave else "it is woken first, and stays up"
    agree(f"Retire {name}: {how}?", yes)
    with server(url) as asked:
        answer = asked.send("POST", environment(name, "retire"), {"leave": leave.value} if leave else {})
    sentence = "retired, left as it was" if leave else f"waking; forgotten once all of it is up: curfew status {name}"
    return said(answer, f"{name}: {sentence}")
