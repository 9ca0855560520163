"""Publishing in three actions: what, how far, send."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from directory import exchanging, keeping_drafts
from directory.exchange_forms import Composer, as_filled
from directory.kinds import KINDS, ExchangeKind
from directory.models import Exchange
from directory.pages.conversation import space_of
from directory.pages.inviting import invite
from directory.pages.writing import first_level
from directory.reach_in_words import CircleInWords, by_itself, circles_of
from directory.recommendable import recommendable
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
    context = {
        "kinds": [kind for kind in KINDS.values() if kind.may_say(home)],
        "level": level,
        "space": space_of(level, request.viewer),
    }
    return render(request, "directory/choose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def share(request: HttpRequest, slug: str) -> HttpResponse:
    """Take something to share, of one kind, or keep it for later."""
    kind = next((one for one in KINDS.values() if one.slug == slug), None)
    if kind is None:
        raise Http404
    home = request.viewer.home
    if home is None:
        return invite(request, str(kind.name))
    # Back from the map, looking for a place, or kept for later, what was filled in is not sent.
    is_sent = request.method == "POST" and not {"edit", "look", "keep"} & request.POST.keys()
    initial = {"level": first_level(request, home)} | _subject(request) | _ride(request)
    initial |= as_filled(kind, request.POST) | {"near": home.point}
    data = (request.POST, request.FILES) if is_sent else ()
    composer = Composer(kind, *data, home=home, initial=initial)
    if "keep" in request.POST:
        return _kept(request, composer)
    shared = _shared(composer, home) if is_sent and composer.is_valid() else None
    if shared is None:
        return _page(request, composer, draft=request.POST.get("draft", ""))
    if draft := _draft(request):
        keeping_drafts.drafts_of(request.user).filter(public_id=draft).delete()
    messages.success(request, _("C’est envoyé : %(readers)s.") % {"readers": readers(shared)})
    return redirect("exchange", shared.public_id)


@require_safe
@signed_in
def resume(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Go on with what one kept for later."""
    draft = keeping_drafts.own_draft(request.user, public_id)
    kind, home = KINDS.get(draft.kind), request.viewer.home
    if kind is None:
        raise Http404
    if home is None:
        return invite(request, str(kind.name))
    initial = {"level": first_level(request, home)} | draft.filled | {"near": home.point}
    composer = Composer(kind, home=home, initial=initial)
    return _page(request, composer, draft=str(public_id))


@require_POST
@signed_in
def throw_away(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Throw away what one kept for later."""
    keeping_drafts.throw_away(account=request.user, draft=public_id)
    messages.success(request, _("Le brouillon est jeté."))
    return redirect("my-words")


def _subject(request: HttpRequest) -> dict[str, str]:
    """What is recommended, where one comes from its page."""
    try:
        subject = recommendable(UUID(request.GET.get("subject", "")))
    except ValueError:
        return {}
    if subject is None:
        return {}
    return {"subject": str(subject.public_id), "title": subject.title, "category": f"recommended_{subject.kind}"}


def _ride(request: HttpRequest) -> dict[str, str]:
    """The ride that was looked for, where one comes from that search."""
    return {
        name: request.GET[name] for name in ("direction", "start", "end", "day", "departure") if name in request.GET
    }


def _page(request: HttpRequest, composer: Composer, *, draft: str) -> HttpResponse:
    context = {
        "kind": composer.kind,
        "own": composer.own,
        "form": composer.words,
        "fields": composer.fields_template,
        "draft": draft,
        "circles": _circles(composer.kind, request.viewer.home),
    }
    return render(request, "directory/share.html", context, status=400 if composer.is_wrong else 200)


def _circles(kind: ExchangeKind, home: Home) -> list[CircleInWords]:
    """How far something of a kind may go; what may be a request, by itself too."""
    circles = [circle for circle in circles_of(home) if circle.level in kind.levels]
    return [*circles, by_itself()] if kind.is_request else circles


def _kept(request: HttpRequest, composer: Composer) -> HttpResponse:
    filled = composer.filled(request.POST)
    try:
        keeping_drafts.keep(account=request.user, kind=composer.kind.kind, filled=filled, draft=_draft(request))
    except InvalidParameter as error:
        composer = Composer(composer.kind, request.POST, home=request.viewer.home)
        composer.refuse(error.parameter, str(error))
        return _page(request, composer, draft=request.POST.get("draft", ""))
    messages.success(request, _("C’est gardé dans « Mes mots ». Une photo serait à choisir de nouveau."))
    return redirect("my-words")


def _draft(request: HttpRequest) -> UUID | None:
    """The draft that a form goes on with, if any."""
    try:
        return UUID(request.POST.get("draft", ""))
    except ValueError:
        return None


def _shared(composer: Composer, home: Home) -> Exchange | None:
    try:
        return exchanging.share(home=home, kind=composer.kind, **composer.columns)
    except InvalidParameter as error:
        composer.refuse(error.parameter, str(error))
        return None
