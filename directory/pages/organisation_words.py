"""The pages where an association or a town hall gives news: what, how far, send; later change, take back."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from directory.errors import TooManyThisMonth
from directory.models import Kind
from directory.organisation_audiences import homes_within
from directory.organisation_forms import NewsForm, initial_of
from directory.organisation_kinds import NEWS, Told, days_of
from directory.organisation_models import ByOrganisation
from directory.organisation_publishing import (
    change_said,
    left_this_month,
    may_say,
    own_said,
    pages_of,
    said_by,
    say_for,
    take_said_back,
    town_of,
)
from directory.shown import readers
from geo.errors import InvalidParameter
from scopes.access import second_factor
from scopes.models import Organisation


@require_safe
@second_factor
def said(request: HttpRequest, handle: UUID) -> HttpResponse:
    """List the news of an organisation that are not over."""
    organisation = _own(request, handle)
    rows = [(one, days_of(one), readers(one)) for one in said_by(request.user, organisation, Kind.NEWS)]
    context = {
        "organisation": organisation,
        "own": NEWS,
        "rows": rows,
        "speaks": _speaks(organisation),
    }
    return render(request, "places/organisation_words.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@second_factor
def add(request: HttpRequest, handle: UUID) -> HttpResponse:
    """Take something new; say first how it will read and how many homes that is, where that is asked."""
    organisation = _own(request, handle)
    if not _speaks(organisation):
        return redirect("own-news", organisation.handle)
    form = NewsForm(organisation, *_posted(request))

    def done(told: Told) -> ByOrganisation:
        return say_for(account=request.user, organisation=organisation, kind=Kind.NEWS, told=told)

    return _written(request, organisation, form, done, words=_("C’est dit : on le lit dès maintenant."))


@require_http_methods(["GET", "HEAD", "POST"])
@second_factor
def change(request: HttpRequest, handle: UUID, public_id: UUID) -> HttpResponse:
    """Change what is said, or take it back."""
    organisation = _own(request, handle)
    one = own_said(request.user, organisation, Kind.NEWS, public_id)
    if request.POST.get("deed") == "withdraw":
        take_said_back(account=request.user, said=one)
        messages.success(request, _("Ce n’est plus montré."))
        return redirect("own-news", organisation.handle)
    form = NewsForm(organisation, *_posted(request), said=one, initial=initial_of(one))

    def done(told: Told) -> ByOrganisation:
        return change_said(account=request.user, said=one, told=told)

    words = _("C’est à jour : on le lit dès maintenant.")
    return _written(request, organisation, form, done, words=words, said=one)


def _own(request: HttpRequest, handle: UUID) -> Organisation:
    organisation = Organisation.objects.select_related("municipality").filter(handle=handle).first()
    if organisation is None or not may_say(request.user, organisation, NEWS):
        raise Http404
    return organisation


def _speaks(organisation: Organisation) -> bool:
    """Whether it has a town to speak in: a page that it keeps, or the commune of a town hall."""
    return bool(pages_of(organisation, NEWS)) or organisation.municipality_id is not None


def _posted(request: HttpRequest) -> tuple:
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _written(
    request: HttpRequest,
    organisation: Organisation,
    form: NewsForm,
    done: Callable[[Told], ByOrganisation],
    *,
    words: str,
    said: ByOrganisation | None = None,
) -> HttpResponse:
    preview = None
    if form.is_bound and form.is_valid():
        try:
            if "preview" in request.POST:
                preview = _preview(organisation, form.told)
            else:
                done(form.told)
                messages.success(request, words)
                return redirect("own-news", organisation.handle)
        except InvalidParameter as error:
            form.refuse(error.parameter, str(error))
        except TooManyThisMonth as error:
            form.refuse("", str(error))
    context = {
        "organisation": organisation,
        "own": NEWS,
        "form": form,
        "said": said,
        "preview": preview,
        "left": left_this_month(NEWS, organisation, next(iter(pages_of(organisation, NEWS)), None)),
    }
    return render(request, "places/organisation_word_form.html", context, status=400 if form.errors else 200)


def _preview(organisation: Organisation, told: Told) -> dict[str, object]:
    """How it will read, and the homes around by public data."""
    place = told.place
    homes = homes_within(told.to, place, town_of(organisation, place))
    sign = place.title if place else organisation.name
    return {"title": told.title, "text": told.text, "sign": sign, "homes": homes}
