"""Whose it is to put a page right: its keeper's, else the town hall's, else the staff's.

Who keeps a page is an organisation for all of which someone acts today: one that ended, or whose people left, puts
nothing right, and its pages are those of nobody.
"""

from __future__ import annotations

from django.db.models import BigIntegerField, CharField, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat

from directory.importing.settling import believed_source
from directory.models import Claim, Listing, SyncedCalendar
from directory.synced_models import OF_SYNCED
from scopes.models import Organisation
from scopes.organisations.acting import acting_for_all


def with_keeper(pages: QuerySet[Listing]) -> QuerySet[Listing]:
    """Note of each page which organisation keeps it (`kept_by`, a number, or nothing), and by what.

    That is by a claim (`claimed_by`), by a followed calendar that is believed of it (`calendar`, its handle), or as it
    announced it itself.
    """
    attended = Organisation.objects.filter(pk__in=acting_for_all().values("organisation"))
    claims = Claim.objects.held().filter(listing=OuterRef("pk"), organisation__in=attended)
    # One that tells of what another organisation announced has no part in it.
    own = {
        "named": OuterRef("believed"),
        "organisation": Coalesce(OuterRef("organisation"), F("organisation"), output_field=BigIntegerField()),
    }
    named = Concat(Value(OF_SYNCED), Cast("pk", CharField()))
    calendars = SyncedCalendar.objects.alias(named=named).filter(**own, organisation__in=attended)
    return pages.annotate(
        believed=believed_source(),
        claimed_by=Subquery(claims.values("organisation")[:1]),
        calendar=Subquery(calendars.values("handle")[:1]),
        kept_by=Coalesce(
            "claimed_by",
            Subquery(calendars.values("organisation")[:1]),
            Subquery(attended.filter(pk=OuterRef("organisation")).values("pk")[:1]),
            output_field=BigIntegerField(),
        ),
    )
