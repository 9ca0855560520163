"""Whom one no longer reads, and who may write: said once, quietly, and changed at any time."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from directory.seeing import author_shown
from scopes.access import signed_in
from scopes.models import Alias, Level, Mute
from scopes.muting import mute as stop_reading
from scopes.muting import read_again as start_reading
from scopes.writing_to import choose_who_writes


@require_POST
@signed_in
def mute(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Stop reading who said this; where no name is shown, or nothing is, the same words and nothing done."""
    author = author_shown(request.viewer, public_id)
    if author is not None and author.pk not in request.viewer.alias_ids:
        stop_reading(viewer=request.viewer, alias=author)
    messages.success(request, _("C’est fait. L’autre n’en saura rien."))
    return redirect("discretion")


@require_safe
@signed_in
def discretion(request: HttpRequest) -> HttpResponse:
    """List whom the viewer no longer reads, and who may write to each home."""
    muted = Mute.objects.filter(account=request.viewer.account_id).select_related("muted__account").order_by("-since")
    homes = [home.alias_id for home in request.viewer.homes]
    context = {
        "muted": muted,
        "aliases": [Alias.objects.get(pk=alias_id) for alias_id in homes],
        "choices": {
            "": _("personne"),
            Level.RESIDENCE: _("mon immeuble"),
            Level.NEIGHBOURHOOD: _("mon quartier"),
            Level.MUNICIPALITY: _("toutes les personnes à qui je m’adresse"),
        },
    }
    return render(request, "directory/discretion.html", context)


@require_POST
@signed_in
def read_again(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Read someone again."""
    start_reading(viewer=request.viewer, public_id=public_id)
    return redirect("discretion")


@require_POST
@signed_in
def who_writes(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Choose who may write to one home."""
    choose_who_writes(viewer=request.viewer, public_id=public_id, level=request.POST.get("level", ""))
    messages.success(request, _("C’est noté."))
    return redirect("discretion")
