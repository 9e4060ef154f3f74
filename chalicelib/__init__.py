"""Curfew: non-production AWS environments sleep when nobody needs them."""

__version__ = "0.1.0"
