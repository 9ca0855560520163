"""Says to whom something was sent, in the reader's language: "3 immeubles", "Bouffay", "Rue Haute, du 1 au 25"."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import chain

from django.db.models import Count, Q
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directory.models import Mailing
from directory.street_lines import said
from geo.front_doors import doors_told, told_briefly
from geo.models import Municipality, Neighbourhood
from scopes.models import Level

To = Mailing.To


def audience_in_words(mailing: Mailing) -> str:
    """Say it for whoever sent it: how many buildings, or which place."""
    return audiences_in_words([mailing])[mailing.pk]


def audiences_in_words(mailings: Iterable[Mailing]) -> dict[int, str]:
    """Say it of several, by number, with as many questions to the database for one as for many."""
    mailings = list(mailings)
    inside = Mailing.residences.through.objects.filter(mailing__in=[one.pk for one in mailings])
    numbers = dict(inside.order_by().values_list("mailing").annotate(Count("pk")))
    by_door = [one for one in mailings if one.to == To.ENTRANCES and one.area is None]
    doors = doors_told({one.pk: chain.from_iterable(one.entrances.values()) for one in by_door})
    places = places_in_words(mailings)
    told = {}
    for one in mailings:
        number = numbers.get(one.pk, 0)
        buildings = ngettext("%(number)d immeuble", "%(number)d immeubles", number) % {"number": number}
        by_place = f"{places[one.pk]} : {buildings}" if one.to in (To.STREETS, To.QUARTERS) else buildings
        told[one.pk] = places[one.pk] if one.area is not None else doors.get(one.pk, by_place)
    return told


def homes_in_words(homes: int, *, estimated: bool = False) -> str:
    """Say how many homes there are by public data: "environ 30 891 logements"."""
    told = ngettext("%(homes)s logement", "%(homes)s logements", homes)
    size = told % {"homes": number_format(homes, use_l10n=True, force_grouping=True)}
    return _("environ %(size)s") % {"size": size} if estimated else size


def place_in_words(mailing: Mailing) -> str:
    """Say which place a mailing to an area is for."""
    return places_in_words([mailing])[mailing.pk]


def places_in_words(mailings: Collection[Mailing]) -> dict[int | None, str]:
    """Say it of several, by number: the town, some of its streets or quarters, or a zone in it."""
    towns = dict(
        Municipality.objects.filter(pk__in={one.municipality_id for one in mailings}).values_list("pk", "name")
    )
    keys = {key for one in mailings for key in one.audience.get("quarters", ())}
    meant = Q(key__in=keys) | Q(pk__in={one.neighbourhood_id for one in mailings})
    quarters = list(Neighbourhood.objects.filter(meant).order_by("name").values_list("pk", "key", "name"))
    return {one.pk: _place(one, towns.get(one.municipality_id, ""), quarters) for one in mailings}


def _place(mailing: Mailing, town: str, quarters: Collection[tuple[int, str, str]]) -> str:
    if mailing.level == Level.MUNICIPALITY:
        return town
    if mailing.to == To.POLYGON:
        return _("une zone dessinée à %(town)s") % {"town": town}
    if mailing.to == To.STREETS:
        named = told_briefly(said(street) for street in mailing.audience.get("streets", ()))
    elif mailing.neighbourhood_id:
        named = next((name for number, _key, name in quarters if number == mailing.neighbourhood_id), "")
    else:
        asked = mailing.audience.get("quarters", ())
        named = told_briefly(name for _number, key, name in quarters if key in asked)
    return named or (town and _("une zone à %(town)s") % {"town": town})
