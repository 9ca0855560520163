"""Pages of the demonstration alone: becoming one of its people in one click, and reading their mail."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from config.demonstration.mailbox import latest_mails
from config.demonstration.personas import PERSONAS
from scopes.signing.second_factor import remember_shown


def demonstration(request: HttpRequest) -> dict[str, bool]:
    """Tell templates whether this is the demonstration."""
    return {"demonstration": settings.DEMO}


def in_the_demonstration(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer in the demonstration; anywhere else there is nothing at this address."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@in_the_demonstration
@never_cache
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Show who one can become."""
    return render(request, "demo/people.html", {"personas": [(persona, persona.account) for persona in PERSONAS]})


@in_the_demonstration
@never_cache
@require_POST
def become(request: HttpRequest, slug: str) -> HttpResponse:
    """Sign in as one of them, and go where the main job begins."""
    persona = next((persona for persona in PERSONAS if persona.slug == slug), None)
    account = persona and persona.account
    if account is None:
        raise Http404
    logout(request)
    login(request, account)
    remember_shown(request, account)  # nobody here has the telephone of an invented person
    return redirect(persona.start)


@in_the_demonstration
@never_cache
@require_safe
def mail(request: HttpRequest) -> HttpResponse:
    """Show the last mails: here nobody has a letterbox to look into."""
    return render(request, "demo/mail.html", {"mails": list(latest_mails())})
