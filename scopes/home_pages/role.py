"""What someone is in a residence, said anew: the page where it is changed."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from geo.errors import InvalidParameter
from scopes.access import signed_in
from scopes.changing_role import change_role
from scopes.errors import Refused
from scopes.home_pages.mine import described
from scopes.home_pages.own import own_home
from scopes.homes import Membership
from scopes.introducing import introduce
from scopes.powers import confirmed
from scopes.proof_models import Introduction
from scopes.proofs.confirmation import ACTING


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def role(request: HttpRequest, handle: UUID) -> HttpResponse:
    """Show what one is in a residence and what each role opens; take another, or ask the manager to confirm it."""
    home = own_home(request, handle)
    refused = ""
    if request.method == "POST":
        try:
            messages.success(request, _done(request, home))
        except (InvalidParameter, Refused) as error:
            refused = str(error)
        else:
            return redirect("home-role", handle)
    acts = home.role in ACTING
    context = {
        "home": described(home),
        "role": home.role,
        "roles": Membership.Role.choices,
        "refused": refused,
        "to_confirm": acts and not confirmed(home.role).filter(pk=home.pk).exists(),
        "is_asked": home.introductions.filter(to=Introduction.To.KEEPERS).exists(),
    }
    return render(request, "homes/role.html", context, status=400 if refused else 200)


def _done(request: HttpRequest, home: Membership) -> str:
    """Do what the button says, and say so."""
    if "confirm" in request.POST:
        introduce(membership=home, to=Introduction.To.KEEPERS)
        return _("C’est demandé : le gardien ou le gestionnaire, s’il est ici, peut vous confirmer.")
    change_role(membership=home, role=request.POST.get("role", ""))
    return _("C’est changé.")
