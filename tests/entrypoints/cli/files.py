"""Schedule files that the tests of the command line start from."""

from pathlib import Path

ORGANISATION = """\
accounts:
  "111122223333": {name: own}
teams:
  orders-team: {email: orders@example.com}
defaults:
  locations: [{account: "111122223333", region: eu-central-1}]
"""
ORDERS = """\
environment: orders-qa
owner: orders-team
resources:
  database: {kind: rds-instance, ids: [orders-db]}
  nodes: {kind: auto-scaling-group, ids: [orders-nodes], needs: [database]}
uptime:
  timezone: Asia/Dubai
  windows: ["mon-fri 08:00-20:00"]
  closures: [{dates: 2027-03-10, reason: office moves}]
"""


def write_schedules(directory: Path, **texts: str) -> None:
    """A directory `schedules` with the organisation's file and orders-qa's, or these texts instead."""
    (directory / "schedules").mkdir(exist_ok=True)
    for name, text in ({"organisation": ORGANISATION, "orders-qa": ORDERS} | texts).items():
        (directory / "schedules" / f"{name}.yaml").write_text(text, encoding="utf-8")
