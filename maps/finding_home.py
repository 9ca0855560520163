"""The page where someone finds the own residence: an address, what stands there, a plan where that is several."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from maps.door_plan import plan_of
from scopes.access import signed_in
from scopes.home_pages.finding import doors_found
from scopes.home_pages.forms import FindForm


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def find_home(request: HttpRequest) -> HttpResponse:
    """Ask for an address, and show the residences there.

    The plan is drawn into the page: a map would ask for tiles, whose addresses tell where someone lives.
    """
    form = FindForm(request.POST or None)
    found = [
        {"name": door.name, "choices": door.choices, "plan": plan_of(door) if len(door.choices) > 1 else None}
        for door in doors_found(form)
    ]
    return render(request, "homes/find.html", {"form": form, "found": found}, status=400 if form.errors else 200)
