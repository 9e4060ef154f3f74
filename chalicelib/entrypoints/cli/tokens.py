"""`curfew token`: who may ask Curfew for what, until when."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import quote

import typer
from rich.console import Console

from chalicelib.entrypoints.cli.answers import Answer, View, said
from chalicelib.entrypoints.cli.asking import agree
from chalicelib.entrypoints.cli.options import Url, Yes
from chalicelib.entrypoints.cli.screen import table
from chalicelib.entrypoints.cli.server import server
from chalicelib.entrypoints.cli.times import instant


class Role(StrEnum):
    """What the bearer of a token may do."""

    DEVELOPER = "developer"
    OPERATOR = "operator"
    ADMIN = "admin"
    FINANCE = "finance"


Person = Annotated[str, typer.Argument(help="Whose token it is.", show_default=False)]
Allowed = Annotated[Role, typer.Option("--role", help="What it allows.", show_default=False)]
Days = Annotated[int, typer.Option("--days", min=1, max=365, help="How long it is good.")]
Direct = Annotated[bool, typer.Option("--direct", help="Straight into the table, with AWS keys (the first token).")]
TokenId = Annotated[str, typer.Argument(metavar="ID", help="The token's public id.", show_default=False)]


def issue(
    person: Person, role: Allowed, days: Days = 30, direct: Direct = False, yes: Yes = False, url: Url = None
) -> Answer:
    """Make a token; it is shown once and never again.

    Example: curfew token issue asha --role developer --days 30
    """
    issued = _directly(person, role, days, yes) if direct else _by_server(person, role, days, url)
    return Answer(issued, lambda console: _show_issued(console, issued))


def list_tokens(url: Url = None) -> Answer:
    """Show all tokens, without their secrets.

    Example: curfew token list
    """
    with server(url) as asked:
        tokens = asked.get("/tokens")
    return Answer(tokens, lambda console: _show_all(console, tokens))


def revoke(token_id: TokenId, url: Url = None) -> Answer:
    """Take a token back: it opens nothing any more.

    Example: curfew token revoke 3f9a1c
    """
    with server(url) as asked:
        answer = asked.send("DELETE", f"/tokens/{quote(token_id, safe='')}")
    return said(answer, f"token {token_id} is revoked")


def _by_server(person: str, role: Role, days: int, url: str | None) -> Any:
    with server(url) as asked:
        return asked.send("POST", "/tokens", {"person": person, "role": role.value, "days": days})


def _directly(person: str, role: Role, days: int, yes: bool) -> View:
    """The token is in the table, issued by whoever has AWS keys for it."""
    import secrets

    from chalicelib.core.durations import format_instant
    from chalicelib.entrypoints.cli.direct import wired
    from chalicelib.flows import people, tokens

    agree(f"Write a token for {person} ({role}) straight into the table?", yes)
    world = wired()
    secret = secrets.token_urlsafe(32)
    actor = people.Actor("AWS keys", people.Role.ADMIN)
    bearer = tokens.Bearer(person, people.Role(role.value), days)
    token = tokens.issue(world.tokens, actor, bearer, secret, world.world.clock.now())
    return {
        "token": secret,
        "id": token.id,
        "person": token.person,
        "role": token.role.value,
        "expires_at": format_instant(token.expires_at),
    }


def _show_issued(console: Console, issued: View) -> None:
    expires = instant(issued["expires_at"]).astimezone()
    console.print(
        f"Token {issued['id']} for {issued['person']} ({issued['role']}), good until {expires:%Y-%m-%d %H:%M}."
    )
    console.print("It is shown only now; keep it like a password:")
    console.print(f"export CURFEW_TOKEN={issued['token']}", soft_wrap=True)


def _show_all(console: Console, tokens: Sequence[View]) -> None:
    shown = table(console, "Id", "Person", "Role", "Good until", "")
    for token in tokens:
        expires = instant(token["expires_at"]).astimezone()
        ended = "revoked" if token["revoked_at"] else ""
        shown.add_row(token["id"], token["person"], token["role"], f"{expires:%Y-%m-%d %H:%M}", ended)
    console.print(shown)
