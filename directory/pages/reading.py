"""The button "J'ai lu" under a notice, which takes it back too."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from directory.reading import say_read
from scopes.access import signed_in


@require_POST
@signed_in
def read(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Note that one's home read a notice, or take that back."""
    taken_back = "back" in request.POST
    say_read(viewer=request.viewer, public_id=public_id, read=not taken_back)
    messages.success(request, _("C’est retiré.") if taken_back else _("C’est noté pour votre foyer, sans votre nom."))
    return redirect("notice", public_id)
