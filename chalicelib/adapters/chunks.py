"""Resource states as a few chunks of text, and the memory of which chunks need no second write."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256

from chalicelib.adapters.codec import Codec
from chalicelib.core.model import ResourceState

# An item may have 400 KB (DynamoDB service quotas); a write costs by the KB, so smaller chunks cost less.
MOST_BYTES = 300_000
MOST_STATES = 150
MOST_CLAIMS = 64

STATE = Codec(ResourceState)
STATES = Codec(tuple[ResourceState, ...])


def pack(states: Mapping[str, ResourceState]) -> tuple[str, ...]:
    """The states as JSON arrays, ordered by ARN, at most MOST_STATES and MOST_BYTES in each."""
    texts = [STATE.encode(states[arn]) for arn in sorted(states)]
    return tuple(f"[{','.join(group)}]" for group in grouped(texts, MOST_STATES))


def unpack(chunks: Iterable[str]) -> dict[str, ResourceState]:
    """The states by ARN. Raises ValueError."""
    return {state.arn: state for chunk in chunks for state in STATES.decode(chunk)}


def grouped(texts: Iterable[str], most: int) -> Iterator[list[str]]:
    """The texts in order, in groups of at most `most` texts and MOST_BYTES bytes."""
    group: list[str] = []
    size = 0
    for text in texts:
        length = len(text.encode()) + 1
        if group and (len(group) == most or size + length > MOST_BYTES):
            yield group
            group, size = [], 0
        group.append(text)
        size += length
    if group:
        yield group


class ChunkMemory:
    """Fingerprints of the chunks as they are stored, for the claims that are alive.

    Only the claimant writes chunks, so what it read or wrote last is what is there. A claim that is not
    remembered (another process, or too many since) only costs writing every chunk.
    """

    def __init__(self) -> None:
        self._stored: OrderedDict[tuple[str, int], tuple[bytes, ...]] = OrderedDict()

    def read(self, name: str, fence: int, chunks: Sequence[str]) -> None:
        """The chunks are known, unless something newer was written under this claim."""
        self._stored.setdefault((name, fence), fingerprints(chunks))
        while len(self._stored) > MOST_CLAIMS:
            self._stored.popitem(last=False)

    def wrote(self, name: str, fence: int, chunks: Sequence[str]) -> None:
        """The chunks are known from now on."""
        self._stored[name, fence] = fingerprints(chunks)

    def known(self, name: str, fence: int) -> tuple[bytes, ...]:
        """The fingerprint of each chunk; nothing when the claim is not remembered."""
        return self._stored.get((name, fence), ())

    def forget(self, name: str, fence: int) -> None:
        """Nothing is remembered of this claim."""
        self._stored.pop((name, fence), None)


def fingerprints(chunks: Sequence[str]) -> tuple[bytes, ...]:
    """A short value for each chunk that differs when the chunk does."""
    return tuple(sha256(chunk.encode()).digest() for chunk in chunks)
