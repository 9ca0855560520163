"""From an address to the residences one may ask to join; the page with their plan is a view of `maps`."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from geo.errors import InvalidParameter
from geo.front_doors import addresses_meant, name_of, residences_at, size_of
from geo.houses import circle_of
from geo.models import Address, Residence
from scopes.access import signed_in
from scopes.home_pages.forms import FindForm, JoinForm
from scopes.joining import ask_to_join


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A residence that someone may call home at a door; what is shown is public, whoever lives there."""

    number: int
    residence: Residence
    name: str
    size: str
    is_house: bool
    form: JoinForm


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """An address that may be meant, and the residences there, its own first."""

    address: Address
    name: str
    choices: list[Choice]


def doors_found(form: FindForm) -> list[Door]:
    """Return the doors that the form may mean; where there is none, the form says so."""
    if not form.is_valid():
        return []
    found = [_door(address) for address in addresses_meant(form.cleaned_data["address"])]
    if not found:
        form.add_error("address", _("Nous ne trouvons pas ce numéro. Écrivez-le avec la rue et la ville."))
    return found


def _door(address: Address) -> Door:
    residences = residences_at(address)
    return Door(
        address=address,
        name=f"{address}, {address.postcode} {address.municipality.name}",
        choices=[_choice(number, residence) for number, residence in enumerate(residences, start=1)],
    )


def _choice(number: int, residence: Residence) -> Choice:
    circle = circle_of(residence)
    return Choice(
        number=number,
        residence=residence,
        name=name_of(residence),
        size=size_of(residence),
        is_house=circle is not None and circle.houses_of_id is not None,
        form=JoinForm(initial={"residence": residence.key}, auto_id=f"id_%s_{residence.pk}"),
    )


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
