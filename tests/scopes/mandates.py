"""Short words for tests of organisations: one that is admitted, and a mandate in force."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import timedelta

from django.utils import timezone

from geo.models import Municipality, Residence
from scopes.models import Account, Mandate, Organisation
from scopes.organisations.mandating import ask, ask_over_area, grant
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
    return told_long_ago(lambda: asked(account, residences, own))


def town_hall(account: Account, town: Municipality, *, name: str = "Mairie d’Enfilade") -> Organisation:
    """The town hall of a commune, with this account as the one responsible."""
    return organisation(account, kind="municipality", name=name, siret="", commune=town.insee_code)


def over_area(account: Account, own: Organisation, **area: object) -> Mandate:
    """A mandate in force over `municipality`, `neighbourhoods` of it, or an `area`."""
    return told_long_ago(lambda: asked_over(account, own, **area))


def asked_over(account: Account, own: Organisation, **area: object) -> Mandate:
    """A mandate by area that waits to be granted."""
    ends_on = timezone.localdate() + A_YEAR
    return ask_over_area(account=account, organisation=own, ground="Police du maire", ends_on=ends_on, **area)


def told_long_ago(asking: Callable[[], Mandate]) -> Mandate:
    """What was asked eight days ago, granted and told at once."""
    with later(-timedelta(days=8)):
        mandate = grant(staff=staff(), mandate=asking())
        tell_of_mandate(mandate.pk)
    mandate.refresh_from_db()
    return mandate
