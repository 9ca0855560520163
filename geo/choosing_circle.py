"""Chooses which kind of neighbourhood is a town's circle; what is derived from it follows at once."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from geo.activation import follow, take_turns
from geo.errors import InvalidParameter
from geo.models import Municipality, Neighbourhood
from geo.settling import Settled


@transaction.atomic
def choose_circle(*, municipality: Municipality, kind: str) -> Municipality:
    """Make the neighbourhoods of a kind the circles of a town; raise `InvalidParameter` where it has none of them.

    IRIS and priority quarters are never anyone's circle. The choice outlives releases (`geo.circles`).
    """
    take_turns()
    if kind not in kinds_of(municipality):
        raise InvalidParameter("kind", _("Cette commune n’a pas de tels quartiers."))
    municipality = Municipality.objects.select_for_update().get(pk=municipality.pk)
    if municipality.circle_kind != kind:
        municipality.circle_kind = kind
        municipality.save(update_fields=["circle_kind"])
        follow(Settled("neighbourhoods", [municipality.pk], added=0, changed=0, closed=0, unplaced=0))
    return municipality


def kinds_of(municipality: Municipality) -> list[str]:
    """The kinds of neighbourhoods that the town has and that may be its circle, in the usual order."""
    open_kinds = set(Neighbourhood.objects.open().filter(municipality=municipality).values_list("kind", flat=True))
    return [str(kind) for kind in Neighbourhood.CIRCLE_KINDS if kind in open_kinds]
