"""What was decided about one's own words: why, on what ground, and how to contest it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from directory.appealing import appeal, may_appeal, own_cases
from directory.models import Case
from directory.moderation_forms import AppealForm
from geo.errors import InvalidParameter
from scopes.access import signed_in


@require_safe
@signed_in
def decisions(request: HttpRequest) -> HttpResponse:
    """List what was hidden of one's own, the latest first."""
    with own_cases(request.viewer):
        cases = Case.objects.of(request.viewer).prefetch_related("decisions").order_by("-opened_at")
        return render(request, "directory/decisions.html", {"cases": cases})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def decision(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show the decisions of one case, and take the appeal."""
    form = AppealForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and _contested(request, public_id, form):
        return redirect("decision", public_id)
    with own_cases(request.viewer):
        found = Case.objects.of(request.viewer).filter(public_id=public_id).first()
        if found is None:
            raise Http404
        context = {
            "case": found,
            "decisions": found.decisions.select_related("contested"),
            "may_appeal": may_appeal(found),
            "form": form,
        }
        return render(request, "directory/decision.html", context, status=400 if form.errors else 200)


def instead_of(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Lead the author of something hidden to why it is; for everyone else there is nothing at its address."""
    if request.viewer.account_id:
        with own_cases(request.viewer):
            case = Case.objects.of(request.viewer).filter(subject=public_id).order_by("-opened_at").first()
        if case is not None:
            return redirect("decision", case.public_id)
    raise Http404


def _contested(request: HttpRequest, case: UUID, form: AppealForm) -> bool:
    try:
        appeal(viewer=request.viewer, case=case, **form.cleaned_data)
    except InvalidParameter as error:
        form.add_error(error.parameter, str(error))
        return False
    messages.success(request, _("C’est transmis : quelqu’un d’autre relit et décide."))
    return True
