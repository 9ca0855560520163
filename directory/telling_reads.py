"""Says to the sender what is told of "J'ai lu", once, or the day it will be, or why it never is (docs/adr/0016)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from directory.counting_reads import Said, is_small, overlaps_one_counted
from directory.models import Mailing, ReadFigure
from directory.overlapping import sharing_a_home
from directory.reading import PRESSED_FOR
from scopes.moments import day_and_month
from scopes.reach import LEAST


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldReading:
    """What is told of one mailing, and the words that explain it."""

    said: str
    why: str


def told_of(mailing: Mailing) -> str:
    """Say in a line what is told of a mailing, or the day it will be; nothing where nothing is counted."""
    figure = figure_of(mailing)
    if figure:
        return "" if figure.said == Said.WITHDRAWN else figure.get_said_display()
    if mailing.withdrawn_at or mailing.restores_id or mailing.sent_at is None:
        return ""
    return _("dit une fois, le %(day)s") % {"day": day_and_month(counted_on(mailing))}


def explained(mailing: Mailing) -> ToldReading:
    """Say what is told of a mailing that was sent, or when, and why it is no more than that."""
    figure = figure_of(mailing)
    if figure and figure.said.isdecimal():
        why = _("Dit une fois, le %(day)s, sur tout l’envoi. C’est une part de tous les logements, inscrits ou non.")
        return ToldReading(said=figure.get_said_display(), why=why % {"day": day_and_month(figure.counted_on)})
    if silence := silence_over(mailing):
        return ToldReading(said=_("rien n’est dit"), why=_WHY[silence]())
    why = _("Une part de tous les logements, par paliers de 20 %%, à partir de %(least)d foyers.") % {"least": LEAST}
    if _follows_one_that_waits(mailing):
        why = _("Sauf si un envoi d’avant, allé à des logements de celui-ci, est compté d’ici là.")
    return ToldReading(said=told_of(mailing), why=why)


def silence_over(mailing: Mailing) -> Said | None:
    """Return why nothing is told of a mailing, or will ever be, as far as that is decided; nothing where it is not."""
    figure = figure_of(mailing)
    if figure:
        return None if figure.said.isdecimal() else Said(figure.said)
    # What is not counted at all is told alike, taken back or over.
    if mailing.withdrawn_at or mailing.restores_id:
        return Said.WITHDRAWN
    if is_small(mailing):
        return Said.SMALL
    return Said.OVERLAP if overlaps_one_counted(mailing, on=counted_on(mailing)) else None


def figure_of(mailing: Mailing) -> ReadFigure | None:
    """Return what was counted, once it was."""
    return getattr(mailing, "read_figure", None)


def counted_on(mailing: Mailing) -> date:
    """The day on which a mailing that was sent is counted."""
    return timezone.localdate(mailing.sent_at + PRESSED_FOR)


def _follows_one_that_waits(mailing: Mailing) -> bool:
    """Whether an earlier mailing to one of its homes waits to be counted: if it still stands then, it is told of."""
    earlier = Mailing.objects.notices().filter(sent_at__lt=mailing.sent_at, withdrawn_at=None, restores=None)
    waiting = earlier.filter(read_figure=None, sent_at__gt=timezone.now() - 2 * PRESSED_FOR, homes__gte=LEAST)
    return sharing_a_home(mailing, waiting, residences=mailing.residences.values_list("pk", flat=True)).exists()


_WHY = {
    Said.WITHDRAWN: lambda: _("Un envoi repris, ou qui dit que c’est rétabli, ne se compte pas."),
    Said.SMALL: lambda: (
        _("Cet envoi va à moins de %(least)d logements : un chiffre parlerait de quelqu’un.") % {"least": LEAST}
    ),
    Said.OVERLAP: lambda: _(
        "Un envoi compté moins de trois mois avant est allé à des logements de celui-ci : deux chiffres, soustraits, "
        "parleraient de ceux qui restent."
    ),
    Said.FEW: lambda: (
        _("Trop peu de foyers l’ont dit : il en faut %(least)d, et un peu plus, pour que personne ne soit celui-là.")
        % {"least": LEAST}
    ),
}
