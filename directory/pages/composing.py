"""Publishing in three actions: what, how far, send."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from directory import exchanging
from directory.exchange_forms import Composer
from directory.kinds import KINDS
from directory.models import Exchange
from directory.pages.conversation import space_of
from directory.pages.inviting import invite
from directory.pages.writing import first_level
from directory.reach_in_words import circles_of
from directory.shown import readers
from geo.errors import InvalidParameter
from scopes.access import signed_in
from scopes.viewer import Home


@require_safe
@signed_in
def choose(request: HttpRequest) -> HttpResponse:
    """Ask what is to be said: a word, a poll, or something to share."""
    home = request.viewer.home
    if home is None:
        return invite(request, _("Publier"))
    level = first_level(request, home)
    context = {"kinds": KINDS.values(), "level": level, "space": space_of(level, request.viewer)}
    return render(request, "directory/choose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def share(request: HttpRequest, slug: str) -> HttpResponse:
    """Take something to share, of one kind."""
    kind = next((one for one in KINDS.values() if one.slug == slug), None)
    if kind is None:
        raise Http404
    home = request.viewer.home
    if home is None:
        return invite(request, str(kind.name))
    # Back from the map, what was filled in is there again, and not sent.
    filled = None if "edit" in request.POST else request.POST or None
    composer = Composer(kind, filled, home=home, initial={"level": first_level(request, home)} | request.POST.dict())
    shared = _shared(composer, home) if filled and composer.is_valid() else None
    if shared:
        messages.success(request, _("C’est envoyé : %(readers)s.") % {"readers": readers(shared)})
        return redirect("exchange", shared.public_id)
    context = {
        "kind": kind,
        "own": composer.own,
        "form": composer.words,
        "circles": [circle for circle in circles_of(home) if circle.level in kind.levels],
        "space": space_of(composer.words["level"].value(), request.viewer),
    }
    return render(request, "directory/share.html", context, status=400 if composer.is_wrong else 200)


def _shared(composer: Composer, home: Home) -> Exchange | None:
    try:
        return exchanging.share(home=home, kind=composer.kind, **composer.columns)
    except InvalidParameter as error:
        composer.refuse(error.parameter, str(error))
        return None
