"""One notice of an organisation, as those it was sent to read it; one to an area stands on the map beside."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from directory.ask_forms import NoticeAnswerForm
from directory.asking import answer_notice, home_answering
from directory.models import Notice
from directory.notices import shown, with_senders
from directory.pages.decisions import instead_of
from directory.reaching import what_is_silenced
from directory.reading import has_read, reading_home
from geo.errors import InvalidParameter
from maps.area_map import area_map
from maps.sources import credits_line
from scopes.access import signed_in
from scopes.homes import handle_of
from scopes.viewer import Viewer


@require_safe
def notice(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Answer a notice that the viewer may see; absent and forbidden answer alike."""
    found = _found(request, public_id)
    return instead_of(request, public_id) if found is None else _page(request, found, NoticeAnswerForm())


@require_POST
@signed_in
def answer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Answer the sender of a notice that invites to; any other notice is not there."""
    found = _found(request, public_id)
    if found is None or not found.mailing.answers_invited:
        raise Http404
    form = NoticeAnswerForm(request.POST)
    if form.is_valid():
        try:
            made = answer_notice(viewer=request.viewer, public_id=public_id, **form.cleaned_data)
        except InvalidParameter as error:
            form.add_error(error.parameter if error.parameter in form.fields else None, str(error))
        else:
            messages.success(request, _("Votre réponse est transmise."))
            return redirect("ask", made.public_id)
    return _page(request, found, form)


def _found(request: HttpRequest, public_id: UUID) -> Notice | None:
    visible = Notice.objects.live().visible_to(request.viewer).filter(public_id=public_id)
    return with_senders(visible).first()


def _page(request: HttpRequest, found: Notice, form: NoticeAnswerForm) -> HttpResponse:
    invited = found.mailing.answers_invited and home_answering(request.viewer, found) is not None
    home = reading_home(request.viewer, found)
    context = {
        "notice": shown(found),
        "silence": what_is_silenced(request.viewer, found.mailing),
        "invited": invited,
        "form": form,
        "may_read": home is not None,
        "was_read": home is not None and has_read(home, found),
        "own": _handle_of_home(request.viewer, found),
    }
    if found.mailing.area is not None:
        context["map"] = area_map(request, found.mailing.area)
        context["credits"] = credits_line()
    response = render(request, "maps/notice.html", context, status=400 if form.errors else 200)
    response["X-Robots-Tag"] = "noindex"
    return response


def _handle_of_home(viewer: Viewer, found: Notice) -> UUID | None:
    """Name the home that a notice came to, or the chosen one: who may write to it is one link away."""
    home = next((one for one in viewer.homes if one.residence_id == found.residence_id), viewer.home)
    return home and handle_of(home)
