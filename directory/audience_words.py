"""Says to whom something was sent, in the reader's language: "3 immeubles", "Bouffay", "Rue Haute, du 1 au 25"."""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directory.models import Mailing
from directory.street_lines import said
from geo.front_doors import doors_in_words, told_briefly
from geo.models import Neighbourhood
from scopes.models import Level

To = Mailing.To


def audience_in_words(mailing: Mailing) -> str:
    """Say it for whoever sent it: how many buildings, or which place."""
    if mailing.area is not None:
        return place_in_words(mailing)
    number = mailing.residences.count()
    buildings = ngettext("%(number)d immeuble", "%(number)d immeubles", number) % {"number": number}
    if mailing.to == To.ENTRANCES:
        return doors_in_words(key for keys in mailing.entrances.values() for key in keys)
    if mailing.to in (To.STREETS, To.QUARTERS):
        return f"{_place(mailing)} : {buildings}"
    return buildings


def homes_in_words(homes: int, *, estimated: bool = False) -> str:
    """Say how many homes there are by public data: "environ 30 891 logements"."""
    told = ngettext("%(homes)s logement", "%(homes)s logements", homes)
    size = told % {"homes": number_format(homes, use_l10n=True, force_grouping=True)}
    return _("environ %(size)s") % {"size": size} if estimated else size


def place_in_words(mailing: Mailing) -> str:
    """Say which place a mailing to an area is for."""
    if mailing.level == Level.MUNICIPALITY:
        return mailing.municipality.name
    if mailing.to == To.POLYGON:
        return _("une zone dessinée à %(town)s") % {"town": mailing.municipality.name}
    return _place(mailing) or _("une zone à %(town)s") % {"town": mailing.municipality.name}


def _place(mailing: Mailing) -> str:
    if mailing.to == To.STREETS:
        return told_briefly(said(street) for street in mailing.audience.get("streets", ()))
    if mailing.neighbourhood_id:
        return mailing.neighbourhood.name
    keys = mailing.audience.get("quarters", ())
    return told_briefly(Neighbourhood.objects.filter(key__in=keys).order_by("name").values_list("name", flat=True))
