"""Curfew: non-production AWS environments sleep when nobody needs them."""
