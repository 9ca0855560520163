"""Gives the files of an analysis: of one that the address asks for, or of one that a town keeps."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from directory.coverage import cover
from directory.coverage_choices import as_address, read_choices
from directory.findings import Findings, findings_of
from directory.keeping_analyses import findings_on
from geo.errors import InvalidParameter, NotFound
from geo.parameters import check_names
from maps.coverage_files.about import about
from maps.coverage_files.forms import FORMS, Form
from maps.coverage_own import read_posted
from maps.coverage_turns import counted, one_at_a_time
from maps.kept_coverage_page import DAY, found, read_day


@require_http_methods(["GET", "HEAD", "POST"])
@counted
def coverage_file(request: HttpRequest, ending: str) -> HttpResponse:
    """Answer a file of the analysis that the address asks for, or that is posted with its own sites."""
    form = _form(ending)
    if request.method == "POST":
        with one_at_a_time():
            findings = findings_of(cover(read_posted(request).asked))
            return _written(findings, form, ending, reverse("coverage"), is_online=False)
    asked = read_choices(request.GET)
    if asked is None:
        raise InvalidParameter("town", _("Dites d’abord la commune."))
    with one_at_a_time():
        page = f"{reverse('coverage')}?{as_address(request.GET, asked)}"
        return _written(findings_of(cover(asked)), form, ending, page)


@require_safe
@counted
def kept_coverage_file(request: HttpRequest, public_id: UUID, ending: str) -> HttpResponse:
    """Answer a file of an analysis that a town keeps, as it was found on a day."""
    form = _form(ending)
    analysis, _may = found(request, public_id)
    check_names(request.GET, (DAY,))
    findings = findings_on(analysis, read_day(request, DAY))
    page = f"{reverse('kept-coverage', args=[public_id])}?{DAY}={findings.made_on}"
    with one_at_a_time():
        return _written(findings, form, ending, page)


def _form(ending: str) -> Form:
    if ending not in FORMS:
        raise Http404
    return FORMS[ending]


def _written(findings: Findings, form: Form, ending: str, page: str, *, is_online: bool = True) -> HttpResponse:
    """The file; nobody keeps a copy on the way: what a town takes back is gone."""
    if not findings.is_told:
        raise NotFound(_("Trop peu de logements de cette commune sont chargés pour en dire quelque chose."))
    told = about(findings, page, is_online=is_online)
    headers = {
        "Content-Disposition": told.disposition(ending),
        "Cache-Control": "no-store",
        "X-Robots-Tag": "noindex",
    }
    return HttpResponse(form.write(findings, told), content_type=form.content_type, headers=headers)
