"""The author of a weekly ride calls off one day of it: whoever would have come along is told."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from directory import ending_agreements
from directory.appealing import own_residences
from directory.carpool_forms import MOST_EXCEPTIONS
from directory.free_seats import coming_days
from directory.models import Carpool
from directory.own_exchanges import held
from directory.publishing import refresh_entries
from geo.errors import InvalidParameter, NotFound
from scopes.moments import today_at
from scopes.viewer import Viewer


@transaction.atomic
def call_off_day(*, viewer: Viewer, ride: UUID, day: date) -> Carpool:
    """Leave one day to come out of a weekly ride of one's own, and out of what was agreed about it.

    Done twice, it is done once. Raises `NotFound` for anything else, `InvalidParameter` where it does not leave then.
    """
    with own_residences(viewer):
        found = held(viewer, ride)
        if not isinstance(found, Carpool):
            raise NotFound
        if day in found.except_days:
            return found
        if found.day is not None or day not in coming_days(found):
            raise InvalidParameter("day", _("La voiture ne part pas ce jour-là."))
        to_come = [one for one in found.except_days if one >= today_at(found.municipality.time_zone)]
        if len(to_come) >= MOST_EXCEPTIONS:
            raise InvalidParameter("day", _("Au plus %(most)d jours.") % {"most": MOST_EXCEPTIONS})
        found.except_days = sorted([*to_come, day])
        found.save(update_fields=["except_days"])
        refresh_entries([found.pk])
        ending_agreements.call_off_day(found, day)
        return found
