"""Says metres and reasons as people speak them, in the reader's language."""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.translation import gettext as _

NARROW_SPACE = "\u202f"


def metres(distance: float) -> str:
    """Write a distance in metres: to 10 m, from 1 km on to 100 m ("420 m", "1,2 km")."""
    if distance < 995:
        return f"{max(10, round(distance, -1)):.0f}{NARROW_SPACE}m"
    return f"{number_format(round(distance / 1000, 1), decimal_pos=1)}{NARROW_SPACE}km"


def about(distance: float) -> str:
    """Write how far a person's public cell is: to 100 m ("à 500 m environ"), since nobody is at its point."""
    if distance < 150:
        return _("tout près")
    return _("à %(metres)s environ") % {"metres": metres(round(distance, -2))}


def only_in_part(loaded: int) -> str:
    """Say of how many percent of a town buildings are loaded, where that is not most of it."""
    words = _("Les bâtiments ne sont chargés que pour %(share)d %% de la commune : le reste n’est pas compté.")
    return words % {"share": max(1, loaded)}


def grouped(number: int) -> str:
    """Write a number in groups of thousands."""
    return number_format(number, use_l10n=True, force_grouping=True)


def percent(share: float | None) -> str:
    """Write a share of 100; one that is not quite all, or nothing, is not told as that. Nothing where there is none."""
    if share is None:
        return ""
    least, most = int(share > 0), 99 if share < 100 else 100
    return _("%(share)d %%") % {"share": min(max(round(share), least), most)}


def reason(why: dict, *, placed: bool) -> str:
    """Say why a result is shown (design.md, section 3, law 7); nothing where the distance says it all."""
    if "minutes" in why:
        return _("%(minutes)d min à pied") % {"minutes": why["minutes"]}
    reasons = {
        "residence": _("dans cet immeuble"),
        "voisinage": _("dans le voisinage"),
        "neighbourhood": _("dans le quartier"),
        "border": _("quartier voisin"),
        "municipality": _("dans la commune"),
    }
    without_place = {
        "residence": _("dans votre immeuble"),
        "neighbourhood": _("quelque part dans le quartier"),
        "municipality": _("quelque part dans la commune"),
    }
    return (reasons if placed else without_place).get(why["rule"], "")
