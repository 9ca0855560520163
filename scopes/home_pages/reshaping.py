"""Says what a residence is: its name, that it is one with another, or several, or missing; and chooses what follows."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from geo.errors import InvalidParameter, NotFound
from geo.front_doors import addresses_meant, name_of
from geo.geocoding import resolve
from geo.models import Building, Municipality, Residence
from scopes.access import signed_in
from scopes.errors import Refused
from scopes.following import follow, following
from scopes.home_pages.keeping import keepers_only
from scopes.home_pages.own import doing, own_home
from scopes.homes import Membership
from scopes.proof_models import Management
from scopes.reshaping import ask_for_change
from scopes.residence_changes import ResidenceChange

Kind = ResidenceChange.Kind
#: Parts a residence is split into at most, and buildings that a page lists.
PARTS = ("1", "2", "3", "4")
MOST_LISTED = 60


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def my_residence(request: HttpRequest, handle: UUID) -> HttpResponse:
    """Take what someone settled says of the own residence; the town decides."""
    home = own_home(request, handle)
    if home.residence.houses_of_id or not Membership.objects.settled().filter(pk=home.pk).exists():
        raise Http404
    return _residence_page(request, home.residence, back="homes")


@require_http_methods(["GET", "HEAD", "POST"])
@keepers_only
def managed_residence(request: HttpRequest, handle: UUID) -> HttpResponse:
    """Take what a manager says of a residence; it is done at once."""
    managements = Management.objects.whole().filter(account=request.user, handle=handle)
    management = managements.select_related("residence__municipality").first()
    if management is None:
        raise Http404
    return _residence_page(request, management.residence, back="keeping")


def _residence_page(request: HttpRequest, residence: Residence, *, back: str) -> HttpResponse:
    if request.method == "POST":
        try:
            change = _asked(request, residence)
        except (Refused, InvalidParameter) as error:
            messages.warning(request, str(error))
        else:
            done = _("C’est fait.") if change.done else _("C’est demandé : la ville répond.")
            messages.success(request, done)
        return redirect(back)
    buildings = Building.objects.open().filter(residence=residence).order_by("key").prefetch_related("addresses")
    context = {
        "name": name_of(residence),
        "written": residence.name,
        "buildings": [
            {"key": one.key, "name": ", ".join(str(address) for address in one.addresses.all()) or str(one)}
            for one in buildings[:MOST_LISTED]
        ],
        "parts": PARTS,
        "back": back,
    }
    return render(request, "homes/residence.html", context)


def _asked(request: HttpRequest, residence: Residence) -> ResidenceChange:
    """Ask for the change that the form describes."""
    kind = request.POST.get("kind", "")
    asked = {"account": request.user, "kind": kind, "residences": [residence]}
    if kind == Kind.NAME:
        return ask_for_change(**asked, words=request.POST.get("name", ""))
    if kind == Kind.MERGE:
        door = next(iter(addresses_meant(request.POST.get("address", "")[:200])), None)
        other = door and door.building and door.building.residence
        if other is None or other == residence:
            raise InvalidParameter("address", _("Écrivez l’adresse de l’autre bâtiment, avec la rue et la ville."))
        return ask_for_change(**asked | {"residences": [residence, other]}, words=residence.name)
    if kind == Kind.SPLIT:
        keys = Building.objects.open().filter(residence=residence).order_by("key").values_list("key", flat=True)
        told = {key: request.POST.get(f"part-{number}", PARTS[0]) for number, key in enumerate(keys)}
        parts = [[key for key in keys if told[key] == part] for part in PARTS]
        return ask_for_change(**asked, parts=[part for part in parts if part])
    raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def missing(request: HttpRequest) -> HttpResponse:
    """Take the word of someone whose residence the map does not know; the town adds it."""
    if request.method == "POST":
        try:
            town = _town(request.POST.get("town", "")[:200])
            words = request.POST.get("words", "")
            ask_for_change(account=request.user, kind=Kind.ADD, municipality=town, words=words)
        except (Refused, InvalidParameter, NotFound) as error:
            messages.warning(request, str(error))
        else:
            messages.success(request, _("C’est noté : la ville vérifie, puis vous pourrez la rejoindre."))
            return redirect("homes")
    return render(request, "homes/missing.html")


def _town(text: str) -> Municipality:
    """The commune that is meant."""
    if not text.strip():
        raise InvalidParameter("town", _("Dites dans quelle commune."))
    return Municipality.objects.get(insee_code=resolve(text).citycode)


@doing("homes")
def follow_residence(request: HttpRequest, home: Membership) -> str:
    """Take a home into one of the residences that follow its own."""
    chosen = next((one for one in following(home) if one.key == request.POST.get("residence")), None)
    if chosen is None:
        raise Http404
    follow(membership=home, residence=chosen)
    return _("C’est fait.")
