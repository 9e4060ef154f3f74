"""Texts that the tests of schedule files start from."""

from datetime import date

from chalicelib.entrypoints.schedule_file.reading import Reading, SourceFile, read_schedules

TODAY = date(2026, 11, 1)

ORGANISATION = """\
accounts:
  "111122223333": {name: development, role: "arn:aws:iam::111122223333:role/curfew", external_id: acme}
  "444455556666": {name: staging}
teams:
  orders-team: {email: orders@example.com, webhook: "https://chat.example/orders", groups: [orders]}
  data-team: {email: data@example.com}
defaults:
  timezone: Europe/Berlin
  locations: [{account: "111122223333", region: eu-central-1}]
  wake: {default: 3h, longest: 10h}
calendars:
  office-hours:
    timezone: Asia/Dubai
    windows: ["mon-fri 08:00-20:00"]
    closures: [{country: AE}]
production:
  tags: [{Billing: live-customers}]
"""

GOOD = """\
environment: orders-dev
owner: orders-team
stage: dev
resources:
  database:
    kind: rds-instance
    ids: [orders-db]
  nodes:
    kind: auto-scaling-group
    ids: [orders-nodes]
    needs: [database]
uptime:
  timezone: Europe/Berlin
  windows: ["mon-fri 08:00-20:00"]
"""


def read(*texts: str, organisation: str | None = ORGANISATION) -> Reading:
    """The reading of these environments' texts, in files named 1.yaml, 2.yaml, and so on."""
    files = [SourceFile(f"{number}.yaml", text) for number, text in enumerate(texts, 1)]
    shared = [SourceFile("organisation.yaml", organisation)] if organisation is not None else []
    return read_schedules([*shared, *files], TODAY)


def told(*texts: str, organisation: str | None = ORGANISATION) -> list[str]:
    """Every problem as people read it."""
    return [str(problem) for problem in read(*texts, organisation=organisation).problems]
