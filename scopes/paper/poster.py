"""The poster of a hall, read at two metres: one question, one code, where to type it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from reportlab.lib.enums import TA_CENTER

from scopes.moments import full_day
from scopes.paper.drawing import ACCENT, SOFT, WIDTH, Sheet, pdf

#: Millimetres. A telephone reads a code from ten times its side: more than a metre.
SIDE = 112


@dataclass(frozen=True, slots=True, kw_only=True)
class PosterToPrint:
    """What one poster says."""

    entrance: str
    code: str
    page: str
    link: str
    hangs_until: date


def poster_pdf(poster: PosterToPrint) -> bytes:
    """Return the poster, a page."""
    return pdf(_draw, [poster], title=_("Affiche du hall"))


def _draw(sheet: Sheet, poster: PosterToPrint) -> None:
    # At two metres capitals of 10 mm are read with ease, 40 points and more.
    sheet.centred(_("Vous habitez ici ?"), 36, size=58, bold=True, colour=ACCENT)
    sheet.centred(_("Retrouvez vos voisins sur Alentour"), 53, size=30)
    sheet.centred(poster.entrance, 68, size=22, colour=SOFT)
    sheet.code(poster.link, (WIDTH - SIDE) / 2, 74, side=SIDE)
    sheet.centred(poster.code, 204, size=56, bold=True, spaced=3)
    sheet.centred(_("Photographiez le carré, ou écrivez le code à la page"), 222, size=20)
    sheet.centred(poster.page, 233, size=26, bold=True)
    sheet.line(20, 243, WIDTH - 20, 243)
    until = full_day(poster.hangs_until)
    meant = _(
        "Ce code montre que vous passez par ce hall ; une seconde preuve vous ouvre l’immeuble. "
        "Il sert jusqu’au %(day)s."
    )
    kept = _("Il est pour les habitants : ne le publiez pas, ne l’envoyez à personne.")
    room = {"width": WIDTH - 40, "size": 15, "alignment": TA_CENTER}
    below = sheet.paragraph(meant % {"day": until}, 20, 248, **room)
    sheet.paragraph(kept, 20, below + 2, **room, textColor=SOFT)
