"""The one responsible for a town hall lets a writer send within quarters of the commune alone (*mairie annexe*)."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from geo.errors import InvalidParameter
from geo.models import Containment, Neighbourhood
from geo.querysets import NeighbourhoodQuerySet, ResidenceQuerySet
from scopes.errors import Refused
from scopes.organisation_models import Acting, Organisation
from scopes.organisations.acting import acts_for
from scopes.people import Account


@transaction.atomic
def delegate(*, account: Account, acting: Acting, neighbourhoods: Collection[Neighbourhood] | None) -> Acting:
    """Let a writer send within these quarters alone; wherever the organisation may, with nothing.

    Raises `Refused` for who is not responsible for it and for who is no writer, `InvalidParameter` for other quarters.
    """
    acting = Acting.objects.select_for_update(of=["self"]).select_related("organisation").get(pk=acting.pk)
    writes = acting.role == Acting.Role.WRITER and acting.ended_at is None
    if not writes or not acts_for(account, acting.organisation, responsible=True):
        raise Refused
    named = delegable(acting.organisation).filter(pk__in=[one.pk for one in neighbourhoods or ()])
    if neighbourhoods is not None and (not neighbourhoods or named.count() != len({one.pk for one in neighbourhoods})):
        raise InvalidParameter("quarters", _("Choisissez parmi les quartiers de votre commune."))
    acting.everywhere = neighbourhoods is None
    acting.save(update_fields=["everywhere"])
    acting.neighbourhoods.set(named)
    return acting


def delegable(organisation: Organisation) -> NeighbourhoodQuerySet:
    """Quarters of the commune of a town hall; none for any other organisation."""
    quarters = Neighbourhood.objects.open().filter(kind__in=Neighbourhood.CIRCLE_KINDS)
    return quarters.filter(municipality=organisation.municipality_id or 0).order_by("name", "key")


def within_delegation(acting: Acting | None, residences: ResidenceQuerySet) -> ResidenceQuerySet:
    """Keep the residences where someone acts for an organisation: all, those of their quarters, or none at all.

    Their few quarters are read first: one set within another was joined row by row, which took minutes where the
    database had counted none yet.
    """
    if acting is None:
        return residences.none()
    if acting.everywhere:
        return residences
    quarters = list(acting.neighbourhoods.values_list("pk", flat=True))
    inside = Containment.objects.filter(residence=OuterRef("pk"), neighbourhood__in=quarters)
    return residences.filter(Exists(inside))
