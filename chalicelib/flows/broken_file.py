"""The owner of an environment learns that its new file was refused, and that the old rules stay in force."""

from __future__ import annotations

from chalicelib.flows.events import Event, What
from chalicelib.flows.people import Actor
from chalicelib.flows.ports import World


def tell_broken_file(world: World, actor: Actor, name: str, file: str, why: str) -> bool:
    """The owner was told; False when there is no such environment. Raises ValueError when it cannot be read."""
    stored = world.store.stored(name)
    if stored is None:
        return False
    text = f"the file {file} was refused; the rules applied before stay in force. {why}"
    event = Event(What.BROKEN_FILE, name, world.clock.now(), text, actor=actor.person)
    world.journal.publish(stored.definition.owner, [event])
    return True
