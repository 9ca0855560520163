"""An analysis of one's own sites: posted with the list itself, so that no address, log or table ever holds it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directory.analysis_models import Analysis
from directory.coverage import CoverageRequest
from directory.coverage_choices import read_choices
from directory.importing.sites import MOST_BYTES, MOST_ROWS, ReadSites, read_file, read_lines, said
from directory.keeping_analyses import own_sites_of, query_today
from directory.own_sites import as_text
from directory.proposed_sites import with_one_more, written
from geo.errors import InvalidParameter
from geo.models import Municipality
from geo.towns import find_municipality
from maps.wording import grouped


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What a form with a list of sites asks."""

    query: QueryDict
    asked: CoverageRequest
    read: ReadSites
    #: Why the place that was typed to be added was not; nothing where it was.
    refused: InvalidParameter | None = None


def read_posted(request: HttpRequest) -> Posted:
    """Read the form; raise `ImportRefused` or `InvalidParameter` where nothing can be asked with it."""
    form = request.POST
    query = QueryDict(mutable=True)
    query.update({name: form.get(name, "") for name in ("town", "within")})
    query.setlist("site", _proposed(form))
    if not query["town"].strip():
        raise InvalidParameter("town", _("Dites d’abord la commune."))
    town = find_municipality(query["town"])
    read = _read_list(request, Municipality.objects.get(pk=town.pk))
    asked = read_choices(query, read.own)
    try:
        asked, refused = _with_added(asked, form.get("add", "").strip()), None
    except InvalidParameter as error:
        refused = error
    return Posted(query=query, asked=asked, read=read, refused=refused)


def _proposed(form: QueryDict) -> list[str]:
    """The sites that do not exist: those of the page without the one taken away, and those that are joined to them."""
    taken_away = form.get("without", "")
    return [site for site in form.getlist("site") if site != taken_away] + form.get("join", "").split()


def _read_list(request: HttpRequest, town: Municipality) -> ReadSites:
    file, lines = request.FILES.get("file"), request.POST.get("lines", "")
    if file:
        return read_file(file.read(MOST_BYTES + 1), file_name=file.name, town=town)
    if not lines.strip():
        raise InvalidParameter("file", _("Choisissez un fichier, ou tapez vos lieux."))
    before = request.POST.get("left_out", "")
    left_out = int(before) if re.fullmatch(r"\d{1,5}", before, re.ASCII) else 0
    return read_lines(lines, name=request.POST.get("named", ""), town=town, left_out=min(left_out, MOST_ROWS))


def _with_added(asked: CoverageRequest, typed: str) -> CoverageRequest:
    return replace(asked, proposed=with_one_more(asked.proposed, typed, asked.town)) if typed else asked


def own_told(posted: Posted) -> dict[str, object]:
    """What the form tells of the list that was read."""
    read, own = posted.read, posted.read.own
    number = sum(map(len, read.left_out.values()))
    words = ngettext(
        "%(number)s ligne de votre liste ne compte pas :", "%(number)s lignes de votre liste ne comptent pas :", number
    )
    return {
        "named": own.name,
        "lines": as_text(own),
        "number": len(own.places),
        "left_out": own.left_out,
        "left_out_now": words % {"number": grouped(number)} if number else "",
        "reasons": [said(reason, rows) for reason, rows in read.left_out.items()],
        "notes": read.notes,
        "sites": [written(site) for site in posted.asked.proposed],
    }


def own_refused(request: HttpRequest) -> dict[str, object]:
    """What stays in the form where it could not be read: not the sites that do not exist, which may be at fault."""
    return {name: request.POST.get(name, "") for name in ("named", "lines", "left_out")}


def asked_again(analysis: Analysis) -> list[tuple[str, str]]:
    """The fields that ask what a kept analysis asks of its own sites; none where it asks for a service."""
    own = own_sites_of(analysis)
    if own is None:
        return []
    query = query_today(analysis)
    told = [(name, query[name]) for name in query if name != "site"]
    return [*told, *(("site", site) for site in query.getlist("site")), ("lines", as_text(own))]
