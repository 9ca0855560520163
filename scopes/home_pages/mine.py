"""One's homes: what each is worth, which comes first, and leaving it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from geo.front_doors import name_of
from scopes.access import signed_in
from scopes.home_pages.own import doing, own_home
from scopes.homes import MOST_HOMES, Membership
from scopes.households import invite, may_invite, open_invitations, withdraw_invitations
from scopes.leaving import choose, leave
from scopes.moments import day_and_month, full_day
from scopes.people import Account
from scopes.powers import residences_kept_by, residences_let_by
from scopes.proofs.codes import spaced
from scopes.proofs.table import WAITS


@require_safe
@signed_in
def homes(request: HttpRequest) -> HttpResponse:
    """Show one's homes, and the way to those one keeps; who has none is led to finding it."""
    mine = Membership.objects.filter(account=request.user, ended_at__isnull=True)
    shown = [described(home) for home in mine.select_related("residence__municipality").order_by("-chosen", "asked_at")]
    context = {
        "homes": shown,
        "is_full": len(shown) >= MOST_HOMES,
        "keeps": _keeps(request.user),
    }
    return render(request, "homes/homes.html", context)


def _keeps(account: Account) -> bool:
    """Whether the account keeps a residence, or confirms tenants of one."""
    kept = residences_kept_by(account, Membership.Role.CARETAKER, Membership.Role.COUNCIL)
    return bool(kept or residences_let_by(account))


def described(home: Membership) -> dict:
    """What a page says of one's own home."""
    now = timezone.now()
    is_in = home.entered_at is not None and home.proved_until > now
    return {
        "handle": home.handle,
        "name": name_of(home.residence),
        "town": home.residence.municipality.name,
        "role": home.get_role_display(),
        "state": _state(home, is_in),
        "is_in": is_in,
        "is_settled": is_in and home.provisional_until <= now,
        "is_chosen": home.chosen,
        "to_renew": is_in and home.proved_until - now < WAITS,
        "is_of_houses": home.residence.houses_of_id is not None,
        "closed": home.residence.closed_on is not None,
    }


def _state(home: Membership, is_in: bool) -> str:
    """Where a home stands, in a sentence."""
    if not is_in:
        return _("À prouver de nouveau") if home.entered_at else _("Demandé : il reste à montrer que vous y habitez")
    if home.provisional_until > timezone.now():
        day = day_and_month(home.provisional_until)
        return _("Vous venez d’arriver : vos voisins sont prévenus, tout s’ouvre le %(day)s") % {"day": day}
    told = _("Chez vous, prouvé jusqu’au %(day)s") if home.lives_there else _("Prouvé jusqu’au %(day)s")
    return told % {"day": full_day(home.proved_until)}


@doing("homes")
def choose_home(request: HttpRequest, home: Membership) -> str:
    """Make a home the one pages start from."""
    choose(membership=home)
    return _("Les pages partent maintenant d’ici.")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def leave_home(request: HttpRequest, handle: UUID) -> HttpResponse:
    """Say what leaving does, then leave; who moves is led to the new home."""
    home = own_home(request, handle)
    if request.method == "POST":
        leave(membership=home)
        messages.success(request, _("C’est fait : rien d’ici ne vous suit."))
        return redirect("find-home" if "moving" in request.POST else "homes")
    return render(request, "homes/leave.html", {"home": described(home)})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def household(request: HttpRequest, handle: UUID) -> HttpResponse:
    """Show the people of one's home, and make a code for one more: it is shown this once."""
    home = own_home(request, handle)
    code = ""
    if request.method == "POST":
        code = _invited(request, home)
    people = (
        home.household.memberships.filter(ended_at__isnull=True).select_related("alias__account").order_by("asked_at")
    )
    context = {
        "home": described(home),
        "people": [{"name": one.alias.shown_name, "is_me": one.pk == home.pk} for one in people.order_by("asked_at")],
        "may_invite": may_invite(home),
        "invitations": open_invitations(home).count(),
        "code": code,
    }
    return render(request, "homes/household.html", context)


def _invited(request: HttpRequest, home: Membership) -> str:
    """The code for one more person; a refusal is said, as an error of the page."""
    if "withdraw" in request.POST:
        withdraw_invitations(member=home)
        return ""
    text, _code = invite(member=home)
    return spaced(text)
