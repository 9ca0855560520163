"""The public poster maker: choose what is said, fill it in, see it, print it; nothing is kept of it."""

from __future__ import annotations

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from directory.errors import TooMany
from directory.notice_templates import TEMPLATES
from directory.paper.notice_poster import NoticePoster, notice_posters_pdf, poster_of, square
from directory.poster_form import PosterForm
from geo.errors import NotFound


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Show what a poster can say."""
    return render(request, "directory/posters.html", {"templates": TEMPLATES.values()})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def make(request: HttpRequest, code: str) -> HttpResponse:
    """Ask what the poster says; show it, or hand over the PDF."""
    if code not in TEMPLATES:
        raise NotFound
    template = TEMPLATES[code]
    form = PosterForm(request.POST if request.method == "POST" else None, template=template)
    posters = _posters(form) if form.is_bound and form.is_valid() else []
    if posters and "print" in request.POST:
        return _printed(request, posters, code)
    context = {"form": form, "template": template, "posters": posters, "square": square(posters[0]) if posters else ""}
    return render(request, "directory/poster_maker.html", context, status=400 if form.errors else 200)


def _posters(form: PosterForm) -> list[NoticePoster]:
    filled = form.cleaned_data
    return [
        poster_of(
            form.template.code,
            filled["fields"],
            entrance=entrance,
            sender=filled["sender"],
            contact=filled["contact"],
        )
        for entrance in filled["entrances"]
    ]


def _printed(request: HttpRequest, posters: list[NoticePoster], code: str) -> HttpResponse:
    if not ratelimit.consume(request, action="poster"):
        raise TooMany(_("Beaucoup d’affiches viennent d’ici : réessayez un peu plus tard."))
    answer = HttpResponse(notice_posters_pdf(posters), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="affiche-{code.replace("_", "-")}.pdf"'
    return answer
