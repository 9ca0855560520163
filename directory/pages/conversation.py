"""One post with its answers, and what is done under it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from directory import answering
from directory.appealing import hidden_under
from directory.asks import of_post
from directory.audience import is_member
from directory.forms import AnswerForm
from directory.models import Post
from directory.pages.decisions import instead_of
from directory.shown import answers_under, shown
from directory.writing_to_authors import way_to_write
from geo.errors import InvalidParameter
from scopes.models import Level
from scopes.viewer import Viewer


@require_http_methods(["GET", "HEAD", "POST"])
def post(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Answer a post that the viewer may see, and take an answer to it; absent and forbidden answer alike."""
    found = _found(request, public_id)
    if found is None:
        return instead_of(request, public_id)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and _answered(request, found, form):
        messages.success(request, _("Votre réponse est là."))
        return redirect("post", public_id)
    member = is_member(request.viewer, found)
    context = {
        "post": shown(found, request.viewer),
        "asked": of_post(found),
        "answers": answers_under(found, request.viewer),
        "hidden_answers": hidden_under(found, request.viewer),
        "is_member": member,
        "way_to_write": way_to_write(request.viewer, found),
        "space": space_of(found.level, request.viewer),
        "can_answer": request.viewer.home is not None and found.answers_closed_at is None,
        "form": form,
    }
    response = render(request, "directory/post.html", context, status=400 if form.errors else 200)
    # Whatever a person wrote stays out of search engines, opened to everyone or not (privacy.md, 3.6).
    response["X-Robots-Tag"] = "noindex"
    return response


@require_POST
def withdraw_answer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take one's answer back."""
    withdrawn = answering.withdraw(viewer=request.viewer, public_id=public_id)
    messages.success(request, _("Votre réponse est retirée."))
    return redirect("post", withdrawn.listing.public_id)


def _found(request: HttpRequest, public_id: UUID) -> Post | None:
    visible = Post.objects.live().visible_to(request.viewer).filter(public_id=public_id)
    return visible.select_related("author__account", "category", "municipality").first()


def space_of(level: str, viewer: Viewer) -> tuple[str, str]:
    """Name the route and the title of the space of a circle; search, for who has none."""
    if viewer.home is None:
        return "home", _("Chercher autour d’un lieu")
    return {
        Level.RESIDENCE: ("residence", _("Mon immeuble")),
        Level.MUNICIPALITY: ("town", _("Ma ville")),
    }.get(level, ("quarter", _("Mon quartier")))


def _answered(request: HttpRequest, post: Post, form: AnswerForm) -> bool:
    try:
        answering.answer(viewer=request.viewer, public_id=post.public_id, **form.cleaned_data)
    except InvalidParameter as error:
        form.add_error(error.parameter, str(error))
        return False
    return True
