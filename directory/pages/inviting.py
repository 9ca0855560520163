"""What a page between neighbours says to who has no proved home: what it is for, and the next step to it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from scopes.home_pages.mine import described
from scopes.models import Level, Membership
from scopes.viewer import Viewer

#: What each circle is for.
FOR = {
    Level.RESIDENCE: _(
        "Un espace pour ceux qui habitent l’immeuble, et pour eux seuls : une panne, une question, une échelle à "
        "prêter, un merci."
    ),
    Level.NEIGHBOURHOOD: _(
        "Ce que les habitants du quartier s’écrivent : une question, un chat perdu, un coup de main."
    ),
    Level.MUNICIPALITY: _("Ce qui s’adresse à tous les habitants de la ville."),
}


def invite(request: HttpRequest, title: str, lead: str | Promise = FOR[Level.RESIDENCE]) -> HttpResponse:
    """Say what a page is for, the same words whoever lives there; the home one asked for is named to oneself."""
    context = {"title": title, "lead": lead, "waiting": _waiting_home(request.viewer)}
    return render(request, "directory/invitation.html", context)


def _waiting_home(viewer: Viewer) -> dict | None:
    if viewer.account_id is None:
        return None
    asked = Membership.objects.filter(account=viewer.account_id, ended_at__isnull=True)
    home = asked.select_related("residence__municipality").order_by("-chosen", "asked_at").first()
    return home and described(home)
