"""Writing a post in three actions - what, how far, send - and changing it afterwards."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from directory import posting
from directory.forms import PostForm, WordsForm
from directory.models import Post
from directory.pages.conversation import space_of
from directory.pages.inviting import invite
from directory.reach_in_words import circles_of
from directory.shown import readers, shown
from geo.errors import InvalidParameter
from scopes.access import signed_in
from scopes.models import Level, Openness
from scopes.viewer import Home


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def publish(request: HttpRequest) -> HttpResponse:
    """Take a new post; who has no proved home is told how to have one."""
    home = request.viewer.home
    if home is None:
        return invite(request, _("Écrire un mot"))
    # Back from the map, what was filled in is there again, and not sent.
    filled = None if "edit" in request.POST else request.POST or None
    form = PostForm(
        filled, home=home, initial={"category": "word", "level": first_level(request, home)} | request.POST.dict()
    )
    posted = _posted(form, home) if form.is_bound and form.is_valid() else None
    if posted:
        messages.success(request, _("C’est envoyé : %(readers)s.") % {"readers": readers(posted)})
        return redirect("post", posted.public_id)
    context = {
        "form": form,
        "circles": circles_of(home),
    }
    return render(request, "directory/publish.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show one's post to change it, and change its words; no other post is there."""
    post = posting.own(request.viewer, public_id)
    form = WordsForm(request.POST or None, initial={"title": post.title, "text": post.description})
    if form.is_bound and form.is_valid() and _reworded(request, public_id, form):
        messages.success(request, _("C’est changé."))
        return redirect("post", public_id)
    context = {"form": form, "post": shown(post, request.viewer)}
    return render(request, "directory/change.html", context, status=400 if form.errors else 200)


@require_POST
def withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take one's post back."""
    withdrawn = posting.withdraw(viewer=request.viewer, public_id=public_id)
    messages.success(request, _("« %(title)s » est retiré.") % {"title": withdrawn.title})
    return redirect(space_of(withdrawn.level, request.viewer)[0])


@require_POST
def close_answers(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Close the answers under one's post, or take answers again."""
    closed = "reopen" not in request.POST
    posting.close_answers(viewer=request.viewer, public_id=public_id, closed=closed)
    messages.success(request, _("Les réponses sont fermées.") if closed else _("Les réponses sont ouvertes."))
    return redirect("post", public_id)


@require_POST
def open_to(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Open one's post to everyone, without a name, or keep it for the members again."""
    openness = Openness.MEMBERS if "keep" in request.POST else Openness.PUBLIC
    post = posting.open_to(viewer=request.viewer, public_id=public_id, openness=openness)
    messages.success(request, _("C’est changé : %(readers)s.") % {"readers": readers(post)})
    return redirect("post", public_id)


def first_level(request: HttpRequest, home: Home) -> str:
    """Where a form begins: with the circle that the reader comes from, or the narrowest."""
    usual = Level.RESIDENCE if home.lives_there else Level.NEIGHBOURHOOD
    asked = request.GET.get("level", "")
    return asked if asked in Level.values else usual


def _posted(form: PostForm, home: Home) -> Post | None:
    try:
        return posting.post(home=home, **form.columns)
    except InvalidParameter as error:
        form.add_error(error.parameter, str(error))
        return None


def _reworded(request: HttpRequest, public_id: UUID, form: WordsForm) -> bool:
    try:
        posting.reword(viewer=request.viewer, public_id=public_id, **form.cleaned_data)
    except InvalidParameter as error:
        form.add_error(error.parameter, str(error))
        return False
    return True
