"""Which sends went to a home in common, by public data alone: figures of two such could be subtracted."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from directory.mailing_models import Mailing
from directory.notice_readers import cells_told
from geo.models import Residence


def sharing_a_home(mailing: Mailing, others: QuerySet[Mailing], *, residences: Iterable[int]) -> QuerySet[Mailing]:
    """Keep of `others` those that went to a home of this mailing, which may not be stored yet.

    `residences` are the numbers of its residences. An area goes to the homes of whole public cells: two quarters that
    touch share none.
    """
    if mailing.area is None:
        own = Residence.objects.filter(pk__in=list(residences))
        areas = others.filter(area__isnull=False)
        around = {area.pk for area in areas if own.filter(public_cell__in=cells_told(area).values("pk")).exists()}
    else:
        cells = cells_told(mailing).values("pk")
        own = Residence.objects.filter(public_cell__in=cells)
        areas = others.filter(area__intersects=mailing.area)
        around = {area.pk for area in areas if cells_told(area).filter(pk__in=cells).exists()}
    inside = others.filter(residences__in=own.values("pk")).values_list("pk", flat=True)
    return Mailing.objects.filter(pk__in=around | set(inside))
