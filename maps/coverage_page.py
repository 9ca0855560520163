"""`/ville/couverture/`: who lives too far from a service, or from sites of one's own? A map, a table that says it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from directory.coverage import CoverageRequest, cover
from directory.coverage_best import best_sites
from directory.coverage_choices import METRES, MINUTES, PACES, USUAL, choices, read_choices
from directory.findings import findings_of
from directory.proposed_sites import with_one_more
from geo.errors import ImportRefused, InvalidParameter, NotFound
from geo.pace import Pace
from maps.coverage_best import best_told, counts, read_count
from maps.coverage_out import kept_for, taken_away
from maps.coverage_own import own_refused, own_told, read_posted
from maps.coverage_told import told_of
from maps.coverage_turns import counted, one_at_a_time
from maps.coverage_what_if import address_with, what_if_told
from maps.sources import credits_line
from maps.wording import metres


@require_http_methods(["GET", "HEAD", "POST"])
@counted
def coverage(request: HttpRequest) -> HttpResponse:
    """Answer the analysis that the address asks for; without a town, the two choices alone.

    A place that was typed to be added (`add`) leads to the address with one site more; `best` asks where others belong.
    What is posted is an analysis of the sites that it carries: the page that comes back carries them on.
    """
    page = _of_own_sites(request) if request.method == "POST" else _of_address(request)
    if isinstance(page, HttpResponse):
        return page
    context = page | kept_for(request, page.get("town")) | {"credits": credits_line()}
    answer = render(request, "maps/coverage.html", context, status=400 if page["refused"] else 200)
    if request.method == "POST":
        answer["Cache-Control"] = "no-store"
    return answer


def _of_address(request: HttpRequest) -> dict[str, object] | HttpResponse:
    page: dict[str, object] = {"refused": "", "parameter": ""}
    query = request.GET.copy()
    typed, looked_for = (" ".join(query.pop(name, [])) for name in ("add", "best"))
    try:
        asked, count = read_choices(query), read_count(looked_for)
        if asked and typed:
            try:
                return redirect(address_with(request, asked, with_one_more(asked.proposed, typed, asked.town)))
            except InvalidParameter as error:
                page |= _refused(error)
        if asked:
            with one_at_a_time():
                page |= _answered(request, asked, count)
            page |= taken_away(request, asked)
    except (InvalidParameter, NotFound) as error:
        page |= _refused(error)
    told = {name: request.GET.get(name) for name in USUAL if name != page["parameter"]}
    chosen = {name: told.get(name) or usual for name, usual in USUAL.items()}
    return page | {
        **_choices(page, request.GET.get("town", ""), chosen),
        "open_at": page["moment"] if "moment" in page else request.GET.get("open_at", "")[:16],
        "proposed_sites": [site for site in query.getlist("site") if page["parameter"] != "site"],
        "add_typed": typed,
    }


def _of_own_sites(request: HttpRequest) -> dict[str, object]:
    page: dict[str, object] = {"refused": "", "parameter": "", "own": own_refused(request), "add_typed": ""}
    try:
        count = read_count(request.POST.get("best", "")) if "look" in request.POST else 0
        with one_at_a_time():
            posted = read_posted(request)
            page |= {"own": own_told(posted)} | _answered(request, posted.asked, count)
        page |= taken_away(request, posted.asked)
        if posted.refused:
            page |= _refused(posted.refused) | {"add_typed": request.POST["add"]}
    except (InvalidParameter, NotFound, ImportRefused) as error:
        page |= _refused(error)
    chosen = {"within": request.POST.get("within") or USUAL["within"]}
    return page | _choices(page, request.POST.get("town", ""), chosen)


def _choices(page: dict[str, object], town: str, chosen: dict[str, str]) -> dict[str, object]:
    """What the fields of the choices hold."""
    return {
        "asked_town": page["town"].as_typed if "town" in page else town,
        "choices": choices(),
        "thresholds": _thresholds(),
        "other_threshold": page.get("near") if not _is_offered(chosen["within"]) else "",
        "chosen": chosen,
    }


def _answered(request: HttpRequest, asked: CoverageRequest, count: int) -> dict[str, object]:
    """What the page tells of an analysis, and of so many best next sites."""
    answer = cover(asked)
    findings = findings_of(answer)
    best = best_sites(answer, count) if count and findings.is_told else None
    told = told_of(request, findings, best=best)
    if not findings.is_told:
        return told
    return told | {
        "what_if": what_if_told(request, answer),
        "best": best and best_told(request, answer, best, count),
        "best_counts": counts(count),
    }


def _refused(error: InvalidParameter | NotFound | ImportRefused) -> dict[str, object]:
    usual = "file" if isinstance(error, ImportRefused) else "town"
    return {"refused": str(error), "parameter": getattr(error, "parameter", usual)}


def _thresholds() -> list[tuple[str, list[tuple[str, str]]]]:
    """The thresholds there are to choose from, as the groups of a select."""
    words = {Pace.USUAL: _("À pied, 5 km/h"), Pace.SLOW: _("À pied, d’un pas lent (3 km/h)")}
    # A closed select shows the way alone, without its group.
    ways = {Pace.USUAL: _("%(minutes)d min à pied"), Pace.SLOW: _("%(minutes)d min, pas lent")}
    on_foot = [
        (words[pace], [(f"{number}{code}", ways[pace] % {"minutes": number}) for number in MINUTES])
        for code, pace in PACES.items()
    ]
    return [(_("À vol d’oiseau"), [(code, metres(far)) for code, far in METRES.items()]), *on_foot]


def _is_offered(within: str) -> bool:
    """Whether a threshold is among those to choose from; any other is added, so that asking again asks the same."""
    return any(within == code for _group, ways in _thresholds() for code, _name in ways)
