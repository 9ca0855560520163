"""What each proof opens, how long it waits for another, and how it is taken back: the one table."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

#: A proof that does not suffice waits so long for another; a request without enough of them then ends.
WAITS = timedelta(days=60)


class Kind(models.TextChoices):
    """The proofs there are."""

    LETTER = "letter", _("le code d’une lettre reçue par la poste")
    CONFIRMATION = "confirmation", _("la confirmation du gardien ou du gestionnaire")
    HALL_CODE = "hall_code", _("le code affiché dans le hall")
    WORD = "word", _("le mot de deux foyers voisins")
    LOTS = "lots", _("la liste des lots du gestionnaire")
    POSITION = "position", _("la position de votre appareil, vue une seule fois")
    HOUSEHOLD = "household", _("l’invitation de votre foyer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What one proof is worth."""

    #: Opens a residence by itself.
    alone: bool = False
    #: Opens a residence with another one of these: two different ones are needed.
    half: bool = False
    #: Opens the circle of the houses of one public cell.
    houses: bool = False
    #: The home counts in the quarterly table (privacy.md, 3.5).
    counted: bool = False
    #: What takes it back, before the year of `scopes.homes.PROVED` ends.
    taken_back: str


TABLE: dict[Kind, Rule] = {
    Kind.LETTER: Rule(alone=True, houses=True, counted=True, taken_back=_("rien")),
    Kind.CONFIRMATION: Rule(
        alone=True, taken_back=_("celui qui a confirmé, ou une objection dans les sept jours : une lettre tranche")
    ),
    Kind.HALL_CODE: Rule(
        half=True, taken_back=_("le retrait de l’affiche dans les sept jours, ou une objection : une lettre tranche")
    ),
    Kind.WORD: Rule(
        half=True, houses=True, taken_back=_("un voisin qui retire son mot, ou une objection : une lettre tranche")
    ),
    Kind.LOTS: Rule(half=True, counted=True, taken_back=_("une objection dans les sept jours : une lettre tranche")),
    Kind.POSITION: Rule(half=True, taken_back=_("une objection dans les sept jours : une lettre tranche")),
    Kind.HOUSEHOLD: Rule(
        alone=True, houses=True, taken_back=_("celui qui a invité, ou une objection : une lettre tranche")
    ),
}


def suffices(kinds: Collection[str], *, houses: bool = False, letter_only: bool = False) -> bool:
    """Tell whether these proofs open a home: the circle of houses, or one where only a letter decides, ask for more."""
    if letter_only:
        return Kind.LETTER in kinds
    if houses:
        return any(TABLE[kind].houses for kind in Kind if kind in kinds)
    halves = [kind for kind in Kind if kind in kinds and TABLE[kind].half]
    return len(halves) >= 2 or any(TABLE[kind].alone for kind in Kind if kind in kinds)
