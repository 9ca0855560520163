"""Kinds of notices, as a person chooses how each reaches them; without a choice, what is rare or pressing is sent.

Whatever is chosen, every notice can be read on the site: nothing here hides one.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from directory.mailing_models import POLL, Mailing


class Means(models.TextChoices):
    """How a notice reaches a person."""

    PUSH = "push", _("notification sur mes appareils, sinon e-mail")
    MAIL = "mail", _("e-mail")
    PAGE = "page", _("seulement sur le site")


class NoticeKind(models.TextChoices):
    """What notices are to whoever receives them."""

    URGENT = "urgent", _("urgences et sécurité")
    CUT = "cut", _("coupures, pannes et ascenseur")
    WORKS = "works", _("travaux et collectes")
    MEETING = "meeting", _("assemblées et décisions")
    POLL = "poll", _("sondages")
    MESSAGE = "message", _("messages de vos voisins")
    REMARK = "remark", _("remarques sur les fiches")

    @property
    def by_itself(self) -> Means:
        """How it reaches whoever has not chosen: never intrusive, but a cut is told."""
        if self == NoticeKind.REMARK:
            return Means.MAIL
        return Means.PAGE if self in (NoticeKind.WORKS, NoticeKind.POLL) else Means.PUSH

    @property
    def choices_offered(self) -> list[Means]:
        """Safety is told in one way or another."""
        return [one for one in Means if self != NoticeKind.URGENT or one != Means.PAGE]

    @property
    def explained(self) -> str:
        """What it is about."""
        return {
            NoticeKind.URGENT: _("Inondation, fuite de gaz, eau à ne pas boire. À toute heure si c’est urgent."),
            NoticeKind.CUT: _("Eau, électricité, chauffage, et « C’est rétabli »."),
            NoticeKind.WORKS: _("Échafaudage, encombrants, ménage du hall."),
            NoticeKind.MEETING: _("Dates d’assemblée générale, et ce qui y a été décidé."),
            NoticeKind.POLL: _("Ce que votre gestionnaire ou votre mairie demande aux foyers."),
            NoticeKind.MESSAGE: _("Quelqu’un vous écrit au sujet d’une annonce. Une fois, jusqu’à ce que vous lisiez."),
            NoticeKind.REMARK: _("Ce que des passants disent de ce que vous tenez. Une fois par jour au plus."),
        }[self]


_KINDS = {
    "water_cut": NoticeKind.CUT,
    "outage": NoticeKind.CUT,
    "lift": NoticeKind.CUT,
    "works": NoticeKind.WORKS,
    "collection": NoticeKind.WORKS,
    "meeting": NoticeKind.MEETING,
    "decisions": NoticeKind.MEETING,
    "safety": NoticeKind.URGENT,
    POLL: NoticeKind.POLL,
}


def kind_of(mailing: Mailing) -> NoticeKind:
    """What a mailing is to whoever receives it; what says that it is over is of the kind of what it ends."""
    return NoticeKind.URGENT if mailing.urgent else kind_of_template(mailing.template)


def kind_of_template(template: str) -> NoticeKind:
    """What an ordinary notice of a template is; one that is not known here is quiet."""
    return _KINDS.get(template, NoticeKind.WORKS)
