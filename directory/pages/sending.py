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
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from directory.displaying import sheets_of
from directory.models import Mailing
from directory.notice_audiences import to_residences
from directory.notice_templates import TEMPLATES, sentences_of, title_of
from directory.notifying import (
    CONFIRMATION,
    approve,
    mandates_of,
    notify,
    own_mailing,
    say_it_is_over,
    take_back,
    title_in_words,
)
from directory.paper.notice_poster import notice_posters_pdf, poster_of
from directory.poster_form import TemplateForm
from geo.errors import InvalidParameter
from geo.front_doors import name_of
from geo.models import Residence
from scopes.access import second_factor
from scopes.errors import Refused
from scopes.models import Mandate
from scopes.organisations.proposing import acting_as, acting_for

MOST_SHOWN = 50
#: Sheets of one PDF.
MOST_POSTERS = 40


@require_safe
@second_factor
def desk(request: HttpRequest) -> HttpResponse:
    """Show the mandates in force, what can be said under them, and what was sent."""
    mandates = mandates_of(request.user)
    sent = Mailing.objects.filter(mandate__organisation__in=acting_for(request.user))
    context = {
        "mandates": [_described(one) for one in mandates],
        "templates": TEMPLATES.values(),
        "sent": [_sent(one, request) for one in sent.select_related("mandate__organisation", "restores")[:MOST_SHOWN]],
    }
    return render(request, "directory/desk.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@second_factor
def write(request: HttpRequest, handle: UUID, code: str) -> HttpResponse:
    """Fill a template in, choose the buildings, see what residents will read, and send it."""
    mandate = next((one for one in mandates_of(request.user) if one.handle == handle), None)
    if mandate is None or code not in TEMPLATES:
        raise Http404
    template = TEMPLATES[code]
    form = TemplateForm(request.POST if request.method == "POST" else None, template=template)
    residences = list(mandate.residences.filter(closed_on__isnull=True).order_by("pk"))
    chosen = {one.key for one in residences} if not form.is_bound else set(request.POST.getlist("residences"))
    refused: InvalidParameter | Refused | None = None
    if form.is_bound and form.is_valid() and "send" in request.POST:
        try:
            return _send(request, mandate, _chosen(residences, chosen), code)
        except (InvalidParameter, Refused) as error:
            refused = error
    fields = form.cleaned_data.get("fields") if form.is_bound and form.is_valid() else None
    context = {
        "mandate": _described(mandate),
        "template": template,
        "form": form,
        "residences": [
            {"key": one.key, "name": name_of(one), "homes": one.dwellings, "is_chosen": one.key in chosen}
            for one in residences
        ],
        "preview": fields and {"title": title_of(code, fields), "sentences": sentences_of(code, fields)},
        "homes": sum(one.dwellings or 0 for one in residences if one.key in chosen),
        "number": len(chosen),
        "urgent": "urgent" in request.POST,
        "confirmation": CONFIRMATION,
        "refused": str(refused or ""),
    }
    return render(request, "directory/notice_form.html", context, status=400 if form.errors or refused else 200)


def _chosen(residences: list[Residence], keys: set[str]) -> list[Residence]:
    """The residences of these keys; one that is not of the mandate sends nothing anywhere."""
    if not keys <= {one.key for one in residences}:
        raise InvalidParameter("residences", _("Choisissez parmi les immeubles de ce mandat."))
    return [one for one in residences if one.key in keys]


def _send(request: HttpRequest, mandate: Mandate, residences: list[Residence], code: str) -> HttpResponse:
    mailing = notify(
        account=request.user,
        mandate=mandate,
        audience=to_residences(residences, mandate=mandate, acting=acting_as(request.user, mandate.organisation)),
        template=code,
        data=request.POST.dict(),
        urgent="urgent" in request.POST,
        confirmation=request.POST.get("confirmation", ""),
    )
    if mailing.sent_at:
        messages.success(request, _("L’avis part dans deux minutes. D’ici là, vous pouvez le reprendre."))
    else:
        messages.success(request, _("Une autre personne de votre organisme doit le relire."))
    return redirect("notice-desk")


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
    """Answer the posters of something sent, one for each entrance; `page` is which of them, forty at a time."""
    mailing = own_mailing(request.user, handle)
    if mailing.restores_id or mailing.withdrawn_at:
        raise Http404
    own = mailing.mandate.organisation
    with sheets_of(mailing) as sheets:
        first = (_page(request) - 1) * MOST_POSTERS
        posters = [
            poster_of(
                mailing.template,
                mailing.fields,
                entrance=sheet.entrance,
                sender=own.name[:80],
                contact=own.contact[:80],
                path=reverse("sheet", args=[sheet.handle]),
            )
            for sheet in sheets[first : first + MOST_POSTERS]
        ]
    if not posters:
        raise Http404
    answer = HttpResponse(notice_posters_pdf(posters), content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="affiches.pdf"'
    return answer


def _page(request: HttpRequest) -> int:
    """Read the page asked for; anything that is no page is the first one."""
    asked = request.GET.get("page", "")
    return max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 1


def _described(mandate: Mandate) -> dict:
    return {
        "handle": mandate.handle,
        "organisation": mandate.organisation.name,
        "number": mandate.mandated.count(),
        "ends_on": mandate.ends_on,
    }


def _sent(mailing: Mailing, request: HttpRequest) -> dict:
    """Something sent, by what is public of it: buildings and homes, never readers."""
    now = timezone.now()
    standing = mailing.withdrawn_at is None
    return {
        "handle": mailing.handle,
        "title": title_in_words(mailing),
        "organisation": mailing.mandate.organisation.name,
        "number": mailing.residences.count(),
        "homes": mailing.homes,
        "sent_at": mailing.sent_at,
        "is_withdrawn": not standing,
        "waits": standing and mailing.sent_at is None,
        "may_approve": standing and mailing.sent_at is None and mailing.written_by_id != request.user.pk,
        "can_undo": standing and (mailing.sent_at is None or mailing.sent_at > now),
        "can_end": _can_end(mailing) and standing and mailing.sent_at is not None and mailing.sent_at <= now,
        "has_poster": standing and mailing.restores_id is None,
    }


def _can_end(mailing: Mailing) -> bool:
    has_end = TEMPLATES[mailing.template].restored is not None
    return has_end and mailing.restores_id is None and not hasattr(mailing, "restored_by")
