"""One's own homes as pages need them: found by their handle, refused like what does not exist."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from geo.errors import InvalidParameter
from scopes.access import signed_in
from scopes.errors import Refused
from scopes.homes import Membership


def own_home(request: HttpRequest, handle: UUID) -> Membership:
    """Return the account's own home, asked for or entered; for any other there is nothing."""
    homes = Membership.objects.filter(account=request.viewer.account_id, ended_at__isnull=True, handle=handle)
    home = homes.select_related("residence__municipality", "account", "household").first()
    if home is None:
        raise Http404
    return home


def doing(page: str) -> Callable:
    """Make a view of a deed on one's home: it returns what to say, then `page` follows; a refusal is said there too."""

    def decorate(deed: Callable[[HttpRequest, Membership], str]) -> Callable[..., HttpResponse]:
        @require_POST
        @signed_in
        @wraps(deed)
        def view(request: HttpRequest, handle: UUID) -> HttpResponse:
            home = own_home(request, handle)
            try:
                said = deed(request, home)
            except (Refused, InvalidParameter) as error:
                messages.warning(request, str(error))
            else:
                messages.success(request, said)
            return redirect(page, *([handle] if page != "homes" else []))

        return view

    return decorate
