"""The operator's pages: letters to print, residences to correct, managers; none of them shows who lives where."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import Count, OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from geo.errors import InvalidParameter
from geo.front_doors import addresses_meant, name_of
from geo.models import Address
from scopes.access import staff_only
from scopes.code_models import Letter
from scopes.errors import Refused
from scopes.home_pages.keeping import pdf_response
from scopes.managing import end_management, grant_management
from scopes.people import Account
from scopes.printing import MOST_AT_ONCE, print_letters
from scopes.proof_models import Management
from scopes.proofs.letter import drop, note_posted
from scopes.reshaping import decide
from scopes.residence_changes import ResidenceChange

MOST_SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def letters(request: HttpRequest) -> HttpResponse:
    """Show how many letters wait and since when, print them, and note that they were posted.

    Who asked, and where they live, stands on the printed sheets alone.
    """
    if request.method == "POST":
        return _letters_deed(request)
    waiting = Letter.objects.waiting()
    door = waiting.filter(address=OuterRef("address")).order_by().values("address")
    shown = waiting.annotate(at_the_door=Subquery(door.annotate(number=Count("pk")).values("number")))
    related = ("membership__residence__municipality", "organisation")
    context = {
        "letters": shown.select_related(*related).order_by("asked_at")[:MOST_SHOWN],
        "number": waiting.count(),
        "printed": waiting.filter(printed_at__isnull=False).count(),
        "most_at_once": MOST_AT_ONCE,
    }
    return render(request, "operating/letters.html", context)


def _letters_deed(request: HttpRequest) -> HttpResponse:
    deed = request.POST.get("deed", "")
    if deed == "print":
        sheets = print_letters()
        return pdf_response(sheets, "lettres.pdf") if sheets else redirect("letters")
    if deed == "posted":
        number = note_posted(letters=Letter.objects.waiting())
        said = ngettext("%(number)d lettre est partie.", "%(number)d lettres sont parties.", number)
        messages.success(request, said % {"number": number})
    elif deed == "drop" and request.POST.get("letter", "").isdecimal():
        drop(letters=Letter.objects.filter(pk=int(request.POST["letter"][:18])))
        messages.success(request, _("Cette lettre ne partira pas."))
    else:
        raise Http404
    return redirect("letters")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def changes(request: HttpRequest) -> HttpResponse:
    """Show the changes of residences that people ask for, without who asked, and decide them."""
    if request.method == "POST":
        _decide(request)
        return redirect("residence-changes")
    waiting = ResidenceChange.objects.filter(done__isnull=True).select_related("municipality")
    shown = waiting.prefetch_related("residences").order_by("asked_at")[:MOST_SHOWN]
    return render(request, "operating/changes.html", {"changes": [_change(one) for one in shown]})


def _change(change: ResidenceChange) -> dict:
    return {
        "pk": change.pk,
        "kind": change.get_kind_display(),
        "adds": change.kind == ResidenceChange.Kind.ADD,
        "town": change.municipality.name,
        "residences": [name_of(residence) for residence in change.residences.all()],
        "words": change.words,
        "parts": change.parts,
        "since": change.asked_at,
    }


def _decide(request: HttpRequest) -> None:
    number = request.POST.get("change", "")[:18]
    change = get_object_or_404(ResidenceChange, pk=int(number) if number.isdecimal() else 0)
    told = request.POST.get("dwellings", "")
    near = addresses_meant(request.POST.get("address", "")[:200]) if request.POST.get("address") else []
    try:
        decide(
            account=request.user,
            change=change,
            done="done" in request.POST,
            location=near[0].location if near else None,
            dwellings=int(told[:5]) if told.isdecimal() else 0,
        )
    except (Refused, InvalidParameter) as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("C’est décidé."))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def managers(request: HttpRequest) -> HttpResponse:
    """Show who manages what, grant and end it."""
    if request.method == "POST":
        try:
            messages.success(request, _manage(request))
        except (Refused, InvalidParameter) as error:
            messages.warning(request, str(error))
        return redirect("managers")
    standing = Management.objects.filter(ended_at__isnull=True, mandate=None)
    standing = standing.select_related("account", "residence__municipality")
    shown = [
        {"handle": one.handle, "who": one.account.get_full_name(), "residence": name_of(one.residence)}
        for one in standing.order_by("-granted_at")[:MOST_SHOWN]
    ]
    return render(request, "operating/managers.html", {"managements": shown})


def _manage(request: HttpRequest) -> str:
    """Grant or end, as the form says; return what to say."""
    if request.POST.get("end"):
        try:
            management = Management.objects.filter(handle=UUID(request.POST["end"])).first()
        except ValueError as error:
            raise Http404 from error
        if management is None:
            raise Http404
        end_management(by=request.user, management=management)
        return _("C’est terminé.")
    account = Account.objects.filter(email=request.POST.get("email", "").strip().lower()[:254]).first()
    if account is None:
        raise InvalidParameter("email", _("Personne n’a ouvert de compte avec cette adresse."))
    address: Address | None = next(iter(addresses_meant(request.POST.get("address", "")[:200])), None)
    if address is None or address.building is None or address.building.residence is None:
        raise InvalidParameter("address", _("Nous ne trouvons pas ce numéro. Écrivez-le avec la rue et la ville."))
    grant_management(staff=request.user, account=account, residence=address.building.residence)
    return _("%(name)s gère maintenant %(residence)s.") % {
        "name": account.get_full_name(),
        "residence": name_of(address.building.residence),
    }
