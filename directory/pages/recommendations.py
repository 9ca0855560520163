"""What whom a recommendation is about does: answers it once, or asks that it be removed, without an account."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from directory.kinds import page_of
from directory.models import Listing
from directory.moderation_forms import RemovalForm
from directory.pages.reporting import count_report
from directory.recommending import ask_for_removal
from directory.recommending import reply as answer_it
from geo.errors import InvalidParameter
from scopes.access import signed_in
from scopes.signing.limits import in_even_time


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@in_even_time
def removal(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask who one is and why it should go, and thank; nothing of what it is about is read to show the page."""
    form = RemovalForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        count_report(request)
        try:
            ask_for_removal(public_id=public_id, **form.cleaned_data)
        except InvalidParameter as error:
            form.add_error(error.parameter, str(error))
        else:
            return redirect("reported")
    return render(request, "directory/removal.html", {"form": form}, status=400 if form.errors else 200)


@require_POST
@signed_in
def reply(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Answer what is said of what one keeps or shares."""
    answered = answer_it(
        viewer=request.viewer, account=request.user, public_id=public_id, text=request.POST.get("text", "")
    )
    messages.success(request, _("Votre réponse est sous la recommandation."))
    return redirect(page_of(Listing.objects.get(public_id=answered.subject)))
