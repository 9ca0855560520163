"""Pages of those who write under a mandate: choose what is said, see it, send it, take it back, say it is over."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from directory.asking_homes import MAY_ASK
from directory.audience_words import audiences_in_words, homes_in_words, place_in_words
from directory.displaying import sheets_of
from directory.mailing_models import POLL
from directory.models import Mailing
from directory.notice_templates import ASKING, template_of
from directory.notifying import (
    approve,
    decides_about,
    mandates_of,
    own_mailing,
    say_it_is_over,
    take_back,
    templates_of,
    title_in_words,
)
from directory.pages.spaces import page_number
from directory.paper.notice_poster import NoticePoster, notice_posters_pdf, poster_of
from directory.telling_reads import told_of
from geo.errors import InvalidParameter
from geo.front_doors import addresses_of
from scopes.access import second_factor
from scopes.errors import Refused
from scopes.models import Acting, Mandate
from scopes.moments import moment
from scopes.organisations.proposing import acting_for
from scopes.organisations.wording import extents_in_words

MOST_SHOWN = 50
RELATED = ("mandate__organisation", "restores", "restored_by", "read_figure", "asked_poll", "api_key")
#: Sheets of one PDF.
MOST_POSTERS = 40


@require_safe
@second_factor
def desk(request: HttpRequest) -> HttpResponse:
    """Show the mandates in force, what can be said under them, and what was sent."""
    mandates = mandates_of(request.user)
    actings = {one.organisation_id: one for one in request.user.actings.filter(ended_at=None)}
    sent = Mailing.objects.filter(mandate__organisation__in=acting_for(request.user))
    sent = list(sent.select_related(*RELATED)[:MOST_SHOWN])
    audiences = audiences_in_words(sent)
    context = {
        "mandates": _described(mandates),
        "sent": [_sent(one, audiences[one.pk], actings[one.mandate.organisation_id]) for one in sent],
    }
    return render(request, "directory/desk.html", context)


def _deed(deed: Callable[[HttpRequest, Mailing], str]) -> Callable[..., HttpResponse]:
    """Make a view of what is done with something sent: it returns what to say, and the desk follows."""

    @require_POST
    @second_factor
    @wraps(deed)
    def view(request: HttpRequest, handle: UUID) -> HttpResponse:
        mailing = own_mailing(request.user, handle)
        try:
            messages.success(request, deed(request, mailing))
        except (Refused, InvalidParameter) as error:
            messages.warning(request, str(error))
        return redirect("notice-desk")

    return view


@_deed
def approve_notice(request: HttpRequest, mailing: Mailing) -> str:
    """Send what someone else wrote."""
    approve(account=request.user, mailing=mailing)
    return _("L’avis part dans deux minutes. D’ici là, vous pouvez le reprendre.")


@_deed
def take_notice_back(request: HttpRequest, mailing: Mailing) -> str:
    """Take what was sent back."""
    take_back(account=request.user, mailing=mailing)
    return _("L’avis est repris.")


@_deed
def notice_is_over(request: HttpRequest, mailing: Mailing) -> str:
    """Say to the same residences that it is over."""
    say_it_is_over(account=request.user, mailing=mailing)
    return _("Les mêmes immeubles lisent que c’est rétabli.")


@require_safe
@second_factor
def notice_posters(request: HttpRequest, handle: UUID) -> HttpResponse:
    """Answer the posters of something sent, one for each entrance; `page` is which of them, forty at a time.

    Of what was sent without sheets, one for each entrance as it is known today, or for the building. What waits for a
    second reading hangs nowhere.
    """
    mailing = own_mailing(request.user, handle)
    if mailing.restores_id or mailing.withdrawn_at or mailing.sent_at is None:
        raise Http404
    if mailing.area is not None:
        posters = [_poster(mailing, entrance=place_in_words(mailing))]
    else:
        with sheets_of(mailing) as sheets:
            first = (page_number(request) - 1) * MOST_POSTERS
            posters = [
                _poster(mailing, entrance=sheet.entrance, path=reverse("sheet", args=[sheet.handle]))
                for sheet in sheets[first : first + MOST_POSTERS]
            ]
        if not sheets:
            posters = [_poster(mailing, entrance=door) for door in _doors(mailing)]
    if not posters:
        raise Http404
    answer = HttpResponse(notice_posters_pdf(posters), content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="affiches.pdf"'
    return answer


def _doors(mailing: Mailing) -> list[str]:
    doors = []
    for one in mailing.residences.select_related("municipality").order_by("pk")[:MOST_POSTERS]:
        doors += [str(door) for door in addresses_of(one)] or [one.name or one.municipality.name]
    return doors[:MOST_POSTERS]


def _poster(mailing: Mailing, *, entrance: str, path: str = "/") -> NoticePoster:
    own = mailing.mandate.organisation
    said = {"entrance": entrance, "sender": own.name[:80], "contact": own.contact[:80]}
    return poster_of(mailing.template, mailing.fields, **said, path=path)


def _described(mandates: list[Mandate]) -> list[dict]:
    extents = extents_in_words(mandates)
    return [
        {
            "handle": one.handle,
            "organisation": one.organisation.name,
            "extent": extents[one.pk],
            "ends_on": one.ends_on,
            "templates": templates_of(one.organisation),
            "asks": ASKING if one.organisation.kind in MAY_ASK else None,
        }
        for one in mandates
    ]


def _sent(mailing: Mailing, audience: str, acting: Acting) -> dict:
    """Something sent, by what is public of it: buildings and homes, never readers."""
    asked = getattr(mailing, "asked_poll", None)
    standing = mailing.withdrawn_at is None
    decides = standing and decides_about(acting, mailing)
    is_stopped = mailing.mandate.is_over
    goes_on = decides and not is_stopped
    return {
        "handle": mailing.handle,
        "page": reverse("asked-poll" if asked else "mailing", args=[mailing.handle]),
        "asked_until": asked and moment(asked.ends_at),
        "title": title_in_words(mailing),
        "organisation": mailing.mandate.organisation.name,
        "key": mailing.api_key.name if mailing.api_key else "",
        "audience": audience,
        "homes": homes_in_words(mailing.homes),
        "read": "" if asked else told_of(mailing),
        "sent": mailing.sent_at and moment(mailing.sent_at),
        "is_withdrawn": not standing,
        "is_stopped": is_stopped,
        "waits": standing and mailing.sent_at is None,
        "may_approve": goes_on and mailing.sent_at is None and mailing.written_by_id != acting.account_id,
        "may_take_back": decides and (not asked or asked.ends_at > timezone.now()),
        "take_back": reverse("take-asked-poll-back" if asked else "take-notice-back", args=[mailing.handle]),
        "can_end": _can_end(mailing) and goes_on and mailing.sent_at is not None and mailing.sent_at <= timezone.now(),
        "has_poster": _has_poster(mailing) and standing and not is_stopped and mailing.sent_at is not None,
    }


def _has_poster(mailing: Mailing) -> bool:
    return mailing.restores_id is None and mailing.template != POLL


def _can_end(mailing: Mailing) -> bool:
    has_end = template_of(mailing.template).restored is not None
    return has_end and mailing.restores_id is None and not hasattr(mailing, "restored_by")
