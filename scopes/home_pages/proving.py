"""Shows what is still needed to enter, and takes the proofs."""

from __future__ import annotations

from uuid import UUID

from django.contrib.gis.measure import D
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from geo.errors import InvalidParameter
from geo.front_doors import addresses_meant, addresses_of, name_of
from scopes.access import signed_in
from scopes.errors import Refused
from scopes.following import following
from scopes.home_pages.forms import CodeForm, LetterForm, LotForm, PositionForm
from scopes.home_pages.mine import described
from scopes.home_pages.own import doing, own_home
from scopes.homes import Membership
from scopes.introducing import introduce
from scopes.proof_models import Introduction
from scopes.proofs.entering import use_code
from scopes.proofs.letter import ask_for_letter, is_an_address_of
from scopes.proofs.lots import claim_lot
from scopes.proofs.position import prove_by_position

#: A residence with more doors asks for the address in words.
MOST_DOORS = 40


@require_safe
@signed_in
def proofs(request: HttpRequest, handle: UUID) -> HttpResponse:
    """Show the ways to prove a home and those already taken; the same whether anyone lives there or not."""
    home = own_home(request, handle)
    doors = [] if home.residence.houses_of_id else list(addresses_of(home.residence))
    context = {
        "home": described(home),
        "is_of_houses": home.residence.houses_of_id is not None,
        "given": [proof.get_kind_display() for proof in home.proofs.filter(spent=False).order_by("given_at")],
        "introduced": set(home.introductions.values_list("to", flat=True)),
        "letter": home.letters.filter(dropped_at__isnull=True).order_by("-asked_at").first(),
        "doors": [{"key": door.key, "name": str(door)} for door in doors] if len(doors) <= MOST_DOORS else [],
        "following": _following(home),
        "code_form": CodeForm(),
        "letter_form": LetterForm(),
        "lot_form": LotForm(initial={"name": request.user.last_name}),
    }
    return render(request, "homes/proofs.html", context)


def _following(home: Membership) -> list[dict]:
    """What follows a residence that was merged or split."""
    if home.residence.closed_on is None:
        return []
    return [{"key": one.key, "name": name_of(one)} for one in following(home)]


@require_http_methods(["GET", "HEAD", "POST"])
def enter_code(request: HttpRequest) -> HttpResponse:
    """Take a code read on paper.

    A poster's QR code leads here with the code behind "#", which no browser sends and no log holds: a script writes
    it into the form. Who is not signed in sees the page, so that the script can keep the code until then.
    """
    form = CodeForm(request.POST or None)
    if request.method == "POST" and request.viewer.account_id is None:
        return redirect("account_login")
    if form.is_valid():
        try:
            home = use_code(account=request.user, text=form.cleaned_data["code"], role=form.cleaned_data["role"])
        except Refused as error:
            form.add_error("code", str(error))
        else:
            return redirect("homes" if home.entered_at else "home-proofs", *([] if home.entered_at else [home.handle]))
    return render(request, "homes/code.html", {"form": form}, status=400 if form.errors else 200)


@doing("home-proofs")
def ask_letter(request: HttpRequest, home: Membership) -> str:
    """Put a letter in the print queue, for one of the residence's doors or for a typed address of it."""
    typed = request.POST.get("address", "")[:200]
    doors = [door for door in addresses_of(home.residence) if door.key == typed]
    meant = doors or [address for address in addresses_meant(typed) if is_an_address_of(home, address)]
    if not meant:
        raise InvalidParameter("address", _("Cette adresse n’est pas celle de votre résidence."))
    ask_for_letter(membership=home, address=meant[0])
    return _("La lettre est demandée : elle arrive par la poste, avec un code.")


@doing("home-proofs")
def introduce_oneself(request: HttpRequest, home: Membership) -> str:
    """Show one's name to the neighbours, or to the caretaker and manager."""
    to = request.POST.get("to", "")
    introduce(membership=home, to=to)
    if to == Introduction.To.NEIGHBOURS:
        return _("C’est demandé : deux foyers qui vous connaissent peuvent le dire.")
    return _("C’est demandé : le gardien ou le gestionnaire, s’il est ici, peut vous confirmer.")


@doing("home-proofs")
def give_lot(request: HttpRequest, home: Membership) -> str:
    """Take name and lot; what is answered never says whether they are on the list."""
    form = LotForm(request.POST)
    if not form.is_valid():
        raise InvalidParameter("lot", _("Écrivez le nom et le lot."))
    claim_lot(membership=home, **form.cleaned_data)
    return _("C’est noté. Avec une autre preuve, l’immeuble s’ouvre si la liste porte ce nom et ce lot.")


@doing("home-proofs")
def give_position(request: HttpRequest, home: Membership) -> str:
    """Take the device's position, once; it is compared and forgotten."""
    form = PositionForm(request.POST)
    if not form.is_valid():
        raise InvalidParameter("position", _("Votre appareil n’a pas donné sa position."))
    where = form.cleaned_data
    prove_by_position(
        membership=home,
        longitude=where["longitude"],
        latitude=where["latitude"],
        accuracy=D(m=where["accuracy"]),
    )
    return _("C’est noté, et votre position est oubliée.")
