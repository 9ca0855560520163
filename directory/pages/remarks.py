"""Pages of remarks: something is said of a page in two actions; who keeps or tends the page reads it and settles it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from directory import tending
from directory.kinds import page_of
from directory.models import Kind, Listing
from directory.pages.place import place_form, refuse_column
from directory.pages.reporting import count_remark
from directory.place_forms import PlaceForm
from directory.publishing import EDITABLE, WITHDRAWN
from directory.remark_models import LONGEST_REMARK
from directory.remarking import ASKED, remark, remarkable, remarks_on
from geo.errors import InvalidParameter, NotFound
from scopes.access import second_factor
from scopes.errors import Refused

#: Pages to put right that are shown at once.
A_PAGE = 50


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def say_remark(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask whether a page holds, and thank; each answer is a button of its own."""
    try:
        listing = remarkable(request.viewer, public_id)
    except NotFound as error:
        raise Http404 from error
    problem = ""
    if request.method == "POST":
        count_remark(request)
        try:
            remark(listing=listing, what=request.POST.get("what", ""), words=request.POST.get("words", ""))
        except InvalidParameter as error:
            problem = str(error)
        else:
            return redirect("remarked")
    holds, *wrong = ([what, what.label] for what in ASKED[listing.kind])
    context = {
        "listing": listing,
        "url": page_of(listing),
        "holds": None if listing.kind == Kind.EVENT else holds,
        "wrong": [holds, *wrong] if listing.kind == Kind.EVENT else wrong,
        "words": request.POST.get("words", ""),
        "longest": LONGEST_REMARK,
        "problem": problem,
    }
    return render(request, "places/remark.html", context, status=400 if problem else 200)


@never_cache
@require_safe
def remarked(request: HttpRequest) -> HttpResponse:
    """Thank."""
    return render(request, "places/remarked.html")


@require_safe
@second_factor
def pages_to_put_right(request: HttpRequest) -> HttpResponse:
    """List the pages of which something was said and that nobody keeps, for the staff or a town hall."""
    if not tending.tends(request.user):
        raise Http404
    found = tending.to_put_right(request.user).select_related("category", "municipality", "entry")
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    listings = list(page)
    told = remarks_on(listings)
    rows = [(one, page_of(one), told.get(one.pk, [])) for one in listings]
    context = {"rows": rows, "page": page, "town": None if request.user.is_staff else tending.town_of(request.user)}
    return render(request, "places/to_put_right.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@second_factor
def put_right(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Put one such page right: change it, say that it holds, close it, or set aside what was said."""
    try:
        listing = tending.tended(request.user, public_id)
        if "deed" in request.POST:
            return _done(request, listing)
        form = None if listing.kind == Kind.EVENT else place_form(request, listing)
        if form and form.is_valid() and _corrected(request, listing, form):
            return redirect("pages-to-put-right")
    except NotFound as error:
        raise Http404 from error
    context = {
        "listing": listing,
        "url": page_of(listing),
        "form": form,
        "remarks": remarks_on([listing]).get(listing.pk, []),
        "unread_hours": getattr(listing, "opening_hours_text", ""),
        "differs": dict.fromkeys(EDITABLE, ""),
        "is_closed": WITHDRAWN in listing.edits,
        "may_close": tending.may_close(request.user, listing),
    }
    return render(request, "places/put_right.html", context, status=400 if form and form.errors else 200)


def _corrected(request: HttpRequest, listing: Listing, form: PlaceForm) -> bool:
    try:
        tending.correct(account=request.user, public_id=listing.public_id, **form.columns)
    except InvalidParameter as error:
        refuse_column(form, error)
        return False
    messages.success(request, _("C’est corrigé : on le lit dès maintenant."))
    return True


def _done(request: HttpRequest, listing: Listing) -> HttpResponse:
    deeds = {
        "holds": (tending.confirm, _("C’est noté : la fiche dit qu’elle a été vérifiée ce mois-ci.")),
        "close": (tending.close, _("La fiche n’est plus montrée.")),
        "open": (tending.open_again, _("La fiche est de nouveau montrée.")),
        "aside": (tending.set_aside, _("C’est classé.")),
    }
    if request.POST["deed"] not in deeds:
        raise Http404
    deed, said = deeds[request.POST["deed"]]
    try:
        deed(account=request.user, public_id=listing.public_id)
    except Refused as error:
        messages.warning(request, str(error))
        return redirect("put-right", listing.public_id)
    messages.success(request, said)
    if request.POST["deed"] == "close":  # where one may still say that it was a mistake
        return redirect("put-right", listing.public_id)
    return redirect("pages-to-put-right")
