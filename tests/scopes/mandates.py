"""Short words for tests of organisations: one that is admitted, and a mandate in force.

They write the rows that `scopes.organisations` leaves, at a tenth of the price; its deeds have tests of their own.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from django.utils import timezone

from geo.models import Municipality, Neighbourhood, Residence
from scopes.managing import carry
from scopes.models import Account, Acting, Mandate, MandatedResidence, Organisation
from scopes.organisations.mandating import ask, ask_over_area
from tests.neighbours import person

#: Numbers whose keys are right; of the SNCF, of La Poste, whose own rule differs, and of two others.
SIRETS = ("55204944776279", "35600000000048", "73282932000074", "44306184100047")
A_YEAR = timedelta(days=365)


def staff() -> Account:
    return person("Sam", is_staff=True)


def organisation(account: Account, *, kind: str = "agent", name: str = "Syndic des Bleuets", **columns) -> Organisation:
    """An organisation that was admitted, with this account as the one responsible."""
    columns = {"siret": SIRETS[0], "contact": "02 40 00 00 00", "admitted_at": timezone.now(), **columns}
    own = Organisation.objects.create(kind=kind, name=name, **columns)
    Acting.objects.create(account=account, organisation=own, role=Acting.Role.RESPONSIBLE)
    return own


def asked(account: Account, residences: Collection[Residence], own: Organisation | None = None) -> Mandate:
    """A mandate that waits to be granted."""
    ends_on = timezone.localdate() + A_YEAR
    own = own or organisation(account)
    return ask(account=account, organisation=own, residences=residences, ground="Contrat de 2026", ends_on=ends_on)


def in_force(account: Account, residences: Collection[Residence], own: Organisation | None = None) -> Mandate:
    """A mandate of which residents were told eight days ago."""
    mandate = _told_long_ago(account, own or organisation(account))
    MandatedResidence.objects.bulk_create(MandatedResidence(mandate=mandate, residence=one) for one in residences)
    carry(mandate)
    return mandate


def town_hall(account: Account, town: Municipality, *, name: str = "Mairie d’Enfilade") -> Organisation:
    """The town hall of a commune, with this account as the one responsible."""
    return organisation(account, kind="municipality", name=name, siret="", municipality=town)


def over_area(
    account: Account, own: Organisation, *, neighbourhoods: Collection[Neighbourhood] = (), **area: object
) -> Mandate:
    """A mandate in force over `municipality`, `neighbourhoods` of it, or an `area`."""
    over = Mandate.Over.DRAWING if "area" in area else Mandate.Over.QUARTERS if neighbourhoods else Mandate.Over.TOWN
    mandate = _told_long_ago(account, own, over=over, **area)
    mandate.neighbourhoods.set(neighbourhoods)
    return mandate


def asked_over(account: Account, own: Organisation, **area: object) -> Mandate:
    """A mandate by area that waits to be granted."""
    ends_on = timezone.localdate() + A_YEAR
    return ask_over_area(account=account, organisation=own, ground="Police du maire", ends_on=ends_on, **area)


def _told_long_ago(account: Account, own: Organisation, **over: object) -> Mandate:
    """What was asked eight days ago, granted and told at once: the row, without the mail."""
    then = timezone.now() - timedelta(days=8)
    moments = dict.fromkeys(("asked_at", "granted_at", "told_at"), then)
    ends_on = timezone.localdate() + A_YEAR
    return Mandate.objects.create(
        organisation=own, ground="Contrat de 2026", ends_on=ends_on, asked_by=account, **moments, **over
    )
