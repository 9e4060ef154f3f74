"""Long texts as compressed pieces, each of which fits an item."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

MOST_BYTES = 350_000
"""Of an item's 400 KB. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html"""


class TornError(ValueError):
    """Pieces of different texts: they were replaced while they were read."""


def packed(text: str) -> list[bytes]:
    """The text in as few pieces as it takes, one at least."""
    whole = zlib.compress(text.encode(), 6)
    return [whole[start : start + MOST_BYTES] for start in range(0, len(whole), MOST_BYTES)]


def unpacked(pieces: Iterable[bytes]) -> str:
    """The text that the pieces were made of. Raises TornError."""
    try:
        return zlib.decompress(b"".join(pieces)).decode()
    except (zlib.error, UnicodeDecodeError) as error:
        raise TornError(f"its pieces are not of one text ({error}); read it again") from error
