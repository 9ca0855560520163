"""Tells the residents of a mandate who will be able to write to them, a week before anything can be sent."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone, translation
from django.utils.formats import date_format

from scopes.organisation_models import TOLD_BEFORE, Mandate
from scopes.organisations.covering import members_under
from scopes.people import Account
from scopes.sending import write_to


@transaction.atomic
def tell_of_mandate(mandate_id: int) -> int:
    """Write to each current member of the residences or the area, once, however often it is done; return how many.

    A mandate that nobody lives under is told of all the same: its week begins, and whoever comes later reads it on
    the page of the home. The mail names no building.
    """
    mandate = Mandate.objects.select_for_update(of=["self"]).select_related("organisation").get(pk=mandate_id)
    if mandate.told_at or mandate.ended_at or mandate.granted_at is None:
        return 0
    mandate.told_at = timezone.now()
    mandate.save(update_fields=["told_at"])
    told = 0
    for account in Account.objects.filter(pk__in=members_under(mandate).values("account")).iterator(1_000):
        with translation.override(account.language):
            day = date_format(mandate.told_at + TOLD_BEFORE, "j F Y")
            name = f"{mandate.organisation.name} ({mandate.organisation.get_kind_display()})"
        write_to(account=account, template="mandate", use=timedelta(days=3), organisation=name, day=day)
        told += 1
    return told
