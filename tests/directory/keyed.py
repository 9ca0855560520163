"""Short words for tests of the operators' API: a program with a key, and what it asks."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import count

from django.http import HttpResponse
from django.test import Client

from geo.models import Address, Residence
from scopes.models import Account, ApiKey, Organisation
from scopes.organisations.keys import make_key
from tests.directory.mandated import water_cut
from tests.neighbours import person
from tests.scopes.mandates import in_force, organisation

NOTICES = "/api/notices/"
_number = count(1)


@dataclass
class Program:
    """A program that holds a key."""

    text: str
    key: ApiKey | None = None
    client: Client = field(default_factory=Client)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.text}"}

    def get(self, address: str = NOTICES, query: dict | None = None, **headers: str) -> HttpResponse:
        return self.client.get(address, query, headers={**self.headers, **headers})

    def post(self, address: str, body: object = None, *, name: str | None = None, **headers: str) -> HttpResponse:
        """Post a body as JSON, or bytes as they are; under a new name where none is given."""
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        told = {**self.headers, "Idempotency-Key": name or f"request-{next(_number)}", **headers}
        return self.client.post(address, content, content_type="application/json", headers=told)

    def send(self, audience: dict, *, name: str | None = None, **members: object) -> HttpResponse:
        """Send a water cut of tomorrow."""
        return self.post(NOTICES, asked(audience, **members), name=name)

    def tries(self, audience: dict, **members: object) -> HttpResponse:
        """Try it out."""
        return self.send(audience, dry_run=True, **members)


def asked(audience: dict, **members: object) -> dict:
    """A water cut of tomorrow, as a program asks for it."""
    return {"reason": "water_cut", "fields": water_cut(), "audience": audience, **members}


def operator(first_name: str = "Odile", **columns: object) -> tuple[Account, Organisation]:
    """Someone responsible for a water company."""
    account = person(first_name)
    return account, organisation(account, **{"kind": "operator", "name": "Eau de Villegrille", **columns})


def program(account: Account, own: Organisation, **columns: str) -> Program:
    """A program of theirs, once a mandate is in force."""
    told = {"name": f"système {next(_number)}", "reach": "send", **columns}
    text, key = make_key(account=account, organisation=own, **told)
    return Program(text, key)


def program_on(*residences: Residence, **columns: str) -> Program:
    """A program of a new water company that may write to these residences."""
    account, own = operator()
    in_force(account, residences, own)
    return program(account, own, **columns)


def rnb_id(residence: Residence) -> str:
    return next(number for building in residence.buildings.order_by("key") for number in building.rnb_ids)


def ban_id(residence: Residence) -> str:
    door = Address.objects.filter(building__residence=residence, key__startswith="ban:").order_by("key").first()
    return door.key.removeprefix("ban:")


def problem_of(answer: HttpResponse) -> dict:
    """The problem that an answer is; its status is that of the answer."""
    assert answer["Content-Type"] == "application/problem+json", (answer.status_code, answer.content)
    told = json.loads(answer.content)
    assert told["status"] == answer.status_code and told["title"]
    return told
