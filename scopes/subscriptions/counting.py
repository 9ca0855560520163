"""Counts the dwellings that a subscription is for, from the buildings: those known, and those estimated."""

from __future__ import annotations

from django.db.models import Count, Q, Sum

from geo.models import Municipality, Residence
from geo.querysets import ResidenceQuerySet
from scopes.organisation_models import Mandate, MandatedResidence, Organisation


def places_of(organisation: Organisation, *, municipality: Municipality | None) -> list[dict]:
    """Return, for each commune, its buildings and dwellings: the whole of one, or the residences of the mandates.

    A mandate counts once it is announced. Buildings of which no dwelling is known count as buildings alone.
    """
    if municipality:
        return _counted(Residence.objects.open().of_buildings().filter(municipality=municipality))
    announced = Mandate.objects.announced().filter(organisation=organisation)
    mandated = MandatedResidence.objects.filter(mandate__in=announced)
    return _counted(Residence.objects.open().filter(pk__in=mandated.values("residence")))


def _counted(residences: ResidenceQuerySet) -> list[dict]:
    rows = residences.values("municipality__insee_code", "municipality__name").annotate(
        residences=Count("pk"),
        known=Sum("dwellings", filter=Q(dwellings_estimated=False), default=0),
        estimated=Sum("dwellings", filter=Q(dwellings_estimated=True), default=0),
    )
    return [
        {
            "insee_code": row["municipality__insee_code"],
            "name": row["municipality__name"],
            "residences": row["residences"],
            "known": row["known"],
            "estimated": row["estimated"],
        }
        for row in rows.order_by("municipality__name", "municipality__insee_code")
    ]
