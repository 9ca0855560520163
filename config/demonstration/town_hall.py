"""The town hall of the demonstration: an invented secretary, her mandate on the commune, and what a quarter is told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from directory.models import Listing, Mailing
from directory.notice_audiences import audience_of
from directory.notifying import notify
from directory.publishing import refresh_entries
from geo.models import Neighbourhood, Residence
from scopes.models import Account, Mandate, Organisation
from scopes.organisations.mandating import ask_over_area, grant
from scopes.organisations.proposing import acting_as, acting_for, admit, propose

#: How long ago residents were told, how long the mandate runs, and what it tells of lasts.
TOLD, RUNS, WORKS = timedelta(days=60), timedelta(days=365), timedelta(days=13)


@transaction.atomic
def open_town_hall(*, secretary: Account, staff: Account, residence: Residence) -> Mandate:
    """Give the secretary a town hall with a mandate on its commune, in force for long; asked twice, given once."""
    standing = Mandate.objects.in_force().filter(organisation__in=acting_for(secretary), over=Mandate.Over.TOWN)
    if found := standing.first():
        return found
    town = residence.municipality
    former = Organisation.objects.filter(municipality=town, ended_at=None)  # of a secretary who was erased
    former.update(ended_at=timezone.now())
    hall = propose(
        account=secretary,
        kind=Organisation.Kind.MUNICIPALITY,
        name=f"Mairie de {town.name} (démonstration)",
        contact="02 01 99 00 44 (démonstration)",
        commune=town.insee_code,
    )
    admit(staff=staff, organisation=hall)
    mandate = ask_over_area(
        account=secretary,
        organisation=hall,
        ground="Information municipale",
        ends_on=timezone.localdate() + RUNS,
        municipality=town,
    )
    grant(staff=staff, mandate=mandate)
    told = timezone.now() - TOLD
    Mandate.objects.filter(pk=mandate.pk).update(asked_at=told, granted_at=told, told_at=told)
    mandate.refresh_from_db()
    return mandate


def quarter_is_told() -> bool:
    """Whether what the town hall tells a quarter stands for another day."""
    tomorrow = timezone.now() + timedelta(days=1)
    public = Listing.objects.live().filter(kind="notice", residence=None, demonstration=True)
    return public.filter(closes_at__gt=tomorrow).exists()


@transaction.atomic
def tell_the_quarter(*, secretary: Account, mandate: Mandate, residence: Residence) -> Mailing | None:
    """Have works begin tomorrow in the quarter of a residence, unless that is said already; it can be read at once."""
    if quarter_is_told():
        return None
    quarter = Neighbourhood.objects.get(
        cell_containments__cell=residence.public_cell, kind=residence.municipality.circle_kind
    )
    acting = acting_as(secretary, mandate.organisation)
    audience = audience_of(mandate=mandate, acting=acting, to="quarters", parameters={"quarters": [quarter.key]})
    mailing = notify(account=secretary, mandate=mandate, audience=audience, template="works", data=_two_weeks())
    now = timezone.now()
    notice = Listing.objects.filter(notice__mailing=mailing)
    notice.update(demonstration=True, opens_at=now)
    refresh_entries(list(notice.values_list("pk", flat=True)))
    Mailing.objects.filter(pk=mailing.pk).update(sent_at=now)
    return mailing


def _two_weeks() -> Mapping[str, str]:
    tomorrow = timezone.localdate() + timedelta(days=1)
    return {
        "what": "plantation d’arbres",
        "where": "",
        "start": tomorrow.isoformat(),
        "end": (tomorrow + WORKS).isoformat(),
        "detail": "Le stationnement est réservé de 8 h à 17 h. Les trottoirs restent ouverts à tous.",
    }
