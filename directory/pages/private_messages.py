"""Conversations of one's own: listed, begun, read, answered, and silenced. For anyone else none of them exists."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from directory import conversing
from directory.agreements import agreements_in
from directory.appealing import own_residences
from directory.conversation_forms import ContactForm, MessageForm
from directory.conversations import conversations_of, related, thread
from directory.kinds import page_of
from directory.models import Conversation, Listing, Message, MessagePhoto
from directory.pages.photographs import as_photo
from directory.promise_forms import LendForm
from directory.promises import outcome_in
from directory.writing_to_authors import way_to_write
from geo.errors import InvalidParameter
from scopes.access import signed_in

_form = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@signed_in
def listed(request: HttpRequest) -> HttpResponse:
    """List the viewer's conversations, the latest first."""
    with own_residences(request.viewer):
        return render(request, "directory/conversations.html", {"conversations": conversations_of(request.viewer)})


@_form
def begin(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take a first message to the author of a listing; where the two write to each other already, lead there.

    For whoever may not write to its author, a passer-by too, there is nothing.
    """
    visible = Listing.objects.live().visible_to(request.viewer).select_related("author__account", "category")
    listing = visible.filter(public_id=public_id).first()
    way = way_to_write(request.viewer, listing) if listing else None
    if way is None:
        raise Http404
    if way.goes_on:
        return redirect(way.url)
    form = _message_form(request)
    written = _done(form, lambda: conversing.begin(viewer=request.viewer, public_id=public_id, **form.cleaned_data))
    if written:
        messages.success(request, _("Votre message est là."))
        return redirect("conversation", written.conversation.public_id)
    context = {"form": form, "way": way, "listing": listing, "page": page_of(listing)}
    return render(request, "directory/begin_conversation.html", context, status=400 if form.errors else 200)


@_form
@signed_in
def conversation(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show one conversation, which is read by that, and take a message."""
    form = _message_form(request)
    viewer = request.viewer
    written = _done(form, lambda: conversing.write(viewer=viewer, conversation=public_id, **form.cleaned_data))
    if written:
        return redirect(f"{request.path}#dernier")
    return conversation_page(request, public_id, form=form)


@_form
@signed_in
def show_contact(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show the other a contact of one's own."""
    if request.method != "POST":
        return redirect("conversation", public_id)
    form, viewer = ContactForm(request.POST), request.viewer
    shown = _done(form, lambda: conversing.show_contact(viewer=viewer, conversation=public_id, **form.cleaned_data))
    if shown:
        messages.success(request, _("C’est montré, à cette personne seulement. Vous pouvez le reprendre."))
        return redirect("conversation", public_id)
    return conversation_page(request, public_id, contact=form)


@require_POST
@signed_in
def withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take back what one wrote or showed."""
    withdrawn = conversing.withdraw(viewer=request.viewer, message=public_id)
    messages.success(request, _("C’est repris : il n’en reste rien ici."))
    with own_residences(request.viewer):
        return redirect("conversation", withdrawn.conversation.public_id)


@require_POST
@signed_in
def be_quiet(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Be told no more of one conversation, or again."""
    quiet = "again" not in request.POST
    conversing.be_quiet(viewer=request.viewer, conversation=public_id, quiet=quiet)
    messages.success(
        request, _("Rien ne vous en sera plus envoyé.") if quiet else _("Vous en serez de nouveau prévenu.")
    )
    return redirect("conversation", public_id)


@require_POST
@signed_in
def block(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Read the other no more."""
    muted = conversing.block(viewer=request.viewer, conversation=public_id)
    messages.success(request, _("C’est fait. L’autre n’en saura rien."))
    return redirect("discretion") if muted else redirect("conversation", public_id)


@require_safe
def photo(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Answer a photo to the two who read its message."""
    with own_residences(request.viewer):
        read = MessagePhoto.objects.filter(message__in=Message.objects.standing().of(request.viewer).order_by())
        content = read.filter(public_id=public_id).values_list("content", flat=True).first()
    if content is None:
        raise Http404
    return as_photo(bytes(content))


def _message_form(request: HttpRequest) -> MessageForm:
    return MessageForm(*((request.POST, request.FILES) if request.method == "POST" else ()))


def conversation_page(
    request: HttpRequest,
    public_id: UUID,
    *,
    form: MessageForm | None = None,
    contact: ContactForm | None = None,
    lend: LendForm | None = None,
) -> HttpResponse:
    """Show a conversation of the viewer's, with what was filled in and is wrong; for anyone else it is not there."""
    with own_residences(request.viewer):
        found = related(Conversation.objects.of(request.viewer)).filter(public_id=public_id).first()
        if found is None:
            raise Http404
        if request.method != "HEAD":
            conversing.have_read(viewer=request.viewer, conversation=found)
        context = {
            "thread": thread(found, request.viewer, whole="tout" in request.GET),
            "form": form or MessageForm(),
            "contact": contact or ContactForm(),
            "agreements": agreements_in(found, request.viewer),
            "outcome": outcome_in(found, request.viewer, form=lend),
        }
        refused = any(filled and filled.errors for filled in (form, contact, lend))
        return render(request, "directory/thread.html", context, status=400 if refused else 200)


def _done(form: Form, deed):
    """Do what was filled in; what the deed finds wrong stands at its field."""
    if not form.is_bound or not form.is_valid():
        return None
    try:
        return deed()
    except InvalidParameter as error:
        form.add_error(error.parameter, str(error))
        return None
