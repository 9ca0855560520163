"""The organisations of the demonstration: an invented agent and an invented network, with what the agent tells."""

from __future__ import annotations

from collections.abc import Collection, Mapping
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
#: Numbers that are nobody's.
SIRET, SIRET_OF_WATER = "0" * 14, "00000000000018"


def open_agency(*, agent: Account, staff: Account, residence: Residence) -> Mandate:
    """Give the agent an agency with a mandate on the residence."""
    told = {"kind": "agent", "name": "Cabinet Bertin", "contact": "02 01 99 00 00 (démonstration)", "siret": SIRET}
    return open_organisation(agent, staff, [residence], ground="Contrat de syndic du 3 mars 2026", **told)


def open_network(*, operator: Account, staff: Account, residences: Collection[Residence]) -> Mandate:
    """Give the operator a water company with a mandate on the buildings that it supplies."""
    name = "Réseau d’eau (démonstration)"
    told = {"kind": "operator", "name": name, "contact": "02 01 99 00 01 (démonstration)", "siret": SIRET_OF_WATER}
    return open_organisation(operator, staff, residences, ground="Contrat de distribution d’eau de 2026", **told)


@transaction.atomic
def open_organisation(
    account: Account, staff: Account, residences: Collection[Residence], *, ground: str, **told: str
) -> Mandate:
    """Give someone an organisation with a mandate in force for long; asked twice, given once."""
    standing = Mandate.objects.in_force().filter(organisation__in=acting_for(account)).first()
    if standing:
        return standing
    # One of someone who was erased gives way.
    former = Organisation.objects.filter(siret=told["siret"], kind=told["kind"], ended_at=None)
    former.update(ended_at=timezone.now())
    own = propose(account=account, **told)
    admit(staff=staff, organisation=own)
    ends_on = timezone.localdate() + RUNS
    mandate = ask(account=account, organisation=own, residences=residences, ground=ground, ends_on=ends_on)
    grant(staff=staff, mandate=mandate)
    long_ago = timezone.now() - TOLD
    Mandate.objects.filter(pk=mandate.pk).update(asked_at=long_ago, granted_at=long_ago, told_at=long_ago)
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
