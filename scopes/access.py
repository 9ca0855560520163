"""Who may open a page: a passer-by is asked to sign in; what is not one's own does not exist."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from scopes.signing import second_factor as factor

#: Key of the session under which the page lies that asked for a second factor.
AFTERWARDS = "after_second_factor"

View = Callable[..., HttpResponse]


def signed_in(view: View) -> View:
    """Send a passer-by to sign in, and back here afterwards."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.viewer.account_id is None:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return guarded


def second_factor(view: View) -> View:
    """Answer those who showed a second factor since signing in; have the others set one up, or show it."""

    @signed_in
    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if factor.was_shown(request):
            return view(request, *args, **kwargs)
        request.session[AFTERWARDS] = request.path
        if is_mfa_enabled(request.user):
            return redirect_to_login(request.get_full_path(), "mfa_reauthenticate")
        return redirect("mfa_index")

    return guarded


def staff_only(view: View) -> View:
    """Answer those who run the site and showed a second factor; for everyone else the page does not exist."""
    behind_two = second_factor(view)

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.viewer.account_id is None or not request.user.is_staff:
            raise Http404
        return behind_two(request, *args, **kwargs)

    return guarded
