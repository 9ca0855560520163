"""Asking an organisation: whom, what, and what became of it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from directory import asking
from directory.appealing import own_residences
from directory.asks import RELATED, shown, shown_together
from directory.pages.inviting import invite
from scopes.access import signed_in

MOST_SHOWN = 50
WHAT_FOR = gettext_lazy(
    "Une lampe en panne, une poubelle qui déborde, une question : à qui peut y faire quelque chose."
)


@require_safe
@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    """Show whom one may ask, and what one asked."""
    home = request.viewer.home
    with own_residences(request.viewer):
        asked = asking.own_asks(request.viewer).select_related(*RELATED)[:MOST_SHOWN]
        asks = shown_together(asked)
        if home is None and not asks:
            return invite(request, _("Demander, signaler"), WHAT_FOR)
        context = {"asks": asks, "askable": asking.askable_by(home) if home else [], "what_for": WHAT_FOR}
        return render(request, "directory/asks.html", context)


@require_safe
@signed_in
def one(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show what one asked, and what was answered; nobody else's is there."""
    with own_residences(request.viewer):
        made = asking.own_asks(request.viewer).select_related(*RELATED).filter(public_id=public_id).first()
        if made is None:
            raise Http404
        return render(request, "directory/ask.html", {"ask": shown(made)})


@require_POST
@signed_in
def withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take back what one asked."""
    asking.withdraw(viewer=request.viewer, public_id=public_id)
    messages.success(request, _("C’est retiré : l’organisme ne le lit plus."))
    return redirect("my-asks")
