"""The queue and the cases of those who keep order: moderators of a residence, and the staff on call.

Both decide by the same deed. They differ in what they find: a moderator the cases of their residence, the staff all of
them - without a name, and without anything that says where it was said.
"""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from directory.case_querysets import CaseQuerySet
from directory.kinds import page_of
from directory.models import Answer, Case, Message
from directory.moderating import asked_by_subject, decide, deeds, may_decide, pending_appeal
from directory.moderation_forms import FORMS, KeepForm
from directory.seeing import seen
from geo.errors import InvalidParameter
from scopes.access import signed_in, staff_only
from scopes.on_call import on_call
from scopes.viewer import ANONYMOUS, Viewer

#: Cases on one page: those that wait the longest, and those decided last, to be looked at again.
MOST_WAITING, MOST_DECIDED = 100, 20

_form = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@signed_in
def queue(request: HttpRequest) -> HttpResponse:
    """List what was reported in the residences that the viewer keeps; for everyone else the page does not exist."""
    if not request.viewer.kept_residence_ids:
        raise Http404
    return _queue(request, Case.objects.of_residences_kept_by(request.viewer), case_page="case")


@_form
@signed_in
def case(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show one case of a residence that the viewer keeps, and take the decision."""
    kept = Case.objects.of_residences_kept_by(request.viewer).select_related("author__account")
    return _case(request, kept, public_id, case_page="case")


@require_safe
@staff_only
def on_call_queue(request: HttpRequest) -> HttpResponse:
    """List whatever was reported, for the staff on call."""
    with on_call():
        return _queue(request, Case.objects.not_of(request.viewer).without_a_home(), case_page="on-call-case")


@_form
@staff_only
def on_call_case(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show one case to the staff on call, and take the decision."""
    with on_call():
        cases = Case.objects.not_of(request.viewer).without_a_home()
        return _case(request, cases, public_id, case_page="on-call-case")


def _queue(request: HttpRequest, cases: CaseQuerySet, *, case_page: str) -> HttpResponse:
    counted = cases.counted()
    context = {
        "waiting": counted.waiting()[:MOST_WAITING],
        "decided": counted.filter(closed_at__isnull=False).order_by("-closed_at")[:MOST_DECIDED],
        "case_page": case_page,
        "on_call": case_page == "on-call-case",
    }
    return render(request, "directory/cases.html", context)


def _case(request: HttpRequest, cases: CaseQuerySet, public_id: UUID, *, case_page: str) -> HttpResponse:
    found = cases.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    deed = request.POST.get("deed", "")
    forms = FORMS | ({"keep": KeepForm} if asked_by_subject(found) else {})
    form = forms[deed](request.POST, auto_id=f"{deed}-%s") if deed in forms else None
    if form is not None and form.is_valid() and _decided(request, found, form):
        return redirect(case_page, public_id)
    possible = deeds(found)
    context = {
        "case": found,
        "deeds": possible,
        "forms": {name: form if name == deed else _empty(name, forms[name]) for name in possible},
        "reports": found.reports.all(),
        "decisions": found.decisions.select_related("appeal", "contested"),
        "appeal": pending_appeal(found),
        "may_decide": may_decide(request.viewer, found),
        "queue": "on-call" if case_page == "on-call-case" else "moderation",
        "on_call": case_page == "on-call-case",
        "page": _page(found, ANONYMOUS if case_page == "on-call-case" else request.viewer),
    }
    return render(request, "directory/case.html", context, status=400 if request.method == "POST" else 200)


def _empty(deed: str, form: type[Form]) -> Form:
    return form(initial={"deed": deed}, auto_id=f"{deed}-%s")


def _decided(request: HttpRequest, case: Case, form: Form) -> bool:
    try:
        decision = decide(viewer=request.viewer, case=case, **form.cleaned_data)
    except InvalidParameter as error:
        form.add_error(error.parameter, str(error))
        return False
    messages.success(request, _("C’est décidé : %(deed)s.") % {"deed": decision.get_deed_display()})
    return True


def _page(case: Case, viewer: Viewer) -> str:
    """Where the words stand, if they still do where this viewer may read them: for the staff, where anyone may."""
    found = seen(viewer, case.subject)
    if found is None or isinstance(found, Message):
        return ""
    listing = found.listing if isinstance(found, Answer) else found
    return page_of(listing)
