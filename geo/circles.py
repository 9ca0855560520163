"""Chooses the kind of neighbourhood that is a town's circle, where the town has not chosen one it still has."""

from __future__ import annotations

from django.db.models import Case, CharField, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce

from geo.models import Municipality, Neighbourhood
from geo.settling import Settled


def choose_circle_kinds(settled: Settled) -> None:
    """Keep a town's choice while it has such neighbourhoods; else take the first kind it has of `CIRCLE_KINDS`."""
    kinds = Neighbourhood.CIRCLE_KINDS
    preference = Case(
        When(kind=OuterRef("circle_kind"), then=Value(-1)),
        *(When(kind=kind, then=Value(rank)) for rank, kind in enumerate(kinds)),
    )
    own = Neighbourhood.objects.open().filter(municipality=OuterRef("pk"), kind__in=kinds)
    best = own.annotate(preference=preference).order_by("preference").values("kind")[:1]
    towns = Municipality.objects.filter(pk__in=settled.municipality_ids)
    towns.update(circle_kind=Coalesce(Subquery(best), Value(""), output_field=CharField()))
