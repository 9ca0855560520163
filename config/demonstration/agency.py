"""The agency of the demonstration: an invented managing agent with a mandate, and what it tells its building."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from directory.models import Listing, Mailing
from directory.notice_audiences import to_residences
from directory.notifying import notify
from geo.models import Residence
from scopes import second_lock
from scopes.models import Account, Mandate, Organisation
from scopes.organisations.mandating import ask, grant
from scopes.organisations.proposing import acting_as, acting_for, admit, propose

#: How long ago residents were told, and how long the mandate runs.
TOLD, RUNS = timedelta(days=60), timedelta(days=365)
#: A number that is nobody's.
SIRET = "0" * 14


@transaction.atomic
def open_agency(*, agent: Account, staff: Account, residence: Residence) -> Mandate:
    """Give the agent an organisation with a mandate on the residence, in force for long; asked twice, given once."""
    standing = Mandate.objects.in_force().filter(organisation__in=acting_for(agent)).first()
    if standing:
        return standing
    for former in Organisation.objects.filter(siret=SIRET, ended_at=None):  # of an agent who was erased
        Organisation.objects.filter(pk=former.pk).update(ended_at=timezone.now())
    agency = propose(
        account=agent, kind="agent", name="Cabinet Bertin", contact="02 01 99 00 00 (démonstration)", siret=SIRET
    )
    admit(staff=staff, organisation=agency)
    mandate = ask(
        account=agent,
        organisation=agency,
        residences=[residence],
        ground="Contrat de syndic du 3 mars 2026",
        ends_on=timezone.localdate() + RUNS,
    )
    grant(staff=staff, mandate=mandate)
    told = timezone.now() - TOLD
    Mandate.objects.filter(pk=mandate.pk).update(asked_at=told, granted_at=told, told_at=told)
    mandate.refresh_from_db()
    return mandate


@transaction.atomic
def tell_of_tomorrow(*, agent: Account, mandate: Mandate) -> Mailing:
    """Have the heating stop tomorrow morning, unless something is said already; it can be read at once."""
    residences = list(mandate.residences.all())
    with second_lock.opened([one.pk for one in residences]):
        standing = Listing.objects.filter(notice__mailing__mandate=mandate, withdrawn_at=None)
        said = standing.filter(closes_at__gt=timezone.now()).values_list("notice__mailing", flat=True).first()
        if said:
            return Mailing.objects.get(pk=said)
        acting = acting_as(agent, mandate.organisation)
        audience = to_residences(residences, mandate=mandate, acting=acting)
        mailing = notify(account=agent, mandate=mandate, audience=audience, template="outage", data=_tomorrow_morning())
        now = timezone.now()
        Listing.objects.filter(notice__mailing=mailing).update(demonstration=True, opens_at=now)
        Mailing.objects.filter(pk=mailing.pk).update(sent_at=now)
    return mailing


def _tomorrow_morning() -> Mapping[str, str]:
    morning = datetime.combine(timezone.localdate() + timedelta(days=1), time(9))
    return {
        "service": "heating",
        "start": morning.isoformat(),
        "end": morning.replace(hour=12).isoformat(),
        "detail": "",
    }
