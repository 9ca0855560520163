"""What can go wrong between people who write to each other, in the reader's words."""

from __future__ import annotations

from geo.errors import AlentourError


class NotProved(AlentourError):
    """Pour écrire ici, il faut d’abord montrer que vous y habitez."""


class AnswersClosed(AlentourError):
    """L’auteur a fermé les réponses."""


class TooMany(AlentourError):
    """Vous avez beaucoup écrit aujourd’hui : réessayez demain."""


class AlreadyDecided(AlentourError):
    """Quelqu’un d’autre vient de décider : relisez le dossier."""


class NotYours(AlentourError):
    """Cette décision revient à quelqu’un d’autre : ces mots, ou la première décision, sont de vous."""


class PollOver(AlentourError):
    """Ce sondage est terminé."""
