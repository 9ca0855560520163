"""The page on which the one responsible for a town hall says where a writer may send."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from geo.errors import AlentourError
from scopes.access import second_factor
from scopes.home_pages.organisations import own_organisation
from scopes.organisation_models import Acting
from scopes.organisations.acting import acts_for
from scopes.organisations.delegating import delegable, delegate
from scopes.organisations.people import people_of


@require_http_methods(["GET", "HEAD", "POST"])
@second_factor
def delegation(request: HttpRequest, handle: UUID, acting: UUID) -> HttpResponse:
    """Show where a writer may send, and change it."""
    own = own_organisation(request, handle)
    writer = people_of(own).filter(handle=acting, role=Acting.Role.WRITER).first()
    quarters = list(delegable(own))
    if writer is None or not quarters or not acts_for(request.user, own, responsible=True):
        raise Http404
    refused = ""
    if request.method == "POST":
        within = request.POST.get("where") == "quarters"
        chosen = [one for one in quarters if one.key in request.POST.getlist("quarters")] if within else None
        try:
            delegate(account=request.user, acting=writer, neighbourhoods=chosen)
        except AlentourError as error:
            refused = str(error)
        else:
            messages.success(request, _("C’est noté : cela vaut dès le prochain avis."))
            return redirect("team", handle)
    named = set(writer.neighbourhoods.values_list("key", flat=True))
    context = {
        "organisation": own,
        "name": writer.account.get_full_name(),
        "everywhere": writer.everywhere and not refused,
        "quarters": [{"one": one, "is_chosen": one.key in named} for one in quarters],
        "refused": refused,
    }
    return render(request, "organisations/delegation.html", context, status=400 if refused else 200)
