"""A mandate is asked for, granted, contested and ended; who decides is never told which resident doubted."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from django.contrib.gis.geos import MultiPolygon
from django.db import transaction
from django.db.models import Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from geo.errors import InvalidParameter
from geo.models import Address, Municipality, Neighbourhood, PublicCell, Residence
from geo.successions import residences_after
from geo.texts import one_line
from scopes.errors import Refused
from scopes.homes import Membership
from scopes.managing import carry
from scopes.organisation_models import Contest, Mandate, MandatedResidence, MandateQuerySet, Organisation
from scopes.organisations.acting import acts_for, held_for, town_halls_of
from scopes.organisations.covering import cells_under, mandates_on, named_today
from scopes.organisations.proposing import acting_for
from scopes.organisations.telling import tell_no_more
from scopes.people import Account
from scopes.registries import after_mandate

#: A contract of a managing agent lasts three years at most (decree 67-223, article 28; docs/legal.md, 6).
LONGEST = timedelta(days=3 * 366)
#: Mandates of one organisation that wait for a decision.
MOST_WAITING = 20
#: Who may write to an area.
BY_AREA = (Organisation.Kind.MUNICIPALITY, Organisation.Kind.OPERATOR)


@transaction.atomic
def ask(
    *,
    account: Account,
    organisation: Organisation,
    residences: Collection[Residence],
    ground: str,
    ends_on: date,
    entrances: Mapping[int, Collection[str]] | None = None,
) -> Mandate:
    """Ask to write to these residences until a day; where `entrances` names addresses of one, to those alone.

    `entrances` maps numbers of residences to keys of addresses. Raises `Refused` for who is not responsible for the
    organisation.
    """
    mandate = new_mandate(account=account, organisation=organisation, ground=ground, ends_on=ends_on)
    named = {one.pk for one in residences}
    if not named or Residence.objects.mandatable().filter(pk__in=named).count() != len(named):
        raise InvalidParameter("residences", _("Nommez des immeubles d’aujourd’hui, de trois logements ou plus."))
    only = {number: sorted(set(keys)) for number, keys in (entrances or {}).items() if keys}
    for number, keys in only.items():
        doors = Address.objects.open().filter(key__in=keys, building__residence=number, building__closed_on=None)
        if number not in named or doors.count() != len(keys):
            raise InvalidParameter("residences", _("Une entrée nommée n’est pas de cet immeuble."))
    mandate.save()
    MandatedResidence.objects.bulk_create(
        MandatedResidence(mandate=mandate, residence_id=pk, entrances=only.get(pk, [])) for pk in sorted(named)
    )
    return mandate


@transaction.atomic
def ask_over_area(
    *,
    account: Account,
    organisation: Organisation,
    ground: str,
    ends_on: date,
    municipality: Municipality | None = None,
    neighbourhoods: Collection[Neighbourhood] = (),
    area: MultiPolygon | None = None,
) -> Mandate:
    """Ask to write to whoever's public cell lies in a commune, in some of its quarters, or in a drawn area.

    A town hall asks for its own commune or quarters of it, an operator for any; nobody else asks for an area. Raises
    `Refused` for who is not responsible for the organisation.
    """
    mandate = new_mandate(account=account, organisation=organisation, ground=ground, ends_on=ends_on)
    own = mandate.organisation.municipality_id
    if mandate.organisation.kind not in BY_AREA:
        raise InvalidParameter("over", _("Seuls une mairie ou un opérateur de réseau écrivent à une zone."))
    if mandate.organisation.kind == Organisation.Kind.MUNICIPALITY and (not municipality or municipality.pk != own):
        raise InvalidParameter("municipality", _("Une mairie écrit à sa commune, entière ou par quartiers."))
    quarters = Neighbourhood.objects.open().filter(pk__in=[one.pk for one in neighbourhoods])
    if quarters.count() != len({one.pk for one in neighbourhoods}) or quarters.exclude(municipality=municipality):
        raise InvalidParameter("neighbourhoods", _("Nommez des quartiers de cette commune."))
    if (municipality is None) is (area is None):
        raise InvalidParameter("over", _("Nommez une commune, des quartiers, ou dessinez une zone."))
    mandate.municipality, mandate.area = municipality, area
    mandate.over = Mandate.Over.DRAWING if area else Mandate.Over.QUARTERS if neighbourhoods else Mandate.Over.TOWN
    mandate.save()
    mandate.neighbourhoods.set(quarters)
    return mandate


def new_mandate(*, account: Account, organisation: Organisation, ground: str, ends_on: date) -> Mandate:
    """Begin a mandate that its caller saves; raise what keeps it from being asked."""
    organisation = held_for(account, organisation)
    groundless = _("Dites ce qui vous donne ce droit : un contrat et sa date, un procès-verbal.")
    ground = one_line(ground, parameter="ground", shortest=4, longest=300, missing=groundless)
    today = timezone.localdate()
    if not today < ends_on <= today + LONGEST:
        raise InvalidParameter("ends_on", _("Un mandat finit un jour à venir, dans trois ans au plus."))
    if organisation.mandates.asked().count() >= MOST_WAITING:
        raise InvalidParameter("residences", _("Vingt demandes attendent déjà : nous regardons celles-là d’abord."))
    return Mandate(organisation=organisation, ground=ground, ends_on=ends_on, asked_by=account)


@transaction.atomic
def grant(*, staff: Account, mandate: Mandate) -> Mandate:
    """Grant a mandate that was asked for: residents are told, and a week later something may be sent.

    Granted twice, granted once. `staff` is of those who run the site, or is responsible for the town hall of its
    commune. Raises `Refused` for anyone else, for who acts for who asked, before the organisation was admitted, and for
    a last day that is over: nobody is told of what can never be.
    """
    from scopes.tasks import tell_of_mandate  # the task calls `telling`

    mandate = _held(mandate)
    town = None if staff.is_staff else town_deciding(staff, mandate)
    allowed = (staff.is_staff or town is not None) and not acts_for(staff, mandate.organisation)
    if not allowed or mandate.ended_at or mandate.organisation.admitted_at is None:
        raise Refused
    if mandate.ends_on < timezone.localdate():
        raise Refused(_("Il a été demandé jusqu’à un jour qui est passé : refusez-le, on en demandera un autre."))
    if mandate.granted_at is None:
        mandate.granted_at, mandate.granted_by, mandate.granted_for = timezone.now(), staff, town
        mandate.save(update_fields=["granted_at", "granted_by", "granted_for"])
        carry(mandate)
        tell_of_mandate.defer(mandate_id=mandate.pk)
    return mandate


@transaction.atomic
def refuse(*, account: Account, mandate: Mandate, why: str = "") -> Mandate:
    """Refuse a mandate that waits, as the staff or the one responsible for its town hall, with no part in it."""
    mandate = _held(mandate)
    decides = account.is_staff or town_deciding(account, mandate) is not None
    if not decides or acts_for(account, mandate.organisation) or mandate.granted_at or mandate.ended_at:
        raise Refused
    return _over(mandate, why)


def town_deciding(account: Account, mandate: Mandate) -> Organisation | None:
    """The town hall one is responsible for, where all that a mandate names lies in its commune; never its own."""
    town = next(
        (one for one in town_halls_of(account, responsible=True) if asked_in(one).filter(pk=mandate.pk).exists()), None
    )
    return town if town and town.pk != mandate.organisation_id else None


def asked_in(town: Organisation) -> MandateQuerySet:
    """Keep the mandates that lie in the commune of a town hall alone, but its own; a drawing is for the staff."""
    elsewhere = MandatedResidence.objects.exclude(residence__municipality=town.municipality_id).values("mandate")
    named = Q(over=Mandate.Over.RESIDENCES, mandated__isnull=False) & ~Q(pk__in=elsewhere)
    by_area = Q(over__in=(Mandate.Over.TOWN, Mandate.Over.QUARTERS), municipality=town.municipality_id)
    return Mandate.objects.filter(named | by_area).exclude(organisation=town).distinct()


@transaction.atomic
def end(*, by: Account, mandate: Mandate, why: str = "") -> Mandate:
    """Refuse or end a mandate, as staff or as the one responsible; from now on nothing is sent under it."""
    mandate = _held(mandate)
    if not by.is_staff and not acts_for(by, mandate.organisation, responsible=True):
        raise Refused
    return _over(mandate, why)


def _over(mandate: Mandate, why: str) -> Mandate:
    if mandate.ended_at is None:
        mandate.ended_at, mandate.ended_why = timezone.now(), one_line(why, parameter="why", shortest=0, longest=300)
        mandate.save(update_fields=["ended_at", "ended_why"])
        mandate.contests.filter(settled_at__isnull=True).update(settled_at=mandate.ended_at)
        after_mandate(mandate)
    return mandate


@transaction.atomic
def contest(*, membership: Membership, mandate: Mandate, words: str) -> Contest:
    """Doubt that an organisation may write to one's residence; said again, it is the same doubt in other words.

    Raises `Refused` for a mandate that is not of the residence, and for who is not a member there.
    """
    mandate = _held(mandate)
    current = Membership.objects.current().filter(pk=membership.pk).first()
    if current is None or not who_may_write_to_home(current).filter(pk=mandate.pk).exists():
        raise Refused
    missing = _("Dites en quelques mots ce qui ne va pas.")
    words = one_line(words, parameter="words", shortest=4, longest=500, missing=missing)
    doubt, _made = Contest.objects.update_or_create(
        mandate=mandate, membership=membership, settled_at=None, defaults={"words": words}
    )
    return doubt


@transaction.atomic
def settle(*, staff: Account, contest: Contest, without: Residence | None = None) -> Contest:
    """Settle a doubt: the mandate stands, or goes on `without` one of its residences, or is over without any left.

    A mandate by area stands or is ended (`end`): leaving a cell out would tell where the doubt came from. Raises
    `Refused` for who is not staff, or acts for the organisation.
    """
    mandate = _held(contest.mandate)
    if not staff.is_staff or acts_for(staff, mandate.organisation):
        raise Refused
    contest = Contest.objects.select_for_update().get(pk=contest.pk)
    if contest.settled_at is None:
        contest.settled_at = timezone.now()
        contest.save(update_fields=["settled_at"])
    if without and not mandate.is_by_area and (named := mandate.mandated.filter(residence=without)).exists():
        tell_no_more(named)
        named.delete()
        if mandate.mandated.exists():
            after_mandate(mandate, without)
        else:
            # Not that residents doubted it: whether there are any in a building is told to no organisation.
            _over(mandate, _("après vérification"))
    return contest


def doubts_for(staff: Account) -> QuerySet[Contest]:
    """Doubts that wait for those who run the site, the oldest first; none about an organisation that one acts for."""
    waiting = Contest.objects.filter(settled_at__isnull=True).select_related("mandate__organisation")
    return waiting.exclude(mandate__organisation__in=acting_for(staff)).order_by("made_at", "pk")


def who_may_write_to(residence_id: int, cell: PublicCell | None = None) -> MandateQuerySet:
    """Keep the mandates that residents of a residence are told of, in force or about to be; by area, on its cell."""
    return _told_of([residence_id], cell)


def who_may_write_to_home(home: Membership) -> MandateQuerySet:
    """Keep the mandates under which something may reach a home, or what follows it; in force or about to be."""
    cell = home.alias.cell
    return _told_of([home.residence_id, *residences_after([home.residence_id])], cell.merged_into or cell)


def _told_of(residences: Collection[int], cell: PublicCell | None) -> MandateQuerySet:
    standing = mandates_on(residences=residences, cell=cell).announced()
    return standing.select_related("organisation", "municipality").order_by("organisation__name", "pk")


def dwellings_under(mandates: Collection[Mandate]) -> dict[int, int]:
    """Homes of mandates by their numbers, as public data have them today; who is connected is never told.

    Those that name residences are counted in one question, each area in one of its own.
    """
    named = named_today().filter(mandate__in=mandates).order_by().values_list("mandate")
    homes = dict(named.annotate(Sum("residence__dwellings")))
    for area in (one for one in mandates if one.is_by_area):
        homes[area.pk] = cells_under(area).aggregate(total=Sum("dwellings"))["total"]
    return {one.pk: homes.get(one.pk) or 0 for one in mandates}


def _held(mandate: Mandate) -> Mandate:
    return Mandate.objects.select_for_update(of=["self"]).select_related("organisation").get(pk=mandate.pk)
