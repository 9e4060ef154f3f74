"""The kill switches: one item, an attribute for each that is thrown, so that writes never collide."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.adapters.codec import Codec
from chalicelib.adapters.dynamodb_table import ConditionError, Table, Write, update_if
from chalicelib.adapters.items import SCHEMA, SWITCHES_KEY, Item, checked
from chalicelib.core.wishes import Pause, Switches

PAUSE = Codec(Pause)
ACCOUNT = "account_"
OURS_OR_NEW = "attribute_not_exists(#schema) OR #schema <= :schema"


def to_switches(item: Item | None) -> Switches:
    """The switches that the item holds; none thrown without one. Raises ValueError."""
    if item is None:
        return Switches()
    thrown = {name: PAUSE.decode(value["S"]) for name, value in checked(item).items() if _is_switch(name)}
    organisation = thrown.pop("organisation", None)
    return Switches(organisation, {name.removeprefix(ACCOUNT): pause for name, pause in thrown.items()})


def throw(table: Table, account: str | None, pause: Pause | None, journal: Sequence[Write]) -> None:
    """One switch is thrown or taken back, with its journal; the others are as they were. Raises SchemaError."""
    name = "organisation" if account is None else f"{ACCOUNT}{account}"
    if pause is None:
        write = update_if(SWITCHES_KEY, f"SET #schema = :schema REMOVE #{name}", OURS_OR_NEW, schema=SCHEMA)
    else:
        change = f"SET #schema = :schema, #{name} = :pause"
        write = update_if(SWITCHES_KEY, change, OURS_OR_NEW, schema=SCHEMA, pause=PAUSE.encode(pause))
    try:
        table.transact([write, *journal])
    except ConditionError as error:
        to_switches(error.found[0] or None)
        raise


def _is_switch(name: str) -> bool:
    return name == "organisation" or name.startswith(ACCOUNT)
