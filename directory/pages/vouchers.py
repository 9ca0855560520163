"""`/moi/bons/` and the voucher of an offer: what one keeps for oneself, and shows at a till as nobody in particular."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from directory.keeping_offers import keep_offer, kept_offers
from directory.organisation_kinds import days_of, sign_of
from geo.errors import NotFound
from scopes.access import signed_in


@require_POST
@signed_in
def keep(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Keep an offer, or keep it no more."""
    gone = "back" in request.POST
    keep_offer(viewer=request.viewer, public_id=public_id, keep=not gone)
    messages.success(
        request, _("Ce bon n’est plus gardé.") if gone else _("C’est gardé dans vos bons, pour vous seul.")
    )
    return redirect("promotion", public_id)


@require_safe
@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    """List the offers that one keeps and that still hold."""
    kept = [(offer, sign_of(offer), days_of(offer)) for offer in kept_offers(request.viewer)]
    return render(request, "directory/vouchers.html", {"kept": kept})


@require_safe
@signed_in
def voucher(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show the voucher of an offer that one keeps: the same for whoever keeps it, with nothing of the person."""
    offer = kept_offers(request.viewer).filter(public_id=public_id).first()
    if offer is None:
        raise NotFound
    return render(request, "directory/voucher.html", {"offer": offer, "sign": sign_of(offer), "days": days_of(offer)})
