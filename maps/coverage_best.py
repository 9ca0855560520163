"""Where should the next sites be? The part of the page of coverage that finds the best ones, and adds them."""

from __future__ import annotations

import re

from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directory.candidate_sites import Candidates
from directory.coverage import Coverage, Share
from directory.coverage_best import MOST, BestSites
from directory.proposed_sites import MOST as MOST_PROPOSED
from directory.proposed_sites import written
from geo.errors import InvalidParameter
from maps.coverage_what_if import address_with, place_names
from maps.wording import grouped, metres, percent

USUAL = 3


def read_count(text: str) -> int:
    """Read how many sites are looked for; none where nothing is said."""
    if not text:
        return 0
    if not re.fullmatch(rf"[1-{MOST}]", text, re.ASCII):
        raise InvalidParameter("best", _("Attendu : un nombre de 1 à %(most)d.") % {"most": MOST})
    return int(text)


def counts(chosen: int) -> list[tuple[int, str, bool]]:
    """How many may be looked for, as the choices of a select: number, words, whether it is the one."""
    words = [ngettext("%(number)d lieu", "%(number)d lieux", number) for number in range(1, MOST + 1)]
    return [
        (number, word % {"number": number}, number == (chosen or USUAL)) for number, word in enumerate(words, start=1)
    ]


def best_told(request: HttpRequest, answer: Coverage, best: BestSites, count: int) -> dict[str, object]:
    """What the page tells of the best sites."""
    homes, sites = answer.whole.homes, [tuple(site) for site in best.sites.tolist()]
    together = [*answer.request.proposed, *sites]
    return {
        "heading": _heading(len(sites), homes.missed),
        "fewer": len(sites) < count,
        "sites": [
            {"number": number, "name": name, "homes": alone}
            for number, (name, alone) in enumerate(zip(place_names(best.sites), best.alone, strict=True), start=1)
        ],
        "together": best.together,
        "before": percent(homes.percent),
        "after": percent(Share(homes.served + best.together, homes.total).percent),
        "certainty": _certainty(best),
        "among": _among(best.among),
        "may_add": len(together) <= MOST_PROPOSED,
        "adding": address_with(request, answer.request, together) if len(together) <= MOST_PROPOSED else "",
        "places": " ".join(map(written, sites)),
    }


def _heading(number: int, missed: int) -> str:
    if not missed:
        return _("Personne n’est trop loin")
    if not number:
        return _("Aucun de ces endroits ne servirait un logement de plus")
    words = ngettext("Le meilleur emplacement", "Les %(number)d meilleurs emplacements", number)
    return words % {"number": number}


def _certainty(best: BestSites) -> str:
    """Whether a better choice is possible, among the places that were looked at."""
    if best.is_optimal:
        return _("Optimal parmi ces endroits : aucun autre choix n’en sert davantage.")
    gap = number_format(max(100 * best.gap, 0.1), decimal_pos=1)
    return _("À %(gap)s %% près de l’optimum : le calcul a été arrêté avant la fin.") % {"gap": gap}


def _among(looked: Candidates) -> str:
    """Where was looked."""
    crossings = ngettext(
        "à %(number)s carrefour de la commune", "à %(number)s carrefours de la commune", looked.crossings
    )
    buildings = ngettext(
        "à l’endroit de %(number)s bâtiment que n’atteint aucun carrefour",
        "à l’endroit de %(number)s bâtiments que n’atteint aucun carrefour",
        looked.buildings,
    )
    told = ((crossings, looked.crossings), (buildings, looked.buildings))
    places = _(" et ").join(words % {"number": grouped(number)} for words, number in told if number)
    words = _("Cherché %(places)s, sans regarder s’il y a un local.") % {"places": places}
    if not looked.side:
        return words
    square = _("Il y en a trop pour tous : un par carré de %(side)s.") % {"side": metres(looked.side)}
    return f"{words} {square}"
