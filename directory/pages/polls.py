"""A poll: asked in three actions, voted in by one, read when it is over."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from directory import polling
from directory.models import Poll
from directory.pages.conversation import space_of
from directory.pages.decisions import instead_of
from directory.pages.inviting import invite
from directory.poll_forms import PollForm
from directory.polls import RELATED, shown
from directory.reach_in_words import circles_of
from directory.reaching import what_is_silenced
from directory.shown import readers
from geo.errors import InvalidParameter
from scopes.access import signed_in
from scopes.models import Level
from scopes.moments import today_at
from scopes.viewer import Home

#: What is proposed first.
A_WEEK = timedelta(days=7)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def ask(request: HttpRequest) -> HttpResponse:
    """Take a new poll; who has no proved home is told how to have one."""
    home = request.viewer.home
    if home is None:
        return invite(request, _("Sondage"))
    usual = Level.RESIDENCE if home.lives_there else Level.NEIGHBOURHOOD
    asked = request.GET.get("level", "")
    initial = {
        "level": asked if asked in dict(Level.circles()) else usual,
        "ends_on": (today_at(polling.clock_of(home)) + A_WEEK).isoformat(),
    }
    form = PollForm(request.POST if request.method == "POST" else None, home=home, initial=initial)
    poll = _asked(form, home) if form.is_bound and form.is_valid() else None
    if poll:
        messages.success(request, _("C’est envoyé : %(readers)s.") % {"readers": readers(poll)})
        return redirect("poll", poll.public_id)
    circles = [circle for circle in circles_of(home) if circle.level != Level.CATCHMENT]
    context = {"form": form, "circles": circles}
    return render(request, "directory/poll_form.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def poll(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Answer a poll that the viewer may see, and take a vote; absent and forbidden answer alike."""
    visible = Poll.objects.live().visible_to(request.viewer).filter(public_id=public_id)
    found = visible.select_related(*RELATED).first()
    if found is None:
        return instead_of(request, public_id)
    wrong = _voted(request, found) if request.method == "POST" else ""
    if request.method == "POST" and not wrong:
        messages.success(request, _("Votre foyer a voté. Vous pouvez changer jusqu’à la fin."))
        return redirect("poll", public_id)
    context = {
        "poll": shown(found, request.viewer),
        "space": space_of(found.level, request.viewer),
        "wrong": wrong,
        "silence": what_is_silenced(request.viewer, found.mailing) if found.mailing else "",
    }
    response = render(request, "directory/poll.html", context, status=400 if wrong else 200)
    response["X-Robots-Tag"] = "noindex"
    return response


@require_POST
def take_back(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take the household's vote back."""
    polling.take_vote_back(viewer=request.viewer, public_id=public_id)
    messages.success(request, _("Le vote de votre foyer est retiré."))
    return redirect("poll", public_id)


@require_POST
def withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take one's poll back."""
    withdrawn = polling.withdraw(viewer=request.viewer, public_id=public_id)
    messages.success(request, _("« %(title)s » est retiré.") % {"title": withdrawn.title})
    return redirect(space_of(withdrawn.level, request.viewer)[0])


def _asked(form: PollForm, home: Home) -> Poll | None:
    try:
        return polling.ask_all(home=home, **form.columns)
    except InvalidParameter as error:
        form.refuse(error.parameter, str(error))
        return None


def _voted(request: HttpRequest, poll: Poll) -> str:
    """Take the vote; return what is wrong with it, if anything."""
    place = request.POST.get("choice", "")
    try:
        number = int(place) if place.isascii() and place.isdigit() and len(place) < 3 else -1
        polling.vote(viewer=request.viewer, public_id=poll.public_id, choice=number)
    except InvalidParameter as error:
        return str(error)
    return ""
