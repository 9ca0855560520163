"""The page of those who run the site about organisations: admit them, grant mandates, settle doubts."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from geo.errors import InvalidParameter
from geo.front_doors import names_of
from geo.models import Residence
from scopes.access import staff_only
from scopes.errors import Refused
from scopes.home_pages.organisations import shown_together
from scopes.organisation_models import Contest, Mandate, Organisation
from scopes.organisations import mandating, proposing
from scopes.organisations.acting import acts_for
from scopes.organisations.wording import facts_of

MOST_SHOWN = 50
#: Granted mandates on a page.
A_PAGE = 20


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def mandates(request: HttpRequest) -> HttpResponse:
    """Show what waits to be decided, without who doubted, and decide it."""
    if request.method == "POST":
        try:
            messages.success(request, _decide(request))
        except (Refused, InvalidParameter) as error:
            messages.warning(request, str(error))
        return redirect("mandates")
    waiting = Organisation.objects.filter(admitted_at__isnull=True, ended_at__isnull=True)
    asked = Mandate.objects.asked().select_related("organisation").order_by("asked_at")
    context = {
        "organisations": [
            _described(one) | {"is_own": acts_for(request.user, one)}
            for one in waiting.select_related("municipality").order_by("proposed_at")[:MOST_SHOWN]
        ],
        "mandates": _asked(asked[:MOST_SHOWN]),
        "doubts": _doubts(mandating.doubts_for(request.user)[:MOST_SHOWN]),
        **_granted(request),
    }
    return render(request, "operating/mandates.html", context)


def _described(one: Organisation) -> dict:
    return {"handle": one.handle, "name": one.name, "facts": facts_of(one)}


def _granted(request: HttpRequest) -> dict:
    """A page of what was granted; a doubt is named there to who may settle it alone."""
    page = Paginator(Mandate.objects.granted_of_late().select_related("organisation"), A_PAGE).get_page(
        request.GET.get("page")
    )
    mandates = list(page)
    doubted = set(mandating.doubts_for(request.user).filter(mandate__in=mandates).values_list("mandate", flat=True))
    told = zip(mandates, shown_together(mandates), strict=True)
    return {"page": page, "granted": [words | {"is_doubted": one.pk in doubted} for one, words in told]}


def _asked(mandates: QuerySet[Mandate]) -> list[dict]:
    mandates = list(mandates)
    return [
        told | {"is_admitted": one.organisation.admitted_at is not None}
        for one, told in zip(mandates, shown_together(mandates), strict=True)
    ]


def _doubts(doubts: QuerySet[Contest]) -> list[dict]:
    """Doubts, with all the residences of the mandate: which one it came from is nobody's business."""
    doubts = list(doubts.prefetch_related("mandate__residences"))
    mandates = [one.mandate for one in doubts]
    names = names_of({home for mandate in mandates for home in mandate.residences.all()})
    return [
        {
            "handle": one.handle,
            "words": one.words,
            "mandate": told,
            "residences": [
                {"key": home.key, "name": names[home.pk]}
                for home in sorted(one.mandate.residences.all(), key=lambda home: names[home.pk])
            ],
        }
        for one, told in zip(doubts, shown_together(mandates), strict=True)
    ]


def _decide(request: HttpRequest) -> str:
    """Do what the pressed button says; return what to say."""
    deed, _space, handle = request.POST.get("deed", "").partition(" ")
    if deed == "admit":
        proposing.admit(staff=request.user, organisation=_found(Organisation.objects, handle))
        return _("L’organisme est admis.")
    if deed == "end":
        proposing.end(staff=request.user, organisation=_found(Organisation.objects, handle))
        return _("L’organisme est refusé.")
    if deed == "grant":
        mandating.grant(staff=request.user, mandate=_found(Mandate.objects, handle))
        return _("Le mandat est accordé ; les habitants sont prévenus.")
    if deed == "refuse":
        mandating.refuse(account=request.user, mandate=_found(Mandate.objects, handle), why=request.POST.get("why", ""))
        return _("Le mandat est refusé.")
    if deed == "stop":
        mandating.end(by=request.user, mandate=_found(Mandate.objects, handle), why=request.POST.get("why", ""))
        return _("Le mandat est terminé.")
    if deed == "settle":
        without = Residence.objects.filter(key=request.POST["without"]).first() if request.POST.get("without") else None
        mandating.settle(staff=request.user, contest=_found(Contest.objects, handle), without=without)
        return _("C’est décidé.")
    raise Http404


def _found(rows: QuerySet, handle: str) -> Model:
    try:
        found = rows.filter(handle=UUID(handle)).first()
    except ValueError:
        found = None
    if found is None:
        raise Http404
    return found
