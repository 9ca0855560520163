"""The three spaces of a home: the residence, the quarter, the town; each a pile of what is addressed there."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from directory.feeds import feed
from directory.kinds import KINDS
from directory.models import Kind
from directory.notices import notices_of
from directory.pages.inviting import FOR, invite
from directory.polls import polls_of
from directory.shown import shown_together
from geo.front_doors import name_of
from geo.models import Municipality, Neighbourhood, Residence
from scopes.homes import handle_of
from scopes.models import Level
from scopes.powers import confirmed
from scopes.proofs.confirmation import ACTING
from scopes.residents import listed_in, newcomers_in
from scopes.viewer import Home


@require_safe
def residence(request: HttpRequest) -> HttpResponse:
    """Answer the private space of the chosen home: who lives here, who has just come, and what was said."""
    home = request.viewer.home
    if home is None:
        return _invitation(request, Level.RESIDENCE)
    if not home.lives_there:
        return render(request, "directory/absent_owner.html", {"notices": notices_of(request.viewer, home)})
    place = Residence.objects.get(pk=home.residence_id)
    context = {
        "houses": place.houses_of_id is not None,
        "name": name_of(place),
        "home": home,
        "handle": handle_of(home),
        "listed": listed_in(home),
        # A role is what someone says: only a confirmed one stands beside a name.
        "acting": set(confirmed(*ACTING).filter(residence=home.residence_id).values_list("pk", flat=True)),
        "newcomers": newcomers_in(home),
    }
    return _space(request, home, Level.RESIDENCE, "directory/residence.html", context)


@require_safe
def quarter(request: HttpRequest) -> HttpResponse:
    """Answer what is addressed to the chosen home in its quarter; in its voisinage where the town has no quarters."""
    home = request.viewer.home
    if home is None:
        return _invitation(request, Level.NEIGHBOURHOOD)
    own = Neighbourhood.objects.filter(pk=home.neighbourhood_id)
    told = own.values("name", "code", "municipality__insee_code").first() or {"name": "", "code": ""}
    return _space(request, home, Level.NEIGHBOURHOOD, "directory/quarter.html", told)


@require_safe
def town(request: HttpRequest) -> HttpResponse:
    """Answer what is addressed to the chosen home in its town."""
    home = request.viewer.home
    if home is None:
        return _invitation(request, Level.MUNICIPALITY)
    told = Municipality.objects.values("name", "insee_code").get(pk=home.municipality_id)
    return _space(request, home, Level.MUNICIPALITY, "directory/town.html", told)


def _space(request: HttpRequest, home: Home, level: Level, template: str, context: dict) -> HttpResponse:
    kind = _kind(request)
    page = feed(request.viewer, home, level=level, kind=kind, page=page_number(request))
    posts = shown_together(page.said, request.viewer)
    around = shown_together(page.around, request.viewer)
    polls = [] if page.newer or kind else polls_of(request.viewer, home, level)
    shown = {
        "notices": notices_of(request.viewer, home, level),
        "page": page,
        "posts": posts,
        "around": around,
        "level": level,
        "polls": polls,
        "kind": kind,
        "kinds": _kinds(),
    }
    return render(request, template, context | shown)


def _kinds() -> dict[str, str]:
    """What a space may be narrowed to: everything, words, or one kind of exchange."""
    return {"": _("Tout"), Kind.POST: _("Mots")} | {code: str(kind.several) for code, kind in KINDS.items()}


def _kind(request: HttpRequest) -> str:
    """Read the kind asked for; anything that is none is all of them."""
    asked = request.GET.get("kind", "")
    return asked if asked in _kinds() else ""


def _invitation(request: HttpRequest, level: Level) -> HttpResponse:
    title = {
        Level.RESIDENCE: _("Mon immeuble"),
        Level.NEIGHBOURHOOD: _("Mon quartier"),
        Level.MUNICIPALITY: _("Ma ville"),
    }[level]
    return invite(request, title, FOR[level])


def page_number(request: HttpRequest) -> int:
    """Read the page asked for; anything that is no page is the first one."""
    asked = request.GET.get("page", "")
    return max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 1
