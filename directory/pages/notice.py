"""One notice of an organisation, as those it was sent to read it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from directory.models import Notice
from directory.notices import shown
from directory.pages.decisions import instead_of


@require_safe
def notice(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Answer a notice that the viewer may see; absent and forbidden answer alike."""
    visible = Notice.objects.live().visible_to(request.viewer).filter(public_id=public_id)
    found = visible.select_related("mailing__mandate__organisation", "municipality").first()
    if found is None:
        return instead_of(request, public_id)
    response = render(request, "directory/notice.html", {"notice": shown(found)})
    response["X-Robots-Tag"] = "noindex"
    return response
