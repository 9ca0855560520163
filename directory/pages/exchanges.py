"""What its author does with something that is shared: change it, open it, renew it, take it back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from directory import exchanging
from directory.exchange_forms import Composer
from directory.models import Listing, ListingPhoto
from directory.own_exchanges import exchanges_of, own_exchange
from directory.pages.conversation import space_of
from directory.pages.photographs import as_photo
from directory.shown import readers, shown_exchange
from geo.errors import InvalidParameter
from scopes.models import Openness


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show what one shares to change it, and change it; nobody else's is there."""
    exchange = own_exchange(request.viewer, public_id)
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    composer = Composer.of(exchange, *data)
    if data and composer.is_valid() and _changed(request, public_id, composer):
        messages.success(request, _("C’est changé."))
        return redirect("exchange", public_id)
    context = {
        "own": composer.own,
        "form": composer.words,
        "fields": composer.fields_template,
        "exchange": shown_exchange(exchange, request.viewer),
    }
    return render(request, "directory/exchange_change.html", context, status=400 if composer.is_wrong else 200)


@require_safe
def photo(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Answer a photo to who may see what it is of."""
    return as_photo(bytes(_photo(request, public_id).content))


@require_safe
def small_photo(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Answer the same photo in small."""
    return as_photo(bytes(_photo(request, public_id).small))


def _photo(request: HttpRequest, public_id: UUID) -> ListingPhoto:
    seen = ListingPhoto.objects.filter(listing__in=Listing.objects.live().visible_to(request.viewer))
    own = ListingPhoto.objects.filter(listing__in=exchanges_of(request.viewer))
    found = seen.filter(public_id=public_id).first() or own.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


@require_POST
def open_to(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Open what one shares to everyone, without a name, or keep it for the members again."""
    openness = Openness.MEMBERS if "keep" in request.POST else Openness.PUBLIC
    exchange = exchanging.open_to(viewer=request.viewer, public_id=public_id, openness=openness)
    messages.success(request, _("C’est changé : %(readers)s.") % {"readers": readers(exchange)})
    return redirect("exchange", public_id)


@require_POST
def renew(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show it for as long again."""
    exchange = exchanging.renew(viewer=request.viewer, public_id=public_id)
    until = shown_exchange(exchange, request.viewer).until
    messages.success(request, _("C’est prolongé jusqu’au %(day)s.") % {"day": until})
    return redirect("exchange", public_id)


@require_POST
def withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take it back."""
    withdrawn = exchanging.withdraw(viewer=request.viewer, public_id=public_id)
    messages.success(request, _("« %(title)s » est retiré.") % {"title": withdrawn.title})
    return redirect(space_of(withdrawn.level, request.viewer)[0])


def _changed(request: HttpRequest, public_id: UUID, composer: Composer) -> bool:
    try:
        without = request.POST.getlist("without")
        exchanging.edit(viewer=request.viewer, public_id=public_id, without=without, **composer.columns)
    except InvalidParameter as error:
        composer.refuse(error.parameter, str(error))
        return False
    return True
