"""What becomes of what neighbours share: promised, lent, returned, done. For anyone else none of it exists."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from directory import promising
from directory.appealing import own_residences
from directory.models import Promise
from directory.pages.private_messages import conversation_page
from directory.promise_forms import LendForm
from geo.errors import InvalidParameter
from scopes.access import signed_in


@require_POST
@signed_in
def promise(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Promise or lend what a conversation is about to the other."""
    form = LendForm(request.POST)
    until = form.cleaned_data.get("until") if form.is_valid() else None
    try:
        made = promising.promise(viewer=request.viewer, conversation=public_id, until=until)
    except InvalidParameter as error:
        if not form.errors:
            form.add_error("until", str(error))
        return conversation_page(request, public_id, lend=form)
    messages.success(request, _("C’est noté : c’est prêté.") if made.until else _("C’est noté : c’est promis."))
    return redirect("conversation", public_id)


@require_POST
@signed_in
def end(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say that what one lent is returned, or take a promise back."""
    ended = promising.end(viewer=request.viewer, public_id=public_id)
    messages.success(request, _("C’est noté : c’est rendu.") if ended.until else _("Votre promesse est reprise."))
    return _back(request, ended)


@require_POST
@signed_in
def say_returned(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say that one returned what one borrowed."""
    returned = promising.say_returned(viewer=request.viewer, public_id=public_id)
    messages.success(request, _("C’est noté. La personne qui vous l’a prêté doit encore le confirmer."))
    return _back(request, returned)


@require_POST
@signed_in
def finish(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say that something is done."""
    with own_residences(request.viewer):
        done = promising.finish(viewer=request.viewer, public_id=public_id)
    messages.success(request, _("« %(title)s » : c’est fait.") % {"title": done.title})
    return redirect("my-words")


def _back(request: HttpRequest, promised: Promise) -> HttpResponse:
    """Lead back to the conversation; to one's own words where one no longer reads the other."""
    talk = promised.conversation
    if {talk.asker_id, talk.author_id} & set(request.viewer.muted_ids):
        return redirect("my-words")
    return redirect("conversation", talk.public_id)
