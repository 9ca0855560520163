"""`/demandes/`: asking an organisation, with a map to show where; and the plan that whoever reads the request sees."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.gis.geos import Point
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from directory import asking
from directory.ask_forms import AskForm
from directory.models import Ask
from directory.pages.asking import WHAT_FOR
from directory.pages.inviting import invite
from directory.reading_asks import acting_in, first_read
from geo.errors import InvalidParameter, NotFound
from maps.door_plan import around
from maps.framing import square
from maps.layers import circle_features, collection, draw
from maps.sources import credits_line
from maps.tiles import stamp
from scopes.access import signed_in
from scopes.viewer import Home

#: Degrees from the middle of the map to its sides: a few streets, near enough to read their names.
A_FEW_STREETS = 0.0015


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def write(request: HttpRequest, handle: UUID) -> HttpResponse:
    """Take a request to one organisation that the home may ask; any other is not there."""
    home = request.viewer.home
    if home is None:
        return invite(request, _("Demander, signaler"), WHAT_FOR)
    askable = next((one for one in asking.askable_by(home) if one.organisation.handle == handle), None)
    if askable is None:
        raise Http404
    filled = (request.POST, request.FILES) if request.method == "POST" else ()
    form = AskForm(*filled, askable=askable, home=home)
    made = _asked(form, home, handle) if form.is_bound and form.is_valid() else None
    if made:
        messages.success(request, _("C’est transmis à %(name)s.") % {"name": askable.organisation.name})
        return redirect("ask", made.public_id)
    empty = {"circle": circle_features(None), "here": collection([]), "results": collection([])}
    context = {
        "form": form,
        "askable": askable,
        # Around the public cell: the addresses of its tiles tell no more than that.
        "map": draw(view=square(home.point, A_FEW_STREETS), stamp=stamp(), nonce=request.csp_nonce, **empty),
        "credits": credits_line(),
    }
    return render(request, "maps/ask_form.html", context, status=400 if form.errors else 200)


@require_safe
def plan(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Draw where it is for who asked, for the organisation, and for whoever may see the word it was said with."""
    point: Point | None = first_read(
        request.viewer,
        acting_in(request),
        lambda asks: asks.filter(public_id=public_id).values_list("location", flat=True).first(),
    )
    if point is None:
        raise Http404
    answer = render(request, "maps/ask_plan.svg", {"plan": around(point)}, content_type="image/svg+xml")
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _asked(form: AskForm, home: Home, handle: UUID) -> Ask | None:
    try:
        return asking.ask(home=home, organisation=handle, **form.columns)
    except InvalidParameter as error:
        form.add_error(error.parameter if error.parameter in form.fields else None, str(error))
    except NotFound:
        raise Http404 from None
    return None
