"""What AWS told of commitments as items of the table: how it is written (adapters.kept_items)."""

from __future__ import annotations

from chalicelib.adapters.codec import Codec
from chalicelib.flows.commitments import Told

PARTITION = "COMMITMENTS"
TOLD: Codec[Told] = Codec(Told)
