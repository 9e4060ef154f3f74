"""The real app.py over fakes: what a program sees that speaks HTTP to Curfew."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chalice.test import Client, HTTPResponse

import app
from chalicelib import wiring
from chalicelib.flows.people import Actor, Role
from chalicelib.flows.ports import World
from chalicelib.flows.rollout import Access
from chalicelib.flows.tokens import Bearer, issue
from chalicelib.wiring import Wired
from tests.fakes import MemoryTokens
from tests.fakes.organisation import MemoryOrganisation
from tests.flows.stage import Stage

ADMIN = Actor("root", Role.ADMIN)
PEOPLE = {Role.DEVELOPER: "dev1", Role.OPERATOR: "ops1", Role.ADMIN: "ada", Role.FINANCE: "finn"}


def secret_of(role: Role) -> str:
    return f"secret-of-{role.value}-0123456789"


@dataclass
class Served:
    """A stage behind the API, with a token for each role."""

    stage: Stage = field(default_factory=Stage)

    def __post_init__(self) -> None:
        self.tokens = MemoryTokens()
        self.organisation = MemoryOrganisation()
        self.reached: dict[str, Access] = {}
        self.wired = Wired(self.stage.world, self.tokens, self.organisation, self._reaching)
        self.client = Client(app.app)
        for role, person in PEOPLE.items():
            issue(self.tokens, ADMIN, Bearer(person, role, 30), secret_of(role), self.stage.clock.now())
        wiring.use(self.wired)

    def _reaching(self, world: World, access: Mapping[str, Access]) -> World:
        self.reached.update(access)
        return world

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        role: Role = Role.ADMIN,
        headers: Mapping[str, str] | None = None,
    ) -> HTTPResponse:
        """The answer to a request of the person with that role."""
        sent = {"Content-Type": "application/json", "Authorization": f"Bearer {secret_of(role)}", **(headers or {})}
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return self.client.http.request(method, path, headers=sent, body=raw)

    def answer(self, method: str, path: str, body: object = None, role: Role = Role.ADMIN) -> Any:
        """The JSON of an answer that must be a success."""
        response = self.call(method, path, body, role)
        assert response.status_code < 300, response.body
        return response.json_body
