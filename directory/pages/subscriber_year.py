"""The yearly page of an organisation, to print and hand on: what it told, to how many homes, how fast."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from directory.subscriber_years import year_of, years_of
from scopes.access import second_factor
from scopes.home_pages.organisations import own_organisation

#: No notice is older than the site.
FIRST_YEAR = 2026


@require_safe
@second_factor
def subscriber_year(request: HttpRequest, handle: UUID, year: int) -> HttpResponse:
    """Answer a year of an organisation that one acts for."""
    organisation = own_organisation(request, handle)
    if not FIRST_YEAR <= year <= timezone.localdate().year:
        raise Http404
    found = year_of(organisation, year)
    context = {
        "organisation": organisation,
        "found": found,
        "median": in_words(found.median_time),
        "years": [one for one in years_of(organisation) if one != year],
        "today": timezone.localdate(),
    }
    return render(request, "directory/subscriber_year.html", context)


def in_words(span: timedelta | None) -> str:
    """Say a span of time as people do: "2 minutes", "3 heures", "2 jours"; nothing where there is none.

    >>> in_words(timedelta(minutes=2, seconds=1))
    '2 minutes'
    """
    if span is None:
        return ""
    minutes = max(1, round(span.total_seconds() / 60))
    if minutes < 90:
        return ngettext("%(number)d minute", "%(number)d minutes", minutes) % {"number": minutes}
    hours = round(minutes / 60)
    if hours < 48:
        return ngettext("%(number)d heure", "%(number)d heures", hours) % {"number": hours}
    return _("%(number)d jours") % {"number": round(hours / 24)}
