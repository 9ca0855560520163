"""The page where a place that no source knows is added."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from directory.add_place_form import AddPlaceForm
from directory.adding_places import add_place
from geo.errors import InvalidParameter
from scopes.access import second_factor
from scopes.errors import Refused


@require_http_methods(["GET", "HEAD", "POST"])
@second_factor
def add(request: HttpRequest) -> HttpResponse:
    """Add a place of an organisation one is responsible for; it is seen once it is proved."""
    form = AddPlaceForm(request.POST or None, account=request.user)
    if form.is_valid():
        try:
            add_place(account=request.user, **form.columns)
        except InvalidParameter as error:
            form.add_error(error.parameter if error.parameter in form.fields else None, str(error))
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("C’est noté. Voici la suite."))
            return redirect("places")
    return render(request, "places/add.html", {"form": form}, status=400 if form.errors else 200)
