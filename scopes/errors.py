"""What can go wrong between people and their homes, in the reader's words."""

from __future__ import annotations

from geo.errors import AlentourError


class Refused(AlentourError):
    """Ce n’est pas possible."""


class CodeRefused(Refused):
    """Ce code n’ouvre rien ici. Vérifiez-le lettre par lettre ; s’il date un peu, demandez-en un nouveau."""


class TooManyClaims(Refused):
    """Vous avez déjà donné cinq lots cette année. Demandez une lettre."""


class PositionRefused(Refused):
    """Votre position n’a pas suffi. Réessayez devant chez vous, ou choisissez une autre preuve."""


class TooManyTries(AlentourError):
    """Trop d’essais d’affilée. Attendez une minute."""


class TooManyAttempts(Refused):
    """Trop d’essais pour aujourd’hui. Réessayez demain, ou demandez une lettre."""
