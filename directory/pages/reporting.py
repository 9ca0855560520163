"""Reporting something, with or without an account: the same page and the same thanks whatever it is, or is not."""

from __future__ import annotations

from uuid import UUID

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from directory.errors import TooMany
from directory.moderation_forms import ReportForm
from directory.reporting import report as make_report
from scopes.signing.limits import in_even_time


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@in_even_time
def report(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask what is wrong, and thank; nothing of what is reported is read to show the page."""
    form = ReportForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        count_report(request)
        make_report(viewer=request.viewer, public_id=public_id, **form.cleaned_data)
        return redirect("reported")
    return render(request, "directory/report.html", {"form": form}, status=400 if form.errors else 200)


@never_cache
@require_safe
def reported(request: HttpRequest) -> HttpResponse:
    """Thank."""
    return render(request, "directory/reported.html")


def count_report(request: HttpRequest) -> None:
    """Refuse floods, by account or else by address, before anything is looked for."""
    action = "report" if request.viewer.account_id is None else "report_signed_in"
    if not ratelimit.consume(request, action=action):
        raise TooMany(_("Vous avez déjà signalé plusieurs choses : réessayez un peu plus tard."))


def count_remark(request: HttpRequest) -> None:
    """Refuse floods of remarks, apart from reports: a whole residence may share one address."""
    action = "remark" if request.viewer.account_id is None else "remark_signed_in"
    if not ratelimit.consume(request, action=action):
        raise TooMany(_("Vous avez déjà remarqué plusieurs choses : réessayez un peu plus tard."))
