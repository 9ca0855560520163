"""What only someone who has just signed in may do: a browser left open does not take a person's data away."""

from __future__ import annotations

import time
from datetime import timedelta
from functools import wraps
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from scopes.access import View, signed_in
from scopes.people import Account

#: How long a sign-in is fresh.
FRESH = timedelta(minutes=10)
_SIGNED_IN_AT = "signed_in_at"


def remember_sign_in(*, request: HttpRequest, user: Account, **sent: object) -> None:
    """Note when someone signs in: the moment in the session, the day in the account (`scopes.rights.inactivity`).

    Called by Django's `user_logged_in`.
    """
    request.session[_SIGNED_IN_AT] = time.time()
    request.session.set_expiry(None)  # at the door it was short (`scopes.signing.proof`)
    Account.objects.filter(pk=user.pk).update(last_seen_on=timezone.localdate())


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person signed in within the last ten minutes; a clock set back makes no sign-in fresh."""
    at = request.session.get(_SIGNED_IN_AT)
    return at is not None and 0 <= time.time() - at < FRESH.total_seconds()


def fresh_sign_in(view: View) -> View:
    """Send a passer-by to sign in, and whoever signed in earlier to do so again; back here afterwards."""

    @signed_in
    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not is_fresh(request):
            return redirect(f"{reverse('sign-in-again')}?{urlencode({'next': request.path})}")
        return view(request, *args, **kwargs)

    return guarded
