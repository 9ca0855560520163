"""What I follow: how each is told, paused for a while, ended in one click."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from directory.digests import heading_of, path_of
from directory.follow_forms import HowForm
from directory.follow_models import Follow
from directory.follows import change, pause, unfollow
from geo.errors import InvalidParameter
from scopes.access import signed_in


@require_safe
@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    """Show what the viewer follows."""
    return _page(request)


@require_POST
@signed_in
def change_how(request: HttpRequest, handle: UUID) -> HttpResponse:
    """Change how one is told; what was paused goes on."""
    form = HowForm(request.POST, account=request.user)
    if not form.is_valid():
        return _page(request, wrong=form, wrong_handle=handle)
    try:
        change(viewer=request.viewer, handle=handle, **form.cleaned_data)
    except InvalidParameter as error:
        form.add_error(error.parameter, str(error))
        return _page(request, wrong=form, wrong_handle=handle)
    messages.success(request, _("C’est noté."))
    return redirect("follows")


@require_POST
@signed_in
def hold(request: HttpRequest, handle: UUID) -> HttpResponse:
    """Pause one, or be told of it again."""
    held = pause(viewer=request.viewer, handle=handle, paused=request.POST.get("again") != "1")
    messages.success(request, _("C’est en pause.") if held.paused_at else _("Ça reprend."))
    return redirect("follows")


@require_POST
@signed_in
def end(request: HttpRequest, handle: UUID) -> HttpResponse:
    """Follow it no more; for what is not the viewer's, the same words and nothing done."""
    unfollow(viewer=request.viewer, handle=handle)
    messages.success(request, _("C’est fini : vous ne suivez plus cela."))
    return redirect("follows")


def _page(request: HttpRequest, *, wrong: HowForm | None = None, wrong_handle: UUID | None = None) -> HttpResponse:
    followed = Follow.objects.filter(account=request.viewer.account_id)
    followed = followed.select_related("municipality", "neighbourhood__municipality")
    rows = [
        {
            "follow": one,
            "heading": heading_of(one),
            "path": path_of(one),
            "how": wrong if wrong and one.handle == wrong_handle else _how(request, one),
            "is_wrong": one.handle == wrong_handle,
        }
        for one in followed
    ]
    return render(request, "directory/follows.html", {"rows": rows}, status=400 if wrong else 200)


def _how(request: HttpRequest, one: Follow) -> HowForm:
    how = {"rhythm": one.rhythm, "hour": one.hour, "means": one.means}
    return HowForm(initial=how, account=request.user, prefix=None, auto_id=f"{one.handle}-%s")
