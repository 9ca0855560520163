"""The page of those who keep a residence: confirm, hang a poster, give a list of lots."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from geo.errors import InvalidParameter
from geo.front_doors import addresses_of, name_of
from geo.models import Residence
from scopes.access import second_factor, signed_in
from scopes.code_models import Code
from scopes.errors import Refused
from scopes.homes import Membership
from scopes.powers import management_of, membership_keeping, residences_kept_by, residences_let_by
from scopes.printing import print_poster
from scopes.proof_models import Management
from scopes.proofs.confirmation import confirm, confirmed_lately, introduced_to_keepers, withdraw_confirmation
from scopes.proofs.hall_code import take_down
from scopes.proofs.lots import list_lots

Role = Membership.Role
MOST_SHOWN = 20
#: Octets of a list of lots: a line of fifty for each of ten thousand lots.
LARGEST_LIST = 500_000


def keepers_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer those who keep a residence, managers behind a second factor; for others the page does not exist."""

    @signed_in
    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if Management.objects.standing().filter(account=request.user).exists():
            return second_factor(view)(request, *args, **kwargs)
        if not residences_kept_by(request.user, Role.CARETAKER, Role.COUNCIL):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@keepers_only
def keeping(request: HttpRequest) -> HttpResponse:
    """Show the residences one keeps, who asks to be confirmed there, and what hangs in their halls."""
    residences = [_kept(request, one) for one in residences_kept_by(request.user, Role.CARETAKER, Role.COUNCIL)]
    let = [_let(request, one) for one in residences_let_by(request.user)]
    return render(request, "homes/keeping.html", {"residences": [*residences, *let]})


def _let(request: HttpRequest, residence: Residence) -> dict:
    """A residence whose tenants a landlord confirms, and nothing else."""
    asking = introduced_to_keepers(residence.pk).filter(role=Role.TENANT)
    return {
        "key": residence.key,
        "name": name_of(residence),
        "town": residence.municipality.name,
        "manages": False,
        "is_let": True,
        "asking": [_named(one) for one in asking[:MOST_SHOWN]],
        "confirmed": [_named(one) for one in confirmed_lately(request.user, residence.pk)],
    }


def _kept(request: HttpRequest, residence: Residence) -> dict:
    management = management_of(request.user, residence.pk)
    confirms = management or membership_keeping(request.user, residence.pk, Role.CARETAKER)
    entrances = [str(address) for address in addresses_of(residence)][:MOST_SHOWN]
    posters = Code.objects.usable().filter(kind=Code.Kind.HALL, residence=residence).order_by("entrance")
    return {
        "key": residence.key,
        "name": name_of(residence),
        "town": residence.municipality.name,
        "manages": management is not None,
        "is_let": False,
        "handle": management.handle if management else "",
        "confirms": confirms is not None,
        "asking": [_named(one) for one in introduced_to_keepers(residence.pk)[:MOST_SHOWN]] if confirms else [],
        "confirmed": [_named(one) for one in confirmed_lately(request.user, residence.pk)],
        "entrances": entrances,
        "entrance": entrances[0] if entrances else "",
        "posters": [{"entrance": code.entrance, "until": code.expires_at} for code in posters],
    }


def _named(one: Membership) -> dict:
    return {"alias": one.alias.public_id, "name": one.account.get_full_name(), "role": one.get_role_display()}


def _keeping_deed(deed: Callable[..., str]) -> Callable[..., HttpResponse]:
    """Make a view of a deed: it returns what to say, and the page follows; a refusal is said there too."""

    @require_POST
    @keepers_only
    @wraps(deed)
    def view(request: HttpRequest, **named: object) -> HttpResponse:
        try:
            messages.success(request, deed(request, **named))
        except (Refused, InvalidParameter) as error:
            messages.warning(request, str(error))
        return redirect("keeping")

    return view


@_keeping_deed
def answer(request: HttpRequest, alias: UUID) -> str:
    """Confirm someone who asked, or take a confirmation back."""
    newcomer = Membership.objects.filter(alias__public_id=alias, ended_at__isnull=True).first()
    kept = residences_kept_by(request.user, Role.CARETAKER)
    if newcomer and newcomer.role == Role.TENANT:
        kept += residences_let_by(request.user)
    if newcomer is None or newcomer.residence_id not in {residence.pk for residence in kept}:
        raise Http404
    if "withdraw" in request.POST:
        withdraw_confirmation(keeper=request.user, newcomer=newcomer)
        return _("La confirmation est reprise.")
    if not introduced_to_keepers(newcomer.residence_id).filter(pk=newcomer.pk).exists():
        raise Http404
    confirm(keeper=request.user, newcomer=newcomer)
    return _("C’est confirmé.")


@require_POST
@keepers_only
def poster(request: HttpRequest) -> HttpResponse:
    """Answer a new poster to print; the one that hung at this entrance opens nothing any more."""
    residence = _residence(request, Role.CARETAKER, Role.COUNCIL)
    try:
        sheet = print_poster(residence=residence, entrance=request.POST.get("entrance", ""))
    except InvalidParameter as error:
        messages.warning(request, str(error))
        return redirect("keeping")
    return pdf_response(sheet, "affiche.pdf")


@_keeping_deed
def take_poster_down(request: HttpRequest) -> str:
    """Take a poster's code back."""
    residence = _residence(request, Role.CARETAKER, Role.COUNCIL)
    entrance = request.POST.get("entrance", "")
    for code in Code.objects.usable().filter(kind=Code.Kind.HALL, residence=residence, entrance=entrance):
        take_down(code=code)
    return _("Ce code n’ouvre plus rien.")


@_keeping_deed
def lots(request: HttpRequest) -> str:
    """Replace the list of lots by a file of names and lots; it is read and not kept."""
    residence = _residence(request)
    file = request.FILES.get("lots")
    if file is None or file.size > LARGEST_LIST:
        raise InvalidParameter("lots", _("Choisissez un fichier CSV de moins de 500 ko : nom, lot."))
    number = list_lots(residence=residence, lines=_lines(file.read()))
    return ngettext("La liste a %(number)d ligne.", "La liste a %(number)d lignes.", number) % {"number": number}


def _lines(content: bytes) -> list[tuple[str, str]]:
    """Read two columns, separated as spreadsheets do in French or English."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    separator = ";" if text.count(";") >= text.count(",") else ","
    try:
        rows = [row for row in csv.reader(io.StringIO(text), delimiter=separator) if any(map(str.strip, row))]
    except csv.Error as error:
        raise InvalidParameter("lots", _("Ce fichier n’est pas un CSV : nom, lot.")) from error
    short = next((number for number, row in enumerate(rows, start=1) if len(row) < 2), None)
    if short:
        raise InvalidParameter("lots", _("Ligne %(number)s : il faut un nom et un lot.") % {"number": short})
    return [(row[0], row[1]) for row in rows]


def _residence(request: HttpRequest, *roles: Role) -> Residence:
    """The residence that the form names, if one keeps it in one of these roles or manages it."""
    key = request.POST.get("residence", "")
    residence = next((one for one in residences_kept_by(request.user, *roles) if one.key == key), None)
    if residence is None:
        raise Http404
    return residence


def pdf_response(content: bytes, name: str) -> HttpResponse:
    """Answer a PDF that no cache keeps."""
    disposition = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=disposition)
