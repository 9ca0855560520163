"""Who keeps order where one lives, said to all who live there; taken up, shared and laid down by those who may."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from geo.errors import NotFound
from geo.front_doors import name_of
from geo.models import Residence
from scopes import keeping_order
from scopes.access import signed_in
from scopes.models import Alias
from scopes.viewer import Home


@require_safe
@signed_in
def keepers(request: HttpRequest) -> HttpResponse:
    """List who keeps order in each residence where the viewer lives."""
    homes = [_shown(home) for home in request.viewer.homes if home.lives_there]
    return render(request, "directory/keepers.html", {"homes": homes})


@require_POST
@signed_in
def keep(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take up keeping order for one home, lay it down, or share it with a neighbour."""
    deed = request.POST.get("deed")
    if deed == "take-up":
        keeping_order.take_up(viewer=request.viewer, public_id=public_id)
    elif deed == "lay-down":
        keeping_order.lay_down(viewer=request.viewer, public_id=public_id)
    else:
        chosen = _uuid(request.POST.get("neighbour", ""))
        keeping_order.share(viewer=request.viewer, public_id=public_id, neighbour=chosen)
    messages.success(request, _("C’est noté."))
    return redirect("keepers")


def _shown(home: Home) -> dict:
    return {
        "name": name_of(Residence.objects.get(pk=home.residence_id)),
        "alias": Alias.objects.get(pk=home.alias_id),
        "keepers": [str(keeper.alias) for keeper in keeping_order.keepers_of(home)],
        "keeps": home.moderates,
        "may_take_up": keeping_order.may_take_up(home),
        "neighbours": keeping_order.may_share_with(home),
    }


def _uuid(text: str) -> UUID:
    """Read a public id; what is none is nobody's."""
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound from error
