"""Where should the next sites be? The part of the page of coverage that finds the best ones, and adds them."""

from __future__ import annotations

import re

from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directory.coverage import Coverage, Share
from directory.coverage_best import MOST, Among, BestSites
from directory.proposed_sites import MOST as MOST_PROPOSED
from directory.proposed_sites import written
from geo.errors import InvalidParameter
from maps.coverage_what_if import address_with, place_names
from maps.wording import grouped, percent

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
        "heading": _heading(len(sites)),
        "fewer": len(sites) < count,
        "sites": [
            {"number": number, "name": name, "homes": alone}
            for number, (name, alone) in enumerate(zip(place_names(best.sites), best.alone, strict=True), start=1)
        ],
        "together": best.together,
        "before": percent(homes.percent),
        "after": percent(Share(homes.served + best.together, homes.total).percent),
        "certainty": _certainty(best),
        "among": _among(best),
        "may_add": len(together) <= MOST_PROPOSED,
        "adding": address_with(request, answer.request, together) if len(together) <= MOST_PROPOSED else "",
        "places": " ".join(map(written, sites)),
    }


def _heading(number: int) -> str:
    words = ngettext("Le meilleur emplacement", "Les %(number)d meilleurs emplacements", number)
    return words % {"number": number} if number else _("Aucun emplacement ne servirait un logement de plus")


def _certainty(best: BestSites) -> str:
    """Whether a better choice is possible."""
    if best.is_optimal:
        return _("Optimal : aucun autre choix n’en sert davantage.")
    gap = number_format(max(100 * best.gap, 0.1), decimal_pos=1)
    return _("À %(gap)s %% près de l’optimum : le calcul a été arrêté avant la fin.") % {"gap": gap}


def _among(best: BestSites) -> str:
    """Where was looked."""
    if best.among == Among.CROSSINGS:
        words = ngettext(
            "Cherché parmi %(number)s carrefour de la commune, sans regarder s’il y a un local.",
            "Cherché parmi %(number)s carrefours de la commune, sans regarder s’il y a un local.",
            best.candidates,
        )
    else:
        words = ngettext(
            "Cherché à l’endroit de %(number)s bâtiment trop loin : aucune rue n’est chargée.",
            "Cherché aux endroits de %(number)s bâtiments trop loin : aucune rue n’est chargée.",
            best.candidates,
        )
    return words % {"number": grouped(best.candidates)}
