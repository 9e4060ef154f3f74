"""Health checks that nobody asks: for looks that want to know what there is, and not whether it answers."""

from __future__ import annotations

from chalicelib.core.model import Location


class Unasked:
    """The port Probe, to which everything is healthy."""

    def http(self, url: str) -> str | None:
        """As the port says; no address is asked."""
        return None

    def target_group(self, location: Location, arn: str) -> str | None:
        """As the port says; no target group is asked."""
        return None
