"""The pages where an organisation announces what it holds: what, how far, send; later change, cancel, take back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from directory import holding_events
from directory.errors import TooMany
from directory.event_forms import EventForm, initial_of
from directory.event_words import coming_dates, date_in_words
from directory.holding_events import Announced, dates_announced, may_hold
from directory.models import Event
from directory.remarking import remarks_on
from geo.errors import InvalidParameter
from scopes.access import second_factor
from scopes.models import Organisation

#: Dates of a preview.
MOST_SHOWN = 10


@require_safe
@second_factor
def events(request: HttpRequest, handle: UUID) -> HttpResponse:
    """List what an organisation announced and that is not over."""
    organisation = _own(request, handle)
    own = list(holding_events.own_events(request.user, organisation))
    said = remarks_on(own)
    rows = [(event, coming_dates(event)[0], said.get(event.pk, [])) for event in own]
    return render(request, "places/events.html", {"organisation": organisation, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@second_factor
def add(request: HttpRequest, handle: UUID) -> HttpResponse:
    """Take a new event; show its dates first where that is asked."""
    organisation = _own(request, handle)
    form = EventForm(request.POST if request.method == "POST" else None)

    def done(announced: Announced) -> Event:
        return holding_events.announce_event(account=request.user, organisation=organisation, announced=announced)

    return _written(request, organisation, form, done, said=_("C’est annoncé."))


@require_http_methods(["GET", "HEAD", "POST"])
@second_factor
def change(request: HttpRequest, handle: UUID, public_id: UUID) -> HttpResponse:
    """Change an event, cancel it or take it back."""
    organisation = _own(request, handle)
    event = holding_events.own_event(request.user, organisation, public_id)
    if "deed" in request.POST:
        return _other_deed(request, organisation, event)
    form = EventForm(request.POST if request.method == "POST" else None, initial=initial_of(event))

    def done(announced: Announced) -> Event:
        return holding_events.change_event(account=request.user, event=event, announced=announced)

    return _written(request, organisation, form, done, said=_("C’est à jour : on le lit dès maintenant."), event=event)


def _own(request: HttpRequest, handle: UUID) -> Organisation:
    organisation = Organisation.objects.filter(handle=handle).first()
    if organisation is None or not may_hold(request.user, organisation):
        raise Http404
    return organisation


def _written(
    request: HttpRequest, organisation: Organisation, form: EventForm, done, *, said: str, event: Event | None = None
) -> HttpResponse:
    dates: list[str] = []
    if form.is_bound and form.is_valid():
        try:
            if "preview" in request.POST:
                dates = _in_words(form.announced)
            else:
                done(form.announced)
                messages.success(request, said)
                return redirect("own-events", organisation.handle)
        except InvalidParameter as error:
            form.refuse({"starts": "day"}.get(error.parameter, error.parameter), str(error))
        except TooMany as error:
            form.refuse("", str(error))
    context = {"organisation": organisation, "form": form, "event": event, "dates": dates[:MOST_SHOWN]}
    context["remarks"] = remarks_on([event]).get(event.pk, []) if event else []
    context["more"] = len(dates) - len(context["dates"])
    return render(request, "places/event_form.html", context, status=400 if form.errors else 200)


def _in_words(announced: Announced) -> list[str]:
    """The dates that will be read."""
    shown = Event(ends_at=announced.ends, all_day=announced.all_day, municipality=announced.address.municipality)
    return [date_in_words(shown, start, end) for start, end in dates_announced(announced)]


def _other_deed(request: HttpRequest, organisation: Organisation, event: Event) -> HttpResponse:
    deeds = {
        "cancel": (holding_events.cancel_event, _("L’événement est annulé : on le lit dès maintenant.")),
        "hold": (holding_events.hold_after_all, _("L’événement a lieu, de nouveau.")),
        "aside": (holding_events.set_remarks_aside, _("C’est classé.")),
        "withdraw": (holding_events.take_event_back, _("L’événement n’est plus montré.")),
    }
    if request.POST["deed"] not in deeds:
        raise Http404
    deed, said = deeds[request.POST["deed"]]
    deed(account=request.user, event=event)
    messages.success(request, said)
    return redirect("own-events", organisation.handle)
