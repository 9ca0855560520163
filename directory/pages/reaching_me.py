"""How notices reach me: by kind, on which browsers, and of whom I no longer receive what."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from directory.models import Notice, Poll, SenderMute
from directory.notice_kinds import Means, NoticeKind
from directory.notices import over_in_words
from directory.reaching import (
    choices_of,
    choose,
    choose_from,
    concerned_by,
    hear_again,
    sender_of,
    silence,
    silenceable,
    silenced_by,
    stop_by,
)
from geo.errors import InvalidParameter
from scopes import vapid
from scopes.access import signed_in
from scopes.homes import handle_of
from scopes.models import Account, Organisation, PushSubscription
from scopes.pushing import own_browser, remember_own_browser, subscribe, unsubscribe

_form = require_http_methods(["GET", "HEAD", "POST"])


@_form
@signed_in
def reaching_me(request: HttpRequest) -> HttpResponse:
    """Show and choose how each kind of notice reaches the viewer, the browsers, and what is silenced."""
    if request.method == "POST":
        try:
            choose(account_id=request.viewer.account_id, choices=request.POST.dict())
        except InvalidParameter as error:
            return _page(request, problem=str(error), status=400)
        messages.success(request, _("C’est noté."))
        return redirect("reaching-me")
    return _page(request)


@require_POST
@signed_in
def add_browser(request: HttpRequest) -> HttpResponse:
    """Push to this browser from now on."""
    given = {name: request.POST.get(name, "") for name in ("endpoint", "p256dh", "auth")}
    try:
        own = subscribe(account=Account.objects.get(pk=request.viewer.account_id), **given)
    except InvalidParameter as error:
        return _page(request, problem=str(error), status=400)
    messages.success(request, _("Cet appareil vous préviendra."))
    response = redirect("reaching-me")
    remember_own_browser(response, own)
    return response


@require_POST
@signed_in
def remove_browser(request: HttpRequest, handle: UUID) -> HttpResponse:
    """Push to one browser no more."""
    unsubscribe(account_id=request.viewer.account_id, handle=handle)
    messages.success(request, _("C’est fait : cet appareil ne vous préviendra plus."))
    return redirect("reaching-me")


@_form
@signed_in
def sender_kinds(request: HttpRequest, handle: UUID) -> HttpResponse:
    """Choose what is received of one organisation that may write to one of the viewer's homes."""
    sender, home = sender_of(viewer=request.viewer, mandate=handle)
    if request.method == "POST":
        choose_from(viewer=request.viewer, organisation=sender, heard=request.POST.getlist("heard"))
        messages.success(request, _("C’est noté. L’organisme n’en saura rien."))
        return redirect("sender-kinds", handle)
    silenced = silenced_by(request.viewer)
    kinds = [(one, (sender.pk, one.code) not in silenced) for one in silenceable()]
    return render(request, "directory/sender_kinds.html", {"sender": sender, "home": home.handle, "kinds": kinds})


@require_POST
@signed_in
def silence_like(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Receive no more notices like this one of its sender; where none can be seen, the same words and nothing done."""
    for model in (Notice, Poll):
        visible = model.objects.live().visible_to(request.viewer).filter(public_id=public_id, mailing__isnull=False)
        if found := visible.select_related("mailing__mandate").first():
            silence(viewer=request.viewer, mailing=found.mailing)
    messages.success(request, _("C’est fait. L’organisme n’en saura rien."))
    return redirect("reaching-me")


@require_POST
@signed_in
def hear(request: HttpRequest, handle: UUID, code: str) -> HttpResponse:
    """Receive again what was silenced; for what was not, nothing changes."""
    if sender := Organisation.objects.filter(handle=handle).first():
        hear_again(viewer=request.viewer, organisation=sender, template=code)
    return redirect("reaching-me")


@require_safe
@signed_in
def received(request: HttpRequest, handle: UUID) -> HttpResponse:
    """Lead from a mail or a push, which are the same for all, to the reader's own notice or poll."""
    for model, page in ((Notice, "notice"), (Poll, "poll")):
        visible = model.objects.live().visible_to(request.viewer).filter(mailing__handle=handle)
        if own := visible.order_by("pk").values_list("public_id", flat=True).first():
            return redirect(page, own)
    # Whoever could read it is told that it is over; to everyone else there never was anything here.
    for model in (Notice, Poll):
        over = model.objects.over().visible_to(request.viewer).filter(mailing__handle=handle)
        if own := over.select_related("mailing__mandate__organisation", "municipality").order_by("pk").first():
            return render(request, "directory/notice_over.html", over_in_words(own))
    raise Http404


@csrf_exempt  # asked by the program that shows the mail (RFC 8058), which has no cookie of ours
@_form
def stop_mail(request: HttpRequest, token: str) -> HttpResponse:
    """Send no more mail of this kind to whoever got the mail; an unknown token is answered alike."""
    if request.method == "POST":
        stop_by(token)
    response = render(request, "directory/stop_mail.html", {"done": request.method == "POST"})
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "private, no-store"
    return response


def _page(request: HttpRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    account_id = request.viewer.account_id
    own = own_browser(request)
    browsers = PushSubscription.objects.filter(account=account_id).order_by("added_at")
    titles = {one.code: one.title for one in silenceable()}
    mutes = SenderMute.objects.filter(account=account_id).select_related("organisation").order_by("-since")
    home = request.viewer.home
    concerned = concerned_by(request.user)
    context = {
        "home": home and handle_of(home),
        "problem": problem,
        "kinds": [
            {"kind": kind, "means": means, "offered": [(one, _in_short(one)) for one in kind.choices_offered]}
            for kind, means in choices_of(account_id).items()
            if kind in concerned
        ],
        "browsers": [(one, str(one.handle) == own) for one in browsers],
        "vapid": vapid.public_key(),
        "silenced": [(one, titles[one.template]) for one in mutes if one.template in titles],
        "has_mail": bool(request.user.email),
        "urgent": NoticeKind.URGENT,
    }
    return render(request, "directory/reaching_me.html", context, status=status)


def _in_short(means: Means) -> str:
    return {
        Means.PUSH: _("notification, sinon e-mail"),
        Means.MAIL: _("e-mail"),
        Means.PAGE: _("sur le site seulement"),
    }[means]
