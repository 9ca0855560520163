"""Who may write to a home: the mandates on its residence, and the way to contest them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from geo.errors import InvalidParameter
from geo.front_doors import doors_told
from geo.successions import residences_after
from scopes.access import signed_in
from scopes.errors import Refused
from scopes.home_pages.mine import described
from scopes.home_pages.own import own_home
from scopes.homes import Membership
from scopes.organisation_models import Contest, Mandate, MandatedResidence
from scopes.organisations.mandating import contest, who_may_write_to_home
from scopes.organisations.wording import extents_in_words


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def who_writes(request: HttpRequest, handle: UUID) -> HttpResponse:
    """Show the organisations that may send notices to a proved home; contest one of them."""
    home = own_home(request, handle)
    if not Membership.objects.current().filter(pk=home.pk).exists():
        raise Http404
    if request.method == "POST":
        _contest(request, home)
        return redirect("home-mandates", handle)
    doubted = set(Contest.objects.filter(membership=home, settled_at=None).values_list("mandate", flat=True))
    standing = list(who_may_write_to_home(home).select_related("granted_for"))
    named = _named_here(standing, home)
    extents = _extents(standing, named)
    mandates = [
        {
            "handle": one.handle,
            "name": one.organisation.name,
            "kind": one.organisation.get_kind_display(),
            "contact": one.organisation.contact,
            "ground": one.ground,
            "granted_for": one.granted_for.name if one.granted_for else "",
            "by_area": one.is_by_area,
            "extent": extents[one.pk],
            "sends_from": here.sends_from if here else one.sends_from,
            "ends_on": one.ends_on,
            "is_doubted": one.pk in doubted,
        }
        for one in standing
        for here in [named.get(one.pk)]
    ]
    return render(request, "homes/who_writes.html", {"home": described(home), "mandates": mandates})


def _named_here(mandates: Collection[Mandate], home: Membership) -> dict[int, MandatedResidence]:
    """What mandates name of one's residence, else of what follows it, by their numbers; nothing of those over areas."""
    here = [home.residence_id, *residences_after([home.residence_id])]
    found = list(MandatedResidence.objects.filter(mandate__in=mandates, residence__in=here).select_related("mandate"))
    found.sort(key=lambda one: (one.residence_id == home.residence_id, -one.pk))  # one's own comes last, and stays
    return {one.mandate_id: one for one in found}


def _extents(mandates: Collection[Mandate], named: Mapping[int, MandatedResidence]) -> dict[int, str]:
    """To what each may write here: the area, or the entrances of this residence; nothing where it is all of it."""
    doors = doors_told({number: one.entrances for number, one in named.items()})
    return extents_in_words([one for one in mandates if one.pk not in named]) | doors


def _contest(request: HttpRequest, home: Membership) -> None:
    asked = request.POST.get("mandate", "")
    mandate = next((one for one in who_may_write_to_home(home) if str(one.handle) == asked), None)
    if mandate is None:
        raise Http404
    try:
        contest(membership=home, mandate=mandate, words=request.POST.get("words", ""))
    except (InvalidParameter, Refused) as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("C’est noté. Nous vérifions, et l’organisme n’apprend pas qui a douté."))
