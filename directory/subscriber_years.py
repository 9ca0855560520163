"""What an organisation told residents in a year, by public data and its own sends; nothing of anyone who read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from django.db.models import Q, Sum

from directory.display_models import Display
from directory.models import Mailing
from directory.notice_templates import TEMPLATES
from geo.models import Residence
from scopes import second_lock
from scopes.models import Organisation


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriberYear:
    """One year of one organisation."""

    year: int
    notices: int
    #: Title of a template -> how many.
    by_template: dict[str, int]
    #: "C’est rétabli", and what was taken back.
    over: int
    taken_back: int
    #: Different ones, by public data.
    buildings: int
    homes: int
    homes_estimated: int
    #: Notices to an area, which name no building, and the homes of the largest.
    area_notices: int
    area_homes: int
    #: Entrances, and sheets that were put up there.
    entrances: int
    sheets: int
    #: A letter for each home of each notice: what this would have taken on paper.
    letters: int
    #: From writing to publication, the two minutes to undo included.
    median_time: timedelta | None


def year_of(organisation: Organisation, year: int) -> SubscriberYear:
    """Gather the year of an organisation; what was taken back counts as that alone."""
    written = Mailing.objects.notices().filter(mandate__organisation=organisation, sent_at__year=year)
    sent = written.filter(withdrawn_at__isnull=True)
    notices = sent.filter(restores__isnull=True)
    told = list(notices.values_list("template", "written_at", "sent_at"))
    in_residences = notices.filter(area__isnull=True)
    residences = set(
        Mailing.residences.through.objects.filter(mailing__in=in_residences).values_list("residence", flat=True)
    )
    buildings = Residence.objects.filter(pk__in=residences)
    homes = buildings.aggregate(
        all=Sum("dwellings", default=0), estimated=Sum("dwellings", filter=Q(dwellings_estimated=True), default=0)
    )
    with second_lock.opened(residences):
        sheets = Display.objects.filter(mailing__in=notices)
        entrances, hung = sheets.count(), sheets.filter(hung_on__isnull=False).count()
    areas = list(notices.filter(area__isnull=False).values_list("homes", flat=True))
    counted = Counter(template for template, _written, _sent in told)
    return SubscriberYear(
        year=year,
        notices=len(told),
        by_template={str(TEMPLATES[code].title): counted[code] for code in TEMPLATES if counted[code]},
        over=sent.filter(restores__isnull=False).count(),
        taken_back=written.filter(withdrawn_at__isnull=False).count(),
        buildings=len(residences),
        homes=homes["all"],
        homes_estimated=homes["estimated"],
        area_notices=len(areas),
        area_homes=max(areas, default=0),
        entrances=entrances,
        sheets=hung,
        letters=notices.aggregate(letters=Sum("homes", default=0))["letters"],
        median_time=median(sent_at - written_at for _code, written_at, sent_at in told) if told else None,
    )


def years_of(organisation: Organisation) -> list[int]:
    """The years in which an organisation sent something, the latest first."""
    sent = Mailing.objects.notices().filter(mandate__organisation=organisation, sent_at__isnull=False)
    return sorted({moment.year for moment in sent.dates("sent_at", "year")}, reverse=True)
