"""People in an analysis of coverage, in words: how many are served, whose count they are of, and how they are told."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directory.findings import Findings
from directory.people_told import LEAST, People
from geo.census import VINTAGE
from maps.sources import vintage
from maps.wording import grouped

#: In the place of a number that is kept back.
DASH = "–"


def people_in_words(people: People | None) -> str:
    """People served, of how many; nothing where these are not known."""
    if people is None:
        return ""
    served = DASH if people.served is None else grouped(people.served)
    return f"{served} / {grouped(people.total)}"


def notes_of_people(findings: Findings) -> list[str]:
    """Whose count the people are of, and of which year."""
    rows = findings.with_people
    by_square, in_square, imputed = (
        sum(getattr(row.people, f"homes_{which}") for row in rows) for which in ("by_square", "in_square", "imputed")
    )
    by_census = sum(row.homes.total for row in rows) - by_square
    told = {
        "census": _year_of("census", findings) or VINTAGE,
        "year": vintage(_year_of("squares", findings)),
        "by_square": grouped(by_square),
        "by_census": grouped(by_census),
    }
    if not by_square:
        whose = _("Habitants : recensement de l’INSEE, %(census)s.")
    elif by_census:
        whose = _(
            "Habitants : recensement de l’INSEE, %(census)s, pour %(by_census)s logements ; carreaux de 200 m"
            " (Filosofi, %(year)s) pour %(by_square)s."
        )
    else:
        whose = _("Habitants : carreaux de 200 m de l’INSEE (Filosofi, %(year)s).")
    notes = [whose]
    if in_square > by_square:
        notes.append(_("Dans leur IRIS, ils sont répartis selon les carreaux de 200 m (Filosofi, %(year)s)."))
    if by_square:
        notes.append(_("Les carreaux comptent les ménages qui déclarent des revenus, pas les communautés."))
    return [note % told for note in notes] + ([_imputed(imputed)] if imputed else []) + [_rounded()]


def _rounded() -> str:
    """How people served are told (`directory.people_told`)."""
    words = _(
        "Les habitants desservis sont dits à la dizaine près (leur somme aussi), par groupes d’au moins %(least)d"
        " logements voisins ; « %(dash)s » : les dire ferait connaître ceux de moins de %(least)d logements."
    )
    return words % {"least": LEAST, "dash": DASH}


def _imputed(homes: int) -> str:
    """That INSEE estimates the squares of so many homes."""
    words = ngettext(
        "%(number)s logement est dans un carreau de moins de 11 ménages, que l’INSEE estime.",
        "%(number)s logements sont dans des carreaux de moins de 11 ménages, que l’INSEE estime.",
        homes,
    )
    return words % {"number": grouped(homes)}


def _year_of(dataset: str, findings: Findings) -> str:
    """The years of what findings were made from, as they are written; nothing where they are not."""
    return ", ".join(dict.fromkeys(one.vintage for one in findings.sources if one.dataset == dataset and one.vintage))
