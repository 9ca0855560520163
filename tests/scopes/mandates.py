"""Short words for tests of organisations: one that is admitted, and a mandate in force."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from django.utils import timezone

from geo.models import Residence
from scopes.models import Account, Mandate, Organisation
from scopes.organisations.mandating import ask, grant
from scopes.organisations.proposing import admit, propose
from scopes.organisations.telling import tell_of_mandate
from tests.neighbours import person
from tests.scopes.entering import later

#: Numbers whose keys are right; of the SNCF, of La Poste, whose own rule differs, and of two others.
SIRETS = ("55204944776279", "35600000000048", "73282932000074", "44306184100047")
A_YEAR = timedelta(days=365)


def staff() -> Account:
    return person("Sam", is_staff=True)


def organisation(account: Account, *, kind: str = "agent", name: str = "Syndic des Bleuets", **columns) -> Organisation:
    """An organisation that was admitted, with this account as the one responsible."""
    columns = {"siret": SIRETS[0], "contact": "02 40 00 00 00", **columns}
    return admit(staff=staff(), organisation=propose(account=account, kind=kind, name=name, **columns))


def asked(account: Account, residences: Collection[Residence], own: Organisation | None = None) -> Mandate:
    """A mandate that waits to be granted."""
    ends_on = timezone.localdate() + A_YEAR
    own = own or organisation(account)
    return ask(account=account, organisation=own, residences=residences, ground="Contrat de 2026", ends_on=ends_on)


def in_force(account: Account, residences: Collection[Residence], own: Organisation | None = None) -> Mandate:
    """A mandate of which residents were told eight days ago."""
    with later(-timedelta(days=8)):
        mandate = grant(staff=staff(), mandate=asked(account, residences, own))
        tell_of_mandate(mandate.pk)
    mandate.refresh_from_db()
    return mandate
