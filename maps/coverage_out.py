"""What one takes away from an analysis of coverage: its files, and its address for good, for whoever keeps it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from directory.analysis_models import Analysis
from directory.coverage import CoverageRequest
from directory.coverage_choices import as_address, read_threshold, service_name
from directory.keeping_analyses import keep, may_keep, towns_kept_for
from geo.errors import ImportRefused, InvalidParameter
from geo.models import Municipality
from maps.coverage_files.forms import FORMS
from maps.coverage_own import read_posted
from maps.coverage_told import near
from maps.coverage_turns import one_at_a_time
from scopes.access import second_factor
from scopes.errors import Refused
from scopes.moments import clock, day

#: Analyses that are listed, the latest first.
MOST_LISTED = 50


def files_at(name: str, *args: object, query: str) -> list[dict[str, object]]:
    """The files of an analysis: what each is, and where it is given (the name of a route, and its query)."""
    asked = f"?{query}" if query else ""
    return [
        {"name": form.name, "address": f"{reverse(name, args=[*args, ending])}{asked}"}
        for ending, form in FORMS.items()
    ]


def taken_away(request: HttpRequest, asked: CoverageRequest) -> dict[str, object]:
    """What the page of an analysis offers to take away."""
    query = "" if asked.own else as_address(request.GET, asked)
    return {
        "query": query,
        "files": files_at("coverage-file", query=query),
        "may_keep": request.viewer.account_id is not None and may_keep(request.user, asked.town),
    }


def kept_for(request: HttpRequest, town: Municipality | None) -> dict[str, object]:
    """The analyses that a reader keeps: of this town, where there is one, else of all towns they keep for."""
    if request.viewer.account_id is None:
        return {"keeps": False}
    towns = towns_kept_for(request.user)
    here = towns.filter(pk=town.pk) if town else towns
    kept = Analysis.objects.filter(town__in=here).select_related("town").defer("town__boundary", "sites", "site_names")
    listed = [{"analysis": one, "title": title_of(one)} for one in kept.with_dates()[:MOST_LISTED]]
    return {"keeps": here.exists(), "kept": listed}


def title_of(analysis: Analysis) -> str:
    """What an analysis asks, in words: "Boulangerie à moins de 500 m, ouvert le lundi à 8 h"."""
    query = QueryDict(analysis.query)
    told = read_threshold(query["within"])
    what = query.get("named") or service_name(query["service"])
    words = {"service": what, "near": near(told["threshold"].m, told["pace"])}
    title = _("%(service)s à moins de %(near)s") % words
    return ", ".join([title, *_besides(query)])


def _besides(query: QueryDict) -> Iterator[str]:
    """What else was asked: open on Mondays at 8, with sites that do not exist."""
    if "open_at" in query:
        moment = datetime.fromisoformat(query["open_at"])
        yield _("ouvert le %(day)s à %(hour)s") % {"day": day(moment), "hour": clock(moment)}
    number = len(query.getlist("site"))
    if number:
        yield ngettext("avec %(number)d lieu proposé", "avec %(number)d lieux proposés", number) % {"number": number}


@require_POST
@second_factor
def keep_coverage(request: HttpRequest) -> HttpResponse:
    """Keep the analysis that the form carries, and lead to its address for good."""
    if "lines" in request.POST:
        return _keep_own(request)
    query = QueryDict(request.POST.get("query", ""))
    try:
        with one_at_a_time():
            analysis = keep(account=request.user, query=query)
    except (InvalidParameter, Refused) as error:
        messages.warning(request, str(error))
        return redirect(f"{reverse('coverage')}?{query.urlencode()}")
    return _kept(request, analysis)


def _keep_own(request: HttpRequest) -> HttpResponse:
    """Keep an analysis with the sites that were given for it."""
    try:
        with one_at_a_time():
            posted = read_posted(request)
            analysis = keep(account=request.user, query=posted.query, own=posted.read.own)
    except (InvalidParameter, ImportRefused, Refused) as error:
        messages.warning(request, str(error))
        return redirect("coverage")
    return _kept(request, analysis)


def _kept(request: HttpRequest, analysis: Analysis) -> HttpResponse:
    messages.success(request, _("C’est gardé. Cette adresse ne changera pas : vous pouvez la donner."))
    return redirect("kept-coverage", analysis.public_id)
