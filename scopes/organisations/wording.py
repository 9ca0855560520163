"""Says what a mandate is over, in the reader's language: "3 immeubles", "toute la commune de Nantes"."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from stdnum.fr import siret

from geo.front_doors import doors_in_words, told_briefly
from scopes.organisation_models import Acting, Mandate, MandatedResidence, Organisation
from scopes.organisations.covering import residences_under


def extent_in_words(mandate: Mandate) -> str:
    """Say what a mandate is over."""
    if mandate.over == Mandate.Over.TOWN:
        return _("toute la commune de %(town)s") % {"town": mandate.municipality.name}
    if mandate.over == Mandate.Over.QUARTERS:
        names = told_briefly(mandate.neighbourhoods.order_by("name").values_list("name", flat=True))
        return _("%(quarters)s, à %(town)s") % {"quarters": names, "town": mandate.municipality.name}
    if mandate.over == Mandate.Over.DRAWING:
        return _("une zone dessinée")
    number = residences_under(mandate).count()
    return ngettext("%(number)d immeuble", "%(number)d immeubles", number) % {"number": number}


def facts_of(organisation: Organisation) -> list[str]:
    """Say what an organisation says it is, to those who check it."""
    town = organisation.municipality
    facts = [
        organisation.get_kind_display(),
        f"{town.name} ({town.insee_code})" if town else "",
        f"SIRET {siret.format(organisation.siret)}" if organisation.siret else "",
        f"RNA {organisation.rna}" if organisation.rna else "",
        organisation.contact,
    ]
    return list(filter(None, facts))


def entrances_in_words(mandated: MandatedResidence) -> str:
    """Name the entrances of a residence that a mandate is over; nothing where it is over all of it."""
    return doors_in_words(mandated.entrances) if mandated.entrances else ""


def delegation_in_words(acting: Acting) -> str:
    """Say where a writer may send to; nothing where it is everywhere."""
    if acting.everywhere:
        return ""
    return told_briefly(acting.neighbourhoods.order_by("name").values_list("name", flat=True)) or _("nulle part")
