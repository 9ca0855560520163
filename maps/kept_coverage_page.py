"""`/ville/couverture/<id>/`: an analysis that a town keeps, on one of its dates, or two dates side by side."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from directory.analysis_models import Analysis
from directory.comparing_findings import compare
from directory.keeping_analyses import (
    dates_of,
    findings_on,
    make_again,
    may_keep,
    query_today,
    show_again,
    take_back,
)
from directory.renewing_analyses import renew_each_month
from geo.errors import InvalidParameter, NotFound
from geo.parameters import check_names
from maps.coverage_changes import told_of_changes
from maps.coverage_files.about import source_lines
from maps.coverage_out import files_at, title_of
from maps.coverage_own import asked_again
from maps.coverage_told import told_of
from maps.coverage_turns import one_at_a_time
from maps.sources import credits_line
from scopes.access import second_factor
from scopes.errors import Refused
from scopes.moments import full_day
from scopes.signing.second_factor import was_shown

#: What the address says: the day whose result is shown, and the day that it is compared with.
DAY, OTHER = "du", "avec"


@require_safe
def kept_coverage(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Answer an analysis as it was found on a day, the latest where none is said; whoever has the address reads it."""
    analysis, may = found(request, public_id)
    check_names(request.GET, (DAY, OTHER))
    findings = findings_on(analysis, read_day(request, DAY))
    other = read_day(request, OTHER)
    if other == findings.made_on:
        raise InvalidParameter(OTHER, _("Choisissez deux dates différentes."))
    dates = dates_of(analysis)
    context = {
        "analysis": analysis,
        "title": title_of(analysis),
        "town": analysis.town,
        "day": findings.made_on,
        "dates": [{"day": day, "words": full_day(day)} for day in dates],
        "others": [{"day": day, "words": full_day(day)} for day in dates if day != findings.made_on],
        "again": asked_again(analysis),
        "query_today": query_today(analysis).urlencode(safe=":,"),
        "may_keep": may,
        "compared": other,
        "files": files_at("kept-coverage-file", public_id, query=f"{DAY}={findings.made_on}"),
        "sources": source_lines(findings),
        "credits": credits_line(),
    }
    if other:
        context |= told_of_changes(request, compare(findings, findings_on(analysis, other)))
    else:
        context |= told_of(request, findings)
    response = render(request, "maps/coverage_kept.html", context)
    response["X-Robots-Tag"] = "noindex"
    # What a town takes back is gone at once.
    response["Cache-Control"] = "no-store"
    return response


def found(request: HttpRequest, public_id: UUID) -> tuple[Analysis, bool]:
    """The analysis of an address, and whether the reader keeps it.

    One taken back is there for these alone, once they showed a second factor, as for every deed of theirs.
    """
    analysis = Analysis.objects.filter(public_id=public_id).select_related("town").defer("sites").first()
    may = analysis is not None and request.viewer.account_id is not None and may_keep(request.user, analysis.town)
    if analysis is None or (analysis.withdrawn_at and not (may and was_shown(request))):
        raise NotFound
    return analysis, may


def read_day(request: HttpRequest, name: str) -> date | None:
    """Read a day from the address; raise `InvalidParameter` for what is none."""
    text = request.GET.get(name, "")
    try:
        # `date.fromisoformat` takes weeks and days without dashes too: one day has one address.
        day = date.fromisoformat(text) if text else None
    except ValueError:
        day = None
    if text and (day is None or day.isoformat() != text):
        raise InvalidParameter(name, _("Attendu : une date comme 2026-12-03."))
    return day


@require_POST
@second_factor
def tend_coverage(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Make an analysis again, have that done each month or no more, take it back or show it again."""
    own = {"account": request.user, "public_id": public_id}
    deed = request.POST.get("deed", "")
    try:
        if deed == "again":
            with one_at_a_time():
                make_again(**own)
            said = _("C’est refait : le résultat d’aujourd’hui est gardé.")
        elif deed == "renew":
            is_renewed = request.POST.get("is_renewed") == "yes"
            renew_each_month(**own, is_renewed=is_renewed)
            said = _("Elle sera refaite le premier de chaque mois.") if is_renewed else _("Elle ne sera plus refaite.")
        elif deed == "take-back":
            take_back(**own)
            said = _("C’est repris : plus personne d’autre ne la lit.")
        elif deed == "show":
            show_again(**own)
            said = _("Elle se lit de nouveau, à la même adresse.")
        else:
            raise NotFound
    except (InvalidParameter, Refused) as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, said)
    return redirect("kept-coverage", public_id)
