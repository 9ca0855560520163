"""What an organisation was asked: its list, one request, the answer; and the photos, for whoever may see them."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from directory import handling_asks
from directory.ask_forms import ReplyForm
from directory.asks import RELATED, shown, shown_together
from directory.handling_asks import asks_to, opened_for
from directory.models import AskPhoto
from directory.pages.photographs import as_photo
from directory.reading_asks import acting_in, first_read
from geo.errors import InvalidParameter
from scopes.access import second_factor
from scopes.organisations.proposing import acting_for

MOST_SHOWN = 50


@require_safe
@second_factor
def asked_list(request: HttpRequest) -> HttpResponse:
    """Show what was asked of one's organisations: what waits first, then the latest."""
    with opened_for(request.user):
        asked = asks_to(request.user).select_related(*RELATED)
        waiting = asked.filter(answered_at=None, closed_at=None).order_by("made_at", "pk")[:MOST_SHOWN]
        others = asked.exclude(answered_at=None, closed_at=None)[:MOST_SHOWN]
        context = {
            "waiting": shown_together(waiting, to_organisation=True),
            "others": shown_together(others, to_organisation=True),
            "acts": bool(acting_for(request.user)),
        }
        return render(request, "directory/asked_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@second_factor
def asked(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show one request to one's organisation, and take the answer; any other is not there."""
    form = ReplyForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and _replied(request, public_id, form):
        messages.success(request, _("Votre réponse est transmise."))
        return redirect("asked", public_id)
    with opened_for(request.user):
        found = asks_to(request.user).select_related(*RELATED).filter(public_id=public_id).first()
        if found is None:
            raise Http404
        context = {"ask": shown(found, to_organisation=True), "form": form}
        return render(request, "directory/asked.html", context, status=400 if form.errors else 200)


@require_POST
@second_factor
def close(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Close one request."""
    handling_asks.close(account=request.user, public_id=public_id)
    messages.success(request, _("C’est clos. La personne le sait."))
    return redirect("asks")


@require_safe
def photo(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Answer a photo to who asked, to the organisation, and to who may see the word it was said with."""
    content = first_read(
        request.viewer,
        acting_in(request),
        lambda asks: _content(AskPhoto.objects.filter(public_id=public_id, ask__in=asks)),
    )
    if content is None:
        raise Http404
    return as_photo(content)


def _content(photos) -> bytes | None:
    content = photos.values_list("content", flat=True).first()
    return None if content is None else bytes(content)


def _replied(request: HttpRequest, public_id: UUID, form: ReplyForm) -> bool:
    try:
        handling_asks.reply(account=request.user, public_id=public_id, **form.cleaned_data)
    except InvalidParameter as error:
        form.add_error(error.parameter, str(error))
        return False
    return True
