"""Finds the commune that people mean: by its code, a former code, a postcode, or a name, former ones too."""

from __future__ import annotations

from django.utils.translation import gettext as _

from geo.codes import POSTCODE, city_of
from geo.errors import NotFound
from geo.geocoding import complete
from geo.models import FormerMunicipality, Municipality
from geo.parameters import LONGEST
from geo.querysets import MunicipalityQuerySet


def find_municipality(text: str) -> Municipality:
    """Return the one commune of today that `text` means; raise `NotFound`, with the choice, where several may be meant.

    A postcode that is an INSEE code too (of another commune) is taken for the INSEE code.
    """
    text = text.strip()
    if len(text) > LONGEST:
        raise NotFound(_("Un nom de commune n’a pas plus de %(most)d caractères.") % {"most": LONGEST})
    towns = Municipality.objects.open().defer("boundary")
    found = _by_code(towns, text.upper()) or _by_postcode(towns, text) or _by_name(towns, text)
    if len(found) == 1:
        return found[0]
    if not found:
        raise NotFound(_("Aucune commune ne correspond à « %(text)s ».") % {"text": text})
    choice = ", ".join(f"{town.name} ({town.insee_code})" for town in found[:10])
    raise NotFound(_("« %(text)s » peut être : %(choice)s. Précisez le code INSEE.") % {"text": text, "choice": choice})


def _by_code(towns: MunicipalityQuerySet, code: str) -> list[Municipality]:
    today = list(towns.filter(insee_code=city_of(code)))
    former = FormerMunicipality.objects.filter(insee_code=code).values("successor")
    return today or list(towns.filter(pk__in=former))


def _by_postcode(towns: MunicipalityQuerySet, text: str) -> list[Municipality]:
    return list(towns.filter(postcodes__contains=[text]).order_by("name")) if POSTCODE.fullmatch(text) else []


def _by_name(towns: MunicipalityQuerySet, text: str) -> list[Municipality]:
    """Communes of exactly this name, else those that are most like it, as many as are equally so."""
    named = [found for found in complete(text, limit=20) if found.type == "municipality"]
    exact = {found.citycode for found in named if found.name.casefold() == text.casefold()}
    best = {found.citycode for found in named if found.score >= named[0].score}
    return list(towns.filter(insee_code__in=exact or best).order_by("-population"))
