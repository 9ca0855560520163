"""Finds one's residence from an address, asks to join it, and says what the map does not know."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from geo.errors import InvalidParameter
from geo.front_doors import addresses_meant, name_of, residences_at, size_of
from geo.houses import circle_of
from geo.models import Address, Residence
from scopes.access import signed_in
from scopes.home_pages.forms import FindForm, JoinForm
from scopes.joining import ask_to_join


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def find(request: HttpRequest) -> HttpResponse:
    """Ask for an address, and show the residences there; what is shown is public, whoever lives there."""
    form = FindForm(request.POST or None)
    found = []
    if form.is_valid():
        found = [_door(address) for address in addresses_meant(form.cleaned_data["address"])]
        if not found:
            form.add_error("address", _("Nous ne trouvons pas ce numéro. Écrivez-le avec la rue et la ville."))
    context = {"form": form, "found": found}
    return render(request, "homes/find.html", context, status=400 if form.errors else 200)


def _door(address: Address) -> dict:
    """An address, and the residences one may call home there."""
    return {
        "address": f"{address}, {address.postcode} {address.municipality.name}",
        "residences": [_choice(residence, rank) for rank, residence in enumerate(residences_at(address))],
    }


def _choice(residence: Residence, rank: int) -> dict:
    circle = circle_of(residence)
    return {
        "name": name_of(residence),
        "size": size_of(residence),
        "is_first": rank == 0,
        "is_house": circle is not None and circle.houses_of_id is not None,
        "form": JoinForm(initial={"residence": residence.key}, auto_id=f"id_%s_{residence.pk}"),
    }


@require_POST
@signed_in
def join(request: HttpRequest) -> HttpResponse:
    """Ask to join a residence, then show how to prove it."""
    form = JoinForm(request.POST)
    if not form.is_valid():
        raise InvalidParameter(next(iter(form.errors)))
    residence = Residence.objects.open().filter(key=form.cleaned_data["residence"]).first()
    try:
        if residence is None:
            raise InvalidParameter("residence", _("On ne peut pas encore rejoindre cette résidence ici."))
        home = ask_to_join(account=request.user, residence=residence, role=form.cleaned_data["role"])
    except InvalidParameter as error:
        messages.warning(request, str(error))
        return redirect("find-home")
    return redirect("home-proofs", home.handle)
