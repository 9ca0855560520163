"""How far a word goes, said to who writes it: "Qui le verra ?" for each circle of a home."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from directory.spreading import SPREAD
from geo.models import Municipality, Neighbourhood, Residence
from scopes.models import Level
from scopes.viewer import Home


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleInWords:
    """One circle of the control: its name there, and who will see what is written to it."""

    level: str
    name: str
    who: str


def circles_of(home: Home) -> list[CircleInWords]:
    """The circles that one may write to from a home, narrowest first."""
    town = Municipality.objects.only("name").get(pk=home.municipality_id)
    quarter = Neighbourhood.objects.only("name").filter(pk=home.neighbourhood_id).first()
    near = _("Les habitants vérifiés des 300 logements les plus proches.")
    if quarter:
        around = _("Les habitants vérifiés du quartier %(name)s.") % {"name": quarter.name}
    else:
        around = _("Pas de quartiers à %(town)s : votre mot ira au voisinage.") % {"town": town.name} + " " + near
    wider = [
        CircleInWords(level=Level.VOISINAGE, name=_("voisinage"), who=near),
        CircleInWords(level=Level.NEIGHBOURHOOD, name=_("quartier"), who=around),
        CircleInWords(
            level=Level.MUNICIPALITY,
            name=_("ville"),
            who=_("Les habitants vérifiés de %(town)s.") % {"town": town.name},
        ),
        CircleInWords(
            level=Level.CATCHMENT,
            name=_("une zone"),
            who=_("Les habitants vérifiés de la zone que vous choisissez, par pâtés de maisons entiers."),
        ),
    ]
    return [_residence(home), *wider] if home.lives_there else wider


def by_itself() -> CircleInWords:
    """What is said of going from one circle to the next by itself; where it goes is told to nobody."""
    return CircleInWords(level=SPREAD, name=_("de proche en proche"), who=" ".join(how_it_spreads()))


def how_it_spreads() -> list[str]:
    """Say how a request spreads by itself, and not where."""
    return [
        _(
            "Une demande va d’elle-même un peu plus loin chaque matin à 9 h : d’abord aux habitants vérifiés les plus"
            " proches, puis par pâtés de maisons entiers, dans votre ville et quatorze jours au plus."
        ),
        _("Elle s’arrête quand vous dites « C’est fait »."),
        _("Personne n’apprend jusqu’où elle est allée, vous non plus."),
    ]


def _residence(home: Home) -> CircleInWords:
    houses = Residence.objects.filter(pk=home.residence_id, houses_of__isnull=False).exists()
    if houses:
        who = _("Les habitants vérifiés des maisons tout autour de la vôtre, et personne d’autre.")
        return CircleInWords(level=Level.RESIDENCE, name=_("maisons"), who=who)
    who = _("Les habitants vérifiés de votre immeuble, et personne d’autre.")
    return CircleInWords(level=Level.RESIDENCE, name=_("immeuble"), who=who)
