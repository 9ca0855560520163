"""The rota of a helping hand: planned, taken, done, printed for the fridge; for its circle alone."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from directory import helping, visiting
from directory.help_forms import AlertForm, PlanForm
from directory.rota import rota_of
from directory.telephones import phone
from geo.errors import InvalidParameter
from scopes.access import signed_in

#: What a button does, by its word.
_DEEDS: dict[str, Callable[..., object]] = {
    "take": visiting.take,
    "let-go": visiting.let_go,
    "done": visiting.say_done,
    "not-done": lambda **slot: visiting.say_done(**slot, done=False),
    "drop": visiting.drop,
}


@require_POST
@signed_in
def plan(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Plan a visit of every week."""
    form = PlanForm(request.POST)
    filled = form.cleaned_data if form.is_valid() else {"weekday": 0, "time_of_day": 0}
    return _done(request, public_id, lambda: visiting.plan(viewer=request.viewer, public_id=public_id, **filled))


@require_POST
@signed_in
def change(request: HttpRequest, public_id: UUID, slot: UUID) -> HttpResponse:
    """Take a visit, let it go, say that it is done, or plan it no more."""
    deed = _DEEDS.get(request.POST.get("deed", ""))
    if deed is None:
        raise Http404
    return _done(request, public_id, lambda: deed(viewer=request.viewer, public_id=public_id, slot=slot))


@require_POST
@signed_in
def alert(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Choose whether one is told of a visit that nobody confirms."""
    form = AlertForm(request.POST)
    form.is_valid()
    visiting.choose_alert(viewer=request.viewer, public_id=public_id, **form.cleaned_data)
    messages.success(request, _("C’est noté."))
    return redirect("help", public_id)


@require_safe
@signed_in
def sheet(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show the week as a sheet of A4 in large type, for the fridge."""
    own = helping.own_part(request.viewer, public_id)
    hall = helping.town_hall_of(own.help.municipality)
    context = {"help": own.help, "rota": rota_of(own), "hall": hall, "phone": hall and phone(hall.phone)}
    return render(request, "directory/help_sheet.html", context)


def _done(request: HttpRequest, public_id: UUID, deed: Callable[[], object]) -> HttpResponse:
    """Do it, or say why not, and lead back to the week."""
    try:
        deed()
    except InvalidParameter as error:
        messages.warning(request, str(error))
    return redirect("help", public_id)
