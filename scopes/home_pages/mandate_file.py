"""A mandate asked for by a file of buildings: what each line was matched to is looked at before anything is asked."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from geo.errors import InvalidParameter
from geo.front_doors import name_of
from geo.models import Residence
from scopes.access import second_factor
from scopes.errors import Refused
from scopes.home_pages.forms import MandateFileForm
from scopes.home_pages.organisations import own_organisation
from scopes.landlord_names import landlords
from scopes.mandate_files import MOST_BYTES, MandateRow, rows_of
from scopes.matching import Match, Verdict, matches
from scopes.organisations.mandating import ask

#: Lines matched while someone waits: 150 take 2 to 4 seconds.
MOST_LINES = 500
#: Residences that one line may mean, as they are shown.
MOST_SHOWN = 5
#: What every field of a chosen residence begins with.
CHOSEN = "residence"


@require_http_methods(["GET", "HEAD", "POST"])
@second_factor
def mandate_file(request: HttpRequest, handle: UUID) -> HttpResponse:
    """Take a file, show what its lines were matched to, and ask for the residences that were confirmed by hand."""
    own = own_organisation(request, handle)
    form = MandateFileForm(request.POST or None, request.FILES or None, confirmed="confirmed" in request.POST)
    found: list[Match] = []
    if form.is_valid():
        try:
            if "confirmed" in request.POST:
                terms = {name: form.cleaned_data[name] for name in ("ground", "ends_on")}
                ask(account=request.user, organisation=own, residences=_confirmed(request), **terms)
                messages.success(
                    request, _("C’est demandé. Les habitants seront prévenus sept jours avant le premier avis.")
                )
                return redirect("organisation", own.handle)
            rows = _rows(form.cleaned_data["file"].read(MOST_BYTES + 1))
            found = matches(rows)
        except InvalidParameter as error:
            form.add_error(error.parameter if error.parameter in form.fields else None, str(error))
        except Refused as error:
            form.add_error(None, str(error))
    context = {"organisation": own, "form": form, **_shown(found)}
    return render(request, "organisations/file.html", context, status=400 if form.errors else 200)


def _rows(content: bytes) -> list[MandateRow]:
    rows = rows_of(content)
    if len(rows) > MOST_LINES:
        raise InvalidParameter("file", _("Cinq cents lignes au plus : partagez le fichier en plusieurs."))
    return rows


def _confirmed(request: HttpRequest) -> list[Residence]:
    """The residences that were ticked, or chosen for a line that is unsure."""
    keys = [value for name in request.POST if name.startswith(CHOSEN) for value in request.POST.getlist(name) if value]
    return list(Residence.objects.open().filter(key__in=keys).order_by("pk"))


def _shown(found: list[Match]) -> dict[str, object]:
    """The lines by what became of them, in words."""
    found = _mandatable(found)
    return {
        "sure": [_line(one) for one in found if one.verdict == Verdict.SURE],
        "unsure": [_line(one) for one in found if one.verdict == Verdict.UNSURE],
        "refused": [_line(one) for one in found if one.verdict == Verdict.REFUSED],
        "landlords": [
            {"spellings": " · ".join(one.spellings), "number": len(one.lines), "is_sure": one.sure}
            for one in landlords(match.row for match in found)
        ],
        "found": found,
    }


def _mandatable(found: list[Match]) -> list[Match]:
    """Leave out the residences that have no mandate, and say so: a line that loses one is not sure any more."""
    meant = {one.residence.pk for match in found for one in match.found}
    circles = set(Residence.objects.mandatable().filter(pk__in=meant).values_list("pk", flat=True))
    return [_without_houses(match, circles) for match in found]


def _without_houses(match: Match, circles: set[int]) -> Match:
    kept = tuple(one for one in match.found if one.residence.pk in circles)
    if len(kept) == len(match.found):
        return match
    reasons = (*match.reasons, _("moins de trois logements : pas de mandat"))
    return replace(match, found=kept, reasons=reasons, verdict=Verdict.UNSURE if kept else Verdict.REFUSED)


def _line(match: Match) -> dict[str, object]:
    shown = match.found if match.verdict == Verdict.SURE else match.found[:MOST_SHOWN]
    return {
        "number": match.row.line,
        "says": ", ".join(filter(None, [match.row.name, *match.row.addresses, match.row.postcode, match.row.town])),
        "reasons": match.reasons,
        "residences": [
            {"key": one.residence.key, "name": name_of(one.residence), "homes": one.residence.dwellings}
            for one in shown
        ],
    }
