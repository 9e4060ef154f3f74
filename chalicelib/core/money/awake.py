"""A resource at rest as it would be seen up: what it would be billed for is read off that."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.core.model import Observed, Sighting
from chalicelib.core.money.databases import STATUS

BILLED = "available"
"""A status in which RDS and Redshift bill for whatever there is.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html
"""


def awake(sighting: Sighting) -> Sighting:
    """The sighting, up. What only shows in members (those of a group at size zero) is not in it."""
    details = {**sighting.details, STATUS: BILLED} if STATUS in sighting.details else sighting.details
    return replace(sighting, observed=Observed.UP, details=details)
