"""Tells the residents of a mandate who will be able to write to them, a week before anything can be sent."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from scopes.mass_mail import by_mail, queue
from scopes.moments import full_day
from scopes.organisation_models import TOLD_BEFORE, Mandate
from scopes.organisations.covering import members_under
from scopes.outgoing_mail import MassMessage

#: How long it is tried to tell someone.
USE = timedelta(days=3)


@transaction.atomic
def tell_of_mandate(mandate_id: int) -> None:
    """Write to each current member of the residences or the area, once, however often it is done.

    A mandate that nobody lives under is told of all the same: its week begins, and whoever comes later reads it on
    the page of the home. The mail names no building.
    """
    mandate = Mandate.objects.select_for_update(of=["self"]).select_related("organisation").get(pk=mandate_id)
    if mandate.told_at or mandate.ended_at or mandate.granted_at is None:
        return
    mandate.told_at = timezone.now()
    mandate.save(update_fields=["told_at"])
    words = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            name = f"{mandate.organisation.name} ({mandate.organisation.get_kind_display()})"
            words[language] = {"organisation": name, "day": full_day(mandate.told_at + TOLD_BEFORE)}
    message = MassMessage.objects.create(template="mandate", words=words, too_late_at=mandate.told_at + USE)
    queue(message, by_mail(members_under(mandate)))
