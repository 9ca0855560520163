"""Says what a mandate is over, in the reader's language: "3 immeubles", "toute la commune de Nantes"."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Prefetch, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from stdnum.fr import siret

from geo.front_doors import doors_told, names_of, told_briefly
from geo.models import Municipality, Neighbourhood
from scopes.moments import full_day
from scopes.organisation_models import Acting, Mandate, MandatedResidence, Organisation
from scopes.organisations.covering import named_today


def extents_in_words(mandates: Iterable[Mandate]) -> dict[int, str]:
    """Say what mandates are over, by number, with as many questions to the database for one as for many."""
    mandates = list(mandates)
    quarters = Neighbourhood.objects.only("name").order_by("name")
    prefetch_related_objects(
        mandates, Prefetch("municipality", Municipality.objects.only("name")), Prefetch("neighbourhoods", quarters)
    )
    named = named_today().filter(mandate__in=mandates).order_by().values_list("mandate")
    numbers = dict(named.annotate(Count("pk")))
    return {one.pk: _extent(one, numbers.get(one.pk, 0)) for one in mandates}


def _extent(mandate: Mandate, number: int) -> str:
    if mandate.over == Mandate.Over.TOWN:
        return _("toute la commune de %(town)s") % {"town": mandate.municipality.name}
    if mandate.over == Mandate.Over.QUARTERS:
        names = told_briefly(one.name for one in mandate.neighbourhoods.all())
        return _("%(quarters)s, à %(town)s") % {"quarters": names, "town": mandate.municipality.name}
    if mandate.over == Mandate.Over.DRAWING:
        return _("une zone dessinée")
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


def residences_in_words(mandates: Iterable[Mandate], *, most: int) -> dict[int, list[str]]:
    """Name the first residences of today of mandates, by number, or their entrances where it is not all of one."""
    mandates = list(mandates)
    first = named_today().select_related("residence").order_by("residence")[:most]
    prefetch_related_objects(mandates, Prefetch("mandated", first, to_attr="first_named"))
    mandated = [one for mandate in mandates for one in mandate.first_named]
    names = names_of({one.residence for one in mandated})
    doors = doors_told({one.pk: one.entrances for one in mandated})
    return {
        mandate.pk: [_from_when(one, doors[one.pk] or names[one.residence_id]) for one in mandate.first_named]
        for mandate in mandates
    }


def _from_when(mandated: MandatedResidence, name: str) -> str:
    """Say beside a name from when something may be sent to a residence that was joined to others of late."""
    if mandated.joined_at is None or (mandated.sends_from and mandated.sends_from <= timezone.localdate()):
        return name
    if mandated.sends_from is None:
        return _("%(name)s (une semaine après que ses voisins seront prévenus)") % {"name": name}
    return _("%(name)s (à partir du %(day)s)") % {"name": name, "day": full_day(mandated.sends_from)}


def delegation_in_words(acting: Acting) -> str:
    """Say where a writer may send to; nothing where it is everywhere."""
    if acting.everywhere:
        return ""
    return told_briefly(acting.neighbourhoods.order_by("name").values_list("name", flat=True)) or _("nulle part")
