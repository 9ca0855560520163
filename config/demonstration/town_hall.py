"""The town hall of the demonstration: an invented secretary, her mandate on the commune, and what she writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import cycle

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from directory.asking_homes import Question, ask_homes
from directory.models import Listing, Mailing
from directory.notice_audiences import Audience, audience_of
from directory.notifying import notify
from directory.publishing import refresh_entries
from geo.errors import InvalidParameter
from geo.models import Municipality, Neighbourhood, Residence
from scopes.models import Account, Mandate, Organisation
from scopes.organisations.mandating import ask_over_area, grant
from scopes.organisations.proposing import acting_as, acting_for, admit, propose

#: How long ago residents were told, how long the mandate runs, and what it tells of lasts.
TOLD, RUNS, WORKS = timedelta(days=60), timedelta(days=365), timedelta(days=13)
QUESTION = "Fermer la rue de l’école aux voitures, matin et soir ?"
CHOICES = ("Oui, matin et soir", "Le matin seulement", "Non", "Sans avis")
WHY = "Un essai de six mois, aux heures d’entrée et de sortie. Les riverains, les livraisons et les secours passent."
OPEN_FOR = timedelta(days=20)


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


def quarter_is_asked() -> bool:
    """Whether the town hall has asked a quarter something."""
    return Listing.objects.filter(poll__mailing__isnull=False, residence=None, demonstration=True).exists()


@transaction.atomic
def ask_the_quarter(*, secretary: Account, mandate: Mandate, residence: Residence) -> Mailing | None:
    """Have the quarter of a residence asked something, unless it was lately; it can be read at once."""
    asked = Question(question=QUESTION, choices=CHOICES, text=WHY, ends_on=timezone.localdate() + OPEN_FOR)
    audience = _of_the_quarter(secretary, mandate, residence)
    try:
        mailing = ask_homes(account=secretary, mandate=mandate, audience=audience, asked=asked)
    except InvalidParameter:
        return None
    _read_at_once(mailing, Listing.objects.filter(poll__mailing=mailing))
    return mailing


@transaction.atomic
def tell_the_quarter(*, secretary: Account, mandate: Mandate, residence: Residence) -> Mailing | None:
    """Have works begin tomorrow in the quarter of a residence, unless that is said already; it can be read at once."""
    if quarter_is_told():
        return None
    audience = _of_the_quarter(secretary, mandate, residence)
    mailing = notify(account=secretary, mandate=mandate, audience=audience, template="works", data=_two_weeks())
    _read_at_once(mailing, Listing.objects.filter(notice__mailing=mailing))
    return mailing


@transaction.atomic
def tell_every_quarter(*, secretary: Account, town: Municipality, notices: Sequence[Mapping]) -> None:
    """Tell the quarters one thing after the other, each in its turn; it can be read at once."""
    standing = Mandate.objects.in_force().filter(organisation__in=acting_for(secretary), over=Mandate.Over.TOWN)
    mandate = standing.first()
    quarters = Neighbourhood.objects.filter(municipality=town, kind=town.circle_kind, cell_containments__isnull=False)
    keys = list(quarters.distinct().order_by("code").values_list("key", flat=True))
    if mandate is None or not keys:
        return
    acting = acting_as(secretary, mandate.organisation)
    for key, notice in zip(cycle(keys), notices, strict=False):
        audience = audience_of(mandate=mandate, acting=acting, to="quarters", parameters={"quarters": [key]})
        mailing = notify(
            **{"account": secretary, "mandate": mandate, "audience": audience},
            **{"template": notice["template"], "data": _filled(notice)},
        )
        _read_at_once(mailing, Listing.objects.filter(notice__mailing=mailing))


def _filled(notice: Mapping) -> Mapping[str, str]:
    """What is filled in of a notice that is told in days from today."""
    day = timezone.localdate() + timedelta(days=notice["in"])
    filled = {"what": notice["what"], "where": "", "detail": notice["detail"]}
    if "at" in notice:
        return {**filled, "when": datetime.combine(day, notice["at"]).isoformat()}
    return {**filled, "start": day.isoformat(), "end": (day + timedelta(days=notice["days"])).isoformat()}


def _of_the_quarter(secretary: Account, mandate: Mandate, residence: Residence) -> Audience:
    """The quarter that a residence lies in."""
    kind = residence.municipality.circle_kind
    quarter = Neighbourhood.objects.get(cell_containments__cell=residence.public_cell, kind=kind)
    acting = acting_as(secretary, mandate.organisation)
    return audience_of(mandate=mandate, acting=acting, to="quarters", parameters={"quarters": [quarter.key]})


def _read_at_once(mailing: Mailing, public: QuerySet[Listing]) -> None:
    """Mark what was sent as invented, and spare visitors the two minutes."""
    now = timezone.now()
    public.update(demonstration=True, opens_at=now)
    refresh_entries(list(public.values_list("pk", flat=True)))
    Mailing.objects.filter(pk=mailing.pk).update(sent_at=now)


def _two_weeks() -> Mapping[str, str]:
    tomorrow = timezone.localdate() + timedelta(days=1)
    return {
        "what": "plantation d’arbres",
        "where": "",
        "start": tomorrow.isoformat(),
        "end": (tomorrow + WORKS).isoformat(),
        "detail": "Le stationnement est réservé de 8 h à 17 h. Les trottoirs restent ouverts à tous.",
    }
